//! Flags and changes as people say them: gates, states, authors, schedules.

use std::collections::BTreeMap;

use domain::ProjectPath;
use flags::{ActorId, Definition, Gates, Percentage};
use store::{Author, Origin};

/// What an environment has of a flag, in a few words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct State {
    /// Which colour it has.
    pub(super) class: &'static str,
    pub(super) said: &'static str,
    /// What else there is to know, short.
    pub(super) more: String,
}

impl State {
    /// The gates decide; without any, the definition's default does.
    pub(super) fn of(gates: Option<&Gates>, definition: Option<&Definition>) -> Self {
        let Some(gates) = gates else {
            let (class, said, more) = match definition.map(|known| known.default_enabled) {
                Some(true) => ("on", "on", "by default"),
                Some(false) => ("off", "off", "by default"),
                None => ("none", "nothing", "not set, not defined"),
            };
            let more = more.to_owned();
            return Self { class, said, more };
        };
        let said = gates.state().name();
        Self {
            class: said,
            said,
            more: short(gates),
        }
    }

    /// Of an environment that did not say.
    pub(super) fn unknown() -> Self {
        Self {
            class: "unknown",
            said: "not known",
            more: String::new(),
        }
    }
}

/// The gates that are open for some, in a few words.
pub(super) fn short(gates: &Gates) -> String {
    let mut words = Vec::new();
    if gates.percentage_of_actors != Percentage::ZERO {
        words.push(format!("{} % of actors", gates.percentage_of_actors));
    }
    if gates.percentage_of_time != Percentage::ZERO {
        words.push(format!("{} % of the time", gates.percentage_of_time));
    }
    match gates.enabled_actors().count() {
        0 => (),
        1 => words.push("1 actor".to_owned()),
        many => words.push(format!("{many} actors")),
    }
    words.extend(gates.groups.iter().map(|group| format!("group {group}")));
    match gates.opted_out_actors().count() {
        0 => (),
        out => words.push(format!("{out} opted out")),
    }
    words.join(", ")
}

/// A change's side in one line: `on`, `25 % of actors`, `nothing set`.
pub(super) fn side(gates: Option<&Gates>) -> String {
    let Some(gates) = gates else {
        return "nothing set".to_owned();
    };
    let (state, more) = (gates.state(), short(gates));
    if more.is_empty() {
        state.to_string()
    } else {
        format!("{state}: {more}")
    }
}

/// A gate of a flag: what it is open for, and who is named.
pub(super) struct GateLine {
    pub(super) said: String,
    pub(super) actors: Vec<ActorName>,
}

/// An actor, and what people call it where that is known.
pub(super) struct ActorName {
    pub(super) id: String,
    pub(super) name: Option<String>,
}

/// Every gate that is set, one line each.
pub(super) fn gate_lines(gates: &Gates, names: &BTreeMap<ActorId, String>) -> Vec<GateLine> {
    let plain = |said: String| GateLine {
        said,
        actors: Vec::new(),
    };
    let named = |said: &str, actors: Vec<ActorId>| GateLine {
        said: said.to_owned(),
        actors: actors.iter().map(|actor| named(actor, names)).collect(),
    };
    let mut lines = Vec::new();
    if gates.boolean {
        lines.push(plain("Open for everyone".to_owned()));
    }
    if gates.enabled_actors().next().is_some() {
        let actors = gates.enabled_actors().cloned().collect();
        lines.push(named("Open for", actors));
    }
    if !gates.percentage_of_actors.is_zero() {
        let share = gates.percentage_of_actors;
        lines.push(plain(format!(
            "Open for {share} % of actors, always the same ones"
        )));
    }
    if !gates.percentage_of_time.is_zero() {
        let share = gates.percentage_of_time;
        lines.push(plain(format!(
            "Open in {share} % of all evaluations, drawn anew each time"
        )));
    }
    for group in &gates.groups {
        lines.push(plain(format!("Open for the feature group {group}")));
    }
    let out: Vec<ActorId> = gates.opted_out_actors().collect();
    if !out.is_empty() {
        lines.push(named("Closed whatever else is open for", out));
    }
    if lines.is_empty() {
        lines.push(plain("Closed for everyone".to_owned()));
    }
    lines
}

fn named(actor: &ActorId, names: &BTreeMap<ActorId, String>) -> ActorName {
    ActorName {
        id: actor.to_string(),
        name: names.get(actor).cloned(),
    }
}

/// From where somebody changed something.
pub(super) fn origin(author: &Author) -> String {
    match &author.origin {
        Origin::Slack { channel, .. } => format!("in Slack, {channel}"),
        Origin::Api { .. } => "over the API".to_owned(),
        Origin::Shell { .. } => "from a shell".to_owned(),
        Origin::Page { .. } => "on a page".to_owned(),
        Origin::Schedule { of } => format!("as scheduled ({of})"),
        Origin::Rollout { of } => format!("by the rollout {of}"),
    }
}

/// A change that is to be made later.
pub(super) fn planned(what: &str) -> String {
    #[derive(serde::Deserialize)]
    #[serde(tag = "do", rename_all = "snake_case")]
    enum Planned {
        Set {
            request: flags::request::Request,
            command: Option<String>,
        },
        Undo {
            to: Option<Gates>,
        },
    }
    match serde_json::from_str(what) {
        Ok(Planned::Set {
            command: Some(command),
            ..
        }) => command,
        Ok(Planned::Set { request, .. }) => format!("set to {}", request.value),
        Ok(Planned::Undo { to }) => format!("put back to {}", side(to.as_ref())),
        Err(_) => "a change that this version cannot read".to_owned(),
    }
}

/// The groups above a path, nearest first, as far as their numbers are known.
pub(super) fn groups_above(
    path: &str,
    groups: &std::collections::HashMap<ProjectPath, ActorId>,
) -> Vec<ActorId> {
    let Ok(path) = path.to_lowercase().parse::<ProjectPath>() else {
        return Vec::new();
    };
    let above = path.and_ancestors().skip(1);
    above
        .filter_map(|path| groups.get(&path.parse::<ProjectPath>().ok()?).cloned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gates(actors: &[&str], percentage: f64) -> Gates {
        Gates {
            actors: actors.iter().map(|actor| actor.parse().unwrap()).collect(),
            percentage_of_actors: Percentage::new(percentage).unwrap(),
            ..Gates::default()
        }
    }

    #[test]
    fn a_state_is_told_in_a_few_words() {
        for (gates, said, more) in [
            (None, "nothing", "not set, not defined"),
            (Some(Gates::on()), "on", ""),
            (Some(Gates::off()), "off", ""),
            (
                Some(gates(&["Project:1", "Group:2", "User:3:opt_out"], 64.248)),
                "conditional",
                "64.248 % of actors, 2 actors, 1 opted out",
            ),
        ] {
            let state = State::of(gates.as_ref(), None);
            assert_eq!((state.said, state.more.as_str()), (said, more));
        }
    }

    #[test]
    fn each_gate_has_a_line_and_closed_ones_together_have_one() {
        let names = BTreeMap::from([("Project:1".parse().unwrap(), "acme/shop".to_owned())]);
        let lines = gate_lines(&gates(&["Project:1", "User:3:opt_out"], 25.0), &names);
        let said: Vec<&str> = lines.iter().map(|line| line.said.as_str()).collect();
        assert_eq!(
            said,
            [
                "Open for",
                "Open for 25 % of actors, always the same ones",
                "Closed whatever else is open for"
            ]
        );
        assert_eq!(lines[0].actors[0].name.as_deref(), Some("acme/shop"));
        assert_eq!(lines[2].actors[0].id, "User:3");
        assert_eq!(
            gate_lines(&Gates::off(), &names)[0].said,
            "Closed for everyone"
        );
    }

    #[test]
    fn what_is_planned_is_said_as_it_was_typed() {
        for (what, expected) in [
            (
                r#"{"do":"set","request":{"value":"true"},"command":"feature set x true --at 9:00"}"#,
                "feature set x true --at 9:00",
            ),
            (
                r#"{"do":"undo","expected":null,"to":null}"#,
                "put back to nothing set",
            ),
            (r#"{"do":"undo","to":{"boolean":true}}"#, "put back to on"),
            ("[]", "a change that this version cannot read"),
        ] {
            assert_eq!(planned(what), expected);
        }
    }
}
