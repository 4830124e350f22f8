//! What may be asked of a rollout now, as forms: the same offers that Slack has as buttons.

use std::collections::BTreeSet;

use domain::Role;
use rollouts::{Offer, Status};

use crate::asked::Verb;

/// A form that asks something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Form {
    pub(super) verb: Verb,
    pub(super) about: String,
    pub(super) label: String,
    /// What is asked for along, and whether it must be given; nothing where nothing is taken.
    pub(super) words: Option<(&'static str, bool)>,
    /// What somebody had typed, and why nothing came of it.
    pub(super) refused: Option<(String, String)>,
}

/// What was tried and refused.
#[derive(Clone, Debug)]
pub(super) struct Tried {
    pub(super) verb: Verb,
    pub(super) about: String,
    pub(super) words: String,
    pub(super) why: String,
}

/// The forms of somebody with these roles.
pub(super) struct Forms {
    all: Vec<Form>,
    /// What was refused and is not on offer any more.
    pub(super) gone: Option<String>,
    /// Whether there is something that they may not.
    pub(super) lacks: Option<&'static str>,
}

impl Forms {
    pub(super) fn of(status: &Status, roles: &BTreeSet<Role>, tried: Option<&Tried>) -> Self {
        let offers = status.may.iter();
        let all: Vec<Form> = offers
            .filter(|offer| is_theirs(offer, roles))
            .filter_map(|offer| Form::of(offer, tried))
            .collect();
        let is_shown = all.iter().any(|form| form.refused.is_some());
        let lacking = status.may.iter().find(|offer| !is_theirs(offer, roles));
        Self {
            gone: tried.filter(|_| !is_shown).map(|tried| tried.why.clone()),
            lacks: lacking.map(|offer| offer.role.word()),
            all,
        }
    }

    /// Always in view.
    pub(super) fn roll_back(&self) -> Option<&Form> {
        self.all.iter().find(|form| form.verb == Verb::RollBack)
    }

    /// Those that are about the rollout as a whole.
    pub(super) fn general(&self) -> impl Iterator<Item = &Form> {
        self.all.iter().filter(|form| match form.verb {
            Verb::RollBack | Verb::Tick => false,
            Verb::Override => form.about == "evidence",
            Verb::Advance
            | Verb::Hold
            | Verb::Resume
            | Verb::Back
            | Verb::Approve
            | Verb::Acknowledge
            | Verb::Untick
            | Verb::Adopt
            | Verb::Restore
            | Verb::Link
            | Verb::Cancel => true,
        })
    }

    /// Those that are about this item, precondition or monitor.
    pub(super) fn about(&self, name: &str) -> Vec<Form> {
        let all = self.all.iter();
        all.filter(|form| matches!(form.verb, Verb::Tick | Verb::Override) && form.about == name)
            .cloned()
            .collect()
    }
}

/// Whoever is named may approve and acknowledge without a role; the rollout knows them.
fn is_theirs(offer: &Offer, roles: &BTreeSet<Role>) -> bool {
    let is_by_name = matches!(offer.act.as_str(), "approve" | "acknowledge");
    roles.contains(&offer.role) || is_by_name && !roles.is_empty()
}

impl Form {
    fn of(offer: &Offer, tried: Option<&Tried>) -> Option<Self> {
        let verb = Verb::named(&offer.act)?;
        let about = offer.about.clone().unwrap_or_default();
        let refused = tried
            .filter(|tried| tried.verb == verb && tried.about == about)
            .map(|tried| (tried.words.clone(), tried.why.clone()));
        Some(Self {
            words: words(verb).map(|what| (what, offer.needs_words)),
            label: offer.label.clone(),
            verb,
            about,
            refused,
        })
    }

    /// Unique in its page.
    pub(super) fn id(&self) -> String {
        if self.about.is_empty() {
            return self.verb.resource().to_owned();
        }
        format!("{}-{}", self.verb.resource(), self.about.replace('.', "-"))
    }

    pub(super) fn resource(&self) -> &'static str {
        self.verb.resource()
    }

    pub(super) fn typed(&self) -> &str {
        self.refused.as_ref().map_or("", |(typed, _)| typed)
    }

    pub(super) fn why(&self) -> Option<&str> {
        self.refused.as_ref().map(|(_, why)| why.as_str())
    }

    /// What goes on is what the page is for; what stops is plain.
    pub(super) fn class(&self) -> &'static str {
        match self.verb {
            Verb::Advance | Verb::Approve | Verb::Resume | Verb::Acknowledge | Verb::Tick => "",
            Verb::RollBack => "stop",
            Verb::Hold
            | Verb::Back
            | Verb::Override
            | Verb::Untick
            | Verb::Adopt
            | Verb::Restore
            | Verb::Link
            | Verb::Cancel => "lesser",
        }
    }
}

fn words(verb: Verb) -> Option<&'static str> {
    match verb {
        Verb::Tick => Some("Evidence: words or a link"),
        Verb::Hold | Verb::Override | Verb::Cancel | Verb::Back | Verb::RollBack => Some("Reason"),
        Verb::Approve | Verb::Resume => Some("Note"),
        Verb::Link => Some("Address"),
        Verb::Advance | Verb::Acknowledge | Verb::Untick | Verb::Adopt | Verb::Restore => None,
    }
}
