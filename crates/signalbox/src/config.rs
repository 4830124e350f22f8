//! The configuration: defaults, then a file, then the environment.
//!
//! `config.default.toml` is compiled in, documents every setting, and is the default.

mod environments;
mod errors;
pub mod event_sinks;
mod monitors;
mod roles;
mod secrets;
mod slack;
mod tokens;

use std::fmt;
use std::path::Path;

use commands::People;
use commands::rules::Rules;
use domain::HookName;
use notify::settings::SubscriptionConfig;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use url::Url;

pub use environments::{Environment, FeatureGroup, Flags, GitLab, StageConfig};
pub use errors::ErrorReports;
pub(crate) use errors::reporter;
pub use monitors::{Endpoint, Group, Monitors, mentions};
pub use roles::{RoleHolders, Roles};
pub use slack::{Slack, Transport};
pub use tokens::{ApiToken, TokenRole};

/// The documented defaults.
pub const DEFAULTS: &str = include_str!("config.default.toml");

/// Everything that an operator can set.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    pub listen: String,
    pub public_url: String,
    pub database_url: SecretString,
    pub keep_events_days: u32,
    pub log_format: LogFormat,
    /// Seals the secrets that people enter: 32 bytes as hexadecimal or base64.
    pub secret_key: Option<SecretString>,
    /// Still open what they sealed, while `secret_key` is being changed.
    #[serde(default)]
    pub older_secret_keys: Vec<SecretString>,
    pub api: Api,
    pub slack: Slack,
    /// At most one.
    #[serde(default)]
    pub gitlab: Vec<GitLab>,
    #[serde(default, rename = "environment")]
    pub environments: Vec<Environment>,
    #[serde(default)]
    pub flags: Flags,
    #[serde(default, rename = "feature_group")]
    pub feature_groups: Vec<FeatureGroup>,
    #[serde(default)]
    pub people: People,
    #[serde(default)]
    pub roles: Roles,
    #[serde(default)]
    pub chatops: Rules,
    #[serde(default)]
    pub monitors: Monitors,
    #[serde(default)]
    pub errors: ErrorReports,
    /// What plans of rollouts may ask by name.
    #[serde(default, rename = "endpoint")]
    pub endpoints: Vec<Endpoint>,
    /// Groups of people that plans may name.
    #[serde(default, rename = "group")]
    pub groups: Vec<Group>,
    #[serde(default, rename = "event_sink")]
    pub event_sinks: Vec<event_sinks::EventSink>,
    #[serde(default, rename = "hook")]
    pub hooks: Vec<Hook>,
    #[serde(default, rename = "subscription")]
    pub subscriptions: Vec<SubscriptionConfig>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    Text,
    Json,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Api {
    pub admin_token: Option<SecretString>,
    #[serde(default, rename = "token")]
    pub tokens: Vec<ApiToken>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hook {
    pub name: HookName,
    pub token: SecretString,
    pub next_token: Option<SecretString>,
}

/// Why a configuration cannot be used; says which setting, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("cannot read the configuration {path}")]
    Unreadable {
        path: String,
        source: std::io::Error,
    },
    #[error("the configuration is not valid TOML: {0}")]
    Malformed(String),
    /// A setting that does not exist, or whose value is of the wrong kind.
    #[error("the configuration cannot be used: {0}")]
    Unusable(String),
    #[error("{setting}: {problem}")]
    Setting { setting: String, problem: String },
    #[error("the configuration has {} problems:\n{}", .0.len(), Lines(.0))]
    Several(Vec<ConfigError>),
}

struct Lines<'a>(&'a [ConfigError]);

impl fmt::Display for Lines<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for error in self.0 {
            writeln!(f, "  {error}")?;
        }
        Ok(())
    }
}

/// The settings that the environment may override, and the place of each.
const ENVIRONMENT: &[(&str, &[&str])] = &[
    ("SIGNALBOX_LISTEN", &["listen"]),
    ("SIGNALBOX_PUBLIC_URL", &["public_url"]),
    ("SIGNALBOX_DATABASE_URL", &["database_url"]),
    ("SIGNALBOX_LOG_FORMAT", &["log_format"]),
    ("SIGNALBOX_SECRET_KEY", &["secret_key"]),
    ("SIGNALBOX_ADMIN_TOKEN", &["api", "admin_token"]),
    ("SIGNALBOX_SLACK_BASE_URL", &["slack", "base_url"]),
    ("SIGNALBOX_SLACK_WORKSPACE", &["slack", "workspace"]),
    ("SIGNALBOX_SLACK_TOKEN", &["slack", "token"]),
    (
        "SIGNALBOX_SLACK_SIGNING_SECRET",
        &["slack", "signing_secret"],
    ),
    ("SIGNALBOX_SLACK_CLIENT_SECRET", &["slack", "client_secret"]),
    ("SIGNALBOX_SENTRY_DSN", &["errors", "sentry_dsn"]),
    ("SIGNALBOX_SLACK_APP_TOKEN", &["slack", "app_token"]),
];

impl Config {
    /// Reads the file at `path`, with `environment` looked up for overrides.
    ///
    /// # Errors
    /// When the file cannot be read or a setting cannot be used; all bad settings at once.
    pub fn load(
        path: &Path,
        environment: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path).map_err(|source| ConfigError::Unreadable {
            path: path.display().to_string(),
            source,
        })?;
        Self::parse(&text, environment)
    }

    /// Reads a configuration's text.
    ///
    /// # Errors
    /// When a setting cannot be used; all bad settings at once.
    pub fn parse(
        text: &str,
        environment: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, ConfigError> {
        let mut table = parse_table(DEFAULTS)?;
        merge(&mut table, parse_table(text)?);
        for (variable, place) in ENVIRONMENT {
            if let Some(value) = environment(variable) {
                set(&mut table, place, value);
            }
        }
        let config: Self = table.try_into().map_err(|error: toml::de::Error| {
            // The setting's place is on a line of its own.
            ConfigError::Unusable(error.to_string().trim_end().replace('\n', ", "))
        })?;
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> Result<(), ConfigError> {
        let mut problems = Vec::new();
        let mut problem = |setting: &str, text: &str| {
            problems.push(ConfigError::Setting {
                setting: setting.into(),
                problem: text.into(),
            });
        };
        for (setting, text) in self.slack.problems() {
            problem(setting, text);
        }
        if !self.slack.can_post() && !self.subscriptions.is_empty() {
            problem(
                "subscription",
                "messages cannot be sent anywhere until slack.workspace and slack.token are set",
            );
        }
        if self.slack.client_id.is_some() && self.secret_key.is_none() {
            problem(
                "secret_key",
                "set it: it seals the tokens of the workspaces that the app is installed in",
            );
        }
        for (setting, url) in [
            ("public_url", &self.public_url),
            ("slack.base_url", &self.slack.base_url),
        ] {
            let web = Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
            if !web {
                problem(
                    setting,
                    "must be a web address that begins with http:// or https://",
                );
            }
        }
        for (setting, text) in self.problems_of_flags() {
            problem(&setting, &text);
        }
        let mut names: Vec<&str> = self.hooks.iter().map(|hook| hook.name.as_str()).collect();
        names.sort_unstable();
        for pair in names.windows(2).filter(|pair| pair[0] == pair[1]) {
            problem(
                "hook.name",
                &format!("two hooks are called {:?}; give each its own name", pair[0]),
            );
        }
        match problems.len() {
            0 => Ok(()),
            1 => Err(problems.remove(0)),
            _ => Err(ConfigError::Several(problems)),
        }
    }
}

impl Config {
    /// What is wrong with the settings of flags: `(setting, problem)`.
    fn problems_of_flags(&self) -> Vec<(String, String)> {
        let mut problems: Vec<_> = self
            .environments
            .iter()
            .flat_map(Environment::problems)
            .chain(self.gitlab.iter().filter_map(GitLab::problem))
            .chain(self.errors.problems(&self.monitors))
            .chain(tokens::problems(&self.api.tokens))
            .chain(monitors::problems(&self.endpoints, &self.groups))
            .chain(event_sinks::problems(&self.event_sinks))
            .chain(secrets::problems(self))
            .collect();
        if 1 < self.gitlab.len() {
            let text = "one GitLab is served; run a Signalbox for each";
            problems.push(("gitlab".to_owned(), text.to_owned()));
        }
        let is_no_key =
            |key: &SecretString| key.expose_secret().parse::<store::seal::Key>().is_err();
        let text = "must be 32 random bytes in hexadecimal or base64; make it with: openssl rand -base64 32";
        for (setting, keys) in [
            ("secret_key", self.secret_key.as_slice()),
            ("older_secret_keys", &self.older_secret_keys),
        ] {
            if keys.iter().any(is_no_key) {
                problems.push((setting.to_owned(), text.to_owned()));
            }
        }
        problems
    }
}

fn parse_table(text: &str) -> Result<toml::Table, ConfigError> {
    text.parse()
        .map_err(|error: toml::de::Error| ConfigError::Malformed(error.to_string()))
}

/// Lays `over` upon `under`, table by table.
fn merge(under: &mut toml::Table, over: toml::Table) {
    for (key, value) in over {
        match (under.get_mut(&key), value) {
            (Some(toml::Value::Table(under)), toml::Value::Table(over)) => merge(under, over),
            (_, value) => {
                under.insert(key, value);
            }
        }
    }
}

fn set(table: &mut toml::Table, place: &[&str], value: String) {
    match place {
        [] => (),
        [last] => {
            table.insert((*last).to_owned(), toml::Value::String(value));
        }
        [first, rest @ ..] => {
            let inner = table
                .entry((*first).to_owned())
                .or_insert_with(|| toml::Value::Table(toml::Table::new()));
            if let toml::Value::Table(inner) = inner {
                set(inner, rest, value);
            }
        }
    }
}
