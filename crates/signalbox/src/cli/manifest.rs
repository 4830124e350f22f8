//! `signalbox manifest`: the app as Slack is told of it.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::{Args, ValueEnum};
use slack::manifest::{InvalidManifest, ManifestInput, Transport};
use url::Url;

use crate::config::{self, Config};

/// Print the manifest that the app is made from in Slack.
///
/// It says what the app may do, what it hears and where Slack reaches it. Make the app with it on
/// api.slack.com/apps ("Create New App", "From a manifest"), or open the address that
/// --create-url prints. After an update of Signalbox, `signalbox doctor --manifest FILE` says how
/// an app that exists differs from it.
#[derive(Args)]
pub(super) struct Manifest {
    /// The configuration (TOML); without one its defaults hold
    #[arg(long, value_name = "FILE", env = "SIGNALBOX_CONFIG")]
    config: Option<PathBuf>,

    /// How people and Slack reach the service, if the configuration does not say
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,

    /// What the app is called in Slack
    #[arg(long, value_name = "NAME", default_value = NAME)]
    name: String,

    /// How the manifest is written
    #[arg(long, value_enum, default_value_t = Format::Json)]
    format: Format,

    /// Print the address of Slack's page that makes the app, filled in
    #[arg(long, conflicts_with = "format")]
    create_url: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    Json,
    Yaml,
}

/// What the app is called unless somebody says otherwise.
pub(super) const NAME: &str = "Signalbox";

impl Manifest {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let mut config = read(self.config.as_deref())?;
        if let Some(url) = self.public_url {
            config.public_url = url;
        }
        let manifest = of_config(&config, &self.name)?;
        let text = match (self.create_url, self.format) {
            (true, _) => format!("{}\n", manifest.create_url()),
            (false, Format::Json) => manifest.to_json(),
            (false, Format::Yaml) => manifest.to_yaml(),
        };
        std::io::stdout().write_all(text.as_bytes())?;
        Ok(ExitCode::SUCCESS)
    }
}

fn read(path: Option<&Path>) -> anyhow::Result<Config> {
    let environment = |name: &str| std::env::var(name).ok();
    Ok(match path {
        Some(path) => Config::load(path, environment)?,
        None => Config::parse("", environment)?,
    })
}

/// The manifest of the app that this configuration is for.
pub(super) fn of_config(config: &Config, name: &str) -> anyhow::Result<slack::manifest::Manifest> {
    let public_url = Url::parse(&config.public_url)
        .with_context(|| format!("public_url is {:?}, which is no address", config.public_url))?;
    let gitlab = config.gitlab.first();
    let gitlab_url = gitlab.and_then(|gitlab| Url::parse(&gitlab.url).ok());
    let slack = &config.slack;
    let input = ManifestInput {
        name,
        public_url: &public_url,
        gitlab_host: gitlab_url.as_ref().and_then(Url::host_str),
        command: &slack.command,
        chatops_command: &slack.chatops_command,
        transport: match slack.transport {
            config::Transport::Http => Transport::Http,
            config::Transport::Socket => Transport::SocketMode,
        },
        token_rotation: slack.token_rotation,
        pkce: slack.pkce,
    };
    slack::manifest::Manifest::new(&input).map_err(|error| match error {
        InvalidManifest::NotHttps { .. } => anyhow::anyhow!(
            "{error}; set it in the configuration or with --public-url, or set transport = \
             \"socket\" in [slack], which needs none"
        ),
        error @ (InvalidManifest::Name { .. }
        | InvalidManifest::Command { .. }
        | InvalidManifest::SameCommand { .. }) => error.into(),
    })
}
