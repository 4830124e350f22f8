//! A tick by its webhook: at once, and with whose it is.

use gitlab::DescriptionEdit;
use gitlab::task_list::{self, TaskItem, TaskState};
use jiff::Timestamp;
use rollouts::issue as text;
use rollouts::{Act, Author, Event, Rollout, ask};

use super::{asker, in_gitlab, state, tick};
use crate::driver::Driver;
use crate::ledger;

impl Driver {
    /// Takes over what somebody ticked or unticked by editing the description of an issue. Of
    /// issues of others nothing is taken.
    pub async fn description_edited(&self, edit: &DescriptionEdit) {
        let Some(id) = text::rollout_of(&edit.after) else {
            return;
        };
        let now = self.parts().clock.now();
        let by = in_gitlab(&edit.author.username);
        let changes = task_list::changes(&edit.before, &edit.after);
        let events = |rollout: &Rollout| events(rollout, &changes, edit, &by, now);
        if let Err(error) = ledger::note(self.parts(), &id, &by, events).await {
            tracing::warn!(rollout.id = %id, %error, "a tick in GitLab is taken over later");
        }
    }
}

fn events(
    rollout: &Rollout,
    changes: &[TaskItem],
    edit: &DescriptionEdit,
    by: &Author,
    now: Timestamp,
) -> Vec<Event> {
    // The address that is kept, not one that the webhook says.
    let is_ours = super::address(rollout).is_some_and(|url| is_same(url, edit));
    if rollout.is_over() || !is_ours {
        return Vec::new();
    }
    let items = text::items(rollout);
    let events = items
        .iter()
        .filter_map(|item| match (state(changes, item)?, item.done) {
            (TaskState::Done, false) => tick(rollout, item, &edit.url, by, now),
            (TaskState::Open, true) => {
                let item = item.manual.clone()?;
                ask(rollout, &Act::Untick { item }, &asker(by), now).ok()
            }
            (TaskState::Done, true) | (TaskState::Open, false) | (TaskState::Inapplicable, _) => {
                None
            }
        });
    events.flatten().collect()
}

/// Whether the edited issue is the one at this address.
fn is_same(url: &str, edit: &DescriptionEdit) -> bool {
    let path = url.split("://").nth(1).unwrap_or_default();
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let number = path.trim_end_matches('/').rsplit('/').next();
    path.contains(&format!("/{}/", edit.project)) && number == Some(&*edit.iid.to_string())
}
