//! The reference of `/gitlab` as a page, from the one list.

use std::fmt::Write as _;

use super::{COMMANDS, Command, Place};

/// The section `Commands` of `docs/slack-app.md`, in Markdown.
#[must_use]
pub fn reference() -> String {
    let mut page = String::new();
    for command in COMMANDS {
        // Writing to a `String` cannot fail.
        let _ = of_command(&mut page, command);
    }
    page
}

fn of_command(page: &mut String, command: &Command) -> std::fmt::Result {
    writeln!(page, "### `{}`\n", command.name)?;
    writeln!(page, "{}\n", command.summary)?;
    writeln!(page, "```\n/gitlab {}\n", command.usage())?;
    for example in command.examples {
        writeln!(page, "/gitlab {}", example.replace('\n', "⏎"))?;
    }
    writeln!(page, "```\n")?;
    if !command.aliases.is_empty() {
        writeln!(page, "The same as `{}`.\n", command.aliases.join("`, `"))?;
    }
    let place = match command.place {
        Place::Anywhere => None,
        Place::Project => Some("Happens in a project"),
        Place::MaybeProject => Some("Happens in a project, or in all that you see"),
    };
    let account = command.needs_account.then_some("needs a linked account");
    let notes: Vec<&str> = place.into_iter().chain(account).collect();
    if notes.is_empty() {
        return Ok(());
    }
    writeln!(page, "{}.\n", notes.join("; "))
}
