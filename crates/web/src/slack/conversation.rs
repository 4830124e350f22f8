//! One command from its typing to its answer.
//!
//! Slack waits three seconds for the first word, then takes five more within half an hour. A slow
//! command spends them so: news at growing distances, and at least two are left for the answer.

use std::pin::pin;

use axum::response::Response;
use commands::{Answer, Progress, Visibility};
use domain::message::Tone;
use domain::{DeliveryId, Message, Mrkdwn};
use slack::command::SlashCommand;
use slack::{
    PostEphemeral, PostMessage, Rendered, Response as Reply, ResponseError, ResponseType, block_kit,
};
use tokio::sync::{oneshot, watch};

use super::turns::Turn;
use super::{SlackApp, as_body, caller};

/// How many pauses lie before each piece of news; then only the answer follows.
const PAUSES: [u32; 3] = [1, 4, 16];

/// What is said to Slack, and who sees it.
pub(super) struct Said {
    rendered: Rendered,
    visibility: ResponseType,
}

impl Said {
    pub(super) fn as_body(&self) -> Response {
        as_body(self.reply())
    }

    fn reply(&self) -> Reply<'_> {
        Reply {
            visibility: self.visibility,
            ..Reply::ephemeral(&self.rendered)
        }
    }

    fn news(message: &Message) -> Self {
        Self {
            rendered: block_kit::render(message),
            visibility: ResponseType::InChannel,
        }
    }

    fn answer(answer: &Answer) -> Self {
        let visibility = match answer.visibility {
            Visibility::Ephemeral => ResponseType::Ephemeral,
            Visibility::InChannel => ResponseType::InChannel,
        };
        let rendered = block_kit::render_all(&answer.messages);
        Self {
            rendered,
            visibility,
        }
    }
}

/// A command that is being run.
pub(super) struct Conversation {
    app: SlackApp,
    command: SlashCommand,
    /// Given back when the command is over.
    _turn: Turn,
}

impl Conversation {
    /// Runs a command in the background, to its end whatever becomes of the request, and gives
    /// what is to be answered now.
    pub(super) async fn begin(app: &SlackApp, command: SlashCommand, turn: Turn) -> Option<Said> {
        let (first, answered) = oneshot::channel();
        let conversation = Self {
            app: app.clone(),
            command,
            _turn: turn,
        };
        app.tasks.spawn(conversation.hold(first));
        answered.await.ok()
    }

    async fn hold(self, first: oneshot::Sender<Said>) {
        let (progress, mut news) = Progress::channel();
        let (caller, text) = (caller(&self.command), self.command.typed());
        let mut running = pin!(self.app.chatops.run(&caller, &text, &progress));
        let quick = tokio::select! {
            biased;
            answer = &mut running => Some(answer),
            () = (self.app.patience)() => None,
        };
        if let Some(answer) = quick {
            if let Err(unheard) = first.send(Said::answer(&answer)) {
                self.say(unheard, false).await;
            }
            return;
        }
        let message = news.borrow_and_update().clone().unwrap_or_else(working);
        if let Err(unheard) = first.send(Said::news(&message)) {
            self.say(unheard, false).await;
        }
        let answer = tokio::select! {
            biased;
            answer = &mut running => answer,
            never = self.tell(news) => match never {},
        };
        self.end(&answer).await;
    }

    /// Tells of what is going on as often as there is room for, and then no more.
    async fn tell(&self, mut news: watch::Receiver<Option<Message>>) -> std::convert::Infallible {
        for pauses in PAUSES {
            for _ in 0..pauses {
                (self.app.patience)().await;
            }
            if news.changed().await.is_err() {
                break;
            }
            let message = news.borrow_and_update().clone();
            if let Some(message) = message {
                self.replace(Said::news(&message)).await;
            }
        }
        std::future::pending().await
    }

    /// The answer in place of the news. A refusal is only for who asked: it cannot stand where
    /// everybody sees it, so the news says that.
    async fn end(&self, answer: &Answer) {
        let said = Said::answer(answer);
        match answer.visibility {
            Visibility::InChannel => self.say(said, true).await,
            Visibility::Ephemeral => {
                self.say(said, false).await;
                self.replace(Said::news(&told_in_private())).await;
            }
        }
    }

    /// News may get lost: the answer does not depend on them.
    async fn replace(&self, said: Said) {
        if let Err(error) = self.respond(&said, true).await {
            tracing::warn!(%error, "news of a command could not be shown");
        }
    }

    /// Says it through the command's address, else as the app.
    async fn say(&self, said: Said, replace: bool) {
        let mut told = self.respond(&said, replace).await;
        if let Err(ResponseError::InvalidMessage(refusal)) = &told {
            tracing::error!(code = %refusal.code, "Slack refused the form of an answer");
            let plain = Said {
                rendered: said.rendered.plain(),
                visibility: said.visibility,
            };
            told = self.respond(&plain, replace).await;
        }
        if let Err(error) = told {
            tracing::warn!(%error, "an answer did not go through the command's address");
            self.post(&said).await;
        }
    }

    async fn respond(&self, said: &Said, replace: bool) -> Result<(), ResponseError> {
        let reply = Reply {
            replace_original: replace,
            ..said.reply()
        };
        let url = &self.command.response_url;
        url.respond(&self.app.http, reply).await
    }

    async fn post(&self, said: &Said) {
        let Some(client) = self.app.workspaces.get(&self.command.workspace) else {
            tracing::error!("an answer could not be given: the app is not in that workspace");
            return;
        };
        let channel = &self.command.channel_id;
        let message = &said.rendered;
        let now = self.app.clock.now().as_millisecond();
        let delivery = DeliveryId::mint(now, self.app.chance.next_u128());
        let posted = match said.visibility {
            ResponseType::InChannel => client
                .post_message(PostMessage {
                    channel,
                    message,
                    thread: None,
                    delivery: &delivery,
                })
                .await
                .map(drop),
            ResponseType::Ephemeral => client
                .post_ephemeral(PostEphemeral {
                    channel,
                    user: self.command.user_id.as_str(),
                    message,
                    thread: None,
                })
                .await
                .map(drop),
        };
        if let Err(error) = posted {
            let error = &error as &dyn std::error::Error;
            tracing::error!(error, "an answer could not be given");
        }
    }
}

fn working() -> Message {
    let text = Mrkdwn::fixed("Working on it…");
    Message::new(text.clone(), text)
}

fn told_in_private() -> Message {
    let text = Mrkdwn::fixed("That was not done; whoever asked for it was told why.");
    Message::new(text.clone(), text).tone(Tone::Warning)
}
