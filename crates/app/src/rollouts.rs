//! The buttons of a rollout's card: whoever presses them does what `/chatops run rollout …` does,
//! with the same rights and the same refusals.
//!
//! A button names the flag and what is asked; whether it may be asked now is found out when it
//! is. What needs words, a reason or evidence, opens a form for them first.

mod asking;
mod buttons;
mod form;

use crate::clicks::Click;
use crate::modals::Modal;

pub use buttons::controls;

pub(crate) static CLICKS: &[Click] = buttons::CLICKS;

pub(crate) static MODALS: &[Modal] = &[Modal {
    callback_id: form::CALLBACK_ID,
    submit: |submitted| Box::pin(form::submit(submitted)),
    closed: None,
}];
