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

pub mod evidence;
