//! Words that several messages use.

use domain::mrkdwn::{self, Mrkdwn};
use domain::say;
use jiff::{SignedDuration, Timestamp};

use crate::event::{Author, Through};
use crate::plan::{Person, Stage, StageKind};
use crate::rollout::Rollout;

/// How the flag stands after a rollback.
pub(crate) fn after_rollback(rollout: &Rollout) -> String {
    let closed = rollout.closed_instead();
    if closed.is_empty() {
        return "stands as it did before the rollout".to_owned();
    }
    let places: Vec<&str> = closed.iter().map(|of| of.as_str()).collect();
    format!(
        "is closed for everybody on {}, which is not how it stood before the rollout: somebody \
         else had changed it meanwhile, or there was no way back",
        places.join(", ")
    )
}

/// `25 percent of actors`, as a stage's change is called.
#[must_use]
pub fn stage_title(stage: &Stage, by_time: bool) -> String {
    let places: Vec<&str> = stage.environments.iter().map(|of| of.as_str()).collect();
    let places = places.join(", ");
    match &stage.kind {
        StageKind::NonProduction => format!("everyone on {places}"),
        StageKind::Named(_) => format!("named actors on {places}"),
        StageKind::Preparation => "preparation".to_owned(),
        StageKind::Percentage(share) => {
            let of = if by_time { "the time" } else { "actors" };
            format!("{} percent of {of} on {places}", share.number())
        }
        StageKind::Global => format!("everyone on {places}"),
        StageKind::Verification => "verification term".to_owned(),
        StageKind::CleanUp(_) => "clean-up".to_owned(),
    }
}

/// `15 min`, `1 h 30 min`, `2 d`.
#[must_use]
pub fn duration(duration: SignedDuration) -> String {
    let seconds = duration.as_secs().max(0);
    let (days, hours) = (seconds / 86_400, seconds / 3_600 % 24);
    let (minutes, rest) = (seconds / 60 % 60, seconds % 60);
    let parts = [(days, "d"), (hours, "h"), (minutes, "min"), (rest, "s")];
    let parts = parts.into_iter().filter(|(number, _)| 0 < *number).take(2);
    let words: Vec<String> = parts.map(|(n, unit)| format!("{n} {unit}")).collect();
    if words.is_empty() {
        return "0 s".to_owned();
    }
    words.join(" ")
}

/// `2026-11-30 14:05 UTC`.
#[must_use]
pub fn moment(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

/// Whose doing something was: a name is never a mention.
pub(super) fn author(author: &Author) -> Mrkdwn {
    match author.through {
        Through::Itself => Mrkdwn::fixed("Signalbox"),
        Through::Slack | Through::Shell | Through::Page | Through::Api | Through::GitLab => {
            mrkdwn::bold(&author.name)
        }
    }
}

pub(super) fn person(person: &Person) -> Mrkdwn {
    mrkdwn::bold(person.as_str())
}

pub(super) fn flag(rollout: &Rollout) -> Mrkdwn {
    mrkdwn::code(rollout.plan.flag.as_str())
}

/// The stage with this number, in words.
pub(super) fn stage(rollout: &Rollout, number: usize) -> Mrkdwn {
    let by_time = rollout.plan.by == crate::plan::By::Time;
    rollout.plan.stage(number).map_or_else(
        || Mrkdwn::fixed("a stage"),
        |stage| {
            let title = stage_title(stage, by_time);
            say!(
                "{} ({})",
                mrkdwn::bold(stage.name.as_str()),
                mrkdwn::escape(&title)
            )
        },
    )
}

/// A reason that somebody gave, as a quotation; nothing when there is none.
pub(super) fn because(reason: Option<&str>) -> Mrkdwn {
    match reason.map(str::trim).filter(|reason| !reason.is_empty()) {
        Some(reason) => say!(": {}", mrkdwn::escape_line(reason)),
        None => Mrkdwn::empty(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_at_most_two_units() {
        for (seconds, expected) in [
            (0, "0 s"),
            (-5, "0 s"),
            (59, "59 s"),
            (900, "15 min"),
            (5_400, "1 h 30 min"),
            (86_400, "1 d"),
            (90_061, "1 d 1 h"),
        ] {
            assert_eq!(duration(SignedDuration::from_secs(seconds)), expected);
        }
    }
}
