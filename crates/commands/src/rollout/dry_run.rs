//! `rollout start --dry-run`: what would happen, stage by stage, and what is missing now.

use std::collections::BTreeMap;

use domain::message::Tone;
use domain::mrkdwn::{self, Mrkdwn};
use domain::{Message, RolloutId, say};
use futures_util::future::join_all;
use rollouts::plan::{Monitor, Precondition, Stage};
use rollouts::{CheckOutcome, CheckResult, Entry, Event, Plan, Rollout, wording};

use crate::answer::{Answer, Refused};
use crate::context::Context;
use crate::wording::prose;

pub(super) async fn run(
    context: &Context<'_>,
    plan: &Plan,
    warnings: &[String],
) -> Result<Answer, Refused> {
    let checks = missing(context, plan).await?;
    let by_time = plan.by == rollouts::plan::By::Time;
    let stages = plan.stages.iter().enumerate().map(|(place, stage)| {
        let found = checks.get(&place).map_or(&[][..], Vec::as_slice);
        stage_line(place, stage, by_time, found)
    });
    let monitors = plan.monitors.iter().map(monitor_line);
    let headline = say!(
        "Dry run: how the rollout of {} would go",
        mrkdwn::code(plan.flag.as_str())
    );
    let message = Message::new(headline.clone(), headline)
        .tone(Tone::Neutral)
        .body(mrkdwn::join(stages, "\n"))
        .wide_fact("Monitors", mrkdwn::join(monitors, "\n"))
        .wide_fact(
            "Doubtful",
            mrkdwn::join(warnings.iter().map(|line| prose(line)), "\n"),
        )
        .context(say!(
            "Owner {}, told in {}",
            mrkdwn::escape(plan.people.owner.as_str()),
            mrkdwn::escape(plan.channels.team.as_str())
        ))
        .context(Mrkdwn::fixed("Nothing was changed"));
    Ok(Answer::in_channel(vec![message]))
}

/// What does not hold now, by the number of the stage that is the first to ask for it.
async fn missing(
    context: &Context<'_>,
    plan: &Plan,
) -> Result<BTreeMap<usize, Vec<CheckResult>>, Refused> {
    let entry = Entry {
        number: 1,
        at: context.now(),
        by: context.asker().author,
        event: Event::Started {
            plan: Box::new(plan.clone()),
            origin: BTreeMap::new(),
            reason: None,
        },
    };
    // It is asked about and never stored.
    let id = RolloutId::mint(context.now().as_millisecond(), 0);
    let rollout = Rollout::begin(id, &entry)
        .ok_or_else(|| Refused("the plan has no stages; add one".to_owned()))?;
    let foresight = &context.steered()?.foresight;
    let mut known: Vec<&Stage> = Vec::new();
    let mut asked = Vec::new();
    for (place, stage) in plan.stages.iter().enumerate() {
        let asks_the_same = |other: &&Stage| {
            other.environments == stage.environments && other.preconditions == stage.preconditions
        };
        if stage.preconditions.is_empty() || known.iter().any(asks_the_same) {
            continue;
        }
        known.push(stage);
        let mut there = rollout.clone();
        there.stage = place;
        asked.push(async move { (place, foresight(there).await) });
    }
    let found = join_all(asked).await.into_iter();
    let lacking = found.map(|(place, results)| {
        let lacks = |result: &CheckResult| match result.outcome {
            CheckOutcome::Holds | CheckOutcome::Skipped => false,
            CheckOutcome::Waits | CheckOutcome::Fails | CheckOutcome::Silent => true,
        };
        (place, results.into_iter().filter(lacks).collect())
    });
    Ok(lacking.collect())
}

fn stage_line(place: usize, stage: &Stage, by_time: bool, lacking: &[CheckResult]) -> Mrkdwn {
    let title = wording::stage_title(stage, by_time);
    let mut more = Vec::new();
    if 0 < stage.approvals {
        more.push(format!("{} to approve", stage.approvals));
    }
    if !stage.soak.is_zero() {
        more.push(format!("watched for {}", wording::duration(stage.soak)));
    }
    let people = stage
        .verify
        .iter()
        .chain(&stage.preconditions)
        .filter(|item| item.is_manual());
    let people: Vec<&str> = people.map(Precondition::id).collect();
    if !people.is_empty() {
        more.push(format!("to tick: {}", people.join(", ")));
    }
    if stage.by_hand {
        more.push("goes on by hand".to_owned());
    }
    let more = if more.is_empty() {
        String::new()
    } else {
        format!(" – {}", more.join("; "))
    };
    let lacks = lacking.iter().map(|result| {
        let mark = match result.outcome {
            CheckOutcome::Holds => "✅",
            CheckOutcome::Skipped => "➖",
            CheckOutcome::Waits => "⏳",
            CheckOutcome::Fails => "❌",
            CheckOutcome::Silent => "❔",
        };
        say!(
            "    {} {}: {}",
            mark,
            mrkdwn::code(&result.id),
            prose(&result.found)
        )
    });
    let lacks: Vec<Mrkdwn> = lacks.collect();
    let line = say!(
        "{}. {}: {}{}",
        place + 1,
        mrkdwn::bold(stage.name.as_str()),
        mrkdwn::escape(&title),
        mrkdwn::escape(&more)
    );
    if lacks.is_empty() {
        line
    } else {
        say!("{}\n{}", line, mrkdwn::join(lacks, "\n"))
    }
}

fn monitor_line(monitor: &Monitor) -> Mrkdwn {
    let shadow = if monitor.shadow { ", only tells" } else { "" };
    say!(
        "• {}, every {}{}",
        mrkdwn::code(monitor.name.as_str()),
        mrkdwn::escape(&wording::duration(monitor.interval)),
        shadow
    )
}
