//! A whole answer, before anybody has read its body.

use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, LINK, RETRY_AFTER};
use serde::de::DeserializeOwned;

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    /// Where further pages are, in the product's own words.
    pub(crate) link: Option<String>,
    pub(crate) is_page: bool,
    pub(super) pause: Option<Duration>,
    body: Vec<u8>,
}

impl Answer {
    pub(super) fn new(status: StatusCode, headers: &HeaderMap, body: Vec<u8>) -> Self {
        let content_type = text(headers, &CONTENT_TYPE).unwrap_or_default();
        Self {
            status,
            link: text(headers, &LINK).map(str::to_owned),
            is_page: content_type.to_ascii_lowercase().starts_with("text/html"),
            pause: named_pause(headers),
            body,
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.body.is_empty()
    }

    /// The body as JSON; `None` when it is something else.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_slice(&self.body).ok()
    }

    /// As [`Answer::json`], for what is an object: serde would read a list, too, in the order of
    /// the fields.
    pub(crate) fn object<T: DeserializeOwned>(&self) -> Option<T> {
        let body = self.body.trim_ascii_start();
        body.starts_with(b"{").then(|| self.json())?
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// The pause that the answer names in seconds; at least one, so that none becomes no loop.
fn named_pause(headers: &HeaderMap) -> Option<Duration> {
    let seconds: u64 = text(headers, &RETRY_AFTER)?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds.max(1)))
}
