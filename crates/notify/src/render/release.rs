//! How a release looks in a channel.

use domain::event::{Event, Release, ReleaseAction};
use domain::message::Tone;
use domain::mrkdwn::Mrkdwn;
use domain::{Message, say};

use super::sentence::{Sentence, tell};
use super::{address, names, text};

pub(super) fn render(event: &Event, release: &Release) -> Message {
    let thing = thing(release);
    let verb = verb(&release.action);
    let place = names::in_place(event);
    let by = names::by_actor(event);
    let message = tell!("Release {thing} {verb}{place}{by}", thing verb place by).message();
    match release.action {
        ReleaseAction::Create => {
            let notes = text::body(event, release.description.as_deref(), &release.url);
            details(event, release, message.tone(Tone::Good)).body(notes)
        }
        ReleaseAction::Update | ReleaseAction::Other(_) => details(event, release, message),
        ReleaseAction::Delete => details(event, release, message.tone(Tone::Warning)),
    }
}

/// Its name with a link; a release that is gone has no page.
fn thing(release: &Release) -> Sentence {
    let label = match text::title(&release.name) {
        nothing if nothing.is_empty() => text::name(&release.tag),
        name => name,
    };
    match release.action {
        ReleaseAction::Create | ReleaseAction::Update | ReleaseAction::Other(_) => {
            Sentence::linked(&release.url, label)
        }
        ReleaseAction::Delete => tell!("{label}", label),
    }
}

fn verb(action: &ReleaseAction) -> Mrkdwn {
    match action {
        ReleaseAction::Create => say!("published"),
        ReleaseAction::Update => say!("updated"),
        ReleaseAction::Delete => say!("deleted"),
        ReleaseAction::Other(word) => match text::words(word) {
            nothing if nothing.is_empty() => say!("changed"),
            word => say!("changed ({})", word),
        },
    }
}

fn details(event: &Event, release: &Release, message: Message) -> Message {
    let tag = if release.tag.trim() == release.name.trim() || release.name.trim().is_empty() {
        Mrkdwn::empty()
    } else {
        names::tag(event, &release.tag)
    };
    let commit = release
        .commit
        .as_ref()
        .map(|commit| names::commit_line(event, &names::untold(commit, &release.name)));
    let milestones = release
        .milestones
        .iter()
        .map(|milestone| text::name(milestone));
    message
        .fact("Tag", tag)
        .fact("Milestones", text::listed(milestones, ""))
        .wide_fact("Commit", commit.unwrap_or_default())
        .wide_fact("Downloads", downloads(release))
}

/// What can be downloaded; nothing once the release is gone.
fn downloads(release: &Release) -> Mrkdwn {
    match release.action {
        ReleaseAction::Create | ReleaseAction::Update | ReleaseAction::Other(_) => {
            let assets = release.assets.iter();
            let links = assets.map(|(name, url)| address::link(url, &text::name(name)));
            text::listed(links, &release.url)
        }
        ReleaseAction::Delete => Mrkdwn::empty(),
    }
}
