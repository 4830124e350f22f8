//! What was said: `conversations.history` and `conversations.replies`.

use serde_json::{Map, Value, json};

use crate::slack::refusal::Refusal;
use crate::slack::web_api::call::{Answer, Call, answer, scope_for};
use crate::slack::workspace::{Channel, Message, TokenKind, is_ts};
use crate::slack::{paging, wire};

const HISTORY_LIMIT: i64 = 999;
const REPLIES_LIMIT: i64 = 1000;

/// `conversations.history`: newest first; replies only where they were broadcast.
pub fn history(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let channel = readable(call)?;
    if !call.is_member(channel) && call.caller()?.kind == TokenKind::Bot {
        return Err(Refusal::of("not_in_channel"));
    }
    let window = Window::of(call)?;
    let from = paging::read(call.args.text("cursor").as_deref(), "next_ts")?;
    let limit = limit(call, 100, HISTORY_LIMIT)?;
    let mut rest = channel.messages.iter().rev().filter(|message| {
        message.only_for.is_none()
            && message.is_in_channel()
            && window.holds(&message.ts)
            && from
                .as_deref()
                .is_none_or(|from| message.ts.as_str() <= from)
    });
    let page: Vec<&Message> = rest.by_ref().take(limit).collect();
    let next = rest.next().map(|message| message.ts.as_str());
    let mut said = answer(json!({
        "messages": shown(call, channel, &page),
        "has_more": next.is_some(),
        "pin_count": 0,
    }));
    paging::attach(&mut said, &paging::write(next, "next_ts"));
    Ok(said)
}

/// `conversations.replies`: the root, then its replies, oldest first. A reply's own `ts` gives
/// that reply alone.
pub fn replies(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let channel = readable(call)?;
    let ts = call.args.text("ts").unwrap_or_default();
    let seen = |message: &&Message| message.only_for.is_none();
    let root = channel
        .message(&ts)
        .filter(seen)
        .ok_or("thread_not_found")?;
    let window = Window::of(call)?;
    let from = paging::read(call.args.text("cursor").as_deref(), "next_ts")?;
    let limit = limit(call, REPLIES_LIMIT, REPLIES_LIMIT)?;
    let replies = root
        .replies
        .iter()
        .filter_map(|reply| channel.message(reply));
    let mut rest = replies.filter(|message| {
        window.holds(&message.ts)
            && from
                .as_deref()
                .is_none_or(|from| from <= message.ts.as_str())
    });
    let page: Vec<&Message> = [root]
        .into_iter()
        .chain(rest.by_ref().take(limit.saturating_sub(1).max(1)))
        .collect();
    let next = rest.next().map(|message| message.ts.as_str());
    let mut said = answer(json!({
        "messages": shown(call, channel, &page),
        "has_more": next.is_some(),
    }));
    paging::attach(&mut said, &paging::write(next, "next_ts"));
    Ok(said)
}

fn readable<'c>(call: &'c Call<'_>) -> Result<&'c Channel, Refusal> {
    let channel = call.channel()?;
    call.needs_scope(&scope_for(channel.kind, "history"))?;
    Ok(channel)
}

fn limit(call: &Call<'_>, otherwise: i64, most: i64) -> Result<usize, Refusal> {
    let limit = call
        .args
        .number("limit")?
        .filter(|&limit| limit != 0)
        .unwrap_or(otherwise);
    Ok(usize::try_from(limit.clamp(1, most)).unwrap_or(1))
}

fn shown(call: &Call<'_>, channel: &Channel, page: &[&Message]) -> Vec<Value> {
    let with_metadata = call.args.flag("include_all_metadata", false);
    let show = |message: &&Message| {
        let mut json: Map<String, Value> = wire::message(call.workspace(), channel, message);
        if let Some(metadata) = &message.metadata
            && with_metadata
        {
            json.insert("metadata".to_owned(), metadata.clone());
        }
        Value::Object(json)
    };
    page.iter().map(show).collect()
}

/// The span of time asked for with `oldest`, `latest` and `inclusive`.
struct Window {
    oldest: Option<String>,
    latest: Option<String>,
    inclusive: bool,
}

impl Window {
    fn of(call: &Call<'_>) -> Result<Self, Refusal> {
        let oldest = call
            .args
            .text("oldest")
            .map(|text| stamp(&text))
            .transpose();
        let latest = call
            .args
            .text("latest")
            .map(|text| stamp(&text))
            .transpose();
        Ok(Self {
            oldest: oldest
                .map_err(|()| "invalid_ts_oldest")?
                .filter(|oldest| *oldest != ZERO),
            latest: latest.map_err(|()| "invalid_ts_latest")?,
            inclusive: call.args.flag("inclusive", false),
        })
    }

    fn holds(&self, ts: &str) -> bool {
        let after = |oldest: &String| oldest.as_str() < ts || self.inclusive && oldest == ts;
        let before = |latest: &String| ts < latest.as_str() || self.inclusive && latest == ts;
        self.oldest.as_ref().is_none_or(after) && self.latest.as_ref().is_none_or(before)
    }
}

const ZERO: &str = "0000000000.000000";

/// A point in time as `ts`, from seconds with or without a fraction.
fn stamp(text: &str) -> Result<String, ()> {
    let (seconds, micros) = text.split_once('.').unwrap_or((text, ""));
    if 10 < seconds.len() || 6 < micros.len() {
        return Err(());
    }
    let stamp = format!("{seconds:0>10}.{micros:0<6}");
    is_ts(&stamp).then_some(stamp).ok_or(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_seconds_with_or_without_a_fraction() {
        for (text, expected) in [
            ("1503435956.000247", Ok("1503435956.000247")),
            ("1503435956", Ok("1503435956.000000")),
            ("0", Ok(ZERO)),
            ("1503435956.5", Ok("1503435956.500000")),
            ("yesterday", Err(())),
            ("1.2.3", Err(())),
            ("-1", Err(())),
        ] {
            assert_eq!(
                stamp(text).as_deref(),
                expected.as_ref().map(|text| *text),
                "{text:?}"
            );
        }
    }
}
