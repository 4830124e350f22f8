//! The words for what changed in a merge request.

use domain::event::{Event, MergeRequest, MergeRequestAction, MergeRequestChange, ReviewState};
use domain::mrkdwn::Mrkdwn;
use domain::{Message, say};

use super::shown_title;
use crate::render::deed::Deed;
use crate::render::sentence::{Sentence, tell};
use crate::render::{address, names, text};

/// The words for one change; `None` for what another event tells.
pub(super) fn deed(event: &Event, now: &MergeRequest, change: &MergeRequestChange) -> Option<Deed> {
    Some(match change {
        MergeRequestChange::Ready => Deed::new("marked", tell!(" as ready")),
        MergeRequestChange::Draft => Deed::new("marked", tell!(" as draft")),
        MergeRequestChange::Commits { before } => {
            let compare = compare_link(event, now, before);
            Deed::about(tell!("pushed new commits"), "to ").and(compare)
        }
        MergeRequestChange::ReviewRequested(people) => {
            let people = names::people(event, people);
            Deed::about(tell!("requested a review from {people}", people), "of ")
        }
        MergeRequestChange::ReviewersRemoved {
            all: true,
            people: _,
        } => Deed::about(tell!("removed all reviewers"), "from "),
        MergeRequestChange::ReviewersRemoved { people, all: false } => {
            let role = if people.len() == 1 {
                "reviewer"
            } else {
                "reviewers"
            };
            let people = names::people(event, people);
            Deed::about(tell!("removed {people} as {role}", people role), "from ")
        }
        MergeRequestChange::Reviewed { person: _, state } => match state {
            ReviewState::RequestedChanges => Deed::about(tell!("requested changes"), "to "),
            ReviewState::Unreviewed
            | ReviewState::Reviewed
            | ReviewState::Approved
            | ReviewState::Unapproved
            | ReviewState::ReviewStarted => return None,
        },
        MergeRequestChange::Assigned(people) => Deed::assigned(event, people),
        MergeRequestChange::Unassigned(people) => Deed::unassigned(event, people),
        MergeRequestChange::LabelsAdded(labels) => Deed::labels_added(labels),
        MergeRequestChange::LabelsRemoved(labels) => Deed::labels_removed(labels),
        MergeRequestChange::Retitled { .. } => Deed::renamed(),
        MergeRequestChange::Retargeted { .. } => Deed::new("retargeted", Sentence::default()),
        MergeRequestChange::Milestone { set } => Deed::milestone(*set),
        MergeRequestChange::DescriptionEdited => Deed::description_edited(),
    })
}

/// ` (Compare changes)` on the screen, when both ends are known.
fn compare_link(event: &Event, now: &MergeRequest, before: &str) -> Sentence {
    let project = now.source.project.as_ref().or(event.project.as_ref());
    match (project, &now.last_commit) {
        (Some(project), Some(head)) if !project.url.is_empty() && !before.is_empty() => {
            let url = address::compare(project, before, &head.sha);
            let link = address::link(&url, &Mrkdwn::fixed("Compare changes"));
            Sentence::on_screen(say!(" ({})", link))
        }
        (_, _) => Sentence::default(),
    }
}

/// The target branch, and which it was before.
pub(super) fn target(merge_request: &MergeRequest, now: Mrkdwn) -> Mrkdwn {
    let MergeRequestAction::Update(changes) = &merge_request.action else {
        return now;
    };
    let before = changes.iter().find_map(|change| {
        if let MergeRequestChange::Retargeted { before } = change {
            Some(before)
        } else {
            None
        }
    });
    match before {
        Some(before) => say!("{}, before: {}", now, text::name(before)),
        None => now,
    }
}

/// What the sentence leaves out: the newest commit, the old title.
pub(super) fn details(
    event: &Event,
    now: &MergeRequest,
    changes: &[MergeRequestChange],
    mut message: Message,
) -> Message {
    for change in changes {
        if let (MergeRequestChange::Commits { .. }, Some(head)) = (change, &now.last_commit) {
            message = message.wide_fact(
                "Newest commit",
                names::commit_line(event, &names::untold(head, shown_title(now, &now.title))),
            );
        }
        if let MergeRequestChange::Retitled { before } = change {
            message = message.wide_fact("Old title", text::title(shown_title(now, before)));
        }
    }
    message
}
