//! Where it is told what came of a modal.
//!
//! A modal is in no channel. The address for answers that came with what opened it leads back to
//! where that was, and nowhere else: Slack has bound it to that place.

use serde::{Deserialize, Serialize};
use slack::interaction::{MessageShortcut, Place};
use slack::{Response, ResponseType, ResponseUrl, Ts};

use crate::answer::Answer;
use crate::app::App;
use crate::clicks::Clicked;
use crate::telling;
use crate::who::Who;
use commands::Visibility;

/// Where it is told. Whoever has the address can answer there, so it is not shown.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AnswerTo {
    url: String,
    /// The first message of the thread.
    thread: Option<Ts>,
    /// A word stands there already that the answer takes the place of.
    waits: bool,
}

/// A longer address would leave no room for the rest of what a modal remembers.
const LONGEST_URL: usize = 2_000;

impl AnswerTo {
    /// Where a command was typed, which has been answered with a first word.
    pub(crate) fn command(who: &Who) -> Option<Self> {
        Self::new(who.response_url.as_ref(), None, true)
    }

    /// In the thread of a message.
    pub(crate) fn message(shortcut: &MessageShortcut) -> Option<Self> {
        let message = &shortcut.message;
        let thread = message.thread.as_ref().unwrap_or(&message.ts);
        Self::new(shortcut.response_url.as_ref(), Some(thread.clone()), false)
    }

    /// Beside a message in which something was clicked.
    pub(crate) fn click(clicked: &Clicked<'_>) -> Option<Self> {
        let thread = match clicked.place {
            Place::Message(message) => message.thread.clone(),
            Place::View(_) => None,
        };
        Self::new(clicked.who.response_url.as_ref(), thread, false)
    }

    fn new(url: Option<&ResponseUrl>, thread: Option<Ts>, waits: bool) -> Option<Self> {
        let url = url?.expose_secret();
        (url.len() <= LONGEST_URL).then(|| Self {
            url: url.to_owned(),
            thread,
            waits,
        })
    }

    /// Tells it there; what cannot be told there is written to whoever asked.
    pub(crate) async fn tell(&self, app: &App, who: &Who, answer: &Answer) {
        let Some(url) = self.url(app) else {
            return telling::write_to(app, who, &answer.render()).await;
        };
        let replaces = self.waits && answer.visibility == Visibility::Ephemeral;
        if self.waits && !replaces {
            // Slack never makes public what one person was told.
            self.take_back(app).await;
        }
        let rendered = answer.render();
        let visibility = match answer.visibility {
            Visibility::Ephemeral => ResponseType::Ephemeral,
            Visibility::InChannel => ResponseType::InChannel,
        };
        let response = Response {
            visibility,
            replace_original: replaces,
            thread: self.thread.as_ref(),
            ..Response::ephemeral(&rendered)
        };
        if let Err(error) = url.respond(&app.parts().http, response).await {
            tracing::warn!(%error, "what came of a modal could not be told where it was asked for");
            telling::write_to(app, who, &rendered).await;
        }
    }

    /// Says why nothing came of it, where a word waits for that.
    pub(crate) async fn give_up(&self, app: &App, who: &Who, answer: &Answer) {
        if self.waits {
            self.tell(app, who, answer).await;
        }
    }

    /// Takes back the word that waits.
    pub(crate) async fn take_back(&self, app: &App) {
        let Some(url) = self.url(app).filter(|_| self.waits) else {
            return;
        };
        if let Err(error) = url.delete_original(&app.parts().http).await {
            tracing::debug!(%error, "the first word of a command could not be taken back");
        }
    }

    /// Only an address of Slack's own is called.
    fn url(&self, app: &App) -> Option<ResponseUrl> {
        let url = ResponseUrl::parse(&self.url, &app.parts().host);
        url.inspect_err(|error| tracing::warn!(%error, "a modal remembers no address of Slack's"))
            .ok()
    }
}
