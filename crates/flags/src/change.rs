//! What can be done to gates, and what that does to the other gates.

use serde::{Deserialize, Serialize};

use crate::gates::{Gates, State};
use crate::ids::{ActorId, GroupName};
use crate::percentage::Percentage;

/// The most actors of one flag, opt-outs included.
pub const ACTOR_LIMIT: usize = 100_000;

/// One change of a flag's gates.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Opens or closes the flag for everyone; every other gate is cleared.
    SetBoolean(bool),
    EnableActor(ActorId),
    /// Takes the actor from the set. Without effect on a flag that is open for everyone.
    DisableActor(ActorId),
    /// Keeps the actor out, whatever the other gates say.
    OptOut(ActorId),
    RemoveOptOut(ActorId),
    EnableGroup(GroupName),
    DisableGroup(GroupName),
    PercentageOfActors(Percentage),
    PercentageOfTime(Percentage),
    /// Forgets that the flag was ever touched: its definition's default holds again.
    Delete,
}

/// Why gates cannot be changed so.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Refusal {
    #[error(
        "a percentage of actors cannot be set on a flag that is fully enabled; set it to false first"
    )]
    PercentageOfActorsOnEnabled,
    #[error(
        "a percentage of time cannot be set on a flag that is fully enabled; set it to false first"
    )]
    PercentageOfTimeOnEnabled,
    #[error("{0} has opted out; remove the opt-out first")]
    OptedOut(ActorId),
    #[error("{0} has not opted out")]
    NoOptOut(ActorId),
    #[error("a flag can name at most {ACTOR_LIMIT} actors; use a group or a percentage")]
    TooManyActors,
}

/// Applies all changes in their order, or none of them. `None` is a flag that nobody has touched.
///
/// The rules are Flipper's and those that GitLab lays over it.
///
/// # Errors
/// When one of the changes is refused.
pub fn apply(before: Option<&Gates>, changes: &[Change]) -> Result<Option<Gates>, Refusal> {
    let mut gates = before.cloned();
    for change in changes {
        change.write(&mut gates)?;
    }
    Ok(gates)
}

impl Change {
    /// Every change but `Delete` leaves a stored flag, even one that finds nothing to take away.
    fn write(&self, stored: &mut Option<Gates>) -> Result<(), Refusal> {
        let gates = stored.get_or_insert_default();
        match self {
            Self::SetBoolean(true) => *gates = Gates::on(),
            Self::SetBoolean(false) => *gates = Gates::off(),
            Self::EnableActor(actor) if gates.actors.contains(&actor.opt_out()) => {
                return Err(Refusal::OptedOut(actor.clone()));
            }
            Self::EnableActor(actor) => insert(gates, actor.clone())?,
            Self::DisableActor(actor) => {
                gates.actors.remove(actor);
            }
            Self::OptOut(actor) => insert(gates, actor.opt_out())?,
            Self::RemoveOptOut(actor) => {
                if !gates.actors.remove(&actor.opt_out()) {
                    return Err(Refusal::NoOptOut(actor.clone()));
                }
            }
            Self::EnableGroup(group) => {
                gates.groups.insert(group.clone());
            }
            Self::DisableGroup(group) => {
                gates.groups.remove(group);
            }
            Self::PercentageOfActors(_) if gates.state() == State::On => {
                return Err(Refusal::PercentageOfActorsOnEnabled);
            }
            Self::PercentageOfActors(share) => gates.percentage_of_actors = *share,
            Self::PercentageOfTime(_) if gates.state() == State::On => {
                return Err(Refusal::PercentageOfTimeOnEnabled);
            }
            Self::PercentageOfTime(share) => gates.percentage_of_time = *share,
            Self::Delete => *stored = None,
        }
        Ok(())
    }
}

fn insert(gates: &mut Gates, actor: ActorId) -> Result<(), Refusal> {
    if ACTOR_LIMIT <= gates.actors.len() && !gates.actors.contains(&actor) {
        return Err(Refusal::TooManyActors);
    }
    gates.actors.insert(actor);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn actor(text: &str) -> ActorId {
        text.parse().unwrap()
    }

    fn share(number: f64) -> Percentage {
        Percentage::new(number).unwrap()
    }

    #[track_caller]
    fn check(changes: &[Change], expected: Result<Option<&str>, &str>) {
        let result = apply(None, changes)
            .map(|gates| gates.map(|gates| serde_json::to_string(&gates).unwrap()))
            .map_err(|refusal| refusal.to_string());
        let expected = expected
            .map(|gates| gates.map(str::to_owned))
            .map_err(str::to_owned);
        assert_eq!(result, expected, "{changes:?}");
    }

    #[test]
    fn a_change_does_to_other_gates_what_flipper_and_gitlab_do() {
        use Change::*;
        let one = || EnableActor(actor("User:1"));
        check(&[], Ok(None));
        check(
            &[one(), PercentageOfActors(share(5.0)), SetBoolean(true)],
            Ok(Some(r#"{"boolean":true}"#)),
        );
        check(&[one(), SetBoolean(false)], Ok(Some("{}")));
        check(
            &[SetBoolean(true), one()],
            Ok(Some(r#"{"boolean":true,"actors":["User:1"]}"#)),
        );
        check(
            &[SetBoolean(true), one(), DisableActor(actor("User:1"))],
            Ok(Some(r#"{"boolean":true}"#)),
        );
        check(&[DisableActor(actor("User:1"))], Ok(Some("{}")));
        check(
            &[
                one(),
                PercentageOfActors(share(0.5)),
                PercentageOfTime(share(7.0)),
            ],
            Ok(Some(
                r#"{"actors":["User:1"],"percentage_of_actors":0.5,"percentage_of_time":7.0}"#,
            )),
        );
        check(&[one(), Delete], Ok(None));
        check(&[Delete, one()], Ok(Some(r#"{"actors":["User:1"]}"#)));
    }

    #[test]
    fn what_would_contradict_itself_is_refused() {
        use Change::*;
        check(
            &[SetBoolean(true), PercentageOfActors(share(5.0))],
            Err(
                "a percentage of actors cannot be set on a flag that is fully enabled; set it to false first",
            ),
        );
        check(
            &[PercentageOfTime(share(100.0)), PercentageOfTime(share(5.0))],
            Err(
                "a percentage of time cannot be set on a flag that is fully enabled; set it to false first",
            ),
        );
        let user = || actor("User:1");
        check(
            &[OptOut(user()), EnableActor(user())],
            Err("User:1 has opted out; remove the opt-out first"),
        );
        check(&[RemoveOptOut(user())], Err("User:1 has not opted out"));
        check(
            &[OptOut(user()), RemoveOptOut(user()), EnableActor(user())],
            Ok(Some(r#"{"actors":["User:1"]}"#)),
        );
    }
}
