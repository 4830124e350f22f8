//! The app in Slack: its workspaces and their scopes, its line, its manifest.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use installations::{Fixed, Installations, Installed, Parts, missing_scopes};
use slack::socket_mode;
use store::Store;

use super::{Findings, chain};
use crate::ambient::Ambient;
use crate::cli::{manifest, serve};
use crate::config::{Config, Transport};

/// The longest export that is read, in bytes.
const LONGEST_EXPORT: u64 = 1024 * 1024;

/// Asks Slack about every workspace that has the app.
pub(super) async fn check_workspaces(
    config: &Config,
    store: Option<&Store>,
    ambient: &Ambient,
    findings: &mut Findings,
) {
    let slack = &config.slack;
    if slack.token.is_none() && slack.client_id.is_none() {
        findings.hint("neither slack.token nor slack.client_id is set: nothing can be sent");
        return;
    }
    let installed = match store {
        Some(store) => load(config, store, ambient).await,
        None => fixed_alone(config).map(|client| client.into_iter().collect()),
    };
    match installed {
        Ok(installed) if installed.is_empty() => findings.hint(&format!(
            "no workspace has the app yet: install it at {}/slack",
            config.public_url.trim_end_matches('/')
        )),
        Ok(installed) => {
            for one in installed {
                check_workspace(config, &one, findings).await;
            }
        }
        Err(error) => findings.wrong(&format!("{error:#}")),
    }
}

/// One workspace to ask about.
struct Asked {
    client: slack::Client,
    installed: Option<Arc<Installed>>,
}

async fn load(config: &Config, store: &Store, ambient: &Ambient) -> anyhow::Result<Vec<Asked>> {
    let slack = &config.slack;
    let fixed = slack.workspace.clone().zip(slack.token.clone());
    let parts = Parts {
        store: store.clone(),
        keys: serve::keys_of(config)?,
        http: slack::http_client(&slack.base_url, slack::Timeouts::default())?,
        base_url: slack.base_url.clone(),
        fixed: fixed.map(|(workspace, token)| Fixed { workspace, token }),
        application: None,
        clock: ambient.clock.clone(),
        chance: ambient.chance.clone(),
    };
    let installations = Installations::load(parts).await?;
    let all = installations.all().into_iter();
    Ok(all
        .map(|installed| Asked {
            client: installed.client.clone(),
            installed: Some(installed),
        })
        .collect())
}

/// Without a database there is the configured workspace only.
fn fixed_alone(config: &Config) -> anyhow::Result<Option<Asked>> {
    let Some(token) = &config.slack.token else {
        return Ok(None);
    };
    let base = &config.slack.base_url;
    let http = slack::http_client(base, slack::Timeouts::default())?;
    Ok(Some(Asked {
        client: slack::Client::new(http, base, token)?,
        installed: None,
    }))
}

async fn check_workspace(config: &Config, asked: &Asked, findings: &mut Findings) {
    let installed = asked.installed.as_deref();
    let identity = match asked.client.auth_test().await {
        Ok(identity) => identity,
        Err(error) => {
            let of = installed.filter(|installed| !installed.is_fixed);
            let of = of.map_or_else(String::new, |installed| format!("{}: ", installed.name));
            return findings.wrong(&format!("{of}{}; {}", chain(&error), error.remedy()));
        }
    };
    findings.good(&format!(
        "Slack knows the bot token of {} ({})",
        identity.workspace, identity.workspace_id
    ));
    let is_fixed = installed.is_none_or(|installed| installed.is_fixed);
    if let Some(workspace) = config.slack.workspace.as_ref().filter(|_| is_fixed)
        && identity.workspace_id != *workspace
    {
        findings.wrong(&format!(
            "slack.workspace is {workspace}, but the token belongs to {}",
            identity.workspace_id
        ));
    }
    if let Some(installed) = installed {
        check_scopes(installed, findings);
    }
}

fn check_scopes(installed: &Installed, findings: &mut Findings) {
    if !installed.knows_scopes() {
        return;
    }
    let missing = missing_scopes(installed);
    let needed = slack::manifest::SCOPES.len();
    findings.good(&format!(
        "{} of {needed} scopes are granted",
        needed - missing.len()
    ));
    for used in missing {
        let text = format!("scope {} is missing: it {}", used.scope, used.what_for);
        if used.is_core {
            findings.wrong(&format!("{text}; add it to the app and reinstall it"));
        } else {
            findings.hint(&text);
        }
    }
}

/// Whether Slack would open a line.
pub(super) async fn check_line(config: &Config, findings: &mut Findings) {
    let slack = &config.slack;
    let token = match (slack.transport, &slack.app_token) {
        (Transport::Socket, Some(token)) => token,
        (Transport::Socket, None) | (Transport::Http, _) => return,
    };
    let client = slack::http_client(&slack.base_url, slack::Timeouts::default())
        .map_err(anyhow::Error::from)
        .and_then(|http| Ok(slack::Client::new(http, &slack.base_url, token)?));
    let client = match client {
        Ok(client) => client,
        Err(error) => return findings.wrong(&format!("{error:#}")),
    };
    match socket_mode::probe(&client).await {
        Ok(()) => findings.good("Slack takes the app-level token: Socket Mode can be used"),
        Err(error) => findings.wrong(&format!("{}; {}", chain(&error), error.remedy())),
    }
}

/// Compares the app with its manifest.
pub(super) fn check_manifest(config: &Config, exported: &Path, findings: &mut Findings) {
    let compared = read(exported).and_then(|installed| {
        let name = installed.pointer("/display_information/name");
        let name = name.and_then(serde_json::Value::as_str);
        let manifest = manifest::of_config(config, name.unwrap_or(manifest::NAME))?;
        Ok(manifest.differences(&installed))
    });
    match compared {
        Ok(differences) if differences.is_empty() => {
            findings.good("the app in Slack is as `signalbox manifest` says");
        }
        Ok(differences) => {
            for difference in differences {
                findings.wrong(&format!("the app in Slack: {difference}"));
            }
        }
        Err(error) => findings.wrong(&format!("{error:#}")),
    }
}

fn read(path: &Path) -> anyhow::Result<serde_json::Value> {
    let shown = path.display();
    let about = || format!("the exported manifest {shown} cannot be read");
    let length = std::fs::metadata(path).with_context(about)?.len();
    anyhow::ensure!(
        length <= LONGEST_EXPORT,
        "{shown} is too long for a manifest"
    );
    let text = std::fs::read_to_string(path).with_context(about)?;
    serde_json::from_str(&text).with_context(|| {
        format!("{shown} is not JSON; choose JSON on the app's page App Manifest, and copy it all")
    })
}
