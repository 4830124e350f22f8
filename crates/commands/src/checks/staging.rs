//! Staging before production, seen by scope: what production lets in, staging must let in
//! already.

use environments::{Environment, FlagRecord, Preview, Tier};
use flags::{ActorId, Gates, Percentage, State};

use crate::chatops::Parts;
use crate::wording::Name;

use super::{Subject, Verdict};

pub(super) async fn check(parts: &Parts, subject: &Subject<'_>) -> Verdict {
    let wanted = parts.rules.checks.staging_first.as_ref();
    let all = || parts.environments.iter();
    let staging: Vec<&Environment> = match wanted {
        Some(names) => all()
            .filter(|environment| names.contains(&environment.name))
            .collect(),
        None => all()
            .find(|environment| environment.tier == Tier::Staging)
            .into_iter()
            .collect(),
    };
    for environment in staging {
        let record = match environment.get(subject.flag).await {
            Ok(record) => record,
            Err(error) => {
                return Verdict::Silent(format!("`{}` cannot be asked: {error}", environment.name));
            }
        };
        let lacking = lacking(&record, subject.preview);
        if let Some(lacking) = lacking {
            return Verdict::Blocked(format!(
                "enable it for {lacking} on `{}` before",
                environment.name
            ));
        }
    }
    Verdict::Passed
}

/// Whom production would let in that staging does not, if there is somebody.
fn lacking(staging: &FlagRecord, preview: &Preview) -> Option<String> {
    let definition = staging.definition.as_ref().or(preview.definition.as_ref());
    let default = definition.is_some_and(|definition| definition.default_enabled);
    let untouched = if default { Gates::on() } else { Gates::off() };
    let there = staging.gates.as_ref().unwrap_or(&untouched);
    if there.state() == State::On
        || there.percentage_of_actors == Percentage::HUNDRED && !is_for_everyone(preview)
    {
        return None;
    }
    let (before, after) = (
        preview.before.clone().unwrap_or_default(),
        preview.after.clone()?,
    );
    if after.state() == State::On && before.state() != State::On {
        return Some("everyone".to_owned());
    }
    let named = |actor: &ActorId| {
        preview
            .names
            .iter()
            .find(|(known, _)| known == actor)
            .map(|(_, name)| name)
    };
    let is_there = |actor: &ActorId| {
        let by_name = named(actor).is_some_and(|name| {
            let mut enabled = there
                .enabled_actors()
                .filter_map(|actor| staging.names.get(actor));
            enabled.any(|known| known.eq_ignore_ascii_case(name))
        });
        // Numbers differ from one GitLab to the next, so they count only where no name is known.
        by_name
            || (there.actors.contains(actor)
                && named(actor).is_none_or(|_| !staging.names.contains_key(actor)))
    };
    let new_actors = after
        .enabled_actors()
        .filter(|actor| !before.actors.contains(*actor));
    let mut lacking: Vec<String> = new_actors
        .filter(|actor| !is_there(actor))
        .map(|actor| Name(named(actor).map_or(actor.as_str(), String::as_str)).to_string())
        .collect();
    lacking.extend(
        after
            .groups
            .difference(&before.groups)
            .filter(|group| !there.groups.contains(*group))
            .map(|group| format!("the group `{group}`")),
    );
    let more =
        |before: Percentage, after: Percentage, there: Percentage| before < after && there < after;
    if more(
        before.percentage_of_actors,
        after.percentage_of_actors,
        there.percentage_of_actors,
    ) {
        lacking.push(format!(
            "everyone or {} % of actors",
            after.percentage_of_actors
        ));
    }
    if more(
        before.percentage_of_time,
        after.percentage_of_time,
        there.percentage_of_time,
    ) {
        lacking.push(format!(
            "everyone or {} % of the time",
            after.percentage_of_time
        ));
    }
    (!lacking.is_empty()).then(|| lacking.join(", "))
}

fn is_for_everyone(preview: &Preview) -> bool {
    preview
        .after
        .as_ref()
        .is_some_and(|gates| gates.state() == State::On)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn gates(actors: &[u64], percentage: f64) -> Gates {
        Gates {
            actors: actors.iter().map(|id| ActorId::project(*id)).collect(),
            percentage_of_actors: Percentage::new(percentage).unwrap(),
            ..Gates::default()
        }
    }

    fn name(id: u64) -> (ActorId, String) {
        (ActorId::project(id), format!("acme/p{id}"))
    }

    #[track_caller]
    fn check(staging: Option<Gates>, before: Option<Gates>, after: Gates, expected: Option<&str>) {
        let staging = FlagRecord {
            name: "x".parse().unwrap(),
            gates: staging,
            definition: None,
            // There the project has another number.
            names: BTreeMap::from([(ActorId::project(70), "ACME/p7".to_owned())]),
        };
        let preview = Preview {
            before,
            after: Some(after),
            definition: None,
            names: vec![name(7), name(8)],
        };
        assert_eq!(lacking(&staging, &preview).as_deref(), expected);
    }

    #[test]
    fn what_production_gets_staging_has() {
        check(None, None, Gates::on(), Some("everyone"));
        check(Some(gates(&[70], 0.0)), None, Gates::on(), Some("everyone"));
        check(Some(gates(&[], 100.0)), None, Gates::on(), Some("everyone"));
        check(Some(Gates::on()), None, Gates::on(), None);
        check(Some(gates(&[70], 0.0)), None, gates(&[7], 0.0), None);
        check(
            Some(gates(&[70], 0.0)),
            None,
            gates(&[7, 8], 0.0),
            Some("`acme/p8`"),
        );
        check(
            Some(gates(&[70], 0.0)),
            Some(gates(&[8], 0.0)),
            gates(&[7, 8], 0.0),
            None,
        );
        check(Some(Gates::on()), None, gates(&[7, 8], 0.0), None);
        check(Some(gates(&[], 100.0)), None, gates(&[7], 50.0), None);
        check(
            Some(gates(&[], 10.0)),
            None,
            gates(&[], 25.0),
            Some("everyone or 25 % of actors"),
        );
        check(Some(gates(&[], 25.0)), None, gates(&[], 25.0), None);
    }
}
