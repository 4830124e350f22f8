//! How a push to a branch or a tag looks in a channel.
//!
//! A rewritten branch looks like any other push: the payload does not say, and a guess would
//! be wrong for merges.

use domain::event::{Commit, Event, Push, PushChange, RefKind};
use domain::mrkdwn::{self, Mrkdwn};
use domain::{Message, say};

use super::sentence::{Sentence, tell};
use super::{address, names, text};

/// Commits that are shown; a push with more ends in a link to all of them.
const SHOWN: usize = 10;
/// Characters that their list may take.
const LIST: usize = 2_500;

pub(super) fn render(event: &Event, push: &Push) -> Message {
    let user = pusher(event);
    let place = names::place(event).unwrap_or_else(|| tell!("a project"));
    let noun = noun(push.ref_kind);
    let name = Sentence::of(text::name(&push.name), linked_ref(event, push));
    let sentence = match push.change {
        PushChange::Created => {
            tell!("{user} pushed new {noun} {name} to {place}", user noun name place)
        }
        PushChange::Updated => {
            let commits = commit_count(push);
            let compare = compare_link(event, push);
            tell!(
                "{user} pushed {commits}to {noun} {name} of {place}{compare}",
                user commits noun name place compare
            )
        }
        PushChange::Removed => {
            tell!("{user} removed {noun} {name} from {place}", user noun name place)
        }
    };
    let message = sentence.message().body(body(event, push));
    match (push.change, push.commits.is_empty()) {
        (PushChange::Created | PushChange::Updated, false) => message,
        (PushChange::Created | PushChange::Updated, true) => {
            message.fact("Commit", names::sha(event, &push.after))
        }
        // Whoever wants it back needs to know where it was.
        (PushChange::Removed, _) => message.fact("Last commit", names::sha(event, &push.before)),
    }
}

/// A push names people by their display name alone.
fn pusher(event: &Event) -> Sentence {
    let known = event
        .actor
        .as_ref()
        .and_then(|actor| Some((&actor.name, actor.username.as_ref()?)));
    match known {
        Some((Some(name), username)) if !name.trim().is_empty() => {
            Sentence::linked(&address::profile(event, username), text::name(name))
        }
        Some((Some(_) | None, _)) | None => names::actor(event),
    }
}

fn noun(kind: RefKind) -> &'static str {
    match kind {
        RefKind::Branch => "branch",
        RefKind::Tag => "tag",
    }
}

/// The ref with its page, unless it has none any more.
fn linked_ref(event: &Event, push: &Push) -> Mrkdwn {
    match (push.change, push.ref_kind) {
        (PushChange::Removed, _) => text::name(&push.name),
        (PushChange::Created | PushChange::Updated, RefKind::Branch) => {
            names::branch(event, &push.name)
        }
        (PushChange::Created | PushChange::Updated, RefKind::Tag) => names::tag(event, &push.name),
    }
}

/// `3 commits `; on the screen the list below says it.
fn commit_count(push: &Push) -> Sentence {
    match push.total_commits {
        0 => Sentence::default(),
        count => Sentence::in_summary(text::counted(count, "commit", "commits").then(" ")),
    }
}

fn compare_link(event: &Event, push: &Push) -> Sentence {
    let link = address::link(&all_url(event, push), &Mrkdwn::fixed("Compare changes"));
    match &event.project {
        Some(project) if !project.url.is_empty() => Sentence::on_screen(say!(" ({})", link)),
        Some(_) | None => Sentence::default(),
    }
}

/// The page with all that was pushed. A new ref has nothing to be compared with.
fn all_url(event: &Event, push: &Push) -> String {
    match (&event.project, push.change) {
        (Some(project), PushChange::Updated) => {
            address::compare(project, &push.before, &push.after)
        }
        (Some(project), PushChange::Created | PushChange::Removed) => {
            address::branch(project, &push.name)
        }
        (None, _) => String::new(),
    }
}

/// What an annotated tag says, and the commits.
fn body(event: &Event, push: &Push) -> Mrkdwn {
    if push.change == PushChange::Removed {
        return Mrkdwn::empty();
    }
    let message = text::body(event, push.message.as_deref(), &all_url(event, push));
    let room = LIST.saturating_sub(text::length(&message));
    mrkdwn::join([message, commit_list(event, push, room)], "\n")
}

/// The newest commits, oldest first, and how many were pushed before them.
fn commit_list(event: &Event, push: &Push, mut room: usize) -> Mrkdwn {
    let mut lines: Vec<_> = push
        .commits
        .iter()
        .rev()
        .take(SHOWN)
        .map(|commit| commit_line(event, commit))
        .take_while(|line| {
            let fits = text::length(line) < room;
            room = room.saturating_sub(text::length(line) + 1);
            fits
        })
        .collect();
    lines.reverse();
    let shown = u64::try_from(lines.len()).unwrap_or(u64::MAX);
    let sent = u64::try_from(push.commits.len()).unwrap_or(u64::MAX);
    let hidden = sent
        .saturating_add(push.commits_not_sent())
        .saturating_sub(shown);
    let more = match hidden {
        0 => Mrkdwn::empty(),
        count => {
            let more = address::link(&all_url(event, push), &say!("{} more", count));
            say!("and {} before them", more)
        }
    };
    mrkdwn::join(lines.into_iter().chain([more]), "\n")
}

/// `abcdef01: Fix it - Bo Li`; the author only when that is not the one who pushed.
fn commit_line(event: &Event, commit: &Commit) -> Mrkdwn {
    let pusher = event.actor.as_ref().and_then(|actor| actor.name.as_deref());
    let author = match commit.author.as_deref() {
        author if author == pusher => Mrkdwn::empty(),
        author => author.map(text::name).unwrap_or_default(),
    };
    mrkdwn::join([names::commit_line(event, commit), author], " - ")
}
