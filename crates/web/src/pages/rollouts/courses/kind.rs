//! What the numbers of a monitor are, and how they are called.

use crate::pages::chart::Axis;

/// What the numbers are.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Kind {
    /// Those that failed, of those that were exposed.
    #[default]
    Rate,
    /// Those that failed in a window: nobody counts exposures.
    Count,
    Mean,
    Value,
    Issues,
}

impl Kind {
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Rate => "Failures, of those exposed",
            Self::Count => "Failures a window",
            Self::Mean => "Mean",
            Self::Value => "Value",
            Self::Issues => "New issues",
        }
    }

    pub(super) fn axis(self) -> Axis {
        match self {
            Self::Rate => Axis::Share,
            Self::Count | Self::Mean | Self::Value | Self::Issues => Axis::Number,
        }
    }

    pub(super) fn value_name(self) -> &'static str {
        match self {
            Self::Issues => "issues",
            Self::Rate | Self::Count | Self::Mean | Self::Value => "value",
        }
    }
}
