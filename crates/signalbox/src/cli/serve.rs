//! `signalbox serve`: the service.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use clap::Args;
use jiff::SignedDuration;
use rollouts::plan::Plans;
use secrecy::{ExposeSecret, SecretString};
use store::seal::Keys;
use store::{OpenOptions, Store};

use crate::ambient::Ambient;
use crate::config::{self, Config, Transport};
use crate::definitions;
use crate::service::flags::{EnvironmentSetup, FlagsSetup, host_of};
use crate::service::slack::patience;
use crate::service::{
    AccountsSetup, AppCredentials, ChatOpsSetup, RolloutsSetup, Service, Setup, SlackSetup,
};
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
        errors,
        endpoints,
        groups,
        event_sinks,
        gitlab,
        roles,
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
    let gitlab = gitlab.first();
    let accounts = AccountsSetup {
        gitlab: gitlab
            .and_then(|gitlab| sign_in(gitlab, &public_url).transpose())
            .transpose()?,
        rules: roles.into(),
    };
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
        rollouts: RolloutsSetup {
            sources: monitors.sources(&endpoints)?,
            groups: config::mentions(groups),
            event_sinks: config::event_sinks::read(&event_sinks)?,
        },
        accounts,
        slack: slack_of(slack),
        errors: errors.setup(&monitors)?,
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

/// What the settings say of Slack.
fn slack_of(settings: config::Slack) -> SlackSetup {
    let fixed = settings.workspace.zip(settings.token);
    let credentials = settings.client_id.zip(settings.client_secret);
    SlackSetup {
        base_url: settings.base_url,
        timeouts: slack::Timeouts::default(),
        signing_secrets: [settings.signing_secret, settings.next_signing_secret]
            .into_iter()
            .flatten()
            .collect(),
        fixed: fixed.map(|(workspace, token)| installations::Fixed { workspace, token }),
        credentials: credentials.map(|(client_id, client_secret)| AppCredentials {
            client_id,
            client_secret,
            app_id: settings.app_id,
            pkce: false,
        }),
        socket: match settings.transport {
            Transport::Http => None,
            Transport::Socket => settings.app_token,
        },
        names: app::CommandNames {
            chatops: settings.chatops_command,
            gitlab: settings.command,
        },
        patience: patience(),
        pace: Pace::new(settings.messages_per_second, settings.burst),
        digest_from: settings.digest_from,
        concurrent_channels: settings.concurrent_channels,
        create_channels: settings.create_channels,
    }
}

/// How people sign in with the GitLab, where it knows this service.
fn sign_in(gitlab: &config::GitLab, public_url: &str) -> anyhow::Result<Option<accounts::GitLab>> {
    let (Some(client_id), Some(client_secret)) = (&gitlab.client_id, &gitlab.client_secret) else {
        return Ok(None);
    };
    let credentials = gitlab::oauth::Credentials {
        client_id: client_id.clone(),
        client_secret: client_secret.clone(),
        redirect_uri: format!("{}/auth/gitlab/callback", public_url.trim_end_matches('/')),
    };
    let http = gitlab::rest::http_client(&gitlab.url, gitlab::rest::Timeouts::default())?;
    Ok(Some(accounts::GitLab {
        application: gitlab::oauth::Application::new(http.clone(), &gitlab.url, credentials)?,
        http,
    }))
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
    let plans = plans_of(config)?;
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
        plans,
        groups: groups
            .map(|group| (group.name.clone(), group.members.clone()))
            .collect(),
        environments,
        gitlab: gitlab.transpose()?,
    })
}

/// The plans beside the definitions. A broken one is told of here, and when somebody starts it.
fn plans_of(config: &Config) -> anyhow::Result<Plans> {
    let ours = definitions::our_plans(None);
    let Some(folder) = &config.flags.definitions else {
        return Ok(ours);
    };
    let plans = ours.under(&definitions::read_plans(folder)?);
    for problem in plans.problems() {
        tracing::warn!(%problem, "a rollout's plan cannot be used");
    }
    Ok(plans)
}

/// A client of the GitLab at `url`.
pub(super) fn rest_client(url: &str, token: &SecretString) -> anyhow::Result<gitlab::rest::Client> {
    let http = gitlab::rest::http_client(url, gitlab::rest::Timeouts::default())?;
    let client = gitlab::rest::Client::new(http, url, token);
    client.with_context(|| format!("the GitLab at {url} cannot be used"))
}
