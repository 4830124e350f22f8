//! What tells people of a change goes the way of all messages, and every message keeps its
//! speaker until it is replayed.

use ::flags::Change;
use store::{
    DeadFilter, Delivery, FlagChanged, Followed, NewDelivery, NewDigest, Routing, Speaker,
    StoredEvent, Via,
};

use crate::flags::{changes, entry};
use crate::world::{
    KEEP, World, at, dead, delivery, delivery_id, event, event_id, number, on_each_engine, sent,
    settlement, way,
};

fn webhook(place: &str) -> Speaker {
    Speaker::Webhook {
        place: place.to_owned(),
    }
}

/// Says odd numbers through the webhook of `acme/shop`, even ones through the app.
fn by_number(number: u128, channel: &str) -> NewDelivery {
    let speaker = match number % 2 {
        0 => Speaker::App,
        _ => webhook("acme/shop"),
    };
    NewDelivery {
        speaker,
        ..delivery(number, channel)
    }
}

async fn route(world: &World, numbers: impl IntoIterator<Item = u128>) {
    for number in numbers {
        world.store.accept(event(number, at(0))).await.unwrap();
    }
    let decide = |event: &StoredEvent| Routing::Deliver(vec![by_number(number(event), "#a")]);
    while world.store.route(at(0), 100, decide).await.unwrap() != 0 {}
}

/// Announces a change in `#a` with delivery `number`.
async fn announce(world: &World, number: u128) {
    let follow = move |_: &FlagChanged| Followed {
        deliveries: vec![delivery(number, "#a")],
        ..Followed::default()
    };
    let write = changes([Change::SetBoolean(true)]);
    let made = world.store.change_flag(write, at(0), entry(number), follow);
    made.await.unwrap();
}

/// Settles everything that waits in the lane; answers the deliveries in order.
async fn drain(world: &World, outcome: store::Outcome) -> Vec<Delivery> {
    let mut seen = Vec::new();
    for lane in world.claim(at(9)).await {
        let mut next = Some(lane.head);
        while let Some(head) = next {
            let done = settlement(&head, outcome.clone(), KEEP, at(1));
            next = world.store.settle(lane.token, done).await.unwrap().next;
            seen.push(head);
        }
    }
    seen
}

#[test]
fn an_announcement_waits_its_turn_and_is_told_from_a_digest() {
    on_each_engine(|world| async move {
        route(&world, [2]).await;
        announce(&world, 10).await;
        route(&world, [3]).await;
        let seen = drain(&world, sent()).await;
        let ids: Vec<_> = seen.iter().map(|delivery| delivery.id.clone()).collect();
        assert_eq!(ids, [2, 10, 3].map(delivery_id));
        let announcement = &seen[1];
        assert_eq!(announcement.announces, Some(entry(10)));
        assert_eq!(
            (&announcement.event, announcement.is_digest()),
            (&None, false)
        );
        let speakers: Vec<_> = seen.iter().map(|delivery| &delivery.speaker).collect();
        assert_eq!(
            speakers,
            [&Speaker::App, &Speaker::App, &webhook("acme/shop")]
        );
        let record = world.store.event(&event_id(3)).await.unwrap().unwrap();
        assert_eq!(record.deliveries[0].via, Via::Webhook);
        let deliveries = world.store.counts().await.unwrap().deliveries;
        assert_eq!((deliveries.sent, deliveries.waiting), (3, 0));
        // It is forgotten like other messages; the audit is not.
        let month = jiff::SignedDuration::from_hours(24 * 30);
        let expired = world.store.expire(at(0) + month, month / 2).await.unwrap();
        assert_eq!((expired.events, expired.deliveries), (2, 3));
        assert!(world.store.audit_entry(&entry(10)).await.unwrap().is_some());
    });
}

#[test]
fn a_digest_stands_for_one_speaker_and_for_announcements_too() {
    on_each_engine(|world| async move {
        route(&world, 2..=5).await;
        announce(&world, 10).await;
        route(&world, [6]).await;
        let lane = world.claim_one(at(0)).await;
        let waiting = world.store.waiting(lane.token, 9).await.unwrap();
        let ids: Vec<_> = waiting.iter().map(|delivery| delivery.id.clone()).collect();
        assert_eq!(
            ids,
            [2, 4, 10, 6].map(delivery_id),
            "what the head's speaker would say"
        );
        let digest = |number, speaker: &Speaker| NewDigest {
            id: delivery_id(number),
            speaker: speaker.clone(),
            message: "digest".to_owned(),
        };
        let through = waiting[2].position;
        let folded = world
            .store
            .fold(lane.token, digest(90, &Speaker::App), through, at(1))
            .await
            .unwrap();
        assert_eq!((folded.folded, folded.waiting), (3, 4));
        assert!(folded.head.is_digest());
        let done = settlement(&folded.head, sent(), KEEP, at(1));
        let next = world.store.settle(lane.token, done).await.unwrap().next;
        assert_eq!(next.unwrap().id, delivery_id(3));
        assert_eq!(world.way_of(4).await, way("digested", &["digested"]));
        let waiting = world.store.waiting(lane.token, 9).await.unwrap();
        let ids: Vec<_> = waiting.iter().map(|delivery| delivery.id.clone()).collect();
        assert_eq!(ids, [3, 5].map(delivery_id));
        let through = waiting[1].position;
        let other = world
            .store
            .fold(lane.token, digest(91, &webhook("acme")), through, at(1))
            .await;
        assert_eq!(
            other,
            Err(store::LaneError::NothingToFold),
            "another webhook's"
        );
        let folded = world
            .store
            .fold(
                lane.token,
                digest(91, &webhook("acme/shop")),
                through,
                at(1),
            )
            .await
            .unwrap();
        assert_eq!(
            (folded.folded, &folded.head.speaker),
            (2, &webhook("acme/shop"))
        );
        let deliveries = world.store.counts().await.unwrap().deliveries;
        assert_eq!((deliveries.digested, deliveries.sent), (3, 1));
    });
}

#[test]
fn a_dead_announcement_is_a_letter_that_names_its_change_and_can_be_replayed() {
    on_each_engine(|world| async move {
        announce(&world, 10).await;
        drain(&world, dead()).await;
        let letter = world
            .store
            .dead_letters(None, 9)
            .await
            .unwrap()
            .letters
            .remove(0);
        assert_eq!((letter.announces, letter.event), (Some(entry(10)), None));
        assert_eq!((letter.title, letter.folded), (None, 0));
        let nobody_is_asked = |_: &StoredEvent| panic!("an announcement has no event");
        let id = delivery_id(10);
        let replayed = world.store.replay(&id, at(2), nobody_is_asked);
        assert_eq!(replayed.await, Ok(delivery_id(10)));
        assert_eq!(drain(&world, sent()).await[0].speaker, Speaker::App);
    });
}

#[test]
fn a_replay_asks_again_who_speaks() {
    on_each_engine(|world| async move {
        route(&world, [1, 2]).await;
        drain(&world, dead()).await;
        let app = |event: &StoredEvent| {
            assert_eq!(event.body, "{\"number\":1}");
            Some(Speaker::App)
        };
        world
            .store
            .replay(&delivery_id(1), at(2), app)
            .await
            .unwrap();
        let mut asked = 0;
        let group = move |_: &StoredEvent| {
            asked += 1;
            (asked == 1).then(|| webhook("acme"))
        };
        let everything = DeadFilter::default();
        let replayed = world.store.replay_all_dead(everything, at(2), group).await;
        assert_eq!(replayed, Ok(1));
        let seen = drain(&world, dead()).await;
        let speakers: Vec<_> = seen
            .iter()
            .map(|delivery| delivery.speaker.clone())
            .collect();
        assert_eq!(speakers, [Speaker::App, webhook("acme")]);
        // Who does not know leaves it as it was.
        let unknown = |_: &StoredEvent| None;
        world
            .store
            .replay(&delivery_id(2), at(3), unknown)
            .await
            .unwrap();
        assert_eq!(drain(&world, dead()).await[0].speaker, webhook("acme"));
    });
}

#[test]
fn a_replayed_digest_asks_about_the_first_event_that_it_tells_of() {
    on_each_engine(|world| async move {
        route(&world, [1, 3]).await;
        let lane = world.claim_one(at(0)).await;
        let through = world.store.waiting(lane.token, 9).await.unwrap()[1].position;
        let digest = NewDigest {
            id: delivery_id(90),
            speaker: webhook("acme/shop"),
            message: "digest".to_owned(),
        };
        let folded = world
            .store
            .fold(lane.token, digest, through, at(0))
            .await
            .unwrap();
        let done = settlement(&folded.head, dead(), KEEP, at(0));
        world.store.settle(lane.token, done).await.unwrap();
        let app = |event: &StoredEvent| {
            assert_eq!(number(event), 1);
            Some(Speaker::App)
        };
        let replayed = world.store.replay(&delivery_id(3), at(1), app).await;
        assert_eq!(replayed, Ok(delivery_id(90)));
        let head = world.claim_one(at(1)).await.head;
        assert_eq!((head.id, head.speaker), (delivery_id(90), Speaker::App));
    });
}
