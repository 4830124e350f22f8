//! What happened to a rollout, in the very words of its thread, and when the flag was changed.

use domain::RolloutId;
use domain::message::Tone;
use jiff::Timestamp;
use rollouts::wording::{Telling, To, tell};
use rollouts::{Entry, Event, Rollout, State};

use super::told::short_stage;
use crate::pages::chart::Mark;
use crate::pages::markup::{Piece, pieces};
use crate::pages::time::Moment;

/// Something that was told in the thread.
pub(super) struct Told {
    pub(super) number: u64,
    pub(super) at: Moment,
    pub(super) tone: &'static str,
    pub(super) line: Vec<Piece>,
    pub(super) more: Vec<Vec<Piece>>,
}

/// A history, oldest first, and the changes in it.
#[derive(Default)]
pub(super) struct History {
    pub(super) told: Vec<Told>,
    pub(super) marks: Vec<Mark>,
}

impl History {
    pub(super) fn of(id: &RolloutId, entries: &[Entry], now: Timestamp) -> Self {
        let mut history = Self::default();
        let mut rollout = None;
        for entry in entries {
            match &mut rollout {
                None => rollout = Rollout::begin(id.clone(), entry),
                Some(rollout) => rollout.record(entry),
            }
            let Some(rollout) = &rollout else { continue };
            history.marks.extend(mark(rollout, entry));
            history.told.extend(told(rollout, entry, now));
        }
        history
    }
}

fn told(rollout: &Rollout, entry: &Entry, now: Timestamp) -> Vec<Told> {
    let telling = Telling {
        rollout,
        entry,
        page: None,
        on_call: None,
    };
    let told = tell(&telling).into_iter();
    let in_thread = told.filter(|told| match told.to {
        To::Root | To::Thread | To::Broadcast => true,
        To::Production | To::Support | To::Person(_) => false,
    });
    in_thread
        .map(|told| {
            let message = told.message;
            let body = message.body.as_ref().map(lines);
            Told {
                number: entry.number,
                at: Moment::new(entry.at, now),
                tone: tone(message.tone),
                line: pieces(&message.headline),
                more: body.unwrap_or_default(),
            }
        })
        .collect()
}

/// Markup line by line.
fn lines(markup: &domain::Mrkdwn) -> Vec<Vec<Piece>> {
    let lines = markup.as_str().lines();
    lines
        .map(|line| pieces(&domain::Mrkdwn::from_trusted(line.to_owned())))
        .collect()
}

fn tone(tone: Tone) -> &'static str {
    match tone {
        Tone::Neutral => "neutral",
        Tone::Work => "work",
        Tone::Good => "good",
        Tone::Warning => "warning",
        Tone::Danger => "danger",
    }
}

/// The flag was changed.
fn mark(rollout: &Rollout, entry: &Entry) -> Option<Mark> {
    let (label, what) = match &entry.event {
        Event::Applied { .. } if rollout.state == State::RollingBack => {
            ("back".to_owned(), "taken back".to_owned())
        }
        Event::Applied { .. } => {
            let label = short_stage(&rollout.plan, rollout.stage);
            let stage = rollout.plan.stage(rollout.stage)?;
            (label, format!("changed for {}", stage.name))
        }
        Event::RolledBack => ("back".to_owned(), "rolled back".to_owned()),
        Event::Started { .. }
        | Event::Checked { .. }
        | Event::Approved { .. }
        | Event::Acknowledged { .. }
        | Event::NobodyWatches
        | Event::Ticked { .. }
        | Event::Unticked { .. }
        | Event::Intended { .. }
        | Event::NotApplied { .. }
        | Event::Entered
        | Event::Advanced { .. }
        | Event::Held { .. }
        | Event::Resumed { .. }
        | Event::WentBack { .. }
        | Event::RollbackBegan { .. }
        | Event::Overridden { .. }
        | Event::Judged { .. }
        | Event::Silent { .. }
        | Event::Answers { .. }
        | Event::EditedOutside { .. }
        | Event::Adopted
        | Event::Restored
        | Event::Linked { .. }
        | Event::Rerouted { .. }
        | Event::Completed
        | Event::Cancelled { .. } => return None,
    };
    Some(Mark {
        at: entry.at,
        label,
        what,
    })
}
