//! Milestones of projects and groups.

use axum::extract::Path;
use jiff::Timestamp;

use super::call::{Answer, Call, created, ok};
use super::refused::Refused;
use super::shape::Owner;
use crate::gitlab::scene::next_iid;
use crate::gitlab::world::{Access, Milestone};

/// `GET /projects/:id/milestones`; `include_ancestors` adds those of its groups.
pub(super) async fn list(Path(id): Path<String>, call: Call) -> Answer {
    let above = call.params.yes_no("include_ancestors")? == Some(true)
        || call.params.yes_no("include_parent_milestones")? == Some(true);
    call.read(|world, shape| {
        let project = call.project(world, &id)?;
        let own = project.milestones.iter();
        let mut found: Vec<_> = own.map(|m| (m, Owner::Project(project))).collect();
        if above {
            for group in world.group_and_ancestors(project.group_id) {
                found.extend(group.milestones.iter().map(|m| (m, Owner::Group(group))));
            }
        }
        narrow(&call, &mut found)?;
        call.page(&found, |(milestone, owner)| {
            shape.milestone(milestone, *owner)
        })
    })
}

/// `GET /projects/:id/milestones/:milestone_id`
pub(super) async fn one(Path((id, milestone)): Path<(String, u64)>, call: Call) -> Answer {
    call.read(|world, shape| {
        let project = call.project(world, &id)?;
        let mut milestones = project.milestones.iter();
        let found = milestones.find(|known| known.id == milestone);
        let found = found.ok_or_else(|| Refused::not_found("Milestone"))?;
        ok(shape.milestone(found, Owner::Project(project)))
    })
}

/// `POST /projects/:id/milestones`
pub(super) async fn create(Path(id): Path<String>, call: Call) -> Answer {
    let title = call.params.required("title")?;
    let milestone = call.change(&id, |scene| {
        call.needs(scene.world, scene.project(), Access::Reporter)?;
        let known = &scene.project().milestones;
        let iid = free_iid(known, &title)?;
        let id = scene.world.next_id();
        let milestone = new(&call, (id, iid), title, scene.now);
        scene.project_mut().milestones.push(milestone.clone());
        Ok(milestone)
    });
    let milestone = milestone.await?;
    call.read(|world, shape| {
        let project = call.project(world, &id)?;
        created(shape.milestone(&milestone, Owner::Project(project)))
    })
}

/// `GET /groups/:id/milestones`
pub(super) async fn of_group(Path(id): Path<String>, call: Call) -> Answer {
    call.read(|world, shape| {
        let group = call.group(world, &id)?;
        let own = group.milestones.iter();
        let mut found: Vec<_> = own.map(|m| (m, Owner::Group(group))).collect();
        narrow(&call, &mut found)?;
        call.page(&found, |(milestone, owner)| {
            shape.milestone(milestone, *owner)
        })
    })
}

/// `POST /groups/:id/milestones`
pub(super) async fn create_in_group(Path(id): Path<String>, call: Call) -> Answer {
    let title = call.params.required("title")?;
    let now = call.sandbox.options().clock.now();
    let mut state = call.sandbox.lock();
    let group = call.group(&state.world, &id)?;
    let (group_id, known) = (group.id, group.milestones.clone());
    if state.world.access(call.user.id, group_id) < Some(Access::Reporter) {
        return Err(Refused::forbidden());
    }
    let iid = free_iid(&known, &title)?;
    let milestone = new(&call, (state.world.next_id(), iid), title, now);
    for group in &mut state.world.groups {
        if group.id == group_id {
            group.milestones.push(milestone.clone());
        }
    }
    state.unsaved = true;
    drop(state);
    call.read(|world, shape| {
        let group = call.group(world, &id)?;
        created(shape.milestone(&milestone, Owner::Group(group)))
    })
}

fn free_iid(known: &[Milestone], title: &str) -> Result<u64, Refused> {
    if known.iter().any(|milestone| milestone.title == title) {
        return Err(Refused::invalid("title", "has already been taken"));
    }
    Ok(next_iid(known.iter().map(|milestone| milestone.iid)))
}

fn new(call: &Call, (id, iid): (u64, u64), title: String, now: Timestamp) -> Milestone {
    let text = |name: &str| call.params.text(name).unwrap_or_default();
    Milestone {
        id,
        iid,
        title,
        description: text("description"),
        active: true,
        start_date: text("start_date"),
        due_date: text("due_date"),
        created_at: now,
        updated_at: now,
    }
}

fn narrow(call: &Call, found: &mut Vec<(&Milestone, Owner<'_>)>) -> Result<(), Refused> {
    let title = call.params.text("title");
    let search = call.params.text("search").map(|text| text.to_lowercase());
    let state = call.params.one_of("state", &["active", "closed"])?;
    let iids = call.params.numbers("iids");
    found.retain(|(milestone, _)| {
        title.as_ref().is_none_or(|title| milestone.title == *title)
            && search
                .as_ref()
                .is_none_or(|text| milestone.title.to_lowercase().contains(text))
            && state.is_none_or(|state| milestone.active == (state == "active"))
            && iids
                .as_ref()
                .is_none_or(|iids| iids.contains(&milestone.iid))
    });
    found.sort_by_key(|(milestone, _)| std::cmp::Reverse(milestone.id));
    Ok(())
}
