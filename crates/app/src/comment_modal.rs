//! The form for a comment on an issue or merge request.
//!
//! It opens from a message, which it quotes, or from a button of a card. What is commented on is
//! found by reference, address or words, and looked up again when the form is sent, with the
//! rights of whoever sends it.

mod card;
mod filing;
mod form;
mod opening;
mod search;
mod target;

use crate::clicks::Click;
use crate::modals::Modal;
use crate::shortcuts::Shortcut;
use crate::suggestions::Source;

pub(crate) static MODALS: &[Modal] = &[Modal {
    callback_id: form::CALLBACK_ID,
    submit: |submitted| Box::pin(filing::submit(submitted)),
    closed: None,
}];

pub(crate) static CLICKS: &[Click] = &[
    Click {
        action_id: "issue.comment",
        run: |clicked| Box::pin(opening::from_button(clicked, '#')),
    },
    Click {
        action_id: "mr.comment",
        run: |clicked| Box::pin(opening::from_button(clicked, '!')),
    },
];

pub(crate) static SOURCES: &[Source] = &[Source {
    action_id: form::TARGET_MENU,
    choices: |asked| Box::pin(search::offered(asked)),
}];

pub(crate) static SHORTCUTS: &[Shortcut] = &[Shortcut {
    callback_id: "comment_from_message",
    run: |used| Box::pin(opening::from_message(used)),
}];
