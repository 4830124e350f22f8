//! Away to Slack and back.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use installations::{Callback, InstallError, missing_scopes};
use sha2::{Digest, Sha256};
use slack::OauthError;
use store::{Installation, InstallationState};

use crate::world::{
    BROWSER, REDIRECT, Setup, USUAL, World, keys, note, parameter, token_in, workspace,
};

#[tokio::test]
async fn a_workspace_that_installs_the_app_is_spoken_to_from_then_on() {
    let world = World::start().await;
    assert!(world.node.can_install());
    assert!(world.node.client(&workspace("T0ACME")).is_none());
    let details = r#"{"project":"acme/shop"}"#.to_owned();
    let url = world
        .node
        .begin_install(BROWSER, details.clone(), None)
        .await
        .unwrap();
    assert_eq!(url.path(), "/oauth/v2/authorize");
    assert_eq!(parameter(&url, "redirect_uri").as_deref(), Some(REDIRECT));
    assert_eq!(parameter(&url, "code_challenge"), None);
    let scopes = parameter(&url, "scope").unwrap();
    assert!(
        scopes.split(',').any(|scope| scope == "links:write"),
        "{scopes}"
    );
    let state = parameter(&url, "state").unwrap();
    assert_eq!(state.len(), 64, "256 bits");
    let finished = world.come_back(&state, "T0ACME").await.unwrap();
    assert_eq!((finished.details, finished.is_again), (details, false));
    let token = token_in(&world, &world.node, "T0ACME").await;
    assert_eq!(token.as_deref(), Some("xoxb-1-T0ACME"));
    let installed = world.node.get(&workspace("T0ACME")).unwrap();
    assert_eq!(installed.name, "Acme");
    assert_eq!(installed.bot_user.as_deref(), Some("UT0ACMEBOT"));
    assert_eq!(installed.bot_id.as_deref(), Some("BT0ACME"));
    assert_eq!(installed.installed_by.as_deref(), Some("U0DANA"));
    assert_eq!(installed.installed_at, Some(world.now()));
    assert!(!installed.is_fixed);
    let told = &world.audit().await[0];
    assert_eq!(told["author"]["name"], "dana", "{told}");
}

#[tokio::test]
async fn several_workspaces_have_the_app_side_by_side() {
    let world = World::start().await;
    world.install("T0ZOO").await;
    world.install("T0ACME").await;
    let names: Vec<_> = world
        .node
        .all()
        .iter()
        .map(|one| one.name.clone())
        .collect();
    assert_eq!(names, ["Acme", "Zoo"]);
    let token = token_in(&world, &world.node, "T0ZOO").await;
    assert_eq!(token.as_deref(), Some("xoxb-1-T0ZOO"));
}

#[tokio::test]
async fn tokens_are_stored_sealed_and_shown_nowhere() {
    let world = World::start().await;
    world.slack.told().lifetime = Some(43_200);
    let finished = world.install("T0ACME").await;
    let stored = world.store.installations().await.unwrap().remove(0);
    let row = Installation::token_row(&stored.workspace);
    assert_eq!(keys().open(&stored.token, &row).unwrap(), "xoxb-1-T0ACME");
    let refresh = stored.refresh_token.as_ref().unwrap();
    let row = Installation::refresh_row(&stored.workspace);
    assert_eq!(keys().open(refresh, &row).unwrap(), "xoxe-1-T0ACME");
    let shown = format!("{finished:?} {stored:?} {:?}", world.audit().await);
    assert!(!shown.contains("xox"), "{shown}");
}

#[tokio::test]
async fn an_app_that_is_installed_again_has_the_new_token_and_scopes() {
    let world = World::start().await;
    world.install("T0ACME").await;
    world.slack.told().scopes = "chat:write,commands,links:read";
    let finished = world.install("T0ACME").await;
    assert!(finished.is_again);
    assert_eq!(world.node.all().len(), 1);
    let token = token_in(&world, &world.node, "T0ACME").await;
    assert_eq!(token.as_deref(), Some("xoxb-2-T0ACME"));
    assert!(finished.installed.scopes().contains("links:read"));
}

#[tokio::test]
async fn what_was_not_granted_is_listed_the_needed_first() {
    let world = World::start().await;
    let finished = world.install("T0ACME").await;
    let missing = missing_scopes(&finished.installed);
    let names: Vec<_> = missing.iter().map(|used| used.scope).collect();
    assert_eq!(names.first(), Some(&"chat:write.public"));
    assert!(names.contains(&"links:write") && !names.contains(&"chat:write"));
    assert!(missing.is_sorted_by_key(|used| !used.is_core));
}

#[tokio::test]
async fn a_state_works_once() {
    let world = World::start().await;
    let state = world.begin().await;
    world.come_back(&state, "T0ACME").await.unwrap();
    let again = world.come_back(&state, "T0EVIL").await;
    assert!(
        matches!(again, Err(InstallError::UnknownState)),
        "{again:?}"
    );
    assert!(world.node.client(&workspace("T0EVIL")).is_none());
    assert_eq!(world.slack.calls_of("oauth.v2.access").len(), 1);
}

#[tokio::test]
async fn a_state_works_for_ten_minutes() {
    let world = World::start().await;
    let state = world.begin().await;
    world.advance(10);
    let late = world.come_back(&state, "T0ACME").await;
    assert!(matches!(late, Err(InstallError::UnknownState)), "{late:?}");
    assert!(world.slack.calls_of("oauth.v2.access").is_empty());
}

#[tokio::test]
async fn an_invented_state_is_refused() {
    let world = World::start().await;
    for state in ["", "0000", &"0".repeat(64), &"x".repeat(100_000)] {
        let refused = world.come_back(state, "T0EVIL").await;
        assert!(
            matches!(refused, Err(InstallError::UnknownState)),
            "{refused:?}"
        );
    }
    assert!(world.slack.calls_of("oauth.v2.access").is_empty());
}

#[tokio::test]
async fn a_state_works_in_the_browser_that_it_was_made_for_and_is_burnt_by_any_other() {
    let world = World::start().await;
    let state = world.begin().await;
    let callback = Callback {
        state: &state,
        code: Some("code-T0EVIL"),
        error: None,
    };
    let stolen = world
        .node
        .finish_install(callback, "another cookie", note())
        .await;
    assert!(
        matches!(stolen, Err(InstallError::OtherBrowser)),
        "{stolen:?}"
    );
    let late = world.come_back(&state, "T0ACME").await;
    assert!(matches!(late, Err(InstallError::UnknownState)), "{late:?}");
    assert!(world.slack.calls_of("oauth.v2.access").is_empty());
}

#[tokio::test]
async fn whoever_says_no_comes_back_to_where_they_were() {
    let world = World::start().await;
    let details = r#"{"project":"acme/shop"}"#.to_owned();
    let url = world
        .node
        .begin_install(BROWSER, details.clone(), None)
        .await
        .unwrap();
    let state = parameter(&url, "state").unwrap();
    let callback = Callback {
        state: &state,
        code: None,
        error: Some("access_denied"),
    };
    let cancelled = world.node.finish_install(callback, BROWSER, note()).await;
    let Err(InstallError::Cancelled { details: kept }) = cancelled else {
        panic!("{cancelled:?}");
    };
    assert_eq!(kept, details);
    assert!(world.node.all().is_empty());
}

#[tokio::test]
async fn what_slack_refuses_is_told_in_words_and_keeps_nothing() {
    let world = World::start().await;
    let state = world.begin().await;
    let callback = Callback {
        state: &state,
        code: None,
        error: Some("invalid_team_for_non_distributed_app"),
    };
    let refused = world.node.finish_install(callback, BROWSER, note()).await;
    let error = refused.unwrap_err();
    assert_eq!(
        error.to_string(),
        "Slack did not install the app (invalid_team_for_non_distributed_app)"
    );
    world.slack.refuses("oauth.v2.access", "bad_client_secret");
    let state = world.begin().await;
    let refused = world.come_back(&state, "T0ACME").await;
    let credentials = |error| matches!(error, InstallError::Oauth(OauthError::Credentials { .. }));
    assert!(refused.is_err_and(credentials));
    assert!(world.store.installations().await.unwrap().is_empty());
}

#[tokio::test]
async fn another_app_is_not_taken_for_this_one() {
    let world = World::start().await;
    world.slack.told().app_id = "A0EVIL";
    let state = world.begin().await;
    let refused = world.come_back(&state, "T0ACME").await;
    assert!(
        matches!(refused, Err(InstallError::OtherApp { .. })),
        "{refused:?}"
    );
    assert!(world.store.installations().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_token_that_does_not_work_is_not_kept() {
    let world = World::start().await;
    world.slack.refuses("auth.test", "account_inactive");
    let state = world.begin().await;
    let refused = world.come_back(&state, "T0ACME").await;
    assert!(
        matches!(refused, Err(InstallError::Token(_))),
        "{refused:?}"
    );
    assert!(world.store.installations().await.unwrap().is_empty());
}

#[tokio::test]
async fn pkce_proves_that_the_code_is_ours() {
    let world = World::with(Setup {
        pkce: true,
        ..USUAL
    })
    .await;
    let url = world
        .node
        .begin_install(BROWSER, "{}".to_owned(), None)
        .await
        .unwrap();
    let challenge = parameter(&url, "code_challenge").unwrap();
    assert_eq!(
        parameter(&url, "code_challenge_method").as_deref(),
        Some("S256")
    );
    let state = parameter(&url, "state").unwrap();
    world.come_back(&state, "T0ACME").await.unwrap();
    let call = world.slack.calls_of("oauth.v2.access").remove(0);
    let verifier = &call.fields["code_verifier"];
    assert!((43..=128).contains(&verifier.len()), "as RFC 7636 wants it");
    let digest = Sha256::digest(verifier.as_bytes());
    assert_eq!(BASE64_URL_SAFE_NO_PAD.encode(digest), challenge);
    assert_ne!(*verifier, state);
}

#[tokio::test]
async fn without_credentials_or_a_key_nothing_can_be_installed() {
    let no_key = Setup {
        has_key: false,
        ..USUAL
    };
    let no_application = Setup {
        has_application: false,
        ..USUAL
    };
    for (setup, expected) in [(no_key, "NoKey"), (no_application, "NoApplication")] {
        let world = World::with(setup).await;
        assert!(!world.node.can_install());
        let refused = world
            .node
            .begin_install(BROWSER, "{}".to_owned(), None)
            .await;
        let error = refused.unwrap_err();
        assert_eq!(format!("{error:?}"), expected);
        assert!(!error.remedy().is_empty());
    }
}

#[tokio::test]
async fn a_token_that_no_key_opens_leaves_the_workspace_silent() {
    let world = World::start().await;
    world.install("T0ACME").await;
    let node = world
        .another(Setup {
            has_key: false,
            ..USUAL
        })
        .await;
    assert!(node.client(&workspace("T0ACME")).is_none());
    let stored = world.store.installations().await.unwrap().remove(0);
    assert_eq!(stored.state, InstallationState::Active);
}
