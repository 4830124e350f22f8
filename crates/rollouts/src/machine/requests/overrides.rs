//! Decisions not to heed something.

use jiff::Timestamp;

use super::decisions::{not_now, stands};
use super::{Answer, list, words};
use crate::act::ActRefused;
use crate::event::{Event, HoldReason, Overridden};
use crate::machine::step::Turn;
use crate::plan::{MonitorName, Precondition, Stage};
use crate::rollout::{OverrideRecord, Point, Rollout};
use crate::step::Situation;

pub(super) fn ask(rollout: &Rollout, what: &Overridden, reason: &str, now: Timestamp) -> Answer {
    match what {
        Overridden::Precondition(id) => precondition(rollout, id)?,
        Overridden::Monitor(name) => monitor(rollout, name)?,
        Overridden::Evidence if rollout.point != Point::Watching => {
            return Err(not_now("the stage's change is not made yet"));
        }
        Overridden::Soak => soak(rollout, now)?,
        Overridden::Evidence => (),
    }
    let is_monitor = matches!(what, Overridden::Monitor(_));
    if rollout.is_overridden(what) && !is_monitor {
        return Err(not_now("that is overridden already"));
    }
    let reason = words("the reason", "why it need not be heeded", reason)?;
    let mut events = vec![Event::Overridden {
        what: what.clone(),
        reason,
    }];
    events.extend(lifted(rollout, what, now));
    Ok(events)
}

fn precondition(rollout: &Rollout, id: &str) -> Result<(), ActRefused> {
    let stage = rollout.present();
    let before = stage.map(Stage::must_hold).unwrap_or_default();
    let after = stage.into_iter().flat_map(|stage| &stage.verify);
    let known: Vec<&str> = before
        .into_iter()
        .chain(after)
        .map(Precondition::id)
        .collect();
    if known.contains(&id) {
        return Ok(());
    }
    Err(ActRefused::Unknown {
        given: id.to_owned(),
        known: list(known),
    })
}

fn monitor(rollout: &Rollout, name: &MonitorName) -> Result<(), ActRefused> {
    match rollout.plan.monitor(name) {
        Some(monitor) if rollout.is_read(monitor) => return Ok(()),
        Some(_) => return Err(not_now("that monitor guards nothing now")),
        None => (),
    }
    let monitors = rollout.plan.monitors.iter();
    Err(ActRefused::Unknown {
        given: name.to_string(),
        known: list(monitors.map(|monitor| monitor.name.as_str())),
    })
}

fn soak(rollout: &Rollout, now: Timestamp) -> Result<(), ActRefused> {
    match rollout.soak_until() {
        Some(until) if now < until => Ok(()),
        Some(_) => Err(not_now("the soak is over already")),
        None => Err(not_now("the stage's change is not made yet")),
    }
}

/// The hold ends when what is overridden was its only reason.
fn lifted(rollout: &Rollout, what: &Overridden, now: Timestamp) -> Option<Event> {
    let hold = rollout.hold.as_ref()?;
    let concerns = match (what, hold.reason) {
        (
            Overridden::Monitor(_),
            HoldReason::Regression
            | HoldReason::SampleRatio
            | HoldReason::Silent
            | HoldReason::WeakEvidence,
        )
        | (Overridden::Evidence, HoldReason::WeakEvidence) => true,
        (
            Overridden::Monitor(_)
            | Overridden::Evidence
            | Overridden::Precondition(_)
            | Overridden::Soak,
            _,
        ) => false,
    };
    if !concerns {
        return None;
    }
    let after = overridden(rollout, what, now);
    let situation = Situation::default();
    let turn = Turn::new(&after, &situation, now);
    stands(&turn, hold.reason)
        .is_none()
        .then_some(Event::Resumed { note: None })
}

/// The rollout as it will be.
fn overridden(rollout: &Rollout, what: &Overridden, now: Timestamp) -> Rollout {
    let mut after = rollout.clone();
    after.overridden.push(OverrideRecord {
        what: what.clone(),
        by: String::new(),
        reason: String::new(),
    });
    if let Overridden::Monitor(name) = what {
        after.restart_evidence(name, now);
    }
    after
}
