//! The log is searched and paged, newest first.

use domain::{EventId, EventKind};
use store::{EventFilter, EventOutcome, Routing};

use crate::world::{
    KEEP, World, at, delivery, event, event_id, number, on_each_engine, sent, settlement,
};

/// Six events: 1 and 2 delivered, 3 waiting, 4 ignored, 5 and 6 not routed yet.
async fn six_events(world: &World) {
    for n in 1..=4 {
        let mut event = event(n, at(0));
        if n == 2 {
            event.kind = EventKind::Pipeline;
            event.project = None;
        }
        world.store.accept(event).await.unwrap();
    }
    let route = |event: &store::StoredEvent| match number(event) {
        4 => Routing::Ignored("not subscribed".to_owned()),
        n => Routing::Deliver(vec![delivery(n, "#a")]),
    };
    world.store.route(at(0), 10, route).await.unwrap();
    let lane = world.claim_one(at(0)).await;
    let second = world
        .store
        .settle(lane.token, settlement(&lane.head, sent(), KEEP, at(1)))
        .await;
    let head = second.unwrap().next.unwrap();
    world
        .store
        .settle(lane.token, settlement(&head, sent(), KEEP, at(1)))
        .await
        .unwrap();
    for n in 5..=6 {
        world.store.accept(event(n, at(0))).await.unwrap();
    }
}

async fn ids(world: &World, filter: EventFilter) -> Vec<EventId> {
    let page = world.store.events(filter).await.unwrap();
    page.events.into_iter().map(|event| event.id).collect()
}

#[test]
fn events_are_found_by_outcome_kind_and_project() {
    on_each_engine(|world| async move {
        six_events(&world).await;
        for (outcome, expected) in [
            (EventOutcome::Waiting, vec![6, 5, 3]),
            (EventOutcome::Delivered, vec![2, 1]),
            (EventOutcome::Ignored, vec![4]),
            (EventOutcome::Digested, vec![]),
            (EventOutcome::Dead, vec![]),
        ] {
            let filter = EventFilter {
                outcome: Some(outcome),
                ..EventFilter::default()
            };
            let expected: Vec<_> = expected.into_iter().map(event_id).collect();
            assert_eq!(ids(&world, filter).await, expected, "{outcome}");
        }
        let pipelines = EventFilter {
            kind: Some(EventKind::Pipeline),
            ..EventFilter::default()
        };
        assert_eq!(ids(&world, pipelines).await, [event_id(2)]);
        let shop = EventFilter {
            project: Some("acme/shop".to_owned()),
            kind: Some(EventKind::Push),
            outcome: Some(EventOutcome::Delivered),
            ..EventFilter::default()
        };
        assert_eq!(ids(&world, shop).await, [event_id(1)]);
    });
}

#[test]
fn events_are_found_by_a_part_of_their_title_or_project() {
    on_each_engine(|world| async move {
        for (n, title, project) in [
            (1, "Fix 100% of `it`", Some("acme/shop")),
            (2, "fix the shop_window", Some("acme/web")),
            (3, "Größe", None),
        ] {
            let mut event = event(n, at(0));
            event.title = title.to_owned();
            event.project = project.map(str::to_owned);
            world.store.accept(event).await.unwrap();
        }
        for (text, expected) in [
            ("FIX", vec![2, 1]),
            ("shop", vec![2, 1]),
            ("Acme/Web", vec![2]),
            ("100%", vec![1]),
            ("%", vec![1]),
            ("p_w", vec![2]),
            ("x_t", vec![]),
            ("Größe", vec![3]),
            ("\\", vec![]),
            ("' OR 1=1 --", vec![]),
        ] {
            let filter = EventFilter {
                text: Some(text.to_owned()),
                ..EventFilter::default()
            };
            let expected: Vec<_> = expected.into_iter().map(event_id).collect();
            assert_eq!(ids(&world, filter).await, expected, "{text:?}");
        }
    });
}

#[test]
fn ignored_events_can_be_left_out() {
    on_each_engine(|world| async move {
        six_events(&world).await;
        let told = EventFilter {
            without_ignored: true,
            ..EventFilter::default()
        };
        assert_eq!(
            ids(&world, told.clone()).await,
            [6, 5, 3, 2, 1].map(event_id)
        );
        let ignored = EventFilter {
            outcome: Some(EventOutcome::Ignored),
            ..told
        };
        assert_eq!(ids(&world, ignored).await, [event_id(4)]);
    });
}

#[test]
fn a_message_is_kept_here_until_it_is_in_slack() {
    on_each_engine(|world| async move {
        six_events(&world).await;
        let waiting = delivery(3, "#a");
        let kept = world.store.message(&waiting.id).await.unwrap();
        assert_eq!(kept, Some(waiting.message));
        assert_eq!(
            world.store.message(&delivery(1, "#a").id).await.unwrap(),
            None
        );
        assert_eq!(
            world.store.message(&delivery(9, "#a").id).await.unwrap(),
            None
        );
    });
}

#[test]
fn pages_follow_each_other_without_gap_or_repeat() {
    on_each_engine(|world| async move {
        six_events(&world).await;
        let mut seen = Vec::new();
        let mut before = None;
        loop {
            let filter = EventFilter {
                before,
                limit: 4,
                ..EventFilter::default()
            };
            let page = world.store.events(filter).await.unwrap();
            seen.extend(page.events.into_iter().map(|event| event.id));
            before = page.next;
            if before.is_none() {
                break;
            }
        }
        assert_eq!(seen, [6, 5, 4, 3, 2, 1].map(event_id));
    });
}

#[test]
fn counts_are_exact() {
    on_each_engine(|world| async move {
        six_events(&world).await;
        let counts = world.store.counts().await.unwrap();
        assert_eq!((counts.waiting, counts.unrouted), (3, 2));
        assert_eq!(
            (counts.delivered, counts.ignored, counts.events()),
            (2, 1, 6)
        );
        let deliveries = counts.deliveries;
        assert_eq!(
            (deliveries.sent, deliveries.sending, deliveries.waiting),
            (2, 1, 0)
        );
    });
}
