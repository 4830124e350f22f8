//! Why an event went nowhere, in words that a person can act on.

use std::fmt;

use domain::EventKind;
use domain::event::Event;

use crate::render::Nothing;
use crate::settings::{Branches, LabelMatch, NoChannel, Subscription};

/// Why an event went nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// No subscription holds for the place.
    NotSubscribed {
        kind: EventKind,
        place: String,
    },
    /// The place's subscription does not want the kind; the setting that turns it on.
    NotWanted {
        kind: EventKind,
        place: String,
        setting: &'static str,
    },
    SwitchedOff {
        place: String,
    },
    NoChannel {
        kind: EventKind,
        place: String,
        missing: NoChannel,
    },
    Branch {
        branch: String,
        place: String,
        wanted: Branches,
    },
    PassedPipeline,
    UnchangedPipeline {
        passed: bool,
    },
    Labels {
        place: String,
        wanted: Vec<String>,
        label_match: LabelMatch,
    },
    /// There is nothing to say.
    Nothing(Nothing),
}

impl Reason {
    pub(super) fn not_subscribed(event: &Event) -> Self {
        Self::NotSubscribed {
            kind: event.kind(),
            place: place(event),
        }
    }

    pub(super) fn not_wanted(event: &Event, filed_under: EventKind) -> Self {
        Self::NotWanted {
            kind: event.kind(),
            place: place(event),
            setting: Subscription::toggle(filed_under),
        }
    }

    pub(super) fn switched_off(event: &Event) -> Self {
        Self::SwitchedOff {
            place: place(event),
        }
    }

    pub(super) fn no_channel(event: &Event, filed_under: EventKind, missing: NoChannel) -> Self {
        Self::NoChannel {
            kind: filed_under,
            place: place(event),
            missing,
        }
    }

    /// The reason's name in metrics: there are few of them.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::NotSubscribed { .. } => "not_subscribed",
            Self::NotWanted { .. } => "not_wanted",
            Self::SwitchedOff { .. } => "switched_off",
            Self::NoChannel { .. } => "no_channel",
            Self::Branch { .. } => "branch",
            Self::PassedPipeline => "passed_pipeline",
            Self::UnchangedPipeline { .. } => "unchanged_pipeline",
            Self::Labels { .. } => "labels",
            Self::Nothing(_) => "nothing",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotSubscribed { kind, place } => {
                write!(
                    f,
                    "no channel is subscribed to {} events of {place}",
                    kind.words()
                )
            }
            Self::NotWanted {
                kind,
                place,
                setting,
            } => write!(
                f,
                "the subscription of {place} does not want {} events; {setting} turns them on",
                kind.words()
            ),
            Self::SwitchedOff { place } => {
                write!(f, "the subscription of {place} is switched off")
            }
            Self::NoChannel {
                kind,
                place,
                missing: NoChannel::Missing { key },
            } => write!(
                f,
                "{} events of {place} have no channel; set {key} or channel",
                kind.words()
            ),
            Self::NoChannel {
                kind,
                place,
                missing: NoChannel::OnlyNormalOnes { key },
            } => write!(
                f,
                "{} events of {place} have no channel of their own; set {key}, or \
                 confidential_events_use_normal_channels if everybody there may read them",
                kind.words()
            ),
            Self::Branch {
                branch,
                place,
                wanted,
            } => write!(
                f,
                "branch {branch} is not one that {place} notifies of ({})",
                wanted.name()
            ),
            Self::PassedPipeline => {
                f.write_str("the pipeline passed, and only broken ones are wanted")
            }
            Self::UnchangedPipeline { passed: true } => f.write_str(
                "the pipeline passed as the one before it did, and only changes are wanted",
            ),
            Self::UnchangedPipeline { passed: false } => f.write_str(
                "the pipeline failed as the one before it did, and only changes are wanted",
            ),
            Self::Labels {
                place,
                wanted,
                label_match,
            } => write!(
                f,
                "it does not have {} that {place} notifies of ({})",
                match label_match {
                    LabelMatch::Any => "any of the labels",
                    LabelMatch::All => "all the labels",
                },
                wanted.join(", ")
            ),
            Self::Nothing(nothing) => nothing.fmt(f),
        }
    }
}

/// The place as people call it: its path, or "the instance".
pub(super) fn place(event: &Event) -> String {
    super::path(event).unwrap_or("the instance").to_owned()
}
