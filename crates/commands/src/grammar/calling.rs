//! Which command the first words call.

use crate::command::Command;
use crate::wording::nearest;

use super::error::BadInput;
use super::lexer::Word;

/// What follows `/chatops`, `gitlab` and `run`.
pub(super) fn without_prefix(words: &[Word]) -> &[Word] {
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
pub(super) fn find_command<'a>(
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
    let asks_for_help = typed(2).is_some_and(|typed| typed == format!("{first} help"));
    if let Some(help) = help.filter(|_| asks_for_help && commands.iter().any(begins)) {
        return Ok((help, &words[..1]));
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
