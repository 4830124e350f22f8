//! The channel in which something was typed, and whether the bot can speak in it.

use domain::{ChannelName, Mrkdwn, mrkdwn, say};
use slack::{Channel, LookupError};

use crate::answer::{Refused, Stopped};
use crate::context::Context;

/// What Slack calls a conversation of two people that the bot is not one of.
const DIRECT: &str = "directmessage";

/// The channel in which something was typed.
#[derive(Clone, Debug)]
pub(in crate::slash) struct Here {
    /// Stays when the channel is renamed.
    pub(in crate::slash) id: ChannelName,
    /// `#general`, by which settings of older days may name it.
    pub(in crate::slash) name: Option<ChannelName>,
    bot: Bot,
}

/// Whether the bot is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Bot {
    Inside,
    /// It can join by itself.
    Outside,
    /// Nobody but people who are in the channel can see it.
    Hidden,
    Unknown,
}

impl Here {
    /// Whether it is the channel that a setting names.
    pub(in crate::slash) fn is(&self, channel: &ChannelName) -> bool {
        let bare = |name: &ChannelName| name.as_str().trim_start_matches('#').to_owned();
        *channel == self.id
            || self
                .name
                .as_ref()
                .is_some_and(|name| bare(name) == bare(channel))
    }

    /// As people see it, with a link.
    pub(in crate::slash) fn shown(&self) -> Mrkdwn {
        match &self.name {
            Some(name) => mrkdwn::escape_line(name.as_str()),
            None => Mrkdwn::fixed("this channel"),
        }
    }
}

/// Where the command was typed, if somebody can be told something there.
pub(in crate::slash) async fn here(context: &Context<'_>) -> Result<Here, Stopped> {
    let typed = context.who.channel.as_ref();
    let typed =
        typed.ok_or_else(|| Stopped::because("type that in the channel that it is about"))?;
    let client = context.parts().installations.client(&context.who.workspace);
    let client = client.ok_or_else(|| Stopped::because("the app is not in this workspace"))?;
    match client.conversation_info(&typed.id).await {
        Ok(channel) => of_info(channel),
        Err(LookupError::ChannelNotFound(_)) if typed.name == DIRECT => Err(Stopped::because(
            "nothing can be told in a direct message between people; type that in a channel, or in a direct message with the app",
        )),
        Err(LookupError::ChannelNotFound(_) | LookupError::NotInChannel(_)) => {
            Ok(unseen(typed.id.clone(), Bot::Hidden))
        }
        Err(error) => {
            tracing::warn!(%error, "cannot tell whether the bot is in a channel");
            Ok(unseen(typed.id.clone(), Bot::Unknown))
        }
    }
}

fn of_info(channel: Channel) -> Result<Here, Stopped> {
    if channel.is_archived {
        let why = "this channel is archived; nothing can be told in it".to_owned();
        return Err(Stopped::Refused(Refused(why)));
    }
    let bot = if channel.is_member || channel.is_im {
        Bot::Inside
    } else if channel.is_private {
        Bot::Hidden
    } else {
        Bot::Outside
    };
    let name = channel
        .name
        .and_then(|name| format!("#{name}").parse().ok());
    Ok(Here {
        id: channel.id,
        name,
        bot,
    })
}

fn unseen(id: ChannelName, bot: Bot) -> Here {
    Here {
        id,
        name: None,
        bot,
    }
}

/// Sees to it that the bot can speak there; what is left for people to do.
pub(in crate::slash) async fn join(context: &Context<'_>, here: &Here) -> Mrkdwn {
    let invite = || {
        let command = mrkdwn::code("/invite @Signalbox");
        say!("The bot is not in this channel, so nothing arrives yet: type {command}")
    };
    match here.bot {
        Bot::Inside => Mrkdwn::empty(),
        Bot::Hidden => invite(),
        Bot::Unknown => say!(
            "Slack did not say whether the bot is in this channel; if nothing arrives, type {}",
            mrkdwn::code("/invite @Signalbox")
        ),
        Bot::Outside => {
            let client = context.parts().installations.client(&context.who.workspace);
            let Some(client) = client else {
                return invite();
            };
            match client.join_conversation(&here.id).await {
                Ok(_) => Mrkdwn::empty(),
                Err(error) => {
                    tracing::warn!(%error, "the bot could not join a channel");
                    invite()
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn info(json: serde_json::Value) -> Channel {
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn a_channel_is_itself_by_id_and_by_name() {
        let here = of_info(info(json!({"id": "C1", "name": "general"}))).unwrap();
        for (name, expected) in [
            ("C1", true),
            ("#general", true),
            ("general", true),
            ("C2", false),
            ("#other", false),
        ] {
            assert_eq!(here.is(&name.parse().unwrap()), expected, "{name}");
        }
        assert_eq!(here.bot, Bot::Outside);
    }

    #[test]
    fn nothing_is_told_in_an_archived_channel() {
        let archived = of_info(info(json!({"id": "C1", "is_archived": true})));
        assert!(archived.is_err());
        let private = of_info(info(json!({"id": "G1", "is_private": true}))).unwrap();
        assert_eq!(private.bot, Bot::Hidden);
    }
}
