//! What somebody did to an issue or a merge request, in words: one deed, or several in one
//! sentence.

use domain::Mrkdwn;
use domain::event::{Event, Person};
use domain::say;

use super::names;
use super::sentence::{Sentence, tell};
use super::text;

/// "added label bug **to** it", "marked it **as ready**".
pub(super) struct Deed {
    verb: Sentence,
    /// Stands between the verb and the thing; empty when the thing is the verb's object.
    preposition: &'static str,
    /// Follows the thing.
    tail: Sentence,
}

/// "Ada marked merge request !7 Fix it in acme/shop as ready and added label bug".
/// `None` when nothing was done.
pub(super) fn told(event: &Event, deeds: Vec<Deed>, thing: &Sentence) -> Option<Sentence> {
    if deeds.is_empty() {
        return None;
    }
    let mut place = names::in_place(event);
    let mut thing = Some(thing.clone());
    let clauses = deeds
        .into_iter()
        .map(|deed| {
            let Deed {
                verb,
                preposition,
                tail,
            } = deed;
            match thing.take() {
                Some(thing) => {
                    let place = std::mem::take(&mut place);
                    tell!(
                        "{verb} {preposition}{thing}{place}{tail}",
                        verb preposition thing place tail
                    )
                }
                None if preposition.is_empty() => tell!("{verb} it{tail}", verb tail),
                None => tell!("{verb}{tail}", verb tail),
            }
        })
        .collect();
    let user = names::actor(event);
    let clauses = Sentence::and_list(clauses);
    Some(tell!("{user} {clauses}", user clauses))
}

impl Deed {
    /// "renamed it"; `tail`, which follows the thing, begins with a space.
    pub(super) fn new(verb: &'static str, tail: Sentence) -> Self {
        Self {
            verb: tell!("{verb}", verb),
            preposition: "",
            tail,
        }
    }

    /// "requested changes to it"; `preposition` ends with a space.
    pub(super) fn about(verb: Sentence, preposition: &'static str) -> Self {
        Self {
            verb,
            preposition,
            tail: Sentence::default(),
        }
    }

    /// Something more, said after the thing; begins with a space.
    pub(super) fn and(self, tail: Sentence) -> Self {
        Self { tail, ..self }
    }

    pub(super) fn assigned(event: &Event, people: &[Person]) -> Self {
        let people = names::people(event, people);
        Self::new("assigned", tell!(" to {people}", people))
    }

    pub(super) fn unassigned(event: &Event, people: &[Person]) -> Self {
        let people = names::people(event, people);
        Self::about(tell!("unassigned {people}", people), "from ")
    }

    pub(super) fn labels_added(labels: &[String]) -> Self {
        let labels = counted_labels(labels);
        Self::about(tell!("added {labels}", labels), "to ")
    }

    pub(super) fn labels_removed(labels: &[String]) -> Self {
        let labels = counted_labels(labels);
        Self::about(tell!("removed {labels}", labels), "from ")
    }

    /// The payload says whether there is a milestone, not which.
    pub(super) fn milestone(set: bool) -> Self {
        if set {
            Self::about(tell!("set the milestone"), "of ")
        } else {
            Self::about(tell!("removed the milestone"), "from ")
        }
    }

    pub(super) fn renamed() -> Self {
        Self::new("renamed", Sentence::default())
    }

    pub(super) fn description_edited() -> Self {
        Self::about(tell!("edited the description"), "of ")
    }
}

/// "label bug", "labels bug and ui".
fn counted_labels(labels: &[String]) -> Mrkdwn {
    let noun = if labels.len() == 1 { "label" } else { "labels" };
    say!(
        "{} {}",
        noun,
        text::spoken(labels.iter().map(|label| text::name(label)))
    )
}

/// Labels as the value of a fact.
pub(super) fn labels(labels: &[String]) -> Mrkdwn {
    text::listed(labels.iter().map(|label| text::name(label)), "")
}
