//! Whom to write to in Slack: people of the configuration, and those who have linked their accounts.

use std::collections::BTreeMap;
use std::sync::{PoisonError, RwLock};

use domain::WorkspaceId;
use jiff::{SignedDuration, Timestamp};
use store::{Store, StoreError};

/// A link that was made meanwhile counts after this at the latest.
const FRESH_FOR: SignedDuration = SignedDuration::from_secs(30);

/// Slack's ids of people, by their user name in GitLab.
#[derive(Debug, Default)]
pub struct Reachable {
    configured: BTreeMap<String, String>,
    linked: RwLock<Linked>,
}

#[derive(Debug, Default)]
struct Linked {
    people: BTreeMap<String, String>,
    read_at: Option<Timestamp>,
}

impl Reachable {
    /// Those of the configuration, who come first.
    #[must_use]
    pub fn new(configured: BTreeMap<String, String>) -> Self {
        Self {
            configured,
            linked: RwLock::default(),
        }
    }

    pub(crate) fn slack_id(&self, name: &str) -> Option<String> {
        let configured = self.configured.get(name).cloned();
        configured.or_else(|| {
            let linked = self.linked.read().unwrap_or_else(PoisonError::into_inner);
            linked.people.get(name).cloned()
        })
    }

    /// Reads who has linked their account, unless that was done just now.
    pub(crate) async fn refresh(
        &self,
        store: &Store,
        workspace: &WorkspaceId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let read_at = {
            let linked = self.linked.read().unwrap_or_else(PoisonError::into_inner);
            linked.read_at
        };
        if read_at.is_some_and(|at| now.duration_since(at) < FRESH_FOR && at <= now) {
            return Ok(());
        }
        let accounts = store.linked_accounts_in(workspace).await?.into_iter();
        let people = accounts.map(|account| (account.gitlab_name, account.slack_user));
        let linked = Linked {
            people: people.collect(),
            read_at: Some(now),
        };
        *self.linked.write().unwrap_or_else(PoisonError::into_inner) = linked;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use domain::AuditId;
    use store::seal::Keys;
    use store::{Author, Entry, NewLinkedAccount, Note, OpenOptions, Origin};

    use super::*;

    #[tokio::test]
    async fn whoever_has_linked_their_account_is_written_to_as_well() {
        let now: Timestamp = "2026-11-24T10:00:00Z".parse().unwrap();
        let store = Store::open("sqlite::memory:", OpenOptions::default());
        let store = store.await.unwrap();
        let workspace: WorkspaceId = "T0TEST".parse().unwrap();
        let configured = BTreeMap::from([("ana".to_owned(), "U0ANA".to_owned())]);
        let people = Reachable::new(configured);
        people.refresh(&store, &workspace, now).await.unwrap();
        assert_eq!(people.slack_id("ana").as_deref(), Some("U0ANA"));
        assert_eq!(people.slack_id("dana"), None);
        let keys = Keys::new("11".repeat(32).parse().unwrap(), Vec::new());
        let new = NewLinkedAccount {
            workspace: workspace.clone(),
            slack_user: "U0DANA".to_owned(),
            slack_name: "dana".to_owned(),
            gitlab_user: 7,
            gitlab_name: "dana".to_owned(),
            access_token: keys.seal("token", [1; 12], "row"),
            refresh_token: None,
            expires_at: None,
        };
        let note = Note {
            author: Author {
                name: "dana".to_owned(),
                origin: Origin::Page {
                    user: "dana".to_owned(),
                },
            },
            reason: None,
            request_id: String::new(),
            overrides: Vec::new(),
            command: None,
        };
        let id = AuditId::mint(now.as_millisecond(), 1);
        let entry = Entry { id, at: now, note };
        store.link_account(new, entry).await.unwrap();
        people.refresh(&store, &workspace, now).await.unwrap();
        assert_eq!(people.slack_id("dana"), None, "it was read just now");
        let later = now + FRESH_FOR;
        people.refresh(&store, &workspace, later).await.unwrap();
        assert_eq!(people.slack_id("dana").as_deref(), Some("U0DANA"));
        assert_eq!(people.slack_id("ana").as_deref(), Some("U0ANA"));
    }
}
