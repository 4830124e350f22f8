//! What GitLab has granted: renewed in time, once, and sealed.

use std::time::Duration;

use accounts::AccountsError;
use secrecy::ExposeSecret;
use store::LinkedAccount;

use crate::world::{KEY, OTHER_KEY, World, keys, workspace};

/// A token lasts two hours and is renewed two minutes before its end.
const ALMOST: Duration = Duration::from_secs(7200 - 121);

async fn stored(world: &World) -> LinkedAccount {
    let account = world.store.linked_account(&workspace(), "U0ANA").await;
    account.unwrap().unwrap()
}

#[tokio::test]
async fn a_token_is_renewed_before_it_ends_by_one_of_many_calls() {
    let world = World::start().await;
    let ana = world.signs_in("ana").await;
    let linked = world.links(&ana, "ana", "U0ANA").await;
    let renewals = || world.gitlab.known().count("token refresh_token");
    world.pass(ALMOST);
    world.accounts.client(&linked).await.unwrap();
    assert_eq!(renewals(), 0, "two minutes and a second are left");
    world.pass(Duration::from_secs(1));
    let calls = (0..10).map(|_| {
        let (accounts, linked) = (world.accounts.clone(), linked.clone());
        tokio::spawn(async move { accounts.client(&linked).await })
    });
    for call in calls.collect::<Vec<_>>() {
        let client = call.await.unwrap().unwrap();
        assert_eq!(client.current_user().await.unwrap().username, "ana");
    }
    assert_eq!(renewals(), 1);
}

#[tokio::test]
async fn a_renewal_is_kept_though_whoever_asked_is_gone() {
    let world = World::start().await;
    let ana = world.signs_in("ana").await;
    let linked = world.links(&ana, "ana", "U0ANA").await;
    let renewals = || world.gitlab.known().count("token refresh_token");
    world.pass(Duration::from_secs(7200));
    let mut asked = Box::pin(world.accounts.client(&linked));
    // GitLab has heard of it, and its answer has not been looked at.
    while renewals() == 0 {
        tokio::select! {
            biased;
            _ = &mut asked => panic!("answered before GitLab was asked"),
            () = tokio::task::yield_now() => (),
        }
    }
    drop(asked);
    let client = world.accounts.client(&linked).await.unwrap();
    assert_eq!(client.current_user().await.unwrap().username, "ana");
    assert_eq!(renewals(), 1);
}

#[tokio::test]
async fn a_session_has_a_grant_of_its_own_that_is_renewed_as_well() {
    let world = World::start().await;
    let ana = world.signs_in("ana").await;
    world.pass(ALMOST * 2);
    let client = world.accounts.client(&ana).await.unwrap();
    assert_eq!(client.current_user().await.unwrap().username, "ana");
    world.accounts.sign_out(&ana).await.unwrap();
    let client = world.accounts.client(&ana).await;
    assert!(matches!(client, Err(AccountsError::GrantOver)));
}

#[tokio::test]
async fn of_two_nodes_both_get_on_with_what_one_has_renewed() {
    let world = World::start().await;
    let ana = world.signs_in("ana").await;
    let linked = world.links(&ana, "ana", "U0ANA").await;
    let node = world.node(keys(KEY, &[]));
    for _ in 0..5 {
        world.pass(Duration::from_secs(7200));
        let (one, other) = tokio::join!(world.accounts.client(&linked), node.client(&linked));
        for client in [one, other] {
            let user = client.unwrap().current_user().await;
            assert_eq!(user.unwrap().username, "ana");
        }
    }
}

#[tokio::test]
async fn a_grant_that_is_over_asks_for_another_and_unlinks_nobody() {
    let world = World::start().await;
    let ana = world.signs_in("ana").await;
    let linked = world.links(&ana, "ana", "U0ANA").await;
    world.gitlab.known().revoke_all();
    world.pass(Duration::from_secs(7200));
    for _ in 0..2 {
        let client = world.accounts.client(&linked).await;
        assert!(matches!(client, Err(AccountsError::GrantOver)));
    }
    assert!(
        world
            .accounts
            .linked(&workspace(), "U0ANA")
            .await
            .unwrap()
            .is_some()
    );
}

#[tokio::test]
async fn while_gitlab_is_away_a_token_is_used_to_its_end() {
    let world = World::start().await;
    let ana = world.signs_in("ana").await;
    let linked = world.links(&ana, "ana", "U0ANA").await;
    world.gitlab.known().is_away = true;
    world.pass(Duration::from_secs(7199));
    assert!(
        world.accounts.client(&linked).await.is_ok(),
        "a second is left"
    );
    world.pass(Duration::from_secs(1));
    let client = world.accounts.client(&linked).await;
    assert!(matches!(client, Err(AccountsError::OAuth(_))));
    world.gitlab.known().is_away = false;
    assert!(
        world.accounts.client(&linked).await.is_ok(),
        "nothing was lost"
    );
}

#[tokio::test]
async fn a_changed_key_seals_anew_what_is_used() {
    let world = World::start().await;
    let ana = world.signs_in("ana").await;
    let linked = world.links(&ana, "ana", "U0ANA").await;
    let changed = keys(OTHER_KEY, &[KEY]);
    world.node(changed).client(&linked).await.unwrap();
    let account = stored(&world).await;
    let new_alone = keys(OTHER_KEY, &[]);
    let access = LinkedAccount::access_row(&workspace(), "U0ANA");
    let refresh = LinkedAccount::refresh_row(&workspace(), "U0ANA");
    assert_eq!(
        new_alone.open(&account.access_token, &access).unwrap(),
        "access-2"
    );
    let sealed = account.refresh_token.unwrap();
    assert_eq!(new_alone.open(&sealed, &refresh).unwrap(), "refresh-2");
    let lost = world.node(keys(KEY, &[])).client(&linked).await;
    assert!(
        matches!(lost, Err(AccountsError::Sealed(_))),
        "the old key alone"
    );
}

#[tokio::test]
async fn no_secret_is_told_in_an_error_or_kept_readable() {
    let world = World::start().await;
    let session = world.session_of("ana").await;
    let cookie = session.cookie.expose_secret();
    let ana = world.accounts.session(cookie).await.unwrap().unwrap();
    let linked = world.links(&ana, "ana", "U0ANA").await;
    let told = format!("{ana:?} {linked:?} {:?}", stored(&world).await);
    for secret in ["access-", "refresh-", ana.csrf(), cookie] {
        assert!(!told.contains(secret), "{told}");
    }
    world.gitlab.known().is_away = true;
    world.pass(Duration::from_secs(7200));
    let error = world.accounts.client(&linked).await.unwrap_err();
    let told = format!("{error} {error:?}");
    assert!(
        !told.contains("refresh-") && !told.contains("s3cr3t"),
        "{told}"
    );
}
