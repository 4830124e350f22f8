//! Links between issues.

use axum::extract::Path;
use serde_json::{Value, json};

use super::find;
use crate::gitlab::http::rest::call::{Answer, Call, created, ok};
use crate::gitlab::http::rest::refused::Refused;
use crate::gitlab::http::rest::shape::{Shape, time};
use crate::gitlab::world::{Access, Issue, IssueLink, Project, World};

/// `GET /projects/:id/issues/:issue_iid/links`: the linked issues.
pub(in super::super) async fn list(Path((id, iid)): Path<(String, u64)>, call: Call) -> Answer {
    call.read(|world, shape| {
        let project = call.project(world, &id)?;
        let own = find(&call, world, project, iid)?.id;
        let linked = world.issue_links.iter().filter_map(|link| {
            let (other, kind) = match (link.source_id == own, link.target_id == own) {
                (true, _) => (link.target_id, link.kind.as_str()),
                (_, true) => (link.source_id, turned(&link.kind)),
                (false, false) => return None,
            };
            let (project, issue) = issue_with(world, other)?;
            find(&call, world, project, issue.iid).ok()?;
            let mut shown = shape.issue(project, issue, false);
            shown["issue_link_id"] = json!(link.id);
            shown["link_type"] = json!(kind);
            shown["link_created_at"] = json!(time(link.at));
            shown["link_updated_at"] = json!(time(link.at));
            Some(shown)
        });
        let linked: Vec<Value> = linked.collect();
        call.page(&linked, Value::clone)
    })
}

/// What a link is called from its other end.
fn turned(kind: &str) -> &str {
    match kind {
        "blocks" => "is_blocked_by",
        "is_blocked_by" => "blocks",
        other => other,
    }
}

fn issue_with(world: &World, id: u64) -> Option<(&Project, &Issue)> {
    world.projects.iter().find_map(|project| {
        let issue = project.issues.iter().find(|issue| issue.id == id)?;
        Some((project, issue))
    })
}

fn link(world: &World, shape: Shape<'_>, link: &IssueLink) -> Value {
    let issue = |id: u64| {
        let found = issue_with(world, id);
        found.map(|(project, issue)| shape.issue(project, issue, false))
    };
    json!({
        "id": link.id,
        "source_issue": issue(link.source_id),
        "target_issue": issue(link.target_id),
        "link_type": link.kind,
    })
}

/// `POST /projects/:id/issues/:issue_iid/links`
pub(in super::super) async fn create(Path((id, iid)): Path<(String, u64)>, call: Call) -> Answer {
    let target_project = call.params.required("target_project_id")?;
    let target = call.params.required("target_issue_iid")?;
    let kinds = ["relates_to", "blocks", "is_blocked_by"];
    let kind = call.params.one_of("link_type", &kinds)?;
    let made = call.change(&id, |scene| {
        let world = &*scene.world;
        let source = find(&call, world, scene.project(), iid)?;
        call.needs(world, scene.project(), Access::Guest)?;
        let other = call.project(world, &target_project)?;
        let wrong = |_| Refused::error("target_issue_iid is invalid");
        let target = find(&call, world, other, target.parse().map_err(wrong)?)?;
        let (source_id, target_id) = (source.id, target.id);
        let pair = [source_id, target_id];
        let mut links = world.issue_links.iter();
        if links.any(|l| pair.contains(&l.source_id) && pair.contains(&l.target_id)) {
            return Err(Refused::conflict("Issue(s) already assigned"));
        }
        let made = IssueLink {
            id: scene.world.next_id(),
            source_id,
            target_id,
            kind: kind.unwrap_or("relates_to").to_owned(),
            at: scene.now,
        };
        scene.world.issue_links.push(made.clone());
        Ok(made)
    });
    let made = made.await?;
    call.read(|world, shape| created(link(world, shape, &made)))
}

fn known(
    call: &Call,
    world: &World,
    (id, iid, number): (&str, u64, u64),
) -> Result<IssueLink, Refused> {
    let project = call.project(world, id)?;
    let own = find(call, world, project, iid)?.id;
    let mut links = world.issue_links.iter();
    let found = links.find(|l| l.id == number && [l.source_id, l.target_id].contains(&own));
    found
        .cloned()
        .ok_or_else(|| Refused::not_found("Issue Link"))
}

/// `GET /projects/:id/issues/:issue_iid/links/:issue_link_id`
pub(in super::super) async fn one(
    Path((id, iid, number)): Path<(String, u64, u64)>,
    call: Call,
) -> Answer {
    call.read(|world, shape| {
        ok(link(
            world,
            shape,
            &known(&call, world, (&id, iid, number))?,
        ))
    })
}

/// `DELETE /projects/:id/issues/:issue_iid/links/:issue_link_id`
pub(in super::super) async fn remove(
    Path((id, iid, number)): Path<(String, u64, u64)>,
    call: Call,
) -> Answer {
    let gone = call.change(&id, |scene| {
        let found = known(&call, scene.world, (&id, iid, number))?;
        call.needs(scene.world, scene.project(), Access::Guest)?;
        scene.world.issue_links.retain(|kept| kept.id != found.id);
        Ok(found)
    });
    let gone = gone.await?;
    call.read(|world, shape| ok(link(world, shape, &gone)))
}
