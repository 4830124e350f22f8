//! What a new workspace holds.

use std::collections::{BTreeMap, VecDeque};

use jiff::Timestamp;

use super::apps::{DEMO_APP, Settings, Shortcut, ShortcutKind};
use super::commands::SlashCommand;
use super::rates::Rates;
use super::views::Screens;
use super::workspace::{
    App, Channel, ChannelKind, Person, Token, TokenKind, TokenState, Webhook, Workspace,
};
use super::workspaces::Workspaces;

/// The scopes of the demo's bot: the app's core and extra ones (its manifest asks for the same).
pub const BOT_SCOPES: &[&str] = &[
    "app_mentions:read",
    "channels:history",
    "channels:join",
    "channels:manage",
    "channels:read",
    "chat:write",
    "chat:write.customize",
    "chat:write.public",
    "commands",
    "groups:history",
    "groups:read",
    "groups:write",
    "im:history",
    "im:read",
    "im:write",
    "links:read",
    "links:write",
    "mpim:history",
    "mpim:read",
    "mpim:write",
    "reactions:write",
    "team:read",
    "usergroups:read",
    "users:read",
    "users:read.email",
];

const USER_SCOPES: &[&str] = &[
    "channels:history",
    "channels:read",
    "channels:write",
    "chat:write",
    "groups:history",
    "groups:read",
    "groups:write",
    "im:history",
    "im:read",
    "im:write",
    "mpim:history",
    "mpim:read",
    "mpim:write",
    "reactions:write",
    "team:read",
    "users:read",
    "users:read.email",
];

/// What the workspaces of a sandbox begin with.
#[derive(Clone, Debug)]
pub struct Seed {
    workspaces: Workspaces,
}

impl Seed {
    /// Workspace `T0DEMO` with ana, ben and ops, the channels of the rollout story, two private
    /// channels (`#security`, which the app is in, and `#leads`, which it is not), the bot token
    /// `xoxb-demo` and the administrator's token `xoxp-demo`, which reads every channel, and a
    /// webhook of the old kind at `/services/T0DEMO/B0LEGACY/demo-webhook-secret`; and workspace
    /// `T0ACME` with dana and `#general`, where the app can be installed.
    #[must_use]
    pub fn demo() -> Self {
        Self {
            workspaces: Workspaces::new(demo_workspace(), vec![acme()]),
        }
    }

    pub(super) fn into_workspaces(self) -> Workspaces {
        self.workspaces
    }

    /// The first workspace.
    #[must_use]
    pub fn into_workspace(self) -> Workspace {
        self.workspaces.first().clone()
    }
}

fn empty(id: &str, name: &str, domain: &str) -> Workspace {
    Workspace {
        id: id.to_owned(),
        name: name.to_owned(),
        domain: domain.to_owned(),
        apps: Vec::new(),
        people: BTreeMap::new(),
        channels: BTreeMap::new(),
        tokens: Vec::new(),
        webhooks: Vec::new(),
        response_urls: VecDeque::new(),
        homes: Vec::new(),
        screens: Screens::default(),
        rates: Rates::default(),
        clicks: VecDeque::new(),
    }
}

fn acme() -> Workspace {
    let dana = Person {
        is_admin: true,
        ..person("U0DANA", "dana", "Dana Diaz")
    };
    let mut general = Channel::new(
        "C0ACMEGENERAL",
        "general",
        ChannelKind::Public,
        &["U0DANA"],
        EPOCH,
    );
    general.is_general = true;
    Workspace {
        people: [(dana.id.clone(), dana)].into(),
        channels: [(general.id.clone(), general)].into(),
        ..empty("T0ACME", "Acme", "acme")
    }
}

fn demo_workspace() -> Workspace {
    let mut workspace = Workspace {
        apps: vec![App {
            id: DEMO_APP.to_owned(),
            name: "Signalbox".to_owned(),
            bot_id: "B0SIGNALBOX".to_owned(),
            user_id: "U0SIGNALBOX".to_owned(),
            is_installed: true,
        }],
        webhooks: vec![Webhook::demo()],
        tokens: vec![
            token("xoxb-demo", TokenKind::Bot, "U0SIGNALBOX", BOT_SCOPES),
            token("xoxp-demo", TokenKind::User, "U0ADMIN", USER_SCOPES),
        ],
        ..empty("T0DEMO", "Signalbox demo", "signalbox-demo")
    };
    let people = [
        person("U0ANA", "ana", "Ana Almeida"),
        person("U0BEN", "ben", "Ben Berger"),
        person("U0OPS", "ops", "Olu Opsahl"),
        Person {
            is_admin: true,
            ..person("U0ADMIN", "admin", "Workspace Admin")
        },
        Person {
            email: None,
            is_bot: true,
            ..person("U0SIGNALBOX", "signalbox", "Signalbox")
        },
    ];
    workspace.people = people
        .into_iter()
        .map(|person| (person.id.clone(), person))
        .collect();
    for mut channel in channels() {
        channel.is_general = channel.name == "general";
        workspace.channels.insert(channel.id.clone(), channel);
    }
    workspace
}

fn channels() -> Vec<Channel> {
    const EVERYONE: &[&str] = &["U0ANA", "U0BEN", "U0OPS", "U0ADMIN"];
    let public = |id, name| Channel::new(id, name, ChannelKind::Public, EVERYONE, EPOCH);
    let private =
        |id, name, members: &[&str]| Channel::new(id, name, ChannelKind::Private, members, EPOCH);
    vec![
        public("C0GENERAL", "general"),
        public("C0PRODUCTION", "production"),
        public("C0MANAGE", "g_manage_integrations"),
        public("C0SUPPORT", "support_gitlab-com"),
        public("C0STAGING", "staging"),
        private("C0SECURITY", "security", &["U0ANA", "U0OPS", "U0SIGNALBOX"]),
        private("C0LEADS", "leads", &["U0ANA", "U0OPS"]),
    ]
}

/// The demo's channels are as old as Slack's own clock can say.
const EPOCH: Timestamp = Timestamp::UNIX_EPOCH;

fn person(id: &str, name: &str, real_name: &str) -> Person {
    Person {
        id: id.to_owned(),
        name: name.to_owned(),
        real_name: real_name.to_owned(),
        email: Some(format!("{name}@example.com")),
        is_admin: false,
        is_bot: false,
        deleted: false,
    }
}

fn token(secret: &str, kind: TokenKind, person: &str, scopes: &[&str]) -> Token {
    Token {
        secret: secret.to_owned(),
        kind,
        app: DEMO_APP.to_owned(),
        person: person.to_owned(),
        scopes: scopes.iter().map(|&scope| scope.to_owned()).collect(),
        state: TokenState::Active,
        expires: None,
        refresh: None,
    }
}

/// What the demo's app does, with these commands.
pub(super) fn settings(commands: Vec<SlashCommand>) -> Settings {
    const EVENTS: &[&str] = &[
        "app_home_opened",
        "app_mention",
        "app_uninstalled",
        "channel_archive",
        "channel_deleted",
        "channel_id_changed",
        "channel_rename",
        "link_shared",
        "member_joined_channel",
        "message.im",
        "tokens_revoked",
    ];
    let texts = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect();
    Settings {
        name: "Signalbox".to_owned(),
        description: "GitLab in Slack".to_owned(),
        commands,
        shortcuts: shortcuts(),
        bot_scopes: texts(BOT_SCOPES),
        bot_events: texts(EVENTS),
        is_interactive: true,
        unfurl_domains: texts(&["gitlab.example.com"]),
        has_home: true,
        has_messages: true,
        takes_pkce: true,
        ..Settings::default()
    }
}

fn shortcuts() -> Vec<Shortcut> {
    use ShortcutKind::{Global, Message};
    let shortcut = |kind, name: &str, callback_id: &str, description: &str| Shortcut {
        name: name.to_owned(),
        kind,
        callback_id: callback_id.to_owned(),
        description: description.to_owned(),
    };
    vec![
        shortcut(
            Global,
            "Declare an incident",
            "incident_declare",
            "Opens an incident in GitLab",
        ),
        shortcut(Global, "New issue", "issue_new", "Opens an issue in GitLab"),
        shortcut(
            Message,
            "Create GitLab issue",
            "issue_from_message",
            "Opens an issue from this message",
        ),
        shortcut(
            Message,
            "Comment on GitLab",
            "comment_from_message",
            "Adds this message to an issue or merge request",
        ),
    ]
}
