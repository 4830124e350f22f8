//! Who changed an issue's description, and how: what a tick in GitLab is known by.
//!
//! An event says that a description was edited, and keeps no text that long. Whoever wants to
//! know what was ticked reads the webhook with this before it is gone.

use serde::Deserialize;

/// An edit of an issue's description, as GitLab told of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DescriptionEdit {
    /// Full path of the issue's project.
    pub project: String,
    pub project_id: u64,
    /// The number that people see.
    pub iid: u64,
    /// Of the issue's page, as the webhook says: something to show, nothing to call.
    pub url: String,
    pub author: Editor,
    /// Empty when there was no text.
    pub before: String,
    pub after: String,
}

/// Who edited it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Editor {
    /// Before GitLab 13.5 a webhook does not say.
    pub id: Option<u64>,
    /// Without `@`.
    pub username: String,
    pub name: String,
}

impl DescriptionEdit {
    /// Reads the body of a webhook; `None` for anything but an edit of the description of an
    /// issue, an incident or a task in a project.
    #[must_use]
    pub fn read(body: &[u8]) -> Option<Self> {
        // Most webhooks are told apart without reading them.
        let text = std::str::from_utf8(body).ok()?;
        if !text.contains("\"description\"") {
            return None;
        }
        let wire: Wire = serde_json::from_str(text).ok()?;
        let is_issue = matches!(wire.object_kind.as_str(), "issue" | "work_item");
        let edit = wire.changes.description.filter(|_| is_issue)?;
        let (before, after) = (
            edit.previous.unwrap_or_default(),
            edit.current.unwrap_or_default(),
        );
        (before != after).then_some(Self {
            project: wire.project.path_with_namespace,
            project_id: wire.project.id,
            iid: wire.object_attributes.iid,
            url: wire.object_attributes.url.unwrap_or_default(),
            author: Editor {
                id: wire.user.id,
                username: wire.user.username,
                name: wire.user.name.unwrap_or_default(),
            },
            before,
            after,
        })
    }
}

#[derive(Deserialize)]
struct Wire {
    object_kind: String,
    user: WireUser,
    project: WireProject,
    object_attributes: Attributes,
    changes: Changes,
}

#[derive(Deserialize)]
struct WireUser {
    #[serde(default)]
    id: Option<u64>,
    username: String,
    #[serde(default)]
    name: Option<String>,
}

#[derive(Deserialize)]
struct WireProject {
    id: u64,
    path_with_namespace: String,
}

#[derive(Deserialize)]
struct Attributes {
    iid: u64,
    #[serde(default)]
    url: Option<String>,
}

#[derive(Deserialize)]
struct Changes {
    #[serde(default)]
    description: Option<Change>,
}

#[derive(Deserialize)]
struct Change {
    #[serde(default)]
    previous: Option<String>,
    #[serde(default)]
    current: Option<String>,
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn webhook(kind: &str, description: &Value) -> Value {
        json!({
            "object_kind": kind, "event_type": kind,
            "user": { "id": 101, "name": "Ana Almeida", "username": "ana" },
            "project": { "id": 3, "path_with_namespace": "acme/shop" },
            "object_attributes": {
                "id": 41, "iid": 12, "action": "update",
                "url": "https://gitlab.example/acme/shop/-/issues/12",
            },
            "changes": { "description": description },
        })
    }

    #[test]
    fn an_edit_is_read_with_who_made_it() {
        let change = json!({ "previous": null, "current": "- [x] done" });
        let body = webhook("issue", &change).to_string();
        let edit = DescriptionEdit::read(body.as_bytes()).unwrap();
        assert_eq!((edit.project.as_str(), edit.iid), ("acme/shop", 12));
        assert_eq!(
            (edit.before.as_str(), edit.after.as_str()),
            ("", "- [x] done")
        );
        assert_eq!(edit.author.username, "ana");
        let body = webhook("work_item", &change).to_string();
        assert_eq!(DescriptionEdit::read(body.as_bytes()), Some(edit));
    }

    #[test]
    fn what_edits_no_description_of_an_issue_is_none() {
        let edit = json!({ "previous": "a", "current": "b" });
        let same = json!({ "previous": "a", "current": "a" });
        let nothing = json!({ "previous": null, "current": "" });
        for body in [
            webhook("merge_request", &edit).to_string(),
            webhook("issue", &same).to_string(),
            webhook("issue", &nothing).to_string(),
            webhook("issue", &Value::Null).to_string(),
            json!({ "object_kind": "issue", "changes": { "description": edit } }).to_string(),
            "[]".to_owned(),
            "{\"description\"".to_owned(),
        ] {
            assert_eq!(DescriptionEdit::read(body.as_bytes()), None, "{body}");
        }
        assert_eq!(DescriptionEdit::read(b"\xff"), None);
    }
}
