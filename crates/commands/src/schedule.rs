//! Changes that are made later: those of `--at`, and the undo of those that hold `--for` a time.
//!
//! [`run_due`] makes the ones that are due. Running is harmless to repeat: the change ends its
//! schedule in its own transaction. What opens a flag is checked again then; an undo restores
//! only what still stands as it was left.

use std::sync::Arc;

use domain::message::Tone;
use domain::mrkdwn::{self, Mrkdwn};
use domain::{AuditId, ChannelName, DeliveryId, Message, ScheduleId, WorkspaceId, say};
use environments::{
    Along, ChangeError, ChangeRequest, Environment, EnvironmentError, ScheduleAfter,
};
use flags::Gates;
use flags::request::Request;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use store::{
    Author, FlagRefused, NewDelivery, NewSchedule, Note, Origin, ScheduleError, ScheduleOutcome,
    ScheduleRecord, Speaker, StoreError,
};

use crate::answer::Refused;
use crate::chatops::ChatOps;
use crate::checks::{self, Ignores, Subject};
use crate::context::Context;
use crate::feature::wanted::Wanted;
use crate::feature::{card, result, set};
use crate::progress::Progress;
use crate::when;
use crate::wording::{Name, prose};

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

/// For how long a node has a schedule to itself: longer than its checks may take.
const LEASE: SignedDuration = SignedDuration::from_mins(10);
const AT_ONCE: u32 = 10;
/// A source that does not answer is asked for about a day.
const MOST_ATTEMPTS: u32 = 30;

/// Makes the changes that are due, and gives how many there were. Call it again while it gives
/// any.
///
/// # Errors
/// When the store does not answer; what was not finished is run again.
pub async fn run_due(chatops: &ChatOps) -> Result<usize, StoreError> {
    let parts = chatops.parts();
    let due = parts
        .store
        .due_schedules(parts.clock.now(), LEASE, AT_ONCE)
        .await?;
    for schedule in &due {
        let outcome = run(chatops, schedule).await;
        let now = parts.clock.now();
        match parts
            .store
            .finish_schedule(&schedule.id, outcome, now)
            .await
        {
            // Its change has ended it already.
            Ok(()) | Err(ScheduleError::Over { .. }) => (),
            Err(ScheduleError::Unknown(id)) => {
                tracing::warn!(schedule.id = id.as_str(), "a schedule is gone")
            }
            Err(ScheduleError::Store(error)) => return Err(error),
        }
    }
    Ok(due.len())
}

async fn run(chatops: &ChatOps, schedule: &ScheduleRecord) -> ScheduleOutcome {
    let failed = |reason: String| ScheduleOutcome::Failed { reason };
    let Ok(planned) = serde_json::from_str::<Planned>(&schedule.what) else {
        return failed("this version does not know what to do".to_owned());
    };
    let environments = &chatops.parts().environments;
    let Some(environment) = environments.named(schedule.environment.as_str()) else {
        return failed(format!(
            "there is no environment `{}` any more",
            schedule.environment
        ));
    };
    let made = match planned {
        Planned::Set {
            request,
            force,
            ignores,
            hold_for,
            command,
        } => {
            let request = ChangeRequest {
                flag: schedule.flag.clone(),
                request,
                force,
                along: Along {
                    schedules: hold_for.map(|seconds| {
                        let id = mint(chatops, chatops.parts().clock.now());
                        undo(
                            id,
                            SignedDuration::from_secs(seconds),
                            schedule.author.clone(),
                        )
                    }),
                    ..along(schedule, command)
                },
            };
            make(chatops, environment, request, ignores).await
        }
        Planned::Undo { expected, to } => environment
            .restore(
                &schedule.flag,
                expected.as_ref(),
                to.as_ref(),
                along(schedule, None),
            )
            .await
            .map(drop)
            .map_err(Unmade::from),
    };
    match made {
        Ok(()) => ScheduleOutcome::Done { result: None },
        Err(Unmade::Later(reason)) if schedule.attempts < MOST_ATTEMPTS => {
            let pause = SignedDuration::from_mins(1 << schedule.attempts.min(6));
            let at = chatops.parts().clock.now().saturating_add(pause);
            ScheduleOutcome::Again {
                at: at.unwrap_or(Timestamp::MAX),
                reason,
            }
        }
        Err(Unmade::Later(reason) | Unmade::Refused(reason)) => {
            tell(chatops, schedule, &reason).await;
            failed(reason)
        }
    }
}

/// Why a scheduled change was not made.
enum Unmade {
    /// It may be later.
    Later(String),
    Refused(String),
}

impl From<ChangeError> for Unmade {
    fn from(error: ChangeError) -> Self {
        let is_passing = match &error {
            ChangeError::Environment(EnvironmentError::Remote(error)) => {
                error.retry() != gitlab::rest::Retry::Never
            }
            ChangeError::Environment(EnvironmentError::Store(_)) => true,
            _ => false,
        };
        let Refused(why) = result::refused(error);
        if is_passing {
            Self::Later(why)
        } else {
            Self::Refused(why)
        }
    }
}

async fn make(
    chatops: &ChatOps,
    environment: &Environment,
    mut request: ChangeRequest,
    ignores: Ignores,
) -> Result<(), Unmade> {
    let preview = environment.preview(&request).await?;
    let subject = Subject {
        environment,
        flag: &request.flag,
        preview: &preview,
        ignores,
    };
    let passed = checks::pass(chatops.parts(), &Progress::silent(), &subject).await;
    let passed = passed.map_err(|blocked| Unmade::Refused(blocked.line()))?;
    request.along.note.overrides = passed.overrides;
    environment.change(request).await?;
    Ok(())
}

fn along(schedule: &ScheduleRecord, command: Option<String>) -> Along {
    Along {
        finishing: Some(schedule.id.clone()),
        ..Along::noting(note(schedule, command))
    }
}

/// The author stays who asked for it.
fn note(schedule: &ScheduleRecord, command: Option<String>) -> Note {
    Note {
        author: Author {
            name: schedule.author.name.clone(),
            origin: Origin::Schedule {
                of: schedule.id.to_string(),
            },
        },
        reason: schedule.reason.clone(),
        request_id: schedule.id.to_string(),
        overrides: Vec::new(),
        command,
    }
}

/// Tells whoever asked for it, the flag's history and the log that a scheduled change was not
/// made.
async fn tell(chatops: &ChatOps, schedule: &ScheduleRecord, reason: &str) {
    let parts = chatops.parts();
    let now = parts.clock.now();
    tracing::warn!(
        schedule.id = schedule.id.as_str(),
        flag.key = schedule.flag.as_str(),
        environment = schedule.environment.as_str(),
        reason,
        "a scheduled change was not made"
    );
    let refused = FlagRefused {
        environment: schedule.environment.clone(),
        flag: schedule.flag.clone(),
        note: note(schedule, None),
        refused: format!(
            "the scheduled change {} was not made: {reason}",
            Name(schedule.id.as_str())
        ),
    };
    let mint = || (now.as_millisecond(), parts.chance.next_u128());
    let (at, random) = mint();
    let delivery =
        news(chatops, schedule, reason).map(|(workspace, channel, message)| NewDelivery {
            id: DeliveryId::mint(at, random),
            workspace,
            channel,
            speaker: Speaker::App,
            message,
        });
    let (at, random) = mint();
    let entry = AuditId::mint(at, random);
    let deliveries = delivery.into_iter().collect();
    if let Err(error) = parts
        .store
        .announce_refusal(refused, deliveries, now, entry)
        .await
    {
        tracing::warn!(%error, "it is not in the audit either");
    }
}

/// The message, and the channel in which the change was asked for; else that of production.
fn news(
    chatops: &ChatOps,
    schedule: &ScheduleRecord,
    reason: &str,
) -> Option<(WorkspaceId, ChannelName, String)> {
    let announcements = &chatops.parts().rules.announcements;
    let (workspace, channel) = match &schedule.author.origin {
        Origin::Slack {
            workspace, channel, ..
        } => (workspace.clone(), channel.clone()),
        Origin::Api { .. } | Origin::Shell { .. } | Origin::Page { .. } => (
            announcements.workspace.clone()?,
            announcements.production.clone()?,
        ),
        Origin::Schedule { .. } | Origin::Rollout { .. } => (
            announcements.workspace.clone()?,
            announcements.production.clone()?,
        ),
    };
    let line = say!(
        "{} was not {} on {}, as it was scheduled",
        mrkdwn::code(schedule.flag.as_str()),
        described(&schedule.what),
        mrkdwn::bold(schedule.environment.as_str())
    );
    let asked = say!("Asked for by {}", mrkdwn::code(&schedule.author.name));
    let message = Message::new(line.clone(), line)
        .tone(Tone::Danger)
        .body(prose(reason))
        .context(asked);
    Some((workspace, channel, serde_json::to_string(&message).ok()?))
}
