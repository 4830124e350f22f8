//! `feature cancel`: takes a scheduled change back before it is made.

use domain::mrkdwn;
use domain::{Message, ScheduleId, say};

use crate::answer::{Answer, Refused};
use crate::command::{Argument, Command, Count};
use crate::context::Context;
use crate::grammar::Invocation;
use crate::when;
use crate::wording::Name;
use store::ScheduleError;

pub(crate) const COMMAND: Command = Command {
    name: "feature cancel",
    aliases: &["feature unschedule"],
    summary: "Cancel a change that is scheduled, or the undo of one that holds for a time.",
    arguments: &[Argument::text("SCHEDULE", Count::One)],
    options: &[],
    has_environments: false,
    examples: &["feature cancel sch_01m87hwpfc61kj128ty9by6zfn"],
    run: |context, invocation| Box::pin(run(context, invocation)),
};

async fn run(context: &Context<'_>, invocation: &Invocation) -> Result<Answer, Refused> {
    context.may_change()?;
    let typed = invocation.argument(0).unwrap_or_default();
    let id: Option<ScheduleId> = typed.parse().ok();
    let id = id
        .filter(|_| typed.starts_with(ScheduleId::PREFIX))
        .ok_or_else(|| {
            Refused(format!(
                "{} is no schedule; `feature history` shows them",
                Name(typed)
            ))
        })?;
    let parts = context.parts();
    let found = parts.store.find_schedule(&id).await?;
    // To keep what would be undone, or to leave out what was planned, is a change as well.
    let environment = found.and_then(|found| parts.environments.named(found.environment.as_str()));
    context.may_change_here(environment.as_slice())?;
    let by = context.caller.author();
    let cancelled = parts.store.cancel_schedule(&id, by, context.now()).await;
    let cancelled = cancelled.map_err(|error| match error {
        ScheduleError::Unknown(id) => {
            Refused(format!("there is no schedule {}", Name(id.as_str())))
        }
        error => Refused::because(error),
    })?;
    let line = say!(
        "{} of {} on {} is cancelled; it was due at {}",
        mrkdwn::code(id.as_str()),
        mrkdwn::code(cancelled.flag.as_str()),
        mrkdwn::bold(cancelled.environment.as_str()),
        mrkdwn::escape(&when::shown(cancelled.due, &parts.rules.time_zone))
    );
    Ok(Answer::in_channel(vec![Message::new(line.clone(), line)]))
}
