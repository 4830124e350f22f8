//! `signalbox doctor`: is everything set up right?

mod app;
mod publishing;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use notify::Settings;
use secrecy::ExposeSecret;
use store::{OpenOptions, Store};

use crate::ambient::Ambient;
use crate::config::Config;
use crate::definitions;

/// Check the configuration, the database, the app in Slack, and GitLab, and say what to mend.
///
/// Changes nothing anywhere. Ends with 1 when something is wrong.
#[derive(Args)]
pub(super) struct Doctor {
    /// The configuration (TOML)
    #[arg(long, value_name = "FILE", env = "SIGNALBOX_CONFIG")]
    config: PathBuf,

    /// The manifest of the app as it is in Slack (JSON, from its page App Manifest), to be compared
    /// with what it should be
    #[arg(long, value_name = "FILE")]
    manifest: Option<PathBuf>,
}

/// What was found, line by line.
#[derive(Default)]
struct Findings {
    wrong: usize,
}

impl Findings {
    fn good(&self, what: &str) {
        println!("ok     {what}");
    }
    fn hint(&self, what: &str) {
        println!("hint   {what}");
    }
    /// What only a person can see.
    fn list(&self, what: &str) {
        println!("check  {what}");
    }
    fn wrong(&mut self, what: &str) {
        self.wrong += 1;
        println!("WRONG  {what}");
    }
}

impl Doctor {
    pub(super) async fn run(self, ambient: Ambient) -> anyhow::Result<ExitCode> {
        let mut findings = Findings::default();
        match Config::load(&self.config, |name| std::env::var(name).ok()) {
            Ok(config) => self.check(&config, &ambient, &mut findings).await,
            Err(error) => findings.wrong(&chain(&error)),
        }
        Ok(if findings.wrong == 0 {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    }
}

impl Doctor {
    async fn check(&self, config: &Config, ambient: &Ambient, findings: &mut Findings) {
        findings.good("the configuration can be used");
        check_settings(config, findings);
        let store = check_database(config, findings).await;
        app::check_workspaces(config, store.as_ref(), ambient, findings).await;
        app::check_line(config, findings).await;
        if let Some(exported) = &self.manifest {
            app::check_manifest(config, exported, findings);
        }
        check_gitlab(config, findings).await;
        check_environments(config, findings).await;
        check_errors(config, ambient, findings).await;
        publishing::check(config, findings);
        if let Some(store) = store {
            store.close().await;
        }
    }
}

fn check_settings(config: &Config, findings: &mut Findings) {
    match Settings::build(
        config.slack.workspace.as_ref(),
        config.subscriptions.clone(),
    ) {
        Ok(_) => findings.good(&match config.subscriptions.len() {
            1 => "1 subscription".to_owned(),
            count => format!("{count} subscriptions"),
        }),
        Err(error) => findings.wrong(&chain(&error)),
    }
    match config.hooks.len() {
        0 => findings.hint("no [[hook]] is configured: GitLab has nowhere to send its webhooks"),
        _ => {
            let base = config.public_url.trim_end_matches('/');
            for hook in &config.hooks {
                findings.good(&format!(
                    "GitLab's webhook URL: {base}/gitlab/hooks/{}",
                    hook.name
                ));
            }
        }
    }
    if let Some(folder) = &config.flags.definitions {
        match definitions::read(folder) {
            Ok(catalogue) => findings.good(&format!("{} flags are defined", catalogue.len())),
            Err(error) => findings.wrong(&chain(&error)),
        }
    }
    if config.slack.signing_secret.is_none() {
        findings.hint("slack.signing_secret is not set: commands typed in Slack are refused");
    }
    if config.secret_key.is_none() {
        findings.hint("secret_key is not set: webhooks of the old integration cannot be entered");
    }
    if config.api.admin_token.is_none() {
        findings.hint("api.admin_token is not set: the API and the pages are closed");
    }
}

async fn check_database(config: &Config, findings: &mut Findings) -> Option<Store> {
    let opened = Store::open(config.database_url.expose_secret(), OpenOptions::default()).await;
    match opened {
        Ok(store) => {
            match store.check().await {
                Ok(()) => findings.good("the database takes durable writes"),
                Err(error) => findings.wrong(&chain(&error)),
            }
            Some(store)
        }
        Err(error) => {
            findings.wrong(&chain(&error));
            None
        }
    }
}

async fn check_gitlab(config: &Config, findings: &mut Findings) {
    let Some(gitlab) = config.gitlab.first() else {
        findings.hint("no [[gitlab]] is configured: flags take numbers only, not names");
        return;
    };
    let client = match super::serve::rest_client(&gitlab.url, &gitlab.token) {
        Ok(client) => client,
        Err(error) => return findings.wrong(&format!("{error:#}")),
    };
    match client.current_user().await {
        Ok(user) => findings.good(&format!(
            "{} knows the token of {}",
            client.base_url().host(),
            user.username
        )),
        Err(error) => findings.wrong(&error.to_string()),
    }
}

/// Asks each GitLab that keeps flags of its own for them.
async fn check_environments(config: &Config, findings: &mut Findings) {
    for environment in &config.environments {
        let (Some(url), Some(token)) = (&environment.url, &environment.token) else {
            findings.good(&format!("environment {}: kept here", environment.name));
            continue;
        };
        let flags = match super::serve::rest_client(url, token) {
            Ok(client) => client.features().await.map_err(|error| error.to_string()),
            Err(error) => Err(format!("{error:#}")),
        };
        match flags {
            Ok(flags) => findings.good(&format!(
                "environment {}: {} flags are set",
                environment.name,
                flags.len()
            )),
            Err(error) => findings.wrong(&format!("environment {}: {error}", environment.name)),
        }
    }
}

/// Asks whether failed deliveries can be told where the configuration says.
async fn check_errors(config: &Config, ambient: &Ambient, findings: &mut Findings) {
    if let Err(error) = config.errors.setup(&config.monitors) {
        return findings.wrong(&format!("{error:#}"));
    }
    let reporter = match config.errors.reporter() {
        Ok(Some(reporter)) => reporter,
        Ok(None) => return,
        Err(error) => return findings.wrong(&format!("{error:#}")),
    };
    match reporter.check(ambient.clock.now()).await {
        Ok(()) => findings.good("Sentry takes errors (errors.sentry_dsn)"),
        Err(error) => findings.wrong(&format!("errors.sentry_dsn: {error}")),
    }
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
