//! How a monitoring tool's alert looks in a channel.

use domain::event::{Alert, Event};
use domain::message::Tone;
use domain::mrkdwn::Mrkdwn;
use domain::{Message, say};

use super::sentence::{Sentence, tell};
use super::{moment, names, text};

pub(super) fn render(event: &Event, alert: &Alert) -> Message {
    let status = alert.status.as_deref().unwrap_or("triggered");
    let (verb, tone) = match status {
        "triggered" => (say!("firing"), Tone::Work),
        "resolved" => (say!("resolved"), Tone::Good),
        "acknowledged" | "ignored" => (text::words(status), Tone::Neutral),
        other => (text::words(other), Tone::Work),
    };
    let place = names::in_place(event);
    let title = title(alert);
    let by = names::by_actor(event);
    let message = tell!("Alert {verb}{place}{by}{title}", verb place by title)
        .message()
        .tone(tone);
    let message = message
        .fact(
            "Severity",
            alert
                .severity
                .as_deref()
                .map(text::capitalized)
                .unwrap_or_default(),
        )
        .fact(
            "Events",
            alert
                .events
                .map(|events| say!("{}", events))
                .unwrap_or_default(),
        );
    // "Resolved" stands in the headline; "firing" does not say that nobody has taken it on.
    let message = match alert.status.as_deref() {
        Some("triggered") => message.fact("Status", say!("Triggered")),
        Some(_) | None => message,
    };
    message
        .fact(
            "Start time",
            alert.started_at.map(moment::of).unwrap_or_default(),
        )
        .fact(
            "End time",
            alert.ended_at.map(moment::of).unwrap_or_default(),
        )
        .fact(
            "Tool",
            alert
                .monitoring_tool
                .as_deref()
                .map(text::name)
                .unwrap_or_default(),
        )
}

fn title(alert: &Alert) -> Sentence {
    let title: Mrkdwn = text::title(&alert.title);
    if title.is_empty() {
        return Sentence::default();
    }
    let linked = Sentence::linked(&alert.url, title);
    tell!(": {linked}", linked)
}
