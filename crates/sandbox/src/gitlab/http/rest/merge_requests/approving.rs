//! Approvals of a merge request.

use axum::extract::Path;
use serde_json::Value;

use super::find;
use super::merging::same_sha;
use crate::gitlab::acts::merge_requests::record_review;
use crate::gitlab::http::rest::call::{Answer, Call, created, ok};
use crate::gitlab::http::rest::refused::Refused;
use crate::gitlab::world::{Access, MergeRequest, MergeRequestState, Project, World};

/// `GET /projects/:id/merge_requests/:merge_request_iid/approvals`
pub(in super::super) async fn show(path: Path<(String, u64)>, call: Call) -> Answer {
    ok(shape(&path, &call)?)
}

fn shape(Path((id, iid)): &Path<(String, u64)>, call: &Call) -> Result<Value, Refused> {
    call.read(|world, shape| {
        let project = call.project(world, id)?;
        let mr = find(project, *iid)?;
        let may = may_approve(world, project, mr, call.user.id);
        Ok(shape.approvals(project, mr, (call.user.id, may)))
    })
}

/// Developers approve what others wrote, once.
fn may_approve(world: &World, project: &Project, mr: &MergeRequest, user_id: u64) -> bool {
    let works = world.access_to(user_id, project) >= Some(Access::Developer);
    let open = mr.state == MergeRequestState::Opened;
    works && open && mr.author_id != user_id && !mr.approved_by.contains(&user_id)
}

/// `POST /projects/:id/merge_requests/:merge_request_iid/approve`
pub(in super::super) async fn approve(path: Path<(String, u64)>, call: Call) -> Answer {
    let Path((id, iid)) = &path;
    let approved = call.change(id, |scene| {
        let project = scene.project();
        let mr = find(project, *iid)?.clone();
        same_sha(&call.params, &mr)?;
        if mr.approved_by.contains(&call.user.id) {
            return Err(Refused::unchanged());
        }
        if !may_approve(scene.world, project, &mr, call.user.id) {
            return Err(Refused::unauthorized());
        }
        let approvals = mr.approved_by.len() as u64 + 1;
        let partial = approvals < project.merge_rules.approvals;
        record_review(scene, mr, true, partial);
        Ok(())
    });
    approved.await?;
    created(shape(&path, &call)?)
}

/// `POST /projects/:id/merge_requests/:merge_request_iid/unapprove`
pub(in super::super) async fn unapprove(path: Path<(String, u64)>, call: Call) -> Answer {
    let Path((id, iid)) = &path;
    let taken_back = call.change(id, |scene| {
        let project = scene.project();
        let mr = find(project, *iid)?.clone();
        if !mr.approved_by.contains(&call.user.id) {
            return Err(Refused::unchanged());
        }
        let partial = (mr.approved_by.len() as u64) < project.merge_rules.approvals;
        record_review(scene, mr, false, partial);
        Ok(())
    });
    taken_back.await?;
    created(shape(&path, &call)?)
}
