//! `chat.*`: messages posted, changed and taken back.

mod destination;

use serde_json::{Value, json};

use super::call::{Answer, Call, answer};
use super::content::{self, Content, Given, TEXT_KEPT};
use crate::slack::args::Args;
use crate::slack::refusal::Refusal;
use crate::slack::workspace::{Author, Channel, Edited, Message, TokenKind};
use crate::slack::{Limits, What, wire};

/// The most that `chat.update` takes as `text`. Slack says characters; those who measured it
/// with CJK text say bytes, so bytes it is: who stays below that is safe either way.
const UPDATE_LIMIT: usize = 4_000;

/// `chat.postMessage`
pub fn post_message(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let id = destination::for_posting(call)?;
    if call.state.limits == Limits::Slack {
        let (pace, now) = (format!("{}/{id}", call.caller()?.app), call.now);
        call.workspace_mut()
            .rates
            .post(&pace, now)
            .map_err(Refusal::rate_limited)?;
    }
    let author = author(call)?;
    let args = call.args;
    let thread_ts = root(call.channel_mut(&id)?, args)?;
    let mut given = content::read(call.args, call.options.total_characters)?;
    given.cut();
    let metadata = content::metadata(call.args)?;
    let content = given.complete(call.chance())?;
    let now = call.now;
    let broadcast = call.args.flag("reply_broadcast", false) && thread_ts.is_some();
    let channel = call.channel_mut(&id)?;
    let mut message = Message::new(channel.next_ts(now), author, String::new());
    message.thread_ts = thread_ts;
    message.broadcast = broadcast;
    message.metadata = metadata.filter(|metadata| *metadata != json!({}));
    content.put_into(&mut message);
    let (ts, pings) = (message.ts.clone(), message.pings.clone());
    channel.add(message);
    call.pings = pings;
    call.changed(&id, Some(&ts), What::Posted);
    posted(call, &id, &ts)
}

/// `chat.postEphemeral`: for one person of the channel, gone when they look again.
pub fn post_ephemeral(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let id = destination::for_ephemeral(call)?;
    let user = call.args.text("user").unwrap_or_default();
    let channel = call.channel_mut(&id)?;
    if !channel.members.contains(&user) {
        return Err(Refusal::of("user_not_in_channel"));
    }
    let author = author(call)?;
    let args = call.args;
    let thread_ts = root(call.channel_mut(&id)?, args)?;
    let given = content::read(call.args, call.options.total_characters)?;
    if given
        .text
        .as_ref()
        .is_some_and(|text| TEXT_KEPT < text.chars().count())
    {
        return Err(Refusal::of("msg_too_long"));
    }
    let content = given.complete(call.chance())?;
    let now = call.now;
    let channel = call.channel_mut(&id)?;
    let mut message = Message::new(channel.next_ts(now), author, String::new());
    message.thread_ts = thread_ts;
    message.only_for = Some(user);
    content.put_into(&mut message);
    let (ts, pings) = (message.ts.clone(), message.pings.clone());
    channel.add(message);
    call.pings = pings;
    call.changed(&id, Some(&ts), What::Posted);
    Ok(answer(json!({ "message_ts": ts })))
}

/// `chat.update`: own messages only. What is not given stays as it was.
pub fn update(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let id = call.channel()?.id.clone();
    let ts = call.args.text("ts").unwrap_or_default();
    let message = own_message(call, &id, &ts, "cant_update_message")?;
    if call.channel_mut(&id)?.is_archived {
        return Err(Refusal::of("is_inactive"));
    }
    let broadcast = call.args.flag("reply_broadcast", false);
    let given = content::read(call.args, call.options.total_characters)?;
    check_update(&message, &given, broadcast)?;
    let metadata = content::metadata(call.args)?;
    let content = if broadcast {
        Content::of(&message)
    } else {
        given.over(&message).complete(call.chance())?
    };
    let now = call.now;
    let edited = Edited {
        user: call.me()?,
        ts: call.channel_mut(&id)?.next_ts(now),
    };
    let message = call
        .channel_mut(&id)?
        .message_mut(&ts)
        .ok_or("message_not_found")?;
    content.put_into(message);
    message.broadcast |= broadcast;
    message.edited = Some(edited);
    if let Some(metadata) = metadata {
        message.metadata = (metadata != json!({})).then_some(metadata);
    }
    let (text, pings) = (message.text.clone(), message.pings.clone());
    call.pings = pings;
    call.changed(&id, Some(&ts), What::Updated);
    let mut said = posted(call, &id, &ts)?;
    said.insert("text".to_owned(), json!(text));
    Ok(said)
}

/// `chat.delete`: own messages; an administrator's user token any. A root with replies leaves
/// its place ("This message was deleted.").
pub fn delete(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let id = call.channel()?.id.clone();
    let ts = call.args.text("ts").unwrap_or_default();
    if !call.reads_all() {
        own_message(call, &id, &ts, "cant_delete_message")?;
    }
    let channel = call.channel_mut(&id)?;
    if channel
        .message(&ts)
        .is_none_or(|message| message.only_for.is_some())
    {
        return Err(Refusal::of("message_not_found"));
    }
    take_back(channel, &ts);
    call.changed(&id, Some(&ts), What::Deleted);
    Ok(answer(json!({ "channel": id, "ts": ts })))
}

/// Takes a message out of its channel; a root with replies leaves its place.
pub fn take_back(channel: &mut Channel, ts: &str) {
    match channel.message_mut(ts) {
        Some(message) if !message.replies.is_empty() => {
            let grave = Message::new(
                ts.to_owned(),
                Author::person("USLACKBOT"),
                "This message was deleted.".to_owned(),
            );
            let replies = std::mem::take(&mut message.replies);
            *message = Message {
                subtype: Some("tombstone".to_owned()),
                replies,
                ..grave
            };
        }
        Some(_) | None => {
            channel.remove(ts);
        }
    }
}

/// `chat.getPermalink`
pub fn get_permalink(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let channel = call.channel()?;
    let ts = call.args.text("message_ts").unwrap_or_default();
    let seen = |message: &&Message| message.only_for.is_none();
    let message = channel
        .message(&ts)
        .filter(seen)
        .ok_or("message_not_found")?;
    let permalink = permalink(&call.options.public_url, channel, message);
    Ok(answer(
        json!({ "channel": channel.id, "permalink": permalink }),
    ))
}

/// Where a message can be seen: `…/archives/C1/p1503435956000247`.
fn permalink(public_url: &str, channel: &Channel, message: &Message) -> String {
    let id = &channel.id;
    let place = format!(
        "{public_url}/archives/{id}/p{}",
        message.ts.replace('.', "")
    );
    match &message.thread_ts {
        Some(root) if message.is_reply() => format!("{place}?thread_ts={root}&cid={id}"),
        Some(_) | None => place,
    }
}

/// Who the message is from: the token's person, under another name if it may.
fn author(call: &Call<'_>) -> Result<Author, Refusal> {
    let text = |name| call.args.text(name);
    let (username, icon_emoji, icon_url) = (text("username"), text("icon_emoji"), text("icon_url"));
    if username.is_some() || icon_emoji.is_some() || icon_url.is_some() {
        call.needs_scope("chat:write.customize")?;
    }
    let token = call.caller()?;
    let bot_id = match token.kind {
        TokenKind::Bot => Some(call.app()?.bot_id.clone()),
        TokenKind::User => None,
    };
    Ok(Author {
        user: token.person.clone(),
        bot_id,
        username,
        icon_emoji,
        icon_url,
    })
}

/// The root that `thread_ts` names. A reply is no root: Slack says to "avoid using a reply's ts".
///
/// # Errors
/// `thread_not_found`, `cannot_reply_to_message`.
pub fn root(channel: &Channel, args: &Args) -> Result<Option<String>, Refusal> {
    let Some(ts) = args.text("thread_ts") else {
        return Ok(None);
    };
    match channel.message(&ts).filter(|root| root.only_for.is_none()) {
        None => Err(Refusal::of("thread_not_found")),
        Some(root) if root.is_reply() => Err(Refusal::of("cannot_reply_to_message")),
        Some(_) => Ok(Some(ts)),
    }
}

/// A message that the caller wrote, as it is now.
fn own_message(
    call: &mut Call<'_>,
    id: &str,
    ts: &str,
    refused: &'static str,
) -> Result<Message, Refusal> {
    let (me, is_bot) = {
        let token = call.caller()?;
        (token.person.clone(), token.kind == TokenKind::Bot)
    };
    let message = call
        .channel_mut(id)?
        .message(ts)
        .filter(|message| message.only_for.is_none());
    let message = message.ok_or("message_not_found")?;
    let mine = message.author.user == me && message.author.bot_id.is_some() == is_bot;
    if !mine || message.subtype.is_some() {
        return Err(Refusal::of(refused));
    }
    Ok(message.clone())
}

fn check_update(message: &Message, given: &Given, broadcast: bool) -> Result<(), Refusal> {
    if broadcast {
        if !given.is_empty() {
            return Err(Refusal::of("no_dual_broadcast_content_update"));
        }
        if !message.is_reply() || message.broadcast {
            return Err(Refusal::of("cant_broadcast_message"));
        }
        return Ok(());
    }
    if given.is_empty() {
        return Err(Refusal::of("no_text"));
    }
    if given
        .text
        .as_ref()
        .is_some_and(|text| UPDATE_LIMIT < text.len())
    {
        return Err(Refusal::of("msg_too_long"));
    }
    Ok(())
}

fn posted(call: &mut Call<'_>, id: &str, ts: &str) -> Result<Answer, Refusal> {
    let workspace = call.workspace();
    let channel = workspace.channel(id).ok_or("channel_not_found")?;
    let message = channel.message(ts).ok_or("message_not_found")?;
    let mut shown = wire::message(workspace, channel, message);
    if let Some(metadata) = &message.metadata {
        shown.insert("metadata".to_owned(), metadata.clone());
    }
    Ok(answer(
        json!({ "channel": id, "ts": ts, "message": Value::Object(shown) }),
    ))
}
