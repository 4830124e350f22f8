//! Decisions that a rollout waits for.

use domain::Role;
use jiff::Timestamp;

use super::{Answer, words};
use crate::act::{ActRefused, Asker};
use crate::event::{Event, Hold, HoldReason};
use crate::machine::guards::Guard;
use crate::machine::step::Turn;
use crate::rollout::{Point, Rollout};
use crate::step::Situation;

/// A hold with a reason that lasts is not lifted by wishing.
pub(super) fn resume(rollout: &Rollout, note: Option<&str>, now: Timestamp) -> Answer {
    let Some(hold) = &rollout.hold else {
        return Err(not_now("it is not held"));
    };
    if !rollout.outside.is_empty() {
        return Err(not_now(
            "somebody else changed the flag; adopt that, restore it, or roll back",
        ));
    }
    let situation = Situation::default();
    let turn = Turn::new(rollout, &situation, now);
    match (hold.reason, stands(&turn, hold.reason)) {
        (HoldReason::Manual | HoldReason::WentBack | HoldReason::Blocked, _) | (_, None) => (),
        (_, Some(remedy)) => return Err(ActRefused::NotNow(remedy)),
    }
    let note = note.map(str::trim).filter(|note| !note.is_empty());
    let note = note
        .map(|note| words("the note", "why it goes on", note))
        .transpose()?;
    Ok(vec![Event::Resumed { note }])
}

/// What to do about the reason of a hold, if the reason is still there.
pub(in crate::machine) fn stands(turn: &Turn<'_>, reason: HoldReason) -> Option<String> {
    match reason {
        HoldReason::Regression | HoldReason::SampleRatio => {
            let about_split = reason == HoldReason::SampleRatio;
            let name = named(turn, |guard| {
                guard.severity().is_some() && guard.is_about_split() == about_split
            })?;
            Some(format!(
                "{name} still says so; go back, roll back, or override the monitor with a reason"
            ))
        }
        HoldReason::Silent => {
            let name = named(turn, |guard| guard.silences())?;
            Some(format!(
                "{name} is still silent; it goes on by itself when that answers, \
                 or override the monitor with a reason"
            ))
        }
        HoldReason::WeakEvidence => turn.weak_evidence().map(|hold| {
            format!(
                "{}; wait for more, or override the evidence with a reason",
                hold.note
            )
        }),
        HoldReason::Conflict => (!turn.rollout.outside.is_empty())
            .then(|| "somebody else changed the flag; adopt that or restore it".to_owned()),
        HoldReason::Manual | HoldReason::WentBack | HoldReason::Blocked => None,
    }
}

/// The first guard of which this is so.
fn named(turn: &Turn<'_>, is_so: impl Fn(&Guard<'_>) -> bool) -> Option<String> {
    let guard = turn.guards.iter().find(|guard| is_so(guard))?;
    Some(guard.monitor.name.to_string())
}

pub(super) fn may_approve(rollout: &Rollout, asker: &Asker) -> Result<(), ActRefused> {
    let approval = &rollout.plan.approval;
    let person = asker.author.person();
    let is_named = person.is_some_and(|person| approval.people.contains(&person));
    let role = approval.role.unwrap_or(Role::Approver);
    // Whom nobody knows may have chosen the name themselves.
    let allowed = if approval.people.is_empty() {
        asker.roles.contains(&role)
    } else {
        is_named && asker.known
    };
    if !allowed {
        let needed = if approval.people.is_empty() {
            role.word()
        } else {
            "of an approver whom the plan names"
        };
        return Err(ActRefused::Role { needed });
    }
    // GitLab takes a name in capitals for the same one.
    let started = &rollout.started_by.name;
    if !approval.own && asker.author.name.eq_ignore_ascii_case(started) {
        return Err(ActRefused::OwnApproval);
    }
    Ok(())
}

pub(super) fn approve(rollout: &Rollout, note: Option<&str>, asker: &Asker) -> Answer {
    let Some(person) = asker.author.person() else {
        return Err(not_now("only a person approves"));
    };
    let needed = rollout.present().map_or(0, |stage| stage.approvals);
    if needed == 0 || rollout.point != Point::Asking {
        return Err(not_now("this stage waits for no approval"));
    }
    if rollout.approvals.contains(&person) {
        return Err(not_now("you approved this stage already"));
    }
    let note = note.map(str::trim).filter(|note| !note.is_empty());
    let note = note
        .map(|note| words("the note", "what you looked at", note))
        .transpose()?;
    Ok(vec![Event::Approved { note }])
}

/// What others closed stays closed until somebody resumes, and then its stage begins anew.
pub(super) fn adopt(rollout: &Rollout) -> Answer {
    nobody_changed(rollout)?;
    if rollout.is_taking_back() {
        return Err(not_now("that is being taken back already"));
    }
    if !rollout.is_adoptable() {
        return Err(not_now(
            "the flag is open for everyone, where no percentage can be set any more; \
             restore it, roll back, or cancel the rollout",
        ));
    }
    let mut events = vec![Event::Adopted];
    if rollout.others_closed() {
        let hold = Hold {
            reason: HoldReason::WentBack,
            note: "others closed the flag, and that stays; resume to begin the stage again"
                .to_owned(),
        };
        events.push(Event::Held { hold });
    }
    Ok(events)
}

/// Taking back a change that closed would open the flag, unasked what must hold.
pub(super) fn restore(rollout: &Rollout) -> Answer {
    nobody_changed(rollout)?;
    if rollout.is_taking_back() {
        return Err(not_now("that is being taken back already"));
    }
    if !rollout.is_restorable() {
        return Err(not_now(
            "others closed the flag, and restoring would open it past every check; \
             adopt it, then resume: the stage begins again",
        ));
    }
    Ok(vec![Event::Restored])
}

fn nobody_changed(rollout: &Rollout) -> Result<(), ActRefused> {
    if rollout.outside.is_empty() {
        return Err(not_now("nobody else changed the flag"));
    }
    Ok(())
}

pub(super) fn not_now(words: &str) -> ActRefused {
    ActRefused::NotNow(words.to_owned())
}
