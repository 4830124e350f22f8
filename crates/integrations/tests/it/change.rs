//! Setting integrations up as GitLab's API does, with the secret sealed.

use integrations::{Integrations, Parts, PutError};
use notify::Integration;
use notify::settings::api::{Editor, summary};
use serde_json::json;
use store::{AuditFilter, OpenOptions, Store, Subject};

use crate::world::{
    URL, fixed, load, note, parameters, parts, project, push, put_app, put_webhook, store, told,
};

#[tokio::test]
async fn an_integration_is_set_up_changed_and_reset_as_in_gitlab() {
    let store = store().await;
    let integrations = load(&store, fixed(&[])).await;
    let shop = || project("acme/shop");
    assert!(
        integrations
            .of(&shop(), Integration::Webhook)
            .await
            .unwrap()
            .is_none()
    );
    assert!(
        integrations
            .reset(shop(), Integration::Webhook, note())
            .await
            .unwrap()
            .is_none()
    );
    let missing = put_webhook(&integrations, shop(), json!({"channel": "#a"})).await;
    assert!(matches!(&missing, Err(PutError::Refused(refused)) if refused.status() == 400));
    assert_eq!(missing.unwrap_err().to_string(), "webhook is missing");

    let set = json!({"webhook": URL, "channel": "#a", "username": "GitLab"});
    let shown = put_webhook(&integrations, shop(), set).await.unwrap();
    assert!(shown.stored.active && shown.record().has_webhook);
    let first = summary(&shown.record()).unwrap();
    assert_eq!(
        (&first["slug"], &first["active"]),
        (&json!("slack"), &json!(true))
    );
    // What is not named stays, the secret included.
    let shown = put_webhook(&integrations, shop(), json!({"channel": "#b"}))
        .await
        .unwrap();
    assert_eq!(summary(&shown.record()).unwrap()["id"], first["id"]);
    assert_eq!(
        told(&integrations, &push("acme/shop", None)),
        "webhook of \"acme/shop\" in #b"
    );
    let held = integrations.now();
    let webhook = held.webhook("acme/shop").unwrap();
    assert_eq!(
        (webhook.url.reveal(), webhook.username.as_deref()),
        (URL, Some("GitLab"))
    );

    let reset = integrations
        .reset(shop(), Integration::Webhook, note())
        .await;
    let reset = reset.unwrap().unwrap();
    assert!(!reset.stored.active && !reset.record().has_webhook);
    assert!(integrations.now().webhook("acme/shop").is_none());
    assert!(told(&integrations, &push("acme/shop", None)).starts_with("nobody: "));

    let page = store.audit(AuditFilter::default()).await.unwrap();
    let facts = page.entries.iter().map(|entry| match &entry.subject {
        Subject::Integration { before, after, .. } => {
            assert_eq!(entry.note.author.name, "ana");
            let on = |facts: &Option<store::IntegrationFacts>| {
                facts
                    .as_ref()
                    .map(|facts| (facts.active, facts.has_webhook))
            };
            (on(before), on(after))
        }
        Subject::Flag { .. }
        | Subject::Installation { .. }
        | Subject::LinkedAccount { .. }
        | Subject::Connection { .. }
        | Subject::ApiToken { .. } => panic!("only an integration was changed"),
    });
    let (on, off) = (Some((true, true)), Some((false, false)));
    assert_eq!(facts.collect::<Vec<_>>(), [(on, off), (on, on), (None, on)]);
}

#[tokio::test]
async fn the_app_is_installed_everywhere_and_a_change_by_the_api_switches_it_on() {
    let integrations = load(&store().await, fixed(&[])).await;
    let shop = || project("acme/shop");
    let put = async |editor, active: bool| {
        let set = json!({"active": active, "channel": "#app", "push_events": true});
        let set = parameters(set);
        let put = integrations.put(shop(), Integration::App, editor, &set, note());
        put.await.unwrap().stored.active
    };
    // As in GitLab, the API has no switch; what it sets up speaks.
    assert!(put(Editor::Api, false).await);
    assert_eq!(told(&integrations, &push("acme/shop", None)), "app in #app");
    assert!(!put(Editor::Page, false).await);
    assert!(put(Editor::Api, false).await);
}

#[tokio::test]
async fn a_webhook_is_nowhere_in_the_database_and_opens_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("signalbox.db").display());
    let open = || Store::open(&url, OpenOptions::default());
    let store = open().await.unwrap();
    let integrations = load(&store, fixed(&[])).await;
    let shop = || project("acme/shop-of-the-test");
    let set = json!({"webhook": URL, "channel": "#a"});
    put_webhook(&integrations, shop(), set).await.unwrap();
    let bytes = || {
        let files = std::fs::read_dir(folder.path()).unwrap();
        let files = files.map(|file| std::fs::read(file.unwrap().path()).unwrap());
        files.flatten().collect::<Vec<u8>>()
    };
    let has = |bytes: &[u8], text: &str| {
        bytes
            .windows(text.len())
            .any(|part| part == text.as_bytes())
    };
    let check = |bytes: &[u8]| {
        assert!(
            has(bytes, "acme/shop-of-the-test"),
            "these are the bytes of another file"
        );
        assert!(!has(bytes, "s3cr3t") && !has(bytes, "hooks.slack.com"));
    };
    check(&bytes());
    drop(integrations);
    store.close().await;
    drop(store);
    check(&bytes());
    let store = open().await.unwrap();
    let integrations = load(&store, fixed(&[])).await;
    let held = integrations.now();
    assert_eq!(held.webhook(shop().path()).unwrap().url.reveal(), URL);
}

#[tokio::test]
async fn a_webhook_moved_to_another_place_in_the_database_does_not_open() {
    let store = store().await;
    let integrations = load(&store, fixed(&[])).await;
    let set = json!({"webhook": URL, "channel": "#a"});
    let shown = put_webhook(&integrations, project("acme/shop"), set)
        .await
        .unwrap();
    let write = store::IntegrationWrite {
        id: domain::IntegrationId::mint(1_700_000_000_000, 77),
        via: shown.stored.via,
        place: project("evil/shop"),
        active: true,
        properties: shown.stored.properties.clone(),
        webhook: store::WebhookWrite::Set(shown.stored.webhook.unwrap()),
        workspace: store::WorkspaceWrite::Keep,
        note: note(),
    };
    let entry = domain::AuditId::mint(1_700_000_000_000, 78);
    let now = "2026-01-06T10:00:00Z".parse().unwrap();
    store.save_integration(write, now, entry).await.unwrap();
    let integrations = load(&store, fixed(&[])).await;
    assert!(integrations.now().webhook("evil/shop").is_none());
    assert!(integrations.now().webhook("acme/shop").is_some());
}

#[tokio::test]
async fn without_a_key_no_webhook_is_taken_and_nothing_is_changed() {
    let store = store().await;
    let parts = Parts {
        keys: None,
        ..parts(&store, fixed(&[]))
    };
    let integrations = Integrations::load(parts).await.unwrap();
    let refused = put_webhook(&integrations, project("a/b"), json!({"webhook": URL})).await;
    let refused = refused.unwrap_err();
    assert!(matches!(refused, PutError::NoKey), "{refused:?}");
    assert_eq!(
        refused.to_string(),
        "a webhook is a secret, and nothing is set to keep it with: set secret_key"
    );
    assert!(store.integrations().await.unwrap().is_empty());
    // The app needs none.
    let app = json!({"active": true, "channel": "#a", "push_events": true});
    put_app(&integrations, project("a/b"), app).await.unwrap();
}

#[tokio::test]
async fn a_webhook_in_the_clear_is_not_taken_and_not_repeated() {
    let integrations = load(&store().await, fixed(&[])).await;
    let url = "http://hooks.slack.com/services/T1/B1/s3cr3t";
    let refused = put_webhook(&integrations, project("a/b"), json!({"webhook": url})).await;
    let told = refused.unwrap_err().to_string();
    assert_eq!(told, "webhook must begin with https://");
}
