//! Making the changes that are due.

use domain::message::Tone;
use domain::mrkdwn;
use domain::{AuditId, ChannelName, DeliveryId, Message, WorkspaceId, say};
use environments::{
    Along, ChangeError, ChangeRequest, Environment, EnvironmentError, NotResolved, Preview,
};
use flags::Gates;
use gitlab::rest::{RestError, Retry};
use jiff::{SignedDuration, Timestamp};
use store::{
    Author, FlagRefused, NewDelivery, Note, Origin, ScheduleError, ScheduleOutcome, ScheduleRecord,
    Speaker, StoreError,
};

use crate::answer::Refused;
use crate::chatops::ChatOps;
use crate::checks::{self, Ignores, Subject};
use crate::feature::result;
use crate::progress::Progress;
use crate::wording::{Name, prose};

use super::{Planned, described, mint, undo};

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
    // Together, so that an undo never waits for the checks of something that opens.
    let outcomes = due.iter().map(|schedule| run(chatops, schedule));
    let outcomes = futures_util::future::join_all(outcomes).await;
    for (schedule, outcome) in due.iter().zip(outcomes) {
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
        Planned::Undo { expected, to } => {
            let gates = (expected, to);
            take_back(chatops, environment, schedule, gates).await
        }
    };
    match made {
        Ok(()) | Err(Unmade::Over) => ScheduleOutcome::Done { result: None },
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
    /// Somebody else has made or cancelled it.
    Over,
    /// It may be later.
    Later(String),
    Refused(String),
}

impl From<ChangeError> for Unmade {
    fn from(error: ChangeError) -> Self {
        let may_pass = |error: &RestError| error.retry() != Retry::Never;
        let is_passing = match &error {
            ChangeError::ScheduleOver(_) => return Self::Over,
            ChangeError::Environment(EnvironmentError::Remote(error))
            | ChangeError::NotResolved(NotResolved::Unanswered(error)) => may_pass(error),
            ChangeError::Environment(EnvironmentError::Store(_)) => true,
            ChangeError::Environment(EnvironmentError::Strange { .. })
            | ChangeError::NotResolved(
                NotResolved::NotFound { .. }
                | NotResolved::NoGitLab { .. }
                | NotResolved::TooMany { .. },
            )
            | ChangeError::BadRequest(_)
            | ChangeError::UnknownFlag { .. }
            | ChangeError::UnknownGroup { .. }
            | ChangeError::Refused(_)
            | ChangeError::Conflict { .. }
            | ChangeError::Fenced(_)
            | ChangeError::NoWayBack { .. }
            // It may have been made: a person must look before it is made again.
            | ChangeError::Uncertain { .. }
            | ChangeError::Partly { .. } => false,
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

/// Restores what was there before. What that opens is checked like any other change.
async fn take_back(
    chatops: &ChatOps,
    environment: &Environment,
    schedule: &ScheduleRecord,
    (expected, to): (Option<Gates>, Option<Gates>),
) -> Result<(), Unmade> {
    let names = result::names(&chatops.parts().store, [to.as_ref()]).await;
    let preview = Preview {
        before: expected,
        after: to,
        definition: environment.definition(&schedule.flag),
        names: names.into_iter().collect(),
    };
    let subject = Subject {
        environment,
        flag: &schedule.flag,
        preview: &preview,
        ignores: Ignores::default(),
    };
    let passed = checks::pass(chatops.parts(), &Progress::silent(), &subject).await;
    passed.map_err(|blocked| Unmade::Refused(blocked.line()))?;
    let (expected, to) = (preview.before.as_ref(), preview.after.as_ref());
    let along = along(schedule, None);
    environment
        .restore(&schedule.flag, expected, to, along)
        .await?;
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
            thread: None,
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
