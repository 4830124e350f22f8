//! What GitLab has granted somebody to let this program ask in their name: sealed in the store,
//! opened for a call, renewed before it ends.
//!
//! A token that renews can be used once. So one call at a time renews a grant here, and of several
//! nodes the store lets one write; the others take what that one has written.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use gitlab::oauth::Tokens;
use gitlab::rest::Client;
use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret, SecretString};
use store::seal::{Keys, Sealed};
use store::{LinkedAccount, NewTokens, SecretHash, Session};

use crate::person::GrantOf;
use crate::{Accounts, AccountsError, GitLab, Person};

/// A token is renewed when it has so little time left.
const RENEW_WITHIN: SignedDuration = SignedDuration::from_secs(120);

/// How often, and how far apart, it is looked whether another node has renewed a grant.
const LOOKS: u32 = 10;
const BETWEEN_LOOKS: Duration = Duration::from_millis(40);

/// Whose turn it is to renew a grant.
#[derive(Default)]
pub(crate) struct Turns(Mutex<HashMap<GrantOf, Weak<tokio::sync::Mutex<()>>>>);

impl Turns {
    fn of(&self, grant: &GrantOf) -> Arc<tokio::sync::Mutex<()>> {
        let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(turn) = turns.get(grant).and_then(Weak::upgrade) {
            return turn;
        }
        turns.retain(|_, turn| turn.strong_count() != 0);
        let turn = Arc::default();
        turns.insert(grant.clone(), Arc::downgrade(&turn));
        turn
    }
}

/// What the tokens of a grant are sealed for.
pub(crate) struct Rows {
    access: String,
    refresh: String,
}

impl Rows {
    pub(crate) fn of_session(hash: &SecretHash) -> Self {
        Self {
            access: Session::access_row(hash),
            refresh: Session::refresh_row(hash),
        }
    }

    pub(crate) fn of_link(workspace: &domain::WorkspaceId, slack_user: &str) -> Self {
        Self {
            access: LinkedAccount::access_row(workspace, slack_user),
            refresh: LinkedAccount::refresh_row(workspace, slack_user),
        }
    }
}

/// A grant as it is stored.
enum Stored {
    Session(Session),
    Link(LinkedAccount),
}

impl Stored {
    fn access(&self) -> &Sealed {
        match self {
            Self::Session(session) => &session.access_token,
            Self::Link(account) => &account.access_token,
        }
    }

    fn refresh(&self) -> Option<&Sealed> {
        match self {
            Self::Session(session) => session.refresh_token.as_ref(),
            Self::Link(account) => account.refresh_token.as_ref(),
        }
    }

    fn expires_at(&self) -> Option<Timestamp> {
        match self {
            Self::Session(session) => session.token_expires_at,
            Self::Link(account) => account.expires_at,
        }
    }

    fn rows(&self) -> Rows {
        match self {
            Self::Session(session) => Rows::of_session(&session.id_hash),
            Self::Link(account) => Rows::of_link(&account.workspace, &account.slack_user),
        }
    }

    fn ends_within(&self, left: SignedDuration, now: Timestamp) -> bool {
        let until = now.saturating_add(left).unwrap_or(Timestamp::MAX);
        self.expires_at().is_some_and(|end| end <= until)
    }
}

impl Accounts {
    /// A client that asks GitLab as this person.
    ///
    /// # Errors
    /// [`AccountsError::GrantOver`] when they have to link or sign in again; others when GitLab,
    /// the store or the configuration stands in the way.
    pub async fn client(&self, person: impl Into<Person>) -> Result<Client, AccountsError> {
        let person = person.into();
        let token = self.access_token(&person.grant).await?;
        self.client_with(&token)
    }

    /// A client with a token that GitLab has just given.
    pub(crate) fn client_with(&self, token: &SecretString) -> Result<Client, AccountsError> {
        let gitlab = self.gitlab()?;
        let base_url = gitlab.application.base_url().as_str();
        Ok(Client::as_user(gitlab.http.clone(), base_url, token)?)
    }

    pub(crate) fn gitlab(&self) -> Result<&GitLab, AccountsError> {
        self.0.gitlab.as_ref().ok_or(AccountsError::NotSetUp)
    }

    fn keys(&self) -> Result<&Keys, AccountsError> {
        self.0.keys.as_deref().ok_or(AccountsError::NotSetUp)
    }

    pub(crate) fn seal(&self, secret: &SecretString, row: &str) -> Result<Sealed, AccountsError> {
        let nonce = self.0.chance.secret();
        Ok(self.keys()?.seal(secret.expose_secret(), nonce, row))
    }

    pub(crate) fn open(&self, sealed: &Sealed, row: &str) -> Result<SecretString, AccountsError> {
        Ok(self.keys()?.open(sealed, row)?.into())
    }

    /// Tokens as they are stored.
    pub(crate) fn seal_tokens(
        &self,
        tokens: &Tokens,
        rows: &Rows,
    ) -> Result<NewTokens, AccountsError> {
        let seal_refresh = |refresh| self.seal(refresh, &rows.refresh);
        Ok(NewTokens {
            access: self.seal(&tokens.access, &rows.access)?,
            refresh: tokens.refresh.as_ref().map(seal_refresh).transpose()?,
            expires_at: self.end_of(tokens),
        })
    }

    /// When the access token ends, by this program's clock.
    fn end_of(&self, tokens: &Tokens) -> Option<Timestamp> {
        let life = SignedDuration::try_from(tokens.expires_in?).ok()?;
        let now = self.0.clock.now();
        Some(now.saturating_add(life).unwrap_or(Timestamp::MAX))
    }

    async fn access_token(&self, grant: &GrantOf) -> Result<SecretString, AccountsError> {
        let stored = self.stored(grant).await?;
        if !stored.ends_within(RENEW_WITHIN, self.0.clock.now()) {
            return self.opened(&stored).await;
        }
        // To its end, though whoever asked may be gone by then: the token that renews is used up,
        // and what came for it is to be kept.
        let (accounts, grant) = (self.clone(), grant.clone());
        let renewing = tokio::spawn(async move { accounts.renewed_in_turn(&grant).await });
        let renewed = renewing.await;
        renewed.unwrap_or(Err(AccountsError::Interrupted))
    }

    async fn renewed_in_turn(&self, grant: &GrantOf) -> Result<SecretString, AccountsError> {
        let turn = self.0.turns.of(grant);
        let _turn = turn.lock().await;
        // Whoever had the turn before may have renewed it.
        let stored = self.stored(grant).await?;
        if !stored.ends_within(RENEW_WITHIN, self.0.clock.now()) {
            return self.opened(&stored).await;
        }
        self.renewed(grant, stored).await
    }

    async fn stored(&self, grant: &GrantOf) -> Result<Stored, AccountsError> {
        let now = self.0.clock.now();
        let stored = match grant {
            GrantOf::Session(hash) => {
                let session = self.0.store.session(hash, now).await?;
                session.map(Stored::Session)
            }
            GrantOf::Link {
                workspace,
                slack_user,
            } => {
                let account = self.0.store.linked_account(workspace, slack_user).await?;
                if let Some(account) = &account {
                    self.0.store.touch_linked_account(account, now).await?;
                }
                account.map(Stored::Link)
            }
        };
        stored.ok_or(AccountsError::GrantOver)
    }

    /// The access token; sealed with the newest key, if it was with an older one.
    async fn opened(&self, stored: &Stored) -> Result<SecretString, AccountsError> {
        let rows = stored.rows();
        let access = self.open(stored.access(), &rows.access)?;
        if self.keys()?.is_outdated(stored.access(), &rows.access) {
            let refresh = stored.refresh();
            let refresh = refresh.map(|refresh| self.open(refresh, &rows.refresh));
            let tokens = NewTokens {
                access: self.seal(&access, &rows.access)?,
                refresh: match refresh.transpose()? {
                    Some(refresh) => Some(self.seal(&refresh, &rows.refresh)?),
                    None => None,
                },
                expires_at: stored.expires_at(),
            };
            self.replace(stored, tokens).await?;
        }
        Ok(access)
    }

    async fn renewed(
        &self,
        grant: &GrantOf,
        stored: Stored,
    ) -> Result<SecretString, AccountsError> {
        let rows = stored.rows();
        let gitlab = self.gitlab()?;
        let is_good = !stored.ends_within(SignedDuration::ZERO, self.0.clock.now());
        let Some(refresh) = stored.refresh() else {
            return match is_good {
                true => self.opened(&stored).await,
                false => Err(AccountsError::GrantOver),
            };
        };
        let refresh = self.open(refresh, &rows.refresh)?;
        match gitlab.application.refresh(&refresh).await {
            Ok(tokens) => {
                let sealed = self.seal_tokens(&tokens, &rows)?;
                if self.replace(&stored, sealed).await? {
                    return Ok(tokens.access);
                }
                self.opened(&self.stored(grant).await?).await
            }
            Err(error) if error.is_dead_grant() => self.renewed_elsewhere(grant, &stored).await,
            Err(error) if is_good => {
                tracing::warn!(%error, "a grant of GitLab's could not be renewed yet");
                self.opened(&stored).await
            }
            Err(error) => Err(AccountsError::OAuth(error)),
        }
    }

    /// Another node may have used the token first, and be about to write what it was given: it is
    /// looked for a moment.
    async fn renewed_elsewhere(
        &self,
        grant: &GrantOf,
        before: &Stored,
    ) -> Result<SecretString, AccountsError> {
        for _ in 0..LOOKS {
            let now = self.stored(grant).await?;
            if now.access() != before.access() {
                return self.opened(&now).await;
            }
            tokio::time::sleep(BETWEEN_LOOKS).await;
        }
        Err(AccountsError::GrantOver)
    }

    async fn replace(&self, stored: &Stored, tokens: NewTokens) -> Result<bool, AccountsError> {
        Ok(match stored {
            Stored::Session(session) => self.0.store.refresh_session(session, tokens).await?,
            Stored::Link(account) => self.0.store.refresh_linked_account(account, tokens).await?,
        })
    }

    /// Tells GitLab that a grant is not wanted any more. It ends here in any case. GitLab keeps
    /// both tokens in one record and takes either, but an access token only while it lasts.
    pub(crate) async fn revoke(&self, access: &Sealed, refresh: Option<&Sealed>, rows: &Rows) {
        let opened = match refresh {
            Some(refresh) => self.open(refresh, &rows.refresh),
            None => self.open(access, &rows.access),
        };
        let (Ok(gitlab), Ok(token)) = (self.gitlab(), opened) else {
            return;
        };
        if let Err(error) = gitlab.application.revoke(&token).await {
            tracing::warn!(%error, "a grant that is not wanted any more could not be revoked");
        }
    }
}
