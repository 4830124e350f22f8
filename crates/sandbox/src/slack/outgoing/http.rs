//! One signed HTTP request to an app.

use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use reqwest::header::CONTENT_TYPE;
use sha2::Sha256;
use url::form_urlencoded::Serializer;

use super::{Failure, Heard, Retry};

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

/// A body and how it is wrapped.
pub enum Wrapped {
    Form(String),
    Json(String),
}

impl Wrapped {
    /// A form with its fields in this order.
    pub fn form(fields: &[(&'static str, String)]) -> Self {
        Self::Form(Serializer::new(String::new()).extend_pairs(fields).finish())
    }

    /// With a charset behind it Slack's own framework for Node refuses a form.
    fn content_type(&self) -> &'static str {
        match self {
            Self::Form(_) => "application/x-www-form-urlencoded",
            Self::Json(_) => "application/json",
        }
    }

    fn into_body(self) -> String {
        match self {
            Self::Form(body) | Self::Json(body) => body,
        }
    }
}

/// A request that is ready to go.
pub struct Request {
    pub url: String,
    pub wrapped: Wrapped,
    pub retry: Option<Retry>,
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
    /// When no answer came in time, or one that Slack would not take.
    pub async fn send(self, http: &reqwest::Client) -> Result<Heard, Failure> {
        let stamp = self.sent_at.as_second().to_string();
        let content_type = self.wrapped.content_type();
        let body = self.wrapped.into_body();
        let mut request = http
            .post(&self.url)
            .timeout(self.limit)
            .header(CONTENT_TYPE, content_type)
            .header("accept", "application/json,*/*")
            .header("x-slack-signature", signature(&self.secret, &stamp, &body))
            .header("x-slack-request-timestamp", stamp);
        if let Some(retry) = self.retry {
            request = request
                .header("x-slack-retry-num", retry.number.to_string())
                .header("x-slack-retry-reason", retry.reason);
        }
        let response = request.body(body).send().await.map_err(Failure::of)?;
        let status = response.status();
        let header = |name: &str| response.headers().get(name)?.to_str().ok();
        if !status.is_success() {
            return Err(Failure::Status {
                status: status.as_u16(),
                is_final: header("x-slack-no-retry") == Some("1"),
            });
        }
        let is_json =
            header("content-type").is_some_and(|value| value.starts_with("application/json"));
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

#[cfg(test)]
mod tests {
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
}
