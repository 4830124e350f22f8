//! Branches, tags and commits of a project.

use axum::extract::Path;
use serde_json::{Value, json};

use super::call::{Answer, Call, ok};
use super::refused::Refused;
use crate::gitlab::world::{Branch, Commit, Project, Tag};

/// `GET /projects/:id/repository/branches`, by name.
pub(super) async fn branches(Path(id): Path<String>, call: Call) -> Answer {
    call.read(|world, shape| {
        let project = call.project(world, &id)?;
        let search = call.params.text("search");
        let mut found: Vec<&Branch> = project.branches.iter().collect();
        found.retain(|branch| matches(search.as_deref(), &branch.name));
        found.sort_by(|one, other| one.name.cmp(&other.name));
        call.page(&found, |branch| shape.branch(project, branch))
    })
}

/// `^` and `$` in a search stand for the beginning and the end of the name.
fn matches(search: Option<&str>, name: &str) -> bool {
    let Some(search) = search else { return true };
    match (search.strip_prefix('^'), search.strip_suffix('$')) {
        (Some(start), None) => name.starts_with(start),
        (None, Some(end)) => name.ends_with(end),
        (Some(start), Some(_)) => name == start.trim_end_matches('$'),
        (None, None) => name.to_lowercase().contains(&search.to_lowercase()),
    }
}

/// `GET /projects/:id/repository/branches/:branch`
pub(super) async fn branch(Path((id, name)): Path<(String, String)>, call: Call) -> Answer {
    call.read(|world, shape| {
        let project = call.project(world, &id)?;
        let branch = project.branch(&name);
        let branch = branch.ok_or_else(|| Refused::not_found("Branch"))?;
        ok(shape.branch(project, branch))
    })
}

/// `GET /projects/:id/repository/tags`, the newest first unless asked otherwise.
pub(super) async fn tags(Path(id): Path<String>, call: Call) -> Answer {
    call.read(|world, shape| {
        let project = call.project(world, &id)?;
        let search = call.params.text("search");
        let mut found: Vec<&Tag> = project.tags.iter().collect();
        found.retain(|tag| matches(search.as_deref(), &tag.name));
        match call
            .params
            .one_of("order_by", &["name", "updated", "version"])?
        {
            Some("name") => found.sort_by(|one, other| one.name.cmp(&other.name)),
            Some("version") => found.sort_by_key(|tag| version(&tag.name)),
            _ => (),
        }
        if call.params.one_of("sort", &["asc", "desc"])? != Some("asc") {
            found.reverse();
        }
        call.page(&found, |tag| shape.tag(project, tag))
    })
}

/// The numbers of a name, so that v15.10 comes after v15.9.
fn version(name: &str) -> Vec<u64> {
    let parts = name.split(|c: char| !c.is_ascii_digit());
    parts.filter_map(|part| part.parse().ok()).collect()
}

/// `GET /projects/:id/repository/tags/:tag_name`
pub(super) async fn tag(Path((id, name)): Path<(String, String)>, call: Call) -> Answer {
    call.read(|world, shape| {
        let project = call.project(world, &id)?;
        let tag = project.tags.iter().find(|tag| tag.name == name);
        ok(shape.tag(project, tag.ok_or_else(|| Refused::not_found("Tag"))?))
    })
}

/// `GET /projects/:id/repository/commits`: what a branch, tag, commit or range has, newest first.
pub(super) async fn commits(Path(id): Path<String>, call: Call) -> Answer {
    let (since, until) = (call.params.time("since")?, call.params.time("until")?);
    let all = call.params.yes_no("all")? == Some(true);
    let first_parent = call.params.yes_no("first_parent")? == Some(true);
    let path = call.params.text("path");
    let author = call.params.text("author").map(|text| text.to_lowercase());
    call.read(|world, shape| {
        let project = call.project(world, &id)?;
        let name = call.params.text("ref_name").filter(|name| !name.is_empty());
        let name = name.unwrap_or_else(|| project.default_branch.clone());
        let mut found = if all {
            project.commits.iter().rev().collect()
        } else {
            history(project, &name, first_parent)
        };
        found.retain(|commit| {
            let mut touched = commit
                .added
                .iter()
                .chain(&commit.modified)
                .chain(&commit.removed);
            let by = world.user(commit.author_id);
            since.is_none_or(|since| commit.at >= since)
                && until.is_none_or(|until| commit.at <= until)
                && path
                    .as_ref()
                    .is_none_or(|path| touched.any(|t| t.starts_with(path)))
                && author.as_ref().is_none_or(|text| {
                    by.is_some_and(|by| {
                        by.name.to_lowercase().contains(text) || by.email.contains(text)
                    })
                })
        });
        call.page(&found, |commit| shape.commit(project, commit))
    })
}

/// An unknown name has no commits.
fn history<'w>(project: &'w Project, name: &str, first_parent: bool) -> Vec<&'w Commit> {
    let range = name.split_once("...").or_else(|| name.split_once(".."));
    if let Some((from, to)) = range {
        return match (project.resolve(from), project.resolve(to)) {
            (Some(from), Some(to)) => project.between(&from.sha, &to.sha),
            _ => Vec::new(),
        };
    }
    let Some(head) = project.resolve(name) else {
        return Vec::new();
    };
    if !first_parent {
        return project.ancestors(&head.sha);
    }
    let above = |commit: &&'w Commit| project.commit_named(commit.parents.first()?);
    std::iter::successors(Some(head), above).collect()
}

/// `GET /projects/:id/repository/commits/:sha`, the sha in full, in short, or a branch or tag.
pub(super) async fn commit(Path((id, sha)): Path<(String, String)>, call: Call) -> Answer {
    call.read(|world, shape| {
        let project = call.project(world, &id)?;
        ok(shape.commit_alone(project, named(project, &sha)?))
    })
}

fn named<'w>(project: &'w Project, name: &str) -> Result<&'w Commit, Refused> {
    let found = project.resolve(name);
    found.ok_or_else(|| Refused::not_found("Commit"))
}

/// `GET /projects/:id/repository/commits/:sha/refs`: the branches and tags that have the commit.
pub(super) async fn refs(Path((id, sha)): Path<(String, String)>, call: Call) -> Answer {
    let kind = call.params.one_of("type", &["branch", "tag", "all"])?;
    call.read(|world, _| {
        let project = call.project(world, &id)?;
        let commit = named(project, &sha)?;
        let mut found: Vec<Value> = Vec::new();
        if kind != Some("tag") {
            let branches = project.branches.iter();
            let having = branches.filter(|branch| project.contains(&branch.sha, &commit.sha));
            found.extend(having.map(|b| json!({ "type": "branch", "name": b.name })));
        }
        if kind != Some("branch") {
            let tags = project.tags.iter();
            let having = tags.filter(|tag| project.contains(&tag.sha, &commit.sha));
            found.extend(having.map(|t| json!({ "type": "tag", "name": t.name })));
        }
        call.page(&found, Value::clone)
    })
}

/// `GET /projects/:id/repository/compare?from=&to=`
pub(super) async fn compare(Path(id): Path<String>, call: Call) -> Answer {
    let (from, to) = (call.params.text("from"), call.params.text("to"));
    let (from, to) = match (from, to) {
        (Some(from), Some(to)) => (from, to),
        (None, None) => return Err(Refused::error("from is missing, to is missing")),
        (None, _) => return Err(Refused::error("from is missing")),
        (_, None) => return Err(Refused::error("to is missing")),
    };
    let straight = call.params.yes_no("straight")? == Some(true);
    call.read(|world, shape| {
        let project = call.project(world, &id)?;
        let found = |name: &str| {
            let commit = project.resolve(name);
            commit.ok_or_else(|| Refused::not_found("Ref"))
        };
        let (from, to) = (found(&from)?, found(&to)?);
        let base = project.merge_base(&[&from.sha, &to.sha]);
        let from = if straight { from } else { base.unwrap_or(from) };
        ok(shape.comparison(project, (from, to)))
    })
}

/// `GET /projects/:id/repository/merge_base?refs[]=&refs[]=`
pub(super) async fn merge_base(Path(id): Path<String>, call: Call) -> Answer {
    let refs = call.params.many("refs").unwrap_or_default();
    if refs.is_empty() {
        return Err(Refused::error("refs is missing"));
    }
    if refs.len() < 2 {
        return Err(Refused::bad("Provide at least 2 refs"));
    }
    call.read(|world, shape| {
        let project = call.project(world, &id)?;
        let mut shas = Vec::new();
        for name in &refs {
            let missing = || Refused::bad(format!("Could not find ref: {name}"));
            shas.push(project.resolve(name).ok_or_else(missing)?.sha.as_str());
        }
        let base = project.merge_base(&shas);
        let base = base.ok_or_else(|| Refused::not_found("Merge Base"))?;
        ok(shape.commit(project, base))
    })
}
