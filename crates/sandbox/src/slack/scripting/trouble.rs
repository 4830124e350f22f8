//! Making trouble: faults, rate limits, time.

use std::collections::BTreeSet;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::fields::{Bad, Fields};
use super::workspace;
use crate::slack::faults::{Fault, Harm};
use crate::slack::hooks::POSTS;
use crate::slack::outgoing::OUTGOING;
use crate::slack::workspace::Workspace;
use crate::slack::{Limits, SlackSandbox, methods};

/// `POST /sandbox/fault`: what is to go wrong, or `{"clear": true}`.
///
/// `method` and `channel`, or `channels` (each that begins so now), narrow it down; `error` (with further `fields`), `status` (429 with
/// `retry_after`) or `"drop": true` say what the caller gets, `delay_ms` how late;
/// `"after": true` does the work first; `times` counts the calls that meet it (1 unless given,
/// 0 for all until cleared).
///
/// The methods `command`, `event`, `interaction` and `options` are what is sent to apps: `status`
/// and `drop` lose it on the way, or with `after` the answer; `"twice": true` sends it twice.
pub async fn fault(
    State(sandbox): State<SlackSandbox>,
    fields: Fields,
) -> Result<Json<Value>, Bad> {
    fields.only(&[
        "workspace",
        "clear",
        "method",
        "channel",
        "channels",
        "error",
        "fields",
        "status",
        "retry_after",
        "drop",
        "delay_ms",
        "after",
        "twice",
        "times",
    ])?;
    if fields.flag("clear")? == Some(true) {
        sandbox.lock().faults.clear();
        return Ok(Json(json!({ "ok": true })));
    }
    let method = fields.text_if_any("method")?;
    let is_outgoing = method
        .as_deref()
        .is_some_and(|method| OUTGOING.contains(&method));
    if let Some(method) = &method
        && methods::find(method).is_none()
        && !POSTS.contains(&method.as_str())
        && !is_outgoing
    {
        return Err(Bad::field(
            "method",
            &format!("the sandbox has no method {method:?}"),
        ));
    }
    let mut state = sandbox.lock();
    let workspace = workspace(&state.workspaces, &fields)?;
    let channels = channels(workspace, &fields)?;
    let times = match fields.count("times")? {
        None => Some(1),
        Some(0) => None,
        Some(times) => Some(times),
    };
    let delay_ms = fields.count("delay_ms")?.unwrap_or(0);
    let harm = harm(&fields)?;
    let twice = fields.flag("twice")?.unwrap_or(false);
    if !is_outgoing && twice {
        return Err(Bad::field("twice", "is for what is sent to apps"));
    }
    if is_outgoing && matches!(harm, Harm::Error(..)) {
        return Err(Bad::field("error", "apps have none; give status or drop"));
    }
    if harm == Harm::None && delay_ms == 0 && !twice {
        return Err(Bad::field(
            "error",
            "one of error, status, drop, delay_ms or clear is required",
        ));
    }
    let after = fields.flag("after")?.unwrap_or(false);
    state.faults.add(Fault {
        method,
        channels,
        harm,
        delay_ms,
        after,
        twice,
        times,
    });
    Ok(Json(json!({ "ok": true })))
}

/// The ids of the channels that the fault is for.
fn channels(workspace: &Workspace, fields: &Fields) -> Result<Option<BTreeSet<String>>, Bad> {
    let one = fields.text_if_any("channel")?;
    let prefix = fields.text_if_any("channels")?;
    match (one, prefix) {
        (None, None) => Ok(None),
        (Some(named), None) => {
            let found = workspace.channel_called(&named);
            let id = found.map_or(named, |channel| channel.id.clone());
            Ok(Some(BTreeSet::from([id])))
        }
        (None, Some(prefix)) => {
            let prefix = prefix.trim_start_matches('#');
            let all = workspace.channels.values();
            let these = all.filter(|channel| channel.name.starts_with(prefix));
            let ids: BTreeSet<String> = these.map(|channel| channel.id.clone()).collect();
            if ids.is_empty() {
                return Err(Bad::field("channels", "begin no channel's name"));
            }
            Ok(Some(ids))
        }
        (Some(_), Some(_)) => Err(Bad::field("channels", "give it or channel, not both")),
    }
}

fn harm(fields: &Fields) -> Result<Harm, Bad> {
    let error = fields.text_if_any("error")?;
    let status = fields.count("status")?;
    let drop = fields.flag("drop")?.unwrap_or(false);
    match (error, status, drop) {
        (None, None, false) => Ok(Harm::None),
        (Some(error), None, false) => Ok(Harm::Error(
            error,
            fields.object("fields")?.unwrap_or_default(),
        )),
        (None, Some(status), false) => {
            let status = u16::try_from(status)
                .ok()
                .filter(|status| (400..600).contains(status));
            let status = status.ok_or_else(|| Bad::field("status", "must be from 400 to 599"))?;
            Ok(Harm::Status(status, fields.count("retry_after")?))
        }
        (None, None, true) => Ok(Harm::Drop),
        _ => Err(Bad::field("error", "give one of error, status and drop")),
    }
}

/// `POST /sandbox/limits` `{"limits": "slack" | "off"}`
pub async fn limits(
    State(sandbox): State<SlackSandbox>,
    fields: Fields,
) -> Result<Json<Value>, Bad> {
    fields.only(&["limits"])?;
    let limits = match fields.text("limits")?.as_str() {
        "slack" => Limits::Slack,
        "off" => Limits::Off,
        _ => return Err(Bad::field("limits", "must be slack or off")),
    };
    sandbox.set_limits(limits);
    Ok(Json(json!({ "ok": true })))
}

/// `GET /sandbox/clock`
pub async fn time(State(sandbox): State<SlackSandbox>) -> Json<Value> {
    Json(json!({ "ok": true, "now": sandbox.options().clock.now() }))
}

/// The furthest one step moves the clock: ten years.
const ADVANCE_LIMIT: f64 = 10.0 * 366.0 * 86_400.0;

/// `POST /sandbox/clock` `{"advance": seconds}`: answers after everything due has run.
pub async fn advance(
    State(sandbox): State<SlackSandbox>,
    fields: Fields,
) -> Result<Json<Value>, Bad> {
    fields.only(&["advance"])?;
    let seconds: f64 = fields
        .text("advance")?
        .parse()
        .ok()
        .filter(|seconds| (0.0..=ADVANCE_LIMIT).contains(seconds))
        .ok_or_else(|| Bad::field("advance", "must be seconds, from 0 to ten years"))?;
    let by = Duration::from_secs_f64(seconds);
    match &sandbox.options().advance {
        Some(advance) => advance(by).await,
        None => sandbox.options().clock.advance(by),
    }
    sandbox.settle_events().await;
    Ok(time(State(sandbox)).await)
}
