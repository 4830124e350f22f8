//! `signalbox gitlab-sandbox`: the GitLab double alone.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;
use sandbox::gitlab::{Hook, Options};
use url::Url;

use crate::ambient::Ambient;
use crate::config::LogFormat;
use crate::telemetry;

/// Run a GitLab of your own, for laptops and tests.
///
/// The page at `/` has buttons that make things happen in sample projects; each sends the
/// webhooks that GitLab would send. Scripts have `POST /sandbox/do`, which `GET /sandbox/do`
/// describes.
#[derive(Args)]
pub(super) struct GitlabSandbox {
    /// Address and port
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:7402")]
    listen: String,

    /// Keep projects and people in this file over restarts
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,

    /// Where the webhooks go
    #[arg(
        long,
        value_name = "URL",
        default_value = "http://127.0.0.1:7400/gitlab/hooks/demo"
    )]
    hook_url: Url,

    /// The secret token that is sent with them
    #[arg(long, value_name = "TOKEN", default_value = crate::demo::HOOK_TOKEN)]
    hook_token: String,
}

impl GitlabSandbox {
    pub(super) async fn run(self, ambient: Ambient) -> anyhow::Result<ExitCode> {
        telemetry::start_log(LogFormat::Text);
        let listener = super::bind(&self.listen, "--listen").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let http = slack::http_client(self.hook_url.as_str(), slack::Timeouts::default())?;
        let mut options = Options::new(ambient.clock, ambient.chance, http);
        options.public_url.clone_from(&url);
        options.state = self.state;
        options.service_url = Some(self.hook_url.origin().ascii_serialization());
        options.hooks = vec![Hook::new(self.hook_url.as_str(), self.hook_token)];
        let sandbox = sandbox::gitlab::GitLabSandbox::new(options)
            .context("the saved state cannot be used (--state)")?;
        println!("GitLab sandbox: {url}");
        sandbox.serve(listener, super::asked_to_stop()).await?;
        Ok(ExitCode::SUCCESS)
    }
}
