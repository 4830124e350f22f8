//! Pushes of branches and tags, and wiki pages.

use serde_json::{Value, json};

use super::Source;
use crate::gitlab::world::{Commit, WikiPage};

/// GitLab lists at most this many commits in a push, the newest.
const LISTED: usize = 20;
const NOTHING: &str = "0000000000000000000000000000000000000000";

/// A branch or tag.
pub(in crate::gitlab) enum RefMove<'a> {
    Branch(&'a str),
    Tag { name: &'a str, message: &'a str },
}

/// What happened to it: `None` before is new, `None` after is gone.
pub(in crate::gitlab) struct Moved<'a> {
    pub git_ref: RefMove<'a>,
    pub before: Option<&'a str>,
    pub after: Option<&'a str>,
    /// Oldest first.
    pub commits: &'a [Commit],
}

/// A push or tag push.
pub(in crate::gitlab) fn push(source: Source<'_>, moved: &Moved<'_>) -> Value {
    let (kind, git_ref, message) = match moved.git_ref {
        RefMove::Branch(name) => ("push", format!("refs/heads/{name}"), Value::Null),
        RefMove::Tag { name, message } => ("tag_push", format!("refs/tags/{name}"), json!(message)),
    };
    let protected = match moved.git_ref {
        RefMove::Branch(name) => name == source.project.default_branch,
        RefMove::Tag { .. } => false,
    };
    let unlisted = moved.commits.len().saturating_sub(LISTED);
    let commits: Vec<Value> = moved
        .commits
        .iter()
        .skip(unlisted)
        .map(|c| source.commit_with_files(c))
        .collect();
    json!({
        "object_kind": kind,
        "event_name": kind,
        "before": moved.before.unwrap_or(NOTHING),
        "after": moved.after.unwrap_or(NOTHING),
        "ref": git_ref,
        "ref_protected": protected,
        "checkout_sha": moved.after,
        "message": message,
        "user_id": source.user.id,
        "user_name": source.user.name,
        "user_username": source.user.username,
        "user_email": source.user.email,
        "user_avatar": source.avatar(source.user),
        "project_id": source.project.id,
        "project": source.project_with_old_names(),
        "commits": commits,
        "total_commits_count": moved.commits.len(),
        "push_options": {},
        "repository": source.repository_with_urls(),
    })
}

/// A wiki page; `action` is create, update or delete.
pub(in crate::gitlab) fn wiki_page(
    source: Source<'_>,
    page: &WikiPage,
    action: &str,
    message: &str,
) -> Value {
    let wiki = format!("{}.wiki", source.project.path_with_namespace);
    json!({
        "object_kind": "wiki_page",
        "user": source.actor(),
        "project": source.project_with_old_names(),
        "wiki": {
            "web_url": source.page("wikis/home"),
            "git_ssh_url": source.ssh_url().replace(".git", ".wiki.git"),
            "git_http_url": format!("{}.wiki.git", source.web_url()),
            "path_with_namespace": wiki,
            "default_branch": source.project.default_branch,
        },
        "object_attributes": {
            "slug": page.slug,
            "title": page.title,
            "format": "markdown",
            "message": message,
            "version_id": page.version,
            "content": page.content,
            "url": source.page(&format!("wikis/{}", page.slug)),
            "action": action,
            "diff_url": source.page(&format!("wikis/{}/diff?version_id={}", page.slug, page.version)),
        },
    })
}
