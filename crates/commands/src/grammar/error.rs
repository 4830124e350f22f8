//! What is wrong with a line, in one line for whoever typed it.

use crate::wording::{Name, OneOf, did_you_mean};

/// Why a line is no command. Names stand between backticks.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadInput {
    #[error("a command can be {limit} bytes long, this one is longer")]
    TooLong { limit: usize },
    #[error("a command can have {limit} words, this one has more")]
    TooManyWords { limit: usize },
    #[error("the quote that begins at {} is not closed", Name(.from))]
    UnclosedQuote { from: String },
    #[error("there is no command {}{}", Name(.typed), or_help(.near))]
    UnknownCommand { typed: String, near: Vec<String> },
    #[error("there is no option {}{}", Name(.typed), did_you_mean(.near))]
    UnknownOption { typed: String, near: Vec<String> },
    #[error("`{command}` does not take `--{option}`; it takes {}", OneOf(.allowed))]
    NotAnOptionOf {
        command: &'static str,
        option: String,
        allowed: Vec<String>,
    },
    #[error("`--{option}` needs a value: `--{option}={what}`")]
    NeedsValue {
        option: &'static str,
        what: &'static str,
    },
    #[error("`--{option}` takes no value")]
    TakesNoValue { option: String },
    #[error("`--{option}` is given twice")]
    GivenTwice { option: &'static str },
    #[error("`--{option}` takes at most {limit} values")]
    TooManyValues { option: &'static str, limit: usize },
    #[error("{what} is missing: `{usage}`")]
    MissingArgument { what: &'static str, usage: String },
    #[error("{} is left over: `{usage}`; quote a text that has spaces", Name(.extra))]
    LeftOver { extra: String, usage: String },
    #[error("{} stands for {hint}", Name(.placeholder))]
    Placeholder {
        placeholder: String,
        hint: &'static str,
    },
    /// A value that its command does not take.
    #[error("{0}")]
    Value(String),
}

fn or_help(near: &[String]) -> String {
    if near.is_empty() {
        "; `help` lists all there are".to_owned()
    } else {
        did_you_mean(near)
    }
}
