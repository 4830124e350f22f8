//! `help`: what can be typed, from the one list.

use commands::Visibility;
use commands::wording::{nearest, prose};
use domain::mrkdwn::{self, Mrkdwn};
use domain::{Message, say};

use super::{Argument, COMMANDS, Command, Given, Kind, Place};
use crate::answer::{Answer, Refused, Stopped};
use crate::context::Context;

pub(super) const COMMAND: Command = Command {
    name: "help",
    aliases: &[],
    summary: "Show what can be typed.",
    arguments: &[Argument::optional("COMMAND", Kind::Line)],
    place: Place::Anywhere,
    needs_account: false,
    examples: &["help", "help issue new"],
    run: |context, given| Box::pin(run(context, given)),
};

async fn run(context: &Context<'_>, given: &Given) -> Result<Answer, Stopped> {
    let asked = given.text("COMMAND").to_lowercase();
    let slash = &context.parts().names.gitlab;
    let fits = |command: &&Command| {
        let mut names = command.names();
        asked.is_empty()
            || names.any(|name| name == asked || name.split(' ').next() == Some(asked.as_str()))
    };
    let of: Vec<&Command> = COMMANDS.iter().filter(fits).collect();
    match of.as_slice() {
        [] => {
            let near = nearest(&asked, COMMANDS.iter().flat_map(Command::names));
            Err(Refused(super::grammar::no_command(&asked, &near)).into())
        }
        [command] => Ok(Answer::ephemeral(one(slash, command))),
        commands => Ok(all(context, commands)),
    }
}

/// The most characters of one message's list: Slack takes 3,000, escapes included.
const MOST_CHARS: usize = 2_600;

fn all(context: &Context<'_>, commands: &[&Command]) -> Answer {
    let names = &context.parts().names;
    let slash = mrkdwn::code(&names.gitlab);
    let chatops = mrkdwn::code(&format!("{} run help", names.chatops));
    let mut messages: Vec<Message> = parts(&names.gitlab, commands)
        .into_iter()
        .enumerate()
        .map(|(place, lines)| {
            let headline = match place {
                0 => say!("What can be typed after {slash}"),
                _ => Mrkdwn::fixed("and"),
            };
            let summary = Mrkdwn::fixed("What can be typed");
            Message::new(summary, headline).body(mrkdwn::join(lines, "\n"))
        })
        .collect();
    if let Some(last) = messages.pop() {
        messages.push(
            last.context(Mrkdwn::fixed("PROJECT is a path or an alias. It may be left out where the channel has a project or the workspace has only one."))
                .context(say!("Flags, deployments and releases: {chatops}")),
        );
    }
    Answer {
        visibility: Visibility::Ephemeral,
        messages,
        controls: Vec::new(),
        ok: true,
    }
}

/// The commands' lines, as many together as a message has room for.
fn parts(slash: &str, commands: &[&Command]) -> Vec<Vec<Mrkdwn>> {
    let mut parts: Vec<Vec<Mrkdwn>> = Vec::new();
    let mut left = 0;
    for command in commands {
        let usage = mrkdwn::code(&format!("{slash} {}", command.usage()));
        let line = say!("{usage} – {}", prose(command.summary));
        let length = line.as_str().chars().count() + 1;
        match parts.last_mut().filter(|_| length <= left) {
            Some(part) => {
                left -= length;
                part.push(line);
            }
            None => {
                left = MOST_CHARS.saturating_sub(length);
                parts.push(vec![line]);
            }
        }
    }
    parts
}

/// How one command is used.
pub(super) fn one(slash: &str, command: &Command) -> Message {
    let usage = mrkdwn::code(&format!("{slash} {}", command.usage()));
    let summary = prose(command.summary);
    let line = |text: &&str| mrkdwn::code(&format!("{slash} {}", text.replace('\n', " ⏎ ")));
    let also: Vec<Mrkdwn> = command.aliases.iter().map(line).collect();
    let examples: Vec<Mrkdwn> = command.examples.iter().map(line).collect();
    let mut message = Message::new(summary.clone(), usage).body(summary);
    message = message
        .wide_fact("Also", mrkdwn::join(also, "\n"))
        .wide_fact("Examples", mrkdwn::join(examples, "\n"));
    if command.place != Place::Anywhere {
        message = message.context(Mrkdwn::fixed(
            "PROJECT is a path or an alias; it may be left out where the channel has a project.",
        ));
    }
    if super::grammar::takes_lines(command) {
        message = message.context(Mrkdwn::fixed(
            "The text may have several lines: Shift + Enter begins one, shown as ⏎ in the examples.",
        ));
    }
    message
}
