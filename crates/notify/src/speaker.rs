//! Who speaks: a place has two integrations, and a flag decides which one tells of an event.
//!
//! Asked once an event, so that it is never both. Never neither either: where only one of the two
//! is set up, that one speaks whatever the flag says. Keeping the decision with the event is the
//! caller's business.

mod why;

use domain::event::Event;
use flags::{ActorId, Asked, Reason, Snapshot};

use crate::integration::Integration;
use crate::settings::{Settings, and_ancestors, lower_case};

pub use why::Why;

/// The flag, and how the places that it is asked for are called.
#[derive(Clone, Copy)]
pub struct Speakers<'a> {
    pub flags: &'a Snapshot,
    /// The flag that is enabled where the app speaks.
    pub flag: &'a str,
    /// The actor (`Group:9`) of the group at a path, which is given in lower case; `None` where
    /// nobody has heard of its id.
    pub group_of: &'a dyn Fn(&str) -> Option<&'a str>,
    /// The actor of the instance: `FlipperGitlabInstance:gitlab.example.com`.
    pub instance: &'a str,
    /// A random number from 0 to 1 (not reached), for a percentage of time.
    pub draw: &'a dyn Fn() -> f64,
}

/// The place whose integrations are asked: where an event happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place<'a> {
    Project { id: Option<u64>, path: &'a str },
    Group { id: Option<u64>, path: &'a str },
    Instance,
}

/// Which integration speaks, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Speaking {
    pub integration: Integration,
    pub why: Why,
}

impl<'a> Place<'a> {
    /// Where an event happened: in its project, else in its group, else only in the instance.
    #[must_use]
    pub fn of(event: &'a Event) -> Self {
        if let Some(project) = &event.project {
            let (id, path) = (project.id, project.path.as_str());
            return Self::Project { id, path };
        }
        match &event.group {
            Some(group) if group.id.is_some() || !group.path.is_empty() => Self::Group {
                id: group.id,
                path: &group.path,
            },
            Some(_) | None => Self::Instance,
        }
    }

    /// Its path, unless it is the instance or the event did not say.
    #[must_use]
    pub fn path(self) -> Option<&'a str> {
        match self {
            Self::Project { path, .. } | Self::Group { path, .. } => {
                Some(path).filter(|path| !path.is_empty())
            }
            Self::Instance => None,
        }
    }
}

impl Speakers<'_> {
    /// Which integration speaks for a place; `None` where neither is set up.
    #[must_use]
    pub fn choose(&self, place: Place<'_>, settings: &Settings) -> Option<Speaking> {
        let is_active = |integration| {
            let level = settings.nearest(integration, place.path());
            level.is_some_and(|level| level.is_active())
        };
        let only = |integration| Speaking {
            integration,
            why: Why::OnlyOne,
        };
        match (is_active(Integration::App), is_active(Integration::Webhook)) {
            (true, true) => Some(self.ask(place)),
            (true, false) => Some(only(Integration::App)),
            (false, true) => Some(only(Integration::Webhook)),
            (false, false) => None,
        }
    }

    /// What the flag says of a place that has both integrations.
    ///
    /// Only the place itself is asked of a percentage, so that p percent of it are p percent of
    /// projects however deep their groups; the groups above it count where actors are named. A
    /// place whose id is not known asks as nobody.
    #[must_use]
    pub fn ask(&self, place: Place<'_>) -> Speaking {
        let path = lower_case(place.path().unwrap_or_default());
        let above = || and_ancestors(&path).skip(1);
        let groups: Vec<&str> = above().filter_map(|path| (self.group_of)(path)).collect();
        let actor = match place {
            Place::Project { id, .. } => id.map(|id| ActorId::project(id).to_string()),
            Place::Group { id: Some(id), .. } => Some(ActorId::group(id).to_string()),
            Place::Group { id: None, .. } => (self.group_of)(&path).map(str::to_owned),
            Place::Instance => Some(self.instance.to_owned()),
        };
        let asked = Asked {
            actor: actor.as_deref(),
            ancestors: &groups,
        };
        let verdict = self.flags.evaluate(self.flag, &asked, self.draw);
        let integration = if verdict.enabled {
            Integration::App
        } else {
            Integration::Webhook
        };
        let above = match verdict.reason {
            Reason::Actor | Reason::OptedOut => self.named_above(&asked).map(str::to_owned),
            Reason::Unknown
            | Reason::Default
            | Reason::Boolean
            | Reason::PercentageOfActors
            | Reason::PercentageOfTime
            | Reason::Group
            | Reason::Closed => None,
        };
        Speaking {
            integration,
            why: Why::Flag {
                enabled: verdict.enabled,
                reason: verdict.reason,
                actor,
                above,
            },
        }
    }

    /// The group above a place that the flag names, where the place itself is not named.
    fn named_above<'g>(&self, asked: &Asked<'g>) -> Option<&'g str> {
        let gates = self.flags.gates(self.flag)?;
        let is_named = |actor: &str| {
            let actor: Option<ActorId> = actor.parse().ok();
            actor.is_some_and(|actor| {
                gates.actors.contains(&actor) || gates.actors.contains(&actor.opt_out())
            })
        };
        if asked.actor.is_some_and(is_named) {
            return None;
        }
        let mut above = asked.ancestors.iter().copied();
        above.find(|group| is_named(group))
    }
}

#[cfg(test)]
pub(crate) mod tests;
