//! The rollouts that concern somebody: theirs, those they watch, and those that wait for them.

use accounts::Linked;
use gitlab::rest::Listed;
use rollouts::plan::Person;
use rollouts::{State, Status};
use steering::{ListFilter, SteeringError};

use super::facts::{Found, RolloutLine, Standing};
use crate::app::App;

/// The most rollouts that are shown.
const MOST: usize = 8;
/// How many of those that go on are looked at.
const LOOKED_AT: u32 = 500;

/// The rollouts that concern them, those that wait for them first.
pub(super) async fn of(app: &App, linked: &Linked) -> Found<RolloutLine> {
    let Ok(person) = linked.username.parse() else {
        return Some(nothing());
    };
    let found = try_of(app, &person).await.inspect_err(|error| {
        tracing::warn!(%error, "the rollouts that concern somebody are not known");
    });
    found.ok()
}

async fn try_of(app: &App, person: &Person) -> Result<Listed<RolloutLine>, SteeringError> {
    let Some(steered) = app.parts().chatops.steered() else {
        return Ok(nothing());
    };
    let open = ListFilter {
        open: Some(true),
        limit: Some(LOOKED_AT),
        ..ListFilter::default()
    };
    let open = steered.rollouts.list(open).await?.rollouts;
    let theirs = open.iter().filter(|status| concerns(status, person));
    let mut items: Vec<RolloutLine> = theirs
        .map(|status| line(status, person, steered.rollouts.page(&status.id)))
        .collect();
    items.sort_by_key(|line| line.waits.is_none());
    let is_complete = items.len() <= MOST;
    items.truncate(MOST);
    Ok(Listed { items, is_complete })
}

fn nothing() -> Listed<RolloutLine> {
    Listed {
        items: Vec::new(),
        is_complete: true,
    }
}

fn concerns(status: &Status, person: &Person) -> bool {
    let watches = status.watched.as_ref().is_some_and(|(by, _)| by == person);
    status.owner == *person
        || status.started_by == *person
        || watches
        || waits(status, person).is_some()
}

/// What it waits for them with.
fn waits<'s>(status: &'s Status, person: &Person) -> Option<&'s str> {
    let mut waiting = status.waiting_for.iter();
    let theirs = waiting.find(|waiting| waiting.who.as_ref() == Some(person));
    theirs.map(|waiting| waiting.words.as_str())
}

fn line(status: &Status, person: &Person, page: String) -> RolloutLine {
    RolloutLine {
        flag: status.flag.clone(),
        page,
        standing: match status.state {
            State::Held => Standing::Held,
            State::RollingBack | State::RolledBack => Standing::GoesBack,
            State::Running | State::Completed | State::Cancelled => Standing::GoesOn,
        },
        stage: status.stage.to_string(),
        percentage: status.percentage,
        waits: waits(status, person).map(str::to_owned),
    }
}
