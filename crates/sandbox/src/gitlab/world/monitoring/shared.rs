//! What is big and seldom changed while the world is copied for every act.

use std::ops::Deref;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A value whose clones share it until one of them changes it.
#[derive(Clone, Debug, Default)]
pub struct Shared<T>(Arc<T>);

impl<T: Clone> Shared<T> {
    /// The value, to change it.
    pub fn change(&mut self) -> &mut T {
        Arc::make_mut(&mut self.0)
    }
}

impl<T> Deref for Shared<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Serialize> Serialize for Shared<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Shared<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(|value| Self(Arc::new(value)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_not_seen_by_earlier_clones() {
        let mut now = Shared::<Vec<u8>>::default();
        now.change().push(1);
        let before = now.clone();
        now.change().push(2);
        assert_eq!((before.len(), now.len()), (1, 2));
        let text = serde_json::to_string(&now).unwrap();
        assert_eq!(text, "[1,2]");
        let read: Shared<Vec<u8>> = serde_json::from_str(&text).unwrap();
        assert_eq!(*read, [1, 2]);
    }
}
