//! From a command back to the line that calls it.

use std::fmt;

use crate::command::{Command, Kind};

use super::lexer::quoted;
use super::{Invocation, Takes};

/// The options of a command as they are typed, environments as one.
pub(super) fn options_of(command: &Command) -> Vec<String> {
    let options = command
        .options
        .iter()
        .map(|opt| format!("--{}", opt.spec().name));
    let environments = command.has_environments.then(|| "--ENVIRONMENT".to_owned());
    let mut all: Vec<String> = options.chain(environments).collect();
    if all.is_empty() {
        all.push("--help".to_owned());
    }
    all
}

impl fmt::Display for Invocation {
    /// The line that [`parse`](super::parse) reads back as this.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.command.name)?;
        let mut kinds = self.command.arguments.iter().map(|argument| argument.kind);
        let mut kind = Kind::Text;
        for argument in &self.arguments {
            kind = kinds.next().unwrap_or(kind);
            write!(f, " {}", written(kind, argument))?;
        }
        for (opt, values) in &self.options {
            let spec = opt.spec();
            match spec.takes {
                Takes::Nothing => write!(f, " --{}", spec.name)?,
                Takes::One(_) | Takes::List(_) => {
                    write!(f, " --{}={}", spec.name, quoted(&values.join(",")))?;
                }
            }
        }
        for environment in &self.environments {
            write!(f, " --{environment}")?;
        }
        if self.wants_help {
            f.write_str(" --help")?;
        }
        Ok(())
    }
}

/// A flag whose colons would be mended is quoted.
fn written(kind: Kind, argument: &str) -> String {
    if kind == Kind::Flag && super::mended(argument) != argument {
        format!("\"{argument}\"")
    } else {
        quoted(argument)
    }
}

/// A line that [`parse`](super::parse) reads as these words, which a shell has cut already.
#[must_use]
pub fn line<T: AsRef<str>>(words: &[T]) -> String {
    let words: Vec<String> = words.iter().map(|word| quoted(word.as_ref())).collect();
    words.join(" ")
}
