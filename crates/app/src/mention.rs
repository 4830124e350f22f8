//! The bot was named in a channel, or written to: what is written runs as a command, and the
//! answer is given where it was asked. Threads take no slash commands, but they take this.

use commands::Visibility;
use domain::{ChannelName, WorkspaceId};
use slack::event::{AppMention, DirectMessage};
use slack::{PostCard, PostEphemeral, Rendered, Ts, UserId};

use crate::answer::{Answer, Refused};
use crate::app::App;
use crate::slash;
use crate::who::{Channel, Who};

/// Somebody named the bot in a channel: the answer is given in the thread.
pub(crate) async fn named(app: &App, workspace: &WorkspaceId, mention: AppMention) {
    // Bots are not answered: two of them could go on for ever.
    let Some(user) = mention.user.clone() else {
        return;
    };
    let bot = bot(app, workspace);
    let text = after_mention(&mention.text, bot.as_deref()).to_owned();
    let text = AppMention {
        text,
        ..mention.clone()
    }
    .typed();
    let asked = Asked {
        app,
        workspace,
        user: &user,
        channel: &mention.channel,
        channel_name: "",
        thread: Some(mention.thread.as_ref().unwrap_or(&mention.ts)),
    };
    asked.answer(&text).await;
}

/// Somebody wrote to the bot.
pub(crate) async fn written(app: &App, workspace: &WorkspaceId, message: DirectMessage) {
    let Some(user) = message.user.clone() else {
        return;
    };
    let bot = bot(app, workspace);
    let text = after_mention(&message.text, bot.as_deref()).to_owned();
    let text = DirectMessage {
        text,
        ..message.clone()
    }
    .typed();
    let asked = Asked {
        app,
        workspace,
        user: &user,
        channel: &message.channel,
        channel_name: "directmessage",
        thread: message.thread.as_ref(),
    };
    asked.answer(&text).await;
}

/// Somebody who waits for an answer.
struct Asked<'a> {
    app: &'a App,
    workspace: &'a WorkspaceId,
    user: &'a UserId,
    channel: &'a ChannelName,
    channel_name: &'a str,
    thread: Option<&'a Ts>,
}

impl Asked<'_> {
    async fn answer(&self, text: &str) {
        let app = self.app;
        let who = self.who().await;
        let Some(_turn) = app.turn(&who) else {
            return self.post(&Answer::refused(&busy())).await;
        };
        let command = command(text, &app.parts().names.gitlab);
        let answer = slash::run(app, &who, command).await;
        self.post(&answer).await;
        app.home_changed(self.workspace, self.user.as_str());
    }

    /// Events do not tell what somebody is called, and the link to an account says it.
    async fn who(&self) -> Who {
        let client = self.app.parts().installations.client(self.workspace);
        let user = match client {
            Some(client) => client.user_info(self.user.as_str()).await.ok(),
            None => None,
        };
        Who {
            workspace: self.workspace.clone(),
            user: self.user.clone(),
            user_name: user.map(|user| user.name).unwrap_or_default(),
            channel: Some(Channel {
                id: self.channel.clone(),
                name: self.channel_name.to_owned(),
            }),
            trigger: None,
            response_url: None,
        }
    }

    async fn post(&self, answer: &Answer) {
        let Some(client) = self.app.parts().installations.client(self.workspace) else {
            return;
        };
        let message: &Rendered = &answer.render();
        let (channel, thread) = (self.channel, self.thread);
        let is_private = answer.visibility == Visibility::Ephemeral;
        let posted = if is_private && self.channel_name != "directmessage" {
            let user = self.user.as_str();
            let post = PostEphemeral {
                channel,
                user,
                message,
                thread,
            };
            client.post_ephemeral(post).await.map(drop)
        } else {
            let post = PostCard {
                channel,
                message,
                thread,
            };
            client.post_card(post).await.map(drop)
        };
        if let Err(error) = posted {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(error, "whoever named the bot was not answered");
        }
    }
}

fn bot(app: &App, workspace: &WorkspaceId) -> Option<String> {
    let installed = app.parts().installations.get(workspace)?;
    installed.bot_user.clone()
}

/// What follows the bot's name; all of it where the bot is not named. While nobody has asked Slack
/// who the bot is, whoever is named first is taken for it.
fn after_mention<'a>(text: &'a str, bot: Option<&str>) -> &'a str {
    let after = match bot {
        Some(bot) => text.split_once(&format!("<@{bot}")).map(|(_, after)| after),
        None => text.trim_start().strip_prefix("<@"),
    };
    let Some((label, after)) = after.and_then(|after| after.split_once('>')) else {
        return text;
    };
    // A longer id is somebody else's.
    if bot.is_none() || label.is_empty() || label.starts_with('|') {
        after
    } else {
        text
    }
}

/// What is run: the help where nothing was asked for.
fn command<'a>(text: &'a str, slash: &str) -> &'a str {
    let text = text.trim();
    let text = match text.strip_prefix(slash) {
        Some(rest) if rest.is_empty() || rest.starts_with(char::is_whitespace) => rest.trim_start(),
        Some(_) | None => text,
    };
    if text.is_empty() { "help" } else { text }
}

fn busy() -> Refused {
    Refused(format!(
        "{} of your commands are still being run; wait for them and ask again",
        crate::turns::MOST
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_what_follows_the_bots_name() {
        for (text, expected) in [
            ("<@U0BOT> mr show !1", "mr show !1"),
            ("hey <@U0BOT|gitlab>  help ", "help"),
            ("<@U0BOT>", "help"),
            ("<@U0BOT> /gitlab mr mine", "mr mine"),
            ("/gitlabs", "/gitlabs"),
            ("<@U0BOTH> mr mine", "<@U0BOTH> mr mine"),
            ("mr mine", "mr mine"),
        ] {
            let after = after_mention(text, Some("U0BOT"));
            assert_eq!(command(after, "/gitlab"), expected, "{text}");
        }
        assert_eq!(after_mention("<@U0BOT> mr mine", None), " mr mine");
        assert_eq!(after_mention("mr mine", None), "mr mine");
    }
}
