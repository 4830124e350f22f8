//! The message that a rollout's thread begins with: kept current, it is the control panel.
//!
//! The buttons are not part of it: who shows the card knows how a click comes back.

use domain::message::Tone;
use domain::mrkdwn::{self, Mrkdwn};
use domain::{Message, say};
use jiff::Timestamp;

use crate::evidence::Verdict;
use crate::sparkline::{progress, sparkline};
use crate::status::{ItemStatus, MonitorStatus, Phase, StageProgress, State, Status, Waiting};
use crate::step::CheckOutcome;
use crate::wording::{duration, moment};

/// How wide a progress bar is, in letters.
const WIDTH: usize = 10;
/// The most lines of a list; more are counted.
const MOST_LINES: usize = 8;

/// The card.
#[must_use]
pub fn card(status: &Status, now: Timestamp, page: Option<&str>) -> Message {
    let flag = mrkdwn::code(status.flag.as_str());
    let summary = say!("Rollout of {}: {}", flag, word(status));
    let headline = say!(
        "{} Rollout of {}: {}",
        mrkdwn::escape(mark(status.state)),
        flag,
        mrkdwn::bold(&word(status).to_string())
    );
    let mut message = Message::new(summary, headline)
        .tone(tone(status.state))
        .body(body(status))
        .fact("Stage", stage(status))
        .fact("Open for", share(status))
        .fact("Soak", soak(status, now))
        .fact("Watched by", watched(status))
        .wide_fact("Monitors", monitors(status))
        .wide_fact("What must hold", preconditions(status))
        .context(say!("Owner {}", mrkdwn::escape(status.owner.as_str())))
        .context(say!(
            "started {}",
            mrkdwn::escape(&moment(status.started_at))
        ));
    if let Some(page) = page {
        message = message.link("Open", page);
    }
    message
}

fn mark(state: State) -> &'static str {
    match state {
        State::Running => "🟢",
        State::Held => "✋",
        State::RollingBack => "⏪",
        State::RolledBack => "↩️",
        State::Completed => "🏁",
        State::Cancelled => "🚫",
    }
}

fn tone(state: State) -> Tone {
    match state {
        State::Running => Tone::Work,
        State::Held => Tone::Warning,
        State::RollingBack | State::RolledBack => Tone::Danger,
        State::Completed => Tone::Good,
        State::Cancelled => Tone::Neutral,
    }
}

/// The state and, while it runs, what the present stage is at.
fn word(status: &Status) -> Mrkdwn {
    Mrkdwn::fixed(match (status.state, status.phase) {
        (State::Held, _) => "held",
        (State::RollingBack, _) => "being rolled back",
        (State::RolledBack, _) => "rolled back",
        (State::Completed, _) => "complete",
        (State::Cancelled, _) => "cancelled",
        (State::Running, Phase::Checking) => "checking what must hold",
        (State::Running, Phase::AwaitingApproval) => "waiting for approval",
        (State::Running, Phase::Applying) => "changing the flag",
        (State::Running, Phase::Soaking) => "soaking",
        (State::Running, Phase::Verifying) => "waiting for verification",
        (State::Running, Phase::Ready) => "ready to advance",
    })
}

/// Why it is held, and what it waits for.
fn body(status: &Status) -> Mrkdwn {
    let held = status
        .hold
        .as_ref()
        .map(|hold| mrkdwn::escape_line(&hold.note));
    let waiting = status.waiting_for.iter().map(waiting);
    mrkdwn::join(limited(held.into_iter().chain(waiting)), "\n")
}

fn waiting(waiting: &Waiting) -> Mrkdwn {
    let words = mrkdwn::escape_line(&waiting.words);
    match &waiting.who {
        Some(who) => say!("⏳ {} ({})", words, mrkdwn::escape(who.as_str())),
        None => say!("⏳ {}", words),
    }
}

fn stage(status: &Status) -> Mrkdwn {
    let ladder: String = status
        .stages
        .iter()
        .map(|stage| match stage.progress {
            StageProgress::Done => '●',
            StageProgress::Present => '◉',
            StageProgress::Pending => '○',
            StageProgress::TakenBack => '⊘',
        })
        .collect();
    say!(
        "{} ({} of {})\n{}",
        mrkdwn::bold(status.stage.as_str()),
        status.stage_number,
        status.stages.len(),
        mrkdwn::escape(&ladder)
    )
}

fn share(status: &Status) -> Mrkdwn {
    let share = status.percentage.number();
    let bar = progress(share / 100.0, WIDTH);
    say!(
        "{} %\n{}",
        mrkdwn::escape(&share.to_string()),
        mrkdwn::escape(&bar)
    )
}

fn soak(status: &Status, now: Timestamp) -> Mrkdwn {
    let is_soaking = matches!(status.state, State::Running | State::Held);
    match status.soak_until.filter(|_| is_soaking) {
        Some(until) if now < until => {
            let left = duration(until.duration_since(now));
            say!(
                "{} left, until {}",
                mrkdwn::escape(&left),
                mrkdwn::escape(&moment(until))
            )
        }
        Some(_) => Mrkdwn::fixed("over"),
        None => Mrkdwn::empty(),
    }
}

fn watched(status: &Status) -> Mrkdwn {
    status
        .watched
        .as_ref()
        .filter(|_| status.ended_at.is_none())
        .map_or_else(Mrkdwn::empty, |(who, until)| {
            say!(
                "{} until {}",
                mrkdwn::escape(who.as_str()),
                mrkdwn::escape(&moment(*until))
            )
        })
}

fn monitors(status: &Status) -> Mrkdwn {
    let active = status.monitors.iter().filter(|monitor| monitor.active);
    mrkdwn::join(limited(active.map(monitor)), "\n")
}

fn monitor(monitor: &MonitorStatus) -> Mrkdwn {
    let judgement = &monitor.judgement;
    let mark = match judgement.verdict {
        Verdict::Healthy => "✅",
        Verdict::Watching => "👀",
        Verdict::Silent => "🔇",
        Verdict::Breached => "🚨",
    };
    let name = mrkdwn::code(monitor.name.as_str());
    let shadow = Mrkdwn::fixed(if monitor.shadow { " (shadow)" } else { "" });
    let spark = mrkdwn::escape(&sparkline(&monitor.recent));
    let sentence = monitor
        .silent
        .as_deref()
        .unwrap_or(judgement.sentence.as_str());
    let first = say!(
        "{} {}{} {} {}",
        mrkdwn::escape(mark),
        name,
        shadow,
        spark,
        mrkdwn::escape_line(sentence)
    );
    if judgement.verdict != Verdict::Watching {
        return first;
    }
    say!(
        "{}\n      {} evidence: {}",
        first,
        mrkdwn::escape(&progress(judgement.progress, WIDTH)),
        mrkdwn::escape(&judgement.needed.to_string())
    )
}

/// What does not hold yet, or is not heeded; what holds is counted.
/// What holds is counted, what does not is named; nothing is waited for in the end.
fn preconditions(status: &Status) -> Mrkdwn {
    let present = status
        .preconditions
        .iter()
        .filter(|item| item.stage == status.stage && status.ended_at.is_none());
    let (good, open): (Vec<&ItemStatus>, Vec<&ItemStatus>) =
        present.partition(|item| item.outcome == CheckOutcome::Holds);
    let counted = (!good.is_empty()).then(|| say!("✅ {} hold", good.len()));
    let open = open.into_iter().map(precondition);
    mrkdwn::join(limited(counted.into_iter().chain(open)), "\n")
}

fn precondition(item: &ItemStatus) -> Mrkdwn {
    let mark = match item.outcome {
        CheckOutcome::Holds => "✅",
        CheckOutcome::Skipped => "➖",
        CheckOutcome::Waits => "⏳",
        CheckOutcome::Fails => "❌",
        CheckOutcome::Silent => "🔇",
    };
    let overridden = item
        .overridden
        .as_ref()
        .map_or_else(Mrkdwn::empty, |(by, _)| {
            say!(" (overridden by {})", mrkdwn::escape(by))
        });
    say!(
        "{} {}: {}{}",
        mrkdwn::escape(mark),
        mrkdwn::code(&item.id),
        mrkdwn::escape_line(&item.title),
        overridden
    )
}

/// The first lines, and how many more there are.
fn limited(lines: impl Iterator<Item = Mrkdwn>) -> Vec<Mrkdwn> {
    let mut lines: Vec<Mrkdwn> = lines.collect();
    let more = lines.len().saturating_sub(MOST_LINES);
    if 0 < more {
        lines.truncate(MOST_LINES);
        lines.push(say!("and {} more", more));
    }
    lines
}
