//! Changes that are made later: those of `--at`, and the undo of those that hold `--for` a time.
//!
//! [`run_due`] makes the ones that are due. Running is harmless to repeat: the change ends its
//! schedule in its own transaction. What opens a flag is checked again then; an undo restores
//! only what still stands as it was left.

mod due;

use std::sync::Arc;

use domain::mrkdwn::{self, Mrkdwn};
use domain::{Message, ScheduleId, say};
use environments::{Environment, ScheduleAfter};
use flags::Gates;
use flags::request::Request;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use store::{Author, NewSchedule};

use crate::answer::Refused;
use crate::chatops::ChatOps;
use crate::checks::Ignores;
use crate::context::Context;
use crate::feature::wanted::Wanted;
use crate::feature::{card, result, set};
use crate::when;

pub use due::run_due;

/// What is to be done, as the store keeps it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
enum Planned {
    Set {
        request: Request,
        #[serde(default)]
        force: bool,
        #[serde(default)]
        ignores: Ignores,
        /// Seconds after which it is taken back.
        #[serde(default)]
        hold_for: Option<i64>,
        #[serde(default)]
        command: Option<String>,
    },
    Undo {
        expected: Option<Gates>,
        to: Option<Gates>,
    },
}

/// Writes a change down for later, after looking whether it would be taken now.
pub(crate) async fn put(
    context: &Context<'_>,
    environment: &Environment,
    wanted: &Wanted,
    at: Timestamp,
) -> Result<Message, Refused> {
    let request = set::request(context, wanted);
    environment
        .preview(&request)
        .await
        .map_err(result::refused)?;
    let planned = Planned::Set {
        request: wanted.request.clone(),
        force: wanted.force,
        ignores: wanted.ignores,
        hold_for: wanted.hold_for.map(|hold_for| hold_for.as_secs()),
        command: Some(context.line.clone()),
    };
    let now = context.now();
    let id = mint(context.chatops, now);
    let schedule = NewSchedule {
        id: id.clone(),
        due: at,
        environment: environment.name.clone(),
        flag: wanted.flag.clone(),
        what: json(&planned),
        author: context.caller.author(),
        reason: wanted.reason.clone(),
    };
    context.parts().store.schedule(schedule, now).await?;
    let zone = &context.parts().rules.time_zone;
    let line = say!(
        "{} will be {} on {} at {}",
        mrkdwn::code(wanted.flag.as_str()),
        planned.in_words(),
        mrkdwn::bold(environment.name.as_str()),
        mrkdwn::escape(&when::shown(at, zone))
    );
    let cancel = say!(
        "{} takes it back",
        mrkdwn::code(&format!("feature cancel {id}"))
    );
    Ok(Message::new(line.clone(), line).context(cancel))
}

/// The undo of a change, to be written in the change's transaction.
pub(crate) fn undo_after(
    context: &Context<'_>,
    hold_for: SignedDuration,
) -> (ScheduleId, ScheduleAfter) {
    let id = mint(context.chatops, context.now());
    (id.clone(), undo(id, hold_for, context.caller.author()))
}

fn undo(id: ScheduleId, hold_for: SignedDuration, author: Author) -> ScheduleAfter {
    Arc::new(move |changed| {
        if changed.before == changed.after {
            return Vec::new();
        }
        let planned = Planned::Undo {
            expected: changed.after.clone(),
            to: changed.before.clone(),
        };
        vec![NewSchedule {
            id: id.clone(),
            due: changed.at.saturating_add(hold_for).unwrap_or(changed.at),
            environment: changed.environment.clone(),
            flag: changed.flag.clone(),
            what: json(&planned),
            author: author.clone(),
            reason: Some("the time it was set for is over".to_owned()),
        }]
    })
}

fn mint(chatops: &ChatOps, now: Timestamp) -> ScheduleId {
    ScheduleId::mint(now.as_millisecond(), chatops.parts().chance.next_u128())
}

fn json(planned: &Planned) -> String {
    serde_json::to_string(planned).unwrap_or_default()
}

/// What a schedule will do, in a few words.
pub(crate) fn described(what: &str) -> Mrkdwn {
    match serde_json::from_str::<Planned>(what) {
        Ok(planned) => planned.in_words(),
        Err(_) => Mrkdwn::fixed("something that this version does not know"),
    }
}

impl Planned {
    fn in_words(&self) -> Mrkdwn {
        match self {
            Self::Set { request, .. } => {
                let of = match request.key.as_deref() {
                    Some("percentage_of_actors") => " % of actors",
                    Some(_) | None if is_percentage(&request.value) => " % of the time",
                    Some(_) | None => "",
                };
                let whom = request.targets.to_string();
                let whom = if whom.is_empty() {
                    whom
                } else {
                    format!(" for {whom}")
                };
                say!(
                    "set to {}{}{}",
                    mrkdwn::code(&request.value),
                    of,
                    mrkdwn::escape(&whom)
                )
            }
            Self::Undo { to, .. } => {
                say!(
                    "taken back: {}",
                    card::described(to.as_ref(), false, &card::Names::new())
                )
            }
        }
    }
}

fn is_percentage(value: &str) -> bool {
    !matches!(value, "true" | "false" | "0" | "0.0" | "100" | "100.0")
}
