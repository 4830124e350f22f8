//! `signalbox serve`: the service.

use std::collections::HashMap;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use clap::Args;
use jiff::SignedDuration;
use secrecy::{ExposeSecret, SecretString};
use store::seal::Keys;
use store::{OpenOptions, Store};

use crate::ambient::Ambient;
use crate::config::Config;
use crate::definitions;
use crate::service::flags::{EnvironmentSetup, FlagsSetup, host_of};
use crate::service::{ChatOpsSetup, Service, Setup, SlackSetup};
use crate::telemetry;
use crate::workers::pace::Pace;

/// Run the service.
///
/// Takes GitLab's webhooks at `/gitlab/hooks/<name>`, and delivers messages to Slack. Stops
/// gracefully on SIGINT and SIGTERM: what is being sent is finished, the rest is kept.
#[derive(Args)]
pub(super) struct Serve {
    /// The configuration (TOML). `signalbox doctor --config FILE` checks it
    #[arg(long, value_name = "FILE", env = "SIGNALBOX_CONFIG")]
    config: PathBuf,
}

impl Serve {
    pub(super) async fn run(self, ambient: Ambient) -> anyhow::Result<ExitCode> {
        let config = Config::load(&self.config, |name| std::env::var(name).ok())?;
        telemetry::start_log(config.log_format);
        let metrics = telemetry::start_metrics()?;
        let listener = super::bind(&config.listen, "the setting `listen`").await?;
        let store = Store::open(config.database_url.expose_secret(), OpenOptions::default())
            .await
            .context("cannot open the database (database_url)")?;
        let service = Service::start(setup(config, store, ambient, metrics)?, listener).await?;
        service.ready();
        tracing::info!(address = %service.address(), "listening");
        super::asked_to_stop().await;
        tracing::info!("stopping: finishing what is being sent");
        service.stop().await;
        Ok(ExitCode::SUCCESS)
    }
}

fn setup(
    config: Config,
    store: Store,
    ambient: Ambient,
    metrics: web::operations::Metrics,
) -> anyhow::Result<Setup> {
    let flags = flags_of(&config)?;
    let keys = keys_of(&config)?;
    let Config {
        slack,
        api,
        hooks,
        subscriptions,
        public_url,
        keep_events_days,
        people,
        mut chatops,
        monitors,
        ..
    } = config;
    let subscriptions = integrations::Fixed {
        workspace: slack.workspace.clone(),
        subscriptions,
        ..integrations::Fixed::default()
    };
    // Announcements go where the app is, unless another workspace is named.
    let announcements = &mut chatops.announcements;
    announcements.workspace = announcements.workspace.take().or(slack.workspace.clone());
    let mut workspaces = HashMap::new();
    if let (Some(workspace), Some(token)) = (slack.workspace, slack.token) {
        let base = &slack.base_url;
        let http = slack::http_client(base, slack::Timeouts::default())?;
        workspaces.insert(workspace, slack::Client::new(http, base, &token)?);
    }
    Ok(Setup {
        store,
        hooks: hooks
            .into_iter()
            .map(|hook| web::Hook {
                name: hook.name,
                tokens: [Some(hook.token), hook.next_token]
                    .into_iter()
                    .flatten()
                    .collect(),
            })
            .collect(),
        subscriptions,
        keys,
        flags,
        chatops: ChatOpsSetup {
            people,
            rules: chatops,
            prometheus: monitors.prometheus()?,
            grafana: monitors.grafana()?,
            elasticsearch: monitors.elasticsearch()?,
        },
        slack: SlackSetup {
            base_url: slack.base_url,
            signing_secrets: [slack.signing_secret, slack.next_signing_secret]
                .into_iter()
                .flatten()
                .collect(),
            workspaces,
            pace: Pace::new(slack.messages_per_second, slack.burst),
            digest_from: slack.digest_from,
            concurrent_channels: slack.concurrent_channels,
            create_channels: slack.create_channels,
        },
        access: web::Access::administrator(api.admin_token)
            .with_tokens(api.tokens.into_iter().map(Into::into)),
        metrics,
        pages: web::pages::Setup::default(),
        public_url: public_url.trim_end_matches('/').to_owned(),
        keep_events: SignedDuration::from_hours(i64::from(keep_events_days) * 24),
        clock: ambient.clock,
        chance: ambient.chance,
    })
}

/// The key that seals, with the older ones that still open.
pub(super) fn keys_of(config: &Config) -> anyhow::Result<Option<Arc<Keys>>> {
    let Some(first) = &config.secret_key else {
        return Ok(None);
    };
    let read = |key: &SecretString| key.expose_secret().parse::<store::seal::Key>();
    let older: Result<_, _> = config.older_secret_keys.iter().map(read).collect();
    let first = read(first).context("the setting secret_key")?;
    let older = older.context("the setting older_secret_keys")?;
    Ok(Some(Arc::new(Keys::new(first, older))))
}

/// The environments that the configuration names; production, kept here, when it names none.
fn flags_of(config: &Config) -> anyhow::Result<FlagsSetup> {
    let ours = definitions::ours(None)?;
    let catalogue = match &config.flags.definitions {
        Some(folder) => definitions::laid_over(&ours, &definitions::read(folder)?),
        None => ours,
    };
    let gitlab = config.gitlab.first();
    let gitlab = gitlab.map(|gitlab| rest_client(&gitlab.url, &gitlab.token));
    let mut environments = Vec::new();
    for environment in &config.environments {
        let remote = match (&environment.url, &environment.token) {
            (Some(url), Some(token)) => Some(rest_client(url, token)?),
            _ => None,
        };
        let host = environment.url.as_ref().unwrap_or(&config.public_url);
        environments.push(EnvironmentSetup {
            name: environment.name.clone(),
            short: environment.short_name(),
            tier: environment.tier,
            qa_channel: environment.qa_channel.clone(),
            host: host_of(host),
            stages: environment.stages(),
            remote,
        });
    }
    if environments.is_empty() {
        environments.push(EnvironmentSetup::production(&host_of(&config.public_url))?);
    }
    let groups = config.feature_groups.iter();
    Ok(FlagsSetup {
        catalogue,
        groups: groups
            .map(|group| (group.name.clone(), group.members.clone()))
            .collect(),
        environments,
        gitlab: gitlab.transpose()?,
    })
}

/// A client of the GitLab at `url`.
pub(super) fn rest_client(url: &str, token: &SecretString) -> anyhow::Result<gitlab::rest::Client> {
    let http = gitlab::rest::http_client(url, gitlab::rest::Timeouts::default())?;
    let client = gitlab::rest::Client::new(http, url, token);
    client.with_context(|| format!("the GitLab at {url} cannot be used"))
}
