//! To-do items: what is assigned to the asker and what they are to review.

use serde_json::{Value, json};

use super::call::{Answer, Call};
use super::shape::Shape;
use crate::gitlab::world::{MergeRequestState, ReviewState, World};

/// `GET /todos`; none of them is ever done here but by closing what it is about.
pub(super) async fn list(call: Call) -> Answer {
    let done = call.params.one_of("state", &["pending", "done"])? == Some("done");
    call.read(|world, shape| {
        let items = match done {
            true => Vec::new(),
            false => pending(&call, world, shape),
        };
        call.page(&items, Value::clone)
    })
}

fn pending(call: &Call, world: &World, shape: Shape<'_>) -> Vec<Value> {
    let me = call.user.id;
    let mut items = Vec::new();
    for project in world.projects.iter().filter(|p| world.sees(me, p)) {
        let open = project.issues.iter().filter(|issue| issue.open);
        for issue in open.filter(|issue| issue.assignee_ids.contains(&me)) {
            let target = shape.issue(project, issue, false);
            items.push(item(shape, "Issue", "assigned", &target));
        }
        let open = project.merge_requests.iter();
        for mr in open.filter(|mr| mr.state == MergeRequestState::Opened) {
            let asked = |r: &&_| {
                let reviewer: &crate::gitlab::world::Reviewer = r;
                reviewer.user_id == me
                    && (reviewer.state == ReviewState::Unreviewed || reviewer.re_requested)
            };
            let action = match mr.reviewers.iter().find(asked) {
                Some(_) => "review_requested",
                None if mr.assignee_ids.contains(&me) => "assigned",
                None => continue,
            };
            let target = shape.merge_request(project, mr);
            items.push(item(shape, "MergeRequest", action, &target));
        }
    }
    items
}

fn item(shape: Shape<'_>, kind: &str, action: &str, target: &Value) -> Value {
    let project = shape.world.project(&target["project_id"].to_string());
    json!({
        "id": target["id"],
        "project": project.map(|project| shape.project_in_short(project)),
        "author": target["author"],
        "action_name": action,
        "target_type": kind,
        "target_url": target["web_url"],
        "body": target["title"],
        "state": "pending",
        "created_at": target["created_at"],
        "updated_at": target["updated_at"],
        "target": target,
    })
}
