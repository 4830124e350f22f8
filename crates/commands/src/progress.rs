//! News of a command that takes long.

use domain::Message;
use tokio::sync::watch;

/// Where a command tells how far it is. Only the latest news counts.
#[derive(Clone, Debug, Default)]
pub struct Progress(Option<watch::Sender<Option<Message>>>);

impl Progress {
    /// For callers that wait for the answer.
    #[must_use]
    pub fn silent() -> Self {
        Self(None)
    }

    /// For callers that show what is going on. The receiver ends with the last clone of the
    /// sender.
    #[must_use]
    pub fn channel() -> (Self, watch::Receiver<Option<Message>>) {
        let (sender, receiver) = watch::channel(None);
        (Self(Some(sender)), receiver)
    }

    pub(crate) fn report(&self, message: Message) {
        if let Some(sender) = &self.0 {
            sender.send_replace(Some(message));
        }
    }
}
