//! Menus that ask for their choices while somebody types.

use std::future::Future;
use std::pin::Pin;

use futures_util::future::{BoxFuture, Shared};
use slack::interaction::Suggestion;
use slack::view::Suggestions;

use crate::answer::Stopped;
use crate::app::App;
use crate::who::Who;
use crate::{comment_modal, issue_modal};

/// A menu, and where its choices come from.
pub(crate) struct Source {
    pub(crate) action_id: &'static str,
    pub(crate) choices: Run,
}

pub(crate) type Run = for<'a> fn(&'a Asked<'a>) -> Running<'a>;
pub(crate) type Running<'a> =
    Pin<Box<dyn Future<Output = Result<Suggestions, Stopped>> + Send + 'a>>;

/// What somebody typed into a menu.
pub(crate) struct Asked<'a> {
    pub(crate) app: &'a App,
    pub(crate) who: &'a Who,
    pub(crate) suggestion: &'a Suggestion,
    /// When Slack is to have an answer: what was found by then is offered.
    pub(crate) over: Shared<BoxFuture<'static, ()>>,
}

/// Every menu.
pub(crate) static SOURCES: &[&[Source]] = &[issue_modal::SOURCES, comment_modal::SOURCES];

/// The source of a menu's choices, if it is one of ours.
pub(crate) fn of(action_id: &str) -> Option<&'static Source> {
    let mut all = SOURCES.iter().copied().flatten();
    all.find(|source| source.action_id == action_id)
}
