//! What is over is forgotten; what waits or is dead is not, however old.

use jiff::SignedDuration;
use store::Expired;

use crate::world::{KEEP, at, dead, event, event_id, on_each_engine, sent, settlement};

const DAY: i64 = 24 * 60 * 60;

#[test]
fn old_events_go_with_their_deliveries_unless_somebody_waits_for_them() {
    on_each_engine(|world| async move {
        world.route_to("#a", 1..=3).await;
        let lane = world.claim_one(at(0)).await;
        let settled = world
            .store
            .settle(lane.token, settlement(&lane.head, sent(), KEEP, at(0)));
        let second = settled.await.unwrap().next.unwrap();
        world
            .store
            .settle(lane.token, settlement(&second, dead(), KEEP, at(0)))
            .await
            .unwrap();
        let mut ignored = event(4, at(0));
        ignored.ignored = Some("nobody".to_owned());
        world.store.accept(ignored).await.unwrap();
        world.store.accept(event(5, at(20 * DAY))).await.unwrap();

        let keep = SignedDuration::from_hours(24 * 30);
        let nothing_yet = world.store.expire(at(DAY), keep).await.unwrap();
        assert_eq!(nothing_yet, Expired::default());
        let expired = world.store.expire(at(40 * DAY), keep).await.unwrap();
        assert_eq!(
            expired,
            Expired {
                repeat_keys: 5,
                events: 2,
                deliveries: 1,
                temporary: 0,
                readings: 0,
            }
        );
        for (n, stays) in [(1, false), (2, true), (3, true), (4, false), (5, true)] {
            let found = world.store.event(&event_id(n)).await.unwrap();
            assert_eq!(found.is_some(), stays, "event {n}");
        }
        let counts = world.store.counts().await.unwrap();
        assert_eq!((counts.events(), counts.dead, counts.waiting), (3, 1, 2));
        assert_eq!((counts.deliveries.sent, counts.deliveries.dead), (0, 1));
    });
}

#[test]
fn a_digest_goes_after_all_that_it_told_of() {
    on_each_engine(|world| async move {
        world.route_to("#a", 1..=2).await;
        let lane = world.claim_one(at(0)).await;
        let through = world.store.waiting(lane.token, 9).await.unwrap()[1].position;
        let digest = store::NewDigest {
            id: crate::world::delivery_id(90),
            speaker: store::Speaker::App,
            message: "digest".to_owned(),
        };
        let folded = world
            .store
            .fold(lane.token, digest, through, at(0))
            .await
            .unwrap();
        let done = settlement(&folded.head, sent(), KEEP, at(0));
        world.store.settle(lane.token, done).await.unwrap();
        let expired = world
            .store
            .expire(at(DAY), SignedDuration::ZERO)
            .await
            .unwrap();
        assert_eq!((expired.events, expired.deliveries), (2, 3));
        assert_eq!(
            world.store.counts().await.unwrap(),
            store::Counts::default()
        );
    });
}

#[test]
fn many_old_events_go_in_steps() {
    on_each_engine(|world| async move {
        let accepts = (0..1201).map(|n| {
            let mut event = event(n, at(0));
            event.ignored = Some("nobody".to_owned());
            let store = world.store.clone();
            tokio::spawn(async move { store.accept(event).await.unwrap() })
        });
        for accept in accepts.collect::<Vec<_>>() {
            accept.await.unwrap();
        }
        let expired = world
            .store
            .expire(at(8 * DAY), SignedDuration::ZERO)
            .await
            .unwrap();
        assert_eq!((expired.events, expired.repeat_keys), (1201, 1201));
        assert_eq!(world.store.counts().await.unwrap().events(), 0);
        world.store.accept(event(1, at(8 * DAY))).await.unwrap();
    });
}
