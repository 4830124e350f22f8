//! Why a flag is enabled or not, gate by gate.

use crate::gates::{Gates, State};
use crate::percentage::Percentage;

use super::compiled::Flag;
use super::{Asked, Reason, Verdict};

/// What every gate of a flag answers for one actor.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// `None` when a percentage of time decides, which each evaluation draws anew.
    pub verdict: Option<Verdict>,
    /// The definition's default; `None` when nothing defines the flag.
    pub default: Option<bool>,
    /// `None` when nobody has touched the flag.
    pub state: Option<State>,
    /// In the order in which they are asked; empty when no gate is.
    pub gates: Vec<GateAnswer>,
}

/// The answer of one gate.
#[derive(Clone, Debug, PartialEq)]
pub enum GateAnswer {
    Boolean {
        open: bool,
    },
    Actors {
        open: bool,
        /// How many actors are named.
        named: usize,
    },
    PercentageOfActors {
        open: bool,
        share: Percentage,
        /// The actor's bucket and the number of buckets that are covered, of 100,000; `None`
        /// without an actor.
        bucket: Option<(u32, f64)>,
    },
    PercentageOfTime {
        share: Percentage,
    },
    Group {
        name: String,
        open: bool,
        /// Whether the configuration has this group; one that it lacks matches nobody.
        known: bool,
    },
    /// The actor has opted out, which overrides every open gate.
    OptedOut,
}

impl Explanation {
    /// The definition says enabled, but gates that are stored override it.
    #[must_use]
    pub fn shadows_default(&self) -> bool {
        self.default == Some(true) && self.state.is_some_and(|state| state != State::On)
    }
}

pub(super) fn explain(flag: Option<&Flag>, asked: &Asked<'_>) -> Explanation {
    let Some(flag) = flag else {
        let unknown = Verdict {
            enabled: false,
            reason: Reason::Unknown,
        };
        return Explanation {
            verdict: Some(unknown),
            default: None,
            state: None,
            gates: Vec::new(),
        };
    };
    // Decided with the draw that opens the gate soonest and with the one that does so last.
    let (lucky, unlucky) = (
        flag.decide(asked, || 0.0),
        flag.decide(asked, || 1.0_f64.next_down()),
    );
    Explanation {
        verdict: (lucky.enabled == unlucky.enabled).then_some(unlucky),
        default: flag.default,
        state: flag.gates.as_ref().map(Gates::state),
        gates: flag
            .gates
            .as_ref()
            .map(|gates| answers(flag, gates, asked))
            .unwrap_or_default(),
    }
}

fn answers(flag: &Flag, gates: &Gates, asked: &Asked<'_>) -> Vec<GateAnswer> {
    let mut answers = vec![GateAnswer::Boolean {
        open: gates.boolean,
    }];
    let named = gates.enabled_actors().count();
    if 0 < named {
        answers.push(GateAnswer::Actors {
            open: flag.names(asked),
            named,
        });
    }
    if !gates.percentage_of_actors.is_zero() {
        answers.push(GateAnswer::PercentageOfActors {
            open: asked.actor.is_some_and(|actor| flag.covers(actor)),
            share: gates.percentage_of_actors,
            bucket: asked
                .actor
                .map(|actor| (flag.bucket(actor), flag.covered())),
        });
    }
    if !gates.percentage_of_time.is_zero() {
        answers.push(GateAnswer::PercentageOfTime {
            share: gates.percentage_of_time,
        });
    }
    for group in &gates.groups {
        let members = flag.groups.iter().find(|(name, _)| name == group);
        answers.push(GateAnswer::Group {
            name: group.to_string(),
            open: asked
                .actor
                .is_some_and(|actor| members.is_some_and(|(_, members)| members.contains(actor))),
            known: members.is_some(),
        });
    }
    if flag.has_opted_out(asked) {
        answers.push(GateAnswer::OptedOut);
    }
    answers
}
