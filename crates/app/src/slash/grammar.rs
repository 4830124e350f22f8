//! Reading a line: `[PROJECT] COMMAND ARGUMENTS`.
//!
//! The words of a command win over a project of the same name. A project is the first word, as
//! its path, its alias or its address; which project that is, is not decided here.

mod reading;

use super::{COMMANDS, Command, Given, Kind};
use commands::wording::{Name, did_you_mean, nearest};
use reading::Line;

/// The most characters of a line that is read; Slack sends at most 12,000.
pub const LONGEST: usize = 12_000;

/// What was typed, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invocation {
    pub command: &'static Command,
    /// The project that stood before the command.
    pub project: Option<String>,
    pub given: Given,
}

/// Why a line was not understood, with what to type instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NotUnderstood(pub String);

/// Reads what stood after `/gitlab`. `links` says what an address of GitLab's stands for.
///
/// # Errors
/// When there is no such command, or something that it needs is missing or is not what it should
/// be.
pub fn parse(text: &str, links: &dyn Links) -> Result<Invocation, NotUnderstood> {
    let length = text.chars().count();
    if LONGEST < length {
        return Err(NotUnderstood(format!(
            "that is {length} characters long; at most {LONGEST} are read"
        )));
    }
    let text = text.trim();
    if text.is_empty() {
        return understood(help(), None, "", links);
    }
    if let Some((command, rest)) = called(text) {
        return understood(command, None, rest, links);
    }
    let (first, rest) = first_word(text);
    if let Some((command, rest)) = called(rest) {
        let project = links.project(first).unwrap_or_else(|| first.to_owned());
        return understood(command, Some(project), rest, links);
    }
    Err(unknown(text, rest))
}

/// What addresses of the configured GitLab stand for.
pub trait Links {
    /// The path of the project whose address this is.
    fn project(&self, url: &str) -> Option<String>;
    /// The issue, with its project.
    fn issue(&self, url: &str) -> Option<(String, u64)>;
    fn merge_request(&self, url: &str) -> Option<(String, u64)>;
    fn pipeline(&self, url: &str) -> Option<(String, u64)>;
}

fn understood(
    command: &'static Command,
    project: Option<String>,
    rest: &str,
    links: &dyn Links,
) -> Result<Invocation, NotUnderstood> {
    let given = Line::new(rest, links)
        .read(command.arguments)
        .map_err(|why| NotUnderstood(format!("{why}; type {}", usage(command))))?;
    Ok(Invocation {
        command,
        project,
        given,
    })
}

fn usage(command: &Command) -> String {
    Name(&command.usage()).to_string()
}

fn help() -> &'static Command {
    &super::help::COMMAND
}

/// The command whose words a text begins with, the longest name first, and what follows.
fn called(text: &str) -> Option<(&'static Command, &str)> {
    let fitting = COMMANDS.iter().flat_map(|command| {
        command
            .names()
            .filter_map(move |name| Some((name, command, after(text, name)?)))
    });
    let (_, command, rest) = fitting.max_by_key(|(name, ..)| name.len())?;
    Some((command, rest))
}

/// What stands after these words, if a text begins with them; however they are spaced and written.
fn after<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let mut rest = text;
    for word in name.split(' ') {
        let trimmed = rest.trim_start_matches([' ', '\t']);
        let (typed, after) = first_word(trimmed);
        if !typed.eq_ignore_ascii_case(word) {
            return None;
        }
        rest = after;
    }
    Some(rest)
}

/// The first word of a text, and what follows it with its white space.
fn first_word(text: &str) -> (&str, &str) {
    let end = text.find(char::is_whitespace).unwrap_or(text.len());
    text.split_at(end)
}

fn unknown(text: &str, after_first: &str) -> NotUnderstood {
    let line = text.lines().next().unwrap_or_default();
    let second = after_first.lines().next().unwrap_or_default().trim();
    let words = |line: &str| {
        line.split_whitespace()
            .take(2)
            .collect::<Vec<_>>()
            .join(" ")
    };
    let tried = [words(line), words(second)];
    let mut near: Vec<String> = tried
        .iter()
        .filter(|typed| !typed.is_empty())
        .flat_map(|typed| nearest(typed, COMMANDS.iter().flat_map(Command::names)))
        .collect();
    near.dedup();
    near.truncate(3);
    NotUnderstood(no_command(line, &near))
}

/// What is said of a command that there is not.
pub(super) fn no_command(typed: &str, near: &[String]) -> String {
    let remedy = match near {
        [] => "; `help` lists all".to_owned(),
        near => did_you_mean(near),
    };
    format!("there is no command {}{remedy}", Name(typed))
}

/// Whether a word is the first of a command, so that no project may go by it.
#[must_use]
pub fn is_taken(alias: &str) -> bool {
    COMMANDS
        .iter()
        .flat_map(Command::names)
        .filter_map(|name| name.split(' ').next())
        .any(|word| word.eq_ignore_ascii_case(alias))
}

/// Whether a command takes lines below its first one.
pub(crate) fn takes_lines(command: &Command) -> bool {
    let mut arguments = command.arguments.iter();
    arguments.any(|argument| argument.kind == Kind::Text)
}

#[cfg(test)]
mod tests;
