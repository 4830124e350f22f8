//! How much of the past the pictures show.

use domain::RolloutId;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use crate::pages::address;
use crate::pages::rollouts::href;

/// How much of the past is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::pages) enum Past {
    #[default]
    Hours,
    Day,
    All,
}

impl Past {
    const ALL: [(Self, &'static str, &'static str); 3] = [
        (Self::Hours, "hours", "6 hours"),
        (Self::Day, "day", "a day"),
        (Self::All, "all", "everything"),
    ];

    pub(super) fn from(self, started: Timestamp, to: Timestamp) -> Timestamp {
        let back = match self {
            Self::Hours => SignedDuration::from_hours(6),
            Self::Day => SignedDuration::from_hours(24),
            Self::All => return started,
        };
        started.max(to - back)
    }

    pub(super) fn address(self, id: &RolloutId) -> String {
        let mut all = Self::ALL.into_iter();
        let name = all.find(|(past, ..)| *past == self);
        let name = name.map_or("", |(_, name, _)| name);
        address::with(&href(id), &[("past", name)])
    }

    pub(super) fn choices(self, id: &RolloutId) -> Vec<(&'static str, String, bool)> {
        let all = Self::ALL.into_iter();
        all.map(|(past, _, words)| {
            (
                words,
                format!("{}#monitors", past.address(id)),
                past == self,
            )
        })
        .collect()
    }
}
