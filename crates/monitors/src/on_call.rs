//! Who is on call, and what is broken: the same questions to whichever product knows.

mod coverage;

use jiff::Timestamp;

pub use coverage::{Coverage, HandOver, coverage};

use crate::error::AskError;
use crate::window::Window;
use crate::{opsgenie, pagerduty};

/// Who is asked, and about what.
#[derive(Clone, Debug)]
pub enum Source {
    PagerDuty {
        client: pagerduty::Client,
        scope: pagerduty::Scope,
    },
    Opsgenie {
        client: opsgenie::Client,
        scope: opsgenie::Scope,
    },
}

/// Somebody who is on call.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Person {
    /// The product's.
    pub id: String,
    pub name: String,
    pub email: Option<String>,
}

/// A time in which somebody is on call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shift {
    pub person: Person,
    /// 1 for who is asked first.
    pub level: u32,
    /// `None` is always.
    pub from: Option<Timestamp>,
    /// `None` is forever.
    pub until: Option<Timestamp>,
}

/// Something that is broken now, or worked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// What people call it: a number.
    pub number: String,
    pub title: String,
    /// Its page; not an address to call.
    pub url: Option<String>,
}

impl Source {
    /// The shifts that touch `window`.
    ///
    /// # Errors
    /// See [`AskError`].
    pub async fn shifts(&self, window: Window) -> Result<Vec<Shift>, AskError> {
        match self {
            Self::PagerDuty { client, scope } => client.on_calls(scope, window).await,
            Self::Opsgenie { client, scope } => client.on_calls(scope, window).await,
        }
    }

    /// The incidents that nobody has closed.
    ///
    /// # Errors
    /// See [`AskError`].
    pub async fn open_incidents(&self) -> Result<Vec<Trouble>, AskError> {
        match self {
            Self::PagerDuty { client, scope } => client.open_incidents(scope).await,
            Self::Opsgenie { client, scope } => client.open_incidents(scope).await,
        }
    }

    /// What is being maintained now, in which nothing should be changed.
    ///
    /// # Errors
    /// See [`AskError`].
    pub async fn ongoing_maintenance(&self) -> Result<Vec<Trouble>, AskError> {
        match self {
            Self::PagerDuty { client, scope } => client.ongoing_maintenance(scope).await,
            Self::Opsgenie { client, .. } => client.ongoing_maintenance().await,
        }
    }
}
