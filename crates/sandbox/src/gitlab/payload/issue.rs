//! Issues, incidents and other work items.

use serde_json::{Map, Value, json};

use super::merge_request::time_tracking;
use super::{Source, utc};
use crate::gitlab::world::Issue;

/// An issue event; `action` is open, update, close or reopen.
///
/// Plain issues say `issue`, every other type says `work_item` with its `type`; both travel
/// under the issue header. Confidential ones say so in `event_type` alone.
pub(in crate::gitlab) fn issue(
    source: Source<'_>,
    issue: &Issue,
    action: &str,
    changes: &Map<String, Value>,
) -> Value {
    let kind = if issue.type_name == "Issue" {
        "issue"
    } else {
        "work_item"
    };
    let mut attributes = attributes(source, issue);
    attributes["action"] = json!(action);
    let mut body = json!({
        "object_kind": kind,
        "event_type": if issue.confidential { confidential(kind) } else { kind },
        "user": source.actor(),
        "project": source.project_with_old_names(),
        "object_attributes": attributes,
        "labels": source.labels(&issue.label_ids),
        "changes": changes,
        "repository": source.repository(),
    });
    let assignees = source.people(&issue.assignee_ids);
    if let Some(first) = assignees.first() {
        body["assignee"] = first.clone();
        body["assignees"] = json!(assignees);
    }
    body
}

/// GitLab's name of the confidential variant.
pub(in crate::gitlab) fn confidential(kind: &str) -> &'static str {
    match kind {
        "issue" => "confidential_issue",
        "note" => "confidential_note",
        _ => "confidential_work_item",
    }
}

/// The `object_attributes`, or the `issue` block of a comment or reaction.
pub(super) fn attributes(source: Source<'_>, issue: &Issue) -> Value {
    let below = if issue.type_name == "Issue" {
        "issues"
    } else {
        "work_items"
    };
    let below = if issue.type_name == "Incident" {
        "issues/incident"
    } else {
        below
    };
    let mut attributes = json!({
        "id": issue.id,
        "iid": issue.iid,
        "title": issue.title,
        "description": issue.description,
        "type": issue.type_name,
        "state": if issue.open { "opened" } else { "closed" },
        "state_id": if issue.open { 1 } else { 2 },
        "severity": issue.severity,
        "confidential": issue.confidential,
        "author_id": issue.author_id,
        "assignee_id": issue.assignee_ids.first(),
        "assignee_ids": issue.assignee_ids,
        "project_id": source.project.id,
        "milestone_id": issue.milestone_id,
        "labels": source.labels(&issue.label_ids),
        "created_at": utc(issue.created_at),
        "updated_at": utc(issue.updated_at),
        "closed_at": issue.closed_at.map(utc),
        "url": source.page(&format!("{below}/{}", issue.iid)),
        "due_date": issue.due_date,
        "moved_to_id": issue.moved_to_id,
        "relative_position": issue.iid * 513,
    });
    for unset in [
        "updated_by_id",
        "last_edited_at",
        "last_edited_by_id",
        "discussion_locked",
        "duplicated_to_id",
        "weight",
        "health_status",
    ] {
        attributes[unset] = Value::Null;
    }
    if issue.type_name == "Incident" {
        attributes["escalation_status"] = json!(if issue.open { "triggered" } else { "resolved" });
    }
    time_tracking(&mut attributes);
    attributes
}
