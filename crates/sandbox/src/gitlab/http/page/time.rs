//! Letting time pass, and how busy the sample projects are: what a rollout waits for.

use std::time::Duration;

use axum::extract::{Form, State};
use axum::response::Redirect;
use serde::Deserialize;

use crate::gitlab::GitLabSandbox;
use crate::gitlab::http::html::Safe;
use crate::gitlab::story::traffic::{Busy, SAMPLE_PROJECTS};

/// What the buttons let pass, in minutes.
const PASSES: [(u64, &str); 3] = [
    (15, "Let 15 minutes pass"),
    (60, "Let an hour pass"),
    (24 * 60, "Let a day pass"),
];
/// Enough for a share of a tenth to be judged within an hour.
const BUSY: u64 = 6_000;
/// More than any button lets pass.
const LONGEST: u64 = 7 * 24 * 60;

#[derive(Deserialize)]
pub(in crate::gitlab::http) struct Passing {
    minutes: u64,
}

#[derive(Deserialize)]
pub(in crate::gitlab::http) struct Pace {
    events_per_hour: u64,
}

/// `POST /time`: everything that is due by then happens first.
pub(in crate::gitlab::http) async fn pass(
    State(sandbox): State<GitLabSandbox>,
    Form(passing): Form<Passing>,
) -> Redirect {
    let minutes = passing.minutes.min(LONGEST);
    sandbox.advance(Duration::from_secs(minutes * 60)).await;
    Redirect::to("/")
}

/// `POST /traffic`: how busy the sample projects are.
pub(in crate::gitlab::http) async fn set_traffic(
    State(sandbox): State<GitLabSandbox>,
    Form(pace): Form<Pace>,
) -> Redirect {
    let busy = Busy {
        projects: SAMPLE_PROJECTS,
        events_per_hour: pace.events_per_hour.min(BUSY),
    };
    sandbox.set_traffic(busy).await;
    Redirect::to("/")
}

pub(super) fn section(sandbox: &GitLabSandbox) -> String {
    let now = sandbox.options().clock.now();
    let now = now.strftime("%Y-%m-%d %H:%M UTC").to_string();
    let tiles: String = PASSES
        .iter()
        .map(|(minutes, label)| tile("minutes", *minutes, label))
        .collect();
    let (pace, label) = if sandbox.traffic_due().is_some() {
        (0, "Quiet the sample projects")
    } else {
        (BUSY, "Let 2,000 sample projects send events")
    };
    format!(
        "<h2>Time</h2><p class=\"about\">It is {now}.</p>\
         <form method=\"post\" action=\"/time\"><div class=\"tiles\">{tiles}</div></form>\
         <form method=\"post\" action=\"/traffic\"><div class=\"tiles\">{traffic}</div></form>",
        now = Safe(&now),
        traffic = tile("events_per_hour", pace, label),
    )
}

fn tile(name: &str, value: u64, label: &str) -> String {
    format!(
        "<div class=\"tile\"><button name=\"{name}\" value=\"{value}\">{}</button></div>",
        Safe(label)
    )
}
