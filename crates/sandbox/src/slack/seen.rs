//! What one person sees of the workspace, as data: their channels, a channel's messages, a
//! thread. The pages draw it, scripts read it as JSON.

use serde::Serialize;
use serde_json::{Value, json};

use super::views;
use super::workspace::{Channel, ChannelKind, Message, Person, Via, Workspace};

/// A person's view of one channel or thread.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Seen {
    pub user: SeenPerson,
    pub channel: SeenChannel,
    /// The root of the thread that is looked at; none means the channel itself.
    pub thread: Option<String>,
    /// Every channel this person sees.
    pub channels: Vec<SeenChannel>,
    /// Oldest first.
    pub messages: Vec<SeenMessage>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SeenPerson {
    pub id: String,
    pub name: String,
    pub real_name: String,
    pub is_bot: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SeenChannel {
    pub id: String,
    /// A direct message is named after the other person.
    pub name: String,
    pub kind: ChannelKind,
    pub is_archived: bool,
    pub is_member: bool,
    pub topic: String,
}

/// A message on the screen.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SeenMessage {
    pub ts: String,
    pub author: SeenPerson,
    /// The name and picture that the app gave itself for this message.
    pub username: Option<String>,
    pub icon_emoji: Option<String>,
    pub icon_url: Option<String>,
    pub text: String,
    /// Whether `text` is on the screen: blocks stand in its place, attachments below it.
    pub shows_text: bool,
    pub mrkdwn: bool,
    pub blocks: Option<Value>,
    pub attachments: Option<Value>,
    pub subtype: Option<String>,
    /// The root, when this is a reply.
    pub thread_ts: Option<String>,
    pub reply_count: usize,
    pub reply_users: Vec<String>,
    pub latest_reply: Option<String>,
    /// A reply shown in the channel too.
    pub broadcast: bool,
    /// The `ts` of the last change.
    pub edited: Option<String>,
    pub reactions: Vec<SeenReaction>,
    /// Through what an app spoke.
    pub via: Option<Via>,
    /// Only this person sees it.
    pub ephemeral: bool,
    /// Whom it would notify, see `pings`.
    pub sandbox_pings: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SeenReaction {
    pub name: String,
    pub count: usize,
    pub users: Vec<String>,
}

/// What `person` sees of `channel`, or of the thread below `thread`.
#[must_use]
pub fn see(
    workspace: &Workspace,
    person: &Person,
    channel: &Channel,
    thread: Option<&str>,
) -> Seen {
    let belongs = |message: &&Message| match thread {
        None => message.is_in_channel(),
        Some(root) => message.ts == root || message.thread_ts.as_deref() == Some(root),
    };
    let theirs = |message: &&Message| message.only_for.as_ref().is_none_or(|id| *id == person.id);
    let messages = channel.messages.iter().filter(theirs).filter(belongs);
    Seen {
        user: seen_person(person),
        channel: seen_channel(workspace, channel, person),
        thread: thread.map(str::to_owned),
        channels: channels(workspace, person),
        messages: messages
            .map(|message| seen_message(workspace, channel, message))
            .collect(),
    }
}

/// What an app published on the Home tab of `person`, in Slack's JSON; null when nothing.
#[must_use]
pub fn home(workspace: &Workspace, person: &Person, app: &str) -> Value {
    let home = views::home(workspace, app, &person.id);
    let home = home.map(|view| views::to_json(workspace, view));
    json!({ "user": seen_person(person), "app": app, "home": home })
}

/// The modals that `person` has open, in Slack's JSON, topmost last; each with what is wrong
/// with its form. `modal` is the topmost.
#[must_use]
pub fn modals(workspace: &Workspace, person: &Person) -> Value {
    let modals = workspace.screens.stack(&person.id).map(|view| {
        let mut json = views::to_json(workspace, view);
        json.insert("errors".to_owned(), json!(view.errors));
        json.insert("trouble".to_owned(), json!(view.trouble));
        Value::Object(json)
    });
    let modals: Vec<Value> = modals.collect();
    json!({ "user": seen_person(person), "modal": modals.last(), "modals": modals })
}

/// The channels that `person` sees, named channels first, by name.
#[must_use]
pub fn channels(workspace: &Workspace, person: &Person) -> Vec<SeenChannel> {
    let visible = workspace
        .channels
        .values()
        .filter(|channel| workspace.sees(&person.id, channel));
    let mut seen: Vec<SeenChannel> = visible
        .map(|channel| seen_channel(workspace, channel, person))
        .collect();
    let is_conversation =
        |channel: &SeenChannel| matches!(channel.kind, ChannelKind::Direct | ChannelKind::Group);
    seen.sort_by(|a, b| {
        (is_conversation(a), &a.name, &a.id).cmp(&(is_conversation(b), &b.name, &b.id))
    });
    seen
}

fn seen_person(person: &Person) -> SeenPerson {
    SeenPerson {
        id: person.id.clone(),
        name: person.name.clone(),
        real_name: person.real_name.clone(),
        is_bot: person.is_bot,
    }
}

/// A person, the app, a webhook by the name it gave itself, or else Slack.
fn seen_author(workspace: &Workspace, message: &Message) -> SeenPerson {
    let author = &message.author;
    if let Some(person) = workspace.people.get(&author.user) {
        return seen_person(person);
    }
    let bot = |id: &str, name: &str, real_name: &str| SeenPerson {
        id: id.to_owned(),
        name: name.to_owned(),
        real_name: real_name.to_owned(),
        is_bot: true,
    };
    match (&author.bot_id, &author.username) {
        (Some(id), Some(name)) => bot(id, name, name),
        _ => bot(&author.user, "slackbot", "Slackbot"),
    }
}

fn seen_channel(workspace: &Workspace, channel: &Channel, person: &Person) -> SeenChannel {
    let other = || {
        let others = channel.members.iter().filter(|id| **id != person.id);
        let names = others
            .filter_map(|id| workspace.people.get(id))
            .map(|other| other.name.as_str());
        let names: Vec<&str> = names.collect();
        if names.is_empty() {
            person.name.clone()
        } else {
            names.join(", ")
        }
    };
    let name = if channel.kind == ChannelKind::Direct {
        other()
    } else {
        channel.name.clone()
    };
    SeenChannel {
        id: channel.id.clone(),
        name,
        kind: channel.kind,
        is_archived: channel.is_archived,
        is_member: channel.members.contains(&person.id),
        topic: channel.topic.clone(),
    }
}

fn seen_message(workspace: &Workspace, channel: &Channel, message: &Message) -> SeenMessage {
    let mut reply_users: Vec<String> = Vec::new();
    for reply in message.replies.iter().filter_map(|ts| channel.message(ts)) {
        if !reply_users.iter().any(|id| id == reply.author.id()) {
            reply_users.push(reply.author.id().to_owned());
        }
    }
    let reaction = |reaction: &super::workspace::Reaction| SeenReaction {
        name: reaction.name.clone(),
        count: reaction.users.len(),
        users: reaction.users.clone(),
    };
    SeenMessage {
        ts: message.ts.clone(),
        author: seen_author(workspace, message),
        username: message.author.username.clone(),
        icon_emoji: message.author.icon_emoji.clone(),
        icon_url: message.author.icon_url.clone(),
        text: message.text.clone(),
        shows_text: message.blocks.is_none() && !message.text.is_empty(),
        mrkdwn: message.mrkdwn,
        blocks: message.blocks.clone(),
        attachments: message.attachments.clone(),
        subtype: message.subtype.clone(),
        thread_ts: message.thread_ts.clone().filter(|_| message.is_reply()),
        reply_count: message.replies.len(),
        reply_users,
        latest_reply: message.replies.last().cloned(),
        broadcast: message.broadcast,
        edited: message.edited.as_ref().map(|edited| edited.ts.clone()),
        reactions: message.reactions.iter().map(reaction).collect(),
        via: message.via(),
        ephemeral: message.only_for.is_some(),
        sandbox_pings: message.pings.clone(),
    }
}
