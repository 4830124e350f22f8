//! Where flags are evaluated, and the one way to change them there.
//!
//! An environment is hosted here (its flags are in the database, and evaluated from a snapshot
//! in memory) or it is a GitLab, or another Signalbox, that speaks GitLab's Features API. Slack's
//! commands, the shell, the pages and the Features API all go through [`Environment`], so that a
//! change has the same rules, the same audit entry and the same consequences wherever it came
//! from. Who may change what, and when it is wise to, is the callers' business.

mod change;
mod directory;
mod hosted;
mod registry;
mod remote;

pub use change::{
    AfterChange, Along, ChangeError, ChangeRequest, Changed, EnvironmentError, Expects, FlagRecord,
    Preview, ScheduleAfter,
};
pub use directory::{Directory, NotResolved};
pub use hosted::{Hosted, HostedParts};
pub use registry::{Environment, Environments, InvalidRegistry, Place, Stage, Tier};
pub use remote::{Remote, RemoteParts};
