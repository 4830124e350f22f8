//! Tokens that people make for programs: shown once, kept as a hash, good for a while.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use domain::TokenId;
use gitlab::rest::RestError;
use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use store::{ApiTokenRecord, Note, StoreError, TokenOwner};

use crate::{Accounts, AccountsError, Role, SignedIn, secret};

/// What every such token begins with, so that people and scanners know one when they see it.
const PREFIX: &str = "sbx_";
/// The longest life of a token.
const LONGEST_LIFE: SignedDuration = SignedDuration::from_hours(366 * 24);
/// The longest name of a token.
const LONGEST_NAME: usize = 100;
/// How many tokens somebody has at most that are not over.
const MOST: usize = 50;

/// What a token is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Read events, deliveries, flags, changes and schedules (`/api/v1`).
    Read,
    /// Ask what flags are for somebody (OpenFeature), and nothing else: what an application has.
    Evaluate,
    /// Read and change flags (GitLab's Features API) and run commands.
    Flags,
    /// Everything, as an administrator of GitLab may.
    Admin,
}

/// No such scope.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no scope of a token; there are read, evaluate, flags and admin")]
pub struct UnknownScope(String);

/// What a token is good for, all in all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scopes(BTreeSet<Scope>);

/// A token that somebody holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiToken {
    pub id: TokenId,
    /// What its owner calls it.
    pub name: String,
    pub scopes: Scopes,
    /// GitLab's name of whoever made it.
    pub owner: String,
    /// GitLab's number of them.
    pub(crate) owner_id: u64,
    pub created_at: Timestamp,
    pub expires_at: Option<Timestamp>,
    /// To ten minutes.
    pub last_used_at: Option<Timestamp>,
}

/// What GitLab says of a token's owner now.
#[derive(Clone, Copy)]
pub(crate) struct Owner {
    is_active: bool,
    /// No administrator, as an administrator's client is told.
    is_demoted: bool,
}

/// A token that somebody wants.
#[derive(Clone, Debug)]
pub struct NewApiToken {
    pub name: String,
    pub scopes: Scopes,
    pub expires_at: Timestamp,
}

/// Why a token is not made.
#[derive(Debug, thiserror::Error)]
pub enum CreateTokenError {
    #[error("a token has a name of 1 to {LONGEST_NAME} characters")]
    Name,
    #[error("a token is good for something; choose at least one scope")]
    NoScope,
    /// A token may do no more than whoever makes it.
    #[error("you may not do yourself what the scope {0} is for")]
    NotAllowed(Scope),
    #[error("a token ends in the future, within a year")]
    Expiry,
    #[error("{MOST} tokens are enough; revoke one that nobody uses")]
    TooMany,
    #[error(transparent)]
    Accounts(#[from] AccountsError),
}

/// Why a token is not revoked.
#[derive(Debug, thiserror::Error)]
pub enum RevokeTokenError {
    /// Nobody's, or somebody else's: that is not told apart.
    #[error("you have no such token")]
    Unknown,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Scope {
    pub const ALL: [Self; 4] = [Self::Read, Self::Evaluate, Self::Flags, Self::Admin];

    /// The scope's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Evaluate => "evaluate",
            Self::Flags => "flags",
            Self::Admin => "admin",
        }
    }

    /// What it is for, for the page on which it is chosen.
    #[must_use]
    pub fn purpose(self) -> &'static str {
        match self {
            Self::Read => "read events, deliveries, flags and changes",
            Self::Evaluate => "ask what flags are, as an application does",
            Self::Flags => "read and change flags, and run commands",
            Self::Admin => "everything an administrator may",
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Scope {
    type Err = UnknownScope;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut all = Self::ALL.into_iter();
        all.find(|scope| scope.name() == text)
            .ok_or_else(|| UnknownScope(text.to_owned()))
    }
}

impl Scopes {
    /// Every scope: what the administrator's token has.
    #[must_use]
    pub fn all() -> Self {
        Scope::ALL.into_iter().collect()
    }

    /// Whether what `scope` is for may be done: `admin` allows everything, and whoever may change
    /// flags may ask what they are.
    #[must_use]
    pub fn allow(&self, scope: Scope) -> bool {
        let enough: &[Scope] = match scope {
            Scope::Read => &[Scope::Read, Scope::Admin],
            Scope::Evaluate => &[Scope::Evaluate, Scope::Flags, Scope::Admin],
            Scope::Flags => &[Scope::Flags, Scope::Admin],
            Scope::Admin => &[Scope::Admin],
        };
        enough.iter().any(|enough| self.0.contains(enough))
    }

    /// Those that were chosen.
    pub fn iter(&self) -> impl Iterator<Item = Scope> {
        self.0.iter().copied()
    }

    fn names(&self) -> Vec<String> {
        self.iter().map(|scope| scope.name().to_owned()).collect()
    }

    /// As they are stored; one that a newer program has given allows nothing here.
    fn of_names(names: &[String]) -> Self {
        names.iter().filter_map(|name| name.parse().ok()).collect()
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        Self(scopes.into_iter().collect())
    }
}

impl ApiToken {
    fn of(record: &ApiTokenRecord) -> Self {
        Self {
            id: record.id.clone(),
            name: record.name.clone(),
            scopes: Scopes::of_names(&record.scopes),
            owner: record.owner.name.clone(),
            owner_id: record.owner.id,
            created_at: record.created_at,
            expires_at: record.expires_at,
            last_used_at: record.last_used_at,
        }
    }

    fn is_over(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|end| end <= now)
    }
}

impl Accounts {
    /// What somebody may make a token for: what they may do themselves.
    ///
    /// # Errors
    /// When GitLab does not say what they may.
    pub async fn own_scopes(&self, owner: &SignedIn) -> Result<Scopes, AccountsError> {
        if self.is_administrator(owner).await? {
            return Ok(Scopes::all());
        }
        let roles = self.roles_of(owner).await?;
        let given = Scope::ALL.into_iter().filter(|scope| match scope {
            Scope::Read | Scope::Evaluate => roles.has(Role::Viewer),
            Scope::Flags => roles.has(Role::Operator),
            Scope::Admin => false,
        });
        Ok(given.collect())
    }

    /// Makes a token for a program of somebody's, good for no more than `own`, what they may do
    /// themselves. Its secret is told this once.
    ///
    /// # Errors
    /// [`CreateTokenError`].
    pub async fn create_token(
        &self,
        owner: &SignedIn,
        new: NewApiToken,
        own: &Scopes,
        note: Note,
    ) -> Result<(ApiToken, SecretString), CreateTokenError> {
        let now = self.0.clock.now();
        let name = checked(&new, now)?;
        if let Some(scope) = new.scopes.iter().find(|scope| !own.allow(*scope)) {
            return Err(CreateTokenError::NotAllowed(scope));
        }
        if MOST <= self.tokens_of(owner).await?.len() {
            return Err(CreateTokenError::TooMany);
        }
        let secret = secret::mint(&self.0.chance, PREFIX);
        let record = store::NewApiToken {
            id: TokenId::mint(now.as_millisecond(), self.0.chance.next_u128()),
            name,
            hash: secret.hash,
            scopes: new.scopes.names(),
            owner: TokenOwner {
                id: owner.id,
                name: owner.username.clone(),
            },
            expires_at: Some(new.expires_at),
        };
        let kept = self.0.store.put_api_token(record, self.entry(note)).await;
        let kept = kept.map_err(AccountsError::from)?;
        Ok((ApiToken::of(&kept), secret.text))
    }

    /// Somebody's tokens that are good for something, the newest first.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn tokens_of(&self, owner: &SignedIn) -> Result<Vec<ApiToken>, AccountsError> {
        let now = self.0.clock.now();
        let records = self.0.store.api_tokens_of(owner.id).await?;
        let good = records.iter().filter(|record| record.is_good(now));
        Ok(good.map(ApiToken::of).collect())
    }

    /// Takes a token of somebody's back. It is refused here from now on, and by other nodes
    /// within five seconds.
    ///
    /// # Errors
    /// [`RevokeTokenError`].
    pub async fn revoke_token(
        &self,
        owner: &SignedIn,
        id: &str,
        note: Note,
    ) -> Result<ApiToken, RevokeTokenError> {
        let tokens = self.0.store.api_tokens_of(owner.id).await?;
        let token = tokens.iter().find(|token| token.id.as_str() == id);
        let token = token.ok_or(RevokeTokenError::Unknown)?;
        let entry = self.entry(note);
        let revoked = self.0.store.revoke_api_token(&token.id, entry).await?;
        self.0.tokens.forget(&token.hash);
        revoked
            .map(|record| ApiToken::of(&record))
            .ok_or(RevokeTokenError::Unknown)
    }

    /// Whose token this is; `None` when it is nobody's, revoked or over, or when it changes things
    /// and GitLab has blocked whoever made it.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn holder(&self, given: &str) -> Result<Option<ApiToken>, AccountsError> {
        let token = self.known_token(given).await?;
        Ok(match token {
            Some(token) if self.owner_may(&token).await => Some(token),
            Some(_) | None => None,
        })
    }

    /// Whether GitLab still lets a token's owner do what the token does, as the service's client
    /// learns every few minutes. While GitLab does not answer, what it was made for holds: an
    /// application must be able to close a flag.
    async fn owner_may(&self, token: &ApiToken) -> bool {
        let scopes = &token.scopes;
        let changes = scopes.allow(Scope::Flags) || scopes.allow(Scope::Admin);
        let (Some(service), true) = (&self.0.service, changes) else {
            return true;
        };
        let now = self.0.clock.now();
        let known = self.0.owners.get(&token.owner_id, now);
        let owner = match known {
            Some(owner) => owner,
            None => match service.user(token.owner_id).await {
                Ok(user) => Owner {
                    is_active: user.is_active(),
                    is_demoted: user.is_admin == Some(false),
                },
                Err(RestError::NotFound { .. }) => Owner {
                    is_active: false,
                    is_demoted: true,
                },
                Err(error) => {
                    tracing::warn!(%error, "GitLab does not say whether a token's owner is active");
                    return true;
                }
            },
        };
        self.0.owners.put(token.owner_id, owner, now);
        owner.is_active && !(owner.is_demoted && scopes.allow(Scope::Admin))
    }

    async fn known_token(&self, given: &str) -> Result<Option<ApiToken>, AccountsError> {
        if !given.starts_with(PREFIX) {
            return Ok(None);
        }
        let Some(hash) = secret::hash_of_given(given) else {
            return Ok(None);
        };
        let now = self.0.clock.now();
        if let Some(known) = self.0.tokens.get(&hash, now) {
            return Ok(Some(known).filter(|token| !token.is_over(now)));
        }
        let record = self.0.store.api_token_by_hash(&hash).await?;
        let Some(record) = record.filter(|record| record.is_good(now)) else {
            return Ok(None);
        };
        self.0.store.touch_api_token(&record, now).await?;
        let token = ApiToken::of(&record);
        self.0.tokens.put(hash, token.clone(), now);
        Ok(Some(token))
    }
}

/// The name of a token that may be made.
fn checked(new: &NewApiToken, now: Timestamp) -> Result<String, CreateTokenError> {
    let name = new.name.trim();
    let is_name = !name.is_empty()
        && name.chars().count() <= LONGEST_NAME
        && !name.chars().any(char::is_control);
    if !is_name {
        return Err(CreateTokenError::Name);
    }
    if new.scopes.iter().next().is_none() {
        return Err(CreateTokenError::NoScope);
    }
    let life = new.expires_at.duration_since(now);
    if life <= SignedDuration::ZERO || LONGEST_LIFE < life {
        return Err(CreateTokenError::Expiry);
    }
    Ok(name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scope_is_known_by_its_name() {
        for scope in Scope::ALL {
            assert_eq!(scope.name().parse(), Ok(scope));
        }
        let unknown = "root".parse::<Scope>().unwrap_err();
        assert!(unknown.to_string().starts_with("\"root\" is no scope"));
    }

    #[test]
    fn a_scope_allows_what_it_says_and_administrators_everything() {
        let allowed = |scopes: &[Scope]| {
            let scopes: Scopes = scopes.iter().copied().collect();
            let allowed = Scope::ALL.into_iter().filter(|scope| scopes.allow(*scope));
            allowed.map(Scope::name).collect::<Vec<_>>().join(" ")
        };
        for (scopes, expected) in [
            (&[][..], ""),
            (&[Scope::Read], "read"),
            (&[Scope::Evaluate], "evaluate"),
            (&[Scope::Flags], "evaluate flags"),
            (&[Scope::Read, Scope::Flags], "read evaluate flags"),
            (&[Scope::Admin], "read evaluate flags admin"),
        ] {
            assert_eq!(allowed(scopes), expected, "{scopes:?}");
        }
    }

    #[test]
    fn a_token_has_a_name_a_purpose_and_an_end() {
        let now = Timestamp::from_second(1_790_000_000).unwrap();
        let day = SignedDuration::from_hours(24);
        let check = |name: &str, scopes: &[Scope], life: SignedDuration| {
            let new = NewApiToken {
                name: name.to_owned(),
                scopes: scopes.iter().copied().collect(),
                expires_at: now + life,
            };
            checked(&new, now).map_err(|error| error.to_string())
        };
        assert_eq!(
            check(" deploys ", &[Scope::Read], day).as_deref(),
            Ok("deploys")
        );
        for (name, scopes, life, why) in [
            (" ", &[Scope::Read][..], day, "a name"),
            ("a\nb", &[Scope::Read], day, "a name"),
            (&"x".repeat(101), &[Scope::Read], day, "a name"),
            ("x", &[], day, "at least one scope"),
            ("x", &[Scope::Read], SignedDuration::ZERO, "in the future"),
            ("x", &[Scope::Read], day * 367, "within a year"),
        ] {
            let error = check(name, scopes, life).unwrap_err();
            assert!(error.contains(why), "{name:?}: {error}");
        }
    }
}
