//! What an update of a merge request changed.

use domain::event::{MergeRequestChange, Person, ReviewState};
use serde::Deserialize;

use super::Attributes;
use crate::changes::{self, Changed, ChangedLabels, ChangedPeople, ChangedText};
use crate::lax::{Flag, Number, Object, Text};
use crate::place::{self, WirePerson};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wire<'a> {
    #[serde(borrow)]
    title: ChangedText<'a>,
    description: ChangedText<'a>,
    draft: Object<Changed<Flag>>,
    work_in_progress: Object<Changed<Flag>>,
    target_branch: ChangedText<'a>,
    milestone_id: ChangedText<'a>,
    labels: ChangedLabels<'a>,
    assignees: ChangedPeople<'a>,
    assignee_id: Object<Changed<Number>>,
    reviewers: ChangedPeople<'a>,
}

/// What people want to hear of, in the order in which they want to.
pub(super) fn of(wire: &super::Wire<'_>, attributes: &Attributes<'_>) -> Vec<MergeRequestChange> {
    let none = Wire::default();
    let changes = wire.changes.get().unwrap_or(&none);
    let mut found: Vec<MergeRequestChange> = Vec::new();
    found.extend(draft_change(changes));
    found.extend(
        attributes
            .oldrev
            .line()
            .map(|before| MergeRequestChange::Commits { before }),
    );
    found.extend(reviewer_changes(wire, changes));
    found.extend(assignee_changes(wire, attributes, changes));
    let (added, removed) = changes::labels(&changes.labels);
    if !added.is_empty() {
        found.push(MergeRequestChange::LabelsAdded(added));
    }
    if !removed.is_empty() {
        found.push(MergeRequestChange::LabelsRemoved(removed));
    }
    found.extend(retitled(changes).map(|before| MergeRequestChange::Retitled { before }));
    let retargeted = changes::text_before(&changes.target_branch);
    found.extend(retargeted.map(|before| MergeRequestChange::Retargeted { before }));
    let milestone = changes::milestone(&changes.milestone_id);
    found.extend(milestone.map(|set| MergeRequestChange::Milestone { set }));
    if changes::is_edited(&changes.description) {
        found.push(MergeRequestChange::DescriptionEdited);
    }
    found
}

/// Whether it became a draft or ready: GitLab 14 and later say so, before it was in the title.
fn draft_change(changes: &Wire<'_>) -> Option<MergeRequestChange> {
    let flags = changes.draft.get().or(changes.work_in_progress.get());
    let said = flags.and_then(|flags| Some((flags.previous.get()?, flags.current.get()?)));
    let in_title = || {
        let title = changes.title.get()?;
        let is_draft = |title: &Text<'_>| Some(without_draft_mark(title.get()?).is_some());
        Some((is_draft(&title.previous)?, is_draft(&title.current)?))
    };
    match said.or_else(in_title)? {
        (true, false) => Some(MergeRequestChange::Ready),
        (false, true) => Some(MergeRequestChange::Draft),
        (true, true) | (false, false) => None,
    }
}

/// The title before, when more than a draft's mark changed.
fn retitled(changes: &Wire<'_>) -> Option<String> {
    let before = changes::text_before(&changes.title)?;
    let after = changes.title.get()?.current.line()?;
    let bare = |title: &str| without_draft_mark(title).unwrap_or(title).trim().to_owned();
    (bare(&before) != bare(&after)).then_some(before)
}

/// The title without the marks of a draft; `None` when it has none.
///
/// GitLab's marks: `Draft:`, `[Draft]`, `(Draft)`; before GitLab 14 `WIP:` and `[WIP]` as well.
pub(super) fn without_draft_mark(title: &str) -> Option<&str> {
    let mut rest = title.trim_start();
    let mut marked = false;
    while let Some(length) = draft_mark(rest) {
        rest = rest.get(length..).unwrap_or_default().trim_start();
        marked = true;
    }
    marked.then_some(rest)
}

/// How long the mark is that the title begins with.
fn draft_mark(title: &str) -> Option<usize> {
    let begins_with = |mark: &&&str| {
        title
            .get(..mark.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(mark))
    };
    ["draft:", "[draft]", "(draft)", "wip:", "[wip]"]
        .iter()
        .find(begins_with)
        .map(|m| m.len())
}

fn reviewer_changes(wire: &super::Wire<'_>, changes: &Wire<'_>) -> Vec<MergeRequestChange> {
    let Some(changed) = changes.reviewers.get() else {
        let again = wire
            .reviewers
            .objects()
            .filter(|reviewer| reviewer.re_requested.yes());
        let again: Vec<Person> = again.filter_map(WirePerson::person).collect();
        let asked = (!again.is_empty()).then_some(MergeRequestChange::ReviewRequested(again));
        return asked.into_iter().collect();
    };
    let before = changes::people(&changed.previous);
    let mut after = Vec::new();
    let mut asked = Vec::new();
    let mut reviewed = Vec::new();
    for reviewer in changed.current.objects() {
        let Some(person) = reviewer.person() else {
            continue;
        };
        let old = changed.previous.objects().find(|old| {
            old.person()
                .is_some_and(|old| place::same_person(&old, &person))
        });
        match old {
            None => asked.push(person.clone()),
            Some(old) if reviewer.re_requested.yes() && !old.re_requested.yes() => {
                asked.push(person.clone());
            }
            Some(old) if old.state.get() != reviewer.state.get() => {
                reviewed.extend(review_state(&reviewer.state).map(|state| {
                    MergeRequestChange::Reviewed {
                        person: person.clone(),
                        state,
                    }
                }));
            }
            Some(_) => {}
        }
        after.push(person);
    }
    let removed = changes::without(&before, &after);
    let mut found = Vec::new();
    if !asked.is_empty() {
        found.push(MergeRequestChange::ReviewRequested(asked));
    }
    if !removed.is_empty() {
        let all = after.is_empty();
        found.push(MergeRequestChange::ReviewersRemoved {
            people: removed,
            all,
        });
    }
    found.extend(reviewed);
    found
}

fn review_state(state: &Text<'_>) -> Option<ReviewState> {
    match state.get()? {
        "unreviewed" => Some(ReviewState::Unreviewed),
        "reviewed" => Some(ReviewState::Reviewed),
        "requested_changes" => Some(ReviewState::RequestedChanges),
        "approved" => Some(ReviewState::Approved),
        "unapproved" => Some(ReviewState::Unapproved),
        "review_started" => Some(ReviewState::ReviewStarted),
        _ => None,
    }
}

fn assignee_changes(
    wire: &super::Wire<'_>,
    attributes: &Attributes<'_>,
    changes: &Wire<'_>,
) -> Vec<MergeRequestChange> {
    let (assigned, unassigned) = match changes.assignees.get() {
        Some(changed) => {
            let before = changes::people(&changed.previous);
            let after = changes::people(&changed.current);
            (
                changes::without(&after, &before),
                changes::without(&before, &after),
            )
        }
        None => changes::by_id(&changes.assignee_id, &super::assignees(wire, attributes)),
    };
    let mut found = Vec::new();
    if !assigned.is_empty() {
        found.push(MergeRequestChange::Assigned(assigned));
    }
    if !unassigned.is_empty() {
        found.push(MergeRequestChange::Unassigned(unassigned));
    }
    found
}
