//! What Slack sends to an app, and what the app answers within Slack's limit.
//!
//! Everything goes through [`SlackSandbox::deliver`], which knows by which way an app is reached.
//! What is sent and what is made of the answer is the business of `commands`, the views and the
//! events.

mod heard;
mod http;

use serde_json::Value;

use super::SlackSandbox;
use super::apps::RegisteredApp;
use http::{Request, Wrapped};

pub use heard::{Failure, Heard};

/// One thing to send.
#[derive(Clone, Debug, PartialEq)]
pub enum Outgoing {
    /// A slash command: its name, and its fields in Slack's order.
    Command(String, Vec<(&'static str, String)>),
    /// An Events API envelope.
    Event(Value, Option<Retry>),
    /// A click, a submitted or closed view, a shortcut: the JSON of `payload`.
    Interaction(Value),
    /// A question for the options of an external select: the JSON of `payload`.
    Options(Value),
}

/// Which try of an event it is, when it is not the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retry {
    /// From 1.
    pub number: u8,
    /// Slack's word: `http_timeout`.
    pub reason: &'static str,
}

impl SlackSandbox {
    /// Sends something to a registered app and waits for its answer, within the options' limit.
    ///
    /// # Errors
    /// When the app cannot be reached, or no answer came in time, or none that reads.
    pub async fn deliver(&self, app: &str, outgoing: Outgoing) -> Result<Heard, Failure> {
        let (url, secret) = {
            let state = self.lock();
            let app = state.apps.get(app).ok_or(Failure::NoAddress)?;
            let url = address(app, &outgoing).ok_or(Failure::NoAddress)?;
            (url, app.credentials.signing_secret.clone())
        };
        let (wrapped, retry) = wrap(outgoing);
        let options = self.options();
        let request = Request {
            url,
            wrapped,
            retry,
            secret,
            sent_at: options.clock.now(),
            limit: options.answer_limit,
        };
        let http = self.http().map_err(Failure::Unreachable)?;
        request.send(http).await
    }

    /// Made when it is first needed: a sandbox that calls nobody needs no TLS provider.
    fn http(&self) -> Result<&reqwest::Client, reqwest::Error> {
        match self.http.get() {
            Some(http) => Ok(http),
            None => http::client().map(|http| self.http.get_or_init(|| http)),
        }
    }
}

/// Where an app takes it, if it takes it anywhere.
fn address(app: &RegisteredApp, outgoing: &Outgoing) -> Option<String> {
    match outgoing {
        Outgoing::Command(name, _) => app.command(name).and_then(|it| app.command_url(it)),
        Outgoing::Event(..) => app.events_url(),
        Outgoing::Interaction(_) => app.interactions_url(),
        Outgoing::Options(_) => app.options_url(),
    }
}

fn wrap(outgoing: Outgoing) -> (Wrapped, Option<Retry>) {
    match outgoing {
        Outgoing::Command(_, fields) => (Wrapped::form(&fields), None),
        Outgoing::Event(envelope, retry) => (Wrapped::Json(envelope.to_string()), retry),
        Outgoing::Interaction(payload) | Outgoing::Options(payload) => {
            (Wrapped::form(&[("payload", payload.to_string())]), None)
        }
    }
}
