//! Changes of the flag by others.

use domain::EnvironmentName;
use flags::Gates;
use flags::request::{Plan, Verb, plan};

use super::step::Turn;
use crate::event::Event;
use crate::rollout::Rollout;
use crate::step::{FlagAct, Standing};

impl Turn<'_> {
    /// Where the flag stands otherwise than the rollout left it, and otherwise than known.
    pub(super) fn edits_outside(&self) -> Vec<Event> {
        let standing = self.situation.gates.iter();
        standing
            .filter_map(|(environment, standing)| self.edit_outside(environment, standing))
            .collect()
    }

    fn edit_outside(&self, environment: &EnvironmentName, standing: &Standing) -> Option<Event> {
        let rollout = self.rollout;
        let gates = standing.gates.as_ref();
        let is_news = match rollout.outside.get(environment) {
            Some(known) => known.gates.as_ref() != gates,
            None => !rollout.may_stand(environment, gates),
        };
        (is_news && rollout.concerns(environment)).then(|| Event::EditedOutside {
            environment: environment.clone(),
            gates: standing.gates.clone(),
            by: standing.by.clone(),
        })
    }
}

impl Rollout {
    fn concerns(&self, environment: &EnvironmentName) -> bool {
        self.origin.contains_key(environment) || self.left.contains_key(environment)
    }

    /// Whether the rollout itself may have left the flag so: as far as anybody knows, or by a
    /// change of which nobody knows yet whether it was made.
    #[must_use]
    pub fn may_stand(&self, environment: &EnvironmentName, gates: Option<&Gates>) -> bool {
        let believed = self.believed(environment);
        let mut acts = self.acts_in_doubt(environment);
        believed == gates || acts.any(|act| may_give(act, believed, gates))
    }

    /// How the flag may stand there by the rollout's own doing, other than last seen; where actors
    /// are named, it is open for more.
    pub(super) fn may_have_become(&self, environment: &EnvironmentName) -> Vec<Option<Gates>> {
        if self.outside.contains_key(environment) {
            return Vec::new();
        }
        let believed = self.believed(environment);
        let acts = self.acts_in_doubt(environment);
        acts.filter_map(|act| result(act, believed)).collect()
    }

    fn acts_in_doubt(&self, environment: &EnvironmentName) -> impl Iterator<Item = &FlagAct> {
        let intended = self.intended.iter().flat_map(|of| &of.change.parts);
        let intended = intended
            .filter(move |part| part.environment == *environment)
            .map(|part| &part.act);
        let unsure = self.unsure.get(environment).into_iter().flatten();
        intended.chain(unsure)
    }

    /// Whether what others changed may stay: where a flag is open for everyone, no percentage can
    /// be set.
    pub(super) fn is_adoptable(&self) -> bool {
        !(self.others_opened_all() && self.sets_percentages_later())
    }

    /// Whether taking back what others changed lets nobody in.
    pub(super) fn is_restorable(&self) -> bool {
        self.outside.iter().all(|(environment, outside)| {
            let believed = self.believed(environment);
            flags::only_closes(outside.gates.as_ref(), believed, false)
        })
    }

    /// Whether what others changed lets fewer in than the rollout had let in.
    pub(super) fn others_closed(&self) -> bool {
        self.outside.iter().any(|(environment, outside)| {
            let left = self.left.get(environment);
            left.is_some_and(|left| {
                !flags::only_closes(outside.gates.as_ref(), left.as_ref(), false)
            })
        })
    }
}

/// Whether this act, on a flag that stood so, may come to that. Which ids the names of actors
/// stand for is the environment's to know.
fn may_give(act: &FlagAct, before: Option<&Gates>, after: Option<&Gates>) -> bool {
    let adds = match act {
        FlagAct::Set(request) => plan(request) == Ok(Plan::Each(Verb::Enable)),
        FlagAct::Restore(_) | FlagAct::Delete => false,
    };
    let same = |result: Option<Gates>| result.as_ref() == after;
    result(act, before).is_some_and(same)
        || adds && after.is_some_and(|after| adds_actors(before, after))
}

/// What becomes of a flag that stood so, where that is known.
fn result(act: &FlagAct, before: Option<&Gates>) -> Option<Option<Gates>> {
    match act {
        FlagAct::Delete => Some(None),
        FlagAct::Restore(gates) => Some(gates.clone()),
        FlagAct::Set(request) => match plan(request) {
            Ok(Plan::Everyone(change)) => flags::apply(before, &[change]).ok(),
            Ok(Plan::Each(_)) | Err(_) => None,
        },
    }
}

fn adds_actors(before: Option<&Gates>, after: &Gates) -> bool {
    let before = before.cloned().unwrap_or_default();
    before.boolean == after.boolean
        && before.percentage_of_actors == after.percentage_of_actors
        && before.percentage_of_time == after.percentage_of_time
        && before.actors.is_subset(&after.actors)
        && before.groups.is_subset(&after.groups)
}
