//! Branches made and removed, and commits of several files at once.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::call::{Answer, Call, created};
use super::refused::Refused;
use crate::gitlab::acts::code;
use crate::gitlab::acts::commits::{self, NewCommit};
use crate::gitlab::seed::INSTANCE;
use crate::gitlab::world::{Access, Files, Project, World};

/// `POST /projects/:id/repository/branches`
pub(super) async fn create_branch(Path(id): Path<String>, call: Call) -> Answer {
    let name = call.params.required("branch")?;
    let from = call.params.required("ref")?;
    let made = call.change(&id, |scene| {
        call.needs(scene.world, scene.project(), Access::Developer)?;
        let project = scene.project();
        if !is_branch_name(&name) {
            return Err(Refused::bad("Branch name is invalid"));
        }
        if project.branch(&name).is_some() {
            return Err(Refused::bad("Branch already exists"));
        }
        let head = project.resolve(&from).map(|commit| commit.sha.clone());
        let wrong = || Refused::bad(format!("Invalid reference name: {from}"));
        code::cut_branch(scene, &name, &head.ok_or_else(wrong)?)?;
        Ok(())
    });
    made.await?;
    call.read(|world, shape| {
        let project = call.project(world, &id)?;
        let branch = project.branch(&name);
        let branch = branch.ok_or_else(|| Refused::not_found("Branch"))?;
        created(shape.branch(project, branch))
    })
}

/// `DELETE /projects/:id/repository/branches/:branch`
pub(super) async fn delete_branch(Path((id, name)): Path<(String, String)>, call: Call) -> Answer {
    let removed = call.change(&id, |scene| {
        call.needs(scene.world, scene.project(), Access::Developer)?;
        let project = scene.project();
        let missing = || Refused::not_found("Branch");
        project.branch(&name).ok_or_else(missing)?;
        if name == project.default_branch {
            let problem = "The default branch of a project cannot be deleted.";
            return Err(Refused::bad(problem));
        }
        code::remove_branch(scene, &name);
        Ok(())
    });
    removed.await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// What Git takes, as far as anybody tries.
fn is_branch_name(name: &str) -> bool {
    let odd = |c: char| c.is_whitespace() || c.is_control() || "~^:?*[\\".contains(c);
    let wrong = ["..", "//", "@{"].iter().any(|part| name.contains(part));
    let ends =
        name.starts_with(['-', '/']) || name.ends_with(['/', '.']) || name.ends_with(".lock");
    !name.is_empty() && !wrong && !ends && !name.chars().any(odd)
}

/// `POST /projects/:id/repository/commits`
pub(super) async fn create(Path(id): Path<String>, call: Call) -> Answer {
    let branch = call.params.required("branch")?;
    let message = call.params.required("commit_message")?;
    let actions = actions(&call)?;
    let commit = call.change(&id, |scene| {
        let project = scene.project();
        may_push(&call, scene.world, project, &branch)?;
        let parent = start(&call, project, &branch)?;
        let mut files = project.texts_at(&parent);
        for action in &actions {
            action.is_current(project, &parent)?;
            action.apply(&mut files)?;
        }
        let new = NewCommit {
            branch: branch.clone(),
            parent,
            message,
            files,
        };
        Ok(commits::commit(scene, new))
    });
    let commit = commit.await?;
    call.read(|world, shape| created(shape.commit_alone(call.project(world, &id)?, &commit)))
}

/// The default branch is protected: maintainers push there, developers anywhere else.
fn may_push(call: &Call, world: &World, project: &Project, branch: &str) -> Result<(), Refused> {
    let least = match branch == project.default_branch {
        true => Access::Maintainer,
        false => Access::Developer,
    };
    if world.access_to(call.user.id, project) < Some(least) {
        let reason = "You are not allowed to push into this branch";
        return Err(Refused::forbidden_because(reason));
    }
    Ok(())
}

/// The commit that the new one stands on.
fn start(call: &Call, project: &Project, branch: &str) -> Result<String, Refused> {
    let named = |name: &str| call.params.text(name).filter(|text| !text.is_empty());
    let (from, sha) = (named("start_branch"), named("start_sha"));
    let head = |name: &str| project.branch(name).map(|branch| branch.sha.clone());
    let off = || Refused::bad("You can only create or edit files when you are on a branch");
    let start = match (&from, &sha) {
        (Some(_), Some(_)) => {
            return Err(Refused::error(
                "start_branch, start_sha are mutually exclusive",
            ));
        }
        (None, Some(sha)) => {
            let found = project.commit_named(sha).map(|commit| commit.sha.clone());
            let missing = || Refused::bad(format!("Cannot find start_sha '{sha}'"));
            found.ok_or_else(missing)?
        }
        (Some(from), None) => head(from).ok_or_else(off)?,
        (None, None) => return head(branch).ok_or_else(off),
    };
    let forced = call.params.yes_no("force")? == Some(true);
    if from.as_deref() != Some(branch) && head(branch).is_some() && !forced {
        return Err(Refused::bad(format!(
            "A branch called '{branch}' already exists. Switch to that branch in order to make changes"
        )));
    }
    if !is_branch_name(branch) {
        return Err(Refused::bad(format!(
            "Something went wrong when we tried to create '{branch}' for you: Branch name is invalid"
        )));
    }
    Ok(start)
}

/// What happens to one file.
struct Action {
    what: What,
    path: String,
    /// The last commit of the file that the caller has seen.
    seen: Option<String>,
}

enum What {
    Create(String),
    Update(String),
    Delete,
    /// From that path, with another text if there is one.
    Move(String, Option<String>),
    Chmod,
}

fn actions(call: &Call) -> Result<Vec<Action>, Refused> {
    let Some(given) = call.params.raw("actions") else {
        return Err(Refused::error("actions is missing"));
    };
    let Some(given) = given.as_array() else {
        return Err(Refused::error("actions is invalid"));
    };
    given
        .iter()
        .enumerate()
        .map(|(index, action)| read(call, index, action))
        .collect()
}

fn read(call: &Call, index: usize, given: &Value) -> Result<Action, Refused> {
    let text = |name: &str| given.get(name).and_then(Value::as_str);
    let missing = |name: &str| Refused::error(format!("actions[{index}][{name}] is missing"));
    let what = text("action").ok_or_else(|| missing("action"))?;
    let path = text("file_path").filter(|path| !path.is_empty());
    let path = path.ok_or_else(|| missing("file_path"))?.to_owned();
    let content = text("content").map(|text| decoded(call, given, text));
    let content = content.transpose()?;
    let seen = text("last_commit_id").map(str::to_owned);
    let what = match what {
        "create" => What::Create(content.unwrap_or_default()),
        "update" => What::Update(content.ok_or_else(|| missing("content"))?),
        "delete" => What::Delete,
        "move" => {
            let from = text("previous_path").ok_or_else(|| missing("previous_path"))?;
            What::Move(from.to_owned(), content)
        }
        "chmod" => {
            given
                .get("execute_filemode")
                .ok_or_else(|| missing("execute_filemode"))?;
            What::Chmod
        }
        _ => {
            let problem = format!("actions[{index}][action] does not have a valid value");
            return Err(Refused::error(problem));
        }
    };
    Ok(Action { what, path, seen })
}

/// The text as it is kept: links to this instance lead nowhere in particular.
fn decoded(call: &Call, given: &Value, content: &str) -> Result<String, Refused> {
    let text = match given.get("encoding").and_then(Value::as_str) {
        Some("base64") => {
            let bytes = STANDARD.decode(content).ok();
            let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
            text.ok_or_else(|| Refused::bad("the sandbox keeps files of text only"))?
        }
        Some(_) | None => content.to_owned(),
    };
    Ok(text.replace(&call.sandbox.options().public_url, INSTANCE))
}

impl Action {
    /// Refuses a change of what somebody else has changed since.
    fn is_current(&self, project: &Project, parent: &str) -> Result<(), Refused> {
        let path = match &self.what {
            What::Create(_) => return Ok(()),
            What::Move(from, _) => from,
            What::Update(_) | What::Delete | What::Chmod => &self.path,
        };
        let files = project.files_at(parent);
        let last = files.iter().find(|file| file.path == *path);
        let stale = |seen: &String| last.is_some_and(|file| file.since != *seen);
        if self.seen.as_ref().is_some_and(stale) {
            return Err(Refused::bad(format!(
                "The file has changed since you started editing it: {path}"
            )));
        }
        Ok(())
    }

    fn apply(&self, files: &mut Files) -> Result<(), Refused> {
        let missing = || Refused::bad("A file with this name doesn't exist");
        let path = &self.path;
        if path.split('/').any(|part| part == "..") {
            return Err(Refused::bad("Path cannot include directory traversal"));
        }
        let is_new = matches!(self.what, What::Create(_) | What::Move(..));
        if is_new && files.contains_key(path) {
            return Err(Refused::bad("A file with this name already exists"));
        }
        match &self.what {
            What::Create(content) => drop(files.insert(path.clone(), content.clone())),
            What::Update(content) => {
                *files.get_mut(path).ok_or_else(missing)? = content.clone();
            }
            What::Delete => drop(files.remove(path).ok_or_else(missing)?),
            What::Move(from, content) => {
                let before = files.remove(from).ok_or_else(missing)?;
                files.insert(path.clone(), content.clone().unwrap_or(before));
            }
            What::Chmod => drop(files.get(path).ok_or_else(missing)?),
        }
        Ok(())
    }
}
