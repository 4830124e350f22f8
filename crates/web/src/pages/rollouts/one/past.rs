//! How much of the past the pictures show.

use domain::RolloutId;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use super::Look;
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

    pub(super) fn address(self, id: &RolloutId, until: Option<Timestamp>) -> String {
        let mut all = Self::ALL.into_iter();
        let name = all.find(|(past, ..)| *past == self);
        let name = name.map_or("", |(_, name, _)| name);
        let until = until.map(|until| until.to_string()).unwrap_or_default();
        address::with(&href(id), &[("past", name), ("until", &until)])
    }

    pub(super) fn choices(self, id: &RolloutId) -> Vec<(&'static str, String, bool)> {
        let all = Self::ALL.into_iter();
        all.map(|(past, _, words)| {
            (
                words,
                format!("{}#monitors", past.address(id, None)),
                past == self,
            )
        })
        .collect()
    }
}

/// Where other parts of the past are shown.
pub(super) struct Ways {
    /// The page itself.
    pub(super) own: String,
    pub(super) spans: Vec<(&'static str, String, bool)>,
    /// What came before what is drawn, and the newest if that is not.
    pub(super) earlier: Option<String>,
    pub(super) newest: Option<String>,
}

impl Look {
    /// From here, where the pictures begin at `from` and something came before.
    pub(super) fn ways(self, id: &RolloutId, from: Option<Timestamp>) -> Ways {
        let part = |until| format!("{}#monitors", self.past.address(id, until));
        Ways {
            own: self.past.address(id, self.until),
            spans: self.past.choices(id),
            earlier: from.map(|from| part(Some(from))),
            newest: self.until.map(|_| part(None)),
        }
    }
}
