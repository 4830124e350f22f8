//! `feature history`: who changed a flag, when, from where and why.

use domain::mrkdwn::{self, Mrkdwn};
use domain::{Message, say};
use jiff::tz::TimeZone;
use store::{
    AuditEntry, AuditFilter, Origin, ScheduleFilter, ScheduleRecord, ScheduleState, Subject,
};

use crate::answer::{Answer, Refused};
use crate::command::{Argument, Command};
use crate::context::{Context, flag_key};
use crate::grammar::{BadInput, Invocation, Opt};
use crate::when;
use crate::wording::Name;

use super::card::{self, Names};
use super::result;

pub(crate) const COMMAND: Command = Command {
    name: "feature history",
    aliases: &[],
    summary: "Show who changed a flag, when, from where and why, and what is scheduled.",
    arguments: &[Argument::FLAG],
    options: &[Opt::Limit],
    has_environments: true,
    examples: &[
        "feature history tidy_sidebar",
        "feature history tidy_sidebar --staging --limit=30",
    ],
    run: |context, invocation| Box::pin(run(context, invocation)),
};

async fn run(context: &Context<'_>, invocation: &Invocation) -> Result<Answer, Refused> {
    let flag = flag_key(invocation.argument(0).unwrap_or_default())?;
    let limit = limit(invocation)?;
    let store = &context.parts().store;
    let is_asked = |name: &str| {
        invocation.environments.is_empty()
            || invocation.environments.iter().any(|asked| asked == name)
    };
    let filter = AuditFilter {
        flag: Some(flag.clone()),
        limit: if invocation.environments.is_empty() {
            limit
        } else {
            500
        },
        ..AuditFilter::default()
    };
    let mut entries = store.audit(filter).await?.entries;
    entries.retain(|entry| matches!(&entry.subject, Subject::Flag { environment, .. } if is_asked(environment.as_str())));
    entries.truncate(limit as usize);
    let filter = ScheduleFilter {
        flag: Some(flag.clone()),
        state: Some(ScheduleState::Waiting),
        ..ScheduleFilter::default()
    };
    let mut schedules = store.schedules(filter).await?.schedules;
    schedules.retain(|schedule| is_asked(schedule.environment.as_str()));
    let gates = entries.iter().flat_map(|entry| match &entry.subject {
        Subject::Flag { before, after, .. } => [before.as_ref(), after.as_ref()],
        Subject::Integration { .. }
        | Subject::Installation { .. }
        | Subject::LinkedAccount { .. }
        | Subject::Connection { .. }
        | Subject::ApiToken { .. } => [None, None],
    });
    let names = result::names(store, gates).await;
    let zone = &context.parts().rules.time_zone;
    let lines = entries.iter().map(|entry| entry_line(entry, &names, zone));
    let waiting = schedules
        .iter()
        .map(|schedule| schedule_line(schedule, zone));
    let name = mrkdwn::code(flag.as_str());
    let headline = if entries.is_empty() {
        say!("{} was never changed here", name)
    } else {
        say!("History of {}, newest first", name)
    };
    let message = Message::new(headline.clone(), headline)
        .body(mrkdwn::join(lines, "\n"))
        .wide_fact("Scheduled", mrkdwn::join(waiting, "\n"));
    Ok(Answer::in_channel(vec![message]))
}

pub(crate) fn limit(invocation: &Invocation) -> Result<u32, BadInput> {
    let Some(typed) = invocation.value(Opt::Limit) else {
        return Ok(10);
    };
    match typed.parse() {
        Ok(limit @ 1..=50) => Ok(limit),
        Ok(_) | Err(_) => Err(BadInput::Value(format!(
            "{} is no number from `1` to `50`",
            Name(typed)
        ))),
    }
}

fn entry_line(entry: &AuditEntry, names: &Names, zone: &TimeZone) -> Mrkdwn {
    let at = mrkdwn::escape(&when::shown(entry.at, zone));
    let who = say!(
        "{} {}",
        mrkdwn::code(&entry.note.author.name),
        origin(&entry.note.author.origin)
    );
    let what = match (&entry.subject, &entry.refused) {
        (_, Some(refused)) => say!("was refused: {}", crate::wording::prose(refused)),
        (
            Subject::Flag {
                environment,
                before,
                after,
                ..
            },
            None,
        ) => say!(
            "{}: {} → {}",
            mrkdwn::bold(environment.as_str()),
            card::described(before.as_ref(), false, names),
            card::described(after.as_ref(), false, names)
        ),
        (
            Subject::Integration { .. }
            | Subject::Installation { .. }
            | Subject::LinkedAccount { .. }
            | Subject::Connection { .. }
            | Subject::ApiToken { .. },
            None,
        ) => Mrkdwn::empty(),
    };
    let reason = entry.note.reason.as_deref().map(mrkdwn::escape_line);
    let reason = reason.map_or_else(Mrkdwn::empty, |reason| say!(" – {}", reason));
    let overrides = entry
        .note
        .overrides
        .iter()
        .map(|name| say!(" ⚠ {} ignored", mrkdwn::escape(name)));
    say!(
        "• {}, {}, {}{}{}",
        at,
        who,
        what,
        reason,
        mrkdwn::join(overrides, ",")
    )
}

/// From where somebody changed it.
fn origin(origin: &Origin) -> Mrkdwn {
    match origin {
        Origin::Slack { channel, .. } => say!("in Slack ({})", mrkdwn::escape(channel.as_str())),
        Origin::Api { token } => say!("by the API (token {})", mrkdwn::code(token)),
        Origin::Shell { .. } => Mrkdwn::fixed("in a shell"),
        Origin::Page { .. } => Mrkdwn::fixed("on a page"),
        Origin::Schedule { of } => say!("by schedule {}", mrkdwn::code(of)),
        Origin::Rollout { of } => say!("by rollout {}", mrkdwn::code(of)),
    }
}

fn schedule_line(schedule: &ScheduleRecord, zone: &TimeZone) -> Mrkdwn {
    say!(
        "• {}, {}: {} ({}, asked for by {})",
        mrkdwn::escape(&when::shown(schedule.due, zone)),
        mrkdwn::bold(schedule.environment.as_str()),
        crate::schedule::described(&schedule.what),
        mrkdwn::code(schedule.id.as_str()),
        mrkdwn::code(&schedule.author.name)
    )
}
