//! Buttons and menus: what each of them does.
//!
//! Slack is answered at once and the work goes on in the background, so a click never runs into
//! Slack's limit. A click's value went through the person's Slack and is not trusted: whatever it
//! names is looked up again, with the rights of whoever clicked.

mod named;

use std::future::Future;
use std::pin::Pin;

use slack::interaction::{Action, Place};

use crate::answer::{Answer, Stopped};
use crate::app::App;
use crate::home;
use crate::slash;
use crate::who::Who;

pub(crate) use named::value;

/// A button or a menu, and what it does.
pub(crate) struct Click {
    pub(crate) action_id: &'static str,
    pub(crate) run: Run,
}

pub(crate) type Run = for<'a> fn(&'a Clicked<'a>) -> Running<'a>;
pub(crate) type Running<'a> = Pin<Box<dyn Future<Output = Result<Outcome, Stopped>> + Send + 'a>>;

/// What somebody clicked.
pub(crate) struct Clicked<'a> {
    pub(crate) app: &'a App,
    pub(crate) who: &'a Who,
    pub(crate) action: &'a Action,
    pub(crate) place: &'a Place,
}

/// What a click comes to.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// Nothing more is to be shown.
    Done,
    /// The message that was clicked gets a new form.
    Replace(Box<Answer>),
    /// Something is said besides.
    Say(Box<Answer>),
}

/// Every button and menu of ours that does something; those that only open a page are not here.
pub(crate) static CLICKS: &[&[Click]] = &[
    home::CLICKS,
    slash::issue::CLICKS,
    slash::merge_request::CLICKS,
    slash::pipeline::CLICKS,
    crate::issue_modal::CLICKS,
    crate::comment_modal::CLICKS,
    crate::rollouts::CLICKS,
];

/// What an action does, if it is one of ours.
pub(crate) fn of(action_id: &str) -> Option<&'static Click> {
    let mut all = CLICKS.iter().copied().flatten();
    all.find(|click| click.action_id == action_id)
}

impl Clicked<'_> {
    /// What the control carries: a button's value, or the chosen one.
    pub(crate) fn value(&self) -> &str {
        self.action.entered.value().unwrap_or_default()
    }
}
