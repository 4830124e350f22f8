//! `help`: what can be typed, from the one list.

use commands::wording::{Name, did_you_mean, nearest};
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
            let (asked, near) = (Name(&asked), did_you_mean(&near));
            Err(Refused(format!("there is no command {asked}{near}")).into())
        }
        [command] => Ok(Answer::ephemeral(one(slash, command))),
        commands => Ok(Answer::ephemeral(all(context, commands))),
    }
}

fn all(context: &Context<'_>, commands: &[&Command]) -> Message {
    let names = &context.parts().names;
    let lines = commands.iter().map(|command| {
        let usage = mrkdwn::code(&format!("{} {}", names.gitlab, command.usage()));
        say!("{usage} – {}", mrkdwn::escape(command.summary))
    });
    let summary = Mrkdwn::fixed("What can be typed");
    let slash = mrkdwn::code(&names.gitlab);
    let project = say!(
        "PROJECT is a path or an alias. It may be left out where the channel has a project or the workspace has only one."
    );
    let chatops = mrkdwn::code(&format!("{} run help", names.chatops));
    Message::new(summary, say!("What can be typed after {slash}"))
        .body(mrkdwn::join(lines, "\n"))
        .context(project)
        .context(say!("Flags, deployments and releases: {chatops}"))
}

/// How one command is used.
pub(super) fn one(slash: &str, command: &Command) -> Message {
    let usage = mrkdwn::code(&format!("{slash} {}", command.usage()));
    let summary = mrkdwn::escape(command.summary);
    let line = |text: &&str| mrkdwn::code(&format!("{slash} {text}"));
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
            "A line break (Shift + Enter) ends the title; what follows is the text.",
        ));
    }
    message
}
