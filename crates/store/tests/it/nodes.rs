//! Several nodes on one PostgreSQL database (and several workers on one SQLite file) keep the
//! order of every lane and never have one lane twice.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use store::{ClaimedLane, Routing, Store, StoredEvent};

use crate::world::{Database, KEEP, LEASE, at, delivery, event, number, sent, settlement};

const CHANNELS: u128 = 6;
const PER_CHANNEL: u128 = 25;

/// What was sent, and who has which lane right now.
#[derive(Default)]
struct Slack {
    messages: Mutex<BTreeMap<String, Vec<u128>>>,
    held: Mutex<BTreeSet<String>>,
}

impl Slack {
    /// Sends all that waits in a lane.
    async fn drain(&self, store: &Store, lane: ClaimedLane) {
        let channel = lane.channel.to_string();
        assert!(
            self.held.lock().unwrap().insert(channel.clone()),
            "{channel} was claimed twice"
        );
        let mut head = lane.head;
        loop {
            let text = head
                .message
                .trim_start_matches("{\"text\":\"")
                .trim_end_matches("\"}");
            let number = text.parse().unwrap();
            self.messages
                .lock()
                .unwrap()
                .entry(channel.clone())
                .or_default()
                .push(number);
            // The lane may be claimed by others from the moment at which it is settled.
            self.held.lock().unwrap().remove(&channel);
            let done = settlement(&head, sent(), KEEP, at(0));
            match store.settle(lane.token, done).await.unwrap().next {
                Some(next) => head = next,
                None => return,
            }
            assert!(
                self.held.lock().unwrap().insert(channel.clone()),
                "{channel} claimed twice"
            );
        }
    }
}

/// Channel `c` gets the numbers `c * 1000 + 1..`, one after the other's answer; every event also
/// goes to a channel that all share.
async fn accept_in_order(store: Store, channel: u128) {
    for n in 1..=PER_CHANNEL {
        store
            .accept(event(channel * 1000 + n, at(0)))
            .await
            .unwrap();
    }
}

async fn route(store: Store, all: u64) {
    let mut changes = store.changes();
    let decide = |event: &StoredEvent| {
        let n = number(event);
        let own = delivery(n, &format!("#c{}", n / 1000));
        let shared = store::NewDelivery {
            id: crate::world::delivery_id(1_000_000 + n),
            ..delivery(n, "#shared")
        };
        Routing::Deliver(vec![own, shared])
    };
    loop {
        while store.route(at(0), 7, decide).await.unwrap() != 0 {}
        let counts = store.counts().await.unwrap();
        if counts.events() == all && counts.unrouted == 0 {
            return;
        }
        tokio::time::timeout(Duration::from_millis(50), changes.changed())
            .await
            .ok();
    }
}

async fn deliver(store: Store, slack: Arc<Slack>, owner: String, all: u64) {
    let mut changes = store.changes();
    loop {
        let lanes = store.claim_lanes(at(0), LEASE, 2, &owner).await.unwrap();
        let found = !lanes.is_empty();
        for lane in lanes {
            slack.drain(&store, lane).await;
        }
        if store.counts().await.unwrap().delivered == all {
            return;
        }
        if !found {
            tokio::time::timeout(Duration::from_millis(50), changes.changed())
                .await
                .ok();
        }
    }
}

async fn run_nodes(nodes: Vec<Store>) {
    let all = u64::try_from(CHANNELS * PER_CHANNEL).unwrap();
    let slack = Arc::new(Slack::default());
    let mut tasks = Vec::new();
    for channel in 0..CHANNELS {
        let node = &nodes[usize::try_from(channel).unwrap() % nodes.len()];
        tasks.push(tokio::spawn(accept_in_order(node.clone(), channel)));
    }
    for (index, node) in nodes.iter().enumerate() {
        tasks.push(tokio::spawn(route(node.clone(), all)));
        for worker in 0..2 {
            let owner = format!("node-{index}-{worker}");
            tasks.push(tokio::spawn(deliver(
                node.clone(),
                slack.clone(),
                owner,
                all,
            )));
        }
    }
    for task in tasks {
        task.await.unwrap();
    }
    let messages = slack.messages.lock().unwrap().clone();
    for channel in 0..CHANNELS {
        let expected: Vec<_> = (1..=PER_CHANNEL).map(|n| channel * 1000 + n).collect();
        assert_eq!(messages[&format!("#c{channel}")], expected);
        let in_shared = messages["#shared"]
            .iter()
            .filter(|&&n| n / 1000 == channel)
            .copied();
        assert_eq!(in_shared.collect::<Vec<_>>(), expected, "in #shared");
    }
    let counts = nodes[0].counts().await.unwrap();
    assert_eq!((counts.delivered, counts.deliveries.sent), (all, 2 * all));
}

#[test]
fn nodes_keep_the_order_of_every_lane_and_never_share_one() {
    for database in std::iter::once(Database::sqlite()).chain(Database::postgres()) {
        tokio::runtime::Runtime::new().unwrap().block_on(async {
            let first = database.open().await;
            let second = match database.url.starts_with("sqlite:") {
                true => first.clone(),
                false => database.open().await,
            };
            run_nodes(vec![first.clone(), second.clone()]).await;
            first.close().await;
            second.close().await;
        });
    }
}

#[test]
fn a_node_hears_what_another_accepted() {
    let Some(database) = Database::postgres() else {
        return;
    };
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let (first, second) = (database.open().await, database.open().await);
        let mut changes = second.changes();
        // The listener pokes once when it begins to listen.
        assert!(changes.changed().await);
        first.accept(event(1, at(0))).await.unwrap();
        let heard = tokio::time::timeout(Duration::from_secs(10), changes.changed()).await;
        assert_eq!(heard, Ok(true));
        first.close().await;
        second.close().await;
    });
}
