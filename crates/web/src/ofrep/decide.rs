//! One flag for one context.

use flags::{ActorId, Asked, Gates, Reason, Snapshot, State, Verdict};

use super::answer::{Code, Decided, Failure, Said};
use super::context::Context;

/// Evaluates a flag. A context without an actor is refused only where the answer depends on one.
pub(super) fn decide(
    snapshot: &Snapshot,
    key: &str,
    context: &Context<'_>,
    ancestors: &[&str],
    draw: impl FnOnce() -> f64,
) -> Result<Decided, Failure<'static>> {
    let actor = context.actor();
    let is_actor = actor.is_some_and(|actor| actor.parse::<ActorId>().is_ok());
    if !is_actor && snapshot.gates(key).is_some_and(asks_for_an_actor) {
        return Err(no_actor(actor));
    }
    let verdict = snapshot.evaluate(key, &Asked { actor, ancestors }, draw);
    if verdict.reason == Reason::Unknown {
        return Err(Failure::new(
            Code::FlagNotFound,
            "neither a definition nor a stored flag has this name".to_owned(),
        ));
    }
    Ok(Decided {
        enabled: verdict.enabled,
        said: said(verdict, snapshot, key),
        gate: gate(verdict.reason),
    })
}

fn asks_for_an_actor(gates: &Gates) -> bool {
    let some = !gates.actors.is_empty()
        || !gates.groups.is_empty()
        || !gates.percentage_of_actors.is_zero();
    some && !gates.boolean
}

fn no_actor(given: Option<&str>) -> Failure<'static> {
    match given {
        None => Failure::new(
            Code::TargetingKeyMissing,
            "the flag is enabled by actor: set targetingKey to one, such as Project:12".to_owned(),
        ),
        Some(given) => {
            let given: String = given.chars().take(80).collect();
            let details = format!(
                "the flag is enabled by actor: targetingKey is one such as Project:12, {given:?} is not"
            );
            Failure::new(Code::InvalidContext, details)
        }
    }
}

/// `OpenFeature`'s word for the rule that decided.
fn said(verdict: Verdict, snapshot: &Snapshot, key: &str) -> Said {
    match verdict.reason {
        Reason::Boolean => Said::Static,
        Reason::Actor | Reason::Group | Reason::OptedOut => Said::TargetingMatch,
        Reason::PercentageOfActors | Reason::PercentageOfTime => Said::Split,
        Reason::Default | Reason::Unknown => Said::Default,
        Reason::Closed => match snapshot.gates(key) {
            Some(gates) if gates.state() == State::Off => Said::Disabled,
            Some(gates)
                if !(gates.percentage_of_actors.is_zero()
                    && gates.percentage_of_time.is_zero()) =>
            {
                Said::Split
            }
            Some(_) | None => Said::Default,
        },
    }
}

/// The rule itself, in our own words: for the metadata.
fn gate(reason: Reason) -> &'static str {
    match reason {
        Reason::Unknown => "unknown",
        Reason::Default => "default",
        Reason::Boolean => "boolean",
        Reason::Actor => "actors",
        Reason::PercentageOfActors => "percentage_of_actors",
        Reason::PercentageOfTime => "percentage_of_time",
        Reason::Group => "groups",
        Reason::OptedOut => "opted_out",
        Reason::Closed => "closed",
    }
}
