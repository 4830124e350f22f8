//! The log of webhooks on the page: its rows, and the stream that adds to them.

use std::convert::Infallible;

use axum::extract::State;
use axum::response::Sse;
use axum::response::sse::{Event, KeepAlive};
use domain::EventKind;
use futures_util::{Stream, StreamExt as _};
use tokio_stream::wrappers::BroadcastStream;

use super::super::html::{Safe, query};
use crate::gitlab::hooks::Health;
use crate::gitlab::{GitLabSandbox, Sent};

/// `GET /sandbox/log/stream`: each webhook as a row, and the hooks' state beside it.
pub(in super::super) async fn stream(
    State(sandbox): State<GitLabSandbox>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let closing = sandbox.closing();
    // Somebody who reads too slowly misses rows and sees them after a reload.
    let sent = BroadcastStream::new(sandbox.watch()).filter_map(async |sent| sent.ok());
    let events = sent.flat_map(move |sent| {
        let row = row(&sent, sandbox.options().service_url.as_deref());
        let events = [
            Event::default().event("sent").data(row),
            Event::default().event("hooks").data(hooks(&sandbox)),
        ];
        futures_util::stream::iter(events.map(Ok))
    });
    Sse::new(events.take_until(closing)).keep_alive(KeepAlive::default())
}

/// One webhook as a list item, on one line.
pub(in super::super) fn row(sent: &Sent, service_url: Option<&str>) -> String {
    let (class, status) = match sent.status {
        Some(status) if (200..300).contains(&status) => ("good", status.to_string()),
        Some(status) => ("bad", status.to_string()),
        None => ("bad", "—".to_owned()),
    };
    let job = if sent.kind == EventKind::Job {
        " job"
    } else {
        ""
    };
    let event = match (&sent.event_id, service_url) {
        (Some(id), Some(url)) => {
            format!(
                " <a href=\"{}/events/{}\">see event</a>",
                Safe(url),
                query(id)
            )
        }
        (Some(id), None) => format!(" <code>{}</code>", Safe(id)),
        (None, _) => String::new(),
    };
    let error = sent
        .error
        .as_deref()
        .map(|error| format!("<span class=\"error\">{}</span>", Safe(error)));
    format!(
        "<li class=\"sent{job}\"><span class=\"status {class}\">{status}</span>\
         <span class=\"what\"><b>{about}</b> <span class=\"where\">{project}</span></span>\
         <span class=\"meta\"><time>{time}</time> · {event_name} · {ms} ms{event}</span>{error}</li>",
        about = Safe(&sent.about),
        project = Safe(&sent.project),
        time = sent.at.strftime("%H:%M:%S"),
        event_name = sent.event,
        ms = sent.ms,
        error = error.unwrap_or_default(),
    )
}

/// Each hook with how its receiver has been answering, on one line.
pub(in super::super) fn hooks(sandbox: &GitLabSandbox) -> String {
    let now = sandbox.options().clock.now();
    let health = sandbox.lock().health.clone();
    let hooks = sandbox.options().hooks.iter().zip(&health);
    let items: String = hooks
        .map(|(hook, health)| {
            format!(
                "<li><code>{}</code> {}</li>",
                Safe(&hook.url),
                say(*health, now)
            )
        })
        .collect();
    let some_off = health.iter().any(|health| health.is_off(now));
    let enable = "<form method=\"post\" action=\"/hooks\"><button>Switch on again</button></form>";
    match (items.is_empty(), some_off) {
        (true, _) => "<p class=\"hooks\">No hook is registered; nothing is sent.</p>".to_owned(),
        (false, true) => format!("<ul class=\"hooks\">{items}</ul>{enable}"),
        (false, false) => format!("<ul class=\"hooks\">{items}</ul>"),
    }
}

fn say(health: Health, now: jiff::Timestamp) -> String {
    let failures = health.failures();
    match health.off_until() {
        _ if health.is_off_for_good() => {
            format!("<span class=\"badge bad\">off for good after {failures} failures</span>")
        }
        Some(until) if now < until => format!(
            "<span class=\"badge bad\">off until {} after {failures} failures</span>",
            until.strftime("%H:%M:%S"),
        ),
        _ if failures == 1 => "<span class=\"badge bad\">the last one failed</span>".to_owned(),
        _ if failures > 1 => {
            format!("<span class=\"badge bad\">{failures} failures in a row</span>")
        }
        _ => "<span class=\"badge good\">on</span>".to_owned(),
    }
}
