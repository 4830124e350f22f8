//! Why one integration speaks and not the other, in words for the project's page.

use std::fmt;

use flags::Reason;

use super::Speaking;

/// Why one integration speaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// The other one is missing or switched off, so the flag is not asked.
    OnlyOne,
    /// What the flag said.
    Flag {
        enabled: bool,
        /// The rule that decided.
        reason: Reason,
        /// Who asked; `None` when the place's id is not known.
        actor: Option<String>,
        /// The group above that the flag names, where the place itself is not named.
        above: Option<String>,
    },
}

impl fmt::Display for Speaking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} speaks: {}", self.integration, self.why)
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (enabled, reason, actor, above) = match self {
            Self::OnlyOne => return f.write_str("only this one is set up here"),
            Self::Flag {
                enabled,
                reason,
                actor,
                above,
            } => (*enabled, *reason, actor.as_deref(), above.as_deref()),
        };
        let actor = actor.unwrap_or("this place, whose id is not known");
        match (reason, above) {
            (Reason::Boolean, _) => f.write_str("the flag is enabled for everyone"),
            (Reason::Actor, None) => write!(f, "the flag is enabled for {actor} by name"),
            (Reason::Actor, Some(group)) => {
                write!(
                    f,
                    "the flag is enabled by name for {group}, which is above {actor}"
                )
            }
            (Reason::PercentageOfActors, _) => {
                write!(f, "{actor} is in the flag's percentage of actors")
            }
            (Reason::PercentageOfTime, _) => {
                f.write_str("the flag is enabled a percentage of the time, and now it was")
            }
            (Reason::Group, _) => {
                write!(
                    f,
                    "the flag is enabled for a feature group that {actor} is in"
                )
            }
            (Reason::OptedOut, None) => write!(f, "{actor} has opted out of the flag"),
            (Reason::OptedOut, Some(group)) => {
                write!(
                    f,
                    "{group}, which is above {actor}, has opted out of the flag"
                )
            }
            (Reason::Closed, _) => write!(f, "the flag is not enabled for {actor}"),
            (Reason::Default, _) => {
                let default = if enabled { "enabled" } else { "disabled" };
                write!(f, "nobody has set the flag, which is {default} by default")
            }
            (Reason::Unknown, _) => f.write_str("nobody has defined or set the flag"),
        }
    }
}
