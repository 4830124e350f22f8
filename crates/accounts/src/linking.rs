//! Linking a Slack account with one in GitLab: a link that works once, a page on which its owner
//! says yes, and a grant of its own.
//!
//! The grant is not the session's: to sign out does not unlink, and to unlink does not sign out.

use domain::WorkspaceId;
use jiff::Timestamp;
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use store::{Author, LinkToken, NewLinkedAccount, Note, Origin, Purpose, SecretHash};
use url::Url;

use crate::grant::Rows;
use crate::pending::{Returned, WITHIN, in_time};
use crate::sign_in::CameBack;
use crate::{Accounts, AccountsError, FinishError, Linked, SignedIn, secret};

/// What is remembered while somebody is at GitLab.
#[derive(Serialize, Deserialize)]
struct Details {
    /// The secret in the link's address.
    token: String,
    /// GitLab's number of whoever has said yes.
    gitlab_user: u64,
}

/// A Slack account that can be linked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkOffer {
    pub workspace: WorkspaceId,
    /// Slack's id of the person.
    pub slack_user: String,
    pub slack_name: String,
    pub expires_at: Timestamp,
}

/// Why a link cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// Unknown, used or too old: they are not told apart.
    #[error("this link was used already or is over; ask for another one in Slack")]
    Over,
    #[error(transparent)]
    Accounts(#[from] AccountsError),
}

impl From<LinkToken> for LinkOffer {
    fn from(token: LinkToken) -> Self {
        Self {
            workspace: token.workspace,
            slack_user: token.slack_user,
            slack_name: token.slack_name,
            expires_at: token.expires_at,
        }
    }
}

impl Accounts {
    /// A page on which whoever is signed in there can say that this Slack account is theirs. Give
    /// it to nobody but its owner.
    ///
    /// # Errors
    /// When nobody can link here, or the store does not answer.
    pub async fn begin_link(
        &self,
        workspace: &WorkspaceId,
        slack_user: &str,
        slack_name: &str,
    ) -> Result<Url, AccountsError> {
        if !self.can_sign_in() {
            return Err(AccountsError::NotSetUp);
        }
        let token = secret::mint(&self.0.chance, "");
        let address = format!("{}/link/{}", self.0.public_url, token.text.expose_secret());
        let address = Url::parse(&address).map_err(|_| AccountsError::NotSetUp)?;
        let now = self.0.clock.now();
        let token = LinkToken {
            hash: token.hash,
            workspace: workspace.clone(),
            slack_user: slack_user.to_owned(),
            slack_name: slack_name.to_owned(),
            expires_at: in_time(now, WITHIN),
        };
        self.0.store.put_link_token(token).await?;
        Ok(address)
    }

    /// Whose link it is; it can be used after that all the same.
    ///
    /// # Errors
    /// [`LinkError`].
    pub async fn link_offer(&self, token: &str) -> Result<LinkOffer, LinkError> {
        let hash = secret::hash_of_given(token).ok_or(LinkError::Over)?;
        let now = self.0.clock.now();
        let found = self.0.store.link_token(&hash, now).await;
        let found = found.map_err(AccountsError::from)?;
        Ok(found.ok_or(LinkError::Over)?.into())
    }

    /// Where somebody grants what the link is for. They come back to [`Accounts::finish`].
    ///
    /// # Errors
    /// [`LinkError`].
    pub async fn accept_link(
        &self,
        token: &str,
        signed_in: &SignedIn,
        browser: &str,
    ) -> Result<Url, LinkError> {
        self.link_offer(token).await?;
        let details = Details {
            token: token.to_owned(),
            gitlab_user: signed_in.id,
        };
        let details = serde_json::json!(details);
        Ok(self.send_away(browser, Purpose::Link, details).await?)
    }

    /// Ends a link that its owner does not want.
    ///
    /// # Errors
    /// [`LinkError`].
    pub async fn deny_link(&self, token: &str) -> Result<LinkOffer, LinkError> {
        let hash = secret::hash_of_given(token).ok_or(LinkError::Over)?;
        let taken = self.take_link(&hash).await?;
        Ok(taken.ok_or(LinkError::Over)?.into())
    }

    async fn take_link(&self, hash: &SecretHash) -> Result<Option<LinkToken>, AccountsError> {
        let now = self.0.clock.now();
        Ok(self.0.store.take_link_token(hash, now).await?)
    }

    pub(crate) async fn linked_anew(
        &self,
        back: &CameBack<'_>,
        returned: &Returned,
    ) -> Result<Linked, FinishError> {
        let details: Details = returned.details()?;
        let signed_in = back
            .signed_in
            .filter(|known| known.id == details.gitlab_user);
        let signed_in = signed_in.ok_or(FinishError::State)?;
        let hash = SecretHash::of(&details.token);
        let offer = self.take_link(&hash).await?;
        let offer = offer.ok_or(FinishError::LinkOver)?;
        let tokens = self.redeem(back.code, returned).await?;
        let user = self.who_granted(&tokens.access).await?;
        let rows = Rows::of_link(&offer.workspace, &offer.slack_user);
        let sealed = self.seal_tokens(&tokens, &rows)?;
        if user.id != signed_in.id {
            let refresh = sealed.refresh.as_ref();
            self.revoke(&sealed.access, refresh, &rows).await;
            return Err(FinishError::SomebodyElse {
                here: signed_in.username.clone(),
                there: user.username,
            });
        }
        let account = NewLinkedAccount {
            workspace: offer.workspace.clone(),
            slack_user: offer.slack_user.clone(),
            slack_name: offer.slack_name.clone(),
            gitlab_user: user.id,
            gitlab_name: user.username.clone(),
            access_token: sealed.access,
            refresh_token: sealed.refresh,
            expires_at: sealed.expires_at,
        };
        let entry = self.entry(note(&user.username, back.request_id));
        let linked_at = entry.at;
        let before = self.0.store.link_account(account, entry).await;
        if let Some(before) = before.map_err(AccountsError::from)? {
            let refresh = before.refresh_token.as_ref();
            self.revoke(&before.access_token, refresh, &rows).await;
        }
        Ok(Linked {
            workspace: offer.workspace,
            slack_user: offer.slack_user,
            slack_name: offer.slack_name,
            id: user.id,
            username: user.username,
            linked_at,
            last_used_at: None,
        })
    }
}

fn note(user: &str, request_id: &str) -> Note {
    Note {
        author: Author {
            name: user.to_owned(),
            origin: Origin::Page {
                user: user.to_owned(),
            },
        },
        reason: None,
        request_id: request_id.to_owned(),
        overrides: Vec::new(),
        command: None,
    }
}
