//! Where a message goes, and whether the caller may post there.

use std::collections::BTreeSet;

use crate::slack::refusal::Refusal;
use crate::slack::web_api::call::Call;
use crate::slack::web_api::conversations::begin_conversation;
use crate::slack::workspace::{Channel, ChannelKind, TokenKind};

/// The id of the channel for `chat.postMessage`: an id, a name, or a person, who is then written
/// to directly.
///
/// # Errors
/// `channel_not_found`, `is_archived`, `not_in_channel`, `cannot_dm_bot`.
pub fn for_posting(call: &mut Call<'_>) -> Result<String, Refusal> {
    let named = call.args.text("channel").unwrap_or_default();
    if let Some(person) = call.workspace().people.get(&named) {
        if person.deleted {
            return Err(Refusal::of("channel_not_found"));
        }
        if person.is_bot {
            return Err(Refusal::of("cannot_dm_bot"));
        }
        return direct(call, &named);
    }
    let channel = visible(call, &named)?;
    let open_to_all = channel.kind == ChannelKind::Public
        && call.caller()?.kind == TokenKind::Bot
        && call.caller()?.has("chat:write.public");
    if !call.is_member(channel) && !open_to_all {
        return Err(Refusal::of("not_in_channel"));
    }
    Ok(channel.id.clone())
}

/// The id of the channel for `chat.postEphemeral`. `chat:write.public` does not reach here: the
/// caller must be in the channel.
///
/// # Errors
/// `channel_not_found`, `is_archived`, `not_in_channel`.
pub fn for_ephemeral(call: &mut Call<'_>) -> Result<String, Refusal> {
    let named = call.args.text("channel").unwrap_or_default();
    let channel = visible(call, &named)?;
    if !call.is_member(channel) {
        return Err(Refusal::of("not_in_channel"));
    }
    Ok(channel.id.clone())
}

fn visible<'c>(call: &'c Call<'_>, named: &str) -> Result<&'c Channel, Refusal> {
    let channel = call
        .workspace()
        .channel_called(named)
        .filter(|channel| call.sees(channel));
    let channel = channel.ok_or("channel_not_found")?;
    if channel.is_archived {
        return Err(Refusal::of("is_archived"));
    }
    Ok(channel)
}

fn direct(call: &mut Call<'_>, person: &str) -> Result<String, Refusal> {
    let pair: BTreeSet<String> = [call.me()?, person.to_owned()].into();
    let known = call
        .workspace()
        .conversation_of(&pair)
        .map(|channel| channel.id.clone());
    Ok(known.unwrap_or_else(|| begin_conversation(call, &pair)))
}
