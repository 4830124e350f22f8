//! One entry, told.

use domain::message::Tone;
use domain::mrkdwn::{self, Mrkdwn};
use domain::{Message, say};

use crate::event::{Cause, Entry, Event, Hold, HoldReason, Link, Overridden};
use crate::evidence::{Judgement, Verdict};
use crate::plan::{Person, StageKind};
use crate::status::State;
use crate::step::{CheckOutcome, CheckResult};

use super::words::{after_rollback, author, because, duration, flag, moment, person, stage};
use super::{Telling, To, Told};

pub(super) fn tell(telling: &Telling<'_>) -> Vec<Told> {
    let Telling { rollout, entry, .. } = telling;
    let by = author(&entry.by);
    match &entry.event {
        Event::Started { reason, .. } => started(telling, reason.as_deref()),
        Event::Checked { results } => checked(telling, results),
        Event::Approved { note } => {
            let line = say!("{} approved{}", by, because(note.as_deref()));
            thread(line, Tone::Good)
        }
        Event::Acknowledged { until } => {
            let line = say!("{} watches until {}", by, mrkdwn::escape(&moment(*until)));
            thread(line, Tone::Good)
        }
        Event::NobodyWatches => nobody_watches(telling),
        Event::Ticked { item, evidence } => {
            let line = say!(
                "{} ticked {}{}",
                by,
                mrkdwn::code(item.as_str()),
                because(Some(evidence))
            );
            thread(line, Tone::Good)
        }
        Event::Unticked { item } => {
            let line = say!("{} took the tick from {}", by, mrkdwn::code(item.as_str()));
            thread(line, Tone::Warning)
        }
        // Told when it is made.
        Event::Intended { .. } | Event::Entered => Vec::new(),
        Event::Applied { .. } => applied(telling),
        Event::NotApplied { reason } => {
            let line = say!("The change was not made{}", because(Some(reason)));
            thread(line, Tone::Danger)
        }
        Event::Advanced { to } => advanced(telling, *to),
        Event::Held { hold } => held(telling, hold),
        Event::Resumed { note } => {
            let line = say!("{} resumed the rollout{}", by, because(note.as_deref()));
            thread(line, Tone::Neutral)
        }
        Event::WentBack { to, cause } => {
            let line = say!("Back to {}, {}", stage(rollout, *to), caused(&by, cause));
            everybody(line, Tone::Danger)
        }
        Event::RollbackBegan { cause } => {
            let line = say!(
                "{} is being rolled back, {}",
                flag(rollout),
                caused(&by, cause)
            );
            everybody(line, Tone::Danger)
        }
        Event::RolledBack => rolled_back(telling),
        Event::Overridden { what, reason } => {
            let line = say!(
                "{} overrode {}{}",
                by,
                overridden(what),
                because(Some(reason))
            );
            thread(line, Tone::Warning)
        }
        Event::Judged { monitor, judgement } => judged(monitor.as_str(), judgement),
        Event::Silent { monitor, reason } => {
            let line = say!(
                "Monitor {} is silent{}",
                mrkdwn::code(monitor.as_str()),
                because(Some(reason))
            );
            thread(line, Tone::Warning)
        }
        Event::Answers { monitor } => {
            let line = say!("Monitor {} answers again", mrkdwn::code(monitor.as_str()));
            thread(line, Tone::Good)
        }
        Event::EditedOutside {
            environment, by, ..
        } => {
            let who = by
                .as_deref()
                .map_or(Mrkdwn::fixed("Somebody"), mrkdwn::bold);
            let line = say!(
                "{} changed {} on {} outside of the rollout; adopt it, restore what the rollout set, or roll back",
                who,
                flag(rollout),
                mrkdwn::bold(environment.as_str())
            );
            told(To::Broadcast, line, Tone::Danger)
        }
        Event::Adopted => thread(
            say!("{} adopted the change from outside", by),
            Tone::Neutral,
        ),
        Event::Restored => {
            let line = say!("{} has the change from outside taken back", by);
            thread(line, Tone::Neutral)
        }
        Event::Linked { link, url } => linked(*link, url),
        Event::Rerouted { deliveries } => {
            let line = say!(
                "{} deliveries that the app could not make are made by the old integration",
                mrkdwn::escape(&deliveries.to_string())
            );
            thread(line, Tone::Neutral)
        }
        Event::Completed => completed(telling),
        Event::Cancelled { reason } => {
            let line = say!(
                "{} cancelled the rollout; {} stays as it is{}",
                by,
                flag(rollout),
                because(Some(reason))
            );
            told(To::Broadcast, line, Tone::Warning)
        }
    }
}

fn told(to: To, line: Mrkdwn, tone: Tone) -> Vec<Told> {
    vec![one(to, line, tone)]
}

fn one(to: To, line: Mrkdwn, tone: Tone) -> Told {
    Told {
        to,
        message: Message::new(line.clone(), line).tone(tone),
    }
}

fn thread(line: Mrkdwn, tone: Tone) -> Vec<Told> {
    told(To::Thread, line, tone)
}

/// The thread, its channel, and production's.
fn everybody(line: Mrkdwn, tone: Tone) -> Vec<Told> {
    vec![
        one(To::Broadcast, line.clone(), tone),
        one(To::Production, line, tone),
    ]
}

fn started(telling: &Telling<'_>, reason: Option<&str>) -> Vec<Told> {
    let rollout = telling.rollout;
    let line = say!(
        "{} started the rollout of {}{}",
        author(&telling.entry.by),
        flag(rollout),
        because(reason)
    );
    told(To::Root, line, Tone::Work)
}

/// Only what somebody has to know: what stands in the way, or does so no more.
fn checked(telling: &Telling<'_>, results: &[CheckResult]) -> Vec<Told> {
    let open: Vec<Mrkdwn> = results.iter().filter_map(blocking).collect();
    if open.is_empty() {
        let line = say!(
            "All that must hold before {} holds",
            stage(telling.rollout, telling.rollout.stage)
        );
        return with_skipped(line, results);
    }
    let line = say!(
        "{} waits for",
        stage(telling.rollout, telling.rollout.stage)
    );
    let message = Message::new(line.clone(), line)
        .tone(Tone::Neutral)
        .body(mrkdwn::join(open, "\n"));
    let mut all = vec![Told {
        to: To::Thread,
        message,
    }];
    all.extend(reminder(telling, results));
    all
}

/// What nobody was asked is no pass, and is said.
fn with_skipped(line: Mrkdwn, results: &[CheckResult]) -> Vec<Told> {
    let skipped = results
        .iter()
        .filter(|result| result.outcome == CheckOutcome::Skipped);
    let skipped: Vec<Mrkdwn> = skipped
        .map(|result| {
            say!(
                "➖ {} was not asked, as the plan allows: {}",
                mrkdwn::code(&result.id),
                mrkdwn::escape_line(&result.found)
            )
        })
        .collect();
    let told = Message::new(line.clone(), line);
    let message = if skipped.is_empty() {
        told.tone(Tone::Good)
    } else {
        told.tone(Tone::Warning).body(mrkdwn::join(skipped, "\n"))
    };
    let to = To::Thread;
    vec![Told { to, message }]
}

fn blocking(result: &CheckResult) -> Option<Mrkdwn> {
    let mark = match result.outcome {
        CheckOutcome::Holds | CheckOutcome::Skipped => return None,
        CheckOutcome::Waits => "⏳",
        CheckOutcome::Fails => "❌",
        CheckOutcome::Silent => "🔇",
    };
    Some(say!(
        "{} {}: {}",
        mrkdwn::escape(mark),
        mrkdwn::code(&result.id),
        mrkdwn::escape_line(&result.found)
    ))
}

/// The watcher hears that their acknowledgement is what is missing.
fn reminder(telling: &Telling<'_>, results: &[CheckResult]) -> Option<Told> {
    let waits = |result: &&CheckResult| {
        result.outcome != CheckOutcome::Holds && result.outcome != CheckOutcome::Skipped
    };
    let mut open = results.iter().filter(waits).peekable();
    open.peek()?;
    let watched = crate::plan::Precondition::Watched;
    let is_watch = open.all(|result| result.id == watched.id());
    let people = &telling.rollout.plan.people;
    let whose: &Person = if is_watch {
        people.watcher()
    } else {
        &people.owner
    };
    let line = if is_watch {
        say!(
            "The rollout of {} waits for you: say that you watch for two hours",
            flag(telling.rollout)
        )
    } else {
        say!(
            "The rollout of {} waits for what is open before {}",
            flag(telling.rollout),
            stage(telling.rollout, telling.rollout.stage)
        )
    };
    Some(with_page(
        telling,
        one(To::Person(whose.clone()), line, Tone::Work),
    ))
}

fn with_page(telling: &Telling<'_>, mut told: Told) -> Told {
    if let Some(page) = telling.page {
        told.message = told.message.link("Open the rollout", page);
    }
    told
}

fn nobody_watches(telling: &Telling<'_>) -> Vec<Told> {
    let rollout = telling.rollout;
    let group = telling.on_call.cloned().unwrap_or_else(|| {
        rollout.plan.people.on_call.as_ref().map_or_else(
            || Mrkdwn::fixed("Whoever is on call"),
            |group| mrkdwn::bold(group.as_str()),
        )
    });
    let line = say!(
        "{}: nobody has said that they watch {} after its change on production; {} was asked",
        group,
        flag(rollout),
        person(rollout.plan.people.watcher())
    );
    vec![
        one(To::Broadcast, line.clone(), Tone::Danger),
        one(To::Production, line, Tone::Danger),
    ]
}

fn applied(telling: &Telling<'_>) -> Vec<Told> {
    let rollout = telling.rollout;
    let kind = rollout.plan.stage(rollout.stage).map(|stage| &stage.kind);
    match (rollout.state, kind) {
        // Told when it is over, which is at once.
        (State::RollingBack, _) => return Vec::new(),
        (_, Some(StageKind::CleanUp(_))) => {
            let line = say!("{} is deleted from every environment", flag(rollout));
            return thread(line, Tone::Good);
        }
        (_, _) => (),
    }
    let record = rollout.stages.get(rollout.stage);
    let soak = record.and_then(|record| Some((record.changed_at?, record.soak_until?)));
    let line = say!(
        "{} is open for {}",
        flag(rollout),
        stage(rollout, rollout.stage)
    );
    let line = match soak {
        Some((from, until)) if from < until => say!(
            "{}; it is watched for {}, until {}",
            line,
            mrkdwn::escape(&duration(until.duration_since(from))),
            mrkdwn::escape(&moment(until))
        ),
        Some(_) | None => line,
    };
    let mut all = vec![one(To::Broadcast, line, Tone::Good)];
    if let Some(StageKind::Global) = kind {
        all.extend(support(telling, "is now on for everybody"));
    }
    all
}

/// What support tells customers: what they see, and what can be done for one of them.
fn support(telling: &Telling<'_>, what: &'static str) -> Option<Told> {
    let plan = &telling.rollout.plan;
    plan.channels.support.as_ref()?;
    let line = say!("{} {}", flag(telling.rollout), Mrkdwn::fixed(what));
    let message = Message::new(line.clone(), line)
        .tone(Tone::Neutral)
        .body(mrkdwn::escape(&plan.prose.expectations))
        .wide_fact("For one customer", mrkdwn::escape(&plan.prose.support));
    Some(Told {
        to: To::Support,
        message,
    })
}

fn advanced(telling: &Telling<'_>, to: usize) -> Vec<Told> {
    let rollout = telling.rollout;
    let line = say!("Next: {}", stage(rollout, to));
    let mut all = thread(line, Tone::Neutral);
    let kind = rollout.plan.stage(to).map(|stage| &stage.kind);
    if let Some(StageKind::Preparation) = kind {
        all.extend(support(telling, "will be opened step by step"));
    }
    all
}

fn held(telling: &Telling<'_>, hold: &Hold) -> Vec<Told> {
    let rollout = telling.rollout;
    let line = say!(
        "The rollout of {} is held by {}{}",
        flag(rollout),
        author(&telling.entry.by),
        because(Some(&hold.note))
    );
    let owner = || {
        let told = one(
            To::Person(rollout.plan.people.owner.clone()),
            line.clone(),
            Tone::Warning,
        );
        with_page(telling, told)
    };
    match hold.reason {
        HoldReason::Regression | HoldReason::SampleRatio | HoldReason::WentBack => {
            let mut all = everybody(line.clone(), Tone::Danger);
            all.push(owner());
            all
        }
        HoldReason::WeakEvidence | HoldReason::Conflict => {
            vec![one(To::Broadcast, line.clone(), Tone::Warning), owner()]
        }
        HoldReason::Silent | HoldReason::Blocked => {
            vec![one(To::Thread, line.clone(), Tone::Warning), owner()]
        }
        HoldReason::Manual => told(To::Broadcast, line, Tone::Warning),
    }
}

fn caused(by: &Mrkdwn, cause: &Cause) -> Mrkdwn {
    match cause {
        Cause::Asked { reason } => say!("asked for by {}{}", by, because(reason.as_deref())),
        Cause::Breach { monitor, sentence } => say!(
            "because of {}: {}",
            mrkdwn::code(monitor.as_str()),
            mrkdwn::escape_line(sentence)
        ),
    }
}

fn rolled_back(telling: &Telling<'_>) -> Vec<Told> {
    let rollout = telling.rollout;
    let stands = after_rollback(rollout);
    let line = say!("{} {}", flag(rollout), mrkdwn::escape(&stands));
    let mut all = everybody(line, Tone::Warning);
    all.extend(support(telling, "was taken back"));
    all
}

fn overridden(what: &Overridden) -> Mrkdwn {
    match what {
        Overridden::Precondition(id) => mrkdwn::code(id),
        Overridden::Monitor(name) => say!(
            "the monitor {}; its evidence begins anew with half the budget",
            mrkdwn::code(name.as_str())
        ),
        Overridden::Evidence => Mrkdwn::fixed("the missing evidence"),
        Overridden::Soak => Mrkdwn::fixed("the rest of the soak"),
    }
}

fn judged(monitor: &str, judgement: &Judgement) -> Vec<Told> {
    let (mark, tone) = match judgement.verdict {
        Verdict::Healthy => ("✅", Tone::Good),
        Verdict::Watching => ("👀", Tone::Neutral),
        Verdict::Silent => ("🔇", Tone::Warning),
        Verdict::Breached => ("🚨", Tone::Danger),
    };
    let line = say!(
        "{} {} is {}. {}",
        mrkdwn::escape(mark),
        mrkdwn::code(monitor),
        mrkdwn::escape(&judgement.verdict.to_string()),
        mrkdwn::escape_line(&judgement.sentence)
    );
    thread(line, tone)
}

fn linked(link: Link, url: &str) -> Vec<Told> {
    let what = match link {
        Link::RolloutIssue => "The rollout issue",
        Link::ChangeIssue => "The change issue",
        Link::Removal => "The removal of the flag",
        // It is where this would be told.
        Link::Thread => return Vec::new(),
    };
    let line = say!("{} is {}", Mrkdwn::fixed(what), mrkdwn::address(url));
    thread(line, Tone::Neutral)
}

fn completed(telling: &Telling<'_>) -> Vec<Told> {
    let Entry { at, .. } = telling.entry;
    let rollout = telling.rollout;
    let took = at.duration_since(rollout.started_at);
    let is_gone = rollout
        .plan
        .stages
        .iter()
        .any(|stage| matches!(stage.kind, StageKind::CleanUp(_)));
    let line = say!(
        "{} is released{}; the rollout took {}",
        flag(rollout),
        Mrkdwn::fixed(if is_gone {
            " and gone from every environment"
        } else {
            ""
        }),
        mrkdwn::escape(&duration(took))
    );
    everybody(line, Tone::Good)
}
