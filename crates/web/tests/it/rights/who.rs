//! Those who ask, and what each of them may.

use accounts::Scope;
use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use serde_json::json;
use tower::ServiceExt;

use crate::world::flags::SIGNING_SECRET;
use crate::world::people::{Browser, Home};
use crate::world::{ADMIN, NOW, TOKEN};

/// Somebody who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    Nobody,
    /// A Developer of the group.
    Ben,
    /// A Maintainer of the group, and so of its projects.
    Ana,
    /// An Owner of the group.
    Raj,
    /// Has the role of a viewer.
    Cleo,
    /// Has the role of an operator.
    Mina,
    /// Administers GitLab.
    Ops,
    /// A token that somebody has made.
    Token(Scope),
    /// The administrator's token of the configuration.
    AdminToken,
    /// GitLab, with the secret of its hook.
    GitLab,
    /// Slack, with its signature.
    Slack,
}

impl Who {
    pub const ALL: [Self; 14] = [
        Self::Nobody,
        Self::Ben,
        Self::Ana,
        Self::Raj,
        Self::Cleo,
        Self::Mina,
        Self::Ops,
        Self::Token(Scope::Read),
        Self::Token(Scope::Evaluate),
        Self::Token(Scope::Flags),
        Self::Token(Scope::Admin),
        Self::AdminToken,
        Self::GitLab,
        Self::Slack,
    ];

    /// What they are called in GitLab.
    pub fn name(self) -> Option<&'static str> {
        match self {
            Self::Ben => Some("ben"),
            Self::Ana => Some("ana"),
            Self::Raj => Some("raj"),
            Self::Cleo => Some("cleo"),
            Self::Mina => Some("mina"),
            Self::Ops => Some("ops"),
            Self::Nobody | Self::Token(_) | Self::AdminToken | Self::GitLab | Self::Slack => None,
        }
    }

    pub fn is_person(self) -> bool {
        self.name().is_some()
    }

    pub fn is_program(self) -> bool {
        matches!(self, Self::Token(_) | Self::AdminToken)
    }

    /// What a program's token is good for: the administrator's for everything.
    pub fn has(self, scope: Scope) -> bool {
        match self {
            Self::AdminToken | Self::Token(Scope::Admin) => true,
            // Whoever may change flags may ask what they are.
            Self::Token(Scope::Flags) => matches!(scope, Scope::Flags | Scope::Evaluate),
            Self::Token(own) => own == scope,
            _ => false,
        }
    }

    pub fn is_administrator(self) -> bool {
        self == Self::Ops || self.has(Scope::Admin)
    }

    pub fn operates(self) -> bool {
        matches!(self, Self::Mina | Self::Ops) || self.has(Scope::Flags)
    }

    pub fn reads(self) -> bool {
        matches!(self, Self::Cleo | Self::Mina | Self::Ops) || self.has(Scope::Read)
    }

    pub fn owns_the_group(self) -> bool {
        self == Self::Raj || self.is_administrator()
    }

    pub fn maintains_the_project(self) -> bool {
        self == Self::Ana || self.owns_the_group()
    }
}

/// What somebody needs to ask.
pub struct Asker<'h> {
    home: &'h Home,
    pub who: Who,
    browser: Option<Browser<'h>>,
    csrf: String,
    token: String,
}

/// How the service answered.
#[derive(Debug)]
pub struct Told {
    pub status: StatusCode,
    pub location: String,
    pub text: String,
}

/// What a browser adds to a form that is sent from a page.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Sent {
    FromOurPage,
    WithoutToken,
    FromAnotherSite,
}

impl<'h> Asker<'h> {
    pub async fn new(home: &'h Home, who: Who) -> Self {
        let (mut browser, mut csrf) = (None, String::new());
        if let Some(name) = who.name() {
            let signed_in = home.browser_of(name).await;
            csrf = signed_in.csrf().await;
            browser = Some(signed_in);
        }
        let token = match who {
            Who::Token(scope) => made(home, scope).await,
            Who::AdminToken => ADMIN.to_owned(),
            _ => String::new(),
        };
        Self {
            home,
            who,
            browser,
            csrf,
            token,
        }
    }

    /// Asks as an honest page or program does.
    pub async fn asks(&self, method: &str, path: &str) -> Told {
        self.sends(method, path, Sent::FromOurPage).await
    }

    pub async fn sends(&self, method: &str, path: &str, sent: Sent) -> Told {
        let method: Method = method.parse().expect("a method");
        let mut request = Request::builder().method(&method).uri(path);
        if let Some(browser) = &self.browser {
            request = request.header(header::COOKIE, browser.cookies());
        }
        if method != Method::GET && (self.who.is_person() || self.who == Who::Nobody) {
            let site = match sent {
                Sent::FromOurPage | Sent::WithoutToken => "same-origin",
                Sent::FromAnotherSite => "cross-site",
            };
            request = request.header("Sec-Fetch-Site", site);
            if sent != Sent::WithoutToken {
                request = request.header("X-CSRF-Token", &self.csrf);
            }
            request = request.header("Content-Type", "application/x-www-form-urlencoded");
        }
        if self.who.is_program() {
            request = request.header("PRIVATE-TOKEN", &self.token);
        }
        if self.who == Who::GitLab {
            request = request.header("X-Gitlab-Token", TOKEN);
        }
        if self.who == Who::Slack {
            let signature = slack::signature::sign(&SIGNING_SECRET.into(), NOW, b"");
            request = request.header("X-Slack-Request-Timestamp", NOW);
            request = request.header("X-Slack-Signature", signature);
        }
        let request = request.body(Body::empty()).expect("a request");
        told(self.home, request).await
    }
}

async fn told(home: &Home, request: Request<Body>) -> Told {
    let routes = home.world.routes.clone();
    let answer = routes.oneshot(request).await.expect("an answer");
    let headers = answer.headers();
    let text = |name| {
        let value = headers.get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default().to_owned()
    };
    let is_stream = text(header::CONTENT_TYPE).starts_with("text/event-stream");
    let (status, location) = (answer.status(), text(header::LOCATION));
    let body = if is_stream {
        Vec::new()
    } else {
        let body = axum::body::to_bytes(answer.into_body(), 10_000_000).await;
        body.expect("a body").to_vec()
    };
    Told {
        status,
        location,
        text: String::from_utf8_lossy(&body).into_owned(),
    }
}

/// A token of the administrator's that is good for that alone.
async fn made(home: &Home, scope: Scope) -> String {
    let ops = home.browser_of("ops").await;
    let form = format!("name=walk&days=7&scope={}", scope.name());
    let page = ops.post("/account/tokens", &form).await;
    let (_, rest) = page.text.split_once("<code>sbx_").expect("a token");
    format!("sbx_{}", rest.split('<').next().unwrap_or_default())
}

/// A closed service, and a GitLab in which raj owns the group.
pub async fn home() -> Home {
    let home = Home::closed().await;
    home.sign_in
        .does(&json!({
            "user": "ops", "project": "gitlab-org/gitlab", "what": "member",
            "member": "raj", "access": "Owner", "action": "update",
        }))
        .await;
    home
}
