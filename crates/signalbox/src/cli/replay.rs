//! `signalbox replay`: dead letters on their way again.

use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::Args;
use domain::DeliveryId;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use url::Url;

use crate::ambient::Ambient;

/// Put dead letters on their way again, after what stopped them is mended.
///
/// Asks the running service (its API). A replayed message goes to the end of its channel's queue.
#[derive(Args)]
pub(super) struct Replay {
    /// One delivery (`dlv_…`); the log and the dead letters page name it
    #[arg(
        value_name = "DELIVERY",
        required_unless_present = "all",
        conflicts_with = "all"
    )]
    delivery: Option<DeliveryId>,

    /// Every dead letter there is
    #[arg(long)]
    all: bool,

    /// The service's address
    #[arg(
        long,
        value_name = "URL",
        env = "SIGNALBOX_PUBLIC_URL",
        default_value = "http://127.0.0.1:7400"
    )]
    url: Url,

    /// The administrator's token
    #[arg(
        long,
        value_name = "TOKEN",
        env = "SIGNALBOX_ADMIN_TOKEN",
        hide_env_values = true
    )]
    token: SecretString,
}

impl Replay {
    pub(super) async fn run(self, _: Ambient) -> anyhow::Result<ExitCode> {
        let path = match &self.delivery {
            Some(delivery) => format!("/api/v1/deliveries/{delivery}/replays"),
            None => "/api/v1/dead-letters/replays".to_owned(),
        };
        let base = self.url.as_str().trim_end_matches('/');
        let answer = slack::http_client(base, slack::Timeouts::default())?
            .post(format!("{base}{path}"))
            .header("PRIVATE-TOKEN", self.token.expose_secret())
            .send()
            .await
            .with_context(|| format!("the service at {base} does not answer"))?;
        let status = answer.status();
        let body: Value = answer.json().await.unwrap_or_default();
        if !status.is_success() {
            bail!(
                "{}",
                body["message"]
                    .as_str()
                    .unwrap_or("the service refused, without a reason")
            );
        }
        println!(
            "{} way again.",
            count(body["replayed"].as_u64().unwrap_or(0))
        );
        Ok(ExitCode::SUCCESS)
    }
}

fn count(replayed: u64) -> String {
    match replayed {
        1 => "1 message is on its".to_owned(),
        many => format!("{many} messages are on their"),
    }
}
