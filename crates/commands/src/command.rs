//! What a command is.

use std::future::Future;
use std::pin::Pin;

use crate::answer::{Answer, Refused};
use crate::context::Context;
use crate::grammar::{Invocation, Opt};

/// A command: what is typed, what is told about it, and who runs it.
pub struct Command {
    /// The words that call it: `feature set`.
    pub name: &'static str,
    /// Other words that mean the same.
    pub aliases: &'static [&'static str],
    /// One sentence.
    pub summary: &'static str,
    pub arguments: &'static [Argument],
    pub options: &'static [Opt],
    /// Whether it is about environments: `--staging` and the like.
    pub has_environments: bool,
    pub examples: &'static [&'static str],
    pub(crate) run: Run,
}

/// Runs a command.
pub(crate) type Run = for<'a> fn(&'a Context<'a>, &'a Invocation) -> Running<'a>;
pub(crate) type Running<'a> = Pin<Box<dyn Future<Output = Result<Answer, Refused>> + Send + 'a>>;

/// A word that a command takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Argument {
    /// In capitals, as the help shows it.
    pub name: &'static str,
    pub kind: Kind,
    pub count: Count,
}

/// What a word stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A flag: what chat made of its colons is mended.
    Flag,
    Text,
}

/// How often a word may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Count {
    One,
    Maybe,
    Any,
}

impl Argument {
    pub(crate) const FLAG: Self = Self {
        name: "FLAG",
        kind: Kind::Flag,
        count: Count::One,
    };

    pub(crate) const fn text(name: &'static str, count: Count) -> Self {
        Self {
            name,
            kind: Kind::Text,
            count,
        }
    }
}

impl PartialEq for Command {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Command {}

impl std::fmt::Debug for Command {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

impl Command {
    /// How it is typed, without its options: `feature set FLAG VALUE`.
    #[must_use]
    pub fn usage(&self) -> String {
        let mut usage = self.name.to_owned();
        for argument in self.arguments {
            let name = argument.name;
            usage.push_str(&match argument.count {
                Count::One => format!(" {name}"),
                Count::Maybe => format!(" [{name}]"),
                Count::Any => format!(" [{name}…]"),
            });
        }
        usage
    }

    /// Its name and the words that mean the same.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        [self.name].into_iter().chain(self.aliases.iter().copied())
    }
}
