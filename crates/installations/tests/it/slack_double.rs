//! A Slack that installs apps: codes, tokens, renewals, removals.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};

use axum::Router;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::routing::post;
use serde_json::{Value, json};
use tokio::task::JoinHandle;

/// Every code `code-T0ACME` installs the app in that workspace.
pub struct Slack {
    pub url: String,
    told: Shared,
    task: JoinHandle<()>,
}

type Shared = Arc<Mutex<Told>>;

#[derive(Default)]
pub struct Told {
    /// Tokens that are good, with their workspaces.
    tokens: HashMap<String, String>,
    refresh_tokens: HashMap<String, String>,
    minted: u32,
    /// What each method is to refuse with.
    pub refusals: HashMap<&'static str, &'static str>,
    /// How long tokens live, if they end.
    pub lifetime: Option<u64>,
    pub scopes: &'static str,
    pub app_id: &'static str,
    pub calls: Vec<Call>,
}

#[derive(Clone, Debug)]
pub struct Call {
    pub method: String,
    pub token: Option<String>,
    pub fields: HashMap<String, String>,
}

impl Slack {
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/api/", listener.local_addr().unwrap());
        let told = Shared::default();
        told.lock().unwrap().scopes = "chat:write,commands";
        told.lock().unwrap().app_id = "A0SIGNALBOX";
        let router = Router::new()
            .route("/api/{method}", post(answer))
            .with_state(Arc::clone(&told));
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, told, task }
    }

    pub fn told(&self) -> MutexGuard<'_, Told> {
        self.told.lock().unwrap()
    }

    /// A bot token that nobody had to install for.
    pub fn knows_token(&self, token: &str, workspace: &str) {
        let (token, workspace) = (token.to_owned(), workspace.to_owned());
        self.told().tokens.insert(token, workspace);
    }

    pub fn forgets_tokens(&self) {
        self.told().tokens.clear();
    }

    pub fn refuses(&self, method: &'static str, code: &'static str) {
        self.told().refusals.insert(method, code);
    }

    pub fn calls_of(&self, method: &str) -> Vec<Call> {
        let told = self.told();
        let of_method = told.calls.iter().filter(|call| call.method == method);
        of_method.cloned().collect()
    }
}

impl Drop for Slack {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn answer(
    State(told): State<Shared>,
    Path(method): Path<String>,
    headers: HeaderMap,
    body: String,
) -> ([(&'static str, &'static str); 1], axum::Json<Value>) {
    let authorization = headers
        .get("authorization")
        .and_then(|value| value.to_str().ok());
    let call = Call {
        method,
        token: authorization
            .and_then(|value| value.strip_prefix("Bearer "))
            .map(str::to_owned),
        fields: url::form_urlencoded::parse(body.as_bytes())
            .into_owned()
            .collect(),
    };
    let mut told = told.lock().unwrap();
    told.calls.push(call.clone());
    let answer = match told.refusals.get(&*call.method) {
        Some(code) => Err(*code),
        None => told.answer(&call),
    };
    let answer = answer.unwrap_or_else(|code| json!({"ok": false, "error": code}));
    ([("x-oauth-scopes", told.scopes)], axum::Json(answer))
}

impl Told {
    fn answer(&mut self, call: &Call) -> Result<Value, &'static str> {
        match call.method.as_str() {
            "oauth.v2.access" => self.access(&call.fields),
            "auth.test" => {
                let workspace = self.workspace_of(call)?;
                Ok(json!({
                    "ok": true, "url": "https://acme.slack.com/", "team": name(&workspace),
                    "team_id": workspace, "user": "signalbox", "user_id": bot(&workspace),
                    "bot_id": format!("B{workspace}"),
                }))
            }
            "apps.uninstall" | "auth.revoke" => {
                let workspace = self.workspace_of(call)?;
                self.tokens.retain(|_, of| *of != workspace);
                Ok(json!({"ok": true}))
            }
            other => panic!("nobody calls {other}"),
        }
    }

    fn workspace_of(&self, call: &Call) -> Result<String, &'static str> {
        let token = call.token.as_ref().ok_or("not_authed")?;
        self.tokens.get(token).cloned().ok_or("invalid_auth")
    }

    fn access(&mut self, fields: &HashMap<String, String>) -> Result<Value, &'static str> {
        let workspace = match (fields.get("code"), fields.get("refresh_token")) {
            (Some(code), _) => code.strip_prefix("code-").ok_or("invalid_code")?.to_owned(),
            // A refresh token works once.
            (_, Some(token)) => self
                .refresh_tokens
                .remove(token)
                .ok_or("invalid_refresh_token")?,
            (None, None) => return Err("invalid_code"),
        };
        self.minted += 1;
        let token = format!("xoxb-{}-{workspace}", self.minted);
        self.tokens.insert(token.clone(), workspace.clone());
        let mut grant = json!({
            "ok": true, "access_token": token, "token_type": "bot", "scope": self.scopes,
            "bot_user_id": bot(&workspace), "app_id": self.app_id,
            "team": {"id": workspace, "name": name(&workspace)}, "enterprise": null,
            "is_enterprise_install": false, "authed_user": {"id": "U0DANA"},
        });
        if let Some(lifetime) = self.lifetime {
            let refresh_token = format!("xoxe-{}-{workspace}", self.minted);
            self.refresh_tokens.insert(refresh_token.clone(), workspace);
            grant["refresh_token"] = refresh_token.into();
            grant["expires_in"] = lifetime.into();
        }
        Ok(grant)
    }
}

/// `Acme` of `T0ACME`.
fn name(workspace: &str) -> String {
    let rest = workspace.trim_start_matches("T0").to_lowercase();
    let mut letters = rest.chars();
    let first = letters.next().unwrap_or_default().to_ascii_uppercase();
    format!("{first}{}", letters.as_str())
}

pub fn bot(workspace: &str) -> String {
    format!("U{workspace}BOT")
}
