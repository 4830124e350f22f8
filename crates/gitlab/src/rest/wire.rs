//! Reading an answer: status, content type, size, JSON.

mod body;

use std::error::Error;
use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, DATE, HeaderMap, LOCATION, RETRY_AFTER};
use reqwest::{Response, StatusCode, Url};
use serde::de::DeserializeOwned;

use super::error::{Needs, NotTheApi, RestError};
use super::message::{Refusal, is_about_the_account, one_line};
use super::resource::Resource;
pub(super) use body::{Bytes, Part};

/// The pause when GitLab asks for one without saying how long: its limits count by the minute.
const UNNAMED_PAUSE: Duration = Duration::from_secs(60);

/// Whom a call goes to and what it is about.
pub(crate) struct Call<'a> {
    pub(crate) host: &'a str,
    pub(crate) resource: &'a Resource,
    /// Taken out of every text from outside, should something on the way repeat it.
    pub(crate) token: &'a str,
}

/// A success, not read yet.
pub(crate) struct Answer {
    pub(super) headers: HeaderMap,
    status: StatusCode,
    body: Vec<u8>,
}

impl Call<'_> {
    /// Why a request has no answer.
    pub(crate) fn not_answered(&self, error: &reqwest::Error) -> RestError {
        let host = self.host.to_owned();
        if error.is_connect() || error.is_builder() {
            let cause = self.told(&root_cause(error));
            RestError::Unreachable { host, cause }
        } else if error.is_timeout() {
            RestError::TimedOut { host }
        } else {
            RestError::Interrupted { host }
        }
    }

    /// Reads the whole answer, and sorts out what is no success.
    pub(crate) async fn read(&self, response: Response) -> Result<Answer, RestError> {
        let status = response.status();
        let headers = response.headers().clone();
        if status == StatusCode::NOT_MODIFIED {
            return Err(self.refused(status, b""));
        }
        if status.is_redirection() {
            return Err(self.redirected(response.url(), &headers));
        }
        self.pass(status, &headers)?;
        let body = self.read_body(response).await?;
        if status.is_success() {
            return Ok(Answer {
                headers,
                status,
                body,
            });
        }
        if is_web_page(&headers) {
            return Err(self.not_gitlab(status, NotTheApi::WebPage));
        }
        Err(self.refused(status, &body))
    }

    /// What is known from the status alone.
    fn pass(&self, status: StatusCode, headers: &HeaderMap) -> Result<(), RestError> {
        let host = self.host.to_owned();
        if status == StatusCode::TOO_MANY_REQUESTS {
            let retry_after = named_pause(headers).unwrap_or(UNNAMED_PAUSE);
            return Err(RestError::RateLimited { host, retry_after });
        }
        if status == StatusCode::REQUEST_TIMEOUT {
            return Err(RestError::TimedOut { host });
        }
        if status.is_server_error() {
            let status = status.as_u16();
            return Err(RestError::ServerFailed { host, status });
        }
        Ok(())
    }

    /// Reads a success as what the operation gives.
    pub(crate) fn parse<T: DeserializeOwned>(&self, answer: &Answer) -> Result<T, RestError> {
        let error = match serde_json::from_slice(&answer.body) {
            Ok(parsed) => return Ok(parsed),
            Err(error) => error,
        };
        if is_web_page(&answer.headers) {
            return Err(self.not_gitlab(answer.status, NotTheApi::WebPage));
        }
        match content_type(&answer.headers) {
            Some(kind) if !kind.contains("json") => {
                let kind = self.told(&kind);
                Err(self.not_gitlab(answer.status, NotTheApi::Other(kind)))
            }
            None if error.is_syntax() => Err(self.not_gitlab(answer.status, NotTheApi::Unnamed)),
            Some(_) | None => Err(RestError::Malformed {
                host: self.host.to_owned(),
                why: self.told(&error.to_string()),
            }),
        }
    }

    /// Checks a success of which nothing is read: a page for people is none.
    pub(super) fn done(&self, answer: &Answer) -> Result<(), RestError> {
        if is_web_page(&answer.headers) {
            return Err(self.not_gitlab(answer.status, NotTheApi::WebPage));
        }
        Ok(())
    }

    fn refused(&self, status: StatusCode, body: &[u8]) -> RestError {
        let refusal = Refusal::read(body);
        let host = self.host.to_owned();
        let what = self.resource.name.clone();
        let said = refusal
            .reason(status.as_u16())
            .map(|reason| self.told(&reason));
        match status {
            StatusCode::UNAUTHORIZED => RestError::Unauthorized { host, said },
            StatusCode::FORBIDDEN => RestError::Forbidden {
                host,
                what,
                needs: self.needs(&refusal, said.as_deref()),
                said,
            },
            StatusCode::NOT_FOUND => RestError::NotFound { host, what, said },
            status => RestError::Refused {
                host,
                status: status.as_u16(),
                message: said
                    .or_else(|| status.canonical_reason().map(str::to_lowercase))
                    .unwrap_or_else(|| "no reason given".to_owned()),
                messages: self.messages(&refusal, status),
            },
        }
    }

    fn needs(&self, refusal: &Refusal, said: Option<&str>) -> Needs {
        match refusal.missing_scope() {
            Some(scope) => Needs::Scope(scope),
            None if said.is_some_and(is_about_the_account) => Needs::Account,
            None => self.resource.needs.clone(),
        }
    }

    /// What GitLab objects to, one by one.
    fn messages(&self, refusal: &Refusal, status: StatusCode) -> Vec<String> {
        let messages = refusal.messages(status.as_u16());
        messages.iter().map(|message| self.told(message)).collect()
    }

    fn redirected(&self, from: &Url, headers: &HeaderMap) -> RestError {
        let location = headers.get(LOCATION).and_then(|value| value.to_str().ok());
        let target = location.and_then(|location| from.join(location).ok());
        let to = target.map_or_else(|| "nowhere".to_owned(), shown);
        RestError::Redirected {
            host: self.host.to_owned(),
            to: self.told(&to),
        }
    }

    fn not_gitlab(&self, status: StatusCode, answer: NotTheApi) -> RestError {
        RestError::NotGitLab {
            host: self.host.to_owned(),
            status: status.as_u16(),
            answer,
        }
    }

    /// Text from outside, fit for an error.
    fn told(&self, text: &str) -> String {
        let text = if self.token.is_empty() {
            text.to_owned()
        } else {
            text.replace(self.token, "[token]")
        };
        one_line(&text)
    }
}

/// An address without what may be secret in it.
fn shown(mut url: Url) -> String {
    url.set_query(None);
    url.set_fragment(None);
    // Both fail only for addresses that cannot have credentials.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.into()
}

fn root_cause(error: &reqwest::Error) -> String {
    let mut cause: &dyn Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}

fn content_type(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    let kind = value.split(';').next()?.trim();
    (!kind.is_empty()).then(|| kind.to_ascii_lowercase())
}

fn is_web_page(headers: &HeaderMap) -> bool {
    content_type(headers).is_some_and(|kind| kind.ends_with("html") || kind.contains("xhtml"))
}

/// The pause that the answer names, as seconds or as a date; in full, and at least one second,
/// so that a pause of nothing does not become a loop.
fn named_pause(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let seconds = text.parse::<u64>().ok().or_else(|| {
        let then = jiff::fmt::rfc2822::parse(text).ok()?;
        // Against the answer's own date: our clock may differ from GitLab's.
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
        check(&[("retry-after", "37")], Some(37));
        check(&[("retry-after", "86400")], Some(86_400));
        check(&[("retry-after", "0")], Some(1));
        let date = ("date", "Fri, 01 Mar 2024 10:20:30 GMT");
        let later = ("retry-after", "Fri, 01 Mar 2024 10:22:00 GMT");
        let earlier = ("retry-after", "Fri, 01 Mar 2024 10:20:00 GMT");
        check(&[later, date], Some(90));
        check(&[earlier, date], None);
        check(&[later], None);
        check(&[("retry-after", "soon")], None);
    }

    #[test]
    fn an_address_is_shown_without_what_may_be_secret_in_it() {
        let url = Url::parse("https://ana:secret@sso.example/in?next=secret#secret").unwrap();
        assert_eq!(shown(url), "https://sso.example/in");
    }
}
