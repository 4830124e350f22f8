//! A flag as GitLab's Features API tells of it, read.

use std::collections::BTreeSet;

use flags::{Definition, Gates, Percentage};
use gitlab::rest::{Feature, FeatureDefinition, GateKey, GateValue};

/// A definition, when it is one that this program knows.
pub(super) fn definition(theirs: &FeatureDefinition) -> Option<Definition> {
    Some(Definition {
        name: theirs.name.parse().ok()?,
        description: None,
        feature_issue_url: theirs.feature_issue_url.clone(),
        introduced_by_url: theirs.introduced_by_url.clone(),
        rollout_issue_url: theirs.rollout_issue_url.clone(),
        milestone: theirs.milestone.clone(),
        log_state_changes: theirs.log_state_changes,
        flag_type: theirs.kind.as_deref()?.parse().ok()?,
        group: theirs.group.clone(),
        default_enabled: theirs.default_enabled?,
        intended_to_rollout_by: None,
    })
}

/// What is set of a flag.
///
/// # Errors
/// In words, when a gate is none that this program understands.
pub(super) fn gates(feature: &Feature) -> Result<Gates, String> {
    let mut gates = Gates::off();
    for gate in &feature.gates {
        match (gate.key, &gate.value) {
            (GateKey::Boolean, GateValue::Boolean(open)) => gates.boolean = *open,
            (GateKey::Actors, GateValue::Names(names)) => gates.actors = parsed(names)?,
            (GateKey::Groups, GateValue::Names(names)) => gates.groups = parsed(names)?,
            (GateKey::PercentageOfActors, GateValue::Number(number)) => {
                gates.percentage_of_actors = share(*number)?;
            }
            (GateKey::PercentageOfTime, GateValue::Number(number)) => {
                gates.percentage_of_time = share(*number)?;
            }
            (key, value) => {
                let gate: String = format!("its gate {key:?} is {value:?}");
                return Err(gate.chars().take(LONGEST_SHOWN).collect());
            }
        }
    }
    Ok(gates)
}

/// A gate's value can be a whole document.
const LONGEST_SHOWN: usize = 200;

fn share(number: f64) -> Result<Percentage, String> {
    Percentage::new(number).map_err(|error| error.to_string())
}

fn parsed<T>(names: &[String]) -> Result<BTreeSet<T>, String>
where
    T: std::str::FromStr + Ord,
    T::Err: std::fmt::Display,
{
    names
        .iter()
        .map(|name| name.parse().map_err(|error: T::Err| error.to_string()))
        .collect()
}
