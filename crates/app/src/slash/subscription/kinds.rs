//! `kinds`: what can be subscribed to.

use domain::{Message, Mrkdwn, mrkdwn, say};

use super::change::in_words;
use super::words::{ALL, EVERYDAY, WORDS, Word};
use crate::answer::{Answer, Stopped};
use crate::slash::{Command, Place};
use notify::settings::SubscriptionConfig;

pub(in crate::slash) const COMMAND: Command = Command {
    name: "kinds",
    aliases: &["subscribe kinds", "subscribe list kinds", "list kinds"],
    summary: "List the kinds of events that a channel can hear of.",
    arguments: &[],
    place: Place::Anywhere,
    needs_account: false,
    examples: &["kinds"],
    run: |_, _| Box::pin(async { run() }),
};

fn run() -> Result<Answer, Stopped> {
    Ok(Answer::ephemeral(message()))
}

fn message() -> Message {
    let text = Mrkdwn::fixed("Kinds of events that a channel can hear of");
    let everyday = in_words(SubscriptionConfig::everyday_kinds());
    Message::new(text.clone(), text)
        .body(mrkdwn::join(WORDS.iter().map(line), "\n"))
        .context(say!("{} means {everyday}", mrkdwn::code(EVERYDAY)))
        .context(say!(
            "{} means everything but what is confidential",
            mrkdwn::code(ALL)
        ))
}

fn line(word: &Word) -> Mrkdwn {
    let names = word.names.iter().map(|name| mrkdwn::code(name));
    mrkdwn::join(names, ", ")
}
