//! The pages of projects: both integrations, which one speaks, and the forms that change them.

use axum::http::StatusCode;
use store::{Place, Via};

use crate::pages::{HOSTILE, OWN_PAGE, assert_harmless, escape};
use crate::pages_flags::{FORM, assert_says, words};

use crate::world::{Outside, World, push};

const APP: &str = "/projects/acme/web/-/gitlab-slack-application";
const OLD: &str = "/projects/acme/web/-/slack";
const HOOK: &str = "https%3A%2F%2Fhooks.slack.com%2Fservices%2FT0DEMO%2FB1%2Fs3cr3t";

/// A service that has heard of project 7, `acme/web`.
async fn world() -> World {
    let world = World::demo().await;
    let mut event: serde_json::Value = serde_json::from_str(&push("main")).expect("JSON");
    event["project"]["id"] = 7.into();
    let answer = world.webhook(&[], &event.to_string()).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    world
}

async fn save(world: &World, path: &str, form: &str) {
    let answer = world.post(path, FORM, form).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
}

#[tokio::test]
async fn both_integrations_stand_side_by_side_with_the_one_that_speaks() {
    let world = world().await;
    let page = world.page("/projects/acme/web").await;
    assert_eq!(page.status, StatusCode::OK);
    assert_says(
        &page,
        &[
            "project 7 in GitLab",
            "Nothing is set up here, so nobody speaks",
            "GitLab for Slack app Not set up.",
            "Slack notifications move into the GitLab for Slack app",
        ],
    );
    assert!(page.text.contains("href=\"#gitlab-slack-application\""));
    save(
        &world,
        APP,
        "active=true&push_events=true&push_channel=%23web",
    )
    .await;
    let page = world.page("/projects/acme/web").await;
    assert_says(&page, &["The app speaks: only this one is set up here"]);
    save(
        &world,
        OLD,
        &format!("active=true&webhook={HOOK}&username=gitlab"),
    )
    .await;
    let page = world.page("/projects/acme/web").await;
    assert_says(
        &page,
        &["The webhook speaks: ", "Slack notifications speaks"],
    );
    assert!(!page.text.contains("s3cr3t"), "{}", page.text);
    assert!(page.text.contains("************ is kept"), "{}", page.text);
    assert!(page.text.contains("value=\"#web\""), "{}", page.text);
}

#[tokio::test]
async fn a_form_keeps_the_webhook_that_it_does_not_show_and_the_audit_tells_of_it() {
    let world = world().await;
    save(&world, OLD, &format!("active=true&webhook={HOOK}")).await;
    save(
        &world,
        OLD,
        "active=true&webhook=&channel=%23old&reason=quieter",
    )
    .await;
    let place = Place::Project {
        path: "Acme/Web".parse().expect("a path"),
        id: None,
    };
    let stored = world
        .store
        .integration(&place, Via::Webhook)
        .await
        .expect("the store");
    let stored = stored.expect("it is stored");
    assert!(stored.webhook.is_some() && stored.active);
    let Place::Project { id, .. } = stored.place else {
        panic!("a project's");
    };
    assert_eq!(id, Some(7), "the number comes from the events");
    let page = world.page("/audit?place=acme/web").await;
    assert_says(
        &page,
        &[
            "acme/web Slack notifications",
            "channel: none → #old",
            "visitor on a page quieter",
        ],
    );
    assert!(!page.text.contains("s3cr3t"));
    let reset = world.post(&format!("{OLD}/resets"), OWN_PAGE, "").await;
    assert_eq!(
        reset.status,
        StatusCode::BAD_REQUEST,
        "a form has a type: {}",
        reset.text
    );
    let reset = world.post(&format!("{OLD}/resets"), FORM, "").await;
    assert_eq!(reset.status, StatusCode::SEE_OTHER);
    let stored = world
        .store
        .integration(&place, Via::Webhook)
        .await
        .expect("the store");
    assert!(stored.is_some_and(|stored| !stored.active && stored.webhook.is_none()));
}

#[tokio::test]
async fn a_form_that_is_refused_is_shown_again_as_it_was_filled_in() {
    let world = world().await;
    for (path, form, part) in [
        (OLD, "active=true&channel=%23kept", "webhook is missing"),
        (
            OLD,
            "active=true&channel=%23kept&webhook=nonsense",
            "webhook is not a web address",
        ),
        (
            APP,
            "active=true&channel=%23kept&push_channel=a%20b%26",
            "push_channel",
        ),
        (APP, "active=perhaps&channel=%23kept", "active is invalid"),
    ] {
        let page = world.post(path, FORM, form).await;
        assert_eq!(
            page.status,
            StatusCode::BAD_REQUEST,
            "{form}: {}",
            page.text
        );
        assert_says(&page, &["Nothing was saved:", part]);
        assert!(
            page.text.contains("value=\"#kept\""),
            "{form}: {}",
            page.text
        );
    }
    let all = world.store.integrations().await.expect("the store");
    assert_eq!(all, [], "nothing was saved");
    for path in [
        "/projects/acme/web/-/jira",
        "/projects/acme/web",
        "/projects/a//b/-/slack",
    ] {
        let answer = world.post(path, FORM, "active=true").await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
    }
    let elsewhere = [("Sec-Fetch-Site", "cross-site"), FORM[2]];
    for path in [APP, OLD, "/groups/acme/-/slack", "/instance/-/slack"] {
        let refused = world.post(path, &elsewhere, "active=true").await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{path}");
    }
}

#[tokio::test]
async fn a_project_takes_what_its_group_has_until_it_has_its_own() {
    let world = world().await;
    save(
        &world,
        "/groups/acme/-/gitlab-slack-application",
        "active=true&push_events=true&channel=%23group",
    )
    .await;
    let page = world.page("/projects/acme/web").await;
    assert_says(
        &page,
        &["The app speaks:", "Not set up here; it inherits from acme."],
    );
    assert!(page.text.contains("value=\"#group\""));
    save(&world, APP, "active=false&use_inherited_settings=false").await;
    let page = world.page("/projects/acme/web").await;
    assert_says(
        &page,
        &[
            "Nothing is set up here, so nobody speaks",
            "Inherit from acme",
        ],
    );
    save(&world, APP, "use_inherited_settings=true").await;
    let page = world.page("/projects/acme/web").await;
    assert_says(&page, &["The app speaks:"]);
}

#[tokio::test]
async fn a_place_that_only_the_configuration_names_is_shown_and_not_editable() {
    let subscription = serde_json::json!({
        "path": "acme/web", "integration": "slack", "push_channel": "#fixed",
        "webhook": "https://hooks.slack.com/services/T0DEMO/B1/s3cr3t",
    });
    let mut outside = Outside::none();
    let subscription = serde_json::from_value(subscription).expect("a subscription");
    outside.fixed.subscriptions.push(subscription);
    let world = World::open(outside).await;
    let page = world.page("/projects/acme/web").await;
    assert_says(
        &page,
        &[
            "The webhook speaks: only this one is set up here",
            "Set in the configuration file; it is changed there.",
            "whose number in GitLab is not known",
        ],
    );
    assert!(page.text.contains("value=\"#fixed\""));
    assert!(!page.text.contains("s3cr3t"));
    let (_, old) = page.text.split_once("id=\"slack\"").expect("the old entry");
    assert!(old.contains("<fieldset class=\"plain\" disabled>"), "{old}");
    assert!(!old.contains("<button"), "{old}");
}

#[tokio::test]
async fn a_project_with_a_channel_of_its_own_is_told_so() {
    let mut outside = Outside::none();
    outside.fixed.unsubscribed = notify::settings::Unsubscribed::ChannelPerProject {
        workspace: "T0DEMO".parse().expect("a workspace"),
    };
    let world = World::open(outside).await;
    let page = world.page("/projects/acme/web").await;
    assert_says(
        &page,
        &[
            "The webhook speaks: nobody has defined or set the flag",
            "every event goes to a channel of its own",
        ],
    );
    // One that is switched off counts as none: never neither.
    save(&world, APP, "active=false").await;
    let page = world.page("/projects/acme/web").await;
    assert_says(
        &page,
        &[
            "The webhook speaks",
            "every event goes to a channel of its own",
        ],
    );
    save(&world, APP, "active=true&channel=%23web&push_events=true").await;
    let page = world.page("/projects/acme/web").await;
    assert_says(&page, &["The app speaks: only this one is set up here"]);
    assert!(!page.text.contains("a channel of its own"));
}

#[tokio::test]
async fn places_are_listed_with_the_one_that_speaks_for_each() {
    let world = world().await;
    save(
        &world,
        "/groups/acme/tools/-/gitlab-slack-application",
        "active=true",
    )
    .await;
    save(
        &world,
        "/instance/-/slack",
        &format!("active=true&webhook={HOOK}"),
    )
    .await;
    let page = world.page("/projects").await;
    assert_eq!(page.status, StatusCode::OK);
    assert_says(
        &page,
        &[
            "the whole instance instance The webhook speaks: only this one is set up here \
             Slack notifications: active",
            "acme/tools group The webhook speaks:",
            "acme/web project The webhook speaks:",
        ],
    );
    let found = world.page("/projects?text=TOOLS").await;
    assert!(found.text.contains("acme/tools") && !found.text.contains("acme/web"));
    assert_says(
        &world.page("/projects?text=zzz").await,
        &["No place is called so."],
    );
    for (href, said) in [
        ("/instance", "the whole instance"),
        ("/groups/acme/tools", "acme/tools"),
        ("/projects/acme/web", "acme/web"),
    ] {
        assert!(
            page.text.contains(&format!("href=\"{href}\">{said}")),
            "{href}"
        );
        assert_eq!(world.page(href).await.status, StatusCode::OK, "{href}");
    }
}

#[tokio::test]
async fn text_from_outside_stays_text_on_the_pages_of_projects() {
    for hostile in HOSTILE {
        let world = world().await;
        let query: String = hostile.bytes().map(|byte| format!("%{byte:02X}")).collect();
        for path in [
            format!("/projects?text={query}"),
            format!("/projects/{query}"),
            format!("/groups/{query}/x"),
        ] {
            let page = world.page(&path).await;
            assert!(
                page.text.starts_with("<!DOCTYPE html>"),
                "{path}: {}",
                page.text
            );
            assert_harmless(&page.text, &path);
        }
        let form = format!("active=perhaps&channel={query}&labels_to_be_notified={query}");
        let page = world.post(APP, FORM, &form).await;
        assert_harmless(&page.text, hostile);
        assert!(
            page.text.contains(&escape(hostile)),
            "{hostile}: {}",
            page.text
        );
        let form = format!("active=true&labels_to_be_notified={query}&reason={query}");
        save(&world, APP, &form).await;
        for path in ["/audit", "/projects/acme/web", "/projects"] {
            let page = world.page(path).await;
            assert_harmless(&page.text, &format!("{hostile} on {path}"));
            assert!(!words(&page).is_empty());
        }
    }
}
