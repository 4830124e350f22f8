//! Merging a merge request, now or once its pipeline passes.

use axum::extract::Path;
use axum::http::StatusCode;
use serde_json::json;

use super::find;
use crate::gitlab::acts::ci::End;
use crate::gitlab::acts::merge_requests::{Merging, merge_now};
use crate::gitlab::http::rest::call::{Answer, Call, created, ok};
use crate::gitlab::http::rest::params::Params;
use crate::gitlab::http::rest::refused::Refused;
use crate::gitlab::world::{Access, MergeRequest, Project, World};

/// What to do with a merge request that somebody wants merged.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Now,
    /// Once its pipeline passes.
    Later,
}

/// `PUT /projects/:id/merge_requests/:merge_request_iid/merge`
pub(in super::super) async fn merge(Path((id, iid)): Path<(String, u64)>, call: Call) -> Answer {
    let params = &call.params;
    let later = params.yes_no("auto_merge")? == Some(true)
        || params.yes_no("merge_when_pipeline_succeeds")? == Some(true);
    let merging = Merging {
        keep_branch: params.yes_no("should_remove_source_branch")? == Some(false),
        squash: params.yes_no("squash")? == Some(true),
    };
    let merged = call.change(&id, |scene| {
        let mut mr = find(scene.project(), iid)?.clone();
        let way = way(&call, scene.world, scene.project(), (&mr, later))?;
        match way {
            Way::Now => merge_now(scene, mr, merging, Some(&End::Success)),
            Way::Later => {
                mr.auto_merge_by = Some(call.user.id);
                mr.updated_at = scene.now;
                scene.keep_merge_request(mr);
            }
        }
        Ok(())
    });
    merged.await?;
    call.read(|world, shape| {
        let project = call.project(world, &id)?;
        ok(shape.merge_request_alone(project, find(project, iid)?))
    })
}

/// The checks in GitLab's order: the person, the state, the conflicts, the commit.
fn way(
    call: &Call,
    world: &World,
    project: &Project,
    (mr, later): (&MergeRequest, bool),
) -> Result<Way, Refused> {
    if world.access_to(call.user.id, project) < Some(Access::Developer) {
        return Err(Refused::unauthorized());
    }
    let mut pipelines = project.pipelines.iter();
    let head = pipelines.find(|pipeline| Some(pipeline.id) == mr.head_pipeline_id);
    let running = head.is_some_and(|pipeline| pipeline.is_active());
    let way = match project.merge_status(mr) {
        "mergeable" | "ci_still_running" if later && running => Way::Later,
        "mergeable" => Way::Now,
        "conflict" => return Err(Refused::unprocessable("Branch cannot be merged")),
        _ => return Err(Refused::not_allowed()),
    };
    same_sha(&call.params, mr)?;
    Ok(way)
}

/// Refuses when the caller has seen another commit than the merge request has.
pub(super) fn same_sha(params: &Params, mr: &MergeRequest) -> Result<(), Refused> {
    let head = &mr.last_commit.sha;
    match params.text("sha").filter(|sha| sha != head) {
        None => Ok(()),
        Some(_) => {
            let said = format!("SHA does not match HEAD of source branch: {head}");
            Err(Refused::conflict(said))
        }
    }
}

/// `POST …/cancel_merge_when_pipeline_succeeds`
pub(in super::super) async fn cancel(Path((id, iid)): Path<(String, u64)>, call: Call) -> Answer {
    let canceled = call.change(&id, |scene| {
        let mut mr = find(scene.project(), iid)?.clone();
        call.needs(scene.world, scene.project(), Access::Developer)?;
        if mr.auto_merge_by.take().is_none() {
            let body = axum::Json(json!({ "message": "406 Not Acceptable" }));
            return Err(Refused(StatusCode::NOT_ACCEPTABLE, body));
        }
        scene.keep_merge_request(mr);
        Ok(())
    });
    canceled.await?;
    created(json!({ "status": "success" }))
}
