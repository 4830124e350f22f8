//! How a word that was begun may go on, for a shell.

use crate::command::Command;

use super::Vocabulary;

/// What may stand where the last of `words` is being typed: words of commands first, then the
/// options of the command and the environments.
#[must_use]
pub fn completions<T: AsRef<str>>(words: &[T], vocabulary: &Vocabulary<'_>) -> Vec<String> {
    let words: Vec<&str> = words.iter().map(AsRef::as_ref).collect();
    let Some((begun, before)) = words.split_last() else {
        return Vec::new();
    };
    let plain: Vec<&str> = before
        .iter()
        .copied()
        .filter(|word| !word.starts_with('-'))
        .collect();
    let called = |command: &&Command| {
        command.names().any(|name| {
            let name: Vec<&str> = name.split(' ').collect();
            plain.starts_with(&name)
        })
    };
    let mut found: Vec<String> = match vocabulary.commands.iter().find(called) {
        Some(command) => options(command, vocabulary),
        None => next_words(&plain, vocabulary.commands),
    };
    found.retain(|word| word.starts_with(begun));
    found
}

fn next_words(typed: &[&str], commands: &[Command]) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for name in commands.iter().flat_map(Command::names) {
        let name: Vec<&str> = name.split(' ').collect();
        if let Some([next, ..]) = name.strip_prefix(typed)
            && !words.iter().any(|known| known == next)
        {
            words.push((*next).to_owned());
        }
    }
    words
}

fn options(command: &Command, vocabulary: &Vocabulary<'_>) -> Vec<String> {
    let options = command.options.iter().map(|opt| opt.spec().name);
    let environments = vocabulary
        .environments
        .iter()
        .map(|(name, _)| name.as_str());
    let environments = environments.filter(|_| command.has_environments);
    options
        .chain(environments)
        .map(|name| format!("--{name}"))
        .collect()
}
