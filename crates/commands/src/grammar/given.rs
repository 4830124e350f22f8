//! Options: those of the table and those that name an environment.

use std::collections::{BTreeMap, VecDeque};

use crate::command::Command;
use crate::wording::nearest;

use super::error::BadInput;
use super::lexer::{Word, dashed};
use super::options::{OPTIONS, Opt, OptionSpec, Takes};
use super::{Vocabulary, print};

/// The most values of a list.
const MOST_VALUES: usize = 100;

/// The words that are not read yet.
pub(super) struct Words(pub(super) VecDeque<Word>);

impl Words {
    pub(super) fn next(&mut self) -> Option<Word> {
        self.0.pop_front()
    }

    pub(super) fn next_if(&mut self, wanted: impl FnOnce(&Word) -> bool) -> Option<Word> {
        if self.0.front().is_some_and(wanted) {
            self.0.pop_front()
        } else {
            None
        }
    }
}

/// The options that were read.
#[derive(Default)]
pub(super) struct Given {
    pub(super) options: BTreeMap<Opt, Vec<String>>,
    pub(super) environments: Vec<String>,
    pub(super) wants_help: bool,
}

impl Given {
    pub(super) fn take(
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
    pub(super) fn check(&self, command: &'static Command) -> Result<(), BadInput> {
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
