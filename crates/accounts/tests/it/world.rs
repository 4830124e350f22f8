//! A service over a database in memory, with a clock that is moved by hand.

use std::sync::Arc;
use std::time::Duration;

use accounts::{
    Accounts, CameBack, FinishError, Finished, Linked, NewSession, Parts, RoleRules, SignedIn,
};
use clock::{Chance, Clock};
use domain::WorkspaceId;
use jiff::Timestamp;
use secrecy::ExposeSecret;
use store::seal::Keys;
use store::{Author, Note, OpenOptions, Origin, Store};

use crate::gitlab::{CLIENT_ID, CLIENT_SECRET, GitLab, SERVICE_TOKEN};

pub const NOW: i64 = 1_790_000_000;
pub const KEY: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
pub const OTHER_KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
/// The cookie of a browser.
pub const BROWSER: &str = "browser-1";

pub struct World {
    pub gitlab: GitLab,
    pub store: Store,
    pub clock: Clock,
    pub accounts: Accounts,
}

pub fn keys(first: &str, older: &[&str]) -> Keys {
    let older = older.iter().map(|key| key.parse().unwrap()).collect();
    Keys::new(first.parse().unwrap(), older)
}

pub fn workspace() -> WorkspaceId {
    "T0DEMO".parse().unwrap()
}

pub fn note(name: &str) -> Note {
    Note {
        author: Author {
            name: name.to_owned(),
            origin: Origin::Page {
                user: name.to_owned(),
            },
        },
        reason: None,
        request_id: "req_1".to_owned(),
        overrides: Vec::new(),
        command: None,
    }
}

impl World {
    pub async fn start() -> Self {
        Self::with(RoleRules::default()).await
    }

    pub async fn with(rules: RoleRules) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let gitlab = GitLab::start().await;
        let store = Store::open("sqlite::memory:", OpenOptions::default()).await;
        let store = store.unwrap();
        let clock = Clock::new(|| Timestamp::from_second(NOW).unwrap());
        let mut parts = parts(&gitlab, &store, &clock, 1);
        parts.rules = rules;
        let accounts = Accounts::new(parts);
        Self {
            gitlab,
            store,
            clock,
            accounts,
        }
    }

    /// Another node over the same store.
    pub fn node(&self, keys: Keys) -> Accounts {
        let mut parts = parts(&self.gitlab, &self.store, &self.clock, 2);
        parts.keys = Some(Arc::new(keys));
        Accounts::new(parts)
    }

    pub fn parts(&self) -> Parts {
        parts(&self.gitlab, &self.store, &self.clock, 3)
    }

    pub fn pass(&self, time: Duration) {
        self.clock.advance(time);
    }

    /// Signs somebody in in the usual browser.
    pub async fn signs_in(&self, user: &'static str) -> SignedIn {
        let session = self.session_of(user).await;
        let cookie = session.cookie.expose_secret();
        self.accounts.session(cookie).await.unwrap().unwrap()
    }

    pub async fn session_of(&self, user: &'static str) -> NewSession {
        let back = "/".parse().unwrap();
        let asked = self.accounts.begin_sign_in(BROWSER, &back).await.unwrap();
        let (code, state) = self.gitlab.approves(user, &asked);
        match self.comes_back(&code, &state, BROWSER, None).await {
            Ok(Finished::SignedIn(session)) => session,
            Ok(Finished::Linked(linked)) => panic!("{linked:?}"),
            Err(error) => panic!("{error}"),
        }
    }

    pub async fn comes_back(
        &self,
        code: &str,
        state: &str,
        browser: &str,
        signed_in: Option<&SignedIn>,
    ) -> Result<Finished, FinishError> {
        let code = code.to_owned().into();
        let back = CameBack {
            code: &code,
            state,
            browser,
            signed_in,
            request_id: "req_1",
        };
        self.accounts.finish(back).await
    }

    /// Links a Slack account of whoever is signed in.
    pub async fn links(&self, signed_in: &SignedIn, user: &'static str, slack: &str) -> Linked {
        let token = self.link_token(slack).await;
        let asked = self.accounts.accept_link(&token, signed_in, BROWSER).await;
        let (code, state) = self.gitlab.approves(user, &asked.unwrap());
        match self
            .comes_back(&code, &state, BROWSER, Some(signed_in))
            .await
        {
            Ok(Finished::Linked(linked)) => linked,
            Ok(Finished::SignedIn(_)) => panic!("signed in in place of linked"),
            Err(error) => panic!("{error}"),
        }
    }

    /// The secret of a link that somebody in Slack was given.
    pub async fn link_token(&self, slack: &str) -> String {
        let name = slack.trim_start_matches("U0").to_lowercase();
        let link = self.accounts.begin_link(&workspace(), slack, &name).await;
        let link = link.unwrap();
        let token = link.as_str().strip_prefix("https://box.test/link/");
        token.unwrap_or_else(|| panic!("{link}")).to_owned()
    }
}

fn parts(gitlab: &GitLab, store: &Store, clock: &Clock, seed: u64) -> Parts {
    let http = ::gitlab::rest::http_client(&gitlab.url, Default::default()).unwrap();
    let credentials = ::gitlab::oauth::Credentials {
        client_id: CLIENT_ID.to_owned(),
        client_secret: CLIENT_SECRET.into(),
        redirect_uri: "https://box.test/auth/gitlab/callback".to_owned(),
    };
    let application =
        ::gitlab::oauth::Application::new(http.clone(), &gitlab.url, credentials).unwrap();
    let token = SERVICE_TOKEN.into();
    let service = ::gitlab::rest::Client::new(http.clone(), &gitlab.url, &token).unwrap();
    Parts {
        store: store.clone(),
        keys: Some(Arc::new(keys(KEY, &[]))),
        gitlab: Some(accounts::GitLab { application, http }),
        service: Some(service),
        rules: RoleRules::default(),
        public_url: "https://box.test/".to_owned(),
        clock: clock.clone(),
        chance: Chance::from_seed(seed),
    }
}
