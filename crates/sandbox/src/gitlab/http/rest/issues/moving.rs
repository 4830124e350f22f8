//! Moving an issue into another project.

use axum::extract::Path;

use crate::gitlab::acts::issues as acts;
use crate::gitlab::http::rest::call::{Answer, Call, created};
use crate::gitlab::http::rest::issues::find;
use crate::gitlab::http::rest::refused::Refused;
use crate::gitlab::world::{Access, World};

/// `POST /projects/:id/issues/:issue_iid/move`
pub(in super::super) async fn act(Path((id, iid)): Path<(String, u64)>, call: Call) -> Answer {
    let target = call.params.required("to_project_id")?;
    let moved = call.change(&id, |scene| {
        let issue = find(&call, scene.world, scene.project(), iid)?.clone();
        let target = call.project(scene.world, &target)?.id;
        may_move(&call, scene.world, (scene.project().id, target))?;
        if issue.moved_to_id.is_some() || scene.project().id == target {
            let said = "Cannot move issue to project it originates from!";
            return Err(Refused::bad(said));
        }
        Ok((target, acts::move_to(scene, issue, target)))
    });
    let (target, moved) = moved.await?;
    call.read(|world, shape| {
        let project = call.project(world, &target.to_string())?;
        created(shape.issue(project, &moved, false))
    })
}

fn may_move(call: &Call, world: &World, (here, there): (u64, u64)) -> Result<(), Refused> {
    let works = |id: u64| {
        let project = world.project(&id.to_string());
        project.is_some_and(|p| world.access_to(call.user.id, p) >= Some(Access::Reporter))
    };
    if works(here) && works(there) {
        return Ok(());
    }
    Err(Refused::bad(
        "Cannot move issue due to insufficient permissions!",
    ))
}
