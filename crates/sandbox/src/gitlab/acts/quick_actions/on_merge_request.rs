//! Quick actions on merge requests.

use super::{Action, Told, references};
use crate::gitlab::acts::merge_requests::{self, Change, Merging, record_review};
use crate::gitlab::scene::Scene;
use crate::gitlab::world::{Access, MergeRequest, MergeRequestState};

/// Does what the quick actions say.
pub(in crate::gitlab) fn on_merge_request(
    scene: &mut Scene<'_>,
    mut mr: MergeRequest,
    actions: &[Action],
) -> Told {
    let mut told = Told::default();
    let me = scene.user.id;
    let works = scene.world.access_to(me, scene.project()) >= Some(Access::Developer);
    for action in actions.iter().filter(|_| !works) {
        told.refused(action);
    }
    for action in actions.iter().filter(|_| works) {
        let mut change = Change::default();
        match apply(scene, &mr, action, &mut change) {
            Some(said) => told.done(said),
            None => told.refused(action),
        }
        let key = mr.iid.to_string();
        if let Ok(fresh) = scene.merge_request(Some(&key), "known", |_| true) {
            mr = merge_requests::change(scene, fresh, &change);
        }
    }
    told
}

fn apply(
    scene: &mut Scene<'_>,
    mr: &MergeRequest,
    action: &Action,
    change: &mut Change,
) -> Option<String> {
    let open = mr.state == MergeRequestState::Opened;
    let value = action.value.as_str();
    Some(match action.name {
        "label" | "unlabel" => {
            let known = &scene.project().labels;
            let mut titles = action.labels();
            titles.retain(|title| known.iter().any(|label| label.title == *title));
            let said = references(&titles);
            match (titles.is_empty(), action.name) {
                (true, _) => return None,
                (false, "unlabel") => {
                    change.remove_labels = titles;
                    format!("Removed {said} label.")
                }
                (false, _) => {
                    change.add_labels = titles;
                    format!("Added {said} label.")
                }
            }
        }
        "assign" | "reassign" | "assign_reviewer" => {
            let names = action.people(&scene.user.username);
            let ids = scene.people("assignees", &names).ok()?;
            if ids.is_empty() {
                return None;
            }
            let said: Vec<String> = names.iter().map(|name| format!("@{name}")).collect();
            let said = said.join(" ");
            if action.name == "assign_reviewer" {
                let mut all: Vec<u64> = mr.reviewers.iter().map(|r| r.user_id).collect();
                all.extend(
                    ids.iter()
                        .filter(|id| !mr.reviewers.iter().any(|r| r.user_id == **id)),
                );
                change.reviewer_ids = Some(all);
                format!("Requested a review from {said}.")
            } else {
                change.assignee_ids = Some(ids);
                format!("Assigned {said}.")
            }
        }
        "unassign" => {
            change.assignee_ids = Some(Vec::new());
            "Removed all assignees.".to_owned()
        }
        "close" if open => {
            change.state = Some(MergeRequestState::Closed);
            "Closed this merge request.".to_owned()
        }
        "reopen" if mr.state == MergeRequestState::Closed => {
            change.state = Some(MergeRequestState::Opened);
            "Reopened this merge request.".to_owned()
        }
        "title" if !value.is_empty() => {
            change.title = Some(value.to_owned());
            format!("Changed the title to \"{value}\".")
        }
        "draft" if open && !mr.draft => {
            change.draft = Some(true);
            "Marked this merge request as a draft.".to_owned()
        }
        "ready" if open && mr.draft => {
            change.draft = Some(false);
            "Marked this merge request as ready.".to_owned()
        }
        "approve" if open && !mr.approved_by.contains(&scene.user.id) => {
            record_review(scene, mr.clone(), true, false);
            "Approved the current merge request.".to_owned()
        }
        "unapprove" if mr.approved_by.contains(&scene.user.id) => {
            record_review(scene, mr.clone(), false, false);
            "Unapproved the current merge request.".to_owned()
        }
        "merge" if scene.project().merge_status(mr) == "mergeable" => {
            merge_requests::merge_now(scene, mr.clone(), Merging::default(), None);
            "Merged this merge request.".to_owned()
        }
        _ => return None,
    })
}
