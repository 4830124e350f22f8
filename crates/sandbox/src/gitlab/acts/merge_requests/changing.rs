//! Changing a merge request, for acts and for the REST API.

use serde_json::{Map, Value, json};

use super::{new_reviewer, send};
use crate::gitlab::payload::{self, changes, utc};
use crate::gitlab::scene::Scene;
use crate::gitlab::world::{MergeRequest, MergeRequestState, ReviewState, Reviewer};

/// What is to change; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub(in crate::gitlab) struct Change {
    /// Without the prefix of drafts.
    pub title: Option<String>,
    pub description: Option<String>,
    pub draft: Option<bool>,
    pub assignee_ids: Option<Vec<u64>>,
    pub reviewer_ids: Option<Vec<u64>>,
    /// All its labels from now on.
    pub labels: Option<Vec<String>>,
    pub add_labels: Vec<String>,
    pub remove_labels: Vec<String>,
    /// `Some(None)` takes it out of its milestone.
    pub milestone_id: Option<Option<u64>>,
    /// Closed or opened again.
    pub state: Option<MergeRequestState>,
}

/// Changes it, sends what follows and answers it; the change of its state is an event of its own.
pub(in crate::gitlab) fn change(
    scene: &mut Scene<'_>,
    mut merge_request: MergeRequest,
    change: &Change,
) -> MergeRequest {
    let mut changed = Map::new();
    change_text(change, &mut merge_request, &mut changed);
    change_people(scene, change, &mut merge_request, &mut changed);
    change_sorting(scene, change, &mut merge_request, &mut changed);
    let before = json!(utc(merge_request.updated_at));
    let touched = changes([("updated_at", before, json!(utc(scene.now)))]);
    if !changed.is_empty() {
        changed.extend(touched.clone());
        merge_request.updated_at = scene.now;
        send(scene, &merge_request, "update", changed);
    }
    if let Some(state) = change.state.filter(|state| *state != merge_request.state) {
        let numbers = [merge_request.state, state].map(|state| json!(state.name().1));
        let [before, after] = numbers;
        let mut changed = changes([("state_id", before, after)]);
        changed.extend(touched);
        merge_request.state = state;
        merge_request.updated_at = scene.now;
        let action = match state {
            MergeRequestState::Opened => "reopen",
            MergeRequestState::Closed => "close",
            MergeRequestState::Merged => "merge",
        };
        send(scene, &merge_request, action, changed);
    }
    scene.keep_merge_request(merge_request.clone());
    merge_request
}

fn change_text(change: &Change, mr: &mut MergeRequest, changed: &mut Map<String, Value>) {
    let before = mr.shown_title();
    if let Some(title) = &change.title {
        mr.title.clone_from(title);
    }
    let was_draft = mr.draft;
    mr.draft = change.draft.unwrap_or(was_draft);
    let after = mr.shown_title();
    if before != after {
        changed.extend(changes([("title", json!(before), json!(after))]));
    }
    if was_draft != mr.draft {
        changed.extend(changes([("draft", json!(was_draft), json!(mr.draft))]));
    }
    let text = change.description.as_ref();
    if let Some(text) = text.filter(|text| **text != mr.description) {
        let before = std::mem::replace(&mut mr.description, text.clone());
        changed.extend(changes([("description", json!(before), json!(text))]));
    }
}

fn change_people(
    scene: &Scene<'_>,
    change: &Change,
    mr: &mut MergeRequest,
    changed: &mut Map<String, Value>,
) {
    let ids = change.assignee_ids.as_ref();
    if let Some(ids) = ids.filter(|ids| **ids != mr.assignee_ids) {
        let before = scene.source().people(&mr.assignee_ids);
        let after = scene.source().people(ids);
        mr.assignee_ids.clone_from(ids);
        changed.extend(changes([("assignees", json!(before), json!(after))]));
    }
    if let Some(ids) = &change.reviewer_ids {
        let next = next_reviewers(&mr.reviewers, ids);
        if next != mr.reviewers {
            let before = payload::reviewers(scene.source(), &mr.reviewers);
            let after = payload::reviewers(scene.source(), &next);
            mr.reviewers = next;
            changed.extend(changes([("reviewers", json!(before), json!(after))]));
        }
    }
}

/// Who reviews next; asking somebody who has reviewed already asks again.
fn next_reviewers(before: &[Reviewer], ids: &[u64]) -> Vec<Reviewer> {
    ids.iter()
        .map(
            |&user_id| match before.iter().find(|reviewer| reviewer.user_id == user_id) {
                Some(known) => Reviewer {
                    re_requested: known.state != ReviewState::Unreviewed,
                    ..known.clone()
                },
                None => new_reviewer(user_id),
            },
        )
        .collect()
}

fn change_sorting(
    scene: &mut Scene<'_>,
    change: &Change,
    mr: &mut MergeRequest,
    changed: &mut Map<String, Value>,
) {
    let mut titles: Vec<String> = match &change.labels {
        Some(all) => all.clone(),
        None => {
            let labels = scene.project().labels_of(&mr.label_ids);
            labels.into_iter().map(|label| label.title).collect()
        }
    };
    titles.extend(change.add_labels.iter().cloned());
    titles.retain(|title| !change.remove_labels.contains(title));
    let mut ids = scene.labels(&titles);
    ids.sort_unstable();
    ids.dedup();
    let mut known = mr.label_ids.clone();
    known.sort_unstable();
    if ids != known {
        let before = scene.source().labels(&mr.label_ids);
        let after = scene.source().labels(&ids);
        mr.label_ids = ids;
        changed.extend(changes([("labels", json!(before), json!(after))]));
    }
    if let Some(id) = change.milestone_id.filter(|id| *id != mr.milestone_id) {
        let before = std::mem::replace(&mut mr.milestone_id, id);
        changed.extend(changes([("milestone_id", json!(before), json!(id))]));
    }
}
