//! `conversations.*`: which channels there are, who is in them, what was said.

mod membership;
mod reading;

use serde_json::{Value, json};

use super::call::{Answer, Call, answer, scope_for};
use crate::slack::refusal::Refusal;
use crate::slack::workspace::{Channel, ChannelKind};
use crate::slack::{paging, wire};

pub use membership::{begin_conversation, check_name, create, join, open};
pub use reading::{history, replies};

/// `conversations.list` takes limits "under 1000".
const LIST_LIMIT: i64 = 999;
const DEFAULT_LIMIT: i64 = 100;

/// `conversations.list`: public channels, and closed ones of the kinds asked for that the caller
/// is in.
pub fn list(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let kinds = kinds(call.args.text("types").as_deref())?;
    for &kind in &kinds {
        call.needs_scope(&scope_for(kind, "read"))?;
    }
    let limit = limit(call, LIST_LIMIT)?;
    let from = paging::read(call.args.text("cursor").as_deref(), "channel")?;
    let with_archived = !call.args.flag("exclude_archived", false);
    let channels = call.workspace().channels.values().filter(|channel| {
        kinds.contains(&channel.kind)
            && call.sees(channel)
            && (with_archived || !channel.is_archived)
    });
    let (page, next) = paging::page(
        channels,
        |channel: &Channel| &channel.id,
        from.as_deref(),
        limit,
    );
    let me = call.me()?;
    let shown = page.into_iter().map(|channel| {
        let mut shown = wire::channel(call.workspace(), channel, call.is_member(channel), &me);
        if let Some(fields) = shown.as_object_mut()
            && channel.kind != ChannelKind::Direct
        {
            fields.insert("num_members".to_owned(), json!(channel.members.len()));
        }
        shown
    });
    let mut said = answer(json!({ "channels": shown.collect::<Vec<Value>>() }));
    paging::attach(&mut said, &paging::write(next, "channel"));
    Ok(said)
}

/// `conversations.info`
pub fn info(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let channel = call.channel()?;
    call.needs_scope(&scope_for(channel.kind, "read"))?;
    let mut shown = shown(call, channel)?;
    if let Some(fields) = shown.as_object_mut()
        && call.args.flag("include_num_members", false)
    {
        fields.insert("num_members".to_owned(), json!(channel.members.len()));
    }
    Ok(answer(json!({ "channel": shown })))
}

/// `conversations.members`
pub fn members(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let channel = call.channel()?;
    call.needs_scope(&scope_for(channel.kind, "read"))?;
    let limit = limit(call, 1000)?;
    let from = paging::read(call.args.text("cursor").as_deref(), "user")?;
    let (page, next) = paging::page(
        channel.members.iter(),
        |id: &String| id,
        from.as_deref(),
        limit,
    );
    let mut said = answer(json!({ "members": page }));
    paging::attach(&mut said, &paging::write(next, "user"));
    Ok(said)
}

/// A channel as its answer shows it to the caller.
fn shown(call: &Call<'_>, channel: &Channel) -> Result<Value, Refusal> {
    Ok(wire::channel(
        call.workspace(),
        channel,
        call.is_member(channel),
        &call.me()?,
    ))
}

fn limit(call: &Call<'_>, most: i64) -> Result<usize, Refusal> {
    let limit = call.args.number("limit").map_err(|_| "invalid_limit")?;
    match limit.filter(|&limit| limit != 0).unwrap_or(DEFAULT_LIMIT) {
        limit if 1 <= limit && limit <= most => Ok(usize::try_from(limit).unwrap_or(1)),
        _ => Err(Refusal::of("invalid_limit")),
    }
}

fn kinds(types: Option<&str>) -> Result<Vec<ChannelKind>, Refusal> {
    let kind = |name: &str| match name.trim() {
        "public_channel" => Ok(ChannelKind::Public),
        "private_channel" => Ok(ChannelKind::Private),
        "im" => Ok(ChannelKind::Direct),
        "mpim" => Ok(ChannelKind::Group),
        _ => Err(Refusal::of("invalid_types")),
    };
    types
        .unwrap_or("public_channel")
        .split(',')
        .map(kind)
        .collect()
}
