//! One slash command on its way to the app: Slack's form, Slack's signature, and how the app's
//! answer reads.

use std::time::Duration;

use clock::Chance;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use reqwest::header::CONTENT_TYPE;
use serde_json::{Map, Value};
use sha2::Sha256;
use url::form_urlencoded::Serializer;

use crate::slack::args::Args;
use crate::slack::workspace::{Channel, ChannelKind, Person, ResponseUrl, Workspace};

/// The `token` that Slack still sends and nobody should trust.
pub const VERIFICATION_TOKEN: &str = "demo-verification-token";

/// A client that begins a connection for each request: an app that was restarted meanwhile is
/// reached all the same.
pub fn client() -> Result<reqwest::Client, reqwest::Error> {
    reqwest::Client::builder()
        .user_agent("Slackbot 1.0 (+https://api.slack.com/robots)")
        .redirect(reqwest::redirect::Policy::none())
        .pool_max_idle_per_host(0)
        .no_proxy()
        .build()
}

/// What a command says.
pub struct Form<'a> {
    pub command: &'a str,
    /// As Slack escapes it.
    pub text: &'a str,
    pub person: &'a Person,
    pub channel: Option<&'a Channel>,
    pub response: &'a ResponseUrl,
    pub public_url: &'a str,
    pub trigger_id: &'a str,
}

impl Form<'_> {
    /// The body, its fields in Slack's order.
    pub fn encode(&self, workspace: &Workspace) -> String {
        let ResponseUrl {
            id,
            secret,
            channel,
            ..
        } = self.response;
        let response_url = format!(
            "{}/commands/{}/{id}/{secret}",
            self.public_url, workspace.id
        );
        Serializer::new(String::new())
            .append_pair("token", VERIFICATION_TOKEN)
            .append_pair("team_id", &workspace.id)
            .append_pair("team_domain", &workspace.domain)
            .append_pair("channel_id", channel)
            .append_pair("channel_name", self.channel.map_or("", channel_name))
            .append_pair("user_id", &self.person.id)
            .append_pair("user_name", &self.person.name)
            .append_pair("command", self.command)
            .append_pair("text", self.text)
            .append_pair("api_app_id", &workspace.app.id)
            .append_pair("is_enterprise_install", "false")
            .append_pair("response_url", &response_url)
            .append_pair("trigger_id", self.trigger_id)
            .finish()
    }
}

/// Slack tells apps the names of public channels alone.
fn channel_name(channel: &Channel) -> &str {
    match channel.kind {
        ChannelKind::Public => &channel.name,
        ChannelKind::Private => "privategroup",
        ChannelKind::Direct => "directmessage",
        ChannelKind::Group => "mpdm",
    }
}

/// A request that is ready to go.
pub struct Request {
    pub url: String,
    pub body: String,
    /// The app's signing secret.
    pub secret: String,
    pub sent_at: Timestamp,
    /// How long the app has for its whole answer.
    pub limit: Duration,
}

impl Request {
    /// Sends it.
    ///
    /// # Errors
    /// When no answer came in time, or one that Slack would not show.
    pub async fn send(self, http: &reqwest::Client) -> Result<Heard, Failure> {
        let stamp = self.sent_at.as_second().to_string();
        let signature = signature(&self.secret, &stamp, &self.body);
        let response = http
            .post(&self.url)
            .timeout(self.limit)
            // With a charset behind it Slack's own framework for Node refuses the request.
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("accept", "application/json,*/*")
            .header("x-slack-request-timestamp", stamp)
            .header("x-slack-signature", signature)
            .body(self.body)
            .send()
            .await
            .map_err(Failure::of)?;
        if !response.status().is_success() {
            return Err(Failure::Status(response.status().as_u16()));
        }
        let content_type = response.headers().get(CONTENT_TYPE);
        let is_json = content_type
            .and_then(|value| value.to_str().ok())
            .is_some_and(|value| value.starts_with("application/json"));
        let body = response.text().await.map_err(Failure::of)?;
        Heard::read(&body, is_json)
    }
}

/// `v0=…`: HMAC-SHA256 over `v0:{stamp}:{body}`.
fn signature(secret: &str, stamp: &str, body: &str) -> String {
    let signed = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).map(|mut mac| {
        mac.update(format!("v0:{stamp}:{body}").as_bytes());
        hex::encode(mac.finalize().into_bytes())
    });
    // A key of any length is taken.
    format!("v0={}", signed.unwrap_or_default())
}

/// What the app answered.
#[derive(Debug, PartialEq)]
pub enum Heard {
    Nothing,
    Text(String),
    Json(Map<String, Value>),
}

impl Heard {
    fn read(body: &str, is_json: bool) -> Result<Self, Failure> {
        if body.trim().is_empty() {
            return Ok(Self::Nothing);
        }
        if !is_json {
            return Ok(Self::Text(body.to_owned()));
        }
        serde_json::from_str(body)
            .map(Self::Json)
            .map_err(Failure::Unreadable)
    }

    /// As arguments of a message.
    pub fn args(&self) -> Args {
        match self {
            Self::Nothing => Args::default(),
            Self::Text(text) => Args(
                [("text".to_owned(), Value::from(text.as_str()))]
                    .into_iter()
                    .collect(),
            ),
            Self::Json(fields) => Args(fields.clone()),
        }
    }

    /// As a script reads it.
    pub fn into_answer(self) -> Value {
        match self {
            Self::Nothing => Value::Null,
            Self::Text(text) => Value::from(text),
            Self::Json(fields) => Value::Object(fields),
        }
    }
}

/// Why there is no answer to show.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    #[error("the app did not answer in time")]
    TimedOut,
    #[error("the app cannot be reached")]
    Unreachable(#[source] reqwest::Error),
    #[error("the app answered {0}")]
    Status(u16),
    #[error("the app's answer is not a JSON object")]
    Unreadable(#[source] serde_json::Error),
}

impl Failure {
    fn of(error: reqwest::Error) -> Self {
        if error.is_timeout() {
            return Self::TimedOut;
        }
        Self::Unreachable(error)
    }

    /// What Slack calls it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TimedOut => "operation_timeout",
            Self::Unreachable(_) | Self::Status(_) | Self::Unreadable(_) => "dispatch_failed",
        }
    }
}

/// Thirteen digits.
pub fn number(chance: &Chance) -> String {
    format!("{}", 1_000_000_000_000 + chance.below(9_000_000_000_000))
}

/// 24 letters and digits.
pub fn secret(chance: &Chance) -> String {
    const DIGITS: &[u8; 32] = b"0123456789abcdefghijkmnpqrstuvwx";
    let digit = |_| {
        let at = usize::try_from(chance.below(32)).unwrap_or(0);
        char::from(DIGITS[at])
    };
    (0..24).map(digit).collect()
}

/// `123.456.hex`
pub fn trigger_id(chance: &Chance) -> String {
    let (one, two) = (number(chance), chance.below(100_000_000_000));
    format!("{one}.{two}.{:032x}", chance.next_u128())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_signature_is_the_one_of_slacks_documentation() {
        let body = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&\
                    channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&\
                    command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2F\
                    commands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&\
                    trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
        assert_eq!(
            signature("8f742231b10e8888abcd99yyyzzz85a5", "1531420618", body),
            "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
        );
    }

    #[test]
    fn an_answer_is_read_by_its_content_type() {
        for (body, is_json, expected) in [
            ("", true, Some(Heard::Nothing)),
            (" \n", false, Some(Heard::Nothing)),
            ("*done*", false, Some(Heard::Text("*done*".to_owned()))),
            ("{}", true, Some(Heard::Json(Map::new()))),
            ("{\"text\"", true, None),
            ("[]", true, None),
        ] {
            assert_eq!(Heard::read(body, is_json).ok(), expected, "{body:?}");
        }
        assert_eq!(Heard::Text("a".to_owned()).into_answer(), json!("a"));
    }
}
