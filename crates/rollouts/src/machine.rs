//! What a rollout does next, and what people may ask of it.
//!
//! The machine is three pure functions. [`record`](crate::Rollout::record) folds an entry of the history into
//! the state. [`next_step`] says from the state, what is so outside and the time what is to be
//! done. [`ask`] turns what a person wants into entries, or says why not. Whoever drives it stores
//! each record with the version that it was made from, so that of two drivers one loses.
//!
//! A stage: what must hold is asked for until it holds and enough people approve; the change is
//! written down as intended, made, and written down as made; the flag is watched until the soak is
//! over, every guard has read that far and none objects; people verify; the next stage begins.
//! Harm holds or takes back, at any point. Taking back asks nobody.

mod applied;
mod asking;
mod changes;
mod closing;
mod fold;
mod guards;
mod look;
mod noticing;
mod outside;
mod people;
mod readings;
mod record;
mod requests;
mod stages;
mod status;
mod step;
mod watching;
mod words;

pub use requests::ask;
pub use step::next_step;

use jiff::SignedDuration;

/// How often what does not hold yet is asked for.
const CHECK_EVERY: SignedDuration = SignedDuration::from_secs(60);

/// How often it is asked for while only approvals are missing.
const CHECK_FOR_APPROVAL_EVERY: SignedDuration = SignedDuration::from_mins(5);

/// A change that is older was intended under conditions that may have changed.
const INTENT_LASTS: SignedDuration = SignedDuration::from_mins(2);

/// How long an acknowledgement lasts, and how long somebody has to watch after a change.
const WATCH_LASTS: SignedDuration = SignedDuration::from_hours(2);

/// After so long without anybody who watches, the on-call group is called.
const WATCH_WAITS: SignedDuration = SignedDuration::from_mins(15);

/// A rollout is looked at this often, whatever happens: others may change the flag.
const LOOK_EVERY: SignedDuration = SignedDuration::from_secs(60);
