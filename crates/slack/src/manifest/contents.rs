//! The parts of a manifest, for one host.

use serde_json::{Map, Value, json};

use super::{
    EVENTS, ManifestInput, SCOPES, SHORTCUTS, Shortcut, ShortcutKind, Transport, scopes_to_ask,
};

pub(super) fn features(input: &ManifestInput<'_>) -> Value {
    let mut features = json!({
        "app_home": {
            "home_tab_enabled": true,
            "messages_tab_enabled": true,
            "messages_tab_read_only_enabled": false,
        },
        "bot_user": { "display_name": input.name, "always_online": true },
        "shortcuts": SHORTCUTS.iter().map(shortcut).collect::<Vec<_>>(),
        "slash_commands": [
            command(
                input,
                input.command,
                "Work with GitLab: issues, merge requests, pipelines, subscriptions",
                "help, or a project's path or alias and a command",
            ),
            command(
                input,
                input.chatops_command,
                "Feature flags and rollouts",
                "run help",
            ),
        ],
    });
    if let Some(host) = input.gitlab_host.filter(|host| can_unfurl(host)) {
        features["unfurl_domains"] = json!([host]);
    }
    features
}

/// Slack takes names of hosts: no ports, no addresses such as `[::1]`.
fn can_unfurl(host: &str) -> bool {
    let part = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '.');
    let ends = |c: char| matches!(c, '-' | '.');
    host.contains('.') && host.chars().all(part) && !host.starts_with(ends) && !host.ends_with(ends)
}

fn shortcut(shortcut: &Shortcut) -> Value {
    json!({
        "name": shortcut.name,
        "type": match shortcut.kind {
            ShortcutKind::Global => "global",
            ShortcutKind::Message => "message",
        },
        "callback_id": shortcut.callback_id,
        "description": shortcut.description,
    })
}

fn command(input: &ManifestInput<'_>, name: &str, description: &str, hint: &str) -> Value {
    let mut command = json!({
        "command": name,
        "description": description,
        "usage_hint": hint,
        "should_escape": false,
    });
    set_url(&mut command, "url", input, "/slack/commands");
    command
}

pub(super) fn oauth_config(input: &ManifestInput<'_>) -> Value {
    let optional = SCOPES.iter().filter(|used| !used.is_core);
    let mut config = json!({
        "scopes": {
            "bot": scopes_to_ask(),
            "bot_optional": optional.map(|used| used.scope).collect::<Vec<_>>(),
        },
    });
    // A redirect URL is opened by the person's browser, whatever the transport.
    if input.public_url.scheme() == "https" {
        config["redirect_urls"] = json!([address(input, "/slack/oauth/callback")]);
    }
    if input.pkce {
        config["pkce_enabled"] = true.into();
    }
    config
}

pub(super) fn settings(input: &ManifestInput<'_>) -> Value {
    let mut events = json!({ "bot_events": EVENTS });
    set_url(&mut events, "request_url", input, "/slack/events");
    let mut interactivity = json!({ "is_enabled": true });
    set_url(
        &mut interactivity,
        "request_url",
        input,
        "/slack/interactions",
    );
    let options = "message_menu_options_url";
    set_url(&mut interactivity, options, input, "/slack/options");
    json!({
        "event_subscriptions": events,
        "interactivity": interactivity,
        "org_deploy_enabled": false,
        "socket_mode_enabled": input.transport == Transport::SocketMode,
        "token_rotation_enabled": input.token_rotation,
    })
}

/// Adds an address of ours where Slack calls us.
fn set_url(fields: &mut Value, key: &str, input: &ManifestInput<'_>, path: &str) {
    let fields: Option<&mut Map<String, Value>> = fields.as_object_mut();
    match (input.transport, fields) {
        (Transport::Http, Some(fields)) => {
            fields.insert(key.to_owned(), address(input, path).into());
        }
        (Transport::SocketMode, _) | (_, None) => (),
    }
}

fn address(input: &ManifestInput<'_>, path: &str) -> String {
    format!("{}{path}", input.public_url.as_str().trim_end_matches('/'))
}
