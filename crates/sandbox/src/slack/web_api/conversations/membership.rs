//! Making channels and getting into them.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::shown;
use crate::slack::What;
use crate::slack::events::happened;
use crate::slack::refusal::Refusal;
use crate::slack::web_api::call::{Answer, Call, answer, mint_id};
use crate::slack::workspace::{Author, Channel, ChannelKind, Message, TokenKind};

/// The longest name of a channel.
const NAME_LIMIT: usize = 80;
/// The most people that `conversations.open` takes.
const PEOPLE_LIMIT: usize = 8;

/// `conversations.create`
pub fn create(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let private = call.args.flag("is_private", false);
    let kind = if private {
        ChannelKind::Private
    } else {
        ChannelKind::Public
    };
    call.needs_scope(match (kind, call.caller()?.kind) {
        (ChannelKind::Private, _) => "groups:write",
        (_, TokenKind::Bot) => "channels:manage",
        (_, TokenKind::User) => "channels:write",
    })?;
    let name = call.args.text("name").unwrap_or_default();
    check_name(&name)?;
    if call.workspace().channel_called(&name).is_some() {
        return Err(Refusal::of("name_taken"));
    }
    let me = call.me()?;
    let id = mint_id('C', call.chance());
    let mut channel = Channel::new(&id, &name, kind, &[&me], call.now);
    announce_join(&mut channel, &me, call.now);
    call.workspace_mut().channels.insert(id.clone(), channel);
    call.changed(&id, None, What::Channel);
    let channel = call.channel_mut(&id)?.clone();
    tell_of_join(call, &channel, &me);
    Ok(answer(json!({ "channel": shown(call, &channel)? })))
}

/// `conversations.join`: public channels only.
pub fn join(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let me = call.me()?;
    let channel = call.channel()?;
    match channel.kind {
        ChannelKind::Public => (),
        ChannelKind::Private | ChannelKind::Direct | ChannelKind::Group => {
            return Err(Refusal::of("method_not_supported_for_channel_type"));
        }
    }
    if channel.is_archived {
        return Err(Refusal::of("is_archived"));
    }
    let (id, already) = (channel.id.clone(), call.is_member(channel));
    if !already {
        let now = call.now;
        let channel = call.channel_mut(&id)?;
        channel.members.insert(me.clone());
        announce_join(channel, &me, now);
        call.changed(&id, None, What::Channel);
    }
    let channel = call.channel_mut(&id)?.clone();
    if !already {
        tell_of_join(call, &channel, &me);
    }
    let mut said = answer(json!({ "channel": shown(call, &channel)? }));
    if already {
        said.insert("warning".to_owned(), json!("already_in_channel"));
        let warnings = json!({ "warnings": ["already_in_channel"] });
        said.insert("response_metadata".to_owned(), warnings);
    }
    Ok(said)
}

/// `conversations.open`: a direct message with one person, or a conversation of several.
pub fn open(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let me = call.me()?;
    if call.args.has("channel") {
        let channel = call.channel()?;
        return match channel.kind {
            ChannelKind::Direct | ChannelKind::Group => opened(call, &channel.id.clone(), true),
            ChannelKind::Public | ChannelKind::Private => {
                Err(Refusal::of("method_not_supported_for_channel_type"))
            }
        };
    }
    let people = people(call)?;
    call.needs_scope(if people.len() == 1 {
        "im:write"
    } else {
        "mpim:write"
    })?;
    let everyone: BTreeSet<String> = people.into_iter().chain([me]).collect();
    let known = call
        .workspace()
        .conversation_of(&everyone)
        .map(|known| known.id.clone());
    match known {
        Some(id) => opened(call, &id, true),
        None if call.args.flag("prevent_creation", false) => Err(Refusal::of("channel_not_found")),
        None => {
            let id = begin_conversation(call, &everyone);
            opened(call, &id, false)
        }
    }
}

/// Makes the conversation of these people.
pub fn begin_conversation(call: &mut Call<'_>, everyone: &BTreeSet<String>) -> String {
    let (kind, prefix, name) = if everyone.len() <= 2 {
        (ChannelKind::Direct, 'D', String::new())
    } else {
        let names = everyone
            .iter()
            .filter_map(|id| call.workspace().people.get(id));
        let names: Vec<&str> = names.map(|person| person.name.as_str()).collect();
        (
            ChannelKind::Group,
            'C',
            format!("mpdm-{}-1", names.join("--")),
        )
    };
    let id = mint_id(prefix, call.chance());
    let members: Vec<&str> = everyone.iter().map(String::as_str).collect();
    let channel = Channel::new(&id, &name, kind, &members, call.now);
    call.workspace_mut().channels.insert(id.clone(), channel);
    call.changed(&id, None, What::Channel);
    id
}

fn opened(call: &Call<'_>, id: &str, already: bool) -> Result<Answer, Refusal> {
    let channel = call.workspace().channel(id).ok_or("channel_not_found")?;
    let full = call.args.flag("return_im", false);
    let shown = if full {
        shown(call, channel)?
    } else {
        json!({ "id": id })
    };
    let mut said = answer(json!({ "channel": shown }));
    if already {
        said.insert("no_op".to_owned(), Value::Bool(true));
        said.insert("already_open".to_owned(), Value::Bool(true));
    }
    Ok(said)
}

fn people(call: &Call<'_>) -> Result<Vec<String>, Refusal> {
    let users = match call.args.json("users") {
        Ok(Some(Value::Array(users))) => users
            .iter()
            .filter_map(Value::as_str)
            .collect::<Vec<_>>()
            .join(","),
        Ok(_) | Err(_) => call.args.text("users").ok_or("users_list_not_supplied")?,
    };
    let ids: Vec<String> = users.split(',').map(|id| id.trim().to_owned()).collect();
    if PEOPLE_LIMIT < ids.len() {
        return Err(Refusal::of("too_many_users"));
    }
    for id in &ids {
        let person = call.workspace().people.get(id).ok_or("user_not_found")?;
        if person.deleted {
            return Err(Refusal::of("user_disabled"));
        }
    }
    Ok(ids)
}

fn tell_of_join(call: &mut Call<'_>, channel: &Channel, person: &str) {
    let event = happened::joined(call.workspace(), channel, person, call.now);
    call.events.push(event);
}

/// What Slack writes into a channel when someone joins it.
fn announce_join(channel: &mut Channel, person: &str, now: jiff::Timestamp) {
    let ts = channel.next_ts(now);
    let text = format!("<@{person}> has joined the channel");
    let mut message = Message::new(ts, Author::person(person), text);
    message.subtype = Some("channel_join".to_owned());
    channel.add(message);
}

/// Lower case, digits, `-`, `_` and letters of other scripts; not punctuation alone.
pub fn check_name(name: &str) -> Result<(), Refusal> {
    if NAME_LIMIT < name.chars().count() {
        return Err(Refusal::of("invalid_name_maxlength"));
    }
    let allowed = |c: char| matches!(c, '-' | '_') || (c.is_alphanumeric() && !c.is_uppercase());
    if !name.chars().all(allowed) {
        return Err(Refusal::of("invalid_name_specials"));
    }
    if !name.chars().any(char::is_alphanumeric) {
        return Err(Refusal::of("invalid_name_punctuation"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_have_names_that_slack_would_take() {
        for (name, error) in [
            ("general", None),
            ("support_gitlab-com", None),
            ("équipe", None),
            ("General", Some("invalid_name_specials")),
            ("a b", Some("invalid_name_specials")),
            ("a.b", Some("invalid_name_specials")),
            ("--", Some("invalid_name_punctuation")),
        ] {
            assert_eq!(
                check_name(name).err().map(|refusal| refusal.error),
                error,
                "{name:?}"
            );
        }
        let long = check_name(&"a".repeat(81)).unwrap_err();
        assert_eq!(long.error, "invalid_name_maxlength");
    }
}
