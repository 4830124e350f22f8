//! Labels of projects and groups.

use axum::extract::Path;

use super::call::{Answer, Call, created, ok, projects_below};
use super::refused::Refused;
use crate::gitlab::world::{Access, Label};

/// `GET /projects/:id/labels`
pub(super) async fn list(Path(id): Path<String>, call: Call) -> Answer {
    call.read(|world, shape| {
        let project = call.project(world, &id)?;
        let labels = searched(&call, project.labels.clone());
        call.page(&labels, |label| shape.label(label, Some(project)))
    })
}

/// `GET /projects/:id/labels/:label`, by number or name.
pub(super) async fn one(Path((id, key)): Path<(String, String)>, call: Call) -> Answer {
    call.read(|world, shape| {
        let project = call.project(world, &id)?;
        let mut labels = project.labels.iter();
        let found = labels.find(|label| label.title == key || key.parse() == Ok(label.id));
        let label = found.ok_or_else(|| Refused::not_found("Label"))?;
        ok(shape.label(label, Some(project)))
    })
}

/// `POST /projects/:id/labels`
pub(super) async fn create(Path(id): Path<String>, call: Call) -> Answer {
    let title = call.params.required("name")?;
    let color = call.params.required("color")?;
    let label = call.change(&id, |scene| {
        call.needs(scene.world, scene.project(), Access::Reporter)?;
        if scene.project().labels.iter().any(|l| l.title == title) {
            return Err(Refused::conflict("Label already exists"));
        }
        let id = scene.world.next_id();
        let label = Label { id, title, color };
        scene.project_mut().labels.push(label.clone());
        Ok(label)
    });
    let label = label.await?;
    call.read(|world, shape| {
        let project = call.project(world, &id)?;
        created(shape.label(&label, Some(project)))
    })
}

/// `GET /groups/:id/labels`: one a title of what the group's projects use.
pub(super) async fn of_group(Path(id): Path<String>, call: Call) -> Answer {
    call.read(|world, shape| {
        let group = call.group(world, &id)?;
        let projects = projects_below(world, group);
        let seen = projects.iter().filter(|p| world.sees(call.user.id, p));
        let labels: Vec<Label> = seen.flat_map(|p| p.labels.iter().cloned()).collect();
        let mut labels = searched(&call, labels);
        labels.dedup_by(|one, other| one.title == other.title);
        call.page(&labels, |label| shape.label(label, None))
    })
}

fn searched(call: &Call, mut labels: Vec<Label>) -> Vec<Label> {
    if let Some(search) = call.params.text("search") {
        let search = search.to_lowercase();
        labels.retain(|label| label.title.to_lowercase().contains(&search));
    }
    labels.sort_by(|one, other| one.title.cmp(&other.title));
    labels
}
