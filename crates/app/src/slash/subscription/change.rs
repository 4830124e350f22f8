//! Changing what a channel hears of a project: which project and kinds, who may, and the change.

use domain::{EventKind, Mrkdwn, ProjectPath, mrkdwn};
use integrations::{AppEdit, EditError};
use notify::settings::SubscriptionConfig;

use super::channel::Here;
use super::words;
use crate::answer::{Refused, Stopped};
use crate::context::Context;
use crate::links::Addresses;
use crate::slash::grammar::Links;
use crate::slash::{project, rights};
use commands::wording::Name;

/// What was asked for.
pub(super) struct Asked {
    pub(super) project: ProjectPath,
    /// Empty when none was named.
    pub(super) kinds: Vec<EventKind>,
}

/// What became of it.
pub(super) struct Changed {
    pub(super) kinds: Vec<EventKind>,
    /// What was so before.
    pub(super) same: Vec<EventKind>,
    /// The project had no settings of its own before, so it got those of this place.
    pub(super) copied_from: Option<String>,
}

/// Reads `[PROJECT] [KIND…]`, and makes sure that whoever typed it maintains the project.
pub(super) async fn read(context: &Context<'_>, typed: &str) -> Result<Asked, Stopped> {
    let words = typed.split(|c: char| c.is_whitespace() || c == ',');
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    let (named, rest) = match words.split_first() {
        Some((first, rest)) if words::kinds(first).is_none() => (Some(*first), rest),
        Some(_) | None => (None, words.as_slice()),
    };
    let kinds = words::all_kinds(rest.iter().copied());
    let kinds = kinds.map_err(|why| Stopped::Refused(Refused(why)))?;
    let project = match (named, &context.project) {
        (Some(named), _) => of_word(context, named).await?,
        (None, Some(project)) => project.clone(),
        (None, None) => project::of(context, None).await?,
    };
    rights::must_maintain(context, &project).await?;
    Ok(Asked { project, kinds })
}

async fn of_word(context: &Context<'_>, word: &str) -> Result<ProjectPath, Stopped> {
    let of_address = Addresses::of(context.app).project(word);
    let name = of_address.as_deref().unwrap_or(word);
    match project::of(context, Some(name)).await {
        Err(Stopped::Refused(_)) if !name.contains('/') => {
            Err(Stopped::Refused(Refused(words::unknown(word))))
        }
        found => found,
    }
}

/// Changes each of the kinds in turn. What is refused of one is done of none.
pub(super) async fn change(
    context: &Context<'_>,
    asked: &Asked,
    each: impl Fn(&mut SubscriptionConfig, EventKind) -> Result<bool, Refused>,
) -> Result<Option<Changed>, Stopped> {
    let parts = context.parts();
    let workspace = &context.who.workspace;
    let connection = parts.store.connection(workspace, &asked.project).await?;
    let edit = AppEdit {
        project: &asked.project,
        project_id: connection.map(|connection| connection.project_id),
        workspace,
        note: context.note(),
    };
    let own = asked.project.as_str();
    let changed = parts.integrations.edit_app(edit, |config| {
        let place = config.place();
        let is_own = place.eq_ignore_ascii_case(own);
        let had_something = config.wants_something();
        let mut changed = Changed {
            kinds: Vec::new(),
            same: Vec::new(),
            copied_from: (!is_own && had_something).then_some(place),
        };
        for kind in &asked.kinds {
            let is_new = each(config, *kind)?;
            let list = if is_new {
                &mut changed.kinds
            } else {
                &mut changed.same
            };
            list.push(*kind);
        }
        Ok((!changed.kinds.is_empty()).then_some(changed))
    });
    changed.await.map_err(refused)
}

/// Why an integration was not changed, in words.
pub(super) fn refused(error: EditError<Refused>) -> Stopped {
    match error {
        EditError::Refused(refused) => Stopped::Refused(refused),
        elsewhere @ (EditError::Elsewhere { .. } | EditError::Several(_)) => {
            Stopped::Refused(Refused(elsewhere.to_string()))
        }
        EditError::Put(error) => Stopped::Refused(Refused::because(error)),
    }
}

/// One channel more of a kind.
pub(super) fn add(
    config: &mut SubscriptionConfig,
    kind: EventKind,
    here: &Here,
) -> Result<bool, Refused> {
    config.begin_anew();
    if config.goes_to(kind).iter().any(|known| here.is(known)) {
        return Ok(false);
    }
    config.add_channel(kind, &here.id).map_err(|error| {
        Refused(format!(
            "{} of this project: {error}; take one of them away first",
            Name(words::of(kind))
        ))
    })
}

/// One channel less of a kind, however it is named.
pub(super) fn take_away(config: &mut SubscriptionConfig, kind: EventKind, here: &Here) -> bool {
    let by_id = config.remove_channel(kind, &here.id);
    let name = here.name.as_ref();
    let by_name = name.is_some_and(|name| config.remove_channel(kind, name));
    by_id || by_name
}

/// Kinds as a list for reading.
pub(super) fn in_words(kinds: &[EventKind]) -> Mrkdwn {
    let words = kinds.iter().map(|kind| mrkdwn::code(words::of(*kind)));
    mrkdwn::and_list(words.collect())
}
