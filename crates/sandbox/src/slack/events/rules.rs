//! Which events an app is told of: those that it subscribed to, has the scope for, and that
//! happened where its bot may look.

use serde_json::Value;

use crate::slack::State;
use crate::slack::workspace::{ChannelKind, TokenKind, TokenState, Workspace};

/// What a kind of event asks of an app besides the subscription.
struct Rule {
    /// As in a manifest: `message.im`.
    kind: &'static str,
    /// Any one of them; none means that no scope is needed.
    scopes: &'static [&'static str],
    /// Whether the bot must be in the channel that it is about.
    inside: bool,
}

const RULES: &[Rule] = &[
    rule("app_home_opened", &[], false),
    rule("app_mention", &["app_mentions:read"], true),
    rule("app_uninstalled", &[], false),
    rule("channel_archive", &["channels:read"], false),
    rule("channel_deleted", &["channels:read"], false),
    rule("channel_id_changed", &[], false),
    rule("channel_rename", &["channels:read"], false),
    rule("channel_unarchive", &["channels:read"], false),
    rule("link_shared", &["links:read"], false),
    rule(
        "member_joined_channel",
        &["channels:read", "groups:read"],
        true,
    ),
    rule(
        "member_left_channel",
        &["channels:read", "groups:read"],
        true,
    ),
    rule("message.channels", &["channels:history"], true),
    rule("message.groups", &["groups:history"], true),
    rule("message.im", &["im:history"], true),
    rule("message.mpim", &["mpim:history"], true),
    rule("tokens_revoked", &[], false),
];

const fn rule(kind: &'static str, scopes: &'static [&'static str], inside: bool) -> Rule {
    Rule {
        kind,
        scopes,
        inside,
    }
}

/// The kind of an event as a subscription names it: `message.im` for a message in a direct
/// message.
#[must_use]
pub fn kind_of(event: &Value) -> String {
    let field = |name: &str| event.get(name).and_then(Value::as_str).unwrap_or_default();
    match (field("type"), field("channel_type")) {
        ("message", "channel") => "message.channels".to_owned(),
        ("message", "group") => "message.groups".to_owned(),
        ("message", kind) => format!("message.{kind}"),
        (kind, _) => kind.to_owned(),
    }
}

/// Slack's word for a conversation in a message event.
#[must_use]
pub fn channel_type(kind: ChannelKind) -> &'static str {
    match kind {
        ChannelKind::Public => "channel",
        ChannelKind::Private => "group",
        ChannelKind::Direct => "im",
        ChannelKind::Group => "mpim",
    }
}

/// Whether an app is told of an event.
pub fn wants(state: &State, workspace: &str, app: &str, event: &Value) -> bool {
    let kind = kind_of(event);
    let (Some(workspace), Some(registered)) =
        (state.workspaces.get(workspace), state.apps.get(app))
    else {
        return false;
    };
    let Some(installed) = workspace.installed(app) else {
        return false;
    };
    let Some(rule) = RULES.iter().find(|rule| rule.kind == kind) else {
        return false;
    };
    let subscribed = registered.settings.bot_events.contains(&kind);
    let is_member = || {
        let channel = event.get("channel").and_then(Value::as_str);
        channel
            .and_then(|id| workspace.channel(id))
            .is_some_and(|channel| channel.members.contains(&installed.user_id))
    };
    subscribed && has_scope(workspace, app, rule.scopes) && (!rule.inside || is_member())
}

fn has_scope(workspace: &Workspace, app: &str, scopes: &[&str]) -> bool {
    let mut bots = workspace.tokens.iter().filter(|token| {
        token.app == app && token.kind == TokenKind::Bot && token.state == TokenState::Active
    });
    scopes.is_empty() || bots.any(|token| scopes.iter().any(|scope| token.has(scope)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_rules_are_sorted_and_name_each_kind_once() {
        assert!(RULES.is_sorted_by(|one, other| one.kind < other.kind));
    }

    #[test]
    fn a_message_is_named_after_its_conversation() {
        for (kind, expected) in [
            (ChannelKind::Public, "message.channels"),
            (ChannelKind::Private, "message.groups"),
            (ChannelKind::Direct, "message.im"),
            (ChannelKind::Group, "message.mpim"),
        ] {
            let event = json!({ "type": "message", "channel_type": channel_type(kind) });
            assert_eq!(kind_of(&event), expected);
        }
        assert_eq!(kind_of(&json!({ "type": "app_mention" })), "app_mention");
    }
}
