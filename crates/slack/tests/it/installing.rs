//! Installing the app: what goes to Slack, and what is made of its answers.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use slack::oauth::{Application, Authorize, Exchange};
use slack::{OauthError, Timeouts};

use crate::corpus::{corpus, successes};
use crate::stub::Stub;
use crate::{client, http};

const REDIRECT: &str = "https://signalbox.example.com/slack/oauth/callback";

/// As Slack answers, with token rotation on.
const GRANT: &str = r#"{"ok":true,"access_token":"xoxe.xoxb-1-geheim","token_type":"bot",
    "scope":"commands,chat:write","bot_user_id":"U0KRQLJ9H","app_id":"A0KRD7HC3",
    "team":{"name":"Acme","id":"T0ACME"},"enterprise":{"name":"Acme Inc","id":"E0ACME"},
    "is_enterprise_install":false,"authed_user":{"id":"U0DANA"},
    "refresh_token":"xoxe-1-geheim","expires_in":43200}"#;

fn application(base_url: &str) -> Application {
    let http = http(base_url, Timeouts::default());
    Application::new(http, base_url, "158.400", "demo-client-secret".into()).unwrap()
}

fn exchange<'a>(code: &'a str, verifier: Option<&'a SecretString>) -> Exchange<'a> {
    Exchange {
        code,
        redirect_uri: REDIRECT,
        verifier,
    }
}

#[test]
fn people_are_sent_to_the_page_of_the_configured_slack() {
    for (base_url, page) in [
        (
            "https://slack.com/api/",
            "https://slack.com/oauth/v2/authorize",
        ),
        (
            "https://www.slack.com/api",
            "https://slack.com/oauth/v2/authorize",
        ),
        (
            "https://slack-gov.com/api/",
            "https://slack-gov.com/oauth/v2/authorize",
        ),
        (
            "http://127.0.0.1:7401/api/",
            "http://127.0.0.1:7401/oauth/v2/authorize",
        ),
        (
            "https://proxy.example/slack/api/",
            "https://proxy.example/slack/oauth/v2/authorize",
        ),
    ] {
        let url = application(base_url).authorize_url(Authorize {
            scopes: &["chat:write", "commands"],
            state: "s t&a",
            redirect_uri: REDIRECT,
            challenge: None,
            workspace: None,
        });
        assert_eq!(
            url.as_str(),
            format!(
                "{page}?client_id=158.400&scope=chat%3Awrite%2Ccommands\
                 &redirect_uri=https%3A%2F%2Fsignalbox.example.com%2Fslack%2Foauth%2Fcallback\
                 &state=s+t%26a"
            )
        );
    }
}

#[test]
fn a_challenge_and_a_workspace_go_along_when_there_are_any() {
    let workspace = "T0ACME".parse().unwrap();
    let url = application("https://slack.com/api/").authorize_url(Authorize {
        scopes: &["commands"],
        state: "s",
        redirect_uri: REDIRECT,
        challenge: Some("E9Mel"),
        workspace: Some(&workspace),
    });
    let expected = "&state=s&code_challenge=E9Mel&code_challenge_method=S256&team=T0ACME";
    assert!(url.as_str().ends_with(expected), "{url}");
}

#[tokio::test]
async fn a_code_becomes_a_token_and_the_secret_stands_in_no_field() {
    let stub = Stub::saying(GRANT).await;
    let verifier = SecretString::from("verifier");
    let grant = application(&stub.url)
        .exchange(exchange("c/1", Some(&verifier)))
        .await
        .unwrap();
    let request = stub.request();
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    assert!(
        head.starts_with("POST /api/oauth.v2.access HTTP/1.1\r\n"),
        "{head}"
    );
    // base64 of `158.400:demo-client-secret`.
    let basic = "authorization: Basic MTU4LjQwMDpkZW1vLWNsaWVudC1zZWNyZXQ=";
    assert!(head.contains(basic), "{head}");
    assert_eq!(
        body,
        "code=c%2F1&redirect_uri=https%3A%2F%2Fsignalbox.example.com%2Fslack%2Foauth%2Fcallback\
         &code_verifier=verifier"
    );
    let rotation = grant.tokens.rotation.as_ref().unwrap();
    assert_eq!(grant.tokens.token.expose_secret(), "xoxe.xoxb-1-geheim");
    assert_eq!(rotation.refresh_token.expose_secret(), "xoxe-1-geheim");
    assert_eq!(rotation.lifetime, Duration::from_secs(43_200));
    assert_eq!(grant.scopes.to_string(), "chat:write,commands");
    assert_eq!(grant.workspace.id.as_str(), "T0ACME");
    assert_eq!(grant.workspace.name, "Acme");
    assert_eq!(grant.enterprise.as_deref(), Some("E0ACME"));
    assert_eq!(
        (&*grant.bot_user, &*grant.app_id),
        ("U0KRQLJ9H", "A0KRD7HC3")
    );
    assert_eq!(grant.installer, "U0DANA");
    let shown = format!("{grant:?} {:?}", application(&stub.url));
    assert!(
        !shown.contains("geheim") && !shown.contains("client-secret"),
        "{shown}"
    );
}

#[tokio::test]
async fn a_token_without_an_end_has_no_rotation() {
    let stub = Stub::saying(
        r#"{"ok":true,"access_token":"xoxb-1","scope":"","team":{"id":"T1"},"enterprise":null}"#,
    )
    .await;
    let grant = application(&stub.url)
        .exchange(exchange("c", None))
        .await
        .unwrap();
    assert!(grant.tokens.rotation.is_none());
    assert_eq!(grant.scopes.iter().count(), 0);
}

#[tokio::test]
async fn an_organization_or_nothing_at_all_is_no_installation() {
    let whole = r#"{"ok":true,"access_token":"xoxb-1","team":null,"enterprise":{"id":"E1"},
        "is_enterprise_install":true}"#;
    let nothing = r#"{"ok":true,"team":{"id":"T1"}}"#;
    for (answer, expected) in [(whole, "WholeOrganization"), (nothing, "NoBotToken")] {
        let stub = Stub::saying(answer).await;
        let error = application(&stub.url)
            .exchange(exchange("c", None))
            .await
            .unwrap_err();
        assert_eq!(format!("{error:?}"), expected);
    }
}

#[tokio::test]
async fn refusals_say_what_to_do() {
    let stub = Stub::saying(r#"{"ok":false,"error":"bad_redirect_uri"}"#).await;
    let error = application(&stub.url)
        .exchange(exchange("c", None))
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("{REDIRECT} is not one of the app's redirect URLs in Slack")
    );
    assert!(
        error.remedy().contains("OAuth & Permissions"),
        "{}",
        error.remedy()
    );
}

#[tokio::test]
async fn a_token_is_renewed_with_its_refresh_token() {
    let stub = Stub::saying(GRANT).await;
    let tokens = application(&stub.url)
        .refresh(&"xoxe-1-old".into())
        .await
        .unwrap();
    assert_eq!(tokens.token.expose_secret(), "xoxe.xoxb-1-geheim");
    let request = stub.request();
    assert!(request.contains("POST /api/oauth.v2.access"), "{request}");
    assert!(
        request.ends_with("grant_type=refresh_token&refresh_token=xoxe-1-old"),
        "{request}"
    );
    let stub = Stub::saying(r#"{"ok":false,"error":"invalid_refresh_token"}"#).await;
    let refused = application(&stub.url).refresh(&"xoxe-1-old".into()).await;
    assert!(matches!(refused, Err(OauthError::RefreshTokenLost { .. })));
}

#[tokio::test]
async fn a_token_without_an_end_is_exchanged_for_one_that_is_renewed() {
    let stub = Stub::saying(GRANT).await;
    let tokens = application(&stub.url)
        .exchange_long_lived(&"xoxb-old".into())
        .await
        .unwrap();
    assert!(tokens.rotation.is_some());
    let request = stub.request();
    assert!(request.contains("POST /api/oauth.v2.exchange"), "{request}");
    let fields = "client_id=158.400&client_secret=demo-client-secret&token=xoxb-old";
    assert!(request.ends_with(fields), "{request}");
}

#[tokio::test]
async fn the_app_is_removed_with_the_workspaces_own_token() {
    let stub = Stub::saying(r#"{"ok":true}"#).await;
    let client = client(&stub.url, "xoxb-acme");
    application(&stub.url).uninstall(&client).await.unwrap();
    let request = stub.request();
    assert!(request.contains("POST /api/apps.uninstall"), "{request}");
    assert!(
        request.contains("authorization: Bearer xoxb-acme"),
        "{request}"
    );
    let fields = "client_id=158.400&client_secret=demo-client-secret";
    assert!(request.ends_with(fields), "{request}");
}

#[tokio::test]
async fn a_token_is_revoked_by_itself() {
    let stub = Stub::saying(r#"{"ok":true,"revoked":true}"#).await;
    client(&stub.url, "xoxb-acme").revoke().await.unwrap();
    let request = stub.request();
    assert!(request.contains("POST /api/auth.revoke"), "{request}");
    assert!(
        request.contains("authorization: Bearer xoxb-acme"),
        "{request}"
    );
}

#[tokio::test]
async fn every_recorded_grant_is_read() {
    let Some(corpus) = corpus() else { return };
    let mut count = 0;
    for answer in successes(&corpus, "oauth.v2.access") {
        let stub = Stub::saying(&answer.to_string()).await;
        let granted = application(&stub.url).exchange(exchange("c", None)).await;
        // Some are of people's tokens, or have every value blanked.
        let is_read = match &granted {
            Ok(_) | Err(OauthError::NoBotToken | OauthError::WholeOrganization) => true,
            Err(_) => answer["team"]["id"] == "",
        };
        assert!(is_read, "{granted:?}: {answer:.600}");
        count += u32::from(granted.is_ok());
    }
    assert!(0 < count, "no grant of a bot is recorded");
}
