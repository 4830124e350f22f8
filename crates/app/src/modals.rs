//! Modals: what is done when one is sent or closed.
//!
//! Slack waits three seconds for what becomes of a modal. GitLab may take longer: then the modal
//! says so, and shows the outcome when there is one.

mod answer_to;
pub(crate) mod held;
pub(crate) mod opened;
pub(crate) mod quote;
#[cfg(test)]
pub(crate) mod sent;

use std::future::Future;
use std::pin::Pin;

use slack::interaction::OpenedView;
use slack::view::ViewAnswer;

use crate::answer::Stopped;
use crate::app::App;
use crate::who::Who;
use crate::{comment_modal, issue_modal};

pub(crate) use answer_to::AnswerTo;

/// A modal by its callback id.
pub(crate) struct Modal {
    pub(crate) callback_id: &'static str,
    pub(crate) submit: Submit,
    /// When it was closed without being sent, for those that ask to be told.
    pub(crate) closed: Option<Closed>,
}

pub(crate) type Submit = for<'a> fn(&'a Submitted<'a>) -> Submitting<'a>;
pub(crate) type Submitting<'a> =
    Pin<Box<dyn Future<Output = Result<ViewAnswer, Stopped>> + Send + 'a>>;
pub(crate) type Closed =
    for<'a> fn(&'a Submitted<'a>) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// A modal that was sent or closed.
pub(crate) struct Submitted<'a> {
    pub(crate) app: &'a App,
    pub(crate) who: &'a Who,
    pub(crate) view: &'a OpenedView,
}

/// Every modal.
pub(crate) static MODALS: &[&[Modal]] = &[
    issue_modal::MODALS,
    comment_modal::MODALS,
    crate::rollouts::MODALS,
];

/// The modal with this callback id, if it is one of ours.
pub(crate) fn of(callback_id: &str) -> Option<&'static Modal> {
    let mut all = MODALS.iter().copied().flatten();
    all.find(|modal| modal.callback_id == callback_id)
}
