//! Keeps people's Homes current.
//!
//! Whose Home is to be made anew, and how often at most, is the app's to say.

use std::time::Duration;

use app::App;
use tokio_util::sync::CancellationToken;

/// How soon after something happened a Home shows it, at most.
const EVERY: Duration = Duration::from_secs(5);

/// The worker for Homes.
#[derive(Clone)]
pub struct Homes {
    pub app: App,
}

impl Homes {
    /// Looks every few seconds, until `stop`.
    pub async fn run(self, stop: CancellationToken) {
        loop {
            if let Err(error) = self.app.refresh_homes().await {
                tracing::error!(%error, "Homes cannot be made anew now");
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(EVERY) => (),
            }
        }
    }
}
