//! The documents of the search engine, by their indices.

use std::collections::{BTreeMap, HashMap, VecDeque};

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::fields::{self, Fields, Types, Unfit};

/// An index keeps so many documents, all together so many and so many bytes of JSON.
const IN_AN_INDEX: usize = 20_000;
const IN_ALL: usize = 60_000;
const BYTES: usize = 48 * 1024 * 1024;
/// So many indices may be made.
const INDICES: usize = 200;

/// A document in the search engine.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Document {
    pub index: String,
    pub id: String,
    pub version: u64,
    pub at: Timestamp,
    /// The JSON as it was sent.
    pub source: Box<RawValue>,
    /// Counts the writes of all documents.
    #[serde(skip)]
    pub seq: u64,
    #[serde(skip)]
    pub fields: Fields,
}

/// The documents of one name, oldest first.
#[derive(Clone, Debug, Default)]
pub struct Index {
    pub types: Types,
    pub documents: VecDeque<Document>,
    by_id: HashMap<String, u64>,
}

/// Everything in the search engine.
#[derive(Clone, Debug, Default)]
pub struct Documents {
    indices: BTreeMap<String, Index>,
    seq: u64,
    count: usize,
    bytes: usize,
}

/// Why a document was not written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotWritten {
    #[error("{0}")]
    Unfit(#[from] Unfit),
    #[error("[{id}]: version conflict, document already exists (current version [{version}])")]
    Conflict { id: String, version: u64 },
    #[error("this sandbox keeps at most 200 indices")]
    TooManyIndices,
    #[error("failed to parse")]
    NoObject,
}

/// What a write made of the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    pub version: u64,
    pub seq: u64,
}

/// A document to write.
#[derive(Clone, Copy, Debug)]
pub struct New<'a> {
    pub index: &'a str,
    pub id: &'a str,
    pub source: &'a str,
    /// Refused when it is there already.
    pub once: bool,
    pub at: Timestamp,
}

impl Index {
    /// The document with this id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Document> {
        let at = self.position(id)?;
        self.documents.get(at)
    }

    fn position(&self, id: &str) -> Option<usize> {
        let seq = self.by_id.get(id)?;
        self.documents
            .binary_search_by_key(seq, |kept| kept.seq)
            .ok()
    }

    fn remove(&mut self, at: usize) -> Option<Document> {
        let document = self.documents.remove(at)?;
        self.by_id.remove(&document.id);
        Some(document)
    }
}

impl Documents {
    /// Every index by its name.
    pub fn indices(&self) -> impl Iterator<Item = (&str, &Index)> {
        self.indices
            .iter()
            .map(|(name, index)| (name.as_str(), index))
    }

    /// The index with this name.
    #[must_use]
    pub fn index(&self, name: &str) -> Option<&Index> {
        self.indices.get(name)
    }

    /// Every document, oldest write first.
    #[must_use]
    pub fn all(&self) -> Vec<&Document> {
        let documents = self.indices.values().flat_map(|index| &index.documents);
        let mut all: Vec<&Document> = documents.collect();
        all.sort_by_key(|document| document.seq);
        all
    }

    /// Writes a document; the oldest ones make room.
    ///
    /// # Errors
    /// See [`NotWritten`]; nothing has changed then.
    pub fn write(&mut self, new: New<'_>) -> Result<Written, NotWritten> {
        let source = RawValue::from_string(new.source.trim().to_owned());
        let source = source.map_err(|_| NotWritten::NoObject)?;
        let object: Map<String, Value> =
            serde_json::from_str(source.get()).map_err(|_| NotWritten::NoObject)?;
        if !self.indices.contains_key(new.index) && INDICES <= self.indices.len() {
            return Err(NotWritten::TooManyIndices);
        }
        let known = self.index(new.index).and_then(|index| index.get(new.id));
        let before = known.map_or(0, |document| document.version);
        if new.once && 0 < before {
            let id = new.id.to_owned();
            return Err(NotWritten::Conflict {
                id,
                version: before,
            });
        }
        let types = self.index(new.index).map(|index| index.types.clone());
        let mut types = types.unwrap_or_default();
        let fields = fields::flatten(&object, &mut types)?;
        self.delete(new.index, new.id);
        self.seq += 1;
        self.keep(
            Document {
                index: new.index.to_owned(),
                id: new.id.to_owned(),
                version: before + 1,
                at: new.at,
                source,
                seq: self.seq,
                fields,
            },
            types,
        );
        Ok(Written {
            version: before + 1,
            seq: self.seq,
        })
    }

    /// Removes a document and answers its version.
    pub fn delete(&mut self, index: &str, id: &str) -> Option<u64> {
        let index = self.indices.get_mut(index)?;
        let at = index.position(id)?;
        let document = index.remove(at)?;
        self.count -= 1;
        self.bytes -= document.source.get().len();
        Some(document.version)
    }

    fn keep(&mut self, document: Document, types: Types) {
        self.count += 1;
        self.bytes += document.source.get().len();
        let index = self.indices.entry(document.index.clone()).or_default();
        index.types = types;
        index.by_id.insert(document.id.clone(), document.seq);
        index.documents.push_back(document);
        let full = IN_AN_INDEX < index.documents.len();
        if full && let Some(oldest) = index.remove(0) {
            self.count -= 1;
            self.bytes -= oldest.source.get().len();
        }
        while IN_ALL < self.count || BYTES < self.bytes && 1 < self.count {
            let largest = self.indices.values_mut();
            let largest = largest.max_by_key(|index| index.documents.len());
            let Some(oldest) = largest.and_then(|index| index.remove(0)) else {
                return;
            };
            self.count -= 1;
            self.bytes -= oldest.source.get().len();
        }
    }
}

impl Serialize for Documents {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.all())
    }
}

impl<'de> Deserialize<'de> for Documents {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut documents = Self::default();
        for mut document in Vec::<Document>::deserialize(deserializer)? {
            let types = documents.index(&document.index);
            let mut types = types.map(|index| index.types.clone()).unwrap_or_default();
            let object: Map<String, Value> =
                serde_json::from_str(document.source.get()).map_err(serde::de::Error::custom)?;
            let fields = fields::flatten(&object, &mut types);
            document.fields = fields.map_err(serde::de::Error::custom)?;
            documents.seq += 1;
            document.seq = documents.seq;
            documents.keep(document, types);
        }
        Ok(documents)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new<'a>(index: &'a str, id: &'a str, source: &'a str) -> New<'a> {
        New {
            index,
            id,
            source,
            once: false,
            at: Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn a_second_write_replaces_the_first_unless_it_may_only_create() {
        let mut documents = Documents::default();
        documents.write(new("a", "1", r#"{"n": 1}"#)).unwrap();
        let second = documents.write(new("a", "1", r#"{"n": 2}"#)).unwrap();
        assert_eq!(second, Written { version: 2, seq: 2 });
        let once = New {
            once: true,
            ..new("a", "1", "{}")
        };
        assert!(matches!(
            documents.write(once),
            Err(NotWritten::Conflict { version: 2, .. })
        ));
        assert_eq!(documents.all().len(), 1);
        assert_eq!(documents.delete("a", "1"), Some(2));
        assert_eq!((documents.count, documents.bytes), (0, 0));
        assert_eq!(
            documents.write(new("a", "1", "[]")),
            Err(NotWritten::NoObject)
        );
    }

    #[test]
    fn a_full_index_forgets_its_oldest_and_a_saved_state_is_the_same() {
        let mut documents = Documents::default();
        documents.write(new("rare", "1", "{}")).unwrap();
        for n in 0..=IN_AN_INDEX {
            documents.write(new("logs", &n.to_string(), "{}")).unwrap();
        }
        let logs = documents.index("logs").unwrap();
        assert_eq!(logs.documents.len(), IN_AN_INDEX);
        assert!(logs.get("0").is_none() && logs.get("1").is_some());
        assert!(documents.index("rare").unwrap().get("1").is_some());
        let saved = serde_json::to_string(&documents).unwrap();
        let loaded: Documents = serde_json::from_str(&saved).unwrap();
        assert_eq!(
            (loaded.count, loaded.bytes),
            (documents.count, documents.bytes)
        );
        assert_eq!(loaded.all().len(), documents.all().len());
    }
}
