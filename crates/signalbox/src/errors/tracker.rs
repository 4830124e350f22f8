//! A report as an event of Sentry's.

use monitors::sentry::{Event, Level, ReportError, Reporter};

use super::{Report, Reporting, WORKER, What};

const RELEASE: &str = concat!("signalbox@", env!("CARGO_PKG_VERSION"));

/// Sends one; a start is none of Sentry's business.
pub(super) async fn send(
    reporter: &Reporter,
    report: &Report,
    reporting: &Reporting,
    now: jiff::Timestamp,
) -> Result<(), ReportError> {
    let failure = match &report.what {
        What::Started => return Ok(()),
        What::Failed(failure) => failure,
    };
    let flag = failure.flag();
    let flag_tag =
        flag.map(|(name, is_on)| (format!("flag.{name}"), if is_on { "on" } else { "off" }));
    let (delivery, kind) = (failure.delivery.to_string(), failure.kind());
    let attempt = failure.attempt.to_string();
    let mut tags = vec![
        ("delivery", delivery.as_str()),
        ("workspace", failure.workspace.as_str()),
        ("channel", failure.channel.as_str()),
        ("via", failure.via.name()),
        ("code", &failure.code),
        ("attempt", &attempt),
        ("outcome", failure.outcome.name()),
    ];
    tags.extend(failure.project.as_deref().map(|path| ("project", path)));
    let flag_tag = flag_tag.as_ref();
    tags.extend(flag_tag.map(|(name, state)| (name.as_str(), *state)));
    let event = Event {
        id: report.id,
        at: report.at,
        level: Level::Error,
        logger: WORKER,
        environment: &reporting.environment,
        release: Some(RELEASE),
        server_name: Some(&reporting.node),
        kind: &kind,
        message: &failure.reason,
        tags: &tags,
        // Whoever is let down is the project: `count_unique(user)` counts projects.
        user: failure.project.as_deref(),
        fingerprint: &["slack", &failure.code, failure.via.name()],
        flags: flag.as_slice(),
    };
    reporter.report(&event, now).await
}
