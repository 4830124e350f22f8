//! Reading an answer of Slack's: status, pause, size, envelope.
//!
//! The Web API answers JSON with status 200 for success and refusal alike. Response URLs and
//! incoming webhooks answer `ok`, or a status with a reason in plain words or in JSON.

use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, DATE, HeaderMap, RETRY_AFTER};
use reqwest::{Response, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::error::{CallError, ErrorCode, Refusal, Unreadable};

/// The longest answer that is read, in bytes. A page of 200 people is about 300 KB.
const LONGEST_ANSWER: usize = 4 * 1024 * 1024;

/// The pause when Slack asks for one without saying how long.
const UNNAMED_PAUSE: Duration = Duration::from_secs(5);

/// What every answer has.
#[derive(Deserialize)]
struct Envelope {
    ok: bool,
    error: Option<String>,
    needed: Option<String>,
    provided: Option<String>,
    response_metadata: Option<ResponseMetadata>,
}

#[derive(Default, Deserialize)]
struct ResponseMetadata {
    messages: Option<Vec<String>>,
}

/// Reads `response` as the answer of a method.
pub(crate) async fn read<T: DeserializeOwned>(response: Response) -> Result<T, CallError> {
    check_status(&response)?;
    let status = response.status();
    let pause = named_pause(response.headers());
    let is_page = is_web_page(response.headers());
    let body = read_body(response).await?;
    let unreadable = |why| Err(CallError::Unreadable(why));
    match serde_json::from_slice::<Envelope>(&body) {
        Ok(envelope) if !envelope.ok => Err(refused(envelope, pause)),
        _ if !status.is_success() => unreadable(Unreadable::Status {
            status: status.as_u16(),
        }),
        Ok(_) => {
            serde_json::from_slice(&body).map_err(|_| CallError::Unreadable(Unreadable::NotTheJson))
        }
        Err(_) if body.is_empty() => unreadable(Unreadable::Empty),
        Err(_) if is_page => unreadable(Unreadable::WebPage),
        Err(_) => unreadable(Unreadable::NotTheJson),
    }
}

/// The part of every answer of a response URL or an incoming webhook that is JSON.
#[derive(Deserialize)]
struct HookEnvelope {
    ok: bool,
    #[serde(default)]
    error: String,
}

/// Reads `response` as the answer of a response URL or an incoming webhook.
pub(crate) async fn read_hook(response: Response) -> Result<(), CallError> {
    check_status(&response)?;
    let status = response.status();
    let is_page = is_web_page(response.headers());
    let body = read_body(response).await?;
    let reason = match serde_json::from_slice::<HookEnvelope>(&body) {
        Ok(envelope) if envelope.ok && status.is_success() => return Ok(()),
        Ok(envelope) => envelope.error,
        Err(_) => String::from_utf8_lossy(&body).trim().to_owned(),
    };
    let unreadable = |why| Err(CallError::Unreadable(why));
    match reason.as_str() {
        "ok" | "" if status.is_success() => Ok(()),
        // Slack calls its plain reasons `text/html`.
        reason if is_reason(reason) && !status.is_redirection() => {
            Err(CallError::from_refusal(Refusal {
                code: ErrorCode::in_words(reason),
                details: Vec::new(),
            }))
        }
        // A page of Slack's that says that there is nothing at this address.
        _ if matches!(status, StatusCode::NOT_FOUND | StatusCode::GONE) => {
            Err(CallError::from_refusal(Refusal {
                code: ErrorCode::new("not_found"),
                details: Vec::new(),
            }))
        }
        _ if !status.is_success() => unreadable(Unreadable::Status {
            status: status.as_u16(),
        }),
        _ if is_page => unreadable(Unreadable::WebPage),
        _ => unreadable(Unreadable::NotOk),
    }
}

/// Whether this can be a reason: `invalid_payload`, `No service`, `Expired url`.
fn is_reason(text: &str) -> bool {
    const LONGEST: usize = 80;
    let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | ' ' | '.');
    !text.is_empty() && text.len() <= LONGEST && text.chars().all(part)
}

/// Statuses that say enough, whatever the body.
fn check_status(response: &Response) -> Result<(), CallError> {
    let status = response.status();
    if status == StatusCode::TOO_MANY_REQUESTS {
        return Err(CallError::RateLimited {
            retry_after: named_pause(response.headers()).unwrap_or(UNNAMED_PAUSE),
        });
    }
    if status.is_server_error() {
        return Err(CallError::ServerFailed {
            status: status.as_u16(),
        });
    }
    Ok(())
}

fn is_web_page(headers: &HeaderMap) -> bool {
    let content_type = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    content_type.is_some_and(|value| value.to_ascii_lowercase().starts_with("text/html"))
}

async fn read_body(mut response: Response) -> Result<Vec<u8>, CallError> {
    let too_long = CallError::Unreadable(Unreadable::TooLong {
        limit: LONGEST_ANSWER,
    });
    let announced = response.content_length().map(usize::try_from);
    if announced.is_some_and(|length| length.is_ok_and(|length| LONGEST_ANSWER < length)) {
        return Err(too_long);
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(CallError::NoAnswer)? {
        if LONGEST_ANSWER < body.len() + chunk.len() {
            return Err(too_long);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn refused(envelope: Envelope, pause: Option<Duration>) -> CallError {
    let code = envelope.error.unwrap_or_default();
    match code.as_str() {
        "ratelimited" | "rate_limited" => CallError::RateLimited {
            retry_after: pause.unwrap_or(UNNAMED_PAUSE),
        },
        "missing_scope" => CallError::MissingScope {
            needed: scopes_shown(envelope.needed),
            provided: scopes_shown(envelope.provided),
        },
        code => CallError::from_refusal(Refusal {
            code: ErrorCode::new(code),
            details: shortened(
                envelope
                    .response_metadata
                    .unwrap_or_default()
                    .messages
                    .unwrap_or_default(),
            ),
        }),
    }
}

fn scopes_shown(scopes: Option<String>) -> String {
    let scopes: String = scopes.unwrap_or_default().chars().take(500).collect();
    if scopes.is_empty() {
        "unknown".to_owned()
    } else {
        scopes
    }
}

fn shortened(messages: Vec<String>) -> Vec<String> {
    messages
        .into_iter()
        .take(10)
        .map(|message| message.chars().take(300).collect())
        .collect()
}

/// The pause that the answer names, as seconds or as a date; in full, and at least one second,
/// so that a pause of nothing does not become a loop.
fn named_pause(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let seconds = text.parse::<u64>().ok().or_else(|| {
        let then = jiff::fmt::rfc2822::parse(text).ok()?;
        // Against the answer's own date: our clock may differ from Slack's.
        let now = jiff::fmt::rfc2822::parse(headers.get(DATE)?.to_str().ok()?).ok()?;
        u64::try_from(then.timestamp().as_second() - now.timestamp().as_second()).ok()
    })?;
    Some(Duration::from_secs(seconds.max(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(headers: &[(&'static str, &str)], expected: Option<u64>) {
        let headers = headers
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .collect();
        assert_eq!(named_pause(&headers), expected.map(Duration::from_secs));
    }

    #[test]
    fn a_pause_is_kept_in_full_however_it_is_written() {
        check(&[("retry-after", "30")], Some(30));
        check(&[("retry-after", "86400000")], Some(86_400_000));
        check(&[("retry-after", "0")], Some(1));
        let date = ("date", "Sun, 06 Nov 1994 08:49:37 GMT");
        check(
            &[("retry-after", "Sun, 06 Nov 1994 08:51:07 GMT"), date],
            Some(90),
        );
        check(
            &[("retry-after", "Sun, 06 Nov 1994 08:49:07 GMT"), date],
            None,
        );
        check(&[("retry-after", "Sun, 06 Nov 1994 08:51:07 GMT")], None);
        check(&[("retry-after", "soon")], None);
        check(&[], None);
    }
}
