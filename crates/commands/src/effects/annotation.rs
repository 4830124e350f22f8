//! A mark on Grafana's graphs.

use monitors::grafana::Annotation;

use super::{Clients, Facts, Tried, Undone};

pub(super) async fn annotate(clients: &Clients, facts: &Facts) -> Tried {
    let Some(grafana) = &clients.grafana else {
        return Err(Undone::not_configured("Grafana"));
    };
    let text = format!("{}: {}", facts.note.author.name, facts.title());
    // Grafana shows HTML.
    let text = text
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    let annotation = Annotation {
        at: facts.at,
        until: None,
        tags: &[facts.short.as_str(), "feature-flag", facts.flag.as_str()],
        text: &text,
    };
    let undone = |error: monitors::grafana::AnnotateError| {
        Undone::of_monitor(error.retry(), error.to_string())
    };
    if grafana.find(annotation).await.map_err(undone)?.is_none() {
        grafana.annotate(annotation).await.map_err(undone)?;
    }
    Ok(None)
}
