//! From a line of text to a command with its arguments and options.
//!
//! Options stand anywhere, as `--x=v` or `--x v`; lists have commas. What chat and telephones
//! do to a line is undone (`lexer`). Pure: whether a flag or a person exists is found out
//! later. Slack's escapes (`&lt;`) are the edge's to undo.

mod calling;
mod completion;
mod error;
mod given;
mod lexer;
mod options;
mod placeholder;
mod print;

use std::collections::BTreeMap;

use crate::command::{Argument, Command, Count, Kind};

use calling::{find_command, without_prefix};
use given::{Given, Words};
use lexer::{Word, dashed};

pub use completion::completions;
pub use error::BadInput;
pub use options::{OPTIONS, Opt, OptionSpec, Takes, is_reserved};
pub use print::line;

/// A line that was understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invocation {
    pub command: &'static Command,
    pub arguments: Vec<String>,
    /// What each option was given; nothing for one that takes no value.
    pub options: BTreeMap<Opt, Vec<String>>,
    /// The environments that were named, in the order of the registry.
    pub environments: Vec<String>,
    /// `--help` was among the options.
    pub wants_help: bool,
}

/// What a line is read against.
#[derive(Clone, Copy)]
pub struct Vocabulary<'a> {
    pub commands: &'static [Command],
    /// Names of environments, each with its short name.
    pub environments: &'a [(String, String)],
}

impl Invocation {
    /// Whether an option was given.
    #[must_use]
    pub fn has(&self, opt: Opt) -> bool {
        self.options.contains_key(&opt)
    }

    /// The value of an option that takes one.
    #[must_use]
    pub fn value(&self, opt: Opt) -> Option<&str> {
        self.options.get(&opt)?.first().map(String::as_str)
    }

    /// The values of an option that takes a list.
    #[must_use]
    pub fn values(&self, opt: Opt) -> &[String] {
        self.options.get(&opt).map_or(&[], Vec::as_slice)
    }

    /// The argument at a place.
    #[must_use]
    pub fn argument(&self, place: usize) -> Option<&str> {
        self.arguments.get(place).map(String::as_str)
    }
}

/// Reads a line: what stands after `/chatops` (`run …` or `gitlab run …`), or what was typed in
/// a shell.
///
/// # Errors
/// In one line, with the nearest names or what to put in place.
pub fn parse(text: &str, vocabulary: &Vocabulary<'_>) -> Result<Invocation, BadInput> {
    let mut words = Words(lexer::words(text)?.into());
    let mut given = Given::default();
    let mut plain = Vec::new();
    while let Some(word) = words.next() {
        match dashed(&word.text) {
            Some(name) => given.take(name, &mut words, vocabulary)?,
            None => plain.push(word),
        }
    }
    let plain = without_prefix(&plain);
    let (command, rest) = find_command(plain, vocabulary.commands)?;
    if !given.wants_help {
        for text in plain
            .iter()
            .map(|word| &word.text)
            .chain(given.options.values().flatten())
        {
            placeholder::refuse(text)?;
        }
        given.check(command)?;
    }
    Ok(Invocation {
        command,
        arguments: if given.wants_help {
            Vec::new()
        } else {
            arguments(command, rest)?
        },
        options: given.options,
        environments: given.environments,
        wants_help: given.wants_help,
    })
}

fn arguments(command: &'static Command, words: &[Word]) -> Result<Vec<String>, BadInput> {
    let mut rest = words.iter();
    let mut arguments = Vec::new();
    for argument in command.arguments {
        match argument.count {
            Count::One | Count::Maybe => match rest.next() {
                Some(word) => arguments.push(value(argument, word)),
                None if argument.count == Count::Maybe => (),
                None => {
                    let usage = command.usage();
                    return Err(BadInput::MissingArgument {
                        what: argument.name,
                        usage,
                    });
                }
            },
            Count::Any => arguments.extend(rest.by_ref().map(|word| value(argument, word))),
        }
    }
    match rest.next() {
        None => Ok(arguments),
        Some(word) => Err(BadInput::LeftOver {
            extra: word.text.clone(),
            usage: command.usage(),
        }),
    }
}

fn value(argument: &Argument, word: &Word) -> String {
    match argument.kind {
        Kind::Flag if !word.is_literal => mended(&word.text),
        Kind::Flag | Kind::Text => word.text.clone(),
    }
}

/// A flag's name after chat took `:Worker:` in it for an emoji: flags have two colons or none.
fn mended(name: &str) -> String {
    let name = name.trim_matches(':');
    let parts: Vec<&str> = name.split(':').filter(|part| !part.is_empty()).collect();
    parts.join("::")
}

#[cfg(test)]
mod tests;
