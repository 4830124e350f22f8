//! Every definition there is.

use std::collections::BTreeMap;

use crate::definition::Definition;
use crate::ids::FlagKey;

/// The definitions of an application's flags, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Catalogue(BTreeMap<FlagKey, Definition>);

impl Catalogue {
    #[must_use]
    pub fn get(&self, flag: &FlagKey) -> Option<&Definition> {
        self.0.get(flag)
    }

    /// By name.
    pub fn iter(&self) -> impl Iterator<Item = &Definition> {
        self.0.values()
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<Definition> for Catalogue {
    fn from_iter<T: IntoIterator<Item = Definition>>(definitions: T) -> Self {
        Self(
            definitions
                .into_iter()
                .map(|definition| (definition.name.clone(), definition))
                .collect(),
        )
    }
}
