//! The program: configuration, wiring, workers and command line.
//!
//! Here the crates meet: `web` takes events in, the [`workers`] route and deliver them, `slack`
//! carries them out. The clock and the randomness are made in [`ambient`] and handed down.

pub mod ambient;
pub mod cli;
pub mod config;
pub mod definitions;
pub mod demo;
pub mod errors;
pub mod service;
pub mod telemetry;
pub mod workers;
