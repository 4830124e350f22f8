//! `/-/monitoring`: what the error tracker and the search engine were told, for people.

use axum::extract::{Form, Query, State};
use axum::response::{Html, Redirect};
use serde::Deserialize;

use super::super::frame;
use super::super::html::{Safe, query};
use super::super::session::Visitor;
use super::sentry::short_id;
use crate::gitlab::GitLabSandbox;
use crate::gitlab::world::{
    Document, ErrorEvent, ErrorIssue, FlagChange, IssueStatus, Sentry, World, users,
};

/// The page shows so many of each.
const SHOWN: usize = 50;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct View {
    /// The issue whose events are shown.
    issue: Option<u64>,
}

/// `GET /-/monitoring`
pub(super) async fn show(
    State(sandbox): State<GitLabSandbox>,
    visitor: Visitor,
    Query(view): Query<View>,
) -> Html<String> {
    let corner = frame::corner(visitor.user.as_ref(), "/-/monitoring");
    let state = sandbox.lock();
    let world = &state.world;
    let main = format!(
        "<p class=\"about\">What was reported to the sandbox's Sentry and written into its Elasticsearch, \
         the newest first. Times are in UTC.</p>{}{}{}{}",
        issues(&world.sentry, view.issue),
        view.issue
            .map_or_else(String::new, |issue| events(&world.sentry, issue)),
        documents(world),
        changes(&world.sentry),
    );
    Html(frame::page("Monitoring", &corner, &main))
}

#[derive(Debug, Deserialize)]
pub(super) struct Resolve {
    issue: u64,
}

/// `POST /-/monitoring/resolve`: somebody has dealt with an issue.
pub(super) async fn resolve(
    State(sandbox): State<GitLabSandbox>,
    Form(asked): Form<Resolve>,
) -> Redirect {
    let mut state = sandbox.lock();
    let mut issues = state.world.sentry.change().issues.iter_mut();
    if let Some(issue) = issues.find(|issue| issue.id == asked.issue) {
        issue.status = IssueStatus::Resolved;
        state.unsaved = true;
    }
    Redirect::to("/-/monitoring")
}

fn table(id: &str, title: &str, heads: &[&str], rows: &str, empty: &str) -> String {
    let heads: String = heads
        .iter()
        .map(|head| format!("<th scope=\"col\">{head}</th>"))
        .collect();
    let body = match rows {
        "" => format!("<p class=\"empty\">{empty}</p>"),
        rows => format!(
            "<div class=\"scroll\"><table class=\"records\"><thead><tr>{heads}</tr></thead>\
             <tbody>{rows}</tbody></table></div>"
        ),
    };
    format!("<section aria-labelledby=\"{id}\"><h2 id=\"{id}\">{title}</h2>{body}</section>")
}

fn time(at: jiff::Timestamp) -> String {
    let (full, short) = (
        at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        at.strftime("%d %b %H:%M:%S"),
    );
    format!("<time datetime=\"{full}\">{short}</time>")
}

fn issues(sentry: &Sentry, open: Option<u64>) -> String {
    let mut issues: Vec<&ErrorIssue> = sentry.issues.iter().collect();
    issues.sort_by_key(|issue| std::cmp::Reverse((issue.last_seen, issue.id)));
    let shown = issues.iter().take(SHOWN);
    let rows: String = shown.map(|issue| row(sentry, issue, open)).collect();
    let heads = [
        "Issue",
        "Events",
        "People",
        "First seen",
        "Last seen",
        "State",
    ];
    let empty = "No error was reported yet.";
    table("issues", "Errors (Sentry)", &heads, &rows, empty)
}

fn row(sentry: &Sentry, issue: &ErrorIssue, open: Option<u64>) -> String {
    let events = sentry.events.iter().filter(|event| event.issue == issue.id);
    let state = match issue.status {
        IssueStatus::Unresolved => format!(
            "<form method=\"post\" action=\"/-/monitoring/resolve\"><button name=\"issue\" value=\"{}\">Resolve</button></form>",
            issue.id,
        ),
        status => format!("<span class=\"badge\">{}</span>", status.name()),
    };
    let here = if open == Some(issue.id) {
        " aria-current=\"true\""
    } else {
        ""
    };
    format!(
        "<tr><td><a href=\"/-/monitoring?issue={id}#events\"{here}><b>{short}</b> {title}</a> \
         <small>{culprit}</small></td><td class=\"count\">{count}</td><td class=\"count\">{people}</td>\
         <td>{first}</td><td>{last}</td><td>{state}</td></tr>",
        id = issue.id,
        short = Safe(&short_id(issue.project, issue.number)),
        title = Safe(&issue.title),
        culprit = Safe(&issue.culprit),
        count = issue.count,
        people = users(events),
        first = time(issue.first_seen),
        last = time(issue.last_seen),
    )
}

fn events(sentry: &Sentry, issue: u64) -> String {
    let events = sentry
        .events
        .iter()
        .rev()
        .filter(|event| event.issue == issue);
    let rows: String = events.take(SHOWN).map(event).collect();
    let empty = "Its events were forgotten.";
    table(
        "events",
        "Events of this issue",
        &["Time", "Message", "Tags", "Flags"],
        &rows,
        empty,
    )
}

fn event(event: &ErrorEvent) -> String {
    let tags = event
        .tags
        .iter()
        .filter(|(name, _)| !name.starts_with("error."));
    let tags: String = tags
        .map(|(name, value)| {
            format!(
                "<span class=\"badge\">{}: {}</span> ",
                Safe(name),
                Safe(value)
            )
        })
        .collect();
    let flags: String = event
        .flags
        .iter()
        .map(|(flag, on)| {
            format!(
                "<span class=\"badge\">{}: {}</span> ",
                Safe(flag),
                if *on { "on" } else { "off" }
            )
        })
        .collect();
    format!(
        "<tr><td>{}</td><td>{}</td><td>{tags}</td><td>{flags}</td></tr>",
        time(event.at),
        Safe(&event.message),
    )
}

fn documents(world: &World) -> String {
    let all = world.documents.all();
    let rows: String = all
        .iter()
        .rev()
        .take(SHOWN)
        .map(|document| line(document))
        .collect();
    let empty = "No document was written yet.";
    table(
        "documents",
        "Log lines (Elasticsearch)",
        &["Time", "Index", "Document"],
        &rows,
        empty,
    )
}

fn line(document: &Document) -> String {
    format!(
        "<tr><td>{}</td><td><code>{}</code></td><td><code class=\"json\">{}</code></td></tr>",
        time(document.at),
        Safe(&document.index),
        Safe(document.source.get()),
    )
}

fn changes(sentry: &Sentry) -> String {
    let changes = sentry.flag_changes.iter().rev().take(SHOWN);
    let row = |change: &FlagChange| {
        format!(
            "<tr><td>{}</td><td><code>{}</code> {}</td><td>{}</td></tr>",
            time(change.at),
            Safe(&change.flag),
            Safe(&change.action),
            Safe(&change.by),
        )
    };
    let rows: String = changes.map(row).collect();
    let empty = "No change of a flag was told yet.";
    table(
        "flags",
        "Changes of flags told to Sentry",
        &["Time", "Flag", "By"],
        &rows,
        empty,
    )
}

/// `GET …/organizations/{organization}/issues/{issue}/`: the address that an issue gives out.
pub(super) async fn issue(
    axum::extract::Path((_, issue)): axum::extract::Path<(String, String)>,
) -> Redirect {
    Redirect::to(&format!("/-/monitoring?issue={}#events", query(&issue)))
}
