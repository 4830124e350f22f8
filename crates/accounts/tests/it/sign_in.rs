//! Signing in, and what ends it.

use std::time::Duration;

use accounts::{AccountsError, FinishError, Finished};
use secrecy::ExposeSecret;

use crate::world::{BROWSER, World};

const DAY: Duration = Duration::from_secs(24 * 3600);

#[tokio::test]
async fn somebody_signs_in_with_gitlab_and_goes_on_where_they_were() {
    let world = World::start().await;
    let back = "/projects/acme/web?tab=1".parse().unwrap();
    let asked = world.accounts.begin_sign_in(BROWSER, &back).await.unwrap();
    let (code, state) = world.gitlab.approves("ops", &asked);
    let finished = world.comes_back(&code, &state, BROWSER, None).await;
    let Ok(Finished::SignedIn(session)) = finished else {
        panic!("nobody is signed in");
    };
    assert_eq!(session.return_to, back);
    let cookie = session.cookie.expose_secret();
    let signed_in = world.accounts.session(cookie).await.unwrap().unwrap();
    assert_eq!(
        (signed_in.id, &*signed_in.username, &*signed_in.name),
        (9, "ops", "OPS")
    );
    assert!(signed_in.was_administrator);
    assert!(43 <= signed_in.csrf().len());
    assert_ne!(signed_in.csrf(), cookie);
    for other in ["", "guess", &cookie[1..], &"x".repeat(10_000)] {
        assert_eq!(
            world.accounts.session(other).await.unwrap(),
            None,
            "{other}"
        );
    }
    let told = format!("{signed_in:?}");
    assert_eq!(told, r#"SignedIn { id: 9, username: "ops", .. }"#);
}

#[tokio::test]
async fn a_state_works_once_in_its_own_browser_within_ten_minutes() {
    let world = World::start().await;
    let begin = async || {
        let back = "/".parse().unwrap();
        let asked = world.accounts.begin_sign_in(BROWSER, &back).await.unwrap();
        world.gitlab.approves("ana", &asked)
    };
    let check = async |code: &str, state: &str, browser: &str, why: &str| {
        let finished = world.comes_back(code, state, browser, None).await;
        assert!(matches!(finished, Err(FinishError::State)), "{why}");
    };
    let (code, state) = begin().await;
    check(&code, "guess", BROWSER, "unknown").await;
    check(&code, &state, "browser-2", "stolen").await;
    check(&code, &state, BROWSER, "the thief has used it up").await;

    let (code, state) = begin().await;
    assert!(world.comes_back(&code, &state, BROWSER, None).await.is_ok());
    check(&code, &state, BROWSER, "replayed").await;

    let (code, state) = begin().await;
    world.pass(Duration::from_secs(600));
    check(&code, &state, BROWSER, "late").await;

    let (code, state) = begin().await;
    world.accounts.cancel(&state, BROWSER).await.unwrap();
    check(&code, &state, BROWSER, "cancelled").await;
    assert_eq!(world.gitlab.known().count("token authorization_code"), 1);
}

#[tokio::test]
async fn a_code_of_somebody_elses_sign_in_is_worth_nothing() {
    let world = World::start().await;
    let back = "/".parse().unwrap();
    let begin = async || world.accounts.begin_sign_in(BROWSER, &back).await.unwrap();
    let (one, other) = (begin().await, begin().await);
    let (stolen, _) = world.gitlab.approves("ops", &one);
    let (_, state) = world.gitlab.approves("ben", &other);
    let finished = world.comes_back(&stolen, &state, BROWSER, None).await;
    assert!(
        matches!(finished, Err(FinishError::Code)),
        "another verifier"
    );
}

#[tokio::test]
async fn nobody_signs_in_while_gitlab_is_away_or_has_blocked_them() {
    let world = World::start().await;
    let back = "/".parse().unwrap();
    let sign_in = async || {
        let asked = world.accounts.begin_sign_in(BROWSER, &back).await.unwrap();
        let (code, state) = world.gitlab.approves("ana", &asked);
        match world.comes_back(&code, &state, BROWSER, None).await {
            Err(FinishError::Accounts(error)) => error,
            Err(error) => panic!("{error}"),
            Ok(_) => panic!("signed in"),
        }
    };
    world.gitlab.known().is_away = true;
    assert!(matches!(sign_in().await, AccountsError::OAuth(_)));
    world.gitlab.known().is_away = false;
    world.gitlab.known().users.get_mut("ana").unwrap().state = "blocked";
    let error = sign_in().await;
    let AccountsError::Blocked { said } = &error else {
        panic!("{error}");
    };
    assert!(said.contains("Your account has been blocked"), "{said}");
}

#[tokio::test]
async fn a_session_ends_after_a_week_unused_and_after_thirty_days() {
    let world = World::start().await;
    let cookie = world.session_of("ana").await.cookie;
    let is_known = async || {
        let session = world.accounts.session(cookie.expose_secret()).await;
        session.unwrap().is_some()
    };
    for day in 0..4 {
        assert!(is_known().await, "day {}", day * 6);
        world.pass(DAY * 6);
    }
    assert!(is_known().await, "day 24: it was used every six days");
    world.pass(DAY * 6);
    assert!(!is_known().await, "day 30");

    let cookie = world.session_of("ana").await.cookie;
    world.pass(DAY * 7);
    let session = world.accounts.session(cookie.expose_secret()).await;
    assert_eq!(session.unwrap(), None, "a week unused");
}

#[tokio::test]
async fn signing_out_ends_one_session_or_all_and_revokes_what_was_granted() {
    let world = World::start().await;
    let cookies = [
        world.session_of("ana").await.cookie,
        world.session_of("ana").await.cookie,
        world.session_of("ben").await.cookie,
    ];
    let known = async || {
        let mut known = Vec::new();
        for cookie in &cookies {
            let session = world.accounts.session(cookie.expose_secret()).await;
            known.push(session.unwrap());
        }
        known
    };
    let [Some(first), Some(second), Some(_)] = &known().await[..] else {
        panic!("three sessions");
    };
    assert_eq!(world.accounts.sessions_of(first).await.unwrap(), 2);
    world.accounts.sign_out(first).await.unwrap();
    assert!(known().await[0].is_none() && known().await[1].is_some());
    let revoked = world.gitlab.known().revoked.clone();
    assert_eq!(revoked, ["refresh-1".to_owned()].into());
    world.accounts.sign_out_everywhere(second).await.unwrap();
    let left = known().await;
    assert!(left[1].is_none() && left[2].is_some(), "ben stays");
    assert_eq!(world.gitlab.known().revoked.len(), 2);
}

#[tokio::test]
async fn signing_in_again_ends_the_session_that_the_browser_had() {
    let world = World::start().await;
    let before = world.signs_in("ana").await;
    let back = "/".parse().unwrap();
    let asked = world.accounts.begin_sign_in(BROWSER, &back).await.unwrap();
    let (code, state) = world.gitlab.approves("ben", &asked);
    let finished = world
        .comes_back(&code, &state, BROWSER, Some(&before))
        .await;
    assert!(matches!(finished, Ok(Finished::SignedIn(_))));
    assert_eq!(world.accounts.sessions_of(&before).await.unwrap(), 0);
}

#[tokio::test]
async fn without_keys_or_an_application_nobody_can_sign_in() {
    let world = World::start().await;
    let back = "/".parse().unwrap();
    let mut without_keys = world.parts();
    without_keys.keys = None;
    let mut without_application = world.parts();
    without_application.gitlab = None;
    for parts in [without_keys, without_application] {
        let accounts = accounts::Accounts::new(parts);
        assert!(!accounts.can_sign_in());
        let begun = accounts.begin_sign_in(BROWSER, &back).await;
        assert!(matches!(begun, Err(AccountsError::NotSetUp)));
    }
}
