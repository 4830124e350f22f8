//! Errors on their way in: envelopes, and single events as old kits send them.

use std::io::Read as _;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use serde_json::{Value, json};
use subtle::ConstantTimeEq as _;

use super::refused::Refused;
use super::{Project, incoming, project};
use crate::gitlab::GitLabSandbox;

/// So large an envelope and an event may be, unpacked.
const ENVELOPE: u64 = 20 * 1024 * 1024;
const EVENT: usize = 1024 * 1024;
/// An envelope has at most so many items.
const ITEMS: usize = 100;

type Answer = Result<Json<Value>, Refused>;

/// `POST /api/{project}/envelope/`
pub(super) async fn envelope(
    State(sandbox): State<GitLabSandbox>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    let body = unpacked(&headers, &body)?;
    let (header, items) = split(&body)?;
    let key = key(&headers, query.as_deref()).or_else(|| key_of_dsn(&header));
    let project = known(&id, key.as_deref())?;
    let mut answered = header["event_id"].as_str().map(str::to_owned);
    for (kind, payload) in items {
        // Sessions, traces, reports of the kit about itself: taken, and left.
        if kind == "event" {
            answered = Some(take(&sandbox, project, payload)?);
        }
    }
    Ok(Json(
        answered.map_or_else(|| json!({}), |id| json!({ "id": id })),
    ))
}

/// `POST /api/{project}/store/`
pub(super) async fn store(
    State(sandbox): State<GitLabSandbox>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    let project = known(&id, key(&headers, query.as_deref()).as_deref())?;
    let body = unpacked(&headers, &body)?;
    take(&sandbox, project, &body).map(|id| Json(json!({ "id": id })))
}

fn take(sandbox: &GitLabSandbox, project: &Project, payload: &[u8]) -> Result<String, Refused> {
    if EVENT < payload.len() {
        let detail = "envelope exceeded size limits for type 'event' (https://develop.sentry.dev/sdk/envelopes/#size-limits)";
        return Err(Refused(StatusCode::PAYLOAD_TOO_LARGE, detail.to_owned()));
    }
    let raw: Value = serde_json::from_slice(payload)
        .ok()
        .filter(Value::is_object)
        .ok_or_else(|| Refused::bad("invalid event envelope: the event is no JSON object"))?;
    let options = sandbox.options();
    let id = format!("{:032x}", options.chance.next_u128());
    let reported = incoming::event(&raw, project.id, id, options.clock.now());
    let id = reported.event.id.clone();
    let mut state = sandbox.lock();
    state.world.sentry.change().report(reported);
    state.unsaved = true;
    Ok(id)
}

/// The body, unpacked when it came packed.
fn unpacked(headers: &HeaderMap, body: &Bytes) -> Result<Bytes, Refused> {
    let packed = headers
        .get("content-encoding")
        .and_then(|value| value.to_str().ok());
    let mut unpacked = Vec::new();
    let read = match packed {
        None | Some("" | "identity") => return Ok(body.clone()),
        Some("gzip") => flate2::read::GzDecoder::new(body.as_ref())
            .take(ENVELOPE + 1)
            .read_to_end(&mut unpacked),
        Some("deflate") => flate2::read::ZlibDecoder::new(body.as_ref())
            .take(ENVELOPE + 1)
            .read_to_end(&mut unpacked),
        Some(other) => {
            return Err(Refused::bad(format!(
                "unsupported content encoding {other}"
            )));
        }
    };
    match read {
        Ok(length) if length as u64 <= ENVELOPE => Ok(unpacked.into()),
        Ok(_) => Err(Refused(
            StatusCode::PAYLOAD_TOO_LARGE,
            "envelope too large".to_owned(),
        )),
        Err(_) => Err(Refused::bad("failed to decode the body")),
    }
}

/// An item of an envelope: its type and its bytes.
type Item<'a> = (String, &'a [u8]);

/// The envelope's header and its items. An item without a length ends with its line.
fn split(body: &[u8]) -> Result<(Value, Vec<Item<'_>>), Refused> {
    let invalid = |what: &str| Refused::bad(format!("invalid envelope: {what}"));
    let object = |line: &[u8]| {
        let value: Option<Value> = serde_json::from_slice(line).ok();
        value.filter(Value::is_object)
    };
    let (header, mut rest) = line(body);
    let header = object(header).ok_or_else(|| invalid("missing header"))?;
    let mut items = Vec::new();
    while !rest.is_empty() {
        let (item, after) = line(rest);
        if item.is_empty() {
            rest = after;
            continue;
        }
        if ITEMS <= items.len() {
            return Err(invalid("too many items"));
        }
        let item = object(item).ok_or_else(|| invalid("missing item header"))?;
        let kind = item["type"]
            .as_str()
            .ok_or_else(|| invalid("missing item type"))?;
        let length = item["length"]
            .as_u64()
            .map(|length| usize::try_from(length).unwrap_or(usize::MAX));
        let (payload, after) = match length {
            Some(length) => after
                .split_at_checked(length)
                .ok_or_else(|| invalid("unexpected end of file"))?,
            None => line(after),
        };
        items.push((kind.to_owned(), payload));
        rest = after.strip_prefix(b"\n").unwrap_or(after);
    }
    Ok((header, items))
}

/// Up to the end of the line, and what comes after it.
fn line(bytes: &[u8]) -> (&[u8], &[u8]) {
    match bytes.iter().position(|b| *b == b'\n') {
        Some(end) => (&bytes[..end], &bytes[end + 1..]),
        None => (bytes, &[]),
    }
}

/// `X-Sentry-Auth: Sentry sentry_key=…, sentry_version=7`, or `sentry_key` in the address.
fn key(headers: &HeaderMap, query: Option<&str>) -> Option<String> {
    let header = headers
        .get("x-sentry-auth")
        .and_then(|value| value.to_str().ok());
    let header = header.and_then(|header| header.strip_prefix("Sentry "));
    let mut parts = header.into_iter().flat_map(|header| header.split(','));
    let key = parts.find_map(|part| part.trim().strip_prefix("sentry_key="));
    key.map(str::to_owned).or_else(|| {
        let mut params = url::form_urlencoded::parse(query.unwrap_or_default().as_bytes());
        params
            .find(|(name, _)| name == "sentry_key")
            .map(|(_, key)| key.into_owned())
    })
}

fn key_of_dsn(header: &Value) -> Option<String> {
    let dsn = url::Url::parse(header["dsn"].as_str()?).ok()?;
    Some(dsn.username().to_owned()).filter(|key| !key.is_empty())
}

/// The project, whose key this is.
fn known(id: &str, key: Option<&str>) -> Result<&'static Project, Refused> {
    let unauthorized = |detail: &str| Refused(StatusCode::UNAUTHORIZED, detail.to_owned());
    let key = key.ok_or_else(|| unauthorized("missing authorization information"))?;
    let found = id.parse().ok().and_then(project);
    let found = found.ok_or_else(|| Refused::bad("invalid project identifier"))?;
    match bool::from(found.key.as_bytes().ct_eq(key.as_bytes())) {
        true => Ok(found),
        false => {
            let detail = "event submission rejected with_reason: ProjectId";
            Err(Refused(StatusCode::FORBIDDEN, detail.to_owned()))
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn items_end_after_their_length_or_with_their_line() {
        let body = b"{}\n{\"type\":\"a\",\"length\":3}\nx\ny\n{\"type\":\"b\"}\nz\n\n{\"type\":\"c\",\"length\":0}";
        let (_, items) = split(body).unwrap();
        let items: Vec<(&str, &[u8])> = items
            .iter()
            .map(|(kind, bytes)| (kind.as_str(), *bytes))
            .collect();
        assert_eq!(items, [("a", &b"x\ny"[..]), ("b", b"z"), ("c", b"")]);
        for wrong in [
            "",
            "[]\n",
            "{}\nx\n",
            "{}\n{}\n",
            "{}\n{\"type\":\"a\",\"length\":9}\nx",
        ] {
            assert!(split(wrong.as_bytes()).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn a_key_is_its_projects_alone() {
        let own = super::super::PROJECTS[0].key;
        assert!(known("1", Some(own)).is_ok());
        assert_eq!(
            known("2", Some(own)).err().unwrap().0,
            StatusCode::FORBIDDEN
        );
        assert_eq!(
            known("3", Some(own)).err().unwrap().0,
            StatusCode::BAD_REQUEST
        );
        assert_eq!(known("1", None).err().unwrap().0, StatusCode::UNAUTHORIZED);
    }

    proptest! {
        #[test]
        fn no_envelope_makes_it_panic(body in proptest::collection::vec(any::<u8>(), 0..200), length in any::<u64>()) {
            drop(split(&body));
            let mut begun = format!("{{}}\n{{\"type\":\"event\",\"length\":{length}}}\n").into_bytes();
            begun.extend(body);
            drop(split(&begun));
        }
    }
}
