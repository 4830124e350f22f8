//! How an issue, incident, task or other work item looks in a channel.

use domain::event::{Event, Issue, IssueAction, IssueChange, IssueType};
use domain::message::Tone;
use domain::mrkdwn::{self, Mrkdwn};
use domain::{Message, say};

use super::deed::{self, Deed};
use super::sentence::{Sentence, tell};
use super::{Nothing, moment, names, text};

pub(super) fn render(event: &Event, issue: &Issue) -> Result<Message, Nothing> {
    let sentence = match &issue.action {
        IssueAction::Update(changes) => {
            if changes.as_slice() == [IssueChange::DescriptionEdited] {
                return Err(Nothing::DescriptionEdited);
            }
            let deeds = changes.iter().map(|change| deed(event, change)).collect();
            // "made issue #7 confidential" says it once.
            let news = changes.contains(&IssueChange::MadeConfidential);
            let thing = thing(issue, Case::Middle, issue.confidential && !news);
            deed::told(event, deeds, &thing).ok_or(Nothing::IssueUnchanged)?
        }
        action => {
            let place = bracketed_place(event);
            let thing = thing(issue, Case::Start, issue.confidential);
            let verb = verb(action, &issue.state);
            let by = names::by_actor(event);
            tell!("{place}{thing} {verb}{by}", place thing verb by)
        }
    };
    Ok(details(
        event,
        issue,
        sentence.message().tone(tone(&issue.action)),
    ))
}

/// Where in a sentence a noun stands.
#[derive(Clone, Copy)]
enum Case {
    Start,
    Middle,
}

/// `[acme/shop] `, or nothing.
fn bracketed_place(event: &Event) -> Sentence {
    match names::place(event) {
        Some(place) => tell!("[{place}] ", place),
        None => Sentence::default(),
    }
}

/// "Issue #7 Fix it", "🔒 Confidential incident #8 Database down".
fn thing(issue: &Issue, case: Case, locked: bool) -> Sentence {
    let noun = text::name(issue.issue_type.words());
    let lower = || text::name(&issue.issue_type.words().to_lowercase());
    let noun = match (locked, case) {
        (true, Case::Start) => say!("🔒 Confidential {}", lower()),
        (true, Case::Middle) => say!("🔒 confidential {}", lower()),
        (false, Case::Start) => noun,
        (false, Case::Middle) => lower(),
    };
    let sign = if issue.issue_type == IssueType::Epic {
        "&amp;"
    } else {
        "#"
    };
    let link = names::numbered(sign, issue.iid, &issue.title, &issue.url);
    tell!("{noun} {link}", noun link)
}

fn verb(action: &IssueAction, state: &str) -> Mrkdwn {
    match action {
        IssueAction::Open => say!("opened"),
        IssueAction::Close => say!("closed"),
        IssueAction::Reopen => say!("reopened"),
        IssueAction::Update(_) => say!("updated"),
        IssueAction::Other(word) => match (word.trim(), state.trim()) {
            ("", "") => say!("updated"),
            ("", state) => text::words(state),
            (word, _) => say!("updated ({})", text::words(word)),
        },
    }
}

fn deed(event: &Event, change: &IssueChange) -> Deed {
    match change {
        IssueChange::Assigned(people) => Deed::assigned(event, people),
        IssueChange::Unassigned(people) => Deed::unassigned(event, people),
        IssueChange::LabelsAdded(labels) => Deed::labels_added(labels),
        IssueChange::LabelsRemoved(labels) => Deed::labels_removed(labels),
        IssueChange::Retitled { .. } => Deed::renamed(),
        IssueChange::DescriptionEdited => Deed::description_edited(),
        IssueChange::MadeConfidential => Deed::new("made", tell!(" 🔒 confidential")),
        IssueChange::MadePublic => Deed::new("made", tell!(" visible to everyone")),
        IssueChange::DueDate(Some(_)) => Deed::about(tell!("set the due date"), "of "),
        IssueChange::DueDate(None) => Deed::about(tell!("removed the due date"), "from "),
        IssueChange::Milestone { set } => Deed::milestone(*set),
        IssueChange::Severity { .. } => Deed::about(tell!("changed the severity"), "of "),
    }
}

fn tone(action: &IssueAction) -> Tone {
    match action {
        IssueAction::Open | IssueAction::Reopen => Tone::Work,
        IssueAction::Close => Tone::Good,
        IssueAction::Update(_) | IssueAction::Other(_) => Tone::Neutral,
    }
}

/// What the sentence has not said yet.
fn details(event: &Event, issue: &Issue, message: Message) -> Message {
    let changes = match &issue.action {
        IssueAction::Update(changes) => changes.as_slice(),
        IssueAction::Open | IssueAction::Close | IssueAction::Reopen | IssueAction::Other(_) => &[],
    };
    let mut message = match &issue.action {
        IssueAction::Open => {
            message.body(text::body(event, issue.description.as_deref(), &issue.url))
        }
        IssueAction::Close
        | IssueAction::Reopen
        | IssueAction::Update(_)
        | IssueAction::Other(_) => message,
    };
    message = message.fact("Severity", severity(issue, changes));
    if !changes.iter().any(is_about_assignees) {
        message = message.fact("Assigned to", names::people_listed(event, &issue.assignees));
    }
    if !changes.iter().any(is_about_labels) {
        message = message.fact("Labels", deed::labels(&issue.labels));
    }
    if let Some(due) = &issue.due_date {
        message = message.fact("Due", moment::day(due));
    }
    changes
        .iter()
        .fold(message, |message, change| match change {
            IssueChange::Retitled { before } => message.wide_fact("Old title", text::title(before)),
            IssueChange::Assigned(_)
            | IssueChange::Unassigned(_)
            | IssueChange::LabelsAdded(_)
            | IssueChange::LabelsRemoved(_)
            | IssueChange::DescriptionEdited
            | IssueChange::MadeConfidential
            | IssueChange::MadePublic
            | IssueChange::DueDate(_)
            | IssueChange::Milestone { .. }
            | IssueChange::Severity { .. } => message,
        })
}

/// An incident's severity, with the one before; "unknown" says nothing.
fn severity(issue: &Issue, changes: &[IssueChange]) -> Mrkdwn {
    let before = changes.iter().find_map(|change| {
        if let IssueChange::Severity { before } = change {
            before.as_deref()
        } else {
            None
        }
    });
    let shown = |word: Option<&str>| match word {
        None | Some("unknown" | "UNKNOWN") => Mrkdwn::empty(),
        Some(word) => text::capitalized(word),
    };
    let before = match shown(before) {
        nothing if nothing.is_empty() => nothing,
        before => say!("before: {}", before),
    };
    mrkdwn::join([shown(issue.severity.as_deref()), before], ", ")
}

fn is_about_assignees(change: &IssueChange) -> bool {
    matches!(
        change,
        IssueChange::Assigned(_) | IssueChange::Unassigned(_)
    )
}

fn is_about_labels(change: &IssueChange) -> bool {
    matches!(
        change,
        IssueChange::LabelsAdded(_) | IssueChange::LabelsRemoved(_)
    )
}
