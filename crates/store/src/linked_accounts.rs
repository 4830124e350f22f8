//! Who people in Slack are in GitLab, and the tokens with which we act for them there.
//!
//! Tokens are kept [sealed](crate::seal). One Slack account is one GitLab user; one GitLab user
//! may have an account in many workspaces.

use domain::WorkspaceId;
use jiff::{SignedDuration, Timestamp};

use crate::audit::{self, Entry, LinkedAccountFacts, NewEntry, Subject};
use crate::engine::{Fault, Row, Tx};
use crate::seal::Sealed;
use crate::tokens::NewTokens;
use crate::{Store, StoreError, revisions};

/// How exactly it is known when an account was used last.
const GRAIN: SignedDuration = SignedDuration::from_hours(1);

/// Somebody's Slack account and who they are in GitLab.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkedAccount {
    pub workspace: WorkspaceId,
    /// Slack's id of the person.
    pub slack_user: String,
    pub slack_name: String,
    /// GitLab's id of the user.
    pub gitlab_user: u64,
    pub gitlab_name: String,
    /// Sealed for [`LinkedAccount::access_row`].
    pub access_token: Sealed,
    /// Sealed for [`LinkedAccount::refresh_row`].
    pub refresh_token: Option<Sealed>,
    /// When the access token ends.
    pub expires_at: Option<Timestamp>,
    pub linked_at: Timestamp,
    /// To the hour.
    pub last_used_at: Option<Timestamp>,
}

/// A link that somebody has just made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewLinkedAccount {
    pub workspace: WorkspaceId,
    pub slack_user: String,
    pub slack_name: String,
    pub gitlab_user: u64,
    pub gitlab_name: String,
    /// Sealed for [`LinkedAccount::access_row`].
    pub access_token: Sealed,
    /// Sealed for [`LinkedAccount::refresh_row`].
    pub refresh_token: Option<Sealed>,
    pub expires_at: Option<Timestamp>,
}

impl LinkedAccount {
    /// What the access token is sealed for.
    #[must_use]
    pub fn access_row(workspace: &WorkspaceId, slack_user: &str) -> String {
        format!("linked_account:{workspace}:{slack_user}:access")
    }

    /// What the token that renews it is sealed for.
    #[must_use]
    pub fn refresh_row(workspace: &WorkspaceId, slack_user: &str) -> String {
        format!("linked_account:{workspace}:{slack_user}:refresh")
    }

    fn facts(&self) -> LinkedAccountFacts {
        LinkedAccountFacts {
            slack_name: self.slack_name.clone(),
            gitlab_user: self.gitlab_user,
            gitlab_name: self.gitlab_name.clone(),
        }
    }
}

impl Store {
    /// Links a Slack account with a GitLab user; every node is told. Answers the link that it takes
    /// the place of.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn link_account(
        &self,
        new: NewLinkedAccount,
        entry: Entry,
    ) -> Result<Option<LinkedAccount>, StoreError> {
        self.write(move |tx| link(tx, &new, &entry)).await
    }

    /// Who somebody in Slack is in GitLab.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn linked_account(
        &self,
        workspace: &WorkspaceId,
        slack_user: &str,
    ) -> Result<Option<LinkedAccount>, StoreError> {
        let (workspace, slack_user) = (workspace.clone(), slack_user.to_owned());
        self.read(move |tx| find(tx, &workspace, &slack_user)).await
    }

    /// The Slack accounts of a GitLab user.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn linked_accounts_of(
        &self,
        gitlab_user: u64,
    ) -> Result<Vec<LinkedAccount>, StoreError> {
        self.read(move |tx| {
            let sql = format!("{SELECT} WHERE gitlab_user = $1 ORDER BY workspace, slack_user");
            tx.query(&sql, &[gitlab_user.into()], read)
        })
        .await
    }

    /// All links of a workspace.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn linked_accounts_in(
        &self,
        workspace: &WorkspaceId,
    ) -> Result<Vec<LinkedAccount>, StoreError> {
        let workspace = workspace.clone();
        self.read(move |tx| {
            let sql = format!("{SELECT} WHERE workspace = $1 ORDER BY slack_user");
            tx.query(&sql, &[workspace.as_str().into()], read)
        })
        .await
    }

    /// Forgets a link with its tokens; every node is told. Answers what it was, or `None` if there was none; nothing
    /// is written then.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn unlink_account(
        &self,
        workspace: &WorkspaceId,
        slack_user: &str,
        entry: Entry,
    ) -> Result<Option<LinkedAccount>, StoreError> {
        let (workspace, slack_user) = (workspace.clone(), slack_user.to_owned());
        self.write(move |tx| {
            revisions::lock(tx, revisions::LINKED_ACCOUNTS)?;
            let sql = format!(
                "DELETE FROM linked_accounts WHERE workspace = $1 AND slack_user = $2
                 RETURNING {COLUMNS}"
            );
            let values = [workspace.as_str().into(), (&slack_user).into()];
            let before = tx.one(&sql, &values, read)?;
            if let Some(before) = &before {
                record(tx, [Some(before), None], &entry)?;
            }
            Ok(before)
        })
        .await
    }

    /// Keeps new tokens in the place of `before`, the account as it was when its access token
    /// was renewed. `false` if the token is not the account's any more: somebody else was faster,
    /// or it was unlinked or linked anew. Nothing is written then.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn refresh_linked_account(
        &self,
        before: &LinkedAccount,
        tokens: NewTokens,
    ) -> Result<bool, StoreError> {
        let before = before.clone();
        self.write(move |tx| {
            let changed = tx.execute(
                "UPDATE linked_accounts
                 SET access_token = $4, refresh_token = $5, expires_at = $6
                 WHERE workspace = $1 AND slack_user = $2 AND access_token = $3",
                &[
                    before.workspace.as_str().into(),
                    (&before.slack_user).into(),
                    (&before.access_token).into(),
                    (&tokens.access).into(),
                    tokens.refresh.as_ref().into(),
                    tokens.expires_at.into(),
                ],
            )?;
            Ok(changed != 0)
        })
        .await
    }

    /// Remembers that the account was used; writes once an hour at most.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn touch_linked_account(
        &self,
        account: &LinkedAccount,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        if account.last_used_at.is_some_and(|last| now < last + GRAIN) {
            return Ok(());
        }
        let (workspace, slack_user) = (account.workspace.clone(), account.slack_user.clone());
        self.write(move |tx| {
            tx.execute(
                "UPDATE linked_accounts SET last_used_at = $3
                 WHERE workspace = $1 AND slack_user = $2 AND COALESCE(last_used_at, 0) < $3",
                &[workspace.as_str().into(), (&slack_user).into(), now.into()],
            )
            .map(drop)
        })
        .await
    }
}

fn link(
    tx: &mut Tx<'_>,
    new: &NewLinkedAccount,
    entry: &Entry,
) -> Result<Option<LinkedAccount>, Fault> {
    revisions::lock(tx, revisions::LINKED_ACCOUNTS)?;
    let before = find(tx, &new.workspace, &new.slack_user)?;
    let sql = format!(
        "INSERT INTO linked_accounts (workspace, slack_user, slack_name, gitlab_user, gitlab_name,
                                      access_token, refresh_token, expires_at, linked_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (workspace, slack_user) DO UPDATE
         SET slack_name = excluded.slack_name, gitlab_user = excluded.gitlab_user,
             gitlab_name = excluded.gitlab_name, access_token = excluded.access_token,
             refresh_token = excluded.refresh_token, expires_at = excluded.expires_at,
             linked_at = excluded.linked_at, last_used_at = NULL
         RETURNING {COLUMNS}"
    );
    let values = [
        new.workspace.as_str().into(),
        (&new.slack_user).into(),
        (&new.slack_name).into(),
        new.gitlab_user.into(),
        (&new.gitlab_name).into(),
        (&new.access_token).into(),
        new.refresh_token.as_ref().into(),
        new.expires_at.into(),
        entry.at.into(),
    ];
    let after = tx
        .one(&sql, &values, read)?
        .ok_or_else(|| Fault::Failed("a linked account has no row".to_owned()))?;
    record(tx, [before.as_ref(), Some(&after)], entry)?;
    Ok(before)
}

/// Writes the audit entry and tells every node.
fn record(
    tx: &mut Tx<'_>,
    [before, after]: [Option<&LinkedAccount>; 2],
    entry: &Entry,
) -> Result<(), Fault> {
    let Some(account) = after.or(before) else {
        return Ok(());
    };
    let subject = Subject::LinkedAccount {
        workspace: account.workspace.clone(),
        slack_user: account.slack_user.clone(),
        before: before.map(LinkedAccount::facts),
        after: after.map(LinkedAccount::facts),
    };
    let revision = revisions::bump(tx, revisions::LINKED_ACCOUNTS)?;
    audit::write(tx, &NewEntry::done(entry, subject, Some(revision)))
}

fn find(
    tx: &mut Tx<'_>,
    workspace: &WorkspaceId,
    slack_user: &str,
) -> Result<Option<LinkedAccount>, Fault> {
    let sql = format!("{SELECT} WHERE workspace = $1 AND slack_user = $2");
    tx.one(&sql, &[workspace.as_str().into(), slack_user.into()], read)
}

const COLUMNS: &str = "workspace, slack_user, slack_name, gitlab_user, gitlab_name, access_token,
    refresh_token, expires_at, linked_at, last_used_at";

const SELECT: &str = "SELECT workspace, slack_user, slack_name, gitlab_user, gitlab_name,
    access_token, refresh_token, expires_at, linked_at, last_used_at FROM linked_accounts";

fn read(mut row: Row) -> Result<LinkedAccount, Fault> {
    Ok(LinkedAccount {
        workspace: row.parsed(0)?,
        slack_user: row.text(1)?,
        slack_name: row.text(2)?,
        gitlab_user: row.count(3)?,
        gitlab_name: row.text(4)?,
        access_token: row.sealed(5)?,
        refresh_token: row.maybe_sealed(6)?,
        expires_at: row.maybe_time(7)?,
        linked_at: row.time(8)?,
        last_used_at: row.maybe_time(9)?,
    })
}
