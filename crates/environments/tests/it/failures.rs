//! A remote environment that fails: one clear line each, with the host and the remedy.

use std::time::Duration;

use axum::http::Method;
use environments::{ChangeError, Environment};

use crate::gitlab::{Fault, GitLab};
use crate::world::{
    TOKEN, along, audit, client, flag, gates, patient, remote, remote_parts, set, store,
};

/// Long enough for an answer on a busy machine, short enough to wait for.
const PATIENCE: Duration = Duration::from_millis(1500);

/// What every way of asking says when the environment fails so.
async fn told(environment: &Environment) -> String {
    let told = environment.list().await.unwrap_err().to_string();
    let sidebar = flag("tidy_sidebar");
    let others = [
        environment.get(&sidebar).await.unwrap_err().to_string(),
        environment
            .preview(&set("tidy_sidebar", "true"))
            .await
            .unwrap_err()
            .to_string(),
        environment
            .change(set("tidy_sidebar", "true"))
            .await
            .unwrap_err()
            .to_string(),
        environment
            .delete(&sidebar, along())
            .await
            .unwrap_err()
            .to_string(),
        environment
            .restore(&sidebar, None, None, along())
            .await
            .unwrap_err()
            .to_string(),
    ];
    assert!(others.iter().all(|other| *other == told), "{others:?}");
    told
}

#[tokio::test]
async fn an_environment_that_does_not_answer_is_told_in_one_line_with_host_and_remedy() {
    let store = store().await;
    let healthy = "try again, and look at its health if it lasts";
    for (fault, expected) in [
        (Fault::Silence, format!("HOST did not answer in time; {healthy}")),
        (
            Fault::Status(401),
            "HOST does not accept the token; set a token that is complete, not expired and not revoked".to_owned(),
        ),
        (
            Fault::Status(403),
            "HOST denies this token access to feature flags; set an administrator's token with the scope api".to_owned(),
        ),
        (
            Fault::WebPage,
            "HOST answered a web page, not GitLab's API (status 200); check the address, and for a proxy that answers in GitLab's place".to_owned(),
        ),
        (
            Fault::Status(502),
            format!("HOST failed with status 502; {healthy}"),
        ),
        (
            Fault::Status(429),
            "HOST asks for a pause of 60s; try again after it".to_owned(),
        ),
    ] {
        let gitlab = GitLab::start().await;
        gitlab.fail(Method::GET, 0, fault);
        let total = match fault {
            Fault::Silence => Duration::from_millis(20),
            _ => Duration::from_secs(15),
        };
        let staging = remote(remote_parts(&store, client(&gitlab.url, total)));
        let line = told(&staging).await;
        assert_eq!(line.replace(gitlab.host(), "HOST"), expected, "{fault:?}");
        assert!(!line.contains('\n') && !line.contains(TOKEN));
        assert!(gitlab.take_changes().is_empty(), "{fault:?}");
    }
    assert!(audit(&store).await.is_empty());
}

#[tokio::test]
async fn an_environment_that_is_down_is_told_in_one_line_with_host_and_remedy() {
    // A port that was just given back.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = listener.local_addr().unwrap().to_string();
    drop(listener);
    let store = store().await;
    let staging = remote(remote_parts(&store, patient(&format!("http://{host}"))));
    let line = told(&staging).await.replace(&host, "HOST");
    assert!(line.starts_with("HOST cannot be reached ("), "{line}");
    let remedy = "check its address, and name resolution, proxy, firewall and certificate";
    assert!(line.ends_with(remedy), "{line}");
    assert!(!line.contains('\n'));
}

#[tokio::test]
async fn nobody_claims_to_know_what_became_of_a_change_without_an_answer() {
    for (fault, why) in [
        (Fault::Silence, "HOST did not answer in time"),
        (Fault::DoneInSilence, "HOST did not answer in time"),
        (Fault::Status(502), "HOST failed with status 502"),
        (
            Fault::WebPage,
            "HOST answered a web page, not GitLab's API (status 200)",
        ),
        (
            Fault::Nonsense,
            "HOST answered JSON that is not GitLab's (missing field `name` at line 1 column 16)",
        ),
    ] {
        let store = store().await;
        let gitlab = GitLab::start().await;
        gitlab.fail(Method::POST, 0, fault);
        let client = match fault {
            Fault::Silence | Fault::DoneInSilence => client(&gitlab.url, PATIENCE),
            Fault::Status(_) | Fault::WebPage | Fault::Nonsense => patient(&gitlab.url),
        };
        let staging = remote(remote_parts(&store, client));
        let error = staging.change(set("tidy_sidebar", "true")).await;
        let error = error.unwrap_err();
        assert!(matches!(error, ChangeError::Uncertain { .. }), "{error:?}");
        let line = error.to_string().replace(gitlab.host(), "HOST");
        let expected = format!(
            "nobody knows whether tidy_sidebar was changed: {why}; look with `feature get tidy_sidebar`"
        );
        assert_eq!(line, expected, "{fault:?}");
        // The audit says so as well, and asking again finds out.
        let entries = audit(&store).await;
        let expected = format!("tidy_sidebar none -> none refused: {error}");
        assert_eq!(entries, [expected]);
        gitlab.heal();
        let found = staging.get(&flag("tidy_sidebar")).await.unwrap().gates;
        assert_eq!(found, gitlab.gates("tidy_sidebar"));
    }
}

#[tokio::test]
async fn nobody_claims_to_know_what_became_of_a_delete_without_an_answer() {
    let store = store().await;
    let gitlab = GitLab::start().await;
    gitlab.keep("tidy_sidebar", gates(r#"{"boolean": true}"#));
    gitlab.fail(Method::DELETE, 0, Fault::DoneInSilence);
    let staging = remote(remote_parts(&store, client(&gitlab.url, PATIENCE)));
    let deleted = staging.delete(&flag("tidy_sidebar"), along()).await;
    assert!(matches!(deleted, Err(ChangeError::Uncertain { .. })));
    assert_eq!(audit(&store).await.len(), 1);
}

#[tokio::test]
async fn a_change_that_was_certainly_not_made_is_told_as_that() {
    let store = store().await;
    let gitlab = GitLab::start().await;
    let staging = remote(remote_parts(&store, patient(&gitlab.url)));
    gitlab.fail(Method::POST, 0, Fault::Status(429));
    let limited = staging.change(set("tidy_sidebar", "true")).await;
    assert!(matches!(limited, Err(ChangeError::Environment(_))));
    assert!(audit(&store).await.is_empty());
}
