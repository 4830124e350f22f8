//! `signalbox demo`: the whole product on this machine.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use url::Url;

use crate::ambient::Ambient;
use crate::config::{LogFormat, Transport};
use crate::demo::{self, Options, Place, Speaking, Telling, Traffic};
use crate::service::slack::patience;
use crate::telemetry;

/// Run the whole product on this machine, with no account anywhere.
///
/// The service with a database in a temporary folder, a Slack and a GitLab to play with, and
/// sample projects with a day of their own. Open the GitLab page, press a button, and see the
/// message in the Slack page and its way on the service's page.
#[derive(Args)]
pub(super) struct Demo {
    /// Address and port of the service
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:7400")]
    listen: String,

    /// Address and port of the Slack sandbox
    #[arg(
        long,
        value_name = "ADDRESS",
        default_value = "127.0.0.1:7401",
        conflicts_with = "slack_url"
    )]
    slack_listen: String,

    /// Address and port of the GitLab sandbox
    #[arg(
        long,
        value_name = "ADDRESS",
        default_value = "127.0.0.1:7402",
        conflicts_with = "gitlab_url"
    )]
    gitlab_listen: String,

    /// Keep everything in this folder, to go on another time
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,

    /// Start with no sample traffic
    #[arg(long)]
    quiet_story: bool,

    /// Let 2,000 sample projects send events, so that a rollout has evidence to go by
    #[arg(long)]
    rollout_story: bool,

    /// Turn every flag on: the app speaks for every project from the start
    #[arg(long)]
    all_flags_on: bool,

    /// Take Slack's requests over Socket Mode, as behind a firewall
    #[arg(long)]
    socket_mode: bool,

    /// Use a Slack sandbox that runs elsewhere
    #[arg(long, value_name = "URL")]
    slack_url: Option<Url>,

    /// Use a GitLab sandbox that runs elsewhere; its hook is SERVICE/gitlab/hooks/demo
    #[arg(long, value_name = "URL")]
    gitlab_url: Option<Url>,
}

impl Demo {
    pub(super) async fn run(self, ambient: Ambient) -> anyhow::Result<ExitCode> {
        telemetry::start_log_quietly(LogFormat::Text);
        let listener = super::bind(&self.listen, "--listen").await?;
        let slack = match self.slack_url {
            Some(url) => Place::Elsewhere(url),
            None => Place::Here(super::bind(&self.slack_listen, "--slack-listen").await?),
        };
        let gitlab = match self.gitlab_url {
            Some(url) => Place::Elsewhere(url),
            None => Place::Here(super::bind(&self.gitlab_listen, "--gitlab-listen").await?),
        };
        let running = demo::Demo::start(Options {
            listener,
            slack,
            gitlab,
            data: self.data,
            story: if self.quiet_story {
                Telling::Quiet
            } else {
                Telling::Told
            },
            rollout: if self.rollout_story {
                Traffic::Busy
            } else {
                Traffic::Quiet
            },
            transport: if self.socket_mode {
                Transport::Socket
            } else {
                Transport::Http
            },
            speaking: if self.all_flags_on {
                Speaking::App
            } else {
                Speaking::Webhook
            },
            patience: patience(),
            monitors_within: driver::Sources::default().patience,
            metrics: telemetry::start_metrics()?,
            ambient,
        })
        .await?;
        println!();
        println!("  Signalbox is running. Open these side by side:");
        println!();
        println!(
            "    GitLab     {}   make something happen",
            running.gitlab_url
        );
        println!(
            "    Slack      {}   see what people are told",
            running.slack_url
        );
        println!(
            "    Signalbox  {}   follow each event's way",
            running.service_url
        );
        println!();
        println!(
            "  Your own webhooks: POST {}/gitlab/hooks/{}",
            running.service_url,
            demo::HOOK
        );
        println!(
            "  with X-Gitlab-Token: {}. Stop with Ctrl-C.",
            demo::HOOK_TOKEN
        );
        println!();
        super::asked_to_stop().await;
        running.stop().await;
        Ok(ExitCode::SUCCESS)
    }
}
