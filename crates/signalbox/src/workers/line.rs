//! Socket Mode: takes Slack's requests from a line that the service opens.
//!
//! What comes is answered by the same app as over HTTP. A line that is lost is opened again,
//! after a growing pause; one that Slack will not open until somebody changes a setting is tried
//! now and then, so that no restart is needed afterwards.

use std::time::Duration;

use app::{App, Reply};
use slack::event::Envelope as EventEnvelope;
use slack::interaction::Interaction;
use slack::socket_mode::{self, Envelope, EnvelopeKind, Patience, Socket};
use slack::{Client, HookHost, Retry, SlashCommand};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

const SHORTEST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// The worker that listens on the line.
#[derive(Clone)]
pub struct Line {
    /// Has the app's own token.
    pub client: Client,
    pub app: App,
    /// Where answers may go.
    pub host: HookHost,
}

impl Line {
    /// Keeps a line open until `stop`; `tasks` hold a stop up until they have answered.
    pub async fn run(self, tasks: TaskTracker, stop: CancellationToken) {
        let mut pause = SHORTEST_PAUSE;
        loop {
            let opened = tokio::select! {
                () = stop.cancelled() => return,
                opened = socket_mode::connect(&self.client, Patience::default()) => opened,
            };
            match opened {
                Ok(socket) => {
                    tracing::info!(lines = socket.connections(), "the line to Slack is open");
                    pause = SHORTEST_PAUSE;
                    if self.listen(socket, &tasks, &stop).await {
                        return;
                    }
                }
                Err(error) => {
                    let shown = &error as &dyn std::error::Error;
                    tracing::error!(error = shown, "the line to Slack cannot be opened");
                    pause = match error.retry() {
                        Retry::Never => LONGEST_PAUSE,
                        Retry::After(asked) => asked,
                        Retry::Backoff => (pause * 2).min(LONGEST_PAUSE),
                    };
                }
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(pause) => (),
            }
        }
    }

    /// Takes requests until the line ends; whether it was ended by a stop.
    async fn listen(
        &self,
        mut socket: Socket,
        tasks: &TaskTracker,
        stop: &CancellationToken,
    ) -> bool {
        loop {
            let next = tokio::select! {
                () = stop.cancelled() => {
                    socket.close().await;
                    return true;
                }
                next = socket.next() => next,
            };
            match next {
                Ok(envelope) => {
                    let line = self.clone();
                    tasks.spawn(async move { line.answer(envelope).await });
                }
                Err(ended) => {
                    let shown = &ended as &dyn std::error::Error;
                    tracing::warn!(error = shown, "the line to Slack has ended");
                    return false;
                }
            }
        }
    }

    async fn answer(&self, envelope: Envelope) {
        let reply = match self.reply(&envelope).await {
            Ok(reply) => reply,
            Err(why) => {
                tracing::error!(why, kind = ?envelope.kind, "a request of Slack's cannot be read");
                Reply::Heard
            }
        };
        let _ = envelope.acknowledge(reply.into_json().as_ref());
    }

    async fn reply(&self, envelope: &Envelope) -> Result<Reply, String> {
        let payload = &envelope.payload;
        Ok(match envelope.kind {
            EnvelopeKind::Command => {
                let command = SlashCommand::from_json(payload, &self.host);
                let command = command.map_err(|error| error.to_string())?;
                self.app.command(command).await
            }
            EnvelopeKind::Event => {
                let event = EventEnvelope::from_json(payload);
                self.app
                    .event(event.map_err(|error| error.to_string())?)
                    .await
            }
            EnvelopeKind::Interactive => {
                let interaction = Interaction::parse(payload, &self.host);
                let interaction = interaction.map_err(|error| error.to_string())?;
                self.app.interaction(interaction).await
            }
        })
    }
}
