//! The rollout issue: its text, its boxes and its comments, made from the plan and from how the
//! rollout stands. What people read there is what the thread in Slack says, in GitLab's Markdown.
//!
//! Every box of ours ends with a marker that nobody sees, by which it is found again however
//! people reword the issue. Names and reasons that people typed stand as code or escaped: an
//! issue pings nobody, and nothing typed elsewhere becomes one of GitLab's quick actions.

mod comment;
mod description;
mod feature;
mod items;
mod markdown;

use crate::plan::Plan;
use crate::status::State;

pub use comment::comment;
pub use description::{description, rollout_of, steps_marker, with_steps};
pub use feature::announcement;
pub use items::{Item, items};

/// Characters of an issue's title that GitLab keeps.
const LONGEST_TITLE: usize = 255;

/// The labels that every rollout issue of ours has.
pub const LABEL: &str = "feature flag";

/// Every label that says how far a rollout is; scoped, so that GitLab keeps one of them.
const STATES: &[State] = &[
    State::Running,
    State::Held,
    State::RollingBack,
    State::RolledBack,
    State::Completed,
    State::Cancelled,
];

/// The title.
#[must_use]
pub fn title(plan: &Plan) -> String {
    let written = plan.prose.title.trim();
    let title = if written.is_empty() {
        format!("[Feature flag] Roll out {}", plan.flag)
    } else {
        written.replace(['\n', '\r'], " ")
    };
    title.chars().take(LONGEST_TITLE).collect()
}

/// The comment that nobody sees, by which an item, a comment or an issue of ours is found again.
#[must_use]
pub fn marker(name: &str) -> String {
    format!("<!-- signalbox:{name} -->")
}

/// The label for a rollout in this state.
#[must_use]
pub fn label(state: State) -> &'static str {
    match state {
        State::Running => "rollout::running",
        State::Held => "rollout::held",
        State::RollingBack => "rollout::rolling back",
        State::RolledBack => "rollout::rolled back",
        State::Completed => "rollout::completed",
        State::Cancelled => "rollout::cancelled",
    }
}

/// The labels of the other states, for a GitLab whose scopes keep several.
#[must_use]
pub fn other_labels(state: State) -> Vec<&'static str> {
    let others = STATES.iter().filter(|other| **other != state);
    others.map(|other| label(*other)).collect()
}
