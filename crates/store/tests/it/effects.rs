//! What is to happen elsewhere after a change is tried until it is done, or dead with a remedy.

use ::flags::Change;
use domain::EffectId;
use jiff::Timestamp;
use store::{
    ClaimedEffect, EffectCounts, EffectError, EffectOutcome, EffectState, FlagChanged, Followed,
    NewEffect,
};

use crate::flags::{changes, entry};
use crate::world::{LEASE, World, at, on_each_engine};

fn id(number: u128) -> EffectId {
    EffectId::mint(0, number)
}

/// Makes a change with two effects.
async fn make_change(world: &World) {
    let follow = |changed: &FlagChanged| {
        let effects = [(1, "comment"), (2, "annotation")].map(|(number, kind)| NewEffect {
            id: id(number),
            kind: kind.to_owned(),
            entry: changed.entry.clone(),
            payload: format!("{{\"number\":{number}}}"),
        });
        Followed {
            effects: effects.to_vec(),
            ..Followed::default()
        }
    };
    let write = changes([Change::SetBoolean(true)]);
    let made = world.store.change_flag(write, at(0), entry(1), follow);
    made.await.unwrap();
}

async fn claim(world: &World, now: Timestamp) -> Vec<ClaimedEffect> {
    world.store.claim_effects(now, LEASE, 10).await.unwrap()
}

fn done() -> EffectOutcome {
    EffectOutcome::Done {
        link: Some("https://gitlab.example.com/note/1".to_owned()),
    }
}

fn dead() -> EffectOutcome {
    EffectOutcome::Dead {
        reason: "GitLab says 403".to_owned(),
        remedy: "give the token the scope api".to_owned(),
    }
}

async fn counts(world: &World) -> EffectCounts {
    world.store.counts().await.unwrap().effects
}

#[test]
fn an_effect_is_tried_by_one_until_it_is_done() {
    on_each_engine(|world| async move {
        make_change(&world).await;
        let store = &world.store;
        assert_eq!(store.next_due().await, Ok(Some(at(0))));
        let claimed = claim(&world, at(0)).await;
        let kinds: Vec<_> = claimed.iter().map(|effect| effect.kind.as_str()).collect();
        assert_eq!(kinds, ["comment", "annotation"], "in their order");
        assert_eq!(claimed[0].payload, "{\"number\":1}");
        assert_eq!(
            (claim(&world, at(0)).await.len(), store.in_flight().await),
            (0, Ok(2))
        );
        let again = EffectOutcome::Again {
            at: at(30),
            reason: "GitLab does not answer".to_owned(),
        };
        store
            .settle_effect(&claimed[0], again, at(1))
            .await
            .unwrap();
        store
            .settle_effect(&claimed[1], done(), at(1))
            .await
            .unwrap();
        assert_eq!(store.next_effect_due().await, Ok(Some(at(30))));
        assert_eq!(claim(&world, at(29)).await, []);
        let second = claim(&world, at(30)).await.remove(0);
        assert_eq!((&second.id, second.attempts), (&id(1), 1));
        store.settle_effect(&second, done(), at(31)).await.unwrap();
        let effects = store.effects_of(&entry(1)).await.unwrap();
        assert!(
            effects
                .iter()
                .all(|effect| effect.state == EffectState::Done)
        );
        assert_eq!(
            effects[0].link.as_deref(),
            Some("https://gitlab.example.com/note/1")
        );
        assert_eq!(
            (store.next_due().await, store.in_flight().await),
            (Ok(None), Ok(0))
        );
        let expected = EffectCounts {
            done: 2,
            ..EffectCounts::default()
        };
        assert_eq!(counts(&world).await, expected);
    });
}

#[test]
fn an_effect_whose_node_died_is_tried_by_another_and_the_first_cannot_meddle() {
    on_each_engine(|world| async move {
        make_change(&world).await;
        let store = &world.store;
        let first = claim(&world, at(0)).await.remove(0);
        assert_eq!(store.next_effect_due().await, Ok(Some(at(60))));
        let second = claim(&world, at(60)).await.remove(0);
        assert_eq!(first.id, second.id);
        let late = store.settle_effect(&first, dead(), at(61)).await;
        assert_eq!(late, Err(EffectError::Stale(first.id.clone())));
        store.settle_effect(&second, done(), at(62)).await.unwrap();
        let twice = store.settle_effect(&second, dead(), at(63)).await;
        assert_eq!(twice, Err(EffectError::Stale(second.id.clone())));
    });
}

#[test]
fn a_dead_effect_says_what_a_person_can_do_and_is_retried_by_hand() {
    on_each_engine(|world| async move {
        make_change(&world).await;
        let store = &world.store;
        for effect in claim(&world, at(0)).await {
            store.settle_effect(&effect, dead(), at(1)).await.unwrap();
        }
        let expected = EffectCounts {
            dead: 2,
            ..EffectCounts::default()
        };
        assert_eq!(counts(&world).await, expected);
        assert_eq!(store.next_due().await, Ok(None), "the dead wait for nobody");
        let page = store.dead_effects(None, 1).await.unwrap();
        let newest = &page.effects[0];
        assert_eq!((&newest.id, &newest.entry), (&id(2), &entry(1)));
        assert_eq!(newest.reason.as_deref(), Some("GitLab says 403"));
        assert_eq!(
            newest.remedy.as_deref(),
            Some("give the token the scope api")
        );
        let rest = store.dead_effects(page.next, 2).await.unwrap();
        assert_eq!((rest.effects.len(), rest.next), (1, None));

        store.retry_effect(&id(2), at(5)).await.unwrap();
        let claimed = claim(&world, at(5)).await;
        assert_eq!(
            (claimed.len(), &claimed[0].id, claimed[0].attempts),
            (1, &id(2), 0)
        );
        let state = EffectState::Waiting;
        let not_dead = store.retry_effect(&id(2), at(5)).await;
        assert_eq!(not_dead, Err(EffectError::NotDead { id: id(2), state }));
        let unknown = store.retry_effect(&id(9), at(5)).await;
        assert_eq!(unknown, Err(EffectError::Unknown(id(9))));
        let expected = EffectCounts {
            dead: 1,
            waiting: 1,
            done: 0,
        };
        assert_eq!(counts(&world).await, expected);
    });
}
