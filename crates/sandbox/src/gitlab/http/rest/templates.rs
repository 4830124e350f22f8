//! Templates of issues: the files that the default branch has for them.

use axum::extract::Path;
use serde_json::{Value, json};

use super::call::{Answer, Call, ok};
use super::refused::Refused;
use crate::gitlab::world::{FileVersion, Project};

const FOLDER: &str = ".gitlab/issue_templates/";

/// Names and files of the templates.
fn templates(project: &Project) -> Vec<(&str, &FileVersion)> {
    let head = project.branch(&project.default_branch);
    let files = head.map_or_else(Vec::new, |head| project.files_at(&head.sha));
    let named = |file| {
        let file: &FileVersion = file;
        let name = file.path.strip_prefix(FOLDER)?.strip_suffix(".md")?;
        Some((name, file))
    };
    files.into_iter().filter_map(named).collect()
}

/// `GET /projects/:id/templates/issues`
pub(super) async fn list(Path(id): Path<String>, call: Call) -> Answer {
    call.read(|world, _| {
        let templates = templates(call.project(world, &id)?);
        let show =
            |(name, _): &(&str, &FileVersion)| -> Value { json!({ "key": name, "name": name }) };
        call.page(&templates, show)
    })
}

/// `GET /projects/:id/templates/issues/:name`
pub(super) async fn one(Path((id, name)): Path<(String, String)>, call: Call) -> Answer {
    call.read(|world, _| {
        let mut templates = templates(call.project(world, &id)?).into_iter();
        let found = templates.find(|(known, _)| *known == name);
        let (name, file) = found.ok_or_else(|| Refused::not_found("Template"))?;
        ok(json!({ "name": name, "content": file.content }))
    })
}
