//! An event is stored once, durably, and many share a commit.

use jiff::SignedDuration;
use store::{EventOutcome, OpenOptions, Store, StoreError};

use crate::world::{at, event, event_id, on_each_engine, way};

#[test]
fn a_repeat_gets_the_first_ones_id_and_changes_nothing() {
    on_each_engine(|world| async move {
        let first = world.store.accept(event(1, at(0))).await.unwrap();
        assert_eq!((first.id, first.repeated), (event_id(1), false));
        let mut repeat = event(2, at(60));
        repeat.repeat.key = event(1, at(0)).repeat.key;
        let second = world.store.accept(repeat).await.unwrap();
        assert_eq!((second.id, second.repeated), (event_id(1), true));
        assert_eq!(world.store.event(&event_id(2)).await.unwrap(), None);
        assert_eq!(world.store.counts().await.unwrap().events(), 1);
    });
}

#[test]
fn after_its_time_the_same_key_is_a_new_event_and_the_key_moves_to_it() {
    on_each_engine(|world| async move {
        let with_weak_key = |number, seconds| {
            let mut event = event(number, at(seconds));
            event.repeat.key = [7; 16];
            event.repeat.until = at(seconds) + SignedDuration::from_mins(10);
            event
        };
        let mut ids = Vec::new();
        for (number, seconds) in [(1, 0), (2, 599), (3, 600), (4, 1199), (5, 1200)] {
            ids.push(
                world
                    .store
                    .accept(with_weak_key(number, seconds))
                    .await
                    .unwrap()
                    .id,
            );
        }
        assert_eq!(ids, [1, 1, 3, 3, 5].map(event_id));
    });
}

#[test]
fn repeats_that_come_at_the_same_time_are_one_event() {
    on_each_engine(|world| async move {
        let calls = (1..=40).map(|number| {
            let store = world.store.clone();
            tokio::spawn(async move {
                let mut event = event(number, at(0));
                event.repeat.key = [u8::try_from(number % 4).unwrap(); 16];
                store.accept(event).await.unwrap()
            })
        });
        let mut first = 0;
        let mut ids = std::collections::BTreeSet::new();
        for call in calls.collect::<Vec<_>>() {
            let accepted = call.await.unwrap();
            first += usize::from(!accepted.repeated);
            ids.insert(accepted.id);
        }
        assert_eq!((first, ids.len()), (4, 4));
        assert_eq!(world.store.counts().await.unwrap().events(), 4);
    });
}

#[test]
fn an_event_that_nobody_can_want_is_stored_with_its_reason() {
    on_each_engine(|world| async move {
        let mut unwanted = event(1, at(0));
        unwanted.ignored = Some("the payload lacks object_attributes".to_owned());
        unwanted.title = "odd\0title".to_owned();
        world.store.accept(unwanted).await.unwrap();
        let record = world.store.event(&event_id(1)).await.unwrap().unwrap();
        assert_eq!(record.outcome, EventOutcome::Ignored);
        assert_eq!(
            record.reason.as_deref(),
            Some("the payload lacks object_attributes")
        );
        let routed = world
            .store
            .route(at(0), 10, |_| panic!("it is not to be routed"))
            .await;
        assert_eq!(routed, Ok(0));
        assert_eq!(world.way_of(1).await, way("ignored", &[]));
    });
}

#[test]
fn an_id_that_is_taken_fails_alone() {
    on_each_engine(|world| async move {
        world.store.accept(event(1, at(0))).await.unwrap();
        let mut same_id = event(1, at(0));
        same_id.repeat.key = [9; 16];
        let calls = (0..20).map(|number| {
            let event = if number == 10 {
                same_id.clone()
            } else {
                event(100 + number, at(0))
            };
            let store = world.store.clone();
            tokio::spawn(async move { store.accept(event).await })
        });
        let mut failed = Vec::new();
        for call in calls.collect::<Vec<_>>() {
            failed.extend(call.await.unwrap().err());
        }
        assert!(
            matches!(failed[..], [StoreError::Failed { .. }]),
            "{failed:?}"
        );
        assert_eq!(world.store.counts().await.unwrap().events(), 20);
        // Its key was not taken either.
        let mut other = event(2, at(0));
        other.repeat.key = [9; 16];
        assert!(!world.store.accept(other).await.unwrap().repeated);
    });
}

#[test]
fn many_events_share_a_commit() {
    on_each_engine(|world| async move {
        let before = world.store.stats();
        let callers = (0..64_u128).map(|caller| {
            let store = world.store.clone();
            tokio::spawn(async move {
                for number in 0..20 {
                    store
                        .accept(event(caller * 1000 + number, at(0)))
                        .await
                        .unwrap();
                }
            })
        });
        for caller in callers.collect::<Vec<_>>() {
            caller.await.unwrap();
        }
        let after = world.store.stats();
        assert_eq!(after.accepts - before.accepts, 64 * 20);
        let commits = after.commits - before.commits;
        assert!(
            commits < 64 * 20 / 2,
            "{commits} commits for {} events",
            64 * 20
        );
    });
}

#[test]
fn a_full_queue_says_so_and_stores_nothing() {
    on_each_engine(|world| async move {
        let options = OpenOptions {
            accept_queue: 0,
            ..OpenOptions::default()
        };
        world.store.close().await;
        let store = Store::open(&world.url, options).await.unwrap();
        assert_eq!(store.accept(event(1, at(0))).await, Err(StoreError::Busy));
        assert_eq!(store.counts().await.unwrap().events(), 0);
        store.check().await.unwrap();
        store.close().await;
    });
}
