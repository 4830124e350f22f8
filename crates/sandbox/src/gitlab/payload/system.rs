//! What happens on the instance, as system hooks say it.

use serde_json::{Map, Value, json};

use super::{Source, utc, zulu};
use crate::gitlab::world::Group;

/// Every event of the instance that can be made to happen, by GitLab's name.
pub(in crate::gitlab) const EVENTS: &[&str] = &[
    "user_create",
    "user_rename",
    "user_failed_login",
    "user_destroy",
    "key_create",
    "key_destroy",
    "group_create",
    "group_rename",
    "group_destroy",
    "project_create",
    "project_rename",
    "project_transfer",
    "project_update",
    "project_destroy",
    "user_add_to_team",
    "user_update_for_team",
    "user_remove_from_team",
    "user_access_request_to_project",
    "user_access_request_revoked_for_project",
    "user_add_to_group",
    "user_update_for_group",
    "user_remove_from_group",
    "user_access_request_to_group",
    "user_access_request_revoked_for_group",
    "repository_update",
    "gitlab_subscription_member_approval",
    "gitlab_subscription_member_approvals",
];

/// An event of the instance; `event` is one of [`EVENTS`].
pub(in crate::gitlab) fn system(source: Source<'_>, group: &Group, event: &str) -> Value {
    if let Some(approval) = member_approval(source, event) {
        return approval;
    }
    let mut body = json!({
        "event_name": event,
        "created_at": zulu(source.now),
        "updated_at": zulu(source.now),
    });
    let facts = match event {
        _ if event.starts_with("key_") => key(source),
        "repository_update" => repository_update(source),
        _ if event.ends_with("_team") || event.ends_with("_project") => team(source),
        _ if event.starts_with("project_") => project(source, event),
        _ if event.ends_with("_to_group") || event.contains("_group") => {
            group_member(source, group)
        }
        _ if event.starts_with("group_") => group_facts(group, event),
        _ => user(source, event),
    };
    merge(&mut body, facts);
    body
}

fn merge(body: &mut Value, facts: Value) {
    if let (Value::Object(body), Value::Object(facts)) = (body, facts) {
        body.extend(facts);
    }
}

fn user(source: Source<'_>, event: &str) -> Value {
    let user = source.user;
    let mut facts = json!({
        "name": user.name,
        "email": user.email,
        "user_id": user.id,
        "username": user.username,
    });
    match event {
        "user_rename" => facts["old_username"] = json!(format!("{}-old", user.username)),
        "user_failed_login" => facts["state"] = json!("blocked"),
        _ => (),
    }
    facts
}

fn key(source: Source<'_>) -> Value {
    json!({
        "created_at": utc(source.now),
        "username": source.user.username,
        "key": format!("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAISandboxKeyOf{:07} {}@laptop",
            source.user.id, source.user.username),
        "id": source.user.id * 10 + 1,
    })
}

fn team(source: Source<'_>) -> Value {
    json!({
        "access_level": "Developer",
        "project_id": source.project.id,
        "project_name": source.project.name,
        "project_path": source.project.path(),
        "project_path_with_namespace": source.project.path_with_namespace,
        "user_email": source.user.email,
        "user_name": source.user.name,
        "user_username": source.user.username,
        "user_id": source.user.id,
        "project_visibility": source.project.visibility.name(),
    })
}

fn group_member(source: Source<'_>, group: &Group) -> Value {
    json!({
        "group_access": "Developer",
        "group_id": group.id,
        "group_name": group.name,
        "group_path": group.path(),
        "user_email": source.user.email,
        "user_name": source.user.name,
        "user_username": source.user.username,
        "user_id": source.user.id,
    })
}

fn group_facts(group: &Group, event: &str) -> Value {
    let mut facts = json!({ "name": group.name, "path": group.path(), "group_id": group.id });
    if event == "group_rename" {
        facts["full_path"] = json!(group.full_path);
        facts["old_path"] = json!(format!("{}-old", group.path()));
        facts["old_full_path"] = json!(format!("{}-old", group.full_path));
    }
    facts
}

fn project(source: Source<'_>, event: &str) -> Value {
    let mut facts = super::project_lifecycle(source, event);
    facts["owner_name"] = json!(source.user.name);
    facts["owner_email"] = json!(source.user.email);
    let path = &source.project.path_with_namespace;
    match event {
        "project_rename" => facts["old_path_with_namespace"] = json!(format!("{path}-old")),
        "project_transfer" => {
            let old = format!("{}/{}", source.user.username, source.project.path());
            facts["old_path_with_namespace"] = json!(old);
        }
        _ => (),
    }
    facts
}

fn repository_update(source: Source<'_>) -> Value {
    let branch = &source.project.default_branch;
    let git_ref = format!("refs/heads/{branch}");
    let after = source
        .project
        .branch(branch)
        .map(|branch| branch.sha.as_str());
    let commits = source.project.commits.iter().rev();
    let mut older = commits
        .map(|commit| commit.sha.as_str())
        .skip_while(|sha| Some(*sha) != after);
    let before = older.nth(1).or(after);
    json!({
        "user_id": source.user.id,
        "user_name": source.user.name,
        "user_email": source.user.email,
        "user_avatar": source.avatar(source.user),
        "project_id": source.project.id,
        "project": source.project_with_old_names(),
        "changes": [{ "before": before, "after": after, "ref": git_ref }],
        "refs": [git_ref],
    })
}

/// Requests to take up a paid seat name an `object_kind` instead of an `event_name`.
fn member_approval(source: Source<'_>, event: &str) -> Option<Value> {
    let mut body = Map::new();
    body.insert("object_kind".to_owned(), json!(event));
    body.insert("user_id".to_owned(), json!(source.user.id));
    body.insert("updated_at".to_owned(), json!(zulu(source.now)));
    let facts = match event {
        "gitlab_subscription_member_approval" => json!({
            "action": "enqueue",
            "object_attributes": {
                "new_access_level": 30, "old_access_level": 10, "existing_member_id": 7,
            },
            "requested_by_user_id": source.user.id,
            "promotion_namespace_id": source.project.group_id,
            "created_at": zulu(source.now),
        }),
        "gitlab_subscription_member_approvals" => json!({
            "action": "approve",
            "object_attributes": {
                "promotion_request_ids_that_failed_to_apply": [], "status": "success",
            },
            "reviewed_by_user_id": source.user.id,
        }),
        _ => return None,
    };
    let mut body = Value::Object(body);
    merge(&mut body, facts);
    Some(body)
}
