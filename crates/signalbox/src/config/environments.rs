//! The settings of flags: GitLab, environments, definitions and feature groups.

use std::path::PathBuf;

use domain::{ChannelName, EnvironmentName};
use environments::{Stage, Tier};
use flags::{ActorId, GroupName};
use secrecy::SecretString;
use serde::{Deserialize, Deserializer};
use url::Url;

/// The GitLab that names are looked up in, and where issues and deployments are.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GitLab {
    pub url: String,
    pub token: SecretString,
    /// The OAuth application that people sign in and link their accounts with.
    #[serde(default)]
    pub client_id: Option<String>,
    #[serde(default)]
    pub client_secret: Option<SecretString>,
}

/// Where a flag is evaluated.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Environment {
    pub name: EnvironmentName,
    #[serde(default)]
    pub short: Option<String>,
    #[serde(deserialize_with = "tier")]
    pub tier: Tier,
    #[serde(default)]
    pub qa_channel: Option<ChannelName>,
    /// The GitLab, or Signalbox, that keeps the flags; this service if nothing is said.
    #[serde(default)]
    pub url: Option<String>,
    #[serde(default)]
    pub token: Option<SecretString>,
    /// What GitLab's deployments call it, if not by its name.
    #[serde(default)]
    pub deployed_as: Option<String>,
    /// The deployments that come before it and share its flags.
    #[serde(default)]
    pub stages: Vec<StageConfig>,
}

/// A deployment that shares its environment's flags.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StageConfig {
    pub name: String,
    #[serde(default)]
    pub short: Option<String>,
    #[serde(default)]
    pub deployed_as: Option<String>,
}

/// Where the definitions of flags are.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flags {
    /// A folder with `<type>/<name>.yml` in it.
    #[serde(default)]
    pub definitions: Option<PathBuf>,
}

/// A group of actors that flags can name.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeatureGroup {
    pub name: GroupName,
    pub members: Vec<ActorId>,
}

fn tier<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Tier, D::Error> {
    let name = String::deserialize(deserializer)?;
    let known = Tier::NAMES.iter().find(|(known, _)| *known == name);
    known.map(|(_, tier)| *tier).ok_or_else(|| {
        let names: Vec<&str> = Tier::NAMES.iter().map(|(name, _)| *name).collect();
        serde::de::Error::custom(format!(
            "{name:?} is no tier; use one of {}",
            names.join(", ")
        ))
    })
}

impl Environment {
    #[must_use]
    pub fn short_name(&self) -> String {
        let name = || self.name.to_string();
        self.short.clone().unwrap_or_else(name)
    }

    /// Its deployments in the order in which they happen, itself last.
    #[must_use]
    pub fn stages(&self) -> Vec<Stage> {
        let stage = |name: &str, short: Option<&str>, deployed_as: Option<&str>| Stage {
            name: name.to_owned(),
            short: short.unwrap_or(name).to_owned(),
            deployed_as: deployed_as.unwrap_or(name).to_owned(),
        };
        let before = self.stages.iter().map(|config| {
            stage(
                &config.name,
                config.short.as_deref(),
                config.deployed_as.as_deref(),
            )
        });
        let itself = stage(
            self.name.as_str(),
            self.short.as_deref(),
            self.deployed_as.as_deref(),
        );
        before.chain([itself]).collect()
    }

    /// What is wrong with the settings: `(setting, problem)`.
    pub(super) fn problems(&self) -> Vec<(String, String)> {
        let setting = |key: &str| format!("environment {}: {key}", self.name);
        let mut problems = Vec::new();
        if let Some(url) = &self.url
            && !is_web_address(url)
        {
            let text = "must be a web address that begins with http:// or https://";
            problems.push((setting("url"), text.to_owned()));
        }
        match (&self.url, &self.token) {
            (Some(_), None) => problems.push((
                setting("token"),
                "set it to an administrator's token of that GitLab".to_owned(),
            )),
            (None, Some(_)) => problems.push((
                setting("url"),
                "set it to the address of the GitLab that the token is for, or leave both out: \
                 then this service keeps the flags"
                    .to_owned(),
            )),
            _ => (),
        }
        problems
    }
}

impl GitLab {
    pub(super) fn problem(&self) -> Option<(String, String)> {
        let (setting, text) = if !is_web_address(&self.url) {
            (
                "gitlab.url",
                "must be a web address that begins with http:// or https://",
            )
        } else if self.client_id.is_some() != self.client_secret.is_some() {
            (
                "gitlab.client_secret",
                "set both client_id and client_secret: GitLab shows them when the application is made",
            )
        } else {
            return None;
        };
        Some((setting.to_owned(), text.to_owned()))
    }
}

pub(super) fn is_web_address(url: &str) -> bool {
    Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}
