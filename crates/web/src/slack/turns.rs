//! How many commands of one person are run at a time.
//!
//! A command asks GitLab many questions, and anybody may type one. The limit is each person's
//! own, so that nobody can keep another from closing a flag.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use slack::command::SlashCommand;

/// The most commands of one person.
pub(super) const MOST: usize = 5;

/// Who has how many commands running. Of one node.
#[derive(Clone, Default)]
pub(super) struct Turns(Arc<Mutex<HashMap<String, usize>>>);

/// A place for one command, until it is dropped.
pub(super) struct Turn {
    turns: Turns,
    person: String,
}

impl Turns {
    /// A place for a command; `None` while its person has none left.
    pub(super) fn take(&self, command: &SlashCommand) -> Option<Turn> {
        let person = format!("{}:{}", command.workspace, command.user_id.as_str());
        let mut running = self.running();
        let count = running.entry(person.clone()).or_default();
        if *count == MOST {
            return None;
        }
        *count += 1;
        Some(Turn {
            turns: self.clone(),
            person,
        })
    }

    fn running(&self) -> MutexGuard<'_, HashMap<String, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut running = self.turns.running();
        if let Some(count) = running.get_mut(&self.person) {
            *count -= 1;
            if *count == 0 {
                running.remove(&self.person);
            }
        }
    }
}
