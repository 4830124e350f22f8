//! What a request to change a flag asks for: the decision table of GitLab's Features API.
//!
//! The same five words (`true`, `false`, a number, `opt_out`, `remove_opt_out`) come from HTTP,
//! from a command and from the pages; all of them go through [`plan`]. Whether a named user or
//! project exists is the environment's to find out, and what the change does to the gates is
//! [`apply`](crate::apply)'s.

mod targets;

use serde::{Deserialize, Serialize};

use crate::change::Change;
use crate::ids::{ActorId, GroupName};
use crate::percentage::Percentage;

pub use targets::{InvalidGroup, Targets};

/// A request to change one flag, as it was made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// `true`, `false`, a percentage, `opt_out` or `remove_opt_out`.
    pub value: String,
    /// `percentage_of_actors` or `percentage_of_time`; the latter when nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    #[serde(default, skip_serializing_if = "Targets::is_empty")]
    pub targets: Targets,
}

/// What a request comes to.
#[derive(Clone, Debug, PartialEq)]
pub enum Plan {
    /// One change that concerns everyone.
    Everyone(Change),
    /// The same for each target.
    Each(Verb),
}

/// What is done for each target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    Enable,
    Disable,
    OptOut,
    RemoveOptOut,
}

/// Why a request cannot mean anything, whatever is stored of the flag.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadRequest {
    #[error("value is missing")]
    MissingValue,
    /// The names of the parameters that exclude each other.
    #[error("{} are mutually exclusive", .0.join(", "))]
    MutuallyExclusive(Vec<&'static str>),
    #[error(transparent)]
    Group(#[from] InvalidGroup),
    #[error("{0:?} is not a percentage: give true, false or a number from 0 to 100")]
    NotAPercentage(String),
    #[error(
        "cannot set the flag to {value:?} for {target}: \
         for single targets give true, false, opt_out or remove_opt_out"
    )]
    CannotSetTarget { value: String, target: String },
    #[error("cannot {} without a target: name a user, project, group, namespace or repository", .0.words())]
    NeedsTarget(Verb),
    #[error(
        "cannot set {key:?} to {value:?}: the key is percentage_of_actors or percentage_of_time"
    )]
    UnknownKey { key: String, value: String },
}

impl BadRequest {
    /// Whether the parameters themselves are wrong, which GitLab answers as `{"error": …}`; the
    /// rest it answers as `{"message": "400 Bad request - …"}`.
    #[must_use]
    pub fn is_about_parameters(&self) -> bool {
        match self {
            Self::MissingValue | Self::MutuallyExclusive(_) | Self::Group(_) => true,
            Self::NotAPercentage(_)
            | Self::CannotSetTarget { .. }
            | Self::NeedsTarget(_)
            | Self::UnknownKey { .. } => false,
        }
    }
}

/// Reads the decision table.
///
/// 0 and 100 mean off and on for everyone whatever the key says, and so clear every other gate;
/// GitLab compares the texts, so that `0.00` is a number like any other.
///
/// # Errors
/// When the parameters contradict each other or the value means nothing.
pub fn plan(request: &Request) -> Result<Plan, BadRequest> {
    let value = request.value.as_str();
    if value.is_empty() {
        return Err(BadRequest::MissingValue);
    }
    if request.targets.is_empty() {
        return everyone(value, request.key.as_deref()).map(Plan::Everyone);
    }
    if request.key.is_some() {
        let mut names = vec!["key"];
        names.extend(request.targets.parameters().map(|(name, _)| name));
        return Err(BadRequest::MutuallyExclusive(names));
    }
    match word(value) {
        Some(verb) => Ok(Plan::Each(verb)),
        None => Err(BadRequest::CannotSetTarget {
            value: shortened(value),
            target: shortened(&request.targets.to_string()),
        }),
    }
}

fn everyone(value: &str, key: Option<&str>) -> Result<Change, BadRequest> {
    match word(value) {
        Some(Verb::Enable) => return Ok(Change::SetBoolean(true)),
        Some(Verb::Disable) => return Ok(Change::SetBoolean(false)),
        Some(verb @ (Verb::OptOut | Verb::RemoveOptOut)) => {
            return Err(BadRequest::NeedsTarget(verb));
        }
        None => (),
    }
    let share: Percentage = value
        .parse()
        .map_err(|_| BadRequest::NotAPercentage(shortened(value)))?;
    match key {
        Some("percentage_of_actors") => Ok(Change::PercentageOfActors(share)),
        Some("percentage_of_time") | None => Ok(Change::PercentageOfTime(share)),
        Some(key) => Err(BadRequest::UnknownKey {
            key: shortened(key),
            value: shortened(value),
        }),
    }
}

fn word(value: &str) -> Option<Verb> {
    match value {
        "true" | "100" | "100.0" => Some(Verb::Enable),
        "false" | "0" | "0.0" => Some(Verb::Disable),
        "opt_out" => Some(Verb::OptOut),
        "remove_opt_out" => Some(Verb::RemoveOptOut),
        _ => None,
    }
}

/// Enough of a text to recognize it by.
fn shortened(text: &str) -> String {
    text.chars().take(80).collect()
}

impl Verb {
    /// What this does for one actor.
    #[must_use]
    pub fn actor(self, actor: ActorId) -> Change {
        match self {
            Self::Enable => Change::EnableActor(actor),
            Self::Disable => Change::DisableActor(actor),
            Self::OptOut => Change::OptOut(actor),
            Self::RemoveOptOut => Change::RemoveOptOut(actor),
        }
    }

    /// What this does for a feature group. `None`: one cannot opt out, it has no id.
    #[must_use]
    pub fn group(self, group: GroupName) -> Option<Change> {
        match self {
            Self::Enable => Some(Change::EnableGroup(group)),
            Self::Disable => Some(Change::DisableGroup(group)),
            Self::OptOut | Self::RemoveOptOut => None,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Enable => "enable",
            Self::Disable => "disable",
            Self::OptOut => "opt out",
            Self::RemoveOptOut => "remove an opt-out",
        }
    }
}

impl Request {
    /// A request for everyone.
    #[must_use]
    pub fn everyone(value: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            ..Self::default()
        }
    }

    /// The request as GitLab's API takes it, as names and values of a form.
    pub fn parameters(&self) -> impl Iterator<Item = (&'static str, String)> {
        let key = self.key.iter().map(|key| ("key", key.clone()));
        [("value", self.value.clone())]
            .into_iter()
            .chain(key)
            .chain(self.targets.parameters())
    }

    /// Reads what [`Self::parameters`] gives. Names that are none of a request's are passed over,
    /// as GitLab does; of one that is given twice the last holds.
    ///
    /// # Errors
    /// When the feature group's name is none. The rest is [`plan`]'s to refuse.
    pub fn from_parameters<'a>(
        parameters: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, BadRequest> {
        let mut request = Self::default();
        for (name, value) in parameters {
            match name {
                "value" => value.clone_into(&mut request.value),
                "key" if value.is_empty() => request.key = None,
                "key" => request.key = Some(value.to_owned()),
                name => request.targets.set(name, value)?,
            }
        }
        Ok(request)
    }
}

#[cfg(test)]
mod tests;
