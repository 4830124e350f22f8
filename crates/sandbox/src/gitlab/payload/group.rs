//! Members of a group, its subgroups and its projects.

use serde_json::{Value, json};

use super::{Source, zulu};
use crate::gitlab::world::{Group, User};

/// A change of who is in a group; `event` is GitLab's `event_name`.
pub(in crate::gitlab) fn member(
    source: Source<'_>,
    group: &Group,
    member: &User,
    access: &str,
    event: &str,
) -> Value {
    json!({
        "created_at": zulu(source.now),
        "updated_at": zulu(source.now),
        "group_name": group.name,
        "group_path": group.path(),
        "group_id": group.id,
        "user_username": member.username,
        "user_name": member.name,
        "user_email": member.email,
        "user_id": member.id,
        "group_access": access,
        "group_plan": null,
        "expires_at": null,
        "event_name": event,
    })
}

/// A subgroup made or removed below `parent`.
pub(in crate::gitlab) fn subgroup(
    source: Source<'_>,
    parent: &Group,
    subgroup: &Group,
    event: &str,
) -> Value {
    json!({
        "created_at": zulu(source.now),
        "updated_at": zulu(source.now),
        "event_name": event,
        "name": subgroup.name,
        "path": subgroup.path(),
        "full_path": subgroup.full_path,
        "group_id": subgroup.id,
        "parent_group_id": parent.id,
        "parent_name": parent.name,
        "parent_path": parent.path(),
        "parent_full_path": parent.full_path,
    })
}

/// The source's project made in or removed from its group.
pub(in crate::gitlab) fn project_lifecycle(source: Source<'_>, event: &str) -> Value {
    let project = source.project;
    json!({
        "event_name": event,
        "created_at": zulu(source.now),
        "updated_at": zulu(source.now),
        "name": project.name,
        "path": project.path(),
        "path_with_namespace": project.path_with_namespace,
        "project_id": project.id,
        "project_namespace_id": project.group_id,
        "owners": [{ "name": source.user.name, "email": source.user.email }],
        "project_visibility": project.visibility.name(),
    })
}
