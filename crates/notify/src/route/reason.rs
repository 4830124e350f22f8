//! Why an event went nowhere, in words that a person can act on.

use std::fmt;

use domain::EventKind;
use domain::event::Event;

use crate::integration::Integration;
use crate::render::Nothing;
use crate::settings::{Branches, LabelMatch, NoChannel, Subscription};
use crate::speaker::Place;

/// Why an event went nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Neither integration is set up for the place.
    NotSubscribed { kind: EventKind, place: String },
    /// Each integration that is set up for the place is switched off.
    SwitchedOff { place: String },
    /// The integration that speaks for the place does not want it.
    Refused {
        speaks: Integration,
        refusal: Refusal,
    },
    /// There is nothing to say.
    Nothing(Nothing),
}

/// Why a subscription does not want an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The place's subscription does not want the kind; the setting that turns it on.
    Kind {
        kind: EventKind,
        place: String,
        setting: &'static str,
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
}

impl Reason {
    pub(super) fn not_subscribed(event: &Event) -> Self {
        Self::NotSubscribed {
            kind: event.kind(),
            place: place(event),
        }
    }

    pub(super) fn switched_off(event: &Event) -> Self {
        Self::SwitchedOff {
            place: place(event),
        }
    }

    /// The reason's name in metrics: there are few of them.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::NotSubscribed { .. } => "not_subscribed",
            Self::SwitchedOff { .. } => "switched_off",
            Self::Refused { refusal, .. } => refusal.name(),
            Self::Nothing(_) => "nothing",
        }
    }
}

impl Refusal {
    pub(super) fn not_wanted(event: &Event, filed_under: EventKind) -> Self {
        Self::Kind {
            kind: event.kind(),
            place: place(event),
            setting: Subscription::toggle(filed_under),
        }
    }

    pub(super) fn no_channel(event: &Event, filed_under: EventKind, missing: NoChannel) -> Self {
        Self::NoChannel {
            kind: filed_under,
            place: place(event),
            missing,
        }
    }

    fn name(&self) -> &'static str {
        match self {
            Self::Kind { .. } => "not_wanted",
            Self::NoChannel { .. } => "no_channel",
            Self::Branch { .. } => "branch",
            Self::PassedPipeline => "passed_pipeline",
            Self::UnchangedPipeline { .. } => "unchanged_pipeline",
            Self::Labels { .. } => "labels",
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
            Self::SwitchedOff { place } => {
                write!(f, "the subscription of {place} is switched off")
            }
            Self::Refused { speaks, refusal } => write!(f, "{speaks} speaks: {refusal}"),
            Self::Nothing(nothing) => nothing.fmt(f),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kind {
                kind,
                place,
                setting,
            } => write!(
                f,
                "the subscription of {place} does not want {} events; {setting} turns them on",
                kind.words()
            ),
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
        }
    }
}

/// The place as people call it: its path, or "the instance".
pub(super) fn place(event: &Event) -> String {
    Place::of(event).path().unwrap_or("the instance").to_owned()
}
