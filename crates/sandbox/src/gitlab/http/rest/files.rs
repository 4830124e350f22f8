//! Files of a repository, and searching in them.

use axum::extract::Path;
use axum::http::header;
use axum::response::IntoResponse;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::call::{Answer, Call, ok, projects_below};
use super::refused::Refused;
use crate::gitlab::seed::INSTANCE;
use crate::gitlab::world::{Commit, FileVersion, Project};

/// Lines shown around one that was found.
const AROUND: usize = 2;

/// The text as people read it here: links lead to this instance.
fn text(call: &Call, file: &FileVersion) -> String {
    let base = &call.sandbox.options().public_url;
    file.content.replace(INSTANCE, base)
}

fn head<'w>(call: &Call, project: &'w Project) -> Result<(String, &'w Commit), Refused> {
    let name = call.params.text("ref").filter(|name| !name.is_empty());
    let name = match name {
        Some(name) if name != "HEAD" => name,
        _ => project.default_branch.clone(),
    };
    let commit = project.resolve(&name);
    let commit = commit.ok_or_else(|| Refused::not_found("Commit"))?;
    Ok((name, commit))
}

fn find<'w>(call: &Call, project: &'w Project, path: &str) -> Result<&'w FileVersion, Refused> {
    let (_, head) = head(call, project)?;
    let mut files = project.files_at(&head.sha).into_iter();
    let found = files.find(|file| file.path == path);
    found.ok_or_else(|| Refused::not_found("File"))
}

/// `GET /projects/:id/repository/files/:file_path?ref=`
pub(super) async fn one(Path((id, path)): Path<(String, String)>, call: Call) -> Answer {
    call.params.required("ref")?;
    call.read(|world, _| {
        let project = call.project(world, &id)?;
        let file = find(&call, project, &path)?;
        let (name, head) = head(&call, project)?;
        let text = text(&call, file);
        ok(json!({
            "file_name": file.path.rsplit('/').next(),
            "file_path": file.path,
            "size": text.len(),
            "encoding": "base64",
            "content_sha256": hex::encode(Sha256::digest(&text)),
            "ref": name,
            "blob_id": blob_id(&text),
            "commit_id": head.sha,
            "last_commit_id": file.since,
            "execute_filemode": false,
            "content": STANDARD.encode(&text),
        }))
    })
}

/// A number as long as Git's, made of the text.
fn blob_id(text: &str) -> String {
    let mut id = hex::encode(Sha256::digest(text));
    id.truncate(40);
    id
}

/// `GET /projects/:id/repository/files/:file_path/raw`
pub(super) async fn raw(Path((id, path)): Path<(String, String)>, call: Call) -> Answer {
    call.read(|world, _| {
        let project = call.project(world, &id)?;
        let text = text(&call, find(&call, project, &path)?);
        let kind = [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];
        Ok((kind, text).into_response())
    })
}

/// `GET /projects/:id/repository/tree`
pub(super) async fn tree(Path(id): Path<String>, call: Call) -> Answer {
    let recursive = call.params.yes_no("recursive")? == Some(true);
    let under = call.params.text("path").unwrap_or_default();
    let under = under.trim_matches('/');
    call.read(|world, _| {
        let project = call.project(world, &id)?;
        let (_, head) = head(&call, project)?;
        let mut entries: Vec<(String, &str)> = Vec::new();
        for file in project.files_at(&head.sha) {
            let below = match under {
                "" => Some(file.path.as_str()),
                under => file
                    .path
                    .strip_prefix(under)
                    .and_then(|p| p.strip_prefix('/')),
            };
            let Some(below) = below else { continue };
            let at = file.path.len() - below.len();
            for (index, _) in below.match_indices('/') {
                entries.push((file.path[..at + index].to_owned(), "tree"));
            }
            entries.push((file.path.clone(), "blob"));
        }
        entries.sort();
        entries.dedup();
        let depth = |path: &str| path.matches('/').count();
        let top = if under.is_empty() {
            0
        } else {
            depth(under) + 1
        };
        entries.retain(|(path, _)| recursive || depth(path) == top);
        if entries.is_empty() && !under.is_empty() {
            return Err(Refused::not_found("invalid revision or path"));
        }
        call.page(&entries, |(path, kind)| {
            let mode = if *kind == "tree" { "040000" } else { "100644" };
            json!({
                "id": blob_id(path), "name": path.rsplit('/').next(), "type": kind,
                "path": path, "mode": mode,
            })
        })
    })
}

/// `GET /projects/:id/search`
pub(super) async fn search(Path(id): Path<String>, call: Call) -> Answer {
    call.read(|world, _| {
        let project = call.project(world, &id)?;
        answer(&call, &[project])
    })
}

/// `GET /groups/:id/search`
pub(super) async fn search_group(Path(id): Path<String>, call: Call) -> Answer {
    call.read(|world, _| {
        let group = call.group(world, &id)?;
        let mut projects = projects_below(world, group);
        projects.retain(|project| world.sees(call.user.id, project));
        answer(&call, &projects)
    })
}

/// `GET /search`
pub(super) async fn search_everywhere(call: Call) -> Answer {
    call.read(|world, _| {
        let projects = world.projects.iter();
        let projects: Vec<&Project> = projects.filter(|p| world.sees(call.user.id, p)).collect();
        answer(&call, &projects)
    })
}

/// Every word must be in the file; one result a place where one is. Only files are searched.
fn answer(call: &Call, projects: &[&Project]) -> Answer {
    if call.params.required("scope")? != "blobs" {
        return Err(Refused::error("scope does not have a valid value"));
    }
    let search = call.params.required("search")?.to_lowercase();
    let (filters, words): (Vec<&str>, Vec<&str>) =
        search.split_whitespace().partition(|word| is_filter(word));
    let words: Vec<&str> = words.iter().map(|word| word.trim_matches('"')).collect();
    let mut found: Vec<Value> = Vec::new();
    for project in projects {
        // A project without a commit, or without the branch, has nothing to find.
        let Ok((name, head)) = head(call, project) else {
            continue;
        };
        for file in project.files_at(&head.sha) {
            let text = text(call, file);
            let lower = text.to_lowercase();
            let wanted = filters.iter().all(|filter| fits(filter, &file.path));
            if !words.is_empty() && wanted && words.iter().all(|word| lower.contains(word)) {
                found.extend(places(project, &name, file, &text, &words));
            }
        }
    }
    call.page(&found, Value::clone)
}

fn is_filter(word: &str) -> bool {
    let kind = word.split_once(':').map(|(kind, _)| kind);
    matches!(kind, Some("filename" | "path" | "extension"))
}

/// `filename:*.rb`, `path:config` and `extension:yml`.
fn fits(filter: &str, path: &str) -> bool {
    let path = path.to_lowercase();
    let Some((kind, value)) = filter.split_once(':') else {
        return true;
    };
    let value = value.trim_matches('*');
    match kind {
        "filename" => path.rsplit('/').next().is_some_and(|n| n.contains(value)),
        "path" => path.contains(value),
        "extension" => path.ends_with(&format!(".{value}")),
        _ => true,
    }
}

fn places(
    project: &Project,
    name: &str,
    file: &FileVersion,
    text: &str,
    words: &[&str],
) -> Vec<Value> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    let mut shown = 0;
    for (index, line) in lines.iter().enumerate() {
        let lower = line.to_lowercase();
        if index < shown || !words.iter().any(|word| lower.contains(word)) {
            continue;
        }
        let from = index.saturating_sub(AROUND).max(shown);
        shown = (index + AROUND + 1).min(lines.len());
        let data: String = lines[from..shown]
            .iter()
            .map(|l| format!("{l}\n"))
            .collect();
        let base = file
            .path
            .rsplit_once('.')
            .map_or(&*file.path, |(base, _)| base);
        found.push(json!({
            "basename": base,
            "data": data,
            "path": file.path,
            "filename": file.path,
            "id": null,
            "ref": name,
            "startline": from + 1,
            "project_id": project.id,
        }));
    }
    found
}
