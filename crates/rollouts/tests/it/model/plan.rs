//! A small plan with one stage of every kind, and answers for everything that it asks.

use std::collections::BTreeMap;

use domain::EnvironmentName;
use flags::{Gates, Percentage};
use jiff::{SignedDuration, Timestamp};
use rollouts::evidence::{HardLimit, NewIssue, Rule, Worse};
use rollouts::plan::{
    Actors, Approval, Channels, CleanUp, Empty, Monitor, OnBad, OnBreach, People, Plan,
    Precondition, Source, Stage, StageKind,
};
use rollouts::{Author, Entry, Event, Through};

pub(crate) const MINUTE: SignedDuration = SignedDuration::from_mins(1);

pub(crate) fn start() -> Timestamp {
    "2026-11-30T09:00:00Z".parse().unwrap()
}

pub(crate) fn environment(name: &str) -> EnvironmentName {
    name.parse().unwrap()
}

pub(crate) fn author(name: &str) -> Author {
    Author {
        name: name.to_owned(),
        through: Through::Slack,
    }
}

pub(crate) fn plan() -> Plan {
    Plan {
        flag: "tidy_sidebar".parse().unwrap(),
        by: rollouts::plan::By::Actors,
        people: People {
            owner: "ana".parse().unwrap(),
            watcher: None,
            team: String::new(),
            managers: Vec::new(),
            stakeholders: Vec::new(),
            on_call: None,
        },
        channels: Channels {
            team: "#team".parse().unwrap(),
            production: None,
            support: None,
        },
        links: rollouts::plan::Links::default(),
        milestone: None,
        prose: rollouts::plan::Prose::default(),
        change: rollouts::preparation::ChangeIssue::default(),
        approval: Approval::default(),
        on_breach: OnBreach::Off,
        stages: stages(),
        monitors: monitors(),
        optional: std::collections::BTreeSet::new(),
    }
}

fn stages() -> Vec<Stage> {
    let named = flags::request::Targets {
        users: vec!["ana".to_owned()],
        ..flags::request::Targets::default()
    };
    let quarter = Percentage::new(25.0).unwrap();
    let production = &["production"];
    vec![
        Stage {
            verify: vec![manual("qa")],
            ..stage("staging", StageKind::NonProduction, &["staging"], 1)
        },
        Stage {
            preconditions: vec![Precondition::NoIncident],
            ..stage("first", StageKind::Named(Actors(named)), production, 1)
        },
        Stage {
            preconditions: vec![manual("docs")],
            ..stage("preparation", StageKind::Preparation, &[], 0)
        },
        Stage {
            preconditions: vec![Precondition::NoIncident, Precondition::Watched],
            approvals: 1,
            on_breach: Some(OnBreach::Back),
            ..stage("quarter", StageKind::Percentage(quarter), production, 1)
        },
        Stage {
            preconditions: vec![Precondition::NoIncident],
            ..stage("global", StageKind::Global, production, 1)
        },
        Stage {
            by_hand: true,
            ..stage("verification", StageKind::Verification, &[], 1)
        },
        stage("clean-up", StageKind::CleanUp(CleanUp::default()), &[], 0),
    ]
}

fn stage(name: &str, kind: StageKind, environments: &[&str], soak: i64) -> Stage {
    Stage {
        name: name.parse().unwrap(),
        kind,
        environments: environments.iter().map(|name| environment(name)).collect(),
        soak: SignedDuration::from_mins(soak),
        approvals: 0,
        preconditions: Vec::new(),
        verify: Vec::new(),
        monitors: None,
        on_breach: None,
        by_hand: false,
    }
}

fn manual(item: &str) -> Precondition {
    Precondition::Manual {
        item: item.parse().unwrap(),
        text: "see to it".to_owned(),
        environment: None,
    }
}

/// One that can hold and one that can roll back, without numbers that never repeat.
fn monitors() -> Vec<Monitor> {
    let limit = HardLimit {
        beyond: 1,
        of_last: 1,
        ..HardLimit::new(0.5, Worse::Higher)
    };
    [
        ("issues", Rule::NewIssue(NewIssue::default())),
        ("limit", Rule::HardLimit(limit)),
    ]
    .into_iter()
    .map(|(name, rule)| Monitor {
        name: name.parse().unwrap(),
        source: Source::Deliveries,
        rule,
        empty: Empty::Hold,
        shadow: false,
        on_bad: OnBad::RollBack,
        interval: MINUTE,
        lag: SignedDuration::ZERO,
    })
    .collect()
}

/// How the flag stands before: nobody has touched it, but for one actor in production.
pub(crate) fn origin() -> BTreeMap<EnvironmentName, Option<Gates>> {
    let known = Gates {
        actors: ["User:7".parse().unwrap()].into(),
        ..Gates::default()
    };
    [
        (environment("staging"), None),
        (environment("production"), Some(known)),
    ]
    .into()
}

pub(crate) fn started() -> Entry {
    Entry {
        number: 1,
        at: start(),
        by: author("ana"),
        event: Event::Started {
            plan: Box::new(plan()),
            origin: origin(),
            reason: None,
        },
    }
}
