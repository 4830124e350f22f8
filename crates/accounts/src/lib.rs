//! Who people are in GitLab, and what that lets them do.
//!
//! Somebody signs in with GitLab in a browser ([`Accounts::begin_sign_in`]), or links an account
//! of theirs in Slack with the one in GitLab ([`Accounts::begin_link`]). Either way GitLab gives a
//! grant of its own, which is sealed in the store and renewed when it is about to end; with
//! [`Accounts::client`] this program then asks GitLab as that person. What they may do is GitLab's
//! to say ([`rights`](AccessLevel)), and the configuration's for what is Signalbox's own
//! ([`Roles`]). Programs have API tokens that people make for them ([`ApiToken`]).
//!
//! Left to others: cookies, forms and pages (`web`), and what is done with a client.

mod api_tokens;
mod error;
mod fresh;
mod grant;
mod linked;
mod linking;
mod pending;
mod person;
mod return_to;
mod rights;
mod roles;
mod secret;
mod sessions;
mod sign_in;

use std::sync::Arc;

use clock::{Chance, Clock};
use domain::ProjectPath;
use jiff::SignedDuration;
use store::Store;
use store::seal::Keys;

pub use api_tokens::{
    ApiToken, CreateTokenError, NewApiToken, RevokeTokenError, Scope, Scopes, UnknownScope,
};
pub use domain::Role;
pub use error::AccountsError;
pub use gitlab::rest::AccessLevel;
pub use linked::Linked;
pub use linking::{LinkError, LinkOffer};
pub use person::Person;
pub use return_to::{InvalidReturnTo, ReturnTo};
pub use roles::{RoleRules, Roles, Rule};
pub use sessions::SignedIn;
pub use sign_in::{CameBack, FinishError, Finished, NewSession};

use fresh::Fresh;
use grant::Turns;

/// What accounts are made of.
pub struct Parts {
    pub store: Store,
    /// Seals what GitLab grants; without keys nobody can sign in or link.
    pub keys: Option<Arc<Keys>>,
    /// How this program is registered at GitLab; without it nobody can sign in or link.
    pub gitlab: Option<GitLab>,
    /// The service's own client, which is asked who belongs to a group of [`RoleRules`].
    pub service: Option<gitlab::rest::Client>,
    pub rules: RoleRules,
    /// Where people reach this service, without a final slash.
    pub public_url: String,
    pub clock: Clock,
    pub chance: Chance,
}

/// The GitLab that people sign in with.
#[derive(Clone)]
pub struct GitLab {
    pub application: gitlab::oauth::Application,
    pub http: reqwest::Client,
}

/// Who people are. Clones are the same.
#[derive(Clone)]
pub struct Accounts(Arc<Shared>);

struct Shared {
    store: Store,
    keys: Option<Arc<Keys>>,
    gitlab: Option<GitLab>,
    service: Option<gitlab::rest::Client>,
    rules: RoleRules,
    public_url: String,
    clock: Clock,
    chance: Chance,
    turns: Turns,
    /// What people may do in a place.
    levels: Fresh<(u64, String), AccessLevel>,
    /// Who is an administrator.
    administrators: Fresh<u64, bool>,
    /// Who belongs to a group that gives a role.
    members: Fresh<(u64, ProjectPath), bool>,
    tokens: Fresh<store::SecretHash, ApiToken>,
    /// Who made tokens, as GitLab has them now.
    owners: Fresh<u64, api_tokens::Owner>,
}

/// How long an answer of GitLab on rights and groups is good for.
const RIGHTS_FOR: SignedDuration = SignedDuration::from_secs(60);
/// How long somebody counts as an administrator before GitLab is asked again.
const ADMINISTRATOR_FOR: SignedDuration = SignedDuration::from_hours(1);
/// How long a token's owner counts as they were before GitLab is asked again.
const OWNER_FOR: SignedDuration = SignedDuration::from_mins(5);
/// How long another node may take a revoked token for a good one.
const TOKEN_FOR: SignedDuration = SignedDuration::from_secs(5);

impl Accounts {
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(Shared {
            store: parts.store,
            keys: parts.keys,
            gitlab: parts.gitlab,
            service: parts.service,
            rules: parts.rules,
            public_url: parts.public_url.trim_end_matches('/').to_owned(),
            clock: parts.clock,
            chance: parts.chance,
            turns: Turns::default(),
            levels: Fresh::new(RIGHTS_FOR),
            administrators: Fresh::new(ADMINISTRATOR_FOR),
            members: Fresh::new(RIGHTS_FOR),
            tokens: Fresh::new(TOKEN_FOR),
            owners: Fresh::new(OWNER_FOR),
        }))
    }

    /// Whether people can sign in and link accounts here.
    #[must_use]
    pub fn can_sign_in(&self) -> bool {
        self.0.gitlab.is_some() && self.0.keys.is_some()
    }
}
