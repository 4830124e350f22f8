//! Branches made and removed, and commits of several files at once.

mod actions;

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::IntoResponse as _;

use super::call::{Answer, Call, created};
use super::refused::Refused;
use crate::gitlab::acts::code;
use crate::gitlab::acts::commits::{self, NewCommit};
use crate::gitlab::world::{Access, Project, World};

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
    let actions = actions::read(&call)?;
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
