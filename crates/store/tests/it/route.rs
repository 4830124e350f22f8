//! Events become deliveries, in the order in which they were accepted.

use store::{RouteError, Routing};

use crate::world::{at, delivery, event, event_id, number, on_each_engine, way};

#[test]
fn events_are_routed_oldest_first_and_once() {
    on_each_engine(|world| async move {
        for n in 1..=5 {
            world.store.accept(event(n, at(0))).await.unwrap();
        }
        let mut seen = Vec::new();
        for expected in [2, 2, 1, 0] {
            let routed = world.store.route(at(1), 2, |event| {
                seen.push(number(event));
                assert_eq!(event.body, format!("{{\"number\":{}}}", number(event)));
                match number(event) % 2 {
                    0 => Routing::Ignored("not subscribed".to_owned()),
                    _ => Routing::Deliver(vec![
                        delivery(number(event), "#a"),
                        delivery(100 + number(event), "#b"),
                    ]),
                }
            });
            assert_eq!(routed.await, Ok(expected));
        }
        assert_eq!(seen, [1, 2, 3, 4, 5]);
        assert_eq!(
            world.way_of(1).await,
            way("waiting", &["waiting", "waiting"])
        );
        assert_eq!(world.way_of(2).await, way("ignored", &[]));
        let ignored = world.store.event(&event_id(2)).await.unwrap().unwrap();
        assert_eq!(ignored.reason.as_deref(), Some("not subscribed"));
    });
}

#[test]
fn a_decision_without_deliveries_is_refused() {
    on_each_engine(|world| async move {
        world.store.accept(event(1, at(0))).await.unwrap();
        let routed = world
            .store
            .route(at(0), 10, |_| Routing::Deliver(vec![]))
            .await;
        assert_eq!(routed, Err(RouteError::NoDeliveries(event_id(1))));
        assert_eq!(world.store.counts().await.unwrap().unrouted, 1);
    });
}

#[test]
fn a_delivery_id_that_is_taken_takes_the_whole_batch_back() {
    on_each_engine(|world| async move {
        for n in 1..=2 {
            world.store.accept(event(n, at(0))).await.unwrap();
        }
        let same_id = |_: &store::StoredEvent| Routing::Deliver(vec![delivery(7, "#a")]);
        assert!(matches!(
            world.store.route(at(0), 10, same_id).await,
            Err(RouteError::Store(_))
        ));
        let counts = world.store.counts().await.unwrap();
        assert_eq!((counts.unrouted, counts.deliveries.waiting), (2, 0));
        assert!(world.claim(at(0)).await.is_empty());
    });
}

#[test]
fn whoever_watches_hears_of_new_events_and_new_deliveries() {
    on_each_engine(|world| async move {
        let mut changes = world.store.changes();
        world.store.accept(event(1, at(0))).await.unwrap();
        assert!(changes.changed().await);
        let to_a = |_: &store::StoredEvent| Routing::Deliver(vec![delivery(1, "#a")]);
        world.store.route(at(0), 10, to_a).await.unwrap();
        assert!(changes.changed().await);
    });
}

#[test]
fn the_next_due_moment_is_known() {
    on_each_engine(|world| async move {
        assert_eq!(world.store.next_due().await, Ok(None));
        world.store.accept(event(1, at(5))).await.unwrap();
        assert_eq!(world.store.next_due().await, Ok(Some(at(5))));
        let to_a = |_: &store::StoredEvent| Routing::Deliver(vec![delivery(1, "#a")]);
        world.store.route(at(6), 10, to_a).await.unwrap();
        assert_eq!(world.store.next_due().await, Ok(Some(at(6))));
        let lane = world.claim_one(at(7)).await;
        assert_eq!(world.store.next_due().await, Ok(None));
        assert_eq!(world.store.in_flight().await, Ok(1));
        assert_eq!(world.store.next_lease_end().await, Ok(Some(at(67))));
        world.store.release_lane(lane.token, at(30)).await.unwrap();
        assert_eq!(world.store.next_due().await, Ok(Some(at(30))));
        assert_eq!(world.store.in_flight().await, Ok(0));
    });
}
