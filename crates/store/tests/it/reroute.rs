//! What the app could not deliver goes to whoever speaks now: once, and nothing of it is lost.

use store::{Outcome, Posted, Rerouted, Speaker, StoredEvent, Via};

use crate::outcomes::{Try, paced, play};
use crate::world::{
    KEEP, World, at, dead, delivery_id, event_id, number, on_each_engine, retry, sent, settlement,
    way,
};

fn webhook() -> Speaker {
    Speaker::Webhook {
        place: "acme".to_owned(),
    }
}

/// The flag is closed again for all but the third event's project.
fn closed(event: &StoredEvent) -> Option<Speaker> {
    match number(event) {
        3 => Some(Speaker::App),
        4 => None,
        _ => Some(webhook()),
    }
}

fn app(outcome: Outcome) -> Try {
    Try {
        project: "acme/shop",
        speaker: Speaker::App,
        outcome,
        at: 10,
    }
}

async fn reroute(world: &World, since: i64, now: i64) -> Rerouted {
    let rerouted = world.store.reroute_failed(at(since), at(now), closed);
    rerouted.await.unwrap()
}

async fn via(world: &World, number: u128) -> (Via, Option<Via>) {
    let event = world.store.event(&event_id(number)).await.unwrap().unwrap();
    (event.deliveries[0].via, event.deliveries[0].failed_via)
}

fn moved(moved: u64) -> Rerouted {
    Rerouted {
        moved,
        in_flight: 0,
    }
}

#[test]
fn dead_letters_and_what_fails_go_to_whoever_speaks_now() {
    on_each_engine(|world| async move {
        let failing = || retry(at(9_999), Posted::No);
        let tries = [dead(), failing(), dead(), failing(), sent(), paced(9_999)];
        play(&world, tries.map(app)).await;
        assert_eq!(reroute(&world, 0, 20).await, moved(3));
        for (number, expected) in [
            (1, (Via::Webhook, Some(Via::App))),
            (2, (Via::Webhook, Some(Via::App))),
            (3, (Via::App, Some(Via::App))),
            (4, (Via::App, Some(Via::App))),
            (5, (Via::App, None)),
            (6, (Via::Webhook, None)),
        ] {
            assert_eq!(via(&world, number).await, expected, "event {number}");
        }
        assert_eq!(
            reroute(&world, 0, 20).await,
            moved(0),
            "nothing is moved twice"
        );

        // What failed is told at once; the pause that Slack asked for is the channel's.
        let lanes = world.claim(at(20)).await;
        let mut heads: Vec<_> = lanes.iter().map(|lane| lane.head.id.clone()).collect();
        heads.sort();
        assert_eq!(heads, [delivery_id(1), delivery_id(2)]);
        for lane in lanes {
            assert_eq!(lane.head.speaker, webhook());
            assert_eq!(lane.head.attempts, 0);
            let taken = settlement(&lane.head, Outcome::Taken, KEEP, at(21));
            world.store.settle(lane.token, taken).await.unwrap();
        }
        assert_eq!(world.way_of(1).await, way("delivered", &["sent"]));
        assert_eq!(world.way_of(2).await, way("delivered", &["sent"]));
        assert_eq!(world.way_of(3).await, way("dead", &["dead"]));
        let counts = world.store.counts().await.unwrap().deliveries;
        assert_eq!((counts.sent, counts.dead, counts.waiting), (3, 1, 2));
    });
}

#[test]
fn what_died_before_the_rollout_stays_dead() {
    on_each_engine(|world| async move {
        play(&world, [app(dead())]).await;
        assert_eq!(reroute(&world, 11, 20).await, moved(0));
        assert_eq!(world.way_of(1).await, way("dead", &["dead"]));
        assert_eq!(reroute(&world, 10, 20).await, moved(1));
    });
}

#[test]
fn what_waits_behind_a_failing_one_goes_along_in_its_order() {
    on_each_engine(|world| async move {
        world.route_to("#a", [1, 2, 5]).await;
        let lane = world.claim_one(at(10)).await;
        let failed = settlement(&lane.head, retry(at(500), Posted::No), KEEP, at(10));
        world.store.settle(lane.token, failed).await.unwrap();
        assert_eq!(reroute(&world, 0, 20).await, moved(3));
        let lane = world.claim_one(at(20)).await;
        assert_eq!((lane.waiting, lane.failures), (3, 0));
        let mut head = lane.head;
        for expected in [1, 2, 5] {
            assert_eq!(
                (&head.id, &head.speaker),
                (&delivery_id(expected), &webhook())
            );
            let taken = settlement(&head, Outcome::Taken, KEEP, at(20));
            let settled = world.store.settle(lane.token, taken).await.unwrap();
            match settled.next {
                Some(next) => head = next,
                None => assert_eq!(expected, 5),
            }
        }
    });
}

#[test]
fn what_is_being_sent_is_asked_about_again_later() {
    on_each_engine(|world| async move {
        world.route_to("#a", [1]).await;
        let lane = world.claim_one(at(10)).await;
        let pending = Rerouted {
            moved: 0,
            in_flight: 1,
        };
        assert_eq!(reroute(&world, 0, 11).await, pending);
        // Nobody knows whether it arrived, and whoever sent it is gone: the app looks first.
        let lane_again = world.claim_one(at(100)).await;
        assert!(
            world
                .store
                .settle(lane.token, settlement(&lane.head, sent(), KEEP, at(100)))
                .await
                .is_err()
        );
        assert!(lane_again.head.uncertain_since.is_some());
        world
            .store
            .release_lane(lane_again.token, at(100))
            .await
            .unwrap();
        assert_eq!(reroute(&world, 0, 101).await, pending);
        // It looked, and its try failed: that is known to be the app's, who looks for it again.
        let lane = world.claim_one(at(102)).await;
        let failed = settlement(&lane.head, retry(at(500), Posted::Unknown), KEEP, at(103));
        world.store.settle(lane.token, failed).await.unwrap();
        assert_eq!(reroute(&world, 0, 104).await, moved(1));
        let lane = world.claim_one(at(104)).await;
        assert_eq!(lane.head.speaker, webhook());
        assert!(lane.head.uncertain_since.is_some());
        assert_eq!(lane.head.failed_via, Some(Via::App));
    });
}

#[test]
fn a_digest_goes_as_a_whole() {
    on_each_engine(|world| async move {
        world.route_to("#a", [1, 2]).await;
        let lane = world.claim_one(at(10)).await;
        let through = world.store.waiting(lane.token, 9).await.unwrap()[1].position;
        let digest = store::NewDigest {
            id: delivery_id(90),
            speaker: Speaker::App,
            message: "{}".to_owned(),
        };
        let folded = world.store.fold(lane.token, digest, through, at(10)).await;
        let died = settlement(&folded.unwrap().head, dead(), KEEP, at(11));
        world.store.settle(lane.token, died).await.unwrap();
        assert_eq!(world.way_of(1).await, way("dead", &["dead"]));
        assert_eq!(reroute(&world, 0, 20).await, moved(1));
        let lane = world.claim_one(at(20)).await;
        assert_eq!(
            (lane.head.id.clone(), lane.head.speaker.clone()),
            (delivery_id(90), webhook())
        );
        let taken = settlement(&lane.head, Outcome::Taken, KEEP, at(21));
        world.store.settle(lane.token, taken).await.unwrap();
        assert_eq!(world.way_of(2).await, way("digested", &["digested"]));
    });
}
