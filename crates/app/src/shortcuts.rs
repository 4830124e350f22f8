//! Shortcuts: from anywhere in Slack, and on a message.

use std::future::Future;
use std::pin::Pin;

use slack::interaction::MessageShortcut;

use crate::answer::Stopped;
use crate::app::App;
use crate::who::Who;
use crate::{comment_modal, issue_modal};

/// A shortcut of the app, as its manifest names it.
pub(crate) struct Shortcut {
    pub(crate) callback_id: &'static str,
    pub(crate) run: Run,
}

pub(crate) type Run = for<'a> fn(&'a Used<'a>) -> Running<'a>;
pub(crate) type Running<'a> = Pin<Box<dyn Future<Output = Result<(), Stopped>> + Send + 'a>>;

/// A shortcut that somebody used.
pub(crate) struct Used<'a> {
    pub(crate) app: &'a App,
    pub(crate) who: &'a Who,
    /// The message, for a shortcut that is used on one.
    pub(crate) on: Option<&'a MessageShortcut>,
}

/// Every shortcut.
pub(crate) static SHORTCUTS: &[&[Shortcut]] = &[issue_modal::SHORTCUTS, comment_modal::SHORTCUTS];

/// The shortcut with this callback id, if it is one of ours.
pub(crate) fn of(callback_id: &str) -> Option<&'static Shortcut> {
    let mut all = SHORTCUTS.iter().copied().flatten();
    all.find(|shortcut| shortcut.callback_id == callback_id)
}
