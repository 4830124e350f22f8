//! Who may read and who may change things.
//!
//! A program comes with a token: the administrator's, one of the configuration, or one that
//! somebody has made here. It is sent as `PRIVATE-TOKEN`, as `Authorization: Bearer`, or, from a
//! browser, as the password of HTTP Basic. A person is signed in with GitLab, and what they may do
//! is GitLab's to say, or the configuration's roles. Reading can be opened to everyone, as the
//! demo does.
//!
//! Proof comes as an argument of a handler ([`Reader`], [`Operator`], [`Participant`],
//! [`Administrator`], [`SignedIn`], [`Caller`]). Whoever is known by a cookie must send the
//! session's own token along with whatever changes something, from a page of ours.

mod caller;
pub(crate) mod cookies;
pub(crate) mod csrf;
mod origin;
mod participant;
mod proofs;
mod refused;
mod tokens;
mod viewer;

use std::sync::Arc;

use accounts::{Accounts, Scope, Scopes};
use axum::http::HeaderMap;
use secrecy::{ExposeSecret, SecretString};
use subtle::ConstantTimeEq;

pub use caller::{Caller, Maintainer};
pub use participant::Participant;
pub use proofs::{Administrator, Operator, Reader, SignedIn};
pub use refused::Refused;
pub use tokens::{ApiToken, Role};

pub(crate) use participant::Onlooker;
pub(crate) use tokens::{Holder, program_token};
pub(crate) use viewer::Viewer;

/// The rules of access.
#[derive(Clone)]
pub struct Access {
    tokens: Arc<[Arc<ApiToken>]>,
    open: bool,
    people: Option<People>,
}

/// Those who sign in.
#[derive(Clone)]
struct People {
    accounts: Accounts,
    is_https: bool,
}

/// What the audit calls whoever has the administrator's token.
const ADMINISTRATOR: &str = "administrator";

impl Access {
    /// The administrator's token may do everything. Without one nobody may.
    #[must_use]
    pub fn administrator(token: Option<SecretString>) -> Self {
        let administrator = token.map(|token| {
            Arc::new(ApiToken {
                name: ADMINISTRATOR.to_owned(),
                token,
                role: Role::Administrator,
            })
        });
        Self {
            tokens: administrator.into_iter().collect(),
            open: false,
            people: None,
        }
    }

    /// The same, and the holders of these tokens may do what their roles allow.
    #[must_use]
    pub fn with_tokens(mut self, tokens: impl IntoIterator<Item = ApiToken>) -> Self {
        let more = tokens.into_iter().map(Arc::new);
        self.tokens = self.tokens.iter().cloned().chain(more).collect();
        self
    }

    /// The same, and people sign in with GitLab. `public_url` is where they reach this service.
    #[must_use]
    pub fn with_accounts(mut self, accounts: Accounts, public_url: &str) -> Self {
        self.people = Some(People {
            accounts,
            is_https: public_url.starts_with("https://"),
        });
        self
    }

    /// Everyone may read, and use the pages' buttons from the pages themselves.
    #[must_use]
    pub fn open_to_readers(mut self) -> Self {
        self.open = true;
        self
    }

    /// Those who sign in here, if anybody can.
    #[must_use]
    pub fn accounts(&self) -> Option<&Accounts> {
        self.people.as_ref().map(|people| &people.accounts)
    }

    fn is_https(&self) -> bool {
        self.people.as_ref().is_some_and(|people| people.is_https)
    }

    /// Whether people can sign in here.
    pub(crate) fn can_sign_in(&self) -> bool {
        self.accounts().is_some_and(Accounts::can_sign_in)
    }

    /// Whose token this is, be it of the configuration or somebody's own.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(crate) async fn holder(&self, given: &str) -> Result<Option<Holder>, Refused> {
        if let Some(known) = self.configured(given) {
            return Ok(Some(known.into()));
        }
        match self.accounts() {
            Some(accounts) => Ok(accounts.holder(given).await?.map(Into::into)),
            None => Ok(None),
        }
    }

    /// Compares with every token of the configuration, each in constant time. Nothing is nobody's.
    fn configured(&self, given: &str) -> Option<&ApiToken> {
        if given.is_empty() {
            return None;
        }
        let given = given.as_bytes();
        let mut holder = None;
        for known in &*self.tokens {
            if bool::from(known.token.expose_secret().as_bytes().ct_eq(given)) {
                holder = Some(&**known);
            }
        }
        holder
    }

    /// Every token of the configuration.
    pub(crate) fn tokens(&self) -> impl Iterator<Item = &ApiToken> {
        self.tokens.iter().map(|known| &**known)
    }

    /// What somebody may make a token for. Where everyone may use the pages, everyone may make a
    /// token for what the pages do, but for everything only an administrator.
    ///
    /// # Errors
    /// When GitLab does not say what they may.
    pub(crate) async fn own_scopes(&self, signed_in: &SignedIn) -> Result<Scopes, Refused> {
        let own = signed_in.accounts().own_scopes(signed_in.person()).await?;
        let open = [Scope::Read, Scope::Evaluate, Scope::Flags];
        let open = open.into_iter().filter(|_| self.open);
        Ok(own.iter().chain(open).collect())
    }

    /// Who is signed in, by the cookie that a browser sends.
    async fn signed_in(&self, headers: &HeaderMap) -> Result<Option<accounts::SignedIn>, Refused> {
        match (self.accounts(), cookies::value(headers, cookies::SESSION)) {
            (Some(accounts), Some(cookie)) => Ok(accounts.session(cookie).await?),
            (None, _) | (_, None) => Ok(None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_named_token_is_told_by_its_name_and_role() {
        let token = |name: &str, role| ApiToken {
            name: name.to_owned(),
            token: format!("{name}-secret").into(),
            role,
        };
        let access = Access::administrator(Some("secret".into())).with_tokens([
            token("deploys", Role::Administrator),
            token("shop", Role::Evaluate),
        ]);
        for (given, name, may_all) in [
            ("secret", Some("administrator"), true),
            ("deploys-secret", Some("deploys"), true),
            ("shop-secret", Some("shop"), false),
            ("shop", None, false),
            ("Secret", None, false),
            ("", None, false),
        ] {
            let holder = access.holder(given).await.expect("no store is asked");
            let found = holder.as_ref().map(|known| known.author().name.as_str());
            assert_eq!(found, name, "{given:?}");
            let may = |scope| holder.as_ref().is_some_and(|known| known.may(scope));
            assert_eq!(may(Scope::Admin), may_all, "{given:?}");
            assert_eq!(may(Scope::Evaluate), name.is_some(), "{given:?}");
        }
        let empty = Access::administrator(Some("".into()));
        assert!(empty.holder("").await.expect("no store").is_none());
        let nobody = Access::administrator(None);
        assert!(nobody.holder("").await.expect("no store").is_none());
    }
}
