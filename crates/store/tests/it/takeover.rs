//! Nodes on PostgreSQL: a change reaches the others at once, and what a killed node was doing is
//! soon done by another.

use std::time::{Duration, Instant};

use ::flags::{Change, Percentage};
use store::{OpenOptions, Store};

use crate::flags::{change, changes, production};
use crate::world::{Database, LEASE, at, delivery, event, number, run_on_server};

const CHANGES: u32 = 200;

/// Waits until the store's node says that flags have this revision.
async fn sees(store: &Store, revision: u64) {
    let mut changes = store.changes();
    let seen = async {
        while store.revisions().await.unwrap().get("flags:production") != Some(&revision) {
            assert!(changes.changed().await);
        }
        store.flags(&production()).await.unwrap()
    };
    let flags = tokio::time::timeout(Duration::from_secs(20), seen).await;
    assert_eq!(
        flags.expect("the other node hears of it").revision,
        revision
    );
}

#[test]
fn a_flag_change_reaches_another_node_at_once() {
    let Some(database) = Database::postgres() else {
        return;
    };
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let (first, second) = (database.open().await, database.open().await);
        let mut took = Vec::new();
        for n in 1..=CHANGES {
            let share = Percentage::new(f64::from(n) / 4.0).unwrap();
            let write = changes([Change::PercentageOfActors(share)]);
            let begun = Instant::now();
            let made = change(&first, n.into(), write);
            let (made, ()) = tokio::join!(made, sees(&second, n.into()));
            took.push(begun.elapsed());
            assert_eq!(made.unwrap().revision, u64::from(n));
        }
        took.sort();
        let of = |percent: usize| took[(took.len() * percent / 100).min(took.len() - 1)];
        println!(
            "a flag change is loaded by another node after p50 {:?}, p99 {:?}, at most {:?} \
             ({CHANGES} changes, its commit included)",
            of(50),
            of(99),
            of(100),
        );
        first.close().await;
        second.close().await;
    });
}

#[test]
fn what_a_silent_node_was_doing_is_taken_over_before_its_leases_end() {
    let Some(database) = Database::postgres() else {
        return;
    };
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let options = OpenOptions {
            postgres_beat: Duration::from_millis(100),
            ..OpenOptions::default()
        };
        let store = Store::open(&database.url, options).await.unwrap();
        store.accept(event(1, at(0))).await.unwrap();
        let decide = |event: &store::StoredEvent| {
            store::Routing::Deliver(vec![delivery(number(event), "#a")])
        };
        store.route(at(0), 10, decide).await.unwrap();
        let held = store.claim_lanes(at(0), LEASE, 1, "worker").await.unwrap();
        assert_eq!(held.len(), 1);
        assert_eq!(
            store.claim_lanes(at(1), LEASE, 1, "worker").await,
            Ok(vec![])
        );
        // As if another node had claimed it and was killed.
        run_on_server(
            &database.url,
            "UPDATE lanes SET node = 'killed'; INSERT INTO nodes VALUES ('killed', 0);",
        );
        let mut changes = store.changes();
        let taken_over = async {
            loop {
                let lanes = store.claim_lanes(at(1), LEASE, 1, "worker").await.unwrap();
                if let Some(lane) = lanes.into_iter().next() {
                    return lane;
                }
                assert!(changes.changed().await);
            }
        };
        let lane = tokio::time::timeout(Duration::from_secs(20), taken_over).await;
        let head = lane.expect("it is taken over").head;
        assert_eq!(head.uncertain_since, Some(at(0)), "it may have been sent");
        // A node that lives keeps what it has.
        assert_eq!(
            store.claim_lanes(at(2), LEASE, 1, "worker").await,
            Ok(vec![])
        );
        store.close().await;
    });
}
