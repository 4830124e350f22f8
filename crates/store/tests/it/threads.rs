//! Replies find their thread's root, stay out of digests, and the card at the root is looked at
//! when it may have something new to show.

use jiff::SignedDuration;
use store::{
    CardOutcome, CardPlace, ClaimedCard, DeliveryThread, Followed, NewDelivery, NewRollout,
    Outcome, RolloutWrite, Speaker, Store, Thread, ThreadPlace, ThreadRoot,
};

use crate::rollouts::{id, read, rollout, write};
use crate::world::{
    KEEP, LEASE, World, at, dead, delivery, delivery_id, on_each_engine, settlement,
};

const PAUSE: SignedDuration = SignedDuration::from_secs(5);

fn in_thread(number: u128, place: ThreadPlace) -> NewDelivery {
    NewDelivery {
        thread: Some(Thread {
            key: id(1).to_string(),
            place,
        }),
        ..delivery(number, "#rollouts")
    }
}

fn sent_at(ts: &str) -> Outcome {
    Outcome::Sent {
        ts: ts.to_owned(),
        channel_id: "C0ROLLOUTS".to_owned(),
    }
}

fn card_place() -> CardPlace {
    CardPlace {
        workspace: "T0DEMO".parse().unwrap(),
        channel: "#rollouts".parse().unwrap(),
    }
}

/// A rollout whose beginning is told by these.
async fn begin(store: &Store, deliveries: Vec<NewDelivery>) {
    let new = NewRollout {
        followed: Followed {
            deliveries,
            ..Followed::default()
        },
        cards: vec![card_place()],
        ..rollout(1, "tidy_sidebar")
    };
    store.start_rollout(new).await.unwrap();
}

fn root(ts: &str) -> ThreadRoot {
    ThreadRoot {
        channel_id: "C0ROLLOUTS".to_owned(),
        ts: ts.to_owned(),
    }
}

#[test]
fn replies_know_where_their_root_stands() {
    on_each_engine(|world| async move {
        let store = &world.store;
        let told = [
            in_thread(1, ThreadPlace::Root),
            in_thread(2, ThreadPlace::Reply),
            in_thread(3, ThreadPlace::Broadcast),
        ];
        begin(store, told.to_vec()).await;
        let lane = world.claim_one(at(0)).await;
        let thread = |place, root| {
            Some(DeliveryThread {
                key: id(1).to_string(),
                place,
                root,
            })
        };
        assert_eq!(lane.head.thread, thread(ThreadPlace::Root, None));
        let settled = settlement(&lane.head, sent_at("1.1"), KEEP, at(1));
        let next = store.settle(lane.token, settled).await.unwrap();
        let reply = next.next.unwrap();
        assert_eq!(reply.thread, thread(ThreadPlace::Reply, Some(root("1.1"))));
        let settled = settlement(&reply, sent_at("1.2"), KEEP, at(2));
        let broadcast = store.settle(lane.token, settled).await.unwrap();
        let broadcast = broadcast.next.unwrap().thread;
        assert_eq!(
            broadcast,
            thread(ThreadPlace::Broadcast, Some(root("1.1"))),
            "a reply is nobody's root"
        );
        let (workspace, channel) = (lane.workspace, lane.channel);
        let key = id(1).to_string();
        let found = store.thread_root(&workspace, &channel, &key);
        assert_eq!(found.await, Ok(Some(root("1.1"))));
    });
}

#[test]
fn a_reply_whose_root_never_arrived_has_none() {
    on_each_engine(|world| async move {
        let store = &world.store;
        let told = [
            in_thread(1, ThreadPlace::Root),
            in_thread(2, ThreadPlace::Reply),
        ];
        begin(store, told.to_vec()).await;
        let lane = world.claim_one(at(0)).await;
        let died = settlement(&lane.head, dead(), KEEP, at(1));
        let next = store.settle(lane.token, died).await.unwrap().next.unwrap();
        assert_eq!(next.id, delivery_id(2));
        assert_eq!(next.thread.unwrap().root, None);
    });
}

#[test]
fn what_belongs_to_a_thread_is_in_no_digest() {
    on_each_engine(|world| async move {
        let store = &world.store;
        world.route_to("#rollouts", [11, 12]).await;
        begin(store, vec![in_thread(1, ThreadPlace::Root)]).await;
        world.route_to("#rollouts", [13]).await;
        let lane = world.claim_one(at(0)).await;
        assert_eq!(lane.waiting, 4);
        let waiting = store.waiting(lane.token, 99).await.unwrap();
        let ids: Vec<_> = waiting.iter().map(|waiting| waiting.id.clone()).collect();
        assert_eq!(ids, [11, 12, 13].map(delivery_id));
        let digest = store::NewDigest {
            id: delivery_id(90),
            speaker: Speaker::App,
            message: "{}".to_owned(),
        };
        let through = waiting[2].position;
        let folded = store
            .fold(lane.token, digest, through, at(1))
            .await
            .unwrap();
        assert_eq!((folded.folded, folded.waiting), (3, 2));
        let sent = settlement(&folded.head, sent_at("1.1"), KEEP, at(2));
        let next = store.settle(lane.token, sent).await.unwrap().next.unwrap();
        assert_eq!(next.id, delivery_id(1));
        assert_eq!(next.message, "{\"text\":\"1\"}", "it is told as it is");
    });
}

async fn cards(store: &Store, seconds: i64) -> Vec<ClaimedCard> {
    store
        .claim_cards(at(seconds), LEASE, PAUSE, 10)
        .await
        .unwrap()
}

/// The root stands in Slack.
async fn post_root(world: &World, ts: &str, seconds: i64) {
    let lane = world.claim_one(at(seconds)).await;
    let sent = settlement(&lane.head, sent_at(ts), KEEP, at(seconds));
    world.store.settle(lane.token, sent).await.unwrap();
}

async fn shows(world: &World, card: &ClaimedCard, shown: &str, seconds: i64) {
    let record = read(&world.store, 1).await;
    let outcome = CardOutcome::Shows {
        shown: shown.to_owned(),
        revision: record.revision,
        version: record.version,
        next_at: at(seconds + 60),
    };
    let settled = world.store.settle_card(card, outcome, at(seconds)).await;
    settled.unwrap();
}

async fn record(store: &Store, kinds: &[&str]) {
    let now = read(store, 1).await;
    store.record_rollout(write(&now, kinds)).await.unwrap();
}

#[test]
fn a_card_is_looked_at_at_once_when_something_happened_and_else_now_and_then() {
    on_each_engine(|world| async move {
        let store = &world.store;
        begin(store, vec![in_thread(1, ThreadPlace::Root)]).await;
        assert_eq!(cards(store, 0).await, [], "its root is on its way");
        post_root(&world, "1.1", 0).await;
        let card = cards(store, 0).await.remove(0);
        assert_eq!(
            (card.rollout.clone(), card.place.clone()),
            (id(1), card_place())
        );
        assert_eq!((card.ts.as_str(), card.shown.as_ref()), ("1.1", None));
        assert_eq!(cards(store, 0).await, [], "somebody is at it");
        shows(&world, &card, "one", 1).await;

        record(store, &[]).await;
        assert_eq!(cards(store, 5).await, [], "readings alone do not hurry");
        record(store, &["held"]).await;
        let card = cards(store, 5).await.remove(0);
        assert_eq!(card.shown.as_deref(), Some("one"));
        shows(&world, &card, "two", 5).await;
        record(store, &[]).await;
        assert_eq!(cards(store, 9).await, []);
        let card = cards(store, 10).await.remove(0);
        shows(&world, &card, "three", 10).await;
        assert_eq!(cards(store, 69).await, []);
        let card = cards(store, 70).await.remove(0);

        let again = CardOutcome::Again { at: at(100) };
        store.settle_card(&card, again, at(70)).await.unwrap();
        record(store, &["resumed"]).await;
        assert_eq!(cards(store, 99).await, [], "Slack asked for a pause");
        let card = cards(store, 100).await.remove(0);
        let later = cards(store, 160).await.remove(0);
        // The first one's lease ran out: what it says does not count.
        store
            .settle_card(&card, CardOutcome::Over, at(160))
            .await
            .unwrap();
        store
            .settle_card(&later, CardOutcome::Over, at(161))
            .await
            .unwrap();
        record(store, &["held"]).await;
        assert_eq!(cards(store, 10_000).await, [], "it is kept no longer");
    });
}

#[test]
fn a_card_that_somebody_deleted_is_posted_again() {
    on_each_engine(|world| async move {
        let store = &world.store;
        begin(store, vec![in_thread(1, ThreadPlace::Root)]).await;
        post_root(&world, "1.1", 0).await;
        let card = cards(store, 0).await.remove(0);
        shows(&world, &card, "one", 0).await;
        record(store, &["held"]).await;
        let card = cards(store, 1).await.remove(0);
        let root = in_thread(2, ThreadPlace::Root);
        let lost = CardOutcome::Lost { root };
        store.settle_card(&card, lost, at(1)).await.unwrap();
        assert_eq!(cards(store, 100).await, [], "the new one is on its way");
        post_root(&world, "9.1", 100).await;
        let card = cards(store, 100).await.remove(0);
        assert_eq!((card.ts.as_str(), card.shown.as_ref()), ("9.1", None));
    });
}

#[test]
fn a_card_is_there_once_however_often_it_is_asked_for() {
    on_each_engine(|world| async move {
        let store = &world.store;
        begin(store, vec![in_thread(1, ThreadPlace::Root)]).await;
        let now = read(store, 1).await;
        let again = RolloutWrite {
            cards: vec![card_place()],
            ..write(&now, &["held"])
        };
        store.record_rollout(again).await.unwrap();
        post_root(&world, "1.1", 0).await;
        assert_eq!(cards(store, 0).await.len(), 1);
    });
}
