//! Releases.

use axum::extract::Path;

use super::call::{Answer, Call, ok};
use super::refused::Refused;

/// `GET /projects/:id/releases`, the newest first.
pub(super) async fn list(Path(id): Path<String>, call: Call) -> Answer {
    call.read(|world, shape| {
        let project = call.project(world, &id)?;
        let releases: Vec<_> = project.releases.iter().rev().collect();
        call.page(&releases, |release| shape.release(project, release))
    })
}

/// `GET /projects/:id/releases/:tag_name`
pub(super) async fn one(Path((id, tag)): Path<(String, String)>, call: Call) -> Answer {
    call.read(|world, shape| {
        let project = call.project(world, &id)?;
        let mut releases = project.releases.iter();
        let found = releases.find(|release| release.tag == tag);
        let release = found.ok_or_else(|| Refused::not_found("Release"))?;
        ok(shape.release(project, release))
    })
}
