//! Changing a merge request.

use axum::extract::Path;

use super::find;
use crate::gitlab::acts::merge_requests::{self as acts, Change};
use crate::gitlab::http::rest::call::{Answer, Call, ok};
use crate::gitlab::http::rest::refused::Refused;
use crate::gitlab::world::{Access, MergeRequestState};

/// `PUT /projects/:id/merge_requests/:merge_request_iid`
pub(in super::super) async fn update(Path((id, iid)): Path<(String, u64)>, call: Call) -> Answer {
    let change = wanted(&call)?;
    let updated = call.change(&id, |scene| {
        let mr = find(scene.project(), iid)?.clone();
        if mr.author_id != call.user.id {
            call.needs(scene.world, scene.project(), Access::Developer)?;
        }
        if mr.state == MergeRequestState::Merged && change.state.is_some() {
            return Err(Refused::unprocessable("Merge request is already merged"));
        }
        Ok(acts::change(scene, mr, &change))
    });
    let mr = updated.await?;
    call.read(|world, shape| ok(shape.merge_request_alone(call.project(world, &id)?, &mr)))
}

fn wanted(call: &Call) -> Result<Change, Refused> {
    let params = &call.params;
    let title = params.text("title");
    if title.as_ref().is_some_and(|title| title.trim().is_empty()) {
        return Err(Refused::invalid("title", "can't be blank"));
    }
    // The title says whether it is a draft.
    let draft = title.as_ref().map(|title| title.starts_with("Draft: "));
    let title = title.map(|title| title.trim_start_matches("Draft: ").to_owned());
    let event = params.one_of("state_event", &["close", "reopen"])?;
    Ok(Change {
        title,
        draft,
        description: params.text("description"),
        assignee_ids: people(call, "assignee_ids", "assignee_id")?,
        reviewer_ids: people(call, "reviewer_ids", "reviewer_id")?,
        labels: params.many("labels"),
        add_labels: params.many("add_labels").unwrap_or_default(),
        remove_labels: params.many("remove_labels").unwrap_or_default(),
        milestone_id: match params.text("milestone_id") {
            Some(_) => Some(params.number("milestone_id")?.filter(|id| *id != 0)),
            None => None,
        },
        state: event.map(|event| match event {
            "close" => MergeRequestState::Closed,
            _ => MergeRequestState::Opened,
        }),
    })
}

/// Several people or one; those that nobody is are left out, and zero is nobody.
pub(super) fn people(call: &Call, many: &str, one: &str) -> Result<Option<Vec<u64>>, Refused> {
    let one = call.params.number(one)?.map(|id| vec![id]);
    let given = call.params.numbers(many).or(one);
    Ok(given.map(|ids| {
        let known = |id: &u64| call.read(|world, _| world.user(*id).is_some());
        ids.into_iter().filter(known).collect()
    }))
}
