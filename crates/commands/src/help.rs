//! `help`: what can be typed, from the one list.

use domain::mrkdwn::{self, Mrkdwn};
use domain::{Message, say};

use crate::answer::{Answer, Refused};
use crate::command::{Argument, Command, Count};
use crate::context::Context;
use crate::grammar::{Invocation, Opt, Takes};
use crate::list::COMMANDS;
use crate::wording::{did_you_mean, nearest};

pub(crate) const COMMAND: Command = Command {
    name: "help",
    aliases: &[],
    summary: "Show what can be typed.",
    arguments: &[Argument::text("COMMAND", Count::Any)],
    options: &[],
    has_environments: false,
    examples: &["help", "help feature set"],
    run: |context, invocation| Box::pin(run(context, invocation)),
};

async fn run(context: &Context<'_>, invocation: &Invocation) -> Result<Answer, Refused> {
    let asked = invocation
        .arguments
        .join(" ")
        .to_lowercase()
        .replace('-', "_");
    let of: Vec<&Command> = COMMANDS
        .iter()
        .filter(|command| {
            command.names().any(|name| {
                asked.is_empty() || name == asked || name.split(' ').next() == Some(asked.as_str())
            })
        })
        .collect();
    match of.as_slice() {
        [] => {
            let near = nearest(&asked, COMMANDS.iter().flat_map(Command::names));
            let asked = crate::wording::Name(&asked).to_string();
            Err(Refused(format!(
                "there is no command {asked}{}",
                did_you_mean(&near)
            )))
        }
        [command] => Ok(of_command(command, &context.chatops.vocabulary())),
        commands => Ok(of_commands(commands)),
    }
}

fn of_commands(commands: &[&Command]) -> Answer {
    let lines = commands.iter().map(|command| {
        say!(
            "{} – {}",
            mrkdwn::code(&command.usage()),
            mrkdwn::escape(command.summary)
        )
    });
    let summary = Mrkdwn::fixed("What can be typed after /chatops run");
    let headline = say!("What can be typed after {}", mrkdwn::code("/chatops run"));
    let message = Message::new(summary, headline)
        .body(mrkdwn::join(lines, "\n"))
        .context(say!("More of each: {}", mrkdwn::code("help feature set")));
    Answer::ephemeral(message)
}

/// How one command is used.
pub(crate) fn of_command(command: &Command, environments: &[(String, String)]) -> Answer {
    let usage = mrkdwn::code(&command.usage());
    let options = command.options.iter().map(|opt| option_line(*opt));
    let examples = command.examples.iter().map(|example| mrkdwn::code(example));
    let names: Vec<String> = environments
        .iter()
        .map(|(name, _)| format!("--{name}"))
        .collect();
    let environments = if command.has_environments && !names.is_empty() {
        let names = names.iter().map(|name| mrkdwn::code(name));
        mrkdwn::join(names, " ").then("; production when none is named")
    } else {
        Mrkdwn::empty()
    };
    let message = Message::new(mrkdwn::escape(command.summary), usage)
        .body(mrkdwn::escape(command.summary))
        .wide_fact("Options", mrkdwn::join(options, "\n"))
        .wide_fact("Environments", environments)
        .wide_fact("Examples", mrkdwn::join(examples, "\n"));
    Answer::ephemeral(message)
}

fn option_line(opt: Opt) -> Mrkdwn {
    let spec = opt.spec();
    let typed = match spec.takes {
        Takes::Nothing => format!("--{}", spec.name),
        Takes::One(what) => format!("--{}={what}", spec.name),
        Takes::List(what) => format!("--{}={what},…", spec.name),
    };
    say!("{} {}", mrkdwn::code(&typed), mrkdwn::escape(spec.help))
}
