//! From a line of text to a command with its arguments and options.
//!
//! Options stand anywhere, as `--x=v` or `--x v`; lists have commas. What chat and telephones
//! do to a line is undone ([`lexer`]). Pure: whether a flag or a person exists is found out
//! later. Slack's escapes (`&lt;`) are the edge's to undo.

mod completion;
mod error;
mod lexer;
mod options;
mod placeholder;
mod print;

use std::collections::BTreeMap;

use crate::command::{Argument, Command, Count, Kind};
use crate::wording::nearest;

use lexer::{Word, dashed};

pub use completion::completions;
pub use error::BadInput;
pub use options::{OPTIONS, Opt, OptionSpec, Takes, is_reserved};
pub use print::line;

/// The most values of a list.
const MOST_VALUES: usize = 100;

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

/// The words that are not read yet.
struct Words(std::collections::VecDeque<Word>);

impl Words {
    fn next(&mut self) -> Option<Word> {
        self.0.pop_front()
    }

    fn next_if(&mut self, wanted: impl FnOnce(&Word) -> bool) -> Option<Word> {
        if self.0.front().is_some_and(wanted) {
            self.0.pop_front()
        } else {
            None
        }
    }
}

/// The options that were read.
#[derive(Default)]
struct Given {
    options: BTreeMap<Opt, Vec<String>>,
    environments: Vec<String>,
    wants_help: bool,
}

impl Given {
    fn take(
        &mut self,
        word: &str,
        words: &mut Words,
        vocabulary: &Vocabulary<'_>,
    ) -> Result<(), BadInput> {
        let (name, value) = match word.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (word, None),
        };
        match Opt::named(name) {
            Some(spec) => self.take_option(spec, value, words),
            None => self.take_environment(name, value.is_some(), vocabulary),
        }
    }

    fn take_environment(
        &mut self,
        typed: &str,
        has_value: bool,
        vocabulary: &Vocabulary<'_>,
    ) -> Result<(), BadInput> {
        let name = typed.to_lowercase().replace('_', "-");
        let found = vocabulary
            .environments
            .iter()
            .find(|(long, short)| *long == name || *short == name);
        let Some((found, _)) = found else {
            let environments = vocabulary
                .environments
                .iter()
                .map(|(name, _)| name.as_str());
            let known = OPTIONS.iter().map(|spec| spec.name).chain(environments);
            let near = nearest(&name, known)
                .iter()
                .map(|name| format!("--{name}"))
                .collect();
            let typed = format!("--{typed}");
            return Err(BadInput::UnknownOption { typed, near });
        };
        if has_value {
            let option = found.clone();
            return Err(BadInput::TakesNoValue { option });
        }
        if !self.environments.contains(found) {
            self.environments.push(found.clone());
            let place = |name: &String| {
                vocabulary
                    .environments
                    .iter()
                    .position(|(known, _)| known == name)
            };
            self.environments.sort_by_key(place);
        }
        Ok(())
    }

    fn take_option(
        &mut self,
        spec: &'static OptionSpec,
        value: Option<String>,
        words: &mut Words,
    ) -> Result<(), BadInput> {
        match spec.takes {
            Takes::Nothing if value.is_some() => {
                let option = spec.name.to_owned();
                return Err(BadInput::TakesNoValue { option });
            }
            Takes::Nothing if spec.opt == Opt::Help => self.wants_help = true,
            Takes::Nothing => drop(self.options.entry(spec.opt).or_default()),
            Takes::One(what) => {
                let value = value_of(spec, what, value, words)?;
                if self.options.insert(spec.opt, vec![value]).is_some() {
                    return Err(BadInput::GivenTwice { option: spec.name });
                }
            }
            Takes::List(what) => {
                let list = list_of(value_of(spec, what, value, words)?, words);
                let values = self.options.entry(spec.opt).or_default();
                for item in list
                    .split(',')
                    .map(str::trim)
                    .filter(|item| !item.is_empty())
                {
                    if !values.iter().any(|known| known == item) {
                        values.push(item.to_owned());
                    }
                }
                if values.is_empty() {
                    return Err(BadInput::NeedsValue {
                        option: spec.name,
                        what,
                    });
                }
                if MOST_VALUES < values.len() {
                    return Err(BadInput::TooManyValues {
                        option: spec.name,
                        limit: MOST_VALUES,
                    });
                }
            }
        }
        Ok(())
    }

    /// Refuses options that the command does not take.
    fn check(&self, command: &'static Command) -> Result<(), BadInput> {
        let stray = self
            .options
            .keys()
            .find(|opt| !command.options.contains(opt));
        let stray = stray.map(|opt| opt.spec().name.to_owned());
        let stray = stray.or_else(|| {
            let environment = self
                .environments
                .first()
                .filter(|_| !command.has_environments);
            environment.cloned()
        });
        match stray {
            None => Ok(()),
            Some(option) => Err(BadInput::NotAnOptionOf {
                command: command.name,
                option,
                allowed: print::options_of(command),
            }),
        }
    }
}

fn value_of(
    spec: &'static OptionSpec,
    what: &'static str,
    value: Option<String>,
    words: &mut Words,
) -> Result<String, BadInput> {
    let follows = |word: &Word| word.is_literal || dashed(&word.text).is_none();
    value
        .or_else(|| words.next_if(follows).map(|word| word.text))
        .filter(|value| !value.trim().is_empty())
        .ok_or(BadInput::NeedsValue {
            option: spec.name,
            what,
        })
}

/// A list goes on after a comma, though a space follows it.
fn list_of(mut list: String, words: &mut Words) -> String {
    loop {
        let goes_on = list.ends_with(',');
        let next = words.next_if(|word| {
            dashed(&word.text).is_none() && (goes_on || word.text.starts_with(','))
        });
        match next {
            Some(word) => list.push_str(&word.text),
            None => return list,
        }
    }
}

/// What follows `/chatops`, `gitlab` and `run`.
fn without_prefix(words: &[Word]) -> &[Word] {
    let is = |word: Option<&Word>, name: &str| {
        word.is_some_and(|word| word.text.eq_ignore_ascii_case(name))
    };
    let mut rest = words;
    if is(rest.first(), "/chatops") {
        rest = &rest[1..];
    }
    if is(rest.first(), "gitlab") && (rest.len() == 1 || is(rest.get(1), "run")) {
        rest = &rest[1..];
    }
    if is(rest.first(), "run") {
        rest = &rest[1..];
    }
    rest
}

/// The command that the first words call. Without any it is the help; with half a name, the help
/// of that half.
fn find_command<'a>(
    words: &'a [Word],
    commands: &'static [Command],
) -> Result<(&'static Command, &'a [Word]), BadInput> {
    let typed = |count: usize| {
        let words: Option<Vec<String>> = words.get(..count).map(|words| {
            words
                .iter()
                .map(|word| word.text.to_lowercase().replace('-', "_"))
                .collect()
        });
        words.map(|words| words.join(" "))
    };
    let called = |name: &str| {
        commands
            .iter()
            .find(|command| command.names().any(|known| known == name))
    };
    for count in [2, 1] {
        if let Some(command) = typed(count).and_then(|name| called(&name)) {
            return Ok((command, &words[count..]));
        }
    }
    let help = called("help");
    let first = typed(1).unwrap_or_default();
    let begins = |command: &Command| {
        command
            .names()
            .any(|name| name.split(' ').next() == Some(first.as_str()))
    };
    let is_half = words.len() < 2 && (words.is_empty() || commands.iter().any(begins));
    if let Some(help) = help.filter(|_| is_half) {
        return Ok((help, words));
    }
    let names = || commands.iter().flat_map(Command::names);
    let is_known_first = commands.iter().any(begins);
    let typed = typed(2)
        .filter(|_| is_known_first)
        .unwrap_or_else(|| first.clone());
    let mut near = nearest(&typed, names());
    if near.is_empty() && is_known_first {
        near = commands
            .iter()
            .filter(|command| begins(command))
            .map(|command| command.name.to_owned())
            .collect();
    }
    Err(BadInput::UnknownCommand { typed, near })
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
