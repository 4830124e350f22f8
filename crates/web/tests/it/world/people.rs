//! The GitLab sandbox that people sign in with, and their browsers.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use accounts::{Accounts, RoleRules, Rule};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use sandbox::gitlab::{GitLabSandbox, Options};
use sandbox::slack::{Running, SlackSandbox};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use web::Access;

use super::flags::Shared;
use super::{ADMIN, Answer, Outside, World};
use clock::{Chance, Clock};

/// Where people reach the service.
const PUBLIC_URL: &str = "http://127.0.0.1:7400";

/// The GitLab that people sign in with.
#[derive(Clone)]
pub struct SignIn {
    url: String,
    http: reqwest::Client,
}

impl SignIn {
    async fn start() -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = gitlab::rest::http_client("http://127.0.0.1/", Default::default());
        let http = http.expect("a client");
        let clock = Clock::new(|| jiff::Timestamp::from_second(super::NOW).expect("a moment"));
        let mut options = Options::new(clock, Chance::from_seed(5), http.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        options.public_url.clone_from(&url);
        let sandbox = GitLabSandbox::new(options).expect("a sandbox");
        tokio::spawn(async move { axum::serve(listener, sandbox.router()).await });
        Self { url, http }
    }

    /// The service's own client.
    fn service(&self) -> gitlab::rest::Client {
        let token = "glpat-demo-ops".into();
        gitlab::rest::Client::new(self.http.clone(), &self.url, &token).expect("a client")
    }

    pub(super) fn let_in(&self, access: Access, shared: &Shared) -> Access {
        let credentials = gitlab::oauth::Credentials {
            client_id: "demo-signalbox".to_owned(),
            client_secret: "demo-gitlab-client-secret".into(),
            redirect_uri: format!("{PUBLIC_URL}/auth/gitlab/callback"),
        };
        let http = self.http.clone();
        let application = gitlab::oauth::Application::new(http.clone(), &self.url, credentials);
        let application = application.expect("an application");
        let key = "9f".repeat(32).parse().expect("a key");
        let accounts = Accounts::new(accounts::Parts {
            store: shared.store.clone(),
            keys: Some(Arc::new(store::seal::Keys::new(key, Vec::new()))),
            gitlab: Some(accounts::GitLab { application, http }),
            service: Some(self.service()),
            rules: RoleRules {
                viewer: Rule {
                    groups: Vec::new(),
                    users: vec!["cleo".to_owned()],
                },
                operator: Rule {
                    groups: Vec::new(),
                    users: vec!["mina".to_owned()],
                },
                approver: Rule::default(),
            },
            public_url: PUBLIC_URL.to_owned(),
            clock: shared.clock.clone(),
            chance: shared.chance.clone(),
        });
        access.with_accounts(accounts, PUBLIC_URL)
    }

    async fn script(&self, path: &str, body: &Value) -> Value {
        let url = format!("{}{path}", self.url);
        let answer = self.http.post(url).json(body).send().await;
        let answer = answer.expect("an answer");
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        answer.json().await.expect("JSON")
    }

    /// Makes something happen in GitLab.
    pub async fn does(&self, act: &Value) {
        self.script("/sandbox/do", act).await;
    }

    /// Blocks somebody in GitLab.
    pub async fn blocks(&self, user: &str) {
        let body = json!({ "user": user, "state": "blocked" });
        self.script("/sandbox/people", &body).await;
    }

    /// Where GitLab sends the browser of somebody back to who says yes.
    pub async fn approves(&self, user: &str, url: &str) -> String {
        let body = json!({ "user": user, "url": url });
        let answer = self.script("/sandbox/authorize", &body).await;
        let location = answer["location"].as_str().expect("a location");
        let back = location.strip_prefix(PUBLIC_URL);
        back.unwrap_or_else(|| panic!("{location}")).to_owned()
    }
}

/// A service that people sign in to.
pub struct Home {
    pub world: World,
    pub sign_in: SignIn,
    /// The Slack that the app can be installed in.
    slack: Option<Running>,
}

impl Home {
    /// Closed: what somebody may do is GitLab's and the roles' to say.
    pub async fn closed() -> Self {
        Self::with(Access::administrator(Some(ADMIN.into()))).await
    }

    /// Open to everyone, as the demo is.
    pub async fn open() -> Self {
        Self::with(Access::administrator(Some(ADMIN.into())).open_to_readers()).await
    }

    /// The same beside a Slack, whose workspaces can install the app.
    pub async fn beside_slack() -> Self {
        let clock = Clock::new(|| jiff::Timestamp::from_second(super::NOW).expect("a moment"));
        let mut options = sandbox::slack::Options::new(clock, Chance::from_seed(6));
        options.app_url = Some(super::flags::PUBLIC_URL.to_owned());
        let slack = SlackSandbox::start(options).await.expect("a sandbox");
        let access = Access::administrator(Some(ADMIN.into()));
        Self::reaching(access, Some(slack)).await
    }

    async fn with(access: Access) -> Self {
        Self::reaching(access, None).await
    }

    async fn reaching(access: Access, slack: Option<Running>) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let sign_in = SignIn::start().await;
        let mut outside = Outside {
            people: Some(sign_in.clone()),
            gitlab: Some(sign_in.service()),
            installs: slack.is_some(),
            ..Outside::none()
        };
        if let Some(slack) = &slack {
            outside.slack = format!("{}/api/", slack.url);
        }
        let world = World::beside(Default::default(), access, Vec::new(), outside).await;
        Self {
            world,
            sign_in,
            slack,
        }
    }

    /// Where Slack sends the browser back to, of dana of Acme, who was sent to `url`. `more` is
    /// what she does besides saying yes.
    pub async fn slack_sends_back(&self, url: &str, more: Value) -> String {
        let slack = self.slack.as_ref().expect("a Slack");
        let mut body = json!({ "workspace": "T0ACME", "user": "dana", "url": url });
        let fields = body.as_object_mut().expect("an object");
        fields.extend(more.as_object().cloned().unwrap_or_default());
        let url = format!("{}/sandbox/install", slack.url);
        let answer = self.sign_in.http.post(url).json(&body).send().await;
        let answer: Value = answer.expect("an answer").json().await.expect("JSON");
        let location = answer["location"].as_str();
        let location = location.unwrap_or_else(|| panic!("{answer}"));
        let back = location.strip_prefix(super::flags::PUBLIC_URL);
        back.unwrap_or_else(|| panic!("{location}")).to_owned()
    }

    pub fn browser(&self) -> Browser<'_> {
        Browser {
            home: self,
            jar: Mutex::default(),
        }
    }

    /// A browser in which somebody is signed in.
    pub async fn browser_of(&self, user: &str) -> Browser<'_> {
        let browser = self.browser();
        let asked = browser.get("/auth/gitlab?return_to=%2Faccount").await;
        let back = self.sign_in.approves(user, asked.location()).await;
        let answer = browser.get(&back).await;
        assert_eq!(answer.location(), "/account", "{}", answer.text);
        browser
    }

    /// The path of a link that somebody in Slack was given.
    pub async fn link_of(&self, slack_user: &str) -> String {
        let accounts = self.world.access.accounts().expect("accounts");
        let workspace = "T0DEMO".parse().expect("a workspace");
        let name = slack_user.trim_start_matches("U0").to_lowercase();
        let link = accounts.begin_link(&workspace, slack_user, &name).await;
        link.expect("a link").path().to_owned()
    }
}

/// A browser: it keeps cookies and says which page a form is on.
pub struct Browser<'h> {
    home: &'h Home,
    pub jar: Mutex<BTreeMap<String, String>>,
}

impl Browser<'_> {
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path), "").await
    }

    /// Sends a form of the page that was looked at last, with its token.
    pub async fn post(&self, path: &str, form: &str) -> Answer {
        let csrf = self.csrf().await;
        let form = match form {
            "" => format!("csrf={csrf}"),
            form => format!("{form}&csrf={csrf}"),
        };
        self.post_bare(path, &form, &[]).await
    }

    /// Sends a form as it is.
    pub async fn post_bare(&self, path: &str, form: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request =
            Request::post(path).header("Content-Type", "application/x-www-form-urlencoded");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if headers.iter().all(|(name, _)| *name != "Sec-Fetch-Site") {
            request = request.header("Sec-Fetch-Site", "same-origin");
        }
        self.send(request, form).await
    }

    /// The token of the session, as the account's page has it.
    pub async fn csrf(&self) -> String {
        let page = self.get("/account").await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text);
        let (_, rest) = page
            .text
            .split_once("name=\"csrf\" value=\"")
            .expect("a token");
        rest.split('"').next().unwrap_or_default().to_owned()
    }

    /// The cookies, as they are sent.
    pub fn cookies(&self) -> String {
        let jar = self.jar.lock().expect("the jar");
        let pairs = jar.iter().map(|(name, value)| format!("{name}={value}"));
        pairs.collect::<Vec<_>>().join("; ")
    }

    async fn send(&self, request: axum::http::request::Builder, body: &str) -> Answer {
        let request = request
            .header(header::ACCEPT, "text/html")
            .header(header::COOKIE, self.cookies())
            .body(Body::from(body.to_owned()));
        let answer = self.home.world.send(request.expect("a request")).await;
        let mut jar = self.jar.lock().expect("the jar");
        for set in answer.headers.get_all(header::SET_COOKIE) {
            let set = set.to_str().expect("text");
            let (name, rest) = set.split_once('=').expect("a cookie");
            let value = rest.split(';').next().unwrap_or_default();
            match set.contains("Max-Age=0") {
                true => jar.remove(name),
                false => jar.insert(name.to_owned(), value.to_owned()),
            };
        }
        answer
    }
}

impl Answer {
    /// Where a redirect leads.
    #[track_caller]
    pub fn location(&self) -> &str {
        let location = self.headers.get(header::LOCATION);
        let location = location.and_then(|value| value.to_str().ok());
        location.unwrap_or_else(|| panic!("{}: {}", self.status, self.text))
    }
}
