//! A flag as GitLab shows it.

use environments::{Changed, FlagRecord};
use flags::{Definition, FlagKey, Gates, State};
use serde::Serialize;
use serde::ser::{SerializeSeq, Serializer};

/// A flag: its state, the gates that say something, and its definition.
#[derive(Debug, Serialize)]
pub(super) struct Feature {
    name: FlagKey,
    state: State,
    gates: Shown,
    /// With all its keys, or null when nothing defines the flag.
    definition: Option<Definition>,
}

/// Gates in Flipper's order. The boolean is always there; others only when they say something.
#[derive(Debug)]
struct Shown(Gates);

impl From<FlagRecord> for Feature {
    fn from(record: FlagRecord) -> Self {
        Self::new(record.name, record.gates, record.definition)
    }
}

impl From<Changed> for Feature {
    fn from(changed: Changed) -> Self {
        Self::new(changed.flag, changed.after, changed.definition)
    }
}

impl Feature {
    fn new(name: FlagKey, gates: Option<Gates>, definition: Option<Definition>) -> Self {
        let gates = gates.unwrap_or_default();
        Self {
            name,
            state: gates.state(),
            gates: Shown(gates),
            definition,
        }
    }
}

#[derive(Serialize)]
struct Gate<T> {
    key: &'static str,
    value: T,
}

impl Serialize for Shown {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Gates {
            boolean,
            actors,
            percentage_of_actors,
            percentage_of_time,
            groups,
        } = &self.0;
        let mut gates = serializer.serialize_seq(None)?;
        gates.serialize_element(&Gate {
            key: "boolean",
            value: boolean,
        })?;
        if !actors.is_empty() {
            gates.serialize_element(&Gate {
                key: "actors",
                value: actors,
            })?;
        }
        for (key, share) in [
            ("percentage_of_actors", percentage_of_actors),
            ("percentage_of_time", percentage_of_time),
        ] {
            if !share.is_zero() {
                let value = share.number();
                gates.serialize_element(&Gate { key, value })?;
            }
        }
        if !groups.is_empty() {
            gates.serialize_element(&Gate {
                key: "groups",
                value: groups,
            })?;
        }
        gates.end()
    }
}
