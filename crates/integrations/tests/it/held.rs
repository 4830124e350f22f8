//! What the configuration says, with what people have set up laid over it.

use integrations::{Fixed, Integrations, LoadError, Parts};
use notify::Integration;
use notify::settings::api::Editor;
use serde_json::json;
use store::Place;

use crate::world::{
    Log, URL, fixed, group, keys, load, note, parameters, parts, project, push, put_app,
    put_webhook, store, told,
};

#[tokio::test]
async fn what_is_set_up_takes_the_place_of_the_configurations_and_leaves_the_rest() {
    let configuration = fixed(&[
        json!({"path": "acme", "channel": "#acme", "push_events": true}),
        json!({"path": "Acme/Shop", "channel": "#conf-app", "push_events": true}),
        json!({"path": "acme/tool", "channel": "#tool", "push_events": true}),
    ]);
    let integrations = load(&store().await, configuration).await;
    let shop = push("acme/shop", None);
    assert_eq!(told(&integrations, &shop), "app in #conf-app");
    let set = json!({"active": true, "channel": "#set-up", "push_events": true});
    put_app(&integrations, project("acme/shop"), set)
        .await
        .unwrap();
    assert_eq!(told(&integrations, &shop), "app in #set-up");
    // The other integration of the place, and other places, are the configuration's still.
    assert_eq!(
        told(&integrations, &push("acme/tool", None)),
        "app in #tool"
    );
    assert_eq!(told(&integrations, &push("acme/new", None)), "app in #acme");
    assert_eq!(integrations.now().subscriptions.len(), 3);

    let off = json!({"active": false});
    put_app(&integrations, project("acme/shop"), off)
        .await
        .unwrap();
    let silent = told(&integrations, &shop);
    assert!(silent.starts_with("nobody: "), "{silent}");
    let inherits = json!({"active": true, "use_inherited_settings": true});
    put_app(&integrations, project("acme/shop"), inherits)
        .await
        .unwrap();
    assert_eq!(told(&integrations, &shop), "app in #acme");
}

#[tokio::test]
async fn a_configuration_that_contradicts_itself_is_not_loaded() {
    let webhook = json!({"path": "a", "integration": "slack", "webhook": URL});
    let configuration = fixed(&[webhook.clone(), webhook]);
    let loaded = Integrations::load(parts(&store().await, configuration)).await;
    assert!(matches!(loaded.err(), Some(LoadError::Configuration(_))));
}

/// A group's webhook, and one of a project in it, both set up with the key `9f…`.
async fn two_webhooks() -> store::Store {
    let store = store().await;
    let integrations = load(&store, fixed(&[])).await;
    for (place, channel) in [
        (group("acme", None), "#group"),
        (project("acme/shop"), "#shop"),
    ] {
        let set = json!({"webhook": URL, "channel": channel});
        put_webhook(&integrations, place, set).await.unwrap();
    }
    assert_eq!(
        told(&integrations, &push("acme/shop", None)),
        "webhook of \"acme/shop\" in #shop"
    );
    store
}

#[tokio::test]
async fn a_webhook_that_no_key_opens_is_told_of_and_off() {
    let store = two_webhooks().await;
    for (keys, why) in [
        (
            keys("11"),
            "a stored secret cannot be opened with the configured keys",
        ),
        (
            None,
            "its webhook is sealed, and the setting secret_key is missing",
        ),
    ] {
        let log = Log::listen();
        let has_webhook_above = fixed(&[
            json!({"integration": "slack", "webhook": URL, "channel": "#instance"}),
            json!({"path": "acme/shop", "integration": "slack", "webhook": URL, "channel": "#conf"}),
        ]);
        let parts = Parts {
            keys,
            ..parts(&store, has_webhook_above)
        };
        let integrations = Integrations::load(parts).await.unwrap();
        let lines = log.take();
        assert_eq!(lines.len(), 2, "{lines:?}");
        for (line, place) in lines.iter().zip(["acme", "acme/shop"]) {
            assert!(
                line.starts_with(
                    "ERROR an integration that was set up cannot be used, so it is off"
                ),
                "{line}"
            );
            assert!(
                line.contains(&format!("place={place} via=webhook")),
                "{line}"
            );
            assert!(line.contains(why), "{line}");
            assert!(!line.contains("s3cr3t"), "{line}");
        }
        // Off: neither what is above it nor the configuration speaks in its place.
        let silent = told(&integrations, &push("acme/shop", None));
        assert!(silent.starts_with("nobody: "), "{silent}");
        assert!(integrations.now().webhook("acme/shop").is_none());
        let elsewhere = told(&integrations, &push("other/shop", None));
        assert_eq!(elsewhere, "webhook of \"\" in #instance");
    }
}

#[tokio::test]
async fn a_webhook_that_no_key_opens_does_not_matter_where_it_is_not_used() {
    let store = two_webhooks().await;
    let integrations = load(&store, fixed(&[])).await;
    let inherits = json!({"use_inherited_settings": true});
    put_webhook(&integrations, project("acme/shop"), inherits)
        .await
        .unwrap();
    let off = parameters(json!({"active": false}));
    integrations
        .put(
            group("acme", None),
            Integration::Webhook,
            Editor::Page,
            &off,
            note(),
        )
        .await
        .unwrap();
    let log = Log::listen();
    let parts = Parts {
        keys: None,
        ..parts(&store, fixed(&[]))
    };
    Integrations::load(parts).await.unwrap();
    assert!(log.take().is_empty());
}

#[tokio::test]
async fn an_integration_that_cannot_be_used_switches_off_nobody_elses() {
    // Without a default workspace only a webhook that names one says where it goes.
    let no_workspace = || Fixed {
        workspace: None,
        ..fixed(&[])
    };
    let store = store().await;
    let integrations = load(&store, no_workspace()).await;
    let hook = json!({"webhook": URL, "channel": "#shop"});
    put_webhook(&integrations, project("acme/shop"), hook)
        .await
        .unwrap();
    let log = Log::listen();
    let app = json!({"active": true, "channel": "#tool", "push_events": true});
    put_app(&integrations, project("acme/tool"), app)
        .await
        .unwrap();
    assert!(log.take()[0].contains("names no workspace, and there is no default one"));
    assert_eq!(
        told(&integrations, &push("acme/shop", None)),
        "webhook of \"acme/shop\" in #shop"
    );
    let silent = told(&integrations, &push("acme/tool", None));
    assert!(silent.starts_with("nobody: "), "{silent}");
}

#[tokio::test]
async fn what_was_set_up_last_counts_where_a_group_has_taken_a_projects_path() {
    let store = store().await;
    let parts = parts(&store, fixed(&[]));
    let clock = parts.clock.clone();
    let integrations = Integrations::load(parts).await.unwrap();
    for (place, channel) in [
        (project("acme/shop"), "#project"),
        (group("acme/shop", None), "#group"),
    ] {
        let set = json!({"webhook": URL, "channel": channel});
        put_webhook(&integrations, place, set).await.unwrap();
        clock.advance(std::time::Duration::from_secs(60));
    }
    let other = json!({"webhook": URL, "channel": "#other"});
    put_webhook(&integrations, project("acme/other"), other)
        .await
        .unwrap();
    let log = Log::listen();
    let integrations = load(&store, fixed(&[])).await;
    assert!(log.take().is_empty());
    assert_eq!(
        told(&integrations, &push("acme/shop/cart", None)),
        "webhook of \"acme/shop\" in #group"
    );
    assert_eq!(
        told(&integrations, &push("acme/other", None)),
        "webhook of \"acme/other\" in #other"
    );
}

#[tokio::test]
async fn a_webhook_is_found_under_the_path_that_events_have() {
    let integrations = load(&store().await, fixed(&[])).await;
    for path in ["Acme/Shop", "Größe/Ämter"] {
        let set = json!({"webhook": URL, "channel": "#x"});
        put_webhook(&integrations, project(path), set)
            .await
            .unwrap();
        let notify::Routed::Deliver { speaker, .. } = integrations.route(&push(path, None)) else {
            panic!("nobody tells of {path}");
        };
        let notify::Speaker::Webhook { place } = speaker else {
            panic!("the app tells of {path}");
        };
        assert!(integrations.now().webhook(&place).is_some(), "{place}");
    }
}

#[tokio::test]
async fn a_sandboxs_webhooks_follow_it_to_another_port() {
    let store = store().await;
    let at = |port: u16| Parts {
        slack_url: Some(format!("http://127.0.0.1:{port}/api/")),
        ..parts(&store, fixed(&[]))
    };
    let first = Integrations::load(at(7401)).await.unwrap();
    let set = json!({"webhook": "http://127.0.0.1:7401/services/T1/B1/x", "channel": "#x"});
    put_webhook(&first, project("acme/shop"), set)
        .await
        .unwrap();
    let second = Integrations::load(at(9401)).await.unwrap();
    for (integrations, port) in [(&first, 7401), (&second, 9401)] {
        let held = integrations.now();
        let url = held.webhook("acme/shop").unwrap().url.reveal();
        assert_eq!(url, format!("http://127.0.0.1:{port}/services/T1/B1/x"));
    }
    // Another program's address is no Slack's, and must be encrypted.
    let foreign = json!({"webhook": "http://127.0.0.1:7403/services/T1/B1/x"});
    put_webhook(&second, project("acme/shop"), foreign)
        .await
        .unwrap_err();
}

#[tokio::test]
async fn the_instance_has_integrations_as_well() {
    let integrations = load(&store().await, fixed(&[])).await;
    let set = json!({"webhook": URL, "channel": "#all"});
    put_webhook(&integrations, Place::Instance, set)
        .await
        .unwrap();
    let held = integrations.now();
    assert_eq!(held.webhook("").unwrap().url.reveal(), URL);
    assert_eq!(
        told(&integrations, &push("a/b", None)),
        "webhook of \"\" in #all"
    );
}
