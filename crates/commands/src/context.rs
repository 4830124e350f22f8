//! What a command is run with, and the questions that most commands ask first.

use std::collections::BTreeSet;

use domain::Role;
use environments::{Environment, Place, Tier};
use flags::{Catalogue, FlagKey};
use jiff::Timestamp;
use store::Note;

use crate::answer::Refused;
use crate::caller::Caller;
use crate::chatops::{ChatOps, Parts};
use crate::grammar::Invocation;
use crate::people::Person;
use crate::progress::Progress;
use crate::wording::{Name, OneOf};

/// One command that is being run.
pub(crate) struct Context<'a> {
    pub(crate) chatops: &'a ChatOps,
    pub(crate) caller: &'a Caller,
    pub(crate) progress: &'a Progress,
    /// What was typed, in the grammar's own spelling.
    pub(crate) line: String,
    pub(crate) request_id: String,
}

impl<'a> Context<'a> {
    pub(crate) fn parts(&self) -> &'a Parts {
        self.chatops.parts()
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.parts().clock.now()
    }

    /// The environments that were named; production when none was.
    pub(crate) fn environments(
        &self,
        invocation: &Invocation,
    ) -> Result<Vec<&'a Environment>, Refused> {
        let all = &self.parts().environments;
        if invocation.environments.is_empty() {
            let production = all.production().ok_or_else(|| {
                let names: Vec<String> = all
                    .iter()
                    .map(|known| format!("--{}", known.name))
                    .collect();
                Refused(format!(
                    "there is no production; name an environment: {}",
                    OneOf(&names)
                ))
            })?;
            return Ok(vec![production]);
        }
        let named = invocation.environments.iter();
        Ok(named.filter_map(|name| all.named(name)).collect())
    }

    /// What is known of whoever types in Slack: by their linked account, and by the configuration.
    fn known(&self) -> impl Iterator<Item = &Person> {
        let slack = match self.caller {
            Caller::Slack(slack) => Some(slack),
            Caller::Shell { .. } | Caller::Page { .. } => None,
        };
        let configured = slack.and_then(|slack| {
            let name = slack.is_configured_workspace.then_some(&*slack.user_name);
            self.parts().people.find(&slack.user, name)
        });
        let linked = slack.and_then(|slack| slack.person.as_ref());
        linked.into_iter().chain(configured)
    }

    /// Whether the caller's name is theirs for sure.
    pub(crate) fn is_known(&self) -> bool {
        match self.caller {
            Caller::Slack(_) => self.known().next().is_some(),
            Caller::Shell { .. } | Caller::Page { .. } => true,
        }
    }

    /// The caller's user name in GitLab.
    pub(crate) fn gitlab_name(&self) -> &str {
        let named = self.known().find_map(|person| person.gitlab.as_deref());
        named.unwrap_or(self.caller.name())
    }

    /// What somebody in Slack may do.
    pub(crate) fn roles(&self) -> BTreeSet<Role> {
        let roles = self.known().flat_map(|person| person.roles.iter().copied());
        roles.collect()
    }

    /// Whether the caller may look at anything. Everybody of the configured workspace may; the app
    /// can be installed in others by people who are nobody here.
    pub(crate) fn may_look(&self) -> Result<(), Refused> {
        let Caller::Slack(slack) = self.caller else {
            return Ok(());
        };
        if slack.is_configured_workspace || self.known().any(|person| !person.roles.is_empty()) {
            return Ok(());
        }
        let administrators = &self.parts().rules.administrators;
        Err(Refused(format!(
            "in this workspace flags and releases are for people with a role; {administrators} can give you one, and it counts once your GitLab account is linked"
        )))
    }

    /// Whether the caller may change flags at all.
    pub(crate) fn may_change(&self) -> Result<(), Refused> {
        let Caller::Slack(slack) = self.caller else {
            return Ok(());
        };
        let administrators = &self.parts().rules.administrators;
        if self
            .known()
            .any(|person| person.roles.contains(&Role::Operator))
        {
            return Ok(());
        }
        Err(Refused(if self.known().next().is_some() {
            format!("changing flags needs the role operator, which {administrators} can give you")
        } else {
            format!(
                "{} ({}) is not among the people who may change flags; {administrators} can add you",
                Name(&slack.user_name),
                slack.user
            )
        }))
    }

    /// Whether the caller may change these environments from where they are.
    pub(crate) fn may_change_here(&self, environments: &[&Environment]) -> Result<(), Refused> {
        self.may_change()?;
        let Caller::Slack(slack) = self.caller else {
            return Ok(());
        };
        let channels = &self.parts().rules.production_channels;
        let production = environments
            .iter()
            .find(|known| known.tier == Tier::Production);
        match production {
            Some(production)
                if !channels.is_empty() && !channels.iter().any(|channel| slack.is_in(channel)) =>
            {
                let names: Vec<&str> = channels.iter().map(|channel| channel.as_str()).collect();
                Err(Refused(format!(
                    "{} is changed from {} only; nothing was changed",
                    Name(production.name.as_str()),
                    OneOf(&names)
                )))
            }
            Some(_) | None => Ok(()),
        }
    }

    /// What is written down with a change.
    pub(crate) fn note(&self, reason: Option<&str>) -> Note {
        Note {
            author: self.caller.author(),
            reason: reason.map(str::to_owned),
            request_id: self.request_id.clone(),
            overrides: Vec::new(),
            command: Some(self.line.clone()),
        }
    }
}

/// The flag that a word names.
pub(crate) fn flag_key(text: &str) -> Result<FlagKey, Refused> {
    text.parse().map_err(|_| {
        Refused(format!(
            "{} is no name of a flag: letters, digits, `_`, `-`, `:` and `.`, 255 at most",
            Name(text)
        ))
    })
}

/// The definitions that this program has for an environment.
pub(crate) fn catalogue(environment: &Environment) -> &Catalogue {
    match &environment.place {
        Place::Hosted(hosted) => hosted.catalogue(),
        Place::Remote(remote) => remote.catalogue(),
    }
}
