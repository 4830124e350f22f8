//! What people tick in GitLab: it counts as the item's evidence.
//!
//! The webhook tells of a tick and who made it. It may be lost, so the issue is looked at as well
//! while somebody's tick is waited for; who it was is then known by GitLab's own note of it.

mod edit;

use std::collections::BTreeSet;

use domain::Role;
use gitlab::rest::{Client, Note};
use gitlab::task_list::{self, TaskItem, TaskState};
use jiff::Timestamp;
use rollouts::issue::{self as text, Item};
use rollouts::plan::{Precondition, Stage};
use rollouts::{Act, Asker, Author, Event, Rollout, State, Through, ask};

use super::{Found, address, at};
use crate::driver::Parts;
use crate::effects::Undone;

/// Notes among which GitLab's own of a tick is looked for.
const RECENT: usize = 50;

/// Characters of an item's text by which GitLab's note of it is known.
const KNOWN_BY: usize = 40;

/// Ticks that the rollout does not know yet, with whose they are. Nobody answers: there are none.
pub(crate) async fn ticks(
    parts: &Parts,
    rollout: &Rollout,
    now: Timestamp,
) -> Vec<(Author, Vec<Event>)> {
    let (Some(gitlab), Some(url)) = (&parts.gitlab, address(rollout)) else {
        return Vec::new();
    };
    if !waits_for_people(rollout) {
        return Vec::new();
    }
    let looked = tokio::time::timeout(parts.sources.patience, look(gitlab, url, rollout)).await;
    let ticked = match looked {
        Ok(Ok(ticked)) => ticked,
        Ok(Err(Undone::Again { reason, .. } | Undone::Dead { reason, .. })) => {
            tracing::debug!(rollout.id = %rollout.id, reason, "the rollout issue cannot be read");
            return Vec::new();
        }
        Err(_) => return Vec::new(),
    };
    let events = ticked.into_iter().filter_map(|(item, name)| {
        let by = in_gitlab(&name);
        let events = tick(rollout, &item, url, &by, now)?;
        Some((by, events))
    });
    events.collect()
}

fn waits_for_people(rollout: &Rollout) -> bool {
    let is_open = |of: &Precondition| {
        if let Precondition::Manual { item, .. } = of {
            !rollout.ticks.contains_key(item)
        } else {
            false
        }
    };
    let any = |stage: &Stage| stage.preconditions.iter().chain(&stage.verify).any(is_open);
    let goes_on = matches!(rollout.state, State::Running | State::Held);
    goes_on && rollout.plan.stage(rollout.stage).is_some_and(any)
}

/// Boxes of items that people do which are ticked there and not here, with who ticked them.
async fn look(
    gitlab: &Client,
    url: &str,
    rollout: &Rollout,
) -> Result<Vec<(Item, String)>, Undone> {
    let Found { project, iid } = at(gitlab, url)?;
    let issue = gitlab.issue(&project, iid).await?;
    let description = issue.description.unwrap_or_default();
    // Boxes of an earlier rollout say nothing of this one.
    if !description.contains(&text::steps_marker(rollout)) {
        return Ok(Vec::new());
    }
    let boxes = task_list::items(&description);
    let ticked: Vec<Item> = text::items(rollout)
        .into_iter()
        .filter(|item| item.manual.is_some() && !item.done)
        .filter(|item| state(&boxes, item) == Some(TaskState::Done))
        .collect();
    if ticked.is_empty() {
        return Ok(Vec::new());
    }
    let notes = gitlab.issue_notes(&project, iid, RECENT).await?.items;
    let named = ticked.into_iter().map(|item| {
        let name = who(&notes, &item)
            .unwrap_or("somebody-in-gitlab")
            .to_owned();
        (item, name)
    });
    Ok(named.collect())
}

fn state(boxes: &[TaskItem], item: &Item) -> Option<TaskState> {
    let is_it = |found: &&TaskItem| found.marker.as_deref() == Some(&item.marker);
    boxes.iter().find(is_it).map(|found| found.state)
}

/// GitLab notes `marked the checklist item **…** as completed`; older versions say `task`.
fn who<'a>(notes: &'a [Note], item: &Item) -> Option<&'a str> {
    let known_by: String = item.text.chars().take(KNOWN_BY).collect();
    let is_tick = |note: &&Note| {
        note.system && note.body.contains("as completed") && note.body.contains(&known_by)
    };
    let note = notes.iter().find(is_tick)?;
    note.author.as_ref().map(|author| author.username.as_str())
}

fn in_gitlab(name: &str) -> Author {
    Author {
        name: name.to_owned(),
        through: Through::GitLab,
    }
}

fn tick(
    rollout: &Rollout,
    item: &Item,
    url: &str,
    by: &Author,
    now: Timestamp,
) -> Option<Vec<Event>> {
    let act = Act::Tick {
        item: item.manual.clone()?,
        evidence: format!("ticked in GitLab: {url}"),
    };
    ask(rollout, &act, &asker(by), now).ok()
}

/// Whoever may edit the issue may tick.
fn asker(by: &Author) -> Asker {
    Asker {
        author: by.clone(),
        known: true,
        roles: BTreeSet::from([Role::Operator]),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn gitlabs_own_note_says_who_ticked() {
        let note = |body: &str, user: &str, system: bool| -> Note {
            let author = json!({"id": 1, "username": user, "name": user});
            serde_json::from_value(json!({
                "id": 1, "body": body, "system": system, "author": author,
            }))
            .unwrap()
        };
        let item = Item {
            marker: "1.qa".to_owned(),
            stage: 0,
            text: "It works on staging.".to_owned(),
            done: false,
            manual: "qa".parse().ok(),
        };
        let done = "marked the checklist item **It works on staging.** as completed";
        let notes = [
            note(done, "eve", false),
            note(
                "marked the checklist item **Other** as completed",
                "ben",
                true,
            ),
            note(done, "ana", true),
            note(done, "cleo", true),
        ];
        assert_eq!(who(&notes, &item), Some("ana"));
        assert_eq!(who(&notes[..2], &item), None);
    }
}
