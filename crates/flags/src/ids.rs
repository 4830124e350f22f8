//! What flags, actors and groups of actors are called.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

domain::text_id!(
    /// Name of a flag as people type it: `tidy_sidebar`, `run_sidekiq_jobs_Some::Worker`.
    FlagKey, "flag", 255,
    |c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | ':' | '.')
);
domain::text_id!(
    /// A group of actors that the configuration names: `gitlab_team_members`.
    GroupName, "feature group", 100,
    |c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')
);

/// Whom a flag is evaluated for: `Project:12`, `User:7`, `Ci::Runner:3`.
///
/// The text is GitLab's `flipper_id`; it is hashed as it stands, so nothing about it may be
/// made uniform.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ActorId(String);

/// Why a text names no actor.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidActor {
    #[error("an actor is written Class:id, such as Project:12; {0:?} is not")]
    Shape(String),
    #[error("an actor's name has at most {limit} characters, this one has {length}", limit = ActorId::MAX_LEN)]
    TooLong { length: usize },
}

impl ActorId {
    /// The most characters of an actor, the suffix of its opt-out not counted.
    pub const MAX_LEN: usize = 255;
    /// What follows an actor's name in the actor set when it has opted out.
    pub const OPT_OUT: &'static str = ":opt_out";

    #[must_use]
    pub fn project(id: u64) -> Self {
        Self(format!("Project:{id}"))
    }

    #[must_use]
    pub fn group(id: u64) -> Self {
        Self(format!("Group:{id}"))
    }

    #[must_use]
    pub fn user(id: u64) -> Self {
        Self(format!("User:{id}"))
    }

    /// The personal namespace of a user.
    #[must_use]
    pub fn user_namespace(id: u64) -> Self {
        Self(format!("Namespaces::UserNamespace:{id}"))
    }

    /// A project's repository, as Gitaly names it.
    #[must_use]
    pub fn repository(path: &str) -> Self {
        Self(format!("Repository:{path}"))
    }

    /// The installation itself, by its host.
    #[must_use]
    pub fn instance(host: &str) -> Self {
        Self(format!("FlipperGitlabInstance:{host}"))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The entry of the actor set that keeps this actor out. Such an entry is its own.
    #[must_use]
    pub fn opt_out(&self) -> Self {
        let actor = self.0.strip_suffix(Self::OPT_OUT).unwrap_or(&self.0);
        Self(format!("{actor}{}", Self::OPT_OUT))
    }

    /// The actor that this entry keeps out, if it is one that does.
    #[must_use]
    pub fn opted_out(&self) -> Option<Self> {
        let actor = self.0.strip_suffix(Self::OPT_OUT)?;
        Some(Self(actor.to_owned()))
    }
}

impl FromStr for ActorId {
    type Err = InvalidActor;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let actor = text.strip_suffix(Self::OPT_OUT).unwrap_or(text);
        let length = actor.chars().count();
        if Self::MAX_LEN < length {
            return Err(InvalidActor::TooLong { length });
        }
        let well_formed = text.split_once(':').is_some_and(|(class, id)| {
            class.starts_with(|c: char| c.is_ascii_uppercase())
                && class.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
                && !id.is_empty()
                && !id.ends_with(':')
                && !text
                    .chars()
                    .any(|c| c.is_whitespace() || c.is_control() || c == ',')
        });
        if well_formed {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidActor::Shape(text.chars().take(80).collect()))
        }
    }
}

impl TryFrom<String> for ActorId {
    type Error = InvalidActor;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<ActorId> for String {
    fn from(actor: ActorId) -> Self {
        actor.0
    }
}

impl fmt::Display for ActorId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actors_are_written_class_and_id() {
        for good in [
            "Project:12",
            "User:7",
            "Ci::Runner:3",
            "Organizations::Organization:1",
            "FlipperGitlabInstance:gitlab.example.com",
            "Project:12:opt_out",
            "Repository:group/project",
        ] {
            assert_eq!(
                good.parse::<ActorId>().map(String::from),
                Ok(good.to_owned())
            );
        }
        for bad in [
            "",
            "12",
            "Project",
            "Project:",
            ":12",
            "project:1",
            "A b:1",
            "User:1,2",
        ] {
            assert!(bad.parse::<ActorId>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn an_opt_out_names_whom_it_keeps_out() {
        let actor = ActorId::project(12);
        assert_eq!(actor.opt_out().as_str(), "Project:12:opt_out");
        assert_eq!(actor.opt_out().opted_out(), Some(actor.clone()));
        assert_eq!(actor.opted_out(), None);
        assert_eq!(actor.opt_out().opt_out(), actor.opt_out());
    }

    #[test]
    fn the_longest_actor_can_opt_out() {
        let longest = format!(
            "Project:{}",
            "1".repeat(ActorId::MAX_LEN - "Project:".len())
        );
        let actor: ActorId = longest.parse().unwrap();
        assert_eq!(actor.opt_out().as_str().parse(), Ok(actor.opt_out()));
        assert_eq!(
            format!("{longest}1").parse::<ActorId>(),
            Err(InvalidActor::TooLong {
                length: ActorId::MAX_LEN + 1
            })
        );
    }

    #[test]
    fn flag_keys_are_what_people_can_type() {
        for good in [
            "tidy_sidebar",
            "run_sidekiq_jobs_Some::Worker",
            "a-b",
            "v1.2",
        ] {
            assert!(good.parse::<FlagKey>().is_ok(), "{good:?}");
        }
        for bad in ["", "tidy sidebar", "a/b", "`a`", "ä"] {
            assert!(bad.parse::<FlagKey>().is_err(), "{bad:?}");
        }
    }
}
