//! What links in webhooks lead to: a plain page of the thing, and people's pictures.

use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Response};

use super::html::{Safe, query};
use crate::gitlab::GitLabSandbox;
use crate::gitlab::world::Project;

/// A person's picture: the initials on a colour of their own.
pub(super) async fn avatar(State(sandbox): State<GitLabSandbox>, Path(id): Path<u64>) -> Response {
    let state = sandbox.lock();
    let Some(user) = state.world.user(id) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let initials: String = user
        .name
        .split_whitespace()
        .filter_map(|word| word.chars().next())
        .take(2)
        .collect();
    let hue = id * 47 % 360;
    let picture = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 80 80\"><rect width=\"80\" \
         height=\"80\" rx=\"40\" fill=\"hsl({hue} 45% 38%)\"/><text x=\"40\" y=\"52\" \
         font-family=\"sans-serif\" font-size=\"32\" fill=\"white\" text-anchor=\"middle\">{}</text></svg>",
        Safe(&initials),
    );
    ([(header::CONTENT_TYPE, "image/svg+xml")], picture).into_response()
}

/// Whatever a link of a webhook names.
pub(super) async fn show(State(sandbox): State<GitLabSandbox>, uri: Uri) -> Response {
    let path =
        url::form_urlencoded::parse(format!("p={}", uri.path().replace('+', "%2B")).as_bytes())
            .next()
            .map(|(_, path)| path.trim_matches('/').to_owned())
            .unwrap_or_default();
    let (project, below) = path.split_once("/-/").unwrap_or((&path, ""));
    let state = sandbox.lock();
    let Some(project) = state.world.project(project) else {
        let page = page("Not found", "404", "There is nothing here.", "/");
        return (StatusCode::NOT_FOUND, Html(page)).into_response();
    };
    let (title, fact, text) = thing(project, below);
    let back = format!("/?project={}", query(&project.path_with_namespace));
    Html(page(&title, &fact, &text, &back)).into_response()
}

/// Title, a fact and the text of what `below` names: `merge_requests/7`.
fn thing(project: &Project, below: &str) -> (String, String, String) {
    let mut parts = below.split('/');
    let (kind, last) = (
        parts.next().unwrap_or_default(),
        below.rsplit('/').next().unwrap_or_default(),
    );
    let number: Option<u64> = last.parse().ok();
    let found = match kind {
        "merge_requests" => project
            .merge_requests
            .iter()
            .find(|mr| Some(mr.iid) == number)
            .map(|mr| {
                let title = format!("!{} {}", mr.iid, mr.shown_title());
                let fact = format!(
                    "{}: {} into {}",
                    mr.state.name().0,
                    mr.source_branch,
                    mr.target_branch
                );
                (title, fact, mr.description.clone())
            }),
        "issues" | "work_items" => project
            .issues
            .iter()
            .find(|issue| Some(issue.iid) == number)
            .map(|issue| {
                let state = if issue.open { "open" } else { "closed" };
                let fact = format!("{}: {state}", issue.type_name);
                (
                    format!("#{} {}", issue.iid, issue.title),
                    fact,
                    issue.description.clone(),
                )
            }),
        "pipelines" => project
            .pipelines
            .iter()
            .find(|p| Some(p.id) == number)
            .map(|pipeline| {
                let jobs: Vec<String> = pipeline
                    .jobs
                    .iter()
                    .map(|job| format!("{}: {} {}", job.stage, job.name, job.status))
                    .collect();
                let fact = format!("{} on {}", pipeline.status, pipeline.git_ref);
                (format!("Pipeline #{}", pipeline.id), fact, jobs.join("\n"))
            }),
        "commit" => project
            .commits
            .iter()
            .find(|commit| commit.sha == last)
            .map(|commit| {
                (
                    commit.title().to_owned(),
                    commit.sha.clone(),
                    commit.message.clone(),
                )
            }),
        "releases" => project
            .releases
            .iter()
            .find(|release| release.tag == last)
            .map(|release| {
                (
                    release.name.clone(),
                    release.tag.clone(),
                    release.description.clone(),
                )
            }),
        "wikis" => project
            .wiki
            .iter()
            .find(|page| page.slug == last)
            .map(|page| {
                (
                    page.title.clone(),
                    "wiki page".to_owned(),
                    page.content.clone(),
                )
            }),
        _ => None,
    };
    found.unwrap_or_else(|| {
        let fact = if below.is_empty() { "project" } else { below };
        (
            project.name.clone(),
            fact.to_owned(),
            project.description.clone(),
        )
    })
}

fn page(title: &str, fact: &str, text: &str, back: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>{title} · GitLab sandbox</title><link rel=\"icon\" href=\"data:,\">\
         <link rel=\"stylesheet\" href=\"/static/page.css\"></head><body>\
         <header class=\"top\"><a class=\"brand\" href=\"/\"><span class=\"mark\" aria-hidden=\"true\">\
         </span>GitLab sandbox</a></header><main class=\"thing\"><h1>{title}</h1>\
         <p class=\"about\">{fact}</p><pre>{text}</pre><p><a href=\"{back}\">Back to the project</a></p>\
         </main></body></html>",
        title = Safe(title),
        fact = Safe(fact),
        text = Safe(text),
        back = Safe(back),
    )
}
