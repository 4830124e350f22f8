//! Taking an app out of a workspace, and telling it.

use serde_json::{Value, json};

use crate::slack::views;
use crate::slack::workspace::{ChannelKind, TokenKind, TokenState, Workspace, ts};
use crate::slack::{Options, State};

/// Which of the two events of an uninstallation comes first: Slack promises neither.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    UninstalledFirst,
    RevokedFirst,
}

impl State {
    /// Takes an app out of a workspace: its tokens end, its bot leaves, and it is told so.
    /// Answers whether it was there.
    pub(in crate::slack) fn uninstall(
        &mut self,
        options: &Options,
        (workspace, app): (&str, &str),
        order: Order,
    ) -> bool {
        let Some(place) = self.workspaces.get_mut(workspace) else {
            return false;
        };
        if place.installed(app).is_none() {
            return false;
        }
        let revoked = revoke_all(place, app);
        leave(place, app);
        self.unsaved = true;
        let uninstalled = json!({ "type": "app_uninstalled", "event_ts": stamp(options) });
        let revoked = tokens_revoked(&revoked, options);
        let events = match order {
            Order::UninstalledFirst => [uninstalled, revoked],
            Order::RevokedFirst => [revoked, uninstalled],
        };
        for event in events {
            self.tell_whatever_is_left(options, (workspace, app), &event);
        }
        true
    }

    /// Ends one token. An app without any is no longer installed.
    pub(in crate::slack) fn revoke(
        &mut self,
        options: &Options,
        workspace: &str,
        secret: &str,
    ) -> bool {
        let Some(place) = self.workspaces.get_mut(workspace) else {
            return false;
        };
        let mut tokens = place.tokens.iter_mut();
        let Some(token) = tokens.find(|token| token.secret == secret) else {
            return false;
        };
        token.state = TokenState::Revoked;
        let (app, gone) = (token.app.clone(), vec![(token.kind, token.person.clone())]);
        let is_active = |token: &crate::slack::workspace::Token| {
            token.app == app && token.state == TokenState::Active
        };
        let is_over = !place.tokens.iter().any(is_active);
        if is_over {
            leave(place, &app);
        }
        self.unsaved = true;
        let revoked = tokens_revoked(&gone, options);
        self.tell_whatever_is_left(options, (workspace, &app), &revoked);
        if is_over {
            let event = json!({ "type": "app_uninstalled", "event_ts": stamp(options) });
            self.tell_whatever_is_left(options, (workspace, &app), &event);
        }
        true
    }

    /// Tells an app that is perhaps no longer installed, if it asked for that kind of event.
    fn tell_whatever_is_left(
        &mut self,
        options: &Options,
        (workspace, app): (&str, &str),
        event: &Value,
    ) {
        let registered = self.apps.get(app);
        let wanted = registered.is_some_and(|app| {
            let mut kinds = app.settings.bot_events.iter();
            kinds.any(|kind| event["type"] == kind.as_str())
        });
        if wanted {
            self.queue(options, workspace, app, event);
        }
    }
}

/// Ends every token of an app: the kind and the person of each that was good.
fn revoke_all(workspace: &mut Workspace, app: &str) -> Vec<(TokenKind, String)> {
    let mut revoked = Vec::new();
    for token in workspace.tokens.iter_mut().filter(|it| it.app == app) {
        if token.state == TokenState::Active {
            revoked.push((token.kind, token.person.clone()));
        }
        token.refresh = None;
        token.state = match token.kind {
            TokenKind::Bot => TokenState::Inactive,
            TokenKind::User => TokenState::Revoked,
        };
    }
    revoked
}

/// The bot leaves every channel, and the app's webhooks are gone.
fn leave(workspace: &mut Workspace, app: &str) {
    let Some(installed) = workspace.apps.iter_mut().find(|it| it.id == app) else {
        return;
    };
    installed.is_installed = false;
    let user = installed.user_id.clone();
    views::forget(workspace, app);
    workspace
        .webhooks
        .retain(|hook| hook.legacy || hook.app != app);
    if let Some(bot) = workspace.people.get_mut(&user) {
        bot.deleted = true;
    }
    for channel in workspace.channels.values_mut() {
        match channel.kind {
            ChannelKind::Public | ChannelKind::Private => {
                channel.members.remove(&user);
            }
            ChannelKind::Direct | ChannelKind::Group => (),
        }
    }
}

fn tokens_revoked(tokens: &[(TokenKind, String)], options: &Options) -> Value {
    let of = |kind: TokenKind| -> Vec<&String> {
        let mut people: Vec<&String> = Vec::new();
        for (_, person) in tokens.iter().filter(|(other, _)| *other == kind) {
            if !people.contains(&person) {
                people.push(person);
            }
        }
        people
    };
    let mut said = serde_json::Map::new();
    for (name, people) in [("oauth", of(TokenKind::User)), ("bot", of(TokenKind::Bot))] {
        if !people.is_empty() {
            said.insert(name.to_owned(), json!(people));
        }
    }
    json!({ "type": "tokens_revoked", "tokens": said, "event_ts": stamp(options) })
}

fn stamp(options: &Options) -> String {
    ts(options.clock.now().as_microsecond())
}
