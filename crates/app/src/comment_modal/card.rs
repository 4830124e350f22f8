//! What is told of a comment.

use domain::message::Tone;
use domain::{Message, mrkdwn, say};
use gitlab::rest::{Commented, Note};
use notify::markdown;

use super::target::Found;
use crate::answer::Answer;

/// The characters of a comment that are repeated.
const SHOWN: usize = 500;

/// The comment with its address; for everybody if `is_told_to_all` and nothing in it is
/// confidential.
pub(super) fn answer(
    found: &Found,
    by: &str,
    commented: &Commented,
    is_told_to_all: bool,
) -> Answer {
    let (message, is_private) = match commented {
        Commented::Note(note) => (of_note(found, by, note), note.is_internal()),
        Commented::QuickActions(summary) => (of_actions(found, by, summary), false),
    };
    let is_private = is_private || found.is_confidential || !is_told_to_all;
    Answer::unless(is_private, message)
}

fn of_note(found: &Found, by: &str, note: &Note) -> Message {
    let url = found.url.as_deref().unwrap_or_default();
    let more = format!("{url}#note_{}", note.id);
    let place = markdown::Place {
        project_url: url.split_once("/-/").map_or("", |(project, _)| project),
        project_path: found.connection.project.as_str(),
        more_url: if url.is_empty() { "" } else { &more },
    };
    let by = mrkdwn::code(&format!("@{by}"));
    let headline = say!(
        "{} commented on {}",
        by,
        found.link(&format!("#note_{}", note.id))
    );
    let summary = say!(
        "{} commented on {}",
        by,
        mrkdwn::escape_line(&found.target.called())
    );
    Message::new(summary, headline)
        .tone(Tone::Neutral)
        .body(markdown::to_mrkdwn(&note.body, &place, SHOWN))
}

/// What GitLab says of a comment that was quick actions and nothing else.
fn of_actions(found: &Found, by: &str, summary: &[String]) -> Message {
    let by = mrkdwn::code(&format!("@{by}"));
    let headline = say!("{} changed {}", by, found.link(""));
    let summary_line = say!(
        "{} changed {}",
        by,
        mrkdwn::escape_line(&found.target.called())
    );
    let lines = summary.iter().map(|line| mrkdwn::escape(line));
    Message::new(summary_line, headline).body(mrkdwn::join(lines, "\n"))
}
