//! Tokens for our APIs are found by their hash, end, and are never un-revoked.

use domain::TokenId;
use store::{ApiTokenFacts, AuditFilter, NewApiToken, SecretHash, Subject, TokenOwner};

use crate::installations::noted;
use crate::world::{at, on_each_engine};

fn id(number: u128) -> TokenId {
    TokenId::mint(1_700_000_000_000, number)
}

fn token(number: u128, owner: u64) -> NewApiToken {
    NewApiToken {
        id: id(number),
        name: format!("token {number}"),
        hash: SecretHash::of(&format!("secret {number}")),
        scopes: vec!["read".to_owned(), "flags".to_owned()],
        owner: TokenOwner {
            id: owner,
            name: "ana".to_owned(),
        },
        expires_at: Some(at(1000)),
    }
}

#[test]
fn a_token_is_good_until_its_end_or_until_it_is_revoked() {
    on_each_engine(|world| async move {
        let store = &world.store;
        let created = store
            .put_api_token(token(1, 7), noted(1, at(0)))
            .await
            .unwrap();
        assert_eq!((created.created_at, created.scopes.len()), (at(0), 2));
        let hash = SecretHash::of("secret 1");
        let found = store.api_token_by_hash(&hash).await.unwrap();
        assert_eq!(found.as_ref(), Some(&created));
        assert!(created.is_good(at(999)));
        assert!(!created.is_good(at(1000)));
        let guess = SecretHash::of("secret 2");
        assert_eq!(store.api_token_by_hash(&guess).await, Ok(None));

        let revoked = store.revoke_api_token(&id(1), noted(2, at(5))).await;
        let revoked = revoked.unwrap().unwrap();
        assert_eq!(revoked.revoked_at, Some(at(5)));
        assert!(!revoked.is_good(at(6)));
        for gone in [id(1), id(9)] {
            let again = store.revoke_api_token(&gone, noted(3, at(9))).await;
            assert_eq!(again, Ok(None));
        }
        let found = store.api_token_by_hash(&hash).await;
        assert_eq!(found, Ok(Some(revoked)), "a revoked token is still known");
    });
}

#[test]
fn a_token_without_an_end_has_none() {
    on_each_engine(|world| async move {
        let mut new = token(1, 7);
        new.expires_at = None;
        let created = world
            .store
            .put_api_token(new, noted(1, at(0)))
            .await
            .unwrap();
        assert!(created.is_good(at(1_000_000_000)));
    });
}

#[test]
fn everybody_has_their_own_tokens() {
    on_each_engine(|world| async move {
        let store = &world.store;
        for (number, owner) in [(1, 7), (2, 7), (3, 8)] {
            let entry = noted(number, at(i64::try_from(number).unwrap()));
            store
                .put_api_token(token(number, owner), entry)
                .await
                .unwrap();
        }
        let mine = store.api_tokens_of(7).await.unwrap();
        let mine: Vec<_> = mine.into_iter().map(|token| token.id).collect();
        assert_eq!(mine, [id(2), id(1)], "newest first");
        assert_eq!(store.api_tokens_of(9).await, Ok(Vec::new()));
    });
}

#[test]
fn the_use_of_a_token_is_known_to_ten_minutes() {
    on_each_engine(|world| async move {
        let store = &world.store;
        store
            .put_api_token(token(1, 7), noted(1, at(0)))
            .await
            .unwrap();
        let hash = SecretHash::of("secret 1");
        for (now, known) in [(10, 10), (609, 10), (610, 610), (20, 610)] {
            let found = store.api_token_by_hash(&hash).await.unwrap().unwrap();
            store.touch_api_token(&found, at(now)).await.unwrap();
            let found = store.api_token_by_hash(&hash).await.unwrap().unwrap();
            assert_eq!(found.last_used_at, Some(at(known)), "used at {now}");
        }
    });
}

#[test]
fn a_tokens_life_is_in_the_audit_without_its_hash() {
    on_each_engine(|world| async move {
        let store = &world.store;
        store
            .put_api_token(token(1, 7), noted(1, at(0)))
            .await
            .unwrap();
        store
            .revoke_api_token(&id(1), noted(2, at(5)))
            .await
            .unwrap();
        let page = store.audit(AuditFilter::default()).await.unwrap();
        let facts = Some(ApiTokenFacts {
            name: "token 1".to_owned(),
            scopes: vec!["read".to_owned(), "flags".to_owned()],
            owner: "ana".to_owned(),
            expires_at: Some(at(1000)),
        });
        let subject = |before, after| Subject::ApiToken {
            token: id(1),
            before,
            after,
        };
        let told: Vec<_> = page
            .entries
            .iter()
            .map(|entry| entry.subject.clone())
            .collect();
        assert_eq!(told, [subject(facts.clone(), None), subject(None, facts)]);
        let json = serde_json::to_string(&page.entries).unwrap();
        assert!(!json.contains("hash"), "{json}");
    });
}
