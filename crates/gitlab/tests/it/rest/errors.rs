//! One clear line for everything that can go wrong.

use std::time::Duration;

use gitlab::rest::{InvalidClient, Needs, NotTheApi, RestError, Retry, http_client, if_found};
use secrecy::SecretString;

use super::stub::{Reply, Stub};
use super::{TOKEN, client, hasty_client, shop};

const HOST: &str = "gitlab.example";

/// The error of a call that gets `reply`, with the server's address replaced by [`HOST`].
async fn line_of(reply: Reply) -> (RestError, String) {
    let silent = matches!(reply, Reply::Silence);
    let stub = Stub::start([reply]).await;
    let client = if silent {
        hasty_client(&stub.url)
    } else {
        client(&stub.url)
    };
    let error = client.project(&shop()).await.unwrap_err();
    let line = error.to_string().replace(error.host(), HOST);
    assert!(error.to_string().contains(client.base_url().host()));
    (error, line)
}

#[track_caller]
fn check_line(error: &RestError, line: &str) {
    println!("{line}");
    assert!(!line.contains(TOKEN), "{line}");
    assert!(!line.chars().any(char::is_control), "{line:?}");
    assert!(line.contains(HOST), "{line}");
    assert!(line.ends_with(&error.remedy()), "{line}");
    assert!(line.len() < 700, "{line}");
}

#[tokio::test]
async fn every_trouble_is_one_line_that_names_the_host_and_the_remedy() {
    let html = "<html><body>Sign in</body></html>";
    let minute = Duration::from_secs(60);
    let health = "try again, and look at its health if it lasts";
    let proxy = "check the address, and for a proxy that answers in GitLab's place";
    for (reply, expected, retry) in [
        (
            Reply::json(401, r#"{"message":"401 Unauthorized"}"#),
            "gitlab.example does not accept the token; set a token that is complete, not expired and not revoked".to_owned(),
            Retry::Never,
        ),
        (
            Reply::json(401, r#"{"error":"invalid_token","error_description":"Token was revoked."}"#),
            "gitlab.example does not accept the token (Token was revoked.); set a token that is complete, not expired and not revoked".to_owned(),
            Retry::Never,
        ),
        (
            Reply::json(403, r#"{"message":"403 Forbidden"}"#),
            "gitlab.example denies this token access to project acme/shop; give the token's owner the role it needs there".to_owned(),
            Retry::Never,
        ),
        (
            Reply::json(403, r#"{"message":"403 Forbidden - Your account has been blocked."}"#),
            "gitlab.example denies this token access to project acme/shop (Your account has been blocked.); the token's owner has to sign in to GitLab on the web".to_owned(),
            Retry::Never,
        ),
        (
            Reply::json(403, r#"{"error":"insufficient_scope","error_description":"More is needed.","scope":"api"}"#),
            "gitlab.example denies this token access to project acme/shop (More is needed.); set a token with the scope api".to_owned(),
            Retry::Never,
        ),
        (
            Reply::json(404, r#"{"message":"404 Project Not Found"}"#),
            "gitlab.example has no project acme/shop, or hides it (Project Not Found); check the spelling, and that the token's owner may see it".to_owned(),
            Retry::Never,
        ),
        (
            Reply::json(400, r#"{"message":{"title":["can't be blank"]}}"#),
            "gitlab.example refuses with status 400: title can't be blank; change what it objects to".to_owned(),
            Retry::Never,
        ),
        (
            Reply::json(422, ""),
            "gitlab.example refuses with status 422: unprocessable entity; change what it objects to".to_owned(),
            Retry::Never,
        ),
        (
            Reply::typed(429, "text/plain", "Retry later").with("retry-after", "37"),
            "gitlab.example asks for a pause of 37s; try again after it".to_owned(),
            Retry::After(Duration::from_secs(37)),
        ),
        (
            Reply::typed(429, "text/plain", "Retry later"),
            "gitlab.example asks for a pause of 60s; try again after it".to_owned(),
            Retry::After(minute),
        ),
        (
            Reply::json(500, r#"{"message":"500 Internal Server Error"}"#),
            format!("gitlab.example failed with status 500; {health}"),
            Retry::Backoff,
        ),
        (
            Reply::typed(502, "text/html", html),
            format!("gitlab.example failed with status 502; {health}"),
            Retry::Backoff,
        ),
        (
            Reply::typed(200, "text/html; charset=utf-8", html),
            format!("gitlab.example answered a web page, not GitLab's API (status 200); {proxy}"),
            Retry::Backoff,
        ),
        (
            Reply::typed(404, "text/html", html),
            format!("gitlab.example answered a web page, not GitLab's API (status 404); {proxy}"),
            Retry::Backoff,
        ),
        (
            Reply::typed(200, "text/plain", "It works"),
            format!("gitlab.example answered text/plain, not GitLab's API (status 200); {proxy}"),
            Retry::Backoff,
        ),
        (
            Reply::json(200, r#"{"id": 1, "name": "sh"#),
            "gitlab.example answered JSON that is not GitLab's (EOF while parsing a string at line 1 column 21); check the address and GitLab's version".to_owned(),
            Retry::Backoff,
        ),
        (
            Reply::json(200, r#"{"hello": "world"}"#),
            "gitlab.example answered JSON that is not GitLab's (missing field `id` at line 1 column 18); check the address and GitLab's version".to_owned(),
            Retry::Backoff,
        ),
        (
            Reply::Endless,
            "the answer of gitlab.example is longer than 5000000 bytes; ask for less".to_owned(),
            Retry::Never,
        ),
        (
            Reply::json(200, &" ".repeat(5_000_001)),
            "the answer of gitlab.example is longer than 5000000 bytes; ask for less".to_owned(),
            Retry::Never,
        ),
        (
            Reply::BreaksOff,
            "the answer of gitlab.example broke off; try again, and look at proxies between if it lasts".to_owned(),
            Retry::Backoff,
        ),
        (
            Reply::Silence,
            format!("gitlab.example did not answer in time; {health}"),
            Retry::Backoff,
        ),
        (
            Reply::json(302, "").with("location", "https://sso.example/login?next=secret"),
            "gitlab.example redirects to https://sso.example/login; use that address if GitLab or the project moved there, else look at the proxy".to_owned(),
            Retry::Never,
        ),
    ] {
        let (error, line) = line_of(reply).await;
        check_line(&error, &line);
        assert_eq!((line, error.retry()), (expected, retry));
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_is_unreachable() {
    let stub = Stub::start([]).await;
    let url = stub.url.clone();
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = closed.local_addr().unwrap().port();
    drop(closed);
    let error = client(&format!("http://127.0.0.1:{port}"))
        .version()
        .await
        .unwrap_err();
    let line = error.to_string().replace(error.host(), HOST);
    check_line(&error, &line);
    assert!(
        line.starts_with("gitlab.example cannot be reached (Connection refused"),
        "{line}"
    );
    assert_eq!(error.retry(), Retry::Backoff);
    assert!(error.certainly_not_done());

    // TLS to a server that speaks none.
    let error = client(&url.replace("http:", "https:"))
        .version()
        .await
        .unwrap_err();
    assert!(matches!(error, RestError::Unreachable { .. }), "{error:?}");
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_takes_no_token_along() {
    let elsewhere = Stub::start([Reply::json(200, "{}")]).await;
    let there = format!("{}/api/v4/projects/1", elsewhere.url);
    let stub = Stub::start([
        Reply::json(301, "").with("location", &there),
        Reply::json(307, "").with("location", &there),
    ])
    .await;
    let client = client(&stub.url);
    let read = client.project(&shop()).await.unwrap_err();
    let written = client.close_issue(&shop(), 1).await.unwrap_err();
    for error in [read, written] {
        assert!(
            matches!(&error, RestError::Redirected { to, .. } if *to == there),
            "{error:?}"
        );
    }
    assert!(elsewhere.requests().is_empty());
}

#[tokio::test]
async fn what_only_administrators_may_says_so() {
    let forbidden = || Reply::json(403, r#"{"message":"403 Forbidden"}"#);
    let stub = Stub::start([forbidden(), forbidden()]).await;
    let client = client(&stub.url);
    let listed = client.features().await.unwrap_err();
    let deleted = client.delete_feature("tidy_sidebar").await.unwrap_err();
    let host = client.base_url().host();
    let remedy = "set an administrator's token with the scope api";
    assert_eq!(
        listed.to_string(),
        format!("{host} denies this token access to feature flags; {remedy}")
    );
    assert_eq!(
        deleted.to_string(),
        format!("{host} denies this token access to feature flag tidy_sidebar; {remedy}")
    );
    assert!(matches!(
        listed,
        RestError::Forbidden {
            needs: Needs::Administrator,
            ..
        }
    ));
}

#[tokio::test]
async fn an_answer_that_repeats_the_token_does_not_leak_it() {
    let echo = format!(r#"{{"message":"you sent {TOKEN}\n and more"}}"#);
    let place = format!("https://elsewhere.example/{TOKEN}?token={TOKEN}");
    for reply in [
        Reply::json(400, &echo),
        Reply::json(401, &echo),
        Reply::json(403, &echo),
        Reply::json(404, &echo),
        Reply::json(302, "").with("location", place),
        Reply::json(200, &format!(r#""{TOKEN}""#)),
        Reply::typed(200, &format!("text/{}", TOKEN.to_ascii_lowercase()), "x"),
    ] {
        let (error, line) = line_of(reply).await;
        check_line(&error, &line);
        assert!(!format!("{error:?}").contains(TOKEN), "{error:?}");
    }
}

#[tokio::test]
async fn a_page_in_place_of_nothing_is_not_a_success() {
    let stub = Stub::start([Reply::typed(200, "text/html", "<html>Sign in</html>")]).await;
    let error = client(&stub.url)
        .delete_feature("tidy_sidebar")
        .await
        .unwrap_err();
    let page = NotTheApi::WebPage;
    assert!(
        matches!(&error, RestError::NotGitLab { answer, .. } if *answer == page),
        "{error:?}"
    );
    assert!(!error.certainly_not_done());
}

#[tokio::test]
async fn absence_can_be_an_answer() {
    let (missing, _) = line_of(Reply::json(404, r#"{"message":"404 Not found"}"#)).await;
    assert_eq!(if_found::<()>(Err(missing)), Ok(None));
    let (failed, _) = line_of(Reply::json(500, "")).await;
    assert_eq!(if_found::<()>(Err(failed.clone())), Err(failed));
    assert_eq!(if_found(Ok(1)), Ok(Some(1)));
}

#[tokio::test]
async fn a_client_is_not_made_of_anything() {
    drop(client("http://127.0.0.1:1"));
    let make = |base_url: &str, token: &str| {
        let http = http_client(base_url, gitlab::rest::Timeouts::default()).unwrap();
        gitlab::rest::Client::new(http, base_url, &SecretString::from(token)).unwrap_err()
    };
    for token in ["", "glpat-\nx", "glpat-é"] {
        assert_eq!(make("https://gitlab.example", token), InvalidClient::Token);
    }
    let error = make("gitlab.example", TOKEN);
    assert_eq!(
        error.to_string(),
        "not a web address; write one such as https://gitlab.example.com"
    );
}

#[tokio::test]
async fn a_client_does_not_show_its_token() {
    let shown = format!("{:?}", client("https://gitlab.example"));
    assert_eq!(shown, r#"Client { base: "https://gitlab.example", .. }"#);
}
