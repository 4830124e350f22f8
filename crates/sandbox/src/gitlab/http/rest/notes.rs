//! Comments on issues and merge requests.

use axum::Json;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use serde_json::json;

use super::call::{Answer, Call, created, ok};
use super::issues;
use super::refused::Refused;
use crate::gitlab::acts::comments as acts;
use crate::gitlab::acts::quick_actions::{self, Action, Told};
use crate::gitlab::scene::Scene;
use crate::gitlab::world::{Access, Note, Noteable, Project, World};

/// What is commented on.
#[derive(Clone, Copy)]
pub(super) enum On {
    Issue,
    MergeRequest,
}

impl On {
    /// The thing with this number, when the asker may see it.
    fn find(
        self,
        call: &Call,
        world: &World,
        project: &Project,
        iid: u64,
    ) -> Result<Noteable, Refused> {
        match self {
            Self::Issue => {
                issues::find(call, world, project, iid)?;
                Ok(Noteable::Issue(iid))
            }
            Self::MergeRequest => {
                let mut all = project.merge_requests.iter();
                let missing = || Refused::not_found("Merge Request");
                all.find(|mr| mr.iid == iid).ok_or_else(missing)?;
                Ok(Noteable::MergeRequest(iid))
            }
        }
    }
}

/// Internal comments are for those who work on the project.
fn visible(call: &Call, world: &World, project: &Project, on: &Noteable) -> Vec<Note> {
    let inside = world.access_to(call.user.id, project) >= Some(Access::Reporter);
    let notes = project.notes.iter();
    notes
        .filter(|note| note.on == *on && (inside || !note.internal))
        .cloned()
        .collect()
}

/// `GET …/notes`, newest first unless asked otherwise.
pub(super) async fn list(on: On, Path((id, iid)): Path<(String, u64)>, call: Call) -> Answer {
    call.read(|world, shape| {
        let project = call.project(world, &id)?;
        let on = on.find(&call, world, project, iid)?;
        let mut notes = visible(&call, world, project, &on);
        match call
            .params
            .one_of("order_by", &["created_at", "updated_at"])?
        {
            Some("updated_at") => notes.sort_by_key(|n| (n.edited_at.unwrap_or(n.at), n.id)),
            _ => notes.sort_by_key(|note| (note.at, note.id)),
        }
        if call.params.one_of("sort", &["asc", "desc"])? != Some("asc") {
            notes.reverse();
        }
        call.page(&notes, |note| shape.note(project, note))
    })
}

/// `GET …/notes/:note_id`
pub(super) async fn one(
    on: On,
    Path((id, iid, number)): Path<(String, u64, u64)>,
    call: Call,
) -> Answer {
    call.read(|world, shape| {
        let project = call.project(world, &id)?;
        let on = on.find(&call, world, project, iid)?;
        let notes = visible(&call, world, project, &on);
        let note = notes.iter().find(|note| note.id == number);
        ok(shape.note(project, note.ok_or_else(|| Refused::not_found("Note"))?))
    })
}

/// `POST …/notes`
pub(super) async fn create(on: On, Path((id, iid)): Path<(String, u64)>, call: Call) -> Answer {
    let text = body(&call)?;
    let internal = call
        .params
        .yes_no("internal")?
        .or(call.params.yes_no("confidential")?);
    let read = quick_actions::read(&text);
    let written = call.change(&id, |scene| {
        let on = on.find(&call, scene.world, scene.project(), iid)?;
        if internal == Some(true) {
            call.needs(scene.world, scene.project(), Access::Reporter)?;
        }
        let note = (!read.text.is_empty())
            .then(|| acts::write(scene, on.clone(), read.text, internal == Some(true)));
        let told = done(scene, &on, &read.actions)?;
        if note.is_none() && told.done.is_empty() {
            let said = format!("400 Bad request - {}", told.refused.join(", "));
            return Err(Refused::bad(said));
        }
        Ok((note, told))
    });
    match written.await? {
        (Some(note), _) => {
            call.read(|world, shape| created(shape.note(call.project(world, &id)?, &note)))
        }
        (None, told) => {
            let summary: Vec<String> = told.done.into_iter().chain(told.refused).collect();
            let body = json!({ "commands_changes": {}, "summary": summary });
            Ok((StatusCode::ACCEPTED, Json(body)).into_response())
        }
    }
}

/// Does what the comment's quick actions say.
fn done(scene: &mut Scene<'_>, on: &Noteable, actions: &[Action]) -> Result<Told, Refused> {
    if actions.is_empty() {
        return Ok(Told::default());
    }
    match on {
        Noteable::Issue(iid) => {
            let issue = scene.issue(Some(&iid.to_string()), "issue", |_| true)?;
            Ok(quick_actions::on_issue(scene, issue, actions).1)
        }
        Noteable::MergeRequest(iid) => {
            let mr = scene.merge_request(Some(&iid.to_string()), "known", |_| true)?;
            Ok(quick_actions::on_merge_request(scene, mr, actions))
        }
        Noteable::Commit(_) | Noteable::Snippet(_) => Ok(Told::default()),
    }
}

/// `PUT …/notes/:note_id`, by its author.
pub(super) async fn update(
    on: On,
    Path((id, iid, number)): Path<(String, u64, u64)>,
    call: Call,
) -> Answer {
    let text = body(&call)?;
    let note = call.change(&id, |scene| {
        let on = on.find(&call, scene.world, scene.project(), iid)?;
        let notes = visible(&call, scene.world, scene.project(), &on);
        let note = notes.into_iter().find(|note| note.id == number);
        let note = note.ok_or_else(|| Refused::not_found("Note"))?;
        if note.author_id != call.user.id {
            call.needs(scene.world, scene.project(), Access::Maintainer)?;
        }
        Ok(acts::edit(scene, note, text))
    });
    let note = note.await?;
    call.read(|world, shape| ok(shape.note(call.project(world, &id)?, &note)))
}

fn body(call: &Call) -> Result<String, Refused> {
    let text = call.params.required("body")?;
    if text.trim().is_empty() {
        return Err(Refused::bad(
            "400 Bad request - Note {:note=>[\"can't be blank\"]}",
        ));
    }
    Ok(text)
}
