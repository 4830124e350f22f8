//! `signalbox serve`: the service.

use std::collections::HashMap;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;
use jiff::SignedDuration;
use notify::Settings;
use secrecy::ExposeSecret;
use store::{OpenOptions, Store};

use crate::ambient::Ambient;
use crate::config::Config;
use crate::service::{Service, Setup};
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
        let service = Service::start(setup(config, store, ambient, metrics)?, listener)?;
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
    let Config {
        slack,
        api,
        hooks,
        subscriptions,
        public_url,
        keep_events_days,
        ..
    } = config;
    let settings = Settings::build(slack.workspace.as_ref(), subscriptions)
        .context("the configuration's subscriptions cannot be used")?;
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
        settings,
        workspaces,
        access: web::Access::administrator(api.admin_token),
        metrics,
        pages: web::pages::Setup::default(),
        public_url: public_url.trim_end_matches('/').to_owned(),
        pace: Pace::new(slack.messages_per_second, slack.burst),
        digest_from: slack.digest_from,
        concurrent_channels: slack.concurrent_channels,
        create_channels: slack.create_channels,
        keep_events: SignedDuration::from_hours(i64::from(keep_events_days) * 24),
        clock: ambient.clock,
        chance: ambient.chance,
    })
}
