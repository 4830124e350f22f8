//! The service's routes over a database in memory, with a clock that stands still.

#[path = "world/flags.rs"]
pub mod flags;
#[path = "world/people.rs"]
pub mod people;
#[path = "world/rollouts.rs"]
pub mod rollouts;

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use clock::{Chance, Clock};
use jiff::Timestamp;
use serde_json::Value;
use store::{OpenOptions, Store};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;
use web::{Access, ApiToken, Hook, Hooks, Inbox, Parts, Readiness, Role};

pub use flags::Outside;

pub const TOKEN: &str = "hook-secret";
pub const NEXT_TOKEN: &str = "next-hook-secret";
pub const ADMIN: &str = "admin-secret";
/// The world's moment, in Unix seconds.
pub const NOW: i64 = 1_790_000_000;
/// A token that only evaluates.
pub const SHOP: &str = "shop-secret";

pub struct World {
    pub store: Store,
    pub clock: Clock,
    pub environments: environments::Environments,
    pub rollouts: steering::Rollouts,
    pub access: Access,
    /// Ends the streams that stay open.
    pub stop: CancellationToken,
    pub tasks: TaskTracker,
    pub routes: Router,
}

/// An answer, read whole.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {}", self.text))
    }
}

impl World {
    pub async fn start() -> Self {
        Self::with(
            OpenOptions::default(),
            Access::administrator(Some(ADMIN.into())),
        )
        .await
    }

    /// A service that everyone may read, beside a Slack and a GitLab of its own: a demo.
    pub async fn demo() -> Self {
        let places = [
            ("Slack", "http://slack.test"),
            ("GitLab", "http://gitlab.test"),
        ]
        .map(|(name, url)| (name.to_owned(), url.to_owned()));
        Self::beside(
            OpenOptions::default(),
            Access::administrator(Some(ADMIN.into())).open_to_readers(),
            places.to_vec(),
            Outside::none(),
        )
        .await
    }

    /// A service that everyone may read, beside what else it talks to.
    pub async fn open(outside: Outside) -> Self {
        let access = Access::administrator(Some(ADMIN.into())).open_to_readers();
        Self::beside(OpenOptions::default(), access, Vec::new(), outside).await
    }

    pub async fn with(options: OpenOptions, access: Access) -> Self {
        Self::beside(options, access, Vec::new(), Outside::none()).await
    }

    /// A service with programs' tokens, beside what else it talks to.
    pub async fn reaching(outside: Outside) -> Self {
        let access = Access::administrator(Some(ADMIN.into())).with_tokens([ApiToken {
            name: "shop".to_owned(),
            token: SHOP.into(),
            role: Role::Evaluate,
        }]);
        Self::beside(OpenOptions::default(), access, Vec::new(), outside).await
    }

    async fn beside(
        options: OpenOptions,
        access: Access,
        places: Vec<(String, String)>,
        outside: Outside,
    ) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let store = Store::open("sqlite::memory:", options)
            .await
            .expect("a database");
        let clock = Clock::new(|| Timestamp::from_second(NOW).expect("a moment"));
        let chance = Chance::from_seed(1);
        let readiness = Readiness::default();
        readiness.started();
        let hook = Hook {
            name: "demo".parse().expect("a hook"),
            tokens: vec![TOKEN.into(), NEXT_TOKEN.into()],
        };
        let shared = flags::Shared {
            store: store.clone(),
            clock: clock.clone(),
            chance: chance.clone(),
        };
        let access = match &outside.people {
            Some(people) => people.let_in(access, &shared),
            None => access,
        };
        let environments = flags::environments(&shared, &outside).await;
        let integrations = flags::integrations(&shared, &environments, &outside).await;
        let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
        let is_demo = !places.is_empty();
        let ready = |what: &str, text: &str| {
            is_demo
                .then(|| (what.to_owned(), text.to_owned()))
                .into_iter()
                .collect()
        };
        let setup = web::pages::Setup {
            commands: ready("Enable it", "/chatops run feature set tidy_sidebar true"),
            placeholders: ready("<rollout-percentage>", "25"),
            places,
            stop: stop.clone(),
        };
        let slack = flags::slack(&shared, &environments, &integrations, &outside, &tasks).await;
        let rollouts = slack.app.parts().chatops.steered().expect("rollouts");
        let rollouts = rollouts.rollouts.clone();
        let routes = web::router(Parts {
            inbox: Inbox::new(store.clone(), clock.clone(), chance.clone()),
            hooks: Hooks::new([hook]),
            access: access.clone(),
            readiness,
            pages: web::pages::Pages::new(store.clone(), clock.clone(), setup),
            hosting: web::Hosting {
                environments: environments.clone(),
                clock: clock.clone(),
                chance: chance.clone(),
            },
            slack,
            integrations: web::IntegrationsApi {
                integrations,
                gitlab: outside.gitlab.clone(),
                chance,
            },
            stop: stop.clone(),
            metrics: Arc::new(|| "metrics".to_owned()),
        });
        Self {
            store,
            clock,
            environments,
            rollouts,
            access,
            stop,
            tasks,
            routes,
        }
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self
            .routes
            .clone()
            .oneshot(request)
            .await
            .expect("an answer");
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, 10_000_000).await.expect("a body");
        let text = String::from_utf8(bytes.to_vec()).expect("text");
        Answer {
            status: parts.status,
            headers: parts.headers,
            text,
        }
    }

    /// A request with JSON, by the administrator.
    pub async fn json(&self, method: &str, path: &str, body: &Value) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("PRIVATE-TOKEN", ADMIN)
            .header("Content-Type", "application/json")
            .body(Body::from(body.to_string()));
        self.send(request.expect("a request")).await
    }

    pub async fn delete(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = Request::delete(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(Body::empty()).expect("a request"))
            .await
    }

    pub async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = Request::get(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(Body::empty()).expect("a request"))
            .await
    }

    /// A page, as a browser asks for it.
    pub async fn page(&self, path: &str) -> Answer {
        self.get(path, &[("Accept", "text/html,*/*;q=0.8")]).await
    }

    pub async fn post(&self, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut request = Request::post(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(
            request
                .body(Body::from(body.to_owned()))
                .expect("a request"),
        )
        .await
    }

    /// A webhook with the right token.
    pub async fn webhook(&self, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut all = vec![("X-Gitlab-Token", TOKEN)];
        all.extend(headers);
        self.post("/gitlab/hooks/demo", &all, body).await
    }
}

/// A push's webhook.
pub fn push(branch: &str) -> String {
    serde_json::json!({
        "object_kind": "push",
        "before": "0".repeat(40),
        "after": "1".repeat(40),
        "ref": format!("refs/heads/{branch}"),
        "user_name": "Ada Byron",
        "project": {
            "name": "web",
            "web_url": "https://gitlab.example/acme/web",
            "path_with_namespace": "acme/web",
            "default_branch": "main"
        },
        "commits": [],
        "total_commits_count": 0
    })
    .to_string()
}
