//! Releases, milestones, the project's own feature flags, and tokens that expire.

use serde_json::{Value, json};

use super::{Source, utc};
use crate::gitlab::world::{Flag, Group, Milestone, Release};

/// A release; `action` is create, update or delete.
pub(in crate::gitlab) fn release(source: Source<'_>, release: &Release, action: &str) -> Value {
    let path = source.project.path();
    let sources: Vec<Value> = ["zip", "tar.gz", "tar.bz2", "tar"]
        .iter()
        .map(|format| {
            let file = format!("archive/{0}/{path}-{0}.{format}", release.tag);
            json!({ "format": format, "url": source.page(&file) })
        })
        .collect();
    json!({
        "object_kind": "release",
        "id": release.id,
        "created_at": utc(release.at),
        "released_at": utc(release.at),
        "name": release.name,
        "tag": release.tag,
        "description": release.description,
        "project": source.project_with_old_names(),
        "url": source.page(&format!("releases/{}", release.tag)),
        "action": action,
        "assets": { "count": sources.len(), "links": [], "sources": sources },
        "commit": source.commit(&release.commit),
    })
}

/// A milestone; `action` is create, close, reopen or delete.
pub(in crate::gitlab) fn milestone(
    source: Source<'_>,
    milestone: &Milestone,
    action: &str,
) -> Value {
    json!({
        "object_kind": "milestone",
        "event_type": "milestone",
        "project": source.project_with_old_names(),
        "object_attributes": {
            "id": milestone.id,
            "iid": milestone.iid,
            "title": milestone.title,
            "description": milestone.description,
            "state": if milestone.active { "active" } else { "closed" },
            "created_at": utc(milestone.created_at),
            "updated_at": utc(milestone.updated_at),
            "due_date": milestone.due_date,
            "start_date": milestone.start_date,
            "group_id": null,
            "project_id": source.project.id,
        },
        "action": action,
    })
}

/// A feature flag of the project that was turned on or off.
pub(in crate::gitlab) fn feature_flag(source: Source<'_>, flag: &Flag) -> Value {
    json!({
        "object_kind": "feature_flag",
        "project": source.project_with_old_names(),
        "user": source.actor(),
        "user_url": format!("{}/{}", source.base, source.user.username),
        "object_attributes": {
            "id": flag.id,
            "name": flag.name,
            "description": flag.description,
            "active": flag.active,
        },
    })
}

/// An access token that expires on `day`; of the group when one is given, else of the project.
pub(in crate::gitlab) fn access_token(
    source: Source<'_>,
    id: u64,
    name: &str,
    day: &str,
    group: Option<&Group>,
) -> Value {
    let mut body = json!({
        "object_kind": "access_token",
        "object_attributes": {
            "user_id": source.user.id,
            "created_at": utc(source.now),
            "id": id,
            "name": name,
            "expires_at": day,
            "last_used_at": null,
        },
        "event_name": "expiring_access_token",
    });
    match group {
        Some(group) => {
            body["group"] = json!({
                "group_name": group.name,
                "group_path": group.path(),
                "group_id": group.id,
                "full_path": group.full_path,
            });
        }
        None => body["project"] = source.project_with_old_names(),
    }
    body
}

/// A deploy token of the project that expires at `at`.
pub(in crate::gitlab) fn deploy_token(
    source: Source<'_>,
    id: u64,
    name: &str,
    at: jiff::Timestamp,
) -> Value {
    json!({
        "object_kind": "deploy_token",
        "project": source.project_with_old_names(),
        "object_attributes": {
            "id": id,
            "name": name,
            "expires_at": utc(at),
            "created_at": utc(source.now),
            "revoked": false,
            "deploy_token_type": "project_type",
        },
        "event_name": "expiring_deploy_token",
    })
}
