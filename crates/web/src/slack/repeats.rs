//! Commands that came before: a proxy, or somebody who recorded one, may send it again.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use slack::command::SlashCommand;

/// Longer than a signature is good for, so that whatever passes it and came before is found.
const KEPT: SignedDuration = SignedDuration::from_mins(15);

/// What was run lately, by workspace and trigger. Of one node: a request comes to one of them.
#[derive(Clone, Default)]
pub(super) struct Repeats(Arc<Mutex<HashMap<String, Timestamp>>>);

impl Repeats {
    /// Whether the same command came before; from now on it has.
    pub(super) fn is_one(&self, command: &SlashCommand, now: Timestamp) -> bool {
        let Some(trigger) = &command.trigger_id else {
            return false;
        };
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        seen.retain(|_, at| now.duration_since(*at) < KEPT);
        let key = format!("{}:{trigger}", command.workspace);
        seen.insert(key, now).is_some()
    }
}
