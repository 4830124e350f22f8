//! What somebody asks of a rollout, from a form or from JSON, as an act.
//!
//! What becomes of it, and who may, is left to the rollout.

use rollouts::plan::MonitorName;
use rollouts::{Act, Link, Overridden, Rollout};

/// What can be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Verb {
    Advance,
    Hold,
    Resume,
    Back,
    RollBack,
    Approve,
    Override,
    Acknowledge,
    Tick,
    Untick,
    Adopt,
    Restore,
    Link,
    Cancel,
}

/// Each with its name in the API and in [`rollouts::Offer`], and what it makes on a page.
const VERBS: [(Verb, &str, &str); 14] = [
    (Verb::Advance, "advance", "advances"),
    (Verb::Hold, "hold", "holds"),
    (Verb::Resume, "resume", "resumptions"),
    (Verb::Back, "back", "returns"),
    (Verb::RollBack, "rollback", "rollbacks"),
    (Verb::Approve, "approve", "approvals"),
    (Verb::Override, "override", "overrides"),
    (Verb::Acknowledge, "acknowledge", "acknowledgements"),
    (Verb::Tick, "tick", "ticks"),
    (Verb::Untick, "untick", "tick-removals"),
    (Verb::Adopt, "adopt", "adoptions"),
    (Verb::Restore, "restore", "restorations"),
    (Verb::Link, "link", "links"),
    (Verb::Cancel, "cancel", "cancellations"),
];

/// What was given along.
#[derive(Clone, Debug, Default)]
pub(crate) struct Given {
    /// The stage, item, monitor or precondition that it is about.
    pub(crate) about: String,
    /// A reason, a note, evidence, or the address of what is linked.
    pub(crate) words: String,
}

/// What it is about is missing, or nothing of that kind: what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct NotAnAct(String);

impl Verb {
    pub(crate) fn named(name: &str) -> Option<Self> {
        let mut all = VERBS.iter();
        all.find(|(_, known, _)| *known == name)
            .map(|(verb, ..)| *verb)
    }

    /// What it makes, as a part of an address.
    pub(crate) fn resource(self) -> &'static str {
        let mut all = VERBS.iter();
        all.find(|(verb, ..)| *verb == self)
            .map_or("", |(.., resource)| resource)
    }

    pub(crate) fn making(resource: &str) -> Option<Self> {
        let mut all = VERBS.iter();
        all.find(|(.., known)| *known == resource)
            .map(|(verb, ..)| *verb)
    }

    /// The act.
    ///
    /// # Errors
    /// When what was given is not what it needs.
    pub(crate) fn act(self, given: &Given, rollout: &Rollout) -> Result<Act, NotAnAct> {
        let text = given.words.trim();
        let words = || text.to_owned();
        let perhaps = || (!text.is_empty()).then(words);
        Ok(match self {
            Self::Advance => Act::Advance,
            Self::Hold => Act::Hold { reason: words() },
            Self::Resume => Act::Resume { note: perhaps() },
            Self::Back => Act::Back {
                to: about(given, "a stage of the plan")?,
                reason: perhaps(),
            },
            Self::RollBack => Act::RollBack { reason: perhaps() },
            Self::Approve => Act::Approve { note: perhaps() },
            Self::Override => Act::Override {
                what: overridden(given, rollout)?,
                reason: words(),
            },
            Self::Acknowledge => Act::Acknowledge,
            Self::Tick => Act::Tick {
                item: about(given, "an item of the plan")?,
                evidence: words(),
            },
            Self::Untick => Act::Untick {
                item: about(given, "an item of the plan")?,
            },
            Self::Adopt => Act::Adopt,
            Self::Restore => Act::Restore,
            Self::Link => Act::Link {
                link: link(given)?,
                url: words(),
            },
            Self::Cancel => Act::Cancel { reason: words() },
        })
    }
}

fn about<T>(given: &Given, what: &str) -> Result<T, NotAnAct>
where
    T: std::str::FromStr,
    T::Err: std::fmt::Display,
{
    let text = given.about.trim();
    if text.is_empty() {
        return Err(NotAnAct(format!("is missing; name {what}")));
    }
    text.parse()
        .map_err(|error: T::Err| NotAnAct(error.to_string()))
}

/// A monitor where there is one of that name, else a precondition.
fn overridden(given: &Given, rollout: &Rollout) -> Result<Overridden, NotAnAct> {
    let name = given.about.trim();
    Ok(match name {
        "" => {
            let needed = "is missing; name a precondition, a monitor, `evidence` or `soak`";
            return Err(NotAnAct(needed.to_owned()));
        }
        "evidence" => Overridden::Evidence,
        "soak" => Overridden::Soak,
        name => match name.parse::<MonitorName>() {
            Ok(monitor) if rollout.plan.monitor(&monitor).is_some() => Overridden::Monitor(monitor),
            Ok(_) | Err(_) => Overridden::Precondition(name.to_owned()),
        },
    })
}

/// A thread is linked by itself only.
fn link(given: &Given) -> Result<Link, NotAnAct> {
    match given.about.trim() {
        "rollout_issue" => Ok(Link::RolloutIssue),
        "change_issue" => Ok(Link::ChangeIssue),
        "removal" => Ok(Link::Removal),
        _ => Err(NotAnAct(
            "is none of `rollout_issue`, `change_issue` and `removal`".to_owned(),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_verb_is_found_by_its_name_and_by_what_it_makes() {
        for (verb, name, resource) in VERBS {
            assert_eq!(Verb::named(name), Some(verb));
            assert_eq!(Verb::making(resource), Some(verb));
            assert_eq!(verb.resource(), resource);
        }
        assert_eq!(Verb::named("holds"), None);
        assert_eq!(Verb::making("hold"), None);
    }
}
