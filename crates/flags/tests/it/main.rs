//! The rules of flags, held against Ruby's Flipper and against models.

mod allocations;
mod documentation;
mod explain;
mod flipper;
mod gates;
mod request;
mod shares;

use flags::{ActorId, Catalogue, FeatureGroups, FlagKey, Gates, GroupName, Snapshot};

/// The flag that the tests ask for.
const FLAG: &str = "tidy_sidebar";

fn flag() -> FlagKey {
    FLAG.parse().unwrap()
}

fn actor(text: &str) -> ActorId {
    text.parse().unwrap()
}

fn group(text: &str) -> GroupName {
    text.parse().unwrap()
}

/// One flag with these gates; the feature group `team` has the member `User:7`.
fn snapshot(gates: Option<Gates>) -> Snapshot {
    named(FLAG, gates)
}

fn named(flag: &str, gates: Option<Gates>) -> Snapshot {
    let groups = FeatureGroups::from([(group("team"), vec![actor("User:7")])]);
    let stored = gates.map(|gates| (flag.parse().unwrap(), gates));
    Snapshot::build(&Catalogue::default(), &groups, stored, 1)
}
