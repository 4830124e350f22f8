//! `signalbox slack-sandbox`: the Slack double alone.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;
use sandbox::slack::{Limits, Options};

use crate::ambient::Ambient;
use crate::config::LogFormat;
use crate::telemetry;

/// Run a Slack of your own, for laptops and tests.
///
/// Slack's Web API is at `/api/{method}`: point an official client's base URL there, with the
/// token `xoxb-demo` (a bot's) or `xoxp-demo` (an administrator's). The page at `/` shows what
/// people see. Scripts have `/sandbox/type`, `/sandbox/screen`, `/sandbox/calls`,
/// `/sandbox/fault` and `/sandbox/clock`.
#[derive(Args)]
pub(super) struct SlackSandbox {
    /// Address and port
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:7401")]
    listen: String,

    /// Keep the workspace in this file over restarts
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,

    /// Where the app's /slack/… endpoints are
    #[arg(long, value_name = "URL")]
    app_url: Option<String>,

    /// Answer as fast as asked, without Slack's rate limits
    #[arg(long)]
    no_limits: bool,
}

impl SlackSandbox {
    pub(super) async fn run(self, ambient: Ambient) -> anyhow::Result<ExitCode> {
        telemetry::start_log(LogFormat::Text);
        let listener = super::bind(&self.listen, "--listen").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let mut options = Options::new(ambient.clock, ambient.chance);
        options.public_url.clone_from(&url);
        options.state = self.state;
        options.app_url = self.app_url;
        if self.no_limits {
            options.limits = Limits::Off;
        }
        let sandbox = sandbox::slack::SlackSandbox::new(options)
            .context("the saved workspace cannot be used (--state)")?;
        println!("Slack sandbox: {url}");
        sandbox.serve(listener, super::asked_to_stop()).await?;
        Ok(ExitCode::SUCCESS)
    }
}
