//! What somebody's Home shows now, as it is remembered.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use slack::View;
use store::Home;

use super::facts::{Facts, OfProject};

/// Stands among the pages of who sees whether messages get through.
pub(super) const DELIVERIES: &str = "deliveries";
/// Stands among the pages of who sees flags.
pub(super) const FLAGS: &str = "flags";

/// What is remembered of a Home beside whose it is: the store's `digest`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Shown {
    /// When its owner looked at it last.
    pub(super) opened_at: Timestamp,
    /// Slack's, of what it shows.
    pub(super) hash: String,
    /// Tells one content from another.
    pub(super) content: String,
    /// Whether it is that of a linked account.
    pub(super) is_linked: bool,
    /// The pages of what it lists, and what kinds of things that have none it tells of.
    pub(super) pages: Vec<String>,
}

impl Shown {
    /// What the store remembers; nothing when another version wrote it.
    pub(super) fn of(home: &Home) -> Option<Self> {
        serde_json::from_str(&home.digest).ok()
    }

    pub(super) fn text(&self) -> String {
        serde_json::json!(self).to_string()
    }
}

/// The same for two views that look alike.
pub(super) fn content(view: &View) -> String {
    hex::encode(Sha256::digest(serde_json::json!(view).to_string()))
}

pub(super) fn is_linked(facts: &Facts) -> bool {
    match facts {
        Facts::Unlinked | Facts::Relink(_) => false,
        Facts::Loading | Facts::Linked(_) => true,
    }
}

/// What the view tells of, for knowing whom an event concerns.
pub(super) fn pages(facts: &Facts) -> Vec<String> {
    let board = match facts {
        Facts::Linked(board) => board,
        Facts::Unlinked | Facts::Relink(_) | Facts::Loading => return Vec::new(),
    };
    fn of<T>(
        found: Option<&gitlab::rest::Listed<OfProject<T>>>,
        url: impl Fn(&T) -> Option<&String>,
    ) -> Vec<String> {
        let items = found.into_iter().flat_map(|listed| &listed.items);
        items.filter_map(|one| url(&one.it)).cloned().collect()
    }
    let mut pages = of(board.to_review.as_ref(), |it| it.web_url.as_ref());
    pages.extend(of(board.mine.as_ref(), |it| it.web_url.as_ref()));
    pages.extend(of(board.issues.as_ref(), |it| it.web_url.as_ref()));
    pages.extend(of(board.failed_pipelines.as_ref(), |it| {
        it.web_url.as_ref()
    }));
    let has_projects = board
        .projects
        .as_ref()
        .is_some_and(|of| !of.items.is_empty());
    // A rollout's steps change its flag.
    let has_flags = board.flags.as_ref().is_some_and(|of| !of.items.is_empty())
        || board
            .rollouts
            .as_ref()
            .is_some_and(|of| !of.items.is_empty());
    pages.extend(has_projects.then(|| DELIVERIES.to_owned()));
    pages.extend(has_flags.then(|| FLAGS.to_owned()));
    pages
}
