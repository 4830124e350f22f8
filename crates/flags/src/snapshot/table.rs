//! Flags by name, so that a change copies little.
//!
//! A name's hash picks one of 256 parts and the place in it. A snapshot that differs in one flag
//! shares every other part; asking costs one hash and two looks.

use std::hash::BuildHasher;
use std::sync::Arc;

use hashbrown::HashTable;

use super::compiled::Flag;

const PARTS: usize = 256;

/// Names are chosen by people who may change flags, so the hash needs no secret; a fixed seed
/// gives each name the same place in every snapshot.
const HASHER: foldhash::fast::FixedState = foldhash::fast::FixedState::with_seed(0x5167_6e61);

type Part = HashTable<Arc<Flag>>;

#[derive(Clone, Debug)]
pub(super) struct Table(Vec<Arc<Part>>);

impl Default for Table {
    fn default() -> Self {
        Self(vec![Arc::default(); PARTS])
    }
}

fn hash(key: &str) -> u64 {
    HASHER.hash_one(key)
}

/// The bits between those that a `HashTable` picks its bucket by and those it tags it with.
fn part(hash: u64) -> usize {
    usize::from((hash >> 40) as u8)
}

impl Table {
    pub(super) fn get(&self, key: &str) -> Option<&Flag> {
        let hash = hash(key);
        let flag = self
            .0
            .get(part(hash))?
            .find(hash, |flag| flag.key.as_str() == key)?;
        Some(flag)
    }

    pub(super) fn insert(&mut self, flag: Flag) {
        let hash = hash(flag.key.as_str());
        let Some(part) = self.0.get_mut(part(hash)) else {
            return;
        };
        let part = Arc::make_mut(part);
        let flag = Arc::new(flag);
        match part.find_mut(hash, |known| known.key == flag.key) {
            Some(known) => *known = flag,
            None => {
                part.insert_unique(hash, flag, |flag| self::hash(flag.key.as_str()));
            }
        }
    }

    pub(super) fn remove(&mut self, key: &str) {
        let hash = hash(key);
        let Some(part) = self.0.get_mut(part(hash)) else {
            return;
        };
        let part = Arc::make_mut(part);
        if let Ok(found) = part.find_entry(hash, |flag| flag.key.as_str() == key) {
            found.remove();
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Flag> {
        self.0
            .iter()
            .flat_map(|part| part.iter())
            .map(|flag| &**flag)
    }
}
