//! A tick by its webhook: at once, and with whose it is. What is ticked is read from the issue
//! itself: whoever has a hook's token could say anything.

use gitlab::DescriptionEdit;
use gitlab::rest::{BaseUrl, IssueUrl};
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
        let Ok(Some(rollout)) = self.rollout(&id).await else {
            return;
        };
        let Some(stands) = self.description_now(&rollout, edit).await else {
            return;
        };
        let now = self.parts().clock.now();
        let by = in_gitlab(&edit.author.username);
        let changes = task_list::changes(&edit.before, &stands);
        let events = |rollout: &Rollout| {
            if rollout.is_over() {
                return Vec::new();
            }
            events(rollout, &changes, edit, &by, now)
        };
        if let Err(error) = ledger::note(self.parts(), &id, &by, events).await {
            tracing::warn!(rollout.id = %id, %error, "a tick in GitLab is taken over later");
        }
    }

    /// What the rollout's issue says now, if it is the one that was edited. The address is the
    /// one that is kept; nobody answers: the issue is looked at again while a tick is waited for.
    async fn description_now(&self, rollout: &Rollout, edit: &DescriptionEdit) -> Option<String> {
        let parts = self.parts();
        let gitlab = parts.gitlab.as_ref()?;
        let url = super::address(rollout)?;
        if !is_same(url, gitlab.base_url(), edit) {
            return None;
        }
        let address = IssueUrl::parse(url, gitlab.base_url()).ok()?;
        let asked = gitlab.issue_at(&address);
        let issue = tokio::time::timeout(parts.sources.patience, asked).await;
        issue.ok()?.ok()?.description
    }
}

fn events(
    rollout: &Rollout,
    changes: &[TaskItem],
    edit: &DescriptionEdit,
    by: &Author,
    now: Timestamp,
) -> Vec<Event> {
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
fn is_same(url: &str, base_url: &BaseUrl, edit: &DescriptionEdit) -> bool {
    IssueUrl::parse(url, base_url).is_ok_and(|known| {
        let is_project = known.project.eq_ignore_ascii_case(&edit.project);
        is_project && known.iid == edit.iid
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issue_of_another_project_with_the_same_ending_is_not_ours() {
        let base_url: BaseUrl = "https://gitlab.example/git".parse().unwrap();
        let edit = |project: &str, iid| DescriptionEdit {
            project: project.to_owned(),
            project_id: 1,
            iid,
            url: String::new(),
            author: gitlab::Editor {
                id: None,
                username: "eve".to_owned(),
                name: "Eve".to_owned(),
            },
            before: String::new(),
            after: String::new(),
        };
        let url = "https://gitlab.example/git/acme/shop/web/-/issues/3";
        for (project, iid, expected) in [
            ("acme/shop/web", 3, true),
            ("acme/shop/web", 4, false),
            ("shop/web", 3, false),
            ("acme/shop", 3, false),
        ] {
            let edit = edit(project, iid);
            assert_eq!(is_same(url, &base_url, &edit), expected, "{project} {iid}");
        }
    }
}
