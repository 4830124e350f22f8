//! Strict order and one sender in a lane; one lane never holds up another.

use store::{After, LaneError, Posted};

use crate::world::{
    KEEP, at, dead, delivery_id, event_id, on_each_engine, retry, sent, settlement, way,
};

#[test]
fn a_lane_is_sent_in_order_by_one_holder() {
    on_each_engine(|world| async move {
        world.route_to("#a", 1..=3).await;
        let lane = world.claim_one(at(0)).await;
        assert_eq!((lane.waiting, lane.pace, lane.failures), (3, 0, 0));
        assert_eq!((&lane.head.id, lane.head.attempts), (&delivery_id(1), 0));
        assert_eq!(lane.head.event, Some(event_id(1)));
        assert_eq!(lane.head.received_at, Some(at(0)));
        assert_eq!(lane.head.message, "{\"text\":\"1\"}");
        assert!(world.claim(at(0)).await.is_empty(), "the lane is leased");
        assert_eq!(world.way_of(1).await, way("waiting", &["sending"]));

        let mut head = lane.head;
        for (n, waiting) in [(2, 2), (3, 1)] {
            let settled = world
                .store
                .settle(lane.token, settlement(&head, sent(), KEEP, at(1)))
                .await;
            let settled = settled.unwrap();
            head = settled.next.unwrap();
            assert_eq!((&head.id, settled.waiting), (&delivery_id(n), waiting));
        }
        let last = world
            .store
            .settle(lane.token, settlement(&head, sent(), KEEP, at(1)))
            .await;
        let last = last.unwrap();
        assert_eq!((last.next, last.waiting), (None, 0));
        assert_eq!(
            world.store.in_flight().await,
            Ok(0),
            "an empty lane is released"
        );
        for n in 1..=3 {
            assert_eq!(world.way_of(n).await, way("delivered", &["sent"]));
        }
        let record = world.store.event(&event_id(1)).await.unwrap().unwrap();
        assert_eq!(
            record.deliveries[0].ts.as_deref(),
            Some("1700000000.000100")
        );
    });
}

#[test]
fn a_retry_stays_at_the_head_and_only_its_own_lane_waits() {
    on_each_engine(|world| async move {
        world.route_to("#slow", 1..=2).await;
        world.route_to("#quick", 3..=3).await;
        let lanes = world.claim(at(0)).await;
        assert_eq!(lanes.len(), 2);
        let slow = lanes
            .iter()
            .find(|lane| lane.channel.as_str() == "#slow")
            .unwrap();
        let again = settlement(&slow.head, retry(at(30), Posted::No), KEEP, at(1));
        let settled = world.store.settle(slow.token, again).await.unwrap();
        assert_eq!((settled.next, settled.waiting), (None, 2));
        let quick = lanes
            .iter()
            .find(|lane| lane.channel.as_str() == "#quick")
            .unwrap();
        let done = settlement(&quick.head, sent(), KEEP, at(1));
        world.store.settle(quick.token, done).await.unwrap();

        assert!(world.claim(at(29)).await.is_empty());
        let slow = world.claim_one(at(30)).await;
        assert_eq!((&slow.head.id, slow.head.attempts), (&delivery_id(1), 1));
        assert_eq!((slow.failures, slow.head.uncertain_since), (1, None));
        let overview = world.store.lanes(10).await.unwrap();
        assert_eq!(
            overview[0].last_error.as_deref(),
            Some("Slack did not answer")
        );
        assert_eq!((overview[0].waiting, overview[1].waiting), (2, 0));
    });
}

#[test]
fn pace_and_the_moment_of_release_are_kept() {
    on_each_engine(|world| async move {
        world.route_to("#a", 1..=2).await;
        let lane = world.claim_one(at(0)).await;
        let mut done = settlement(&lane.head, sent(), After::Release { next_at: at(9) }, at(1));
        done.pace = 1_700_000_002_500;
        let settled = world.store.settle(lane.token, done).await.unwrap();
        assert_eq!((settled.next, settled.waiting), (None, 1));
        assert!(world.claim(at(8)).await.is_empty());
        let lane = world.claim_one(at(9)).await;
        assert_eq!((lane.pace, lane.waiting), (1_700_000_002_500, 1));
        assert_eq!(lane.head.id, delivery_id(2));
    });
}

#[test]
fn a_holder_whose_lease_was_taken_over_changes_nothing() {
    on_each_engine(|world| async move {
        world.route_to("#a", 1..=2).await;
        let old = world.claim_one(at(0)).await;
        assert!(world.claim(at(59)).await.is_empty());
        let new = world.claim_one(at(60)).await;
        assert_eq!(new.head.id, old.head.id);
        assert_eq!(
            new.head.uncertain_since,
            Some(at(0)),
            "the first may have sent it"
        );
        let late = settlement(&old.head, sent(), KEEP, at(61));
        assert_eq!(
            world.store.settle(old.token, late.clone()).await,
            Err(LaneError::Stale)
        );
        let release = world.store.release_lane(old.token, at(61)).await;
        assert_eq!(release, Err(LaneError::Stale));
        assert_eq!(world.way_of(1).await, way("waiting", &["sending"]));
        assert!(world.store.settle(new.token, late.clone()).await.is_ok());
        let twice = world.store.settle(new.token, late).await;
        assert_eq!(twice, Err(LaneError::NotSending(delivery_id(1))));
    });
}

#[test]
fn an_unknown_outcome_is_remembered_until_it_is_known() {
    on_each_engine(|world| async move {
        world.route_to("#a", 1..=1).await;
        let lane = world.claim_one(at(0)).await;
        let unknown = settlement(&lane.head, retry(at(2), Posted::Unknown), KEEP, at(1));
        world.store.settle(lane.token, unknown).await.unwrap();
        let lane = world.claim_one(at(2)).await;
        assert_eq!(lane.head.uncertain_since, Some(at(0)));
        let unknown = settlement(&lane.head, retry(at(4), Posted::Unknown), KEEP, at(3));
        world.store.settle(lane.token, unknown).await.unwrap();
        let lane = world.claim_one(at(4)).await;
        assert_eq!(
            lane.head.uncertain_since,
            Some(at(0)),
            "the first unknown attempt counts"
        );
        let known = settlement(&lane.head, retry(at(6), Posted::No), KEEP, at(5));
        world.store.settle(lane.token, known).await.unwrap();
        let lane = world.claim_one(at(6)).await;
        assert_eq!((lane.head.uncertain_since, lane.head.attempts), (None, 3));
        // Given back untried: nothing was sent meanwhile.
        world.store.release_lane(lane.token, at(7)).await.unwrap();
        assert_eq!(world.claim_one(at(7)).await.head.uncertain_since, None);
    });
}

#[test]
fn a_graceful_stop_gives_all_lanes_back() {
    on_each_engine(|world| async move {
        world.route_to("#a", 1..=1).await;
        world.route_to("#b", 2..=2).await;
        let other = world
            .store
            .claim_lanes(at(0), crate::world::LEASE, 1, "node-2")
            .await
            .unwrap();
        let mine = world.claim_one(at(0)).await;
        assert_eq!(world.store.release_all("node-1").await, Ok(1));
        let again = world.claim_one(at(0)).await;
        assert_eq!(again.lane, mine.lane);
        assert_eq!(
            again.head.uncertain_since,
            Some(at(0)),
            "it may have been sent"
        );
        assert!(again.token != mine.token && again.lane != other[0].lane);
    });
}

#[test]
fn an_events_outcome_is_the_worst_of_its_deliveries() {
    on_each_engine(|world| async move {
        world
            .store
            .accept(crate::world::event(1, at(0)))
            .await
            .unwrap();
        let three = |_: &store::StoredEvent| {
            let channels = ["#a", "#b", "#c"].iter().zip(1..);
            let make = |(channel, n): (&&str, u128)| crate::world::delivery(n, channel);
            store::Routing::Deliver(channels.map(make).collect())
        };
        world.store.route(at(0), 1, three).await.unwrap();
        let mut lanes = world.claim(at(0)).await;
        lanes.sort_by_key(|lane| lane.head.id.clone());
        let updated = store::Outcome::Updated {
            ts: "1.2".to_owned(),
            channel_id: "C1".to_owned(),
        };
        let steps = [(updated, "waiting"), (dead(), "dead"), (sent(), "dead")];
        for (lane, (outcome, expected)) in lanes.iter().zip(steps) {
            let settlement = settlement(&lane.head, outcome, KEEP, at(1));
            world.store.settle(lane.token, settlement).await.unwrap();
            assert_eq!(world.way_of(1).await.0, expected);
        }
        assert_eq!(
            world.way_of(1).await,
            way("dead", &["updated", "dead", "sent"])
        );
        let record = world.store.event(&event_id(1)).await.unwrap().unwrap();
        assert_eq!(record.reason.as_deref(), Some("channel #a was archived"));
    });
}
