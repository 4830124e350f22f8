//! What a modal remembers while it is open.
//!
//! Slack keeps it and gives it back with everything that it sends about the modal. It went
//! through the person's Slack, so it names things and grants nothing: whoever reads it looks
//! everything up again.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use slack::interaction::OpenedView;
use slack::view::View;

use crate::answer::Stopped;

/// Goes up with every change that an older node could not read.
const VERSION: u8 = 1;

#[derive(Serialize, Deserialize)]
struct Versioned<T> {
    v: u8,
    held: T,
}

/// The view, remembering this. What does not fit is forgotten, which the form then says when it
/// is sent.
pub(crate) fn put(view: View, held: &impl Serialize) -> View {
    let versioned = Versioned { v: VERSION, held };
    let text = serde_json::to_string(&versioned).unwrap_or_default();
    match view.clone().private_metadata(text) {
        Ok(view) => view,
        Err(error) => {
            tracing::error!(%error, "a modal cannot remember what it is about");
            view
        }
    }
}

/// What it remembers.
pub(crate) fn take<T: DeserializeOwned>(view: &OpenedView) -> Result<T, Stopped> {
    let read: Result<Versioned<T>, _> = serde_json::from_str(&view.private_metadata);
    let known = read.ok().filter(|versioned| versioned.v == VERSION);
    known.map(|versioned| versioned.held).ok_or_else(|| {
        Stopped::because("this form is from another version of Signalbox; open it again")
    })
}
