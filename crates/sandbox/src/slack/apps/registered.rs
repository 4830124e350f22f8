//! One registered app.

use clock::Chance;
use serde::{Deserialize, Serialize};

use crate::slack::commands::{SlashCommand, number};
use crate::slack::seed;
use crate::slack::web_api::mint_id;

/// The demo's app.
pub const DEMO_APP: &str = "A0SIGNALBOX";

/// What whoever makes apps calls `apps.manifest.*` with.
pub const CONFIGURATION_TOKEN: &str = "xoxe.xoxp-demo-configuration";

/// An app as its pages at Slack show it to its makers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RegisteredApp {
    /// `A…`
    pub id: String,
    pub credentials: Credentials,
    pub settings: Settings,
    /// Where its service is, without a final slash: addresses that the settings leave out are
    /// below it. It is told at the start, so it is not kept.
    #[serde(skip)]
    pub base_url: Option<String>,
}

/// What only the app and Slack know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credentials {
    /// `158.400`
    pub client_id: String,
    pub client_secret: String,
    /// Signs what is sent to the app.
    pub signing_secret: String,
    /// `xapp-…`, which opens sockets.
    pub app_token: String,
}

/// What an app's manifest says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    pub name: String,
    pub description: String,
    pub commands: Vec<SlashCommand>,
    pub shortcuts: Vec<Shortcut>,
    pub bot_scopes: Vec<String>,
    /// Asked for, but the app works without.
    pub bot_optional: Vec<String>,
    pub user_scopes: Vec<String>,
    pub user_optional: Vec<String>,
    /// Addresses that an authorization may come back to, and all below them.
    pub redirect_urls: Vec<String>,
    /// Where commands go that have no address of their own.
    pub commands_url: Option<String>,
    pub events_url: Option<String>,
    /// The kinds of events that it wants: `app_home_opened`, `message.im`.
    pub bot_events: Vec<String>,
    pub is_interactive: bool,
    pub interactions_url: Option<String>,
    /// Where the options of external selects are asked for; none means with the interactions.
    pub options_url: Option<String>,
    /// Links to these hosts are told to the app.
    pub unfurl_domains: Vec<String>,
    pub has_home: bool,
    pub has_messages: bool,
    /// Everything goes over sockets that the app opens.
    pub socket_mode: bool,
    pub rotates_tokens: bool,
    pub takes_pkce: bool,
}

/// Something that a person can start from the menus.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shortcut {
    pub name: String,
    #[serde(rename = "type")]
    pub kind: ShortcutKind,
    pub callback_id: String,
    pub description: String,
}

/// Where a shortcut is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShortcutKind {
    /// Everywhere.
    Global,
    /// In a message's menu.
    Message,
}

impl RegisteredApp {
    /// The demo's app, whose service is at `base_url`, with these commands.
    #[must_use]
    pub fn demo(base_url: Option<String>, commands: Vec<SlashCommand>) -> Self {
        let text = str::to_owned;
        Self {
            id: text(DEMO_APP),
            credentials: Credentials {
                client_id: text("158.400"),
                client_secret: text("demo-client-secret"),
                signing_secret: text("demo-signing-secret"),
                app_token: text("xapp-demo"),
            },
            settings: seed::settings(commands),
            base_url,
        }
    }

    /// A new app with secrets of its own.
    #[must_use]
    pub fn new(settings: Settings, chance: &Chance) -> Self {
        let long = || format!("{:032x}", chance.next_u128());
        Self {
            id: mint_id('A', chance),
            credentials: Credentials {
                client_id: format!("{}.{}", number(chance), number(chance)),
                client_secret: long(),
                signing_secret: long(),
                app_token: format!("xapp-1-{}-{}", number(chance), long()),
            },
            settings,
            base_url: None,
        }
    }

    /// The command with this name.
    #[must_use]
    pub fn command(&self, name: &str) -> Option<&SlashCommand> {
        let mut commands = self.settings.commands.iter();
        commands.find(|command| command.name == name)
    }

    /// The shortcut with this id.
    #[must_use]
    pub fn shortcut(&self, callback_id: &str) -> Option<&Shortcut> {
        let mut shortcuts = self.settings.shortcuts.iter();
        shortcuts.find(|shortcut| shortcut.callback_id == callback_id)
    }

    /// Where a command of it is sent.
    #[must_use]
    pub fn command_url(&self, command: &SlashCommand) -> Option<String> {
        let own = command.url.as_ref();
        self.own_or_usual(
            own.or(self.settings.commands_url.as_ref()),
            "/slack/commands",
        )
    }

    /// Whether a command of it can be sent: over its sockets, or to an address.
    #[must_use]
    pub fn takes(&self, command: &SlashCommand) -> bool {
        self.settings.socket_mode || self.command_url(command).is_some()
    }

    /// Where its events are sent.
    #[must_use]
    pub fn events_url(&self) -> Option<String> {
        self.own_or_usual(self.settings.events_url.as_ref(), "/slack/events")
    }

    /// Where clicks, submissions and shortcuts are sent.
    #[must_use]
    pub fn interactions_url(&self) -> Option<String> {
        let own = self.settings.interactions_url.as_ref();
        self.own_or_usual(own, "/slack/interactions")
            .filter(|_| self.settings.is_interactive)
    }

    /// Where the options of external selects are asked for.
    #[must_use]
    pub fn options_url(&self) -> Option<String> {
        let own = self.settings.options_url.as_ref();
        self.own_or_usual(own, "/slack/options")
            .filter(|_| self.settings.is_interactive)
            .or_else(|| self.interactions_url())
    }

    /// The addresses that an authorization may come back to.
    #[must_use]
    pub fn redirect_urls(&self) -> Vec<String> {
        let usual = self.base_url.as_ref();
        let usual = usual.map(|base| format!("{base}/slack/oauth/callback"));
        let own = self.settings.redirect_urls.iter().cloned();
        own.chain(usual).collect()
    }

    fn own_or_usual(&self, own: Option<&String>, path: &str) -> Option<String> {
        let usual = || self.base_url.as_ref().map(|base| format!("{base}{path}"));
        own.cloned().or_else(usual)
    }
}
