//! What an authorization address asks for, and whether Slack would show it to anyone.

use serde::Deserialize;

use crate::slack::apps::{Apps, RegisteredApp};
use crate::slack::args::Args;

/// The address's parameters as they came.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    pub client_id: String,
    pub scope: String,
    pub user_scope: String,
    pub redirect_uri: Option<String>,
    pub state: Option<String>,
    pub team: Option<String>,
    pub code_challenge: Option<String>,
    pub code_challenge_method: Option<String>,
}

impl Asked {
    /// From the query of an authorization address.
    #[must_use]
    pub fn of_query(query: &str) -> Self {
        let args = Args::from_form(query.as_bytes());
        let text = |name: &str| args.text(name);
        Self {
            client_id: text("client_id").unwrap_or_default(),
            scope: text("scope").unwrap_or_default(),
            user_scope: text("user_scope").unwrap_or_default(),
            redirect_uri: text("redirect_uri"),
            state: text("state"),
            team: text("team"),
            code_challenge: text("code_challenge"),
            code_challenge_method: text("code_challenge_method"),
        }
    }

    /// As fields of a form that sends them on.
    #[must_use]
    pub fn fields(&self) -> Vec<(&'static str, String)> {
        let optional = |value: &Option<String>| value.clone().unwrap_or_default();
        let fields = vec![
            ("client_id", self.client_id.clone()),
            ("scope", self.scope.clone()),
            ("user_scope", self.user_scope.clone()),
            ("redirect_uri", optional(&self.redirect_uri)),
            ("state", optional(&self.state)),
            ("team", optional(&self.team)),
            ("code_challenge", optional(&self.code_challenge)),
            (
                "code_challenge_method",
                optional(&self.code_challenge_method),
            ),
        ];
        let given = fields.into_iter().filter(|(_, value)| !value.is_empty());
        given.collect()
    }
}

/// How the exchange of a code must prove that it comes from who asked for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge {
    pub text: String,
    /// Whether the text is the SHA-256 of the verifier, and not the verifier itself.
    pub is_hashed: bool,
}

/// What an app wants, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// `A…`
    pub app: String,
    pub bot_scopes: Vec<String>,
    pub user_scopes: Vec<String>,
    /// Where to go afterwards.
    pub redirect_uri: String,
    /// The same, when the address named it: the exchange must repeat it.
    pub given_redirect: Option<String>,
    pub state: Option<String>,
    /// The workspace that it is meant for.
    pub team: Option<String>,
    pub challenge: Option<Challenge>,
}

/// Why Slack shows an error instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("Invalid client_id parameter")]
    Client,
    #[error("redirect_uri did not match any configured URIs. Passed URI: {0}")]
    Redirect(String),
    #[error("No scopes requested")]
    Scopes,
    #[error("Invalid code_challenge_method parameter: must be S256 or plain")]
    Challenge,
}

impl Wish {
    /// Checks what is asked.
    ///
    /// # Errors
    /// What Slack would say instead of asking anyone.
    pub fn check(asked: &Asked, apps: &Apps) -> Result<Self, Refused> {
        let mut known = apps.values();
        let app = known.find(|app| app.credentials.client_id == asked.client_id);
        let app = app.ok_or(Refused::Client)?;
        let redirect_uri = destination(app, asked.redirect_uri.as_deref())?;
        let (bot_scopes, user_scopes) = (listed(&asked.scope), listed(&asked.user_scope));
        if bot_scopes.is_empty() && user_scopes.is_empty() {
            return Err(Refused::Scopes);
        }
        Ok(Self {
            app: app.id.clone(),
            bot_scopes,
            user_scopes,
            redirect_uri,
            given_redirect: asked.redirect_uri.clone(),
            state: asked.state.clone(),
            team: asked.team.clone(),
            challenge: challenge(asked)?,
        })
    }
}

/// Where to go back to: one of the registered addresses or something below it, the first one
/// when none is named.
fn destination(app: &RegisteredApp, named: Option<&str>) -> Result<String, Refused> {
    let registered = app.redirect_urls();
    let belongs = |named: &str| {
        let is_below = |url: &String| {
            let rest = named.strip_prefix(url.as_str());
            rest.is_some_and(|rest| {
                rest.is_empty() || url.ends_with('/') || rest.starts_with(['/', '?'])
            })
        };
        registered.iter().any(is_below)
    };
    match named {
        Some(named) if belongs(named) => Ok(named.to_owned()),
        Some(named) => Err(Refused::Redirect(named.to_owned())),
        None => {
            let first = registered.first().cloned();
            first.ok_or_else(|| Refused::Redirect("none".to_owned()))
        }
    }
}

fn challenge(asked: &Asked) -> Result<Option<Challenge>, Refused> {
    let Some(text) = asked.code_challenge.clone() else {
        return Ok(None);
    };
    let is_hashed = match asked.code_challenge_method.as_deref() {
        Some("S256") => true,
        None | Some("plain") => false,
        Some(_) => return Err(Refused::Challenge),
    };
    Ok(Some(Challenge { text, is_hashed }))
}

/// Scopes are parted by commas; spaces are taken too.
fn listed(scopes: &str) -> Vec<String> {
    let mut listed: Vec<String> = Vec::new();
    for scope in scopes.split([',', ' ']).filter(|scope| !scope.is_empty()) {
        if !listed.iter().any(|known| known == scope) {
            listed.push(scope.to_owned());
        }
    }
    listed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::slack::SlashCommand;

    fn check(query: &str) -> Result<Wish, Refused> {
        let app = RegisteredApp::demo(Some("https://box.ex".to_owned()), SlashCommand::demo());
        let apps = [(app.id.clone(), app)].into();
        Wish::check(&Asked::of_query(query), &apps)
    }

    #[test]
    fn an_address_is_held_against_the_registered_app() {
        let wish =
            check("client_id=158.400&scope=chat:write,commands&user_scope=&state=s").unwrap();
        assert_eq!(wish.redirect_uri, "https://box.ex/slack/oauth/callback");
        assert_eq!(wish.bot_scopes, ["chat:write", "commands"]);
        assert_eq!((wish.given_redirect, wish.challenge), (None, None));
        for (query, refused) in [
            ("client_id=1.2&scope=commands", Refused::Client),
            ("client_id=158.400", Refused::Scopes),
            (
                "client_id=158.400&scope=commands&redirect_uri=https://evil.ex/",
                Refused::Redirect("https://evil.ex/".to_owned()),
            ),
            (
                "client_id=158.400&scope=commands&redirect_uri=https://box.ex/slack/oauth/callback.evil",
                Refused::Redirect("https://box.ex/slack/oauth/callback.evil".to_owned()),
            ),
            (
                "client_id=158.400&scope=commands&code_challenge=c&code_challenge_method=MD5",
                Refused::Challenge,
            ),
        ] {
            assert_eq!(check(query), Err(refused), "{query}");
        }
        let below = "https://box.ex/slack/oauth/callback?x=1";
        let wish = check(&format!(
            "client_id=158.400&scope=commands&redirect_uri={below}"
        ));
        assert_eq!(wish.unwrap().redirect_uri, below);
    }

    #[test]
    fn what_is_asked_survives_the_form() {
        let query = "client_id=1&scope=a%2Cb&state=x%26y&team=T1&code_challenge=c&\
                     code_challenge_method=S256";
        let asked = Asked::of_query(query);
        let written = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(asked.fields())
            .finish();
        assert_eq!(Asked::of_query(&written).fields(), asked.fields());
        assert_eq!(asked.fields().len(), 6);
    }
}
