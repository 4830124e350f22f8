//! When a change starts the end-to-end tests: when somebody whom they run for is let in.

use flags::ActorId;

use crate::grammar::{self, Invocation, Opt, Vocabulary};
use crate::list::COMMANDS;
use crate::rules::EndToEnd;

use super::Change;

pub(super) fn is_wanted(change: &Change<'_>) -> bool {
    let Some(rule) = &change.rules.effects.end_to_end else {
        return false;
    };
    let (before, after) = (
        change.changed.before.as_ref(),
        change.changed.after.as_ref(),
    );
    let default = change
        .definition
        .is_some_and(|definition| definition.default_enabled);
    if !rule.environments.contains(&change.environment.name)
        || flags::only_closes(before, after, default)
    {
        return false;
    }
    let were_named = |actor: &ActorId| before.is_some_and(|before| before.actors.contains(actor));
    let names_somebody =
        after.is_some_and(|after| after.enabled_actors().any(|actor| !were_named(actor)));
    // Gates keep numbers; who was meant is in what was typed.
    !names_somebody || typed(change).is_some_and(|invocation| is_for_the_tests(&invocation, rule))
}

fn typed(change: &Change<'_>) -> Option<Invocation> {
    let command = change.note.command.as_deref()?;
    let mut environments: Vec<(String, String)> = Vec::new();
    loop {
        let vocabulary = Vocabulary {
            commands: COMMANDS,
            environments: &environments,
        };
        match grammar::parse(command, &vocabulary) {
            Ok(invocation) => return Some(invocation),
            // Which environments there are does not matter here, and was checked when it was typed.
            Err(grammar::BadInput::UnknownOption { typed, .. }) if environments.len() < 100 => {
                let name = typed.trim_start_matches('-').to_owned();
                environments.push((name.clone(), name));
            }
            Err(_) => return None,
        }
    }
}

fn is_for_the_tests(invocation: &Invocation, rule: &EndToEnd) -> bool {
    let is_only = |opt, allowed: &Option<String>| {
        invocation
            .values(opt)
            .iter()
            .all(|name| Some(name) == allowed.as_ref())
    };
    let is_absent = |opt| !invocation.has(opt);
    is_only(Opt::User, &rule.user)
        && is_only(Opt::Group, &rule.group)
        && is_absent(Opt::Project)
        && is_absent(Opt::Namespace)
        && is_absent(Opt::Repository)
}
