//! What comes in, and what goes back at once.
//!
//! Each of the four kinds of request has one entry here, whichever way it came. What Slack sent
//! before is not done again. An answer is ready within Slack's three seconds, whatever GitLab
//! does: what takes longer goes on in the background.

mod command;
mod event;
mod interaction;
mod parts;

use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

use crate::home::Homes;
use crate::turns::{Turn, Turns};
use crate::who::Who;

pub use parts::{CommandNames, Parts, Patience};

/// The Slack app. Clones are the same one.
#[derive(Clone)]
pub struct App {
    parts: Arc<Parts>,
    turns: Turns,
    homes: Homes,
}

/// What Slack gets back in the answer to its request.
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    /// It was heard; nothing is shown.
    Heard,
    /// What Slack shows or does.
    Json(Value),
}

impl Reply {
    pub(crate) fn json(body: &impl Serialize) -> Self {
        match serde_json::to_value(body) {
            Ok(value) => Self::Json(value),
            Err(error) => {
                tracing::error!(%error, "an answer to Slack cannot be written");
                Self::Heard
            }
        }
    }

    /// The body, for a transport that has one for everything.
    #[must_use]
    pub fn into_json(self) -> Option<Value> {
        match self {
            Self::Heard => None,
            Self::Json(value) => Some(value),
        }
    }
}

impl App {
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        Self {
            parts: Arc::new(parts),
            turns: Turns::default(),
            homes: Homes::default(),
        }
    }

    /// What the app is made of.
    #[must_use]
    pub fn parts(&self) -> &Parts {
        &self.parts
    }

    /// A place for one more command of somebody; `None` while they have none left.
    pub(crate) fn turn(&self, who: &Who) -> Option<Turn> {
        self.turns.take(who)
    }

    pub(crate) fn homes(&self) -> &Homes {
        &self.homes
    }

    pub(crate) fn request_id(&self) -> String {
        format!("req_{:032x}", self.parts.chance.next_u128())
    }
}
