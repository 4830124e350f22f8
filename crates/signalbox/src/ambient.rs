//! What the system gives, asked for once: the time, and a key for chance.

use clock::{Chance, Clock};
use jiff::Timestamp;

/// The time and chance that everything else gets as arguments.
#[derive(Clone)]
pub struct Ambient {
    pub clock: Clock,
    pub chance: Chance,
}

impl Ambient {
    /// This machine's time, and random numbers and secrets that nobody can foresee.
    ///
    /// # Errors
    /// When the system has no randomness to give.
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that asks the system for the time"
    )]
    pub fn of_this_machine() -> anyhow::Result<Self> {
        let mut key = [0; 32];
        getrandom::fill(&mut key)?;
        Ok(Self {
            clock: Clock::new(Timestamp::now),
            chance: Chance::from_key(key),
        })
    }
}
