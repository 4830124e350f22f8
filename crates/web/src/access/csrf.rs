//! Forms of people who are signed in carry the token of their session.
//!
//! The field is taken out of the form before a handler sees it: a handler reads its own fields
//! and nothing else, and none can forget to look.

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use subtle::ConstantTimeEq;

use super::cookies;
use crate::error::ApiError;

/// The field of a form.
pub(crate) const FIELD: &str = "csrf";
/// The header of a script's request.
const HEADER: &str = "x-csrf-token";
/// The longest form: more than any page has.
const LONGEST: usize = 1 << 20;

/// The token that a form came with.
#[derive(Clone)]
struct Given(Bytes);

/// Whether a request only looks.
pub(super) fn only_looks(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Whether a request carries the token of the session that it comes with.
pub(super) fn has(parts: &Parts, expected: &str) -> bool {
    let field = parts.extensions.get::<Given>();
    let header = parts.headers.get(HEADER).map(HeaderValue::as_bytes);
    let given = field.map(|Given(given)| given.as_ref()).or(header);
    given.is_some_and(|given| bool::from(given.ct_eq(expected.as_bytes())))
}

/// Takes the token out of the form of somebody who may be signed in.
pub(crate) async fn take_field(request: Request, next: Next) -> Response {
    if !has_form_to_check(&request) {
        return next.run(request).await;
    }
    let (mut parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, LONGEST).await else {
        let message = "the form is longer than any page's";
        return ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "form_too_long", message)
            .into_response();
    };
    let (rest, given) = split(&body);
    if let Some(given) = given {
        parts.extensions.insert(Given(given));
    }
    parts
        .headers
        .insert(header::CONTENT_LENGTH, HeaderValue::from(rest.len()));
    next.run(Request::from_parts(parts, Body::from(rest))).await
}

fn has_form_to_check(request: &Request) -> bool {
    let headers = request.headers();
    let kind = headers.get(header::CONTENT_TYPE);
    let is_form = kind.is_some_and(|kind| {
        kind.as_bytes()
            .starts_with(b"application/x-www-form-urlencoded")
    });
    is_form && !only_looks(request.method()) && cookies::value(headers, cookies::SESSION).is_some()
}

/// A form without the field, and the field's value. Our tokens need no encoding, so that one
/// which is encoded is none.
fn split(form: &[u8]) -> (Vec<u8>, Option<Bytes>) {
    let mut given = None;
    let mut rest: Vec<&[u8]> = Vec::new();
    for pair in form.split(|byte| *byte == b'&') {
        match pair
            .strip_prefix(FIELD.as_bytes())
            .and_then(|rest| rest.strip_prefix(b"="))
        {
            Some(value) => given = Some(Bytes::copy_from_slice(value)),
            None => rest.push(pair),
        }
    }
    (rest.join(&b'&'), given)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_leaves_the_form_and_nothing_else_does() {
        for (form, rest, given) in [
            ("csrf=abc&a=1&b=2", "a=1&b=2", Some("abc")),
            ("a=1&csrf=abc", "a=1", Some("abc")),
            ("csrf=abc", "", Some("abc")),
            ("a=csrf=abc&csrfx=1", "a=csrf=abc&csrfx=1", None),
            ("", "", None),
        ] {
            let (left, taken) = split(form.as_bytes());
            assert_eq!(left, rest.as_bytes(), "{form}");
            assert_eq!(taken.as_deref(), given.map(str::as_bytes), "{form}");
        }
    }

    #[test]
    fn a_token_comes_in_the_form_or_in_a_header() {
        let parts = |header: Option<&'static str>, field: Option<&'static str>| {
            let mut request = Request::post("/");
            if let Some(header) = header {
                request = request.header(HEADER, header);
            }
            let (mut parts, ()) = request.body(()).unwrap().into_parts();
            if let Some(field) = field {
                parts
                    .extensions
                    .insert(Given(Bytes::from_static(field.as_bytes())));
            }
            parts
        };
        assert!(has(&parts(Some("abc"), None), "abc"));
        assert!(has(&parts(None, Some("abc")), "abc"));
        for (header, field) in [
            (None, None),
            (Some("abd"), None),
            (None, Some("")),
            (Some("abc"), Some("abd")),
        ] {
            assert!(!has(&parts(header, field), "abc"), "{header:?} {field:?}");
        }
    }
}
