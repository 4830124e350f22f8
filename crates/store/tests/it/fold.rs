//! A lane that is behind tells what waits in one digest.

use store::{DeliveryState, LaneError, NewDigest, Posted, Speaker};

use crate::world::{
    KEEP, as_before, at, dead, delivery_id, on_each_engine, retry, sent, settlement, way,
};

fn digest(number: u128) -> NewDigest {
    NewDigest {
        id: delivery_id(number),
        speaker: Speaker::App,
        message: format!("digest {number}"),
    }
}

#[test]
fn what_waits_is_told_in_one_digest_and_what_comes_later_is_not() {
    on_each_engine(|world| async move {
        world.route_to("#a", 1..=4).await;
        let lane = world.claim_one(at(0)).await;
        let waiting = world.store.waiting(lane.token, 3).await.unwrap();
        let ids: Vec<_> = waiting.iter().map(|delivery| delivery.id.clone()).collect();
        assert_eq!(
            ids,
            [1, 2, 3].map(delivery_id),
            "the claimed head is among them"
        );
        assert_eq!(waiting[2].message, "{\"text\":\"3\"}");
        let through = waiting[2].position;
        let folded = world
            .store
            .fold(lane.token, digest(90), through, at(1))
            .await
            .unwrap();
        assert_eq!(
            (&folded.head.id, folded.head.event.as_ref()),
            (&delivery_id(90), None)
        );
        assert_eq!((folded.folded, folded.waiting), (3, 2));
        assert_eq!(world.way_of(1).await, way("waiting", &["waiting"]));

        let settled = world
            .store
            .settle(lane.token, settlement(&folded.head, sent(), KEEP, at(2)))
            .await;
        assert_eq!(settled.unwrap().next.unwrap().id, delivery_id(4));
        for n in 1..=3 {
            assert_eq!(world.way_of(n).await, way("digested", &["digested"]));
        }
        let record = world
            .store
            .event(&crate::world::event_id(1))
            .await
            .unwrap()
            .unwrap();
        assert_eq!(
            record.deliveries[0].ts.as_deref(),
            Some("1700000000.000100")
        );
        assert_eq!(record.deliveries[0].digest, Some(delivery_id(90)));
        let counts = world.store.counts().await.unwrap();
        assert_eq!(
            (counts.digested, counts.waiting, counts.deliveries.digested),
            (3, 1, 3)
        );
    });
}

#[test]
fn what_a_dead_digest_tells_of_is_dead_until_the_digest_is_replayed() {
    on_each_engine(|world| async move {
        world.route_to("#a", 1..=2).await;
        let lane = world.claim_one(at(0)).await;
        let through = world.store.waiting(lane.token, 9).await.unwrap()[1].position;
        let folded = world
            .store
            .fold(lane.token, digest(90), through, at(0))
            .await
            .unwrap();
        let died = settlement(&folded.head, dead(), KEEP, at(1));
        world.store.settle(lane.token, died).await.unwrap();
        assert_eq!(world.way_of(1).await, way("dead", &["dead"]));
        let letters = world.store.dead_letters(None, 10).await.unwrap().letters;
        assert_eq!(
            (letters.len(), letters[0].folded),
            (1, 2),
            "the digest stands for both"
        );

        // Asking for one of the folded replays what it died with.
        assert_eq!(
            world.store.replay(&delivery_id(2), at(2), as_before).await,
            Ok(delivery_id(90))
        );
        assert_eq!(world.way_of(2).await, way("waiting", &["waiting"]));
        let lane = world.claim_one(at(2)).await;
        assert_eq!(lane.head.message, "digest 90");
        world
            .store
            .settle(lane.token, settlement(&lane.head, sent(), KEEP, at(3)))
            .await
            .unwrap();
        assert_eq!(world.way_of(2).await, way("digested", &["digested"]));
    });
}

#[test]
fn a_delivery_that_slack_may_have_is_not_folded() {
    on_each_engine(|world| async move {
        world.route_to("#a", 1..=3).await;
        let lane = world.claim_one(at(0)).await;
        let unknown = settlement(&lane.head, retry(at(1), Posted::Unknown), KEEP, at(0));
        world.store.settle(lane.token, unknown).await.unwrap();
        let lane = world.claim_one(at(1)).await;
        let waiting = world.store.waiting(lane.token, 9).await.unwrap();
        assert_eq!(waiting[0].id, delivery_id(2));
        let folded = world
            .store
            .fold(lane.token, digest(90), waiting[1].position, at(1))
            .await
            .unwrap();
        assert_eq!((&folded.head.id, folded.waiting), (&delivery_id(1), 2));
        assert_eq!(folded.head.uncertain_since, Some(at(0)));
        let next = world
            .store
            .settle(lane.token, settlement(&folded.head, sent(), KEEP, at(1)));
        assert_eq!(next.await.unwrap().next.unwrap().id, delivery_id(90));
        assert_eq!(world.way_of(1).await, way("delivered", &["sent"]));
    });
}

#[test]
fn a_digest_that_waits_is_folded_into_the_next() {
    on_each_engine(|world| async move {
        world.route_to("#a", 1..=2).await;
        let lane = world.claim_one(at(0)).await;
        let through = world.store.waiting(lane.token, 9).await.unwrap()[1].position;
        let first = world
            .store
            .fold(lane.token, digest(90), through, at(0))
            .await
            .unwrap();
        let later = settlement(&first.head, retry(at(5), Posted::No), KEEP, at(1));
        world.store.settle(lane.token, later).await.unwrap();
        world.route_to("#a", 3..=3).await;
        let lane = world.claim_one(at(5)).await;
        let waiting = world.store.waiting(lane.token, 9).await.unwrap();
        assert_eq!(
            (waiting.len(), waiting[0].message.as_str()),
            (2, "digest 90")
        );
        let through = waiting[1].position;
        let second = world
            .store
            .fold(lane.token, digest(91), through, at(5))
            .await
            .unwrap();
        assert_eq!(
            (&second.head.id, second.folded, second.waiting),
            (&delivery_id(91), 3, 1)
        );
        let done = settlement(&second.head, sent(), KEEP, at(6));
        world.store.settle(lane.token, done).await.unwrap();
        for n in 1..=3 {
            assert_eq!(world.way_of(n).await, way("digested", &["digested"]));
        }
        assert_eq!(world.store.counts().await.unwrap().deliveries.waiting, 0);
    });
}

#[test]
fn only_the_holder_folds_and_only_what_is_there() {
    on_each_engine(|world| async move {
        world.route_to("#a", 1..=1).await;
        let old = world.claim_one(at(0)).await;
        let position = old.head.position;
        let new = world.claim_one(at(60)).await;
        let stale = world
            .store
            .fold(old.token, digest(90), position, at(60))
            .await;
        assert_eq!(stale, Err(LaneError::Stale));
        assert_eq!(
            world.store.waiting(old.token, 9).await,
            Err(LaneError::Stale)
        );
        let nothing = world
            .store
            .fold(new.token, digest(90), position, at(60))
            .await;
        assert_eq!(
            nothing,
            Err(LaneError::NothingToFold),
            "its only delivery may be in Slack"
        );
        let record = world
            .store
            .event(&crate::world::event_id(1))
            .await
            .unwrap()
            .unwrap();
        assert_eq!(record.deliveries[0].state, DeliveryState::Sending);
    });
}
