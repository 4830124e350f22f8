//! Nodes on PostgreSQL: a change reaches the others at once, and what a killed node was doing is
//! soon done by another.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use ::flags::{Change, Percentage};
use domain::{EffectId, ScheduleId};
use jiff::Timestamp;
use store::{FlagChanged, Followed, NewEffect, NewSchedule, OpenOptions, Store};

use crate::flags::{ana, change, changes, entry, production};
use crate::world::{Database, LEASE, at, delivery, on_each_engine};

const CHANGES: u32 = 200;

/// Waits until the store's node says that flags have this revision.
async fn sees(store: &Store, revision: u64) {
    let mut changes = store.revision_changes();
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

const CHILD_URL: &str = "SIGNALBOX_TEST_STORE_CHILD_WITH_A_LANE";

/// Two nodes that beat as fast as a test wants to wait.
fn quick() -> OpenOptions {
    OpenOptions {
        postgres_beat: Duration::from_millis(100),
        ..OpenOptions::default()
    }
}

/// What the killed node does: it claims all that waits, and says so.
#[test]
#[ignore = "the node that what_a_killed_node_was_doing_is_taken_over_before_its_leases_end kills"]
fn child_that_claims_until_it_is_killed() {
    let url = std::env::var(CHILD_URL).expect("it is started by the other test");
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let store = Store::open(&url, quick()).await.unwrap();
        let lanes = store.claim_lanes(at(1), LEASE, 1, "child").await.unwrap();
        let effects = store.claim_effects(at(1), LEASE, 1).await.unwrap();
        let schedules = store.due_schedules(at(1), LEASE, 1).await.unwrap();
        println!(
            "\nclaimed {} {} {}",
            lanes.len(),
            effects.len(),
            schedules.len()
        );
        std::future::pending::<()>().await;
    });
}

/// Starts the other node, waits until it has claimed something and is known to live, kills it.
fn start_and_kill_a_node(url: &str) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "takeover::child_that_claims_until_it_is_killed"])
        .args(["--ignored", "--nocapture"])
        .env(CHILD_URL, url)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let claimed = lines.find_map(|line| line.unwrap().strip_prefix("claimed ").map(str::to_owned));
    assert_eq!(claimed.as_deref(), Some("1 1 1"));
    wait_for_nodes(url, 2);
    child.kill().unwrap();
    child.wait().unwrap();
}

/// Waits until so many nodes have said that they live.
fn wait_for_nodes(url: &str, wanted: i64) {
    std::thread::scope(|scope| {
        // The client must not be used on a runtime's own thread.
        scope.spawn(|| {
            let mut client = postgres::Client::connect(url, postgres::NoTls).unwrap();
            let nodes = "SELECT COUNT(*) FROM nodes";
            while client.query_one(nodes, &[]).unwrap().get::<_, i64>(0) < wanted {}
        });
    });
}

/// One lane, one effect and one schedule that are due.
async fn leave_work(store: &Store) {
    let follow = |changed: &FlagChanged| Followed {
        deliveries: vec![delivery(1, "#a")],
        effects: vec![NewEffect {
            id: EffectId::mint(0, 1),
            kind: "comment".to_owned(),
            entry: changed.entry.clone(),
            payload: "{}".to_owned(),
        }],
        schedules: vec![NewSchedule {
            id: ScheduleId::mint(0, 1),
            due: at(0),
            environment: changed.environment.clone(),
            flag: changed.flag.clone(),
            what: "{}".to_owned(),
            author: ana(),
            reason: None,
        }],
    };
    let write = changes([Change::SetBoolean(true)]);
    store
        .change_flag(write, at(0), entry(1), follow)
        .await
        .unwrap();
}

#[test]
fn what_a_killed_node_was_doing_is_taken_over_before_its_leases_end() {
    let Some(database) = Database::postgres() else {
        return;
    };
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let store = Store::open(&database.url, quick()).await.unwrap();
        leave_work(&store).await;
        start_and_kill_a_node(&database.url);
        let mut changes = store.changes();
        let begun = Instant::now();
        let taken_over = async {
            loop {
                let lanes = store.claim_lanes(at(2), LEASE, 1, "heir").await.unwrap();
                if let Some(lane) = lanes.into_iter().next() {
                    return lane;
                }
                assert!(changes.changed().await);
            }
        };
        let lane = tokio::time::timeout(Duration::from_secs(20), taken_over).await;
        let head = lane.expect("it is taken over").head;
        println!(
            "a killed node's lane is taken over after {:?}",
            begun.elapsed()
        );
        assert_eq!(head.uncertain_since, Some(at(1)), "it may have been sent");
        assert_eq!(store.claim_effects(at(2), LEASE, 9).await.unwrap().len(), 1);
        assert_eq!(store.due_schedules(at(2), LEASE, 9).await.unwrap().len(), 1);
        // A node that lives keeps what it has.
        assert_eq!(store.claim_lanes(at(3), LEASE, 9, "heir").await, Ok(vec![]));
        store.close().await;
    });
}

#[test]
fn what_a_closed_store_was_doing_is_free_for_the_next() {
    on_each_engine(|world| async move {
        leave_work(&world.store).await;
        if world.url.starts_with("postgres") {
            wait_for_nodes(&world.url, 1);
        }
        claim_all(&world.store, at(1)).await;
        world.store.close().await;
        let next = Store::open(&world.url, quick()).await.unwrap();
        claim_all(&next, at(2)).await;
        next.close().await;
    });
}

/// Claims what [`leave_work`] left.
async fn claim_all(store: &Store, now: Timestamp) {
    let lanes = store.claim_lanes(now, LEASE, 9, "worker").await.unwrap();
    let effects = store.claim_effects(now, LEASE, 9).await.unwrap();
    let schedules = store.due_schedules(now, LEASE, 9).await.unwrap();
    assert_eq!((lanes.len(), effects.len(), schedules.len()), (1, 1, 1));
}
