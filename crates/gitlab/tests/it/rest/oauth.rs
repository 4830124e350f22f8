//! Sign-in with GitLab.

use std::time::Duration;

use gitlab::oauth::{Application, Credentials, OauthError, Request};
use gitlab::rest::{RestError, Retry, Timeouts, http_client};
use outgoing::pkce::Verifier;
use secrecy::{ExposeSecret, SecretString};

use super::client;
use super::stub::{Reply, Stub};

const SECRET: &str = "client-secret-of-the-tests";

fn application(base_url: &str) -> Application {
    drop(client("http://127.0.0.1:1"));
    let http = http_client(base_url, Timeouts::default()).unwrap();
    let credentials = Credentials {
        client_id: "signalbox".into(),
        client_secret: SECRET.into(),
        redirect_uri: "https://box.example/auth/gitlab/callback".into(),
    };
    Application::new(http, base_url, credentials).unwrap()
}

fn verifier() -> Verifier {
    Verifier::from_bytes(&[7; 32])
}

const TOKENS: &str = r#"{"access_token":"access-1","token_type":"Bearer","expires_in":7200,
    "refresh_token":"refresh-1","scope":"api","created_at":1607635748}"#;

#[tokio::test]
async fn a_browser_is_sent_to_gitlab_with_a_challenge() {
    let verifier = verifier();
    let url = application("https://example.com/git/lab/").authorize_url(Request {
        state: "s&1",
        verifier: &verifier,
        scopes: "api read_user",
    });
    let challenge = verifier.challenge();
    assert_eq!(
        url.as_str(),
        format!(
            "https://example.com/git/lab/oauth/authorize?client_id=signalbox\
             &redirect_uri=https%3A%2F%2Fbox.example%2Fauth%2Fgitlab%2Fcallback\
             &response_type=code&state=s%261&scope=api+read_user\
             &code_challenge={challenge}&code_challenge_method=S256"
        )
    );
    assert!(!url.as_str().contains(verifier.secret().expose_secret()));
}

#[tokio::test]
async fn a_code_and_a_refresh_token_are_given_for_tokens() {
    let lasting = r#"{"access_token":"access-2","token_type":"bearer"}"#;
    let stub = Stub::start([
        Reply::json(200, TOKENS),
        Reply::json(200, lasting),
        Reply::json(200, "{}"),
    ])
    .await;
    let application = application(&format!("{}/git/lab", stub.url));
    let tokens = application.exchange("c0de", &verifier()).await.unwrap();
    assert_eq!(tokens.access.expose_secret(), "access-1");
    assert_eq!(
        tokens.refresh.as_ref().unwrap().expose_secret(),
        "refresh-1"
    );
    assert_eq!(tokens.expires_in, Some(Duration::from_secs(7_200)));
    assert_eq!(
        tokens.created_at.unwrap().to_string(),
        "2020-12-10T21:29:08Z"
    );
    let shown = format!("{tokens:?} {application:?}");
    for secret in ["access-1", "refresh-1", SECRET] {
        assert!(!shown.contains(secret), "{shown}");
    }
    let refreshed = application.refresh(&"refresh-1".into()).await.unwrap();
    assert!(refreshed.refresh.is_none() && refreshed.expires_in.is_none());
    application.revoke(&"access-2".into()).await.unwrap();
    let ours = format!("client_id=signalbox&client_secret={SECRET}");
    let back = "redirect_uri=https%3A%2F%2Fbox.example%2Fauth%2Fgitlab%2Fcallback";
    let verifier = verifier();
    let verifier = verifier.secret().expose_secret();
    let lines: Vec<String> = stub
        .requests()
        .into_iter()
        .map(|request| request.line)
        .collect();
    assert_eq!(
        lines,
        [
            format!(
                "POST /git/lab/oauth/token grant_type=authorization_code&code=c0de&{back}\
                 &code_verifier={verifier}&{ours}"
            ),
            format!(
                "POST /git/lab/oauth/token grant_type=refresh_token&refresh_token=refresh-1&{back}\
                 &{ours}"
            ),
            format!("POST /git/lab/oauth/revoke token=access-2&{ours}"),
        ]
    );
}

#[tokio::test]
async fn a_dead_sign_in_is_told_from_a_wrong_application_and_from_trouble() {
    let refused = |status, error: &str| {
        let body = format!(r#"{{"error":"{error}","error_description":"Because of x."}}"#);
        Reply::json(status, &body)
    };
    for (reply, dead, application_is_wrong, retry) in [
        (refused(400, "invalid_grant"), true, false, Retry::Never),
        (refused(401, "invalid_client"), false, true, Retry::Never),
        (
            refused(403, "unauthorized_client"),
            false,
            true,
            Retry::Never,
        ),
        (Reply::json(502, ""), false, false, Retry::Backoff),
        (
            Reply::typed(400, "text/html", "<html>"),
            false,
            false,
            Retry::Backoff,
        ),
        (
            Reply::json(429, "").with("retry-after", "9"),
            false,
            false,
            Retry::After(Duration::from_secs(9)),
        ),
        (
            Reply::json(200, r#"{"access_token":null}"#),
            false,
            false,
            Retry::Backoff,
        ),
        (
            Reply::json(302, "").with("location", "https://x.example/"),
            false,
            false,
            Retry::Never,
        ),
    ] {
        let stub = Stub::start([reply]).await;
        let refreshed = application(&stub.url).refresh(&"refresh-1".into()).await;
        let error = refreshed.unwrap_err();
        let is_wrong = matches!(error, OauthError::Application { .. });
        assert_eq!(
            (error.is_dead_grant(), is_wrong, error.retry()),
            (dead, application_is_wrong, retry),
            "{error}"
        );
    }
}

#[tokio::test]
async fn an_answer_never_shows_what_was_sent_or_given() {
    let verifier = verifier();
    let secrets = ["the-code", SECRET, verifier.secret().expose_secret()];
    let echo = format!(
        r#"{{"error":"invalid_request","error_description":"{}"}}"#,
        secrets.join(" and ")
    );
    let odd = r#"{"access_token":"given","expires_in":"given"}"#;
    let stub = Stub::start([Reply::json(400, &echo), Reply::json(200, odd)]).await;
    let application = application(&stub.url);
    let error = application
        .exchange("the-code", &verifier)
        .await
        .unwrap_err();
    for secret in secrets {
        assert!(!format!("{error:?} {error}").contains(secret), "{error:?}");
    }
    let error = application
        .exchange("the-code", &verifier)
        .await
        .unwrap_err();
    assert!(!format!("{error:?}").contains("given"), "{error:?}");
    let malformed = OauthError::Call(RestError::Malformed {
        host: application.base_url().host().to_owned(),
        why: "no tokens in it".into(),
    });
    assert_eq!(error, malformed);
}

#[tokio::test]
async fn an_application_is_not_made_of_anything() {
    drop(client("http://127.0.0.1:1"));
    let credentials = Credentials {
        client_id: "signalbox".into(),
        client_secret: SecretString::from(SECRET),
        redirect_uri: String::new(),
    };
    assert!(!format!("{credentials:?}").contains(SECRET));
    let http = http_client("https://gitlab.example", Timeouts::default()).unwrap();
    assert!(Application::new(http, "gitlab.example", credentials).is_err());
}
