//! Slack accounts whose GitLab account is known.

use domain::WorkspaceId;
use jiff::Timestamp;
use store::{Entry, LinkedAccount, Note};

use crate::grant::Rows;
use crate::{Accounts, AccountsError, SignedIn};

/// A Slack account and who that is in GitLab.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Linked {
    pub workspace: WorkspaceId,
    /// Slack's id of the person.
    pub slack_user: String,
    /// What Slack called them when they linked.
    pub slack_name: String,
    /// GitLab's number of them.
    pub id: u64,
    /// Their name in GitLab, without the at sign.
    pub username: String,
    pub linked_at: Timestamp,
    /// To the hour.
    pub last_used_at: Option<Timestamp>,
}

impl From<LinkedAccount> for Linked {
    fn from(account: LinkedAccount) -> Self {
        Self {
            workspace: account.workspace,
            slack_user: account.slack_user,
            slack_name: account.slack_name,
            id: account.gitlab_user,
            username: account.gitlab_name,
            linked_at: account.linked_at,
            last_used_at: account.last_used_at,
        }
    }
}

impl Accounts {
    /// Who somebody in Slack is in GitLab.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn linked(
        &self,
        workspace: &WorkspaceId,
        slack_user: &str,
    ) -> Result<Option<Linked>, AccountsError> {
        let account = self.0.store.linked_account(workspace, slack_user).await?;
        Ok(account.map(Linked::from))
    }

    /// Everybody of a workspace who is linked.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn linked_in(&self, workspace: &WorkspaceId) -> Result<Vec<Linked>, AccountsError> {
        let accounts = self.0.store.linked_accounts_in(workspace).await?;
        Ok(accounts.into_iter().map(Linked::from).collect())
    }

    /// The Slack accounts of somebody in GitLab.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn linked_of(&self, id: u64) -> Result<Vec<Linked>, AccountsError> {
        let accounts = self.0.store.linked_accounts_of(id).await?;
        Ok(accounts.into_iter().map(Linked::from).collect())
    }

    /// Forgets who somebody is in GitLab, and revokes what GitLab has granted for it. `None` when
    /// nothing was linked.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn unlink(
        &self,
        workspace: &WorkspaceId,
        slack_user: &str,
        note: Note,
    ) -> Result<Option<Linked>, AccountsError> {
        let store = &self.0.store;
        let entry = self.entry(note);
        let account = store.unlink_account(workspace, slack_user, entry).await?;
        if let Some(account) = &account {
            let rows = Rows::of_link(workspace, slack_user);
            let refresh = account.refresh_token.as_ref();
            self.revoke(&account.access_token, refresh, &rows).await;
        }
        Ok(account.map(Linked::from))
    }

    /// The same, for somebody who is signed in: only an account of their own.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn unlink_own(
        &self,
        signed_in: &SignedIn,
        workspace: &WorkspaceId,
        slack_user: &str,
        note: Note,
    ) -> Result<Option<Linked>, AccountsError> {
        match self.linked(workspace, slack_user).await? {
            Some(linked) if linked.id == signed_in.id => {
                self.unlink(workspace, slack_user, note).await
            }
            Some(_) | None => Ok(None),
        }
    }

    pub(crate) fn entry(&self, note: Note) -> Entry {
        let at = self.0.clock.now();
        Entry {
            id: domain::AuditId::mint(at.as_millisecond(), self.0.chance.next_u128()),
            at,
            note,
        }
    }
}
