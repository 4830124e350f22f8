//! The environments there are.

use std::sync::Arc;

use domain::{ChannelName, EnvironmentName};
use flags::{Definition, FlagKey, Gates};
use store::Note;

use crate::change::{
    Along, ChangeError, ChangeRequest, Changed, EnvironmentError, FlagRecord, Preview,
};
use crate::hosted::Hosted;
use crate::remote::Remote;

/// Every environment, in the order in which a change is made.
#[derive(Clone)]
pub struct Environments(Arc<[Environment]>);

/// Where a flag is evaluated.
#[derive(Clone)]
pub struct Environment {
    pub name: EnvironmentName,
    /// What people call it for short: `gstg`.
    pub short: String,
    pub tier: Tier,
    /// Where its quality people hear of changes.
    pub qa_channel: Option<ChannelName>,
    /// What stands under answers: the host that evaluates.
    pub host: String,
    /// The deployments that share this environment's flags, in the order in which they happen:
    /// a canary before the environment itself.
    pub stages: Vec<Stage>,
    pub place: Place,
}

/// A deployment of an environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    /// `staging-canary`.
    pub name: String,
    /// `gstg-cny`.
    pub short: String,
    /// What GitLab's deployments call it.
    pub deployed_as: String,
}

/// How much depends on an environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tier {
    Development,
    Other,
    /// Whatever production gets is seen here first.
    Staging,
    Production,
}

/// Who keeps the flags.
#[derive(Clone)]
pub enum Place {
    Hosted(Hosted),
    Remote(Remote),
}

/// Why environments cannot stand beside each other.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidRegistry {
    #[error("two environments answer to {0:?}; give each its own name and short name")]
    Twice(String),
    #[error("there is no environment; name at least one")]
    Empty,
}

impl Tier {
    /// Every tier, by the name that the configuration has for it.
    pub const NAMES: [(&'static str, Self); 4] = [
        ("development", Self::Development),
        ("other", Self::Other),
        ("staging", Self::Staging),
        ("production", Self::Production),
    ];
}

impl Environments {
    /// # Errors
    /// When there is none, or a name is used twice.
    pub fn new(environments: Vec<Environment>) -> Result<Self, InvalidRegistry> {
        if environments.is_empty() {
            return Err(InvalidRegistry::Empty);
        }
        let mut names = std::collections::HashSet::new();
        for environment in &environments {
            let name = environment.name.as_str();
            let short = Some(environment.short.as_str()).filter(|short| *short != name);
            for name in std::iter::once(name).chain(short) {
                if !names.insert(name) {
                    return Err(InvalidRegistry::Twice(name.to_owned()));
                }
            }
        }
        Ok(Self(environments.into()))
    }

    pub fn iter(&self) -> impl Iterator<Item = &Environment> {
        self.0.iter()
    }

    /// The environment with this name or short name.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<&Environment> {
        self.iter()
            .find(|environment| environment.name.as_str() == name || environment.short == name)
    }

    /// The environment that a command is for when it names none.
    #[must_use]
    pub fn production(&self) -> Option<&Environment> {
        self.iter()
            .find(|environment| environment.tier == Tier::Production)
    }

    /// The environments whose flags are kept here.
    pub fn hosted(&self) -> impl Iterator<Item = (&Environment, &Hosted)> {
        self.iter()
            .filter_map(|environment| match &environment.place {
                Place::Hosted(hosted) => Some((environment, hosted)),
                Place::Remote(_) => None,
            })
    }
}

impl Environment {
    /// Every flag that somebody has touched, by name.
    ///
    /// # Errors
    /// When the environment does not answer.
    pub async fn list(&self) -> Result<Vec<FlagRecord>, EnvironmentError> {
        match &self.place {
            Place::Hosted(hosted) => hosted.list().await,
            Place::Remote(remote) => remote.list().await,
        }
    }

    /// One flag; without gates when nobody has touched it.
    ///
    /// # Errors
    /// When the environment does not answer.
    pub async fn get(&self, flag: &FlagKey) -> Result<FlagRecord, EnvironmentError> {
        match &self.place {
            Place::Hosted(hosted) => hosted.get(flag).await,
            Place::Remote(remote) => remote.get(flag).await,
        }
    }

    /// What a change would do. Changes nothing.
    ///
    /// # Errors
    /// As [`change`](Self::change).
    pub async fn preview(&self, request: &ChangeRequest) -> Result<Preview, ChangeError> {
        match &self.place {
            Place::Hosted(hosted) => hosted.preview(request).await,
            Place::Remote(remote) => remote.preview(request).await,
        }
    }

    /// Changes a flag: everything that is asked for, or nothing.
    ///
    /// # Errors
    /// See [`ChangeError`].
    pub async fn change(&self, request: ChangeRequest) -> Result<Changed, ChangeError> {
        let note = request.along.note.clone();
        let changed = match &self.place {
            Place::Hosted(hosted) => hosted.change(request).await,
            Place::Remote(remote) => remote.change(request).await,
        };
        changed.inspect(|changed| log(changed, &note))
    }

    /// Forgets that a flag was ever touched.
    ///
    /// # Errors
    /// When the environment does not take it.
    pub async fn delete(&self, flag: &FlagKey, along: Along) -> Result<Changed, ChangeError> {
        let note = along.note.clone();
        let changed = match &self.place {
            Place::Hosted(hosted) => hosted.delete(flag, along).await,
            Place::Remote(remote) => remote.delete(flag, along).await,
        };
        changed.inspect(|changed| log(changed, &note))
    }

    /// Puts a flag back to what it was, if it still stands as it was left.
    ///
    /// # Errors
    /// [`ChangeError::Conflict`] when it does not.
    pub async fn restore(
        &self,
        flag: &FlagKey,
        expected: Option<&Gates>,
        to: Option<&Gates>,
        along: Along,
    ) -> Result<Changed, ChangeError> {
        let note = along.note.clone();
        let changed = match &self.place {
            Place::Hosted(hosted) => hosted.restore(flag, expected, to, along).await,
            Place::Remote(remote) => remote.restore(flag, expected, to, along).await,
        };
        changed.inspect(|changed| log(changed, &note))
    }

    /// The flag's definition, where this program has it.
    #[must_use]
    pub fn definition(&self, flag: &FlagKey) -> Option<Definition> {
        match &self.place {
            Place::Hosted(hosted) => hosted.catalogue().get(flag).cloned(),
            Place::Remote(remote) => remote.catalogue().get(flag).cloned(),
        }
    }
}

/// The log's line about a change that was made.
fn log(changed: &Changed, note: &Note) {
    let state = |gates: &Option<Gates>| {
        let state = gates.as_ref().map(|gates| gates.state().name());
        state.unwrap_or("not set")
    };
    tracing::info!(
        flag.key = changed.flag.as_str(),
        environment = changed.environment.as_str(),
        author = note.author.name,
        before = state(&changed.before),
        after = state(&changed.after),
        audit.id = changed.entry.as_str(),
        request.id = note.request_id,
        overrides = note.overrides.join(", "),
        "flag changed"
    );
}
