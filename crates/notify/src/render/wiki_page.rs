//! How a wiki page looks in a channel.

use domain::event::{Event, WikiAction, WikiPage};
use domain::mrkdwn::{self, Mrkdwn};
use domain::{Message, say};

use super::sentence::{Sentence, tell};
use super::{address, names, text};

pub(super) fn render(event: &Event, page: &WikiPage) -> Message {
    let user = names::actor(event);
    let verb = verb(&page.action);
    let noun = noun(page);
    let compare = compare_link(page);
    let place = names::in_place(event);
    let title = title(page);
    let sentence = tell!(
        "{user} {verb} {noun}{compare}{place}{title}",
        user verb noun compare place title
    );
    sentence
        .message()
        .body(text::body(event, own_message(page), ""))
}

fn verb(action: &WikiAction) -> Mrkdwn {
    match action {
        WikiAction::Create => say!("created"),
        WikiAction::Update => say!("edited"),
        WikiAction::Delete => say!("deleted"),
        WikiAction::Other(word) => match text::words(word) {
            nothing if nothing.is_empty() => say!("changed"),
            word => say!("changed ({})", word),
        },
    }
}

/// "wiki page" with a link; a page that is gone has none.
fn noun(page: &WikiPage) -> Sentence {
    match page.action {
        WikiAction::Create | WikiAction::Update | WikiAction::Other(_) => {
            Sentence::linked(&page.url, Mrkdwn::fixed("wiki page"))
        }
        WikiAction::Delete => tell!("wiki page"),
    }
}

fn compare_link(page: &WikiPage) -> Sentence {
    match page.diff_url.as_deref() {
        Some(url) if mrkdwn::is_web_address(url) => {
            let link = address::link(url, &Mrkdwn::fixed("Compare changes"));
            Sentence::on_screen(say!(" ({})", link))
        }
        Some(_) | None => Sentence::default(),
    }
}

/// What the author said of the change. "ada updated page: How to ship" is what GitLab says for
/// those who say nothing.
fn own_message(page: &WikiPage) -> Option<&str> {
    let message = page.message.as_deref()?.trim();
    let made_up =
        |before: &str| !page.title.trim().is_empty() && before.split_whitespace().count() <= 3;
    match message.strip_suffix(page.title.trim()) {
        Some(before) if made_up(before) => None,
        Some(_) | None => Some(message),
    }
}

fn title(page: &WikiPage) -> Sentence {
    let title = text::title(&page.title);
    if title.is_empty() {
        return Sentence::default();
    }
    Sentence::of(say!(": {}", title), say!(": *{}*", title))
}
