//! How much of one person is done at a time.
//!
//! A command asks GitLab many questions, and anybody may type one. The limit is each person's
//! own, so that nobody can keep another from closing a flag.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::WorkspaceId;
use slack::UserId;

use crate::who::Who;

/// The most commands and clicks of one person.
pub(crate) const MOST: usize = 5;

/// Who has how many running. Of one node.
#[derive(Clone, Default)]
pub(crate) struct Turns(Arc<Mutex<HashMap<String, usize>>>);

/// A place for one command or click, until it is dropped.
pub(crate) struct Turn {
    turns: Turns,
    person: String,
}

impl Turns {
    /// A place; `None` while its person has none left.
    pub(crate) fn take(&self, who: &Who) -> Option<Turn> {
        self.take_as(who.key())
    }

    /// The same, for somebody who is known by Slack's ids alone.
    pub(crate) fn take_of(&self, workspace: &WorkspaceId, user: &UserId) -> Option<Turn> {
        self.take_as(format!("{workspace}:{}", user.as_str()))
    }

    fn take_as(&self, person: String) -> Option<Turn> {
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
