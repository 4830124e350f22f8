//! Guarded rollouts: a flag's planned way to everybody, which watches itself.
//!
//! A plan says the stages, what must hold before each and what is watched during it. This crate
//! decides from stored state, readings and the time it is given what comes next. It carries
//! nothing out.
//!
//! Pure: readings come from whoever asks the monitors, the time is an argument, and what was
//! decided is kept by `store`.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)
)]

mod act;
pub mod card;
mod event;
pub mod evidence;
pub mod issue;
mod machine;
pub mod plan;
pub mod preparation;
mod rollout;
pub mod sparkline;
mod status;
mod step;
pub mod wording;

pub use act::{Act, ActRefused, Asker};
pub use event::{Author, Cause, Entry, Event, Hold, HoldReason, Link, Overridden, Through};
pub use machine::{ask, next_step};
pub use plan::Plan;
pub use rollout::{
    Intended, Outside, OverrideRecord, Point, Purpose, Rollout, StageRecord, Tick, Watch, Watched,
};
pub use status::{
    ItemStatus, MonitorStatus, Offer, Phase, StageProgress, StageStatus, State, Status, Waiting,
    WaitingKind,
};
pub use step::{
    Change, CheckOutcome, CheckResult, FlagAct, Part, Reading, Situation, Standing, Step, Wanted,
    WantedReading,
};
