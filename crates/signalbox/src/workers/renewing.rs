//! Renews the tokens of the app that are about to end.

use std::time::Duration;

use clock::Clock;
use installations::Installations;
use store::StoreError;
use tokio_util::sync::CancellationToken;

/// Tokens are renewed two hours before their end, so a minute is often enough.
const EVERY: Duration = Duration::from_secs(60);

/// The worker that keeps tokens good.
#[derive(Clone)]
pub struct Renewing {
    pub installations: Installations,
    pub clock: Clock,
}

impl Renewing {
    /// Asks Slack about the configured workspace first, then renews what is due, until `stop`.
    pub async fn run(self, stop: CancellationToken) {
        if let Err(error) = self.installations.ask_about_fixed().await {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "Slack does not say whether the configured token is good (slack.token)"
            );
        }
        loop {
            if let Err(error) = self.renew_due().await {
                tracing::error!(%error, "tokens cannot be renewed now");
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(EVERY) => (),
            }
        }
    }

    /// Renews what is due.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn renew_due(&self) -> Result<(), StoreError> {
        let round = self.installations.renew_due(self.clock.now()).await?;
        for workspace in &round.renewed {
            tracing::info!(slack.workspace = %workspace, "the app's token was renewed");
        }
        Ok(())
    }
}
