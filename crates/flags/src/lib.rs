//! Feature flags as GitLab has them: definitions, gates, changes, and the decision.
//!
//! A flag is decided in two steps. Its *definition* (a YAML file in the application's code) says
//! what holds while nobody has touched it. What people set is its *gates*, kept by environment;
//! as soon as there are any, the definition's default holds no more. [`apply`] changes gates,
//! [`Snapshot`] asks them.
//!
//! Pure: where gates are kept is `store`'s, who may change them `commands`' and `web`'s. The
//! rules are those of GitLab's `Feature` class over Ruby's Flipper; where a rule looks odd, it is
//! theirs, and flags that move here must decide as they did there.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)
)]

mod bucket;
mod catalogue;
mod change;
mod definition;
mod gates;
mod ids;
mod live;
mod nearest;
mod percentage;
pub mod request;
mod snapshot;
mod uses;
pub mod yaml;

pub use bucket::bucket;
pub use catalogue::Catalogue;
pub use change::{ACTOR_LIMIT, Change, Refusal, apply};
pub use definition::{Definition, FlagType, Problem, UnknownType};
pub use gates::{Gates, State, only_closes};
pub use ids::{ActorId, FlagKey, GroupName, InvalidActor};
pub use live::Live;
pub use nearest::nearest;
pub use percentage::{InvalidPercentage, Percentage};
pub use snapshot::{Asked, Explanation, FeatureGroups, GateAnswer, Reason, Snapshot, Verdict};
pub use uses::uses;
