//! `POST /commands/{team}/{id}/{secret}`, or `/actions/…`, `/app/…`: a `response_url`.
//!
//! It works wherever the command was typed, the bot a member or not.

use jiff::Timestamp;

use super::{Address, Posted};
use crate::slack::args::Args;
use crate::slack::commands::{is_in_channel, said_by_app};
use crate::slack::refusal::Refusal;
use crate::slack::web_api::{chat, content};
use crate::slack::workspace::{Channel, Edited, ResponseUrl, Workspace};
use crate::slack::{Change, Options, State, What};

/// Does what a post asks: a further answer, another in place of the last one, or none.
///
/// # Errors
/// `expired_url`, `used_url`, `invalid_payload`, `channel_not_found`, `channel_is_archived`,
/// `no_text`, and what `chat.postMessage` says to the content.
pub fn post(
    state: &mut State,
    options: &Options,
    address: &Address,
    payload: Result<Args, Refusal>,
) -> Result<Posted, Refusal> {
    let now = options.clock.now();
    let workspace = state.workspaces.get_mut(&address.team);
    let workspace = workspace.ok_or("expired_url")?;
    let at = place(workspace, address).ok_or("expired_url")?;
    let Workspace {
        apps,
        channels,
        response_urls,
        ..
    } = workspace;
    let url = response_urls.get_mut(at).ok_or("expired_url")?;
    if url.expires <= now {
        return Err(Refusal::of("expired_url"));
    }
    let app = apps
        .iter()
        .find(|app| app.is_installed && app.id == url.app);
    let app = app.ok_or("expired_url")?;
    if url.posts_left == 0 {
        return Err(Refusal::of("used_url"));
    }
    let args = payload?;
    let channel = channels.get_mut(&url.channel).ok_or("channel_not_found")?;
    if channel.is_archived {
        return Err(Refusal::of("channel_is_archived"));
    }
    let mut given = content::read(&args, options.total_characters)?;
    given.cut();
    let deletes = args.flag("delete_original", false);
    let mut posted = Posted {
        ts: None,
        pings: Vec::new(),
        changes: Vec::new(),
    };
    if deletes && given.is_empty() {
        posted.changes.extend(take_back(url, channel));
        url.posts_left -= 1;
        return Ok(posted);
    }
    let content = given.complete(&options.chance)?;
    let thread_ts = chat::root(channel, &args)?;
    url.posts_left -= 1;
    if deletes {
        posted.changes.extend(take_back(url, channel));
    }
    let original = url.answers.last().cloned();
    let original = original.filter(|_| args.flag("replace_original", false));
    let change = match original {
        Some(ts) if channel.message(&ts).is_some() => {
            replace(channel, &ts, content, app.user_id.clone(), now);
            (ts, What::Updated)
        }
        Some(_) | None => {
            let mut message = said_by_app(app, channel.next_ts(now), content);
            message.thread_ts = thread_ts;
            message.only_for = (!is_in_channel(&args)).then(|| url.user.clone());
            let ts = message.ts.clone();
            channel.add(message);
            url.answers.push(ts.clone());
            (ts, What::Posted)
        }
    };
    let (ts, what) = change;
    posted.pings = channel
        .message(&ts)
        .map(|message| message.pings.clone())
        .unwrap_or_default();
    posted.changes.push(Change {
        channel: channel.id.clone(),
        ts: Some(ts.clone()),
        what,
    });
    posted.ts = Some(ts);
    Ok(posted)
}

/// Where the command was typed that this address answers.
pub fn channel_of(workspace: &Workspace, address: &Address) -> Option<String> {
    let at = place(workspace, address)?;
    let url = workspace.response_urls.get(at)?;
    Some(url.channel.clone())
}

fn place(workspace: &Workspace, address: &Address) -> Option<usize> {
    let is_it = |url: &ResponseUrl| url.id == address.id && url.secret == address.secret;
    workspace.response_urls.iter().position(is_it)
}

/// Puts other content into an answer. Who sees it stays as it was: Slack does not make an
/// ephemeral message public.
fn replace(
    channel: &mut Channel,
    ts: &str,
    content: content::Content,
    user: String,
    now: Timestamp,
) {
    let edited = channel.next_ts(now);
    if let Some(message) = channel.message_mut(ts) {
        content.put_into(message);
        let is_public = message.only_for.is_none();
        message.edited = is_public.then_some(Edited { user, ts: edited });
    }
}

fn take_back(url: &mut ResponseUrl, channel: &mut Channel) -> Option<Change> {
    let ts = url.answers.pop()?;
    chat::take_back(channel, &ts);
    Some(Change {
        channel: channel.id.clone(),
        ts: Some(ts),
        what: What::Deleted,
    })
}
