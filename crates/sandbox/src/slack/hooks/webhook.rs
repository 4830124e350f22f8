//! `POST /services/{team}/{hook}/{secret}`: an incoming webhook.

use super::{Address, Posted};
use crate::slack::args::Args;
use crate::slack::refusal::Refusal;
use crate::slack::web_api::{chat, content};
use crate::slack::workspace::{Author, Channel, Message, Webhook, Workspace};
use crate::slack::{Change, Limits, Options, State, What};

/// What a custom integration is called when it does not say.
const NAMELESS: &str = "incoming-webhook";

/// Posts the message of a payload.
///
/// # Errors
/// `no_team`, `no_service`, `invalid_token`, `invalid_payload`, `channel_not_found`,
/// `channel_is_archived`, `rate_limited`, `no_text`, and what `chat.postMessage` says to the
/// content.
pub fn post(
    state: &mut State,
    options: &Options,
    address: &Address,
    payload: Result<Args, Refusal>,
) -> Result<Posted, Refusal> {
    let limits = state.limits;
    let workspace = state.workspaces.get_mut(&address.team).ok_or("no_team")?;
    let hook = known(workspace, address)?.clone();
    let args = payload?;
    let id = destination(workspace, &hook, &args)?.id.clone();
    let now = options.clock.now();
    if limits == Limits::Slack {
        // A webhook's pace is its own: what the bot posts beside it does not count.
        let pace = workspace.rates.post(&format!("{}/{id}", hook.id), now);
        pace.map_err(|seconds| Refusal {
            retry_after: Some(seconds),
            ..Refusal::of("rate_limited")
        })?;
    }
    let mut given = content::read(&args, options.total_characters)?;
    given.cut();
    let metadata = content::metadata(&args)?;
    let content = given.complete(&options.chance)?;
    let author = author(workspace, &hook, &args)?;
    let channel = workspace.channels.get_mut(&id).ok_or("channel_not_found")?;
    let thread_ts = chat::root(channel, &args)?;
    let mut message = Message::new(channel.next_ts(now), author, String::new());
    message.thread_ts = thread_ts;
    message.metadata = metadata;
    message.webhook = Some(hook.id);
    content.put_into(&mut message);
    let (ts, pings) = (message.ts.clone(), message.pings.clone());
    channel.add(message);
    let change = Change {
        channel: id,
        ts: Some(ts.clone()),
        what: What::Posted,
    };
    Ok(Posted {
        ts: Some(ts),
        pings,
        changes: vec![change],
    })
}

/// The id of the channel that a post is for, or the name that it gave.
pub fn channel_named(workspace: &Workspace, address: &Address, args: &Args) -> Option<String> {
    let hook = known(workspace, address).ok()?;
    let named = args.text("channel").filter(|_| hook.legacy);
    let named = named.unwrap_or_else(|| hook.channel.clone());
    let known = workspace.channel_called(&named);
    Some(known.map(|channel| channel.id.clone()).unwrap_or(named))
}

fn known<'w>(workspace: &'w Workspace, address: &Address) -> Result<&'w Webhook, Refusal> {
    let hook = workspace
        .webhooks
        .iter()
        .find(|hook| hook.id == address.id)
        .ok_or("no_service")?;
    if hook.secret != address.secret {
        return Err(Refusal::of("invalid_token"));
    }
    Ok(hook)
}

/// Where the message goes: public channels, and the closed ones of whoever made the webhook.
fn destination<'w>(
    workspace: &'w Workspace,
    hook: &Webhook,
    args: &Args,
) -> Result<&'w Channel, Refusal> {
    let named = args.text("channel").filter(|_| hook.legacy);
    let channel = workspace
        .channel_called(named.as_deref().unwrap_or(&hook.channel))
        .filter(|channel| workspace.sees(&hook.creator, channel))
        .ok_or("channel_not_found")?;
    if channel.is_archived {
        return Err(Refusal::of("channel_is_archived"));
    }
    Ok(channel)
}

fn author(workspace: &Workspace, hook: &Webhook, args: &Args) -> Result<Author, Refusal> {
    if !hook.legacy {
        let app = workspace.installed(&hook.app).ok_or("no_service")?;
        return Ok(Author::app(app));
    }
    let name = args.text("username");
    Ok(Author {
        user: String::new(),
        bot_id: Some(hook.id.clone()),
        username: Some(name.unwrap_or_else(|| NAMELESS.to_owned())),
        icon_emoji: args.text("icon_emoji"),
        icon_url: args.text("icon_url"),
    })
}
