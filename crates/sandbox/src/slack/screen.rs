//! What people see of the workspace: messages drawn as Slack draws them, and the live page.
//!
//! Everything is a function of the workspace, the person who looks and the time. What happens in
//! the workspace is `web_api`'s and `scripting`'s business; nothing here changes it.

mod address;
mod attachment;
mod avatar;
mod blocks;
mod channel;
mod emoji;
#[cfg(test)]
mod fixture;
mod form;
pub mod markup;
mod menus;
mod message;
mod mrkdwn;
mod offers;
mod page;
mod permalink;
mod reader;
#[cfg(test)]
mod tests;
mod views;
mod web;

use jiff::Timestamp;

use super::views::home;
use super::workspace::{Channel, Workspace};
use address::Address;
use form::Form;
use reader::Reader;

pub use markup::{Node, to_html, to_text};
pub use offers::Offers;
pub use page::document;
pub use web::{html, router};

/// What a person sees of a channel, or of one thread in it.
#[must_use]
pub fn see(
    workspace: &Workspace,
    person: &str,
    channel: &Channel,
    thread: Option<&str>,
    now: Timestamp,
) -> Vec<Node> {
    let reader = reader(workspace, person, now);
    let place = Address {
        workspace,
        names_workspace: false,
        person,
        channel,
        thread,
        before: None,
        home: None,
    };
    match thread {
        None => channel::timeline(place, usize::MAX, &reader),
        Some(root) => channel::thread(root, place, &reader),
    }
}

/// What a person sees of an app's Home tab.
#[must_use]
pub fn see_home(workspace: &Workspace, person: &str, app: &str, now: Timestamp) -> Vec<Node> {
    let view = home(workspace, app, person);
    vec![views::home(view, &reader(workspace, person, now))]
}

/// The modals that a person has open, stacked.
#[must_use]
pub fn see_modals(workspace: &Workspace, person: &str, now: Timestamp) -> Vec<Node> {
    views::modals(&reader(workspace, person, now))
}

fn reader<'a>(workspace: &'a Workspace, person: &'a str, now: Timestamp) -> Reader<'a> {
    Reader {
        workspace,
        person,
        now,
        offers: &offers::NOTHING,
        form: Form::default(),
    }
}
