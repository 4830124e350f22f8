//! A slash command: which one, whose, and its answer.

use commands::{Caller, Person, Progress, Visibility};
use domain::message::Tone;
use domain::{Message, Mrkdwn, mrkdwn, say};
use jiff::SignedDuration;
use slack::SlashCommand;
use store::RequestKind;

use super::{App, Reply};
use crate::answer::{Answer, Refused};
use crate::conversation::{Conversation, Said, Work};
use crate::turns;
use crate::who::Who;

/// Longer than a signature is good for, so that whatever passes it and came before is found.
const REPEATS_KEPT: SignedDuration = SignedDuration::from_mins(15);

impl App {
    /// Runs what somebody typed, unless it came before.
    pub async fn command(&self, command: SlashCommand) -> Reply {
        let who = Who::typed(&command);
        if self.came_before(RequestKind::Command, &who).await {
            return Reply::Heard;
        }
        if self.parts.installations.get(&who.workspace).is_none() {
            return said(elsewhere());
        }
        let text = command.typed();
        if command.command == self.parts.names.chatops {
            return self
                .run(who, Visibility::InChannel, self.chatops(text))
                .await;
        }
        if command.command == self.parts.names.gitlab {
            let work = self.gitlab_command(text);
            return self.run(who, Visibility::Ephemeral, work).await;
        }
        said(unknown(&command.command, &self.parts.names))
    }

    /// Whether the same thing came before, from now on it has. Slack gives each its own trigger.
    pub(crate) async fn came_before(&self, kind: RequestKind, who: &Who) -> bool {
        let Some(trigger) = &who.trigger else {
            return false;
        };
        let key = format!("{}:{trigger}", who.workspace);
        self.seen_before(kind, &key, REPEATS_KEPT).await
    }

    /// Whether something was seen before. A database that does not answer has seen nothing: what
    /// follows asks it again, and says so.
    pub(crate) async fn seen_before(
        &self,
        kind: RequestKind,
        key: &str,
        keep: SignedDuration,
    ) -> bool {
        let now = self.parts.clock.now();
        let seen = self.parts.store.seen_before(kind, key, now, keep).await;
        seen.unwrap_or_else(|error| {
            tracing::warn!(%error, %kind, "cannot tell whether a request came before");
            false
        })
    }

    async fn run(&self, who: Who, news: Visibility, work: impl FnOnce(Who) -> Work) -> Reply {
        let Some(turn) = self.turns.take(&who) else {
            return said(wait());
        };
        let work = work(who.clone());
        let conversation = Conversation {
            app: self.clone(),
            who,
            news,
            turn,
        };
        match conversation.begin(work).await {
            Some(first) => first.into_reply(),
            None => said(broke()),
        }
    }

    fn chatops(&self, text: String) -> impl FnOnce(Who) -> Work + use<> {
        let app = self.clone();
        move |who| {
            Box::new(move |progress| {
                Box::pin(async move {
                    let answer = app.run_chatops(&who, &text, &progress).await;
                    app.home_changed(&who.workspace, who.user.as_str());
                    answer
                })
            })
        }
    }

    async fn run_chatops(&self, who: &Who, text: &str, progress: &Progress) -> Answer {
        let is_configured = self.parts.installations.is_configured(&who.workspace);
        let Some(mut caller) = who.caller(is_configured) else {
            let refused = Refused("commands are typed in a channel".to_owned());
            return Answer::refused(&refused);
        };
        caller.person = self.person(who).await;
        let chatops = &self.parts.chatops;
        let answer = chatops.run(&Caller::Slack(caller), text, progress).await;
        answer.into()
    }

    fn gitlab_command(&self, text: String) -> impl FnOnce(Who) -> Work + use<> {
        let app = self.clone();
        move |who| {
            Box::new(move |_| {
                Box::pin(async move {
                    let answer = crate::slash::run(&app, &who, &text).await;
                    app.home_changed(&who.workspace, who.user.as_str());
                    answer
                })
            })
        }
    }

    /// Who somebody is, as far as their linked account says.
    pub(crate) async fn person(&self, who: &Who) -> Option<Person> {
        let accounts = &self.parts.accounts;
        let linked = accounts.linked(&who.workspace, who.user.as_str()).await;
        let linked = linked.inspect_err(|error| {
            tracing::warn!(%error, "cannot tell whose account is linked");
        });
        let linked = linked.ok().flatten()?;
        let roles = accounts.roles_of(&linked).await.inspect_err(|error| {
            tracing::warn!(%error, "cannot tell which roles somebody has");
        });
        let roles = roles.map(|roles| roles.iter().collect());
        Some(Person {
            name: None,
            gitlab: Some(linked.username),
            roles: roles.unwrap_or_default(),
        })
    }
}

/// An answer that needs nothing looked up.
fn said(message: Message) -> Reply {
    Said::answer(&Answer::ephemeral(message)).into_reply()
}

/// What is said when a command ended without an answer: a bug of ours.
fn broke() -> Message {
    let text = Mrkdwn::fixed("Something went wrong here; the service's log has it.");
    Message::new(text.clone(), text).tone(Tone::Danger)
}

fn wait() -> Message {
    let text = say!(
        "{} of your commands are still being run; nothing was done with this one. Wait for an answer and type it again.",
        turns::MOST
    );
    Message::new(text.clone(), text).tone(Tone::Warning)
}

fn elsewhere() -> Message {
    let text = Mrkdwn::fixed("This Signalbox is not set up for this workspace; nothing was done.");
    Message::new(text.clone(), text).tone(Tone::Danger)
}

fn unknown(command: &str, names: &super::CommandNames) -> Message {
    let [typed, gitlab, chatops] = [command, &names.gitlab, &names.chatops].map(mrkdwn::code);
    let text = say!("{typed} is not a command of this app; there are {gitlab} and {chatops}");
    Message::new(text.clone(), text)
}
