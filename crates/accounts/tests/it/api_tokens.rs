//! Tokens that people make for programs.

use std::time::Duration;

use accounts::{
    CreateTokenError, NewApiToken, RevokeTokenError, RoleRules, Rule, Scope, Scopes, SignedIn,
};
use jiff::SignedDuration;
use secrecy::ExposeSecret;

use crate::world::{KEY, World, keys, note};

/// `ana` may change flags, `cleo` look, and `ben` nothing.
fn rules() -> RoleRules {
    let of = |user: &str| Rule {
        users: vec![user.to_owned()],
        ..Rule::default()
    };
    RoleRules {
        viewer: of("cleo"),
        operator: of("ana"),
        approver: Rule::default(),
    }
}

fn token(world: &World, scopes: &[Scope], days: i32) -> NewApiToken {
    NewApiToken {
        name: "deploys".to_owned(),
        scopes: scopes.iter().copied().collect(),
        expires_at: world.clock.now() + SignedDuration::from_hours(24) * days,
    }
}

async fn make(world: &World, owner: &SignedIn, scopes: &[Scope]) -> (String, String) {
    let new = token(world, scopes, 1);
    let own = world.accounts.own_scopes(owner).await.unwrap();
    let made = world
        .accounts
        .create_token(owner, new, &own, note(&owner.username));
    let (token, secret) = made.await.unwrap();
    (token.id.to_string(), secret.expose_secret().to_owned())
}

#[tokio::test]
async fn a_token_is_shown_once_and_known_by_its_hash() {
    let world = World::with(rules()).await;
    let ana = world.signs_in("ana").await;
    let (id, secret) = make(&world, &ana, &[Scope::Flags]).await;
    assert!(secret.starts_with("sbx_") && id.starts_with("tok_"), "{id}");
    let holder = world.accounts.holder(&secret).await.unwrap().unwrap();
    assert_eq!(
        (holder.owner.as_str(), holder.name.as_str()),
        ("ana", "deploys")
    );
    assert!(holder.scopes.allow(Scope::Flags) && !holder.scopes.allow(Scope::Read));
    let told = format!(
        "{holder:?} {:?}",
        world.store.api_tokens_of(7).await.unwrap()
    );
    assert!(!told.contains(&secret[4..]), "{told}");
    for wrong in [
        "",
        "sbx_",
        &secret[4..],
        &secret[..20],
        &format!("{secret}x"),
    ] {
        assert_eq!(world.accounts.holder(wrong).await.unwrap(), None, "{wrong}");
    }
}

#[tokio::test]
async fn a_token_that_changes_things_ends_with_its_owners_account() {
    let world = World::with(rules()).await;
    let ana = world.signs_in("ana").await;
    let (_, secret) = make(&world, &ana, &[Scope::Flags]).await;
    assert!(world.accounts.holder(&secret).await.unwrap().is_some());
    let is = |state| world.gitlab.known().users.get_mut("ana").unwrap().state = state;
    is("blocked");
    world.clock.advance(Duration::from_secs(301));
    assert_eq!(world.accounts.holder(&secret).await.unwrap(), None);
    is("active");
    world.clock.advance(Duration::from_secs(301));
    world.gitlab.known().is_away = true;
    let away = world.accounts.holder(&secret).await.unwrap();
    assert!(away.is_some(), "GitLab says nothing against it");
}

#[tokio::test]
async fn a_token_ends_when_its_time_is_over_or_its_owner_revokes_it() {
    let world = World::with(rules()).await;
    let (ana, ben) = (world.signs_in("ana").await, world.signs_in("ben").await);
    let (id, secret) = make(&world, &ana, &[Scope::Read]).await;
    let node = world.node(keys(KEY, &[]));
    assert!(node.holder(&secret).await.unwrap().is_some());
    let refused = world.accounts.revoke_token(&ben, &id, note("ben")).await;
    assert!(
        matches!(refused, Err(RevokeTokenError::Unknown)),
        "another's"
    );
    assert!(world.accounts.holder(&secret).await.unwrap().is_some());
    world
        .accounts
        .revoke_token(&ana, &id, note("ana"))
        .await
        .unwrap();
    assert_eq!(world.accounts.holder(&secret).await.unwrap(), None);
    world.pass(Duration::from_secs(5));
    assert_eq!(
        node.holder(&secret).await.unwrap(),
        None,
        "the other node has heard"
    );
    let again = world.accounts.revoke_token(&ana, &id, note("ana")).await;
    assert!(matches!(again, Err(RevokeTokenError::Unknown)), "once");

    let (_, secret) = make(&world, &ana, &[Scope::Read]).await;
    world.pass(Duration::from_secs(24 * 3600 - 1));
    assert!(world.accounts.holder(&secret).await.unwrap().is_some());
    world.pass(Duration::from_secs(1));
    assert_eq!(world.accounts.holder(&secret).await.unwrap(), None, "over");
    assert!(world.accounts.tokens_of(&ana).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_token_may_do_no_more_than_whoever_makes_it() {
    let world = World::with(rules()).await;
    let mut made = Vec::new();
    for user in ["ana", "ben", "cleo", "ops"] {
        let owner = world.signs_in(user).await;
        let own = world.accounts.own_scopes(&owner).await.unwrap();
        for scope in Scope::ALL {
            let new = token(&world, &[scope], 1);
            let note = note(user);
            match world.accounts.create_token(&owner, new, &own, note).await {
                Ok(_) => made.push(format!("{user} {scope}")),
                Err(CreateTokenError::NotAllowed(refused)) => assert_eq!(refused, scope),
                Err(error) => panic!("{error}"),
            }
        }
    }
    assert_eq!(
        made,
        [
            "ana read",
            "ana evaluate",
            "ana flags",
            "cleo read",
            "cleo evaluate",
            "ops read",
            "ops evaluate",
            "ops flags",
            "ops admin",
        ]
    );
}

#[tokio::test]
async fn nobody_has_more_tokens_than_they_can_look_through() {
    let world = World::with(rules()).await;
    let ana = world.signs_in("ana").await;
    for _ in 0..50 {
        make(&world, &ana, &[Scope::Read]).await;
    }
    let new = token(&world, &[Scope::Read], 1);
    let own = Scopes::all();
    let refused = world
        .accounts
        .create_token(&ana, new, &own, note("ana"))
        .await;
    assert!(matches!(refused, Err(CreateTokenError::TooMany)));
}
