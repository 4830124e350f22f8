//! How a merge request looks in a channel.
//!
//! The branches are always shown; the description only when it is opened. That a reviewer
//! approved is told by the approval, which GitLab sends as an action of its own.

mod change;

use domain::event::{
    Branch, Event, MergeRequest, MergeRequestAction, MergeRequestChange, ReviewState,
};
use domain::message::Tone;
use domain::mrkdwn::{self, Mrkdwn};
use domain::{Message, say};

use super::deed;
use super::sentence::{Sentence, tell};
use super::{Nothing, address, names, text};

pub(super) fn render(event: &Event, merge_request: &MergeRequest) -> Result<Message, Nothing> {
    // "marked merge request !7 as draft" says it once.
    let news = matches!(&merge_request.action, MergeRequestAction::Update(changes)
        if changes.contains(&MergeRequestChange::Draft));
    let thing = thing(event, merge_request, merge_request.draft && !news);
    let sentence = match &merge_request.action {
        MergeRequestAction::Update(changes) => {
            if changes.as_slice() == [MergeRequestChange::DescriptionEdited] {
                return Err(Nothing::DescriptionEdited);
            }
            let deeds = changes
                .iter()
                .filter_map(|change| change::deed(event, merge_request, change));
            deed::told(event, deeds.collect(), &thing).ok_or(Nothing::MergeRequestUnchanged)?
        }
        action => {
            let user = names::actor(event);
            let (verb, word) = words(action, &merge_request.state);
            let place = names::in_place(event);
            tell!("{user} {verb} {thing}{place}{word}", user verb thing place word)
        }
    };
    let message = sentence.message().tone(tone(&merge_request.action));
    let message = details(event, merge_request, message);
    Ok(if asks_for_eyes(&merge_request.action) {
        message.link(
            "Review changes",
            &address::under(&merge_request.url, "diffs"),
        )
    } else {
        message
    })
}

/// "merge request !7 Fix it"; a draft is called one, so its title need not.
fn thing(event: &Event, merge_request: &MergeRequest, draft: bool) -> Sentence {
    let title = shown_title(merge_request, &merge_request.title);
    let made;
    let url = match (&event.project, merge_request.url.as_str()) {
        (Some(project), "") => {
            made = address::merge_request(project, &merge_request.iid.to_string());
            made.as_str()
        }
        (_, url) => url,
    };
    let (short, noun) = if draft {
        ("draft ", "draft merge request ")
    } else {
        ("", "merge request ")
    };
    let noun = Sentence::of(Mrkdwn::fixed(short), Mrkdwn::fixed(noun));
    let link = names::numbered("!", merge_request.iid, title, url);
    tell!("{noun}{link}", noun link)
}

/// The title without the mark that says "draft".
fn shown_title<'a>(merge_request: &MergeRequest, title: &'a str) -> &'a str {
    const MARKS: [&str; 5] = ["draft:", "[draft]", "(draft)", "wip:", "[wip]"];
    let title = title.trim_start();
    let mark = MARKS
        .into_iter()
        .filter(|_| merge_request.draft)
        .find(|mark| {
            title
                .get(..mark.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(mark))
        });
    mark.and_then(|mark| title.get(mark.len()..))
        .unwrap_or(title)
        .trim_start()
}

/// The verb, and after all else ` (set auto merge)`: GitLab's word for an action without a verb.
fn words(action: &MergeRequestAction, state: &str) -> (Mrkdwn, Mrkdwn) {
    let verb = match action {
        MergeRequestAction::Open => say!("opened"),
        MergeRequestAction::Close => say!("closed"),
        MergeRequestAction::Reopen => say!("reopened"),
        MergeRequestAction::Merge => say!("merged"),
        MergeRequestAction::Approved => say!("approved"),
        MergeRequestAction::Unapproved => say!("unapproved"),
        MergeRequestAction::Approval => say!("added their approval to"),
        MergeRequestAction::Unapproval => say!("removed their approval from"),
        MergeRequestAction::Update(_) => say!("updated"),
        MergeRequestAction::Other(word) => match (text::words(word), text::words(state)) {
            (word, _) if !word.is_empty() => return (say!("updated"), say!(" ({})", word)),
            (_, state) if !state.is_empty() => state,
            (_, _) => say!("updated"),
        },
    };
    (verb, Mrkdwn::empty())
}

fn tone(action: &MergeRequestAction) -> Tone {
    match action {
        MergeRequestAction::Merge | MergeRequestAction::Approved | MergeRequestAction::Approval => {
            Tone::Good
        }
        MergeRequestAction::Unapproved | MergeRequestAction::Unapproval => Tone::Warning,
        MergeRequestAction::Update(changes) if changes.iter().any(asks_for_changes) => {
            Tone::Warning
        }
        MergeRequestAction::Open
        | MergeRequestAction::Close
        | MergeRequestAction::Reopen
        | MergeRequestAction::Update(_)
        | MergeRequestAction::Other(_) => Tone::Neutral,
    }
}

fn asks_for_changes(change: &MergeRequestChange) -> bool {
    matches!(
        change,
        MergeRequestChange::Reviewed {
            state: ReviewState::RequestedChanges,
            ..
        }
    )
}

/// Whether the message should lead straight to the diff.
fn asks_for_eyes(action: &MergeRequestAction) -> bool {
    match action {
        MergeRequestAction::Open | MergeRequestAction::Reopen => true,
        MergeRequestAction::Update(changes) => changes.iter().any(|change| {
            matches!(
                change,
                MergeRequestChange::Ready | MergeRequestChange::ReviewRequested(_)
            )
        }),
        MergeRequestAction::Close
        | MergeRequestAction::Merge
        | MergeRequestAction::Approved
        | MergeRequestAction::Unapproved
        | MergeRequestAction::Approval
        | MergeRequestAction::Unapproval
        | MergeRequestAction::Other(_) => false,
    }
}

fn details(event: &Event, merge_request: &MergeRequest, message: Message) -> Message {
    let message = message
        .fact("From", side(event, &merge_request.source))
        .fact(
            "Into",
            change::target(merge_request, side(event, &merge_request.target)),
        );
    match &merge_request.action {
        MergeRequestAction::Open => {
            let description = merge_request.description.as_deref();
            people_and_labels(event, merge_request, message).body(text::body(
                event,
                description,
                &merge_request.url,
            ))
        }
        MergeRequestAction::Reopen => people_and_labels(event, merge_request, message),
        MergeRequestAction::Update(changes) => {
            change::details(event, merge_request, changes, message)
        }
        MergeRequestAction::Close
        | MergeRequestAction::Merge
        | MergeRequestAction::Approved
        | MergeRequestAction::Unapproved
        | MergeRequestAction::Approval
        | MergeRequestAction::Unapproval
        | MergeRequestAction::Other(_) => message,
    }
}

/// A branch; one in a fork with the fork's path before it.
fn side(event: &Event, branch: &Branch) -> Mrkdwn {
    let home = event.project.as_ref().map(|project| &project.path);
    match &branch.project {
        Some(fork) if Some(&fork.path) != home => {
            let url = address::branch(fork, &branch.name);
            let label = mrkdwn::join([text::name(&fork.path), text::name(&branch.name)], ":");
            address::link(&url, &label)
        }
        Some(_) | None => names::branch(event, &branch.name),
    }
}

fn people_and_labels(event: &Event, merge_request: &MergeRequest, message: Message) -> Message {
    let assignees = names::people_listed(event, &merge_request.assignees);
    let reviewers = names::people_listed(event, &merge_request.reviewers);
    let message = if assignees == reviewers {
        message.fact("Assignee and reviewer", assignees)
    } else {
        message
            .fact("Assigned to", assignees)
            .fact("Reviewers", reviewers)
    };
    message.fact("Labels", deed::labels(&merge_request.labels))
}
