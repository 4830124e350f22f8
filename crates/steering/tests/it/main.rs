//! Rollouts are begun, asked and read back, over a real store.

mod asking;
mod starting;
mod world;
