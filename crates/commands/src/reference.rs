//! The reference of what can be typed, as a page, from the one list of commands and the one table
//! of options.

use std::fmt::Write as _;

use crate::command::Command;
use crate::grammar::{OPTIONS, Takes};
use crate::list::COMMANDS;

/// The section `Commands` of `docs/chatops.md`, in Markdown.
#[must_use]
pub fn reference() -> String {
    let mut page = String::new();
    for command in COMMANDS {
        // Writing to a `String` cannot fail.
        let _ = of_command(&mut page, command);
    }
    let _ = of_options(&mut page);
    page
}

fn of_command(page: &mut String, command: &Command) -> std::fmt::Result {
    writeln!(page, "### `{}`\n", command.name)?;
    writeln!(page, "{}\n", command.summary)?;
    writeln!(page, "```\n{}\n", command.usage())?;
    for example in command.examples {
        writeln!(page, "{example}")?;
    }
    writeln!(page, "```\n")?;
    if !command.aliases.is_empty() {
        writeln!(page, "The same as `{}`.\n", command.aliases.join("`, `"))?;
    }
    let mut options: Vec<String> = command
        .options
        .iter()
        .map(|opt| format!("`--{}`", opt.spec().name))
        .collect();
    if command.has_environments {
        options.push("the environments".to_owned());
    }
    if !options.is_empty() {
        writeln!(page, "Takes {}.\n", options.join(", "))?;
    }
    Ok(())
}

fn of_options(page: &mut String) -> std::fmt::Result {
    writeln!(page, "### Options\n")?;
    writeln!(page, "| option | means |\n| --- | --- |")?;
    for spec in OPTIONS {
        let value = match spec.takes {
            Takes::Nothing => String::new(),
            Takes::One(what) => format!("={what}"),
            Takes::List(what) => format!("={what},…"),
        };
        writeln!(page, "| `--{}{value}` | {} |", spec.name, spec.help)?;
    }
    Ok(())
}
