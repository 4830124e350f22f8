//! A click on a box of an issue's description.

use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use crate::gitlab::acts::issues::{self as acts, Update};
use crate::gitlab::args::DoError;
use crate::gitlab::http::session::Visitor;
use crate::gitlab::scene::Scene;
use crate::gitlab::world::{Access, Issue, Project, World};
use crate::gitlab::{GitLabSandbox, tasks};

#[derive(Debug, Deserialize)]
pub(in crate::gitlab::http) struct Click {
    token: String,
    /// From 1.
    item: usize,
    /// What the box says, as far as the visitor has seen.
    text: String,
    done: bool,
}

/// Whether a person may edit an issue: who works on the project, and who works on the issue.
pub(super) fn may_edit(world: &World, user_id: u64, project: &Project, issue: &Issue) -> bool {
    world.sees_issue(user_id, project, issue)
        && (issue.author_id == user_id
            || issue.assignee_ids.contains(&user_id)
            || world.access_to(user_id, project) >= Some(Access::Reporter))
}

/// `POST /sandbox/issues/{project}/{iid}/tick`: as the person who is signed in.
pub(in crate::gitlab::http) async fn tick(
    State(sandbox): State<GitLabSandbox>,
    visitor: Visitor,
    Path((id, iid)): Path<(u64, u64)>,
    Form(click): Form<Click>,
) -> Response {
    let own = visitor.form_token() == click.token;
    let Some(user) = visitor.user.filter(|_| own) else {
        return (StatusCode::FORBIDDEN, "sign in and try again").into_response();
    };
    let project = id.to_string();
    let place = (user.username.as_str(), project.as_str());
    let ticked = sandbox.change(place, |scene| turn(scene, iid, &click));
    match ticked.await {
        Ok((path, _)) => Redirect::to(&format!("/{path}/-/issues/{iid}")).into_response(),
        Err(refused) => refused.into_response(),
    }
}

enum NotTicked {
    NotFound,
    NotAllowed,
    /// Somebody edited the description at the same time.
    Outdated,
}

fn turn(scene: &mut Scene<'_>, iid: u64, click: &Click) -> Result<String, NotTicked> {
    let project = scene.project();
    let found = project.issues.iter().find(|issue| issue.iid == iid);
    let issue = found.cloned().ok_or(NotTicked::NotFound)?;
    if !may_edit(scene.world, scene.user.id, project, &issue) {
        return Err(NotTicked::NotAllowed);
    }
    let path = project.path_with_namespace.clone();
    let all = tasks::tasks(&issue.description);
    let task = click.item.checked_sub(1).and_then(|index| all.get(index));
    let task = task.filter(|task| task.text == click.text);
    let task = task.ok_or(NotTicked::Outdated)?;
    let changes = Update {
        description: Some(tasks::set(&issue.description, task, click.done)),
        ..Update::default()
    };
    acts::update(scene, issue, changes);
    Ok(path)
}

impl From<DoError> for NotTicked {
    fn from(_: DoError) -> Self {
        Self::NotFound
    }
}

impl IntoResponse for NotTicked {
    fn into_response(self) -> Response {
        match self {
            Self::NotFound => (StatusCode::NOT_FOUND, "there is no such issue"),
            Self::NotAllowed => (StatusCode::FORBIDDEN, "you may not edit this issue"),
            Self::Outdated => (
                StatusCode::CONFLICT,
                "Someone edited the description at the same time you did. The description has been \
                 updated and you will need to make your changes again.",
            ),
        }
        .into_response()
    }
}
