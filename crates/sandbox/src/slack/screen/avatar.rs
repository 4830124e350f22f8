//! Faces and icons.

use super::markup::{Element, Reads, element, picture, span};
use super::mrkdwn;
use super::reader::Reader;
use crate::slack::workspace::Author;

/// The face of a message's author: its own icon, the app's, or the person's first letter.
#[must_use]
pub fn of_author(author: &Author, reader: &Reader<'_>) -> Element {
    if let Some(url) = &author.icon_url {
        return frame("avatar").with(picture("avatar-image", url, "icon"));
    }
    let emoji = author
        .icon_emoji
        .as_deref()
        .map(|code| code.trim_matches(':'));
    if let Some(emoji) = emoji.and_then(mrkdwn::emoji_node) {
        return frame("avatar avatar-emoji").with(emoji);
    }
    let is_app = author.bot_id.is_some() || reader.workspace.app_of_bot(&author.user).is_some();
    if is_app && author.username.is_none() {
        return frame("avatar avatar-app").with(icon("signal"));
    }
    match &author.username {
        Some(username) => lettered(username),
        None => of_person(&author.user, reader),
    }
}

/// The face of a person.
#[must_use]
pub fn of_person(id: &str, reader: &Reader<'_>) -> Element {
    lettered(reader.full_name(id))
}

fn lettered(name: &str) -> Element {
    const COLORS: [&str; 6] = [
        "avatar hue-0",
        "avatar hue-1",
        "avatar hue-2",
        "avatar hue-3",
        "avatar hue-4",
        "avatar hue-5",
    ];
    let sum: usize = name.bytes().map(usize::from).sum();
    let letter = name
        .chars()
        .next()
        .unwrap_or('?')
        .to_uppercase()
        .to_string();
    frame(COLORS[sum % COLORS.len()]).text(letter)
}

fn frame(class: &'static str) -> Element {
    span(class).attr("aria-hidden", "true").reads(Reads::Silent)
}

/// One of the icons that the page draws with.
#[must_use]
pub fn icon(name: &'static str) -> Element {
    let path = match name {
        "signal" => "M7 20h10M12 20V9M8.5 4.5h7v7h-7zM12 8h.01",
        "thread" => "M4 5h16v11H10l-4 4v-4H4zM8 9h8M8 12h5",
        "send" => "M4 12 20 4l-5 16-3-7zM12 13l8-9",
        "menu" => "M4 7h16M4 12h16M4 17h16",
        "close" => "M6 6l12 12M18 6 6 18",
        "lock" => "M6 11h12v9H6zM9 11V8a3 3 0 0 1 6 0v3",
        "theme" => "M12 4a8 8 0 1 0 0 16zM12 4a8 8 0 0 1 0 16",
        // A channel's number sign.
        _ => "M9.5 4 7.5 20M16.5 4l-2 16M5 9.5h15M4 14.5h15",
    };
    element("svg")
        .class("svg-icon")
        .attr("viewBox", "0 0 24 24")
        .attr("aria-hidden", "true")
        .with(element("path").attr("d", path))
}
