//! What people ask, as entries, or why not.

mod decisions;
mod overrides;

pub(super) use decisions::stands;

use domain::Role;
use jiff::Timestamp;

use super::WATCH_LASTS;
use super::noticing::went_back;
use super::step::Turn;
use crate::act::{Act, ActRefused, Asker};
use crate::event::{Cause, Event, Hold, HoldReason};
use crate::plan::{ItemId, Precondition, StageName};
use crate::rollout::Rollout;
use crate::status::State;
use crate::step::Situation;

type Answer = Result<Vec<Event>, ActRefused>;

/// More than a person writes as a reason.
const LONGEST_WORDS: usize = 2_000;

/// What this act writes into the history, in this order.
///
/// # Errors
/// When the person may not, or when it makes no sense now.
pub fn ask(rollout: &Rollout, act: &Act, asker: &Asker, now: Timestamp) -> Answer {
    if rollout.is_over() {
        return Err(ActRefused::Over {
            flag: rollout.plan.flag.to_string(),
            state: rollout.state.name(),
        });
    }
    may(rollout, act, asker)?;
    if rollout.state == State::RollingBack {
        return while_rolling_back(rollout, act, now);
    }
    match act {
        Act::Advance => advance(rollout, now),
        Act::Hold { reason } => hold(reason),
        Act::Resume { note } => decisions::resume(rollout, note.as_deref(), now),
        Act::Back { to, reason } => back(rollout, to, reason.as_deref()),
        Act::RollBack { reason } => Ok(vec![Event::RollbackBegan {
            cause: asked(reason.as_deref())?,
        }]),
        Act::Approve { note } => decisions::approve(rollout, note.as_deref(), asker),
        Act::Override { what, reason } => overrides::ask(rollout, what, reason, now),
        Act::Adopt => decisions::adopt(rollout),
        Act::Restore => decisions::restore(rollout),
        Act::Acknowledge
        | Act::Tick { .. }
        | Act::Untick { .. }
        | Act::Link { .. }
        | Act::Cancel { .. } => anytime(rollout, act, now),
    }
}

/// The flag is being put back: what would keep it open is too late.
fn while_rolling_back(rollout: &Rollout, act: &Act, now: Timestamp) -> Answer {
    match act {
        Act::Advance
        | Act::Hold { .. }
        | Act::Resume { .. }
        | Act::Back { .. }
        | Act::RollBack { .. }
        | Act::Approve { .. }
        | Act::Override { .. }
        | Act::Adopt
        | Act::Restore => Err(ActRefused::NotNow(
            "the rollout is being rolled back already".to_owned(),
        )),
        Act::Acknowledge
        | Act::Tick { .. }
        | Act::Untick { .. }
        | Act::Link { .. }
        | Act::Cancel { .. } => anytime(rollout, act, now),
    }
}

fn anytime(rollout: &Rollout, act: &Act, now: Timestamp) -> Answer {
    let event = match act {
        Act::Acknowledge => Event::Acknowledged {
            until: now + WATCH_LASTS,
        },
        Act::Tick { item, evidence } => {
            known_item(rollout, item)?;
            Event::Ticked {
                item: item.clone(),
                evidence: words("the evidence", "how you know: words or a link", evidence)?,
            }
        }
        Act::Untick { item } if rollout.ticks.contains_key(item) => {
            Event::Unticked { item: item.clone() }
        }
        Act::Untick { item } => {
            known_item(rollout, item)?;
            return Err(ActRefused::NotNow(format!("`{item}` is not ticked")));
        }
        Act::Link { link, url } => Event::Linked {
            link: *link,
            url: words("the link", "its web address", url)?,
        },
        Act::Cancel { reason } => Event::Cancelled {
            reason: words("the reason", "why you give up", reason)?,
        },
        Act::Advance
        | Act::Hold { .. }
        | Act::Resume { .. }
        | Act::Back { .. }
        | Act::RollBack { .. }
        | Act::Approve { .. }
        | Act::Override { .. }
        | Act::Adopt
        | Act::Restore => return Ok(Vec::new()),
    };
    Ok(vec![event])
}

/// Who may do what, told in docs/rollouts.md. Operators may do anything but approve, which is the
/// plan's to grant; whom the plan names does what only people can.
fn may(rollout: &Rollout, act: &Act, asker: &Asker) -> Result<(), ActRefused> {
    let is_operator = asker.roles.contains(&Role::Operator);
    let allowed = match act {
        Act::Approve { .. } => return decisions::may_approve(rollout, asker),
        Act::Acknowledge | Act::Tick { .. } | Act::Untick { .. } => {
            is_operator || is_named(rollout, asker)
        }
        Act::Advance
        | Act::Hold { .. }
        | Act::Resume { .. }
        | Act::Back { .. }
        | Act::RollBack { .. }
        | Act::Override { .. }
        | Act::Adopt
        | Act::Restore
        | Act::Link { .. }
        | Act::Cancel { .. } => is_operator,
    };
    if allowed {
        Ok(())
    } else {
        Err(ActRefused::Role {
            needed: Role::Operator.word(),
        })
    }
}

/// Whether the plan names this very person: a name alone is nobody, people choose theirs in Slack.
fn is_named(rollout: &Rollout, asker: &Asker) -> bool {
    let plan = &rollout.plan;
    let people = &plan.people;
    let named = [&people.owner, people.watcher()].into_iter();
    let mut named = named.chain(&people.managers).chain(&plan.approval.people);
    let person = asker.author.person();
    asker.known && person.is_some_and(|person| named.any(|named| *named == person))
}

fn advance(rollout: &Rollout, now: Timestamp) -> Answer {
    if let Some(hold) = &rollout.hold {
        let note = &hold.note;
        return Err(ActRefused::NotNow(format!("it is held: {note}")));
    }
    let situation = Situation::default();
    if Turn::new(rollout, &situation, now).is_ready() {
        return Ok(vec![rollout.after_stage()]);
    }
    let waiting = rollout.status(now).waiting_for.into_iter().next();
    let words = waiting.map_or_else(|| "the next look".to_owned(), |waiting| waiting.words);
    Err(ActRefused::NotNow(format!(
        "it goes on by itself, and waits for this: {words}"
    )))
}

fn hold(reason: &str) -> Answer {
    let note = words("the reason", "why it should be held", reason)?;
    let reason = HoldReason::Manual;
    Ok(vec![Event::Held {
        hold: Hold { reason, note },
    }])
}

fn back(rollout: &Rollout, to: &StageName, reason: Option<&str>) -> Answer {
    let stages = &rollout.plan.stages;
    let Some(number) = stages.iter().position(|stage| stage.name == *to) else {
        let names = stages.iter().map(|stage| stage.name.as_str());
        return Err(ActRefused::UnknownStage {
            given: to.to_string(),
            known: list(names),
        });
    };
    if rollout.stage <= number {
        return Err(ActRefused::NotNow(format!(
            "`{to}` is not before the present stage; go back to an earlier one"
        )));
    }
    if !rollout.back_only_closes(number) {
        return Err(ActRefused::NotNow(format!(
            "going back to `{to}` would open the flag for more than it is open for now; \
             roll back, or start anew"
        )));
    }
    Ok(went_back(rollout, number, asked(reason)?))
}

fn asked(reason: Option<&str>) -> Result<Cause, ActRefused> {
    let reason = reason.map(str::trim).filter(|reason| !reason.is_empty());
    let reason = reason
        .map(|reason| words("the reason", "why", reason))
        .transpose()?;
    Ok(Cause::Asked { reason })
}

fn known_item(rollout: &Rollout, item: &ItemId) -> Result<(), ActRefused> {
    let stages = rollout.plan.stages.iter();
    let all = stages.flat_map(|stage| stage.preconditions.iter().chain(&stage.verify));
    let items: Vec<&str> = all
        .filter(|precondition| precondition.is_manual())
        .map(Precondition::id)
        .collect();
    if items.contains(&item.as_str()) {
        return Ok(());
    }
    Err(ActRefused::Unknown {
        given: item.to_string(),
        known: list(items),
    })
}

/// What somebody wrote, if it is something.
fn words(what: &'static str, remedy: &'static str, given: &str) -> Result<String, ActRefused> {
    let given = given.trim();
    if given.is_empty() {
        return Err(ActRefused::Empty { what, remedy });
    }
    if LONGEST_WORDS < given.chars().count() {
        let limit = LONGEST_WORDS;
        return Err(ActRefused::NotNow(format!(
            "{what} has more than {limit} characters; link what is longer"
        )));
    }
    Ok(given.to_owned())
}

fn list<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    if names.is_empty() {
        "nothing".to_owned()
    } else {
        names.join(", ")
    }
}
