//! What the app is made of.

use std::sync::Arc;

use accounts::Accounts;
use clock::{Chance, Clock};
use commands::ChatOps;
use environments::Environments;
use futures_util::future::BoxFuture;
use installations::Installations;
use integrations::Integrations;
use store::Store;
use tokio_util::task::TaskTracker;

/// Waits as long as somebody who typed a command is left without any word.
pub type Patience = Arc<dyn Fn() -> BoxFuture<'static, ()> + Send + Sync>;

/// What the app is made of.
pub struct Parts {
    pub accounts: Accounts,
    pub installations: Installations,
    pub integrations: Integrations,
    pub environments: Environments,
    pub chatops: ChatOps,
    pub store: Store,
    /// The service's own client, for what nobody in particular asks.
    pub gitlab: Option<gitlab::rest::Client>,
    pub names: CommandNames,
    /// Where people reach the service, without a final slash.
    pub public_url: String,
    /// Where answers may be sent to.
    pub host: slack::HookHost,
    pub http: reqwest::Client,
    pub patience: Patience,
    /// Holds a stop up until what was begun is done.
    pub tasks: TaskTracker,
    pub clock: Clock,
    pub chance: Chance,
}

/// What the app's commands are called in Slack, with their slashes. Two apps of a workspace can
/// have a command of the same name; the one that was installed last gets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandNames {
    pub chatops: String,
    pub gitlab: String,
}

impl Default for CommandNames {
    fn default() -> Self {
        Self {
            chatops: "/chatops".to_owned(),
            gitlab: "/gitlab".to_owned(),
        }
    }
}
