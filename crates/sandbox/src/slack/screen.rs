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
mod markup;
mod message;
mod mrkdwn;
mod page;
mod permalink;
mod reader;
#[cfg(test)]
mod tests;
mod web;

use jiff::Timestamp;

use super::workspace::{Channel, Workspace};
use address::Address;
use reader::Reader;

pub use markup::{Node, to_html, to_text};
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
    let reader = Reader {
        workspace,
        person,
        now,
    };
    let place = Address {
        workspace,
        person,
        channel,
        thread,
        before: None,
    };
    match thread {
        None => channel::timeline(place, usize::MAX, &reader),
        Some(root) => channel::thread(root, place, &reader),
    }
}
