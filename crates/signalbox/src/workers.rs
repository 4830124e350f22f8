//! What runs in the background: routing, the lanes, tidying up.
//!
//! Each worker looks at the stored state, does what is missing and waits; it runs when poked and
//! on a timer, so a missed poke costs a moment and a second run is harmless.

pub mod backoff;
pub mod cards;
pub mod effects;
pub mod expiry;
pub mod homes;
pub mod lane;
pub mod lanes;
pub mod line;
pub mod pace;
pub mod projects;
pub mod reloading;
pub mod renewing;
pub mod rollouts;
pub mod routing;
pub mod schedules;
pub mod voices;
