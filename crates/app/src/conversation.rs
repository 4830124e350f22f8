//! One command from its typing to its answer.
//!
//! Slack waits three seconds for the first word, then takes five more within half an hour. A slow
//! command spends them so: news at growing distances, and at least two are left for the answer.

use std::pin::pin;

use commands::{Progress, Visibility};
use domain::message::Tone;
use domain::{DeliveryId, Message, Mrkdwn};
use futures_util::future::BoxFuture;
use slack::{
    PostEphemeral, PostMessage, Rendered, Response as Body, ResponseError, ResponseType, block_kit,
};
use tokio::sync::{oneshot, watch};

use crate::answer::Answer;
use crate::app::{App, Reply};
use crate::turns::Turn;
use crate::who::Who;

/// How many pauses lie before each piece of news; then only the answer follows.
const PAUSES: [u32; 3] = [1, 4, 16];

/// What is said to Slack, and who sees it.
pub(crate) struct Said {
    rendered: Rendered,
    visibility: ResponseType,
}

impl Said {
    pub(crate) fn into_reply(self) -> Reply {
        Reply::json(&self.body())
    }

    fn body(&self) -> Body<'_> {
        Body {
            visibility: self.visibility,
            ..Body::ephemeral(&self.rendered)
        }
    }

    pub(crate) fn answer(answer: &Answer) -> Self {
        Self {
            rendered: answer.render(),
            visibility: seen_by(answer.visibility),
        }
    }
}

fn seen_by(visibility: Visibility) -> ResponseType {
    match visibility {
        Visibility::Ephemeral => ResponseType::Ephemeral,
        Visibility::InChannel => ResponseType::InChannel,
    }
}

/// What runs a command.
pub(crate) type Work = Box<dyn FnOnce(Progress) -> BoxFuture<'static, Answer> + Send>;

/// A command that is being run.
pub(crate) struct Conversation {
    pub(crate) app: App,
    pub(crate) who: Who,
    /// Who sees the news of a slow command.
    pub(crate) news: Visibility,
    /// Given back when the command is over.
    pub(crate) turn: Turn,
}

impl Conversation {
    /// Runs a command in the background, to its end whatever becomes of the request, and gives
    /// what is to be answered now; `None` when it broke.
    pub(crate) async fn begin(self, work: Work) -> Option<Said> {
        let (first, answered) = oneshot::channel();
        let tasks = self.app.parts().tasks.clone();
        tasks.spawn(self.hold(work, first));
        answered.await.ok()
    }

    async fn hold(self, work: Work, first: oneshot::Sender<Said>) {
        let (progress, mut news) = Progress::channel();
        let mut running = pin!(work(progress));
        let quick = tokio::select! {
            biased;
            answer = &mut running => Some(answer),
            () = self.pause() => None,
        };
        if let Some(answer) = quick {
            if let Err(unheard) = first.send(Said::answer(&answer)) {
                self.say(unheard, false).await;
            }
            return;
        }
        let message = news.borrow_and_update().clone().unwrap_or_else(working);
        if let Err(unheard) = first.send(self.news(&message)) {
            self.say(unheard, false).await;
        }
        let answer = tokio::select! {
            biased;
            answer = &mut running => answer,
            never = self.tell(news) => match never {},
        };
        self.end(&answer).await;
        drop(self.turn);
    }

    async fn pause(&self) {
        (self.app.parts().patience)().await;
    }

    fn news(&self, message: &Message) -> Said {
        Said {
            rendered: block_kit::render(message),
            visibility: seen_by(self.news),
        }
    }

    /// Tells of what is going on as often as there is room for, and then no more.
    async fn tell(&self, mut news: watch::Receiver<Option<Message>>) -> std::convert::Infallible {
        for pauses in PAUSES {
            for _ in 0..pauses {
                self.pause().await;
            }
            if news.changed().await.is_err() {
                break;
            }
            let message = news.borrow_and_update().clone();
            if let Some(message) = message {
                self.replace(self.news(&message)).await;
            }
        }
        std::future::pending().await
    }

    /// The answer in place of the news where both are seen by the same people. Else it is said
    /// apart, after the news has said where it goes: what replaces an answer replaces the latest.
    async fn end(&self, answer: &Answer) {
        let said = Said::answer(answer);
        if answer.visibility == self.news {
            return self.say(said, true).await;
        }
        let left = match self.news {
            Visibility::InChannel => told_in_private(),
            Visibility::Ephemeral => told_below(),
        };
        self.replace(self.news(&left)).await;
        self.say(said, false).await;
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
        let Some(url) = &self.who.response_url else {
            self.post(said).await;
            return Ok(());
        };
        let body = Body {
            replace_original: replace,
            ..said.body()
        };
        url.respond(&self.app.parts().http, body).await
    }

    async fn post(&self, said: &Said) {
        let app = self.app.parts();
        let client = app.installations.client(&self.who.workspace);
        let (Some(client), Some(channel)) = (client, &self.who.channel) else {
            tracing::error!("an answer could not be given: the app is not in that workspace");
            return;
        };
        let (channel, message) = (&channel.id, &said.rendered);
        let now = app.clock.now().as_millisecond();
        let delivery = DeliveryId::mint(now, app.chance.next_u128());
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
                    user: self.who.user.as_str(),
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

fn told_below() -> Message {
    let text = Mrkdwn::fixed("Done; the answer is in the channel.");
    Message::new(text.clone(), text)
}
