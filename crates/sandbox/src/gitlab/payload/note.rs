//! Comments, reactions and mentions of groups.

use serde_json::{Value, json};

use super::{Source, issue, merge_request, utc};
use crate::gitlab::world::{Commit, Group, Issue, MergeRequest, Note, Noteable, Snippet};

/// A comment; `action` is create or update.
///
/// Internal ones, and those on confidential issues, say so in `event_type`.
pub(in crate::gitlab) fn note(source: Source<'_>, note: &Note, action: &str) -> Value {
    let mut attributes = attributes(source, note);
    attributes["action"] = json!(action);
    let hidden = note.internal || is_on_confidential(source, &note.on);
    let mut body = json!({
        "object_kind": "note",
        "event_type": if hidden { super::confidential("note") } else { "note" },
        "user": source.actor(),
        "project_id": source.project.id,
        "project": source.project_with_old_names(),
        "object_attributes": attributes,
        "repository": source.repository(),
    });
    insert_target(source, &note.on, &mut body);
    body
}

fn is_on_confidential(source: Source<'_>, on: &Noteable) -> bool {
    matches!(on, Noteable::Issue(iid) if find_issue(source, *iid).is_some_and(|i| i.confidential))
}

fn find_issue<'a>(source: Source<'a>, iid: u64) -> Option<&'a Issue> {
    source.project.issues.iter().find(|issue| issue.iid == iid)
}

fn find_merge_request<'a>(source: Source<'a>, iid: u64) -> Option<&'a MergeRequest> {
    source
        .project
        .merge_requests
        .iter()
        .find(|merge_request| merge_request.iid == iid)
}

fn find_commit<'a>(source: Source<'a>, sha: &str) -> Option<&'a Commit> {
    source
        .project
        .commits
        .iter()
        .find(|commit| commit.sha == sha)
}

fn find_snippet<'a>(source: Source<'a>, id: u64) -> Option<&'a Snippet> {
    source
        .project
        .snippets
        .iter()
        .find(|snippet| snippet.id == id)
}

/// Address of the comment.
fn url(source: Source<'_>, note: &Note) -> String {
    let on = match &note.on {
        Noteable::MergeRequest(iid) => format!("merge_requests/{iid}"),
        Noteable::Issue(iid) => format!("issues/{iid}"),
        Noteable::Commit(sha) => format!("commit/{sha}"),
        Noteable::Snippet(id) => format!("snippets/{id}"),
    };
    source.page(&format!("{on}#note_{}", note.id))
}

fn attributes(source: Source<'_>, note: &Note) -> Value {
    let (noteable_type, noteable_id, commit_id) = match &note.on {
        Noteable::MergeRequest(iid) => (
            "MergeRequest",
            find_merge_request(source, *iid).map(|mr| mr.id),
            None,
        ),
        Noteable::Issue(iid) => (
            "Issue",
            find_issue(source, *iid).map(|issue| issue.id),
            None,
        ),
        Noteable::Commit(sha) => ("Commit", None, Some(sha)),
        Noteable::Snippet(id) => ("Snippet", Some(*id), None),
    };
    json!({
        "id": note.id,
        "note": note.text,
        "description": note.text,
        "internal": note.internal,
        "noteable_type": noteable_type,
        "noteable_id": noteable_id,
        "commit_id": commit_id,
        "author_id": note.author_id,
        "created_at": utc(note.at),
        "updated_at": utc(note.at),
        "project_id": source.project.id,
        "discussion_id": format!("{:040x}", note.id * 0x9e37_79b9),
        "attachment": null,
        "line_code": null,
        "system": false,
        "st_diff": null,
        "type": null,
        "url": url(source, note),
    })
}

fn insert_target(source: Source<'_>, on: &Noteable, body: &mut Value) {
    match on {
        Noteable::MergeRequest(iid) => {
            if let Some(found) = find_merge_request(source, *iid) {
                body["merge_request"] = merge_request::attributes(source, found);
                if !found.assignee_ids.is_empty() {
                    body["merge_request"]["assignee"] =
                        json!(source.people(&found.assignee_ids).first());
                }
            }
        }
        Noteable::Issue(iid) => {
            if let Some(found) = find_issue(source, *iid) {
                body["issue"] = issue::attributes(source, found);
            }
        }
        Noteable::Commit(sha) => {
            if let Some(found) = find_commit(source, sha) {
                body["commit"] = source.commit(found);
            }
        }
        Noteable::Snippet(id) => {
            if let Some(found) = find_snippet(source, *id) {
                body["snippet"] = snippet(source, found);
            }
        }
    }
}

fn snippet(source: Source<'_>, snippet: &Snippet) -> Value {
    json!({
        "id": snippet.id,
        "title": snippet.title,
        "description": snippet.description,
        "content": snippet.content,
        "author_id": snippet.author_id,
        "project_id": source.project.id,
        "created_at": utc(snippet.at),
        "updated_at": utc(snippet.at),
        "file_name": snippet.file_name,
        "type": "ProjectSnippet",
        "visibility_level": source.project.visibility.level(),
        "url": source.page(&format!("snippets/{}", snippet.id)),
    })
}

/// A reaction given (`award`) or taken back (`revoke`) on a merge request, an issue or a comment.
pub(in crate::gitlab) fn emoji(
    source: Source<'_>,
    id: u64,
    name: &str,
    action: &str,
    on: (&Noteable, Option<&Note>),
) -> Value {
    let (target, on_note) = on;
    let mut body = json!({
        "object_kind": "emoji",
        "event_type": action,
        "user": source.actor(),
        "project_id": source.project.id,
        "project": source.project_with_old_names(),
    });
    insert_target(source, target, &mut body);
    let target_block = |key: &str| body[key]["url"].as_str().unwrap_or_default().to_owned();
    let (awardable_type, awardable_id, url) = match (on_note, target) {
        (Some(note), _) => ("Note", note.id, url(source, note)),
        (None, Noteable::MergeRequest(iid)) => (
            "MergeRequest",
            find_merge_request(source, *iid).map_or(*iid, |mr| mr.id),
            target_block("merge_request"),
        ),
        (None, Noteable::Issue(iid)) => (
            "Issue",
            find_issue(source, *iid).map_or(*iid, |i| i.id),
            target_block("issue"),
        ),
        (None, Noteable::Snippet(id)) => ("Snippet", *id, target_block("snippet")),
        (None, Noteable::Commit(_)) => ("Commit", 0, target_block("commit")),
    };
    if let Some(note) = on_note {
        body["note"] = attributes(source, note);
    }
    body["object_attributes"] = json!({
        "id": id,
        "user_id": source.user.id,
        "name": name,
        "awardable_type": awardable_type,
        "awardable_id": awardable_id,
        "created_at": utc(source.now),
        "updated_at": utc(source.now),
        "action": action,
        "awarded_on_url": url,
    });
    body
}

/// A mention of a group, made of the body of the issue, merge request or comment it stands in.
pub(in crate::gitlab) fn group_mention(
    source: Source<'_>,
    group: &Group,
    mut mentioned_in: Value,
    confidential: bool,
) -> Value {
    let kind = if confidential {
        "group_confidential_mention"
    } else {
        "group_mention"
    };
    mentioned_in["object_attributes"]["object_kind"] = mentioned_in["object_kind"].clone();
    mentioned_in["object_kind"] = json!("group_mention");
    mentioned_in["event_type"] = json!(kind);
    mentioned_in["mentioned"] = json!({
        "object_kind": "group",
        "name": group.full_path,
        "url": format!("{}/groups/{}", source.base, group.full_path),
    });
    mentioned_in
}
