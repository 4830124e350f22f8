//! A gate of one's own: an endpoint of the configuration agrees.

use monitors::http_json::{JsonPointer, RelativePath};
use monitors::{AskError, CallError};

use super::{Asking, Found};

pub(super) struct Gate<'a> {
    pub endpoint: &'a str,
    pub path: &'a str,
    pub pointer: Option<&'a str>,
    pub equals: Option<&'a str>,
}

pub(super) async fn ask(asking: Asking<'_>, gate: &Gate<'_>) -> Found {
    let name = gate.endpoint;
    let Some(client) = asking.parts.sources.endpoints.get(name) else {
        return Found::fails(format!(
            "no endpoint is called `{name}`; configure it (`[[endpoint]]`)"
        ));
    };
    let path = gate
        .path
        .replace("$flag", asking.rollout.plan.flag.as_str());
    let path = match path.parse::<RelativePath>() {
        Ok(path) => path,
        Err(error) => return Found::fails(error.to_string()),
    };
    let Some(pointer) = gate.pointer else {
        return match client.reach(&path).await {
            Ok(()) => Found::holds(format!("`{name}` agrees")),
            Err(error) => refused(&error),
        };
    };
    let pointer = match pointer.parse::<JsonPointer>() {
        Ok(pointer) => pointer,
        Err(error) => return Found::fails(error.to_string()),
    };
    let value = match client.get(&path).await {
        Ok(document) => document.value(&pointer),
        Err(error) => return refused(&error),
    };
    let expected = gate.equals.unwrap_or("true");
    if value.equals(expected) {
        Found::holds(format!("`{name}` says {value}"))
    } else {
        Found::fails(format!("`{name}` says {value}, not {expected}"))
    }
}

/// An endpoint that refuses has answered; one that is down has not.
fn refused(error: &AskError) -> Found {
    match error {
        AskError::BadQuery { .. }
        | AskError::NotFound { .. }
        | AskError::Call(CallError::Refused { .. }) => Found::fails(error.to_string()),
        AskError::Incomplete { .. } | AskError::Call(_) => Found::silent(error.to_string()),
    }
}
