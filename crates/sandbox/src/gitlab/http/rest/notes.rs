//! Comments on issues and merge requests.

use axum::extract::Path;

use super::call::{Answer, Call, created, ok};
use super::issues;
use super::refused::Refused;
use crate::gitlab::acts::comments as acts;
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
    let note = call.change(&id, |scene| {
        let on = on.find(&call, scene.world, scene.project(), iid)?;
        if internal == Some(true) {
            call.needs(scene.world, scene.project(), Access::Reporter)?;
        }
        Ok(acts::write(scene, on, text, internal == Some(true)))
    });
    let note = note.await?;
    call.read(|world, shape| created(shape.note(call.project(world, &id)?, &note)))
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
