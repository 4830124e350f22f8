//! An app's settings as a manifest, in both directions.
//!
//! Read is what the sandbox plays; the rest of a manifest is left alone. Figures:
//! <https://docs.slack.dev/reference/app-manifest>.

use serde_json::{Map, Value, json};

use super::{RegisteredApp, Settings, Shortcut, ShortcutKind};
use crate::slack::commands::SlashCommand;

/// Something that Slack would not take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub message: String,
    /// A JSON pointer: `/settings/interactivity`.
    pub pointer: &'static str,
}

/// The settings in a manifest.
///
/// # Errors
/// Everything that Slack would not take.
pub fn read(manifest: &Value) -> Result<Settings, Vec<Problem>> {
    let at = |pointer: &str| manifest.pointer(pointer);
    let text = |pointer: &str| at(pointer).and_then(Value::as_str).map(str::to_owned);
    let flag = |pointer: &str| at(pointer).and_then(Value::as_bool).unwrap_or(false);
    let texts = |pointer: &str| {
        let items = at(pointer).and_then(Value::as_array).into_iter().flatten();
        let texts = items.filter_map(Value::as_str).map(str::to_owned);
        texts.collect::<Vec<String>>()
    };
    let events = "/settings/event_subscriptions/request_url";
    let interactivity = "/settings/interactivity/request_url";
    let settings = Settings {
        name: text("/display_information/name").unwrap_or_default(),
        description: text("/display_information/description").unwrap_or_default(),
        commands: commands(at("/features/slash_commands")),
        shortcuts: shortcuts(at("/features/shortcuts")),
        bot_scopes: texts("/oauth_config/scopes/bot"),
        bot_optional: texts("/oauth_config/scopes/bot_optional"),
        user_scopes: texts("/oauth_config/scopes/user"),
        user_optional: texts("/oauth_config/scopes/user_optional"),
        redirect_urls: texts("/oauth_config/redirect_urls"),
        commands_url: None,
        events_url: text(events),
        bot_events: texts("/settings/event_subscriptions/bot_events"),
        is_interactive: flag("/settings/interactivity/is_enabled"),
        interactions_url: text(interactivity),
        options_url: text("/settings/interactivity/message_menu_options_url"),
        unfurl_domains: texts("/features/unfurl_domains"),
        has_home: flag("/features/app_home/home_tab_enabled"),
        has_messages: flag("/features/app_home/messages_tab_enabled"),
        socket_mode: flag("/settings/socket_mode_enabled"),
        rotates_tokens: flag("/settings/token_rotation_enabled"),
        takes_pkce: flag("/oauth_config/pkce_enabled"),
    };
    let problems = problems(&settings);
    if problems.is_empty() {
        Ok(settings)
    } else {
        Err(problems)
    }
}

fn commands(list: Option<&Value>) -> Vec<SlashCommand> {
    let items = list.and_then(Value::as_array).into_iter().flatten();
    let read = |item: &Value| {
        let text = |name: &str| item.get(name).and_then(Value::as_str);
        let hint = text("usage_hint").unwrap_or_default();
        let description = text("description").unwrap_or_default();
        let command = SlashCommand::new(text("command")?, description, hint);
        Some(SlashCommand {
            url: text("url").map(str::to_owned),
            should_escape: item.get("should_escape") == Some(&Value::Bool(true)),
            ..command
        })
    };
    items.filter_map(read).collect()
}

fn shortcuts(list: Option<&Value>) -> Vec<Shortcut> {
    let items = list.and_then(Value::as_array).into_iter().flatten();
    let read = |item: &Value| {
        let text = |name: &str| item.get(name).and_then(Value::as_str).map(str::to_owned);
        Some(Shortcut {
            name: text("name")?,
            kind: match item.get("type").and_then(Value::as_str)? {
                "global" => ShortcutKind::Global,
                "message" => ShortcutKind::Message,
                _ => return None,
            },
            callback_id: text("callback_id")?,
            description: text("description").unwrap_or_default(),
        })
    };
    items.filter_map(read).collect()
}

/// What Slack's own check says.
fn problems(settings: &Settings) -> Vec<Problem> {
    let Settings { socket_mode, .. } = *settings;
    let needs_url = |url: &Option<String>| url.is_none() && !socket_mode;
    let length = |text: &str| text.chars().count();
    let checks = [
        (
            settings.name.is_empty() || 35 < length(&settings.name),
            "must have 1 to 35 characters",
            "/display_information/name",
        ),
        (
            140 < length(&settings.description),
            "must have at most 140 characters",
            "/display_information/description",
        ),
        (
            !settings.bot_events.is_empty() && needs_url(&settings.events_url),
            "Event Subscription requires either Request URL or Socket Mode Enabled",
            "/settings/event_subscriptions",
        ),
        (
            settings.is_interactive && needs_url(&settings.interactions_url),
            "Interactivity requires a Request URL",
            "/settings/interactivity",
        ),
        (
            50 < settings.commands.len(),
            "must have at most 50 items",
            "/features/slash_commands",
        ),
        (
            settings.commands.iter().any(|it| !has_shape(&it.name)),
            "must begin with / and have 2 to 32 characters without spaces",
            "/features/slash_commands",
        ),
        (
            settings.commands.iter().any(|it| needs_url(&it.url)),
            "Slash commands require a URL or Socket Mode Enabled",
            "/features/slash_commands",
        ),
        (
            10 < settings.shortcuts.len(),
            "must have at most 10 items",
            "/features/shortcuts",
        ),
        (
            5 < settings.unfurl_domains.len(),
            "must have at most 5 items",
            "/features/unfurl_domains",
        ),
    ];
    let broken = checks.into_iter().filter(|(broken, ..)| *broken);
    broken
        .map(|(_, message, pointer)| Problem {
            message: message.to_owned(),
            pointer,
        })
        .collect()
}

fn has_shape(command: &str) -> bool {
    let length = command.chars().count();
    command.starts_with('/') && !command.contains(char::is_whitespace) && (2..=32).contains(&length)
}

/// The manifest of an app, its addresses filled in.
#[must_use]
pub fn write(app: &RegisteredApp) -> Value {
    let settings = &app.settings;
    let by_http = !settings.socket_mode;
    let url = |url: Option<String>| url.filter(|_| by_http);
    let commands = settings.commands.iter().map(|command| {
        object([
            ("command", json!(command.name)),
            ("url", json!(url(app.command_url(command)))),
            ("description", json!(command.description)),
            ("usage_hint", json!(command.usage_hint)),
            ("should_escape", json!(command.should_escape)),
        ])
    });
    let commands: Vec<Value> = commands.collect();
    let scopes = object([
        ("bot", json!(settings.bot_scopes)),
        ("bot_optional", json!(settings.bot_optional)),
        ("user", json!(settings.user_scopes)),
        ("user_optional", json!(settings.user_optional)),
    ]);
    let subscriptions = object([
        ("request_url", json!(url(app.events_url()))),
        ("bot_events", json!(settings.bot_events)),
    ]);
    let interactivity = object([
        ("is_enabled", json!(settings.is_interactive)),
        ("request_url", json!(url(app.interactions_url()))),
        ("message_menu_options_url", json!(url(app.options_url()))),
    ]);
    json!({
        "_metadata": { "major_version": 2, "minor_version": 1 },
        "display_information": {
            "name": settings.name,
            "description": settings.description,
        },
        "features": object([
            ("app_home", json!({
                "home_tab_enabled": settings.has_home,
                "messages_tab_enabled": settings.has_messages,
                "messages_tab_read_only_enabled": false,
            })),
            ("bot_user", json!({ "display_name": settings.name, "always_online": true })),
            ("shortcuts", json!(settings.shortcuts)),
            ("slash_commands", json!(commands)),
            ("unfurl_domains", json!(settings.unfurl_domains)),
        ]),
        "oauth_config": object([
            ("redirect_urls", json!(app.redirect_urls())),
            ("scopes", scopes),
            ("pkce_enabled", json!(settings.takes_pkce)),
        ]),
        "settings": {
            "event_subscriptions": subscriptions,
            "interactivity": interactivity,
            "org_deploy_enabled": false,
            "socket_mode_enabled": settings.socket_mode,
            "token_rotation_enabled": settings.rotates_tokens,
            "is_hosted": false,
        },
    })
}

/// An object without what is empty.
fn object<const N: usize>(fields: [(&str, Value); N]) -> Value {
    let is_empty = |value: &Value| {
        value.is_null()
            || value == ""
            || value.as_array().is_some_and(Vec::is_empty)
            || value.as_object().is_some_and(Map::is_empty)
    };
    let fields = fields.into_iter().filter(|(_, value)| !is_empty(value));
    let fields = fields.map(|(name, value)| (name.to_owned(), value));
    Value::Object(fields.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_demos_app_survives_its_manifest() {
        let base = Some("https://box.ex".to_owned());
        let app = RegisteredApp::demo(base, SlashCommand::demo());
        let manifest = write(&app);
        assert_eq!(
            manifest["features"]["slash_commands"][0]["url"],
            "https://box.ex/slack/commands"
        );
        let read = read(&manifest).unwrap();
        let again = RegisteredApp {
            settings: read,
            base_url: None,
            ..app
        };
        assert_eq!(write(&again), manifest);
    }

    #[test]
    fn a_socket_needs_no_addresses() {
        let mut app = RegisteredApp::demo(None, SlashCommand::demo());
        let pointers = |app: &RegisteredApp| {
            let problems = read(&write(app)).err().unwrap_or_default();
            problems.iter().map(|it| it.pointer).collect::<Vec<_>>()
        };
        assert_eq!(
            pointers(&app),
            [
                "/settings/event_subscriptions",
                "/settings/interactivity",
                "/features/slash_commands",
            ]
        );
        app.settings.socket_mode = true;
        assert_eq!(pointers(&app), [""; 0]);
        assert_eq!(
            read(&json!({})).unwrap_err()[0].pointer,
            "/display_information/name"
        );
    }
}
