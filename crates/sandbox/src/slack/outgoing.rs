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
use super::events::{Sent, kind_of};
use super::faults::Harm;
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

impl Outgoing {
    /// What a script calls it.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Command(..) => "command",
            Self::Event(..) => "event",
            Self::Interaction(_) => "interaction",
            Self::Options(_) => "options",
        }
    }

    /// The command's name, the event's kind, or the interaction's type.
    #[must_use]
    pub fn kind(&self) -> String {
        let kind = |value: &Value| {
            let kind = value.get("type").and_then(Value::as_str);
            kind.unwrap_or_default().to_owned()
        };
        match self {
            Self::Command(name, _) => name.clone(),
            Self::Event(envelope, _) => envelope
                .get("event")
                .map_or_else(|| kind(envelope), kind_of),
            Self::Interaction(payload) | Self::Options(payload) => kind(payload),
        }
    }

    /// The id of an event.
    #[must_use]
    pub fn event_id(&self) -> Option<String> {
        match self {
            Self::Event(envelope, _) => envelope.get("event_id")?.as_str().map(str::to_owned),
            Self::Command(..) | Self::Interaction(_) | Self::Options(_) => None,
        }
    }
}

/// What faults call the things that are sent to apps.
pub const OUTGOING: [&str; 4] = ["command", "event", "interaction", "options"];

/// Which try of an event it is, when it is not the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retry {
    /// From 1.
    pub number: u8,
    /// Slack's word: `http_timeout`.
    pub reason: &'static str,
}

impl SlackSandbox {
    /// Sends something to a registered app, over its socket or by HTTP, and waits for its answer, within the options' limit.
    ///
    /// # Errors
    /// When the app cannot be reached, or no answer came in time, or none that reads.
    pub async fn deliver(&self, app: &str, outgoing: Outgoing) -> Result<Heard, Failure> {
        let Some(fault) = self.meet_outgoing_fault(outgoing.name()).await else {
            return self.send_and_log(app, outgoing).await;
        };
        let spoilt = match fault.harm {
            Harm::None | Harm::Error(..) => None,
            Harm::Status(status, _) => Some(Failure::Status {
                status,
                is_final: false,
            }),
            Harm::Drop => Some(Failure::TimedOut),
        };
        if fault.twice || (spoilt.is_some() && fault.after) {
            // What the app says to this one nobody hears.
            let _ = self.send_and_log(app, outgoing.clone()).await;
        }
        match spoilt {
            Some(failure) => Err(failure),
            None => self.send_and_log(app, outgoing).await,
        }
    }

    async fn send_and_log(&self, app: &str, outgoing: Outgoing) -> Result<Heard, Failure> {
        let sent = Sent::begin(app, &outgoing);
        let outcome = self.send(app, outgoing).await;
        let sent = sent.end(self.options().clock.now(), &outcome);
        self.lock().sent.add(sent);
        outcome
    }

    async fn send(&self, app: &str, outgoing: Outgoing) -> Result<Heard, Failure> {
        let by_socket = {
            let state = self.lock();
            let app = state.apps.get(app).ok_or(Failure::NoAddress)?;
            app.settings.socket_mode
        };
        if by_socket {
            return self.send_over_socket(app, outgoing).await;
        }
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
