//! What `changes` says was changed: lists and values before and after.

use domain::event::Person;
use serde::Deserialize;

use crate::lax::{List, Number, Object, Text};
use crate::place::{WirePerson, person_by_id, same_person};

/// A field before and after.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Changed<T> {
    pub(crate) previous: T,
    pub(crate) current: T,
}

pub(crate) type ChangedPeople<'a> = Object<Changed<List<Object<WirePerson<'a>>>>>;
pub(crate) type ChangedLabels<'a> = Object<Changed<List<Object<WireLabel<'a>>>>>;
pub(crate) type ChangedText<'a> = Object<Changed<Text<'a>>>;

/// A label; very old payloads call its title a name.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct WireLabel<'a> {
    #[serde(borrow)]
    title: Text<'a>,
    name: Text<'a>,
}

/// The labels' titles.
pub(crate) fn titles(labels: &List<Object<WireLabel<'_>>>) -> Vec<String> {
    labels
        .objects()
        .filter_map(|label| label.title.line().or_else(|| label.name.line()))
        .collect()
}

/// The people who are named well enough to be shown.
pub(crate) fn people(list: &List<Object<WirePerson<'_>>>) -> Vec<Person> {
    list.objects().filter_map(WirePerson::person).collect()
}

/// Titles that were added, and those that were removed.
pub(crate) fn labels(changed: &ChangedLabels<'_>) -> (Vec<String>, Vec<String>) {
    let Some(changed) = changed.get() else {
        return Default::default();
    };
    let (before, after) = (titles(&changed.previous), titles(&changed.current));
    let added = after
        .iter()
        .filter(|title| !before.contains(title))
        .cloned()
        .collect();
    let removed = before
        .into_iter()
        .filter(|title| !after.contains(title))
        .collect();
    (added, removed)
}

/// Those of `people` who are not among `others`.
pub(crate) fn without(people: &[Person], others: &[Person]) -> Vec<Person> {
    let missing = |person: &&Person| !others.iter().any(|other| same_person(person, other));
    people.iter().filter(missing).cloned().collect()
}

/// The text before, when there was one and it is another now.
pub(crate) fn text_before(changed: &ChangedText<'_>) -> Option<String> {
    let changed = changed.get()?;
    let before = changed.previous.line()?;
    (changed.current.line() != Some(before.clone())).then_some(before)
}

/// Whether the text is another now.
pub(crate) fn is_edited(changed: &ChangedText<'_>) -> bool {
    changed.get().is_some_and(|changed| {
        changed.previous.get().unwrap_or_default() != changed.current.get().unwrap_or_default()
    })
}

/// Whether there is a milestone now, when that or which one it is changed.
pub(crate) fn milestone(changed: &ChangedText<'_>) -> Option<bool> {
    let set = |id: &Text<'_>| id.get().is_some_and(|id| id != "0");
    let changed = changed.get()?;
    let (before, after) = (set(&changed.previous), set(&changed.current));
    let same = before == after && changed.previous.get() == changed.current.get();
    (!same && (before || after)).then_some(after)
}

/// Who was assigned and who no longer is, from the ids that GitLab before 10 sent. Of somebody
/// who is not among the `known` only the id can be said.
pub(crate) fn by_id(
    changed: &Object<Changed<Number>>,
    known: &[Person],
) -> (Vec<Person>, Vec<Person>) {
    let Some(changed) = changed.get() else {
        return Default::default();
    };
    let (before, after) = (changed.previous.get(), changed.current.get());
    if before == after {
        return Default::default();
    }
    let known_by_id = |id: u64| known.iter().find(|person| person.id == Some(id)).cloned();
    let only = || known.first().filter(|person| person.id.is_none()).cloned();
    let assigned = after.map(|id| {
        known_by_id(id)
            .or_else(only)
            .unwrap_or_else(|| person_by_id(id))
    });
    let unassigned = before.map(person_by_id);
    (
        assigned.into_iter().collect(),
        unassigned.into_iter().collect(),
    )
}
