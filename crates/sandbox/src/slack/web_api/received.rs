//! Reading a request: whatever way a client wraps its arguments.

use axum::body::{Bytes, to_bytes};
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::HeaderMap;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::Value;

use crate::slack::args::Args;
use crate::slack::methods::Method;
use crate::slack::refusal::Refusal;

/// The largest body that is read.
const BODY_LIMIT: usize = 4 * 1024 * 1024;

/// A request, taken apart.
#[derive(Default)]
pub struct Received {
    pub args: Args,
    /// From the header, or from a form's `token` field.
    pub token: Option<String>,
    /// `missing_charset` or `superfluous_charset`.
    pub warning: Option<&'static str>,
    /// Why the body could not be read.
    pub refusal: Option<Refusal>,
}

/// Takes a request apart. `method` says whether a JSON body counts.
pub async fn read(request: Request, method: Option<&Method>) -> Received {
    let bearer = bearer(request.headers());
    let mut args = Args::from_form(request.uri().query().unwrap_or_default().as_bytes());
    // A token in a URL ends up in logs; Slack takes none there from newer apps.
    args.0.remove("token");
    let client = basic(request.headers());
    let wrapping = Wrapping::of(request.headers());
    let warning = wrapping.warning();
    let json_counts = method.is_none_or(|method| method.json);
    let mut received = match read_body(request, &wrapping).await {
        Ok(body) => {
            let field = body
                .text("token")
                .filter(|_| !matches!(wrapping, Wrapping::Json { .. }));
            if json_counts || !matches!(wrapping, Wrapping::Json { .. }) {
                args.extend(body);
            }
            Received {
                args,
                token: bearer.or(field),
                warning,
                refusal: None,
            }
        }
        Err(refusal) => Received {
            args,
            token: bearer,
            warning,
            refusal: Some(refusal),
        },
    };
    received.args.0.remove("token");
    if let Some((id, secret)) = client {
        let mut put = |name: &str, value: String| {
            let value = Value::from(value);
            received.args.0.entry(name).or_insert(value);
        };
        put("client_id", id);
        put("client_secret", secret);
    }
    received
}

/// How the body is wrapped, by its content type.
enum Wrapping {
    Form { charset: bool },
    Json { charset: bool },
    Multipart,
    Missing,
    Other,
}

impl Wrapping {
    fn of(headers: &HeaderMap) -> Self {
        let Some(content_type) = headers
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
        else {
            return Self::Missing;
        };
        let lower = content_type.to_ascii_lowercase();
        let charset = lower.contains("charset=");
        match lower.split(';').next().unwrap_or_default().trim() {
            "application/x-www-form-urlencoded" => Self::Form { charset },
            "application/json" => Self::Json { charset },
            "multipart/form-data" => Self::Multipart,
            _ => Self::Other,
        }
    }

    fn warning(&self) -> Option<&'static str> {
        match self {
            Self::Json { charset: false } => Some("missing_charset"),
            Self::Form { charset: true } => Some("superfluous_charset"),
            Self::Json { charset: true }
            | Self::Form { charset: false }
            | Self::Multipart
            | Self::Missing
            | Self::Other => None,
        }
    }
}

/// An app's id and secret, which OAuth methods take this way too.
fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let header = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, encoded) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let bytes = BASE64.decode(encoded.trim()).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some((id.to_owned(), secret.to_owned()))
}

fn bearer(headers: &HeaderMap) -> Option<String> {
    let header = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = header.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| token.trim().to_owned())
}

async fn read_body(request: Request, wrapping: &Wrapping) -> Result<Args, Refusal> {
    if matches!(wrapping, Wrapping::Multipart) {
        return read_multipart(request).await;
    }
    let body = to_bytes(request.into_body(), BODY_LIMIT)
        .await
        .map_err(|_| "invalid_form_data")?;
    if body.is_empty() {
        return Ok(Args::default());
    }
    match wrapping {
        Wrapping::Form { .. } => Ok(Args::from_form(&body)),
        Wrapping::Json { .. } => read_json(&body),
        Wrapping::Missing => Err(Refusal::of("missing_post_type")),
        Wrapping::Other | Wrapping::Multipart => Err(Refusal::of("invalid_post_type")),
    }
}

fn read_json(body: &Bytes) -> Result<Args, Refusal> {
    match serde_json::from_slice(body) {
        Ok(Value::Object(fields)) => Ok(Args(fields)),
        Ok(_) => Err(Refusal::of("json_not_object")),
        Err(_) => Err(Refusal::of("invalid_json")),
    }
}

async fn read_multipart(request: Request) -> Result<Args, Refusal> {
    let mut parts = Multipart::from_request(request, &())
        .await
        .map_err(|_| "invalid_form_data")?;
    let mut args = Args::default();
    while let Some(part) = parts.next_field().await.map_err(|_| "invalid_form_data")? {
        let Some(name) = part.name().map(str::to_owned) else {
            continue;
        };
        let text = part.text().await.map_err(|_| "invalid_form_data")?;
        args.0.insert(name, Value::from(text));
    }
    Ok(args)
}
