//! Signing in with GitLab, and coming back from there.

use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use store::{Purpose, Session};
use url::Url;

use crate::grant::Rows;
use crate::pending::{Returned, in_time};
use crate::{Accounts, AccountsError, Linked, ReturnTo, SignedIn, secret, sessions};

/// What is remembered while somebody is at GitLab.
#[derive(Serialize, Deserialize)]
struct Details {
    return_to: String,
}

/// A browser that has come back from GitLab.
pub struct CameBack<'a> {
    /// What GitLab has sent it back with.
    pub code: &'a SecretString,
    pub state: &'a str,
    /// The value of the cookie that it was sent away with.
    pub browser: &'a str,
    /// Who is signed in in it, if anybody is.
    pub signed_in: Option<&'a SignedIn>,
    /// The request, as the audit is to call it.
    pub request_id: &'a str,
}

/// What somebody came back for.
pub enum Finished {
    SignedIn(NewSession),
    /// Their Slack account is linked now.
    Linked(Linked),
}

/// A browser in which somebody is signed in now.
pub struct NewSession {
    /// The cookie's value.
    pub cookie: SecretString,
    pub return_to: ReturnTo,
}

/// Why somebody who comes back from GitLab is not let in.
#[derive(Debug, thiserror::Error)]
pub enum FinishError {
    /// Unknown, used, too old, or another browser's: they are not told apart.
    #[error("this sign-in was not begun in this browser, took too long or is over; begin again")]
    State,
    #[error("GitLab does not take the code that it has given; begin again")]
    Code,
    /// The link was used or ended while its owner was at GitLab.
    #[error("this link was used already or is over; ask for another one in Slack")]
    LinkOver,
    /// Somebody else was signed in at GitLab than here.
    #[error(
        "you are {here} here and {there} in GitLab; sign in here as the one that is to be linked"
    )]
    SomebodyElse { here: String, there: String },
    #[error(transparent)]
    Accounts(#[from] AccountsError),
}

impl Accounts {
    /// Where somebody signs in. `browser` is the value of a cookie that it keeps meanwhile.
    ///
    /// # Errors
    /// When nobody can sign in here, or the store does not answer.
    pub async fn begin_sign_in(
        &self,
        browser: &str,
        return_to: &ReturnTo,
    ) -> Result<Url, AccountsError> {
        let details = Details {
            return_to: return_to.to_string(),
        };
        let details = serde_json::json!(details);
        self.send_away(browser, Purpose::SignIn, details).await
    }

    /// Takes back a browser that was sent to GitLab, be it to sign in or to link an account.
    ///
    /// # Errors
    /// [`FinishError`].
    pub async fn finish(&self, back: CameBack<'_>) -> Result<Finished, FinishError> {
        let returned = self.take_back(back.state, back.browser).await?;
        match returned.purpose {
            Purpose::SignIn => {
                let session = self.signed_in_anew(&back, &returned).await?;
                Ok(Finished::SignedIn(session))
            }
            Purpose::Link => Ok(Finished::Linked(self.linked_anew(&back, &returned).await?)),
            Purpose::Install => Err(FinishError::State),
        }
    }

    /// Takes back a browser whose owner has said no at GitLab.
    ///
    /// # Errors
    /// As for [`Accounts::finish`].
    pub async fn cancel(&self, state: &str, browser: &str) -> Result<(), FinishError> {
        self.take_back(state, browser).await.map(drop)
    }

    async fn signed_in_anew(
        &self,
        back: &CameBack<'_>,
        returned: &Returned,
    ) -> Result<NewSession, FinishError> {
        let details: Details = returned.details()?;
        let tokens = self.redeem(back.code, returned).await?;
        let user = self.who_granted(&tokens.access).await?;
        let cookie = secret::mint(&self.0.chance, "");
        let sealed = self.seal_tokens(&tokens, &Rows::of_session(&cookie.hash))?;
        let now = self.0.clock.now();
        let session = Session {
            id_hash: cookie.hash,
            gitlab_user: user.id,
            gitlab_name: user.username,
            display_name: user.name,
            is_admin: user.is_admin,
            csrf: secret::text(&self.0.chance),
            access_token: sealed.access,
            refresh_token: sealed.refresh,
            token_expires_at: sealed.expires_at,
            created_at: now,
            expires_at: in_time(now, sessions::LONGEST),
            last_seen_at: now,
        };
        self.0.administrators.put(user.id, user.is_admin, now);
        self.0
            .store
            .put_session(session)
            .await
            .map_err(AccountsError::from)?;
        // A cookie is replaced: what it stood for is not wanted any more.
        if let Some(before) = back.signed_in {
            self.sign_out(before).await?;
        }
        Ok(NewSession {
            cookie: cookie.text,
            return_to: details
                .return_to
                .parse()
                .unwrap_or_else(|_| ReturnTo::home()),
        })
    }
}
