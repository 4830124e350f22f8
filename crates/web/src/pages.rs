//! The service's pages: the log of events, each event's way, dead letters.

use clock::Clock;
use store::Store;

/// What the pages say besides what the store knows.
#[derive(Clone, Debug, Default)]
pub struct Setup {
    /// Other places to look at, each with its name: the demo's Slack and GitLab.
    pub places: Vec<(String, String)>,
}

/// What the pages need.
#[derive(Clone)]
pub struct Pages {
    pub(crate) store: Store,
    pub(crate) clock: Clock,
    pub(crate) setup: Setup,
}

impl Pages {
    #[must_use]
    pub fn new(store: Store, clock: Clock, setup: Setup) -> Self {
        Self { store, clock, setup }
    }
}

pub(crate) fn router(_: Pages, _: crate::Access) -> axum::Router {
    axum::Router::new()
}
