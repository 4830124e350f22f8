//! Opening, closing, crashing, and databases of other programs.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use store::{OpenError, OpenOptions, Store, StoreError};

use crate::world::{Database, KEEP, at, event, event_id, on_each_engine, sent, settlement, way};

#[test]
fn what_was_accepted_is_there_after_reopening() {
    on_each_engine(|world| async move {
        world.route_to("#a", 1..=2).await;
        let lane = world.claim_one(at(0)).await;
        world.store.close().await;
        assert_eq!(
            world.store.accept(event(3, at(0))).await,
            Err(StoreError::Closed)
        );
        assert_eq!(world.store.counts().await, Err(StoreError::Closed));

        let store = Store::open(&world.url, OpenOptions::default())
            .await
            .unwrap();
        assert_eq!(store.counts().await.unwrap().waiting, 2);
        let mut repeat = event(3, at(0));
        repeat.repeat = event(1, at(0)).repeat;
        let repeat = store.accept(repeat).await.unwrap();
        assert_eq!((repeat.id, repeat.repeated), (event_id(1), true));
        if world.url.starts_with("sqlite:") {
            assert_eq!(
                store.in_flight().await,
                Ok(0),
                "no other process has a lane"
            );
        }
        let again = store
            .claim_lanes(at(60), crate::world::LEASE, 1, "node-2")
            .await
            .unwrap();
        assert_eq!(again[0].head.uncertain_since, Some(at(0)));
        let late = settlement(&lane.head, sent(), KEEP, at(1));
        assert!(
            store.settle(lane.token, late).await.is_err(),
            "the old token is stale"
        );
        store.close().await;
    });
}

#[test]
fn dropping_a_store_keeps_everything_that_was_accepted() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let database = Database::sqlite();
    runtime.block_on(async {
        let store = database.open().await;
        for number in 0..50 {
            store.accept(event(number, at(0))).await.unwrap();
        }
        drop(store);
        let store = database.open().await;
        assert_eq!(store.counts().await.unwrap().events(), 50);
    });
}

const CHILD_URL: &str = "SIGNALBOX_TEST_STORE_CHILD";

/// What the killed process does: it says each id once its event is accepted.
#[test]
#[ignore = "the process that a_killed_process_loses_nothing kills"]
fn child_that_accepts_until_it_is_killed() {
    let url = std::env::var(CHILD_URL).expect("it is started by the other test");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let store = Store::open(&url, OpenOptions::default()).await.unwrap();
        let callers = (0..8_u128).map(|caller| {
            let store = store.clone();
            tokio::spawn(async move {
                for number in 0.. {
                    let accepted = store
                        .accept(event(caller << 64 | number, at(0)))
                        .await
                        .unwrap();
                    println!("\naccepted {}", accepted.id);
                }
            })
        });
        for caller in callers.collect::<Vec<_>>() {
            caller.await.unwrap();
        }
    });
}

#[test]
fn a_killed_process_loses_nothing() {
    for database in std::iter::once(Database::sqlite()).chain(Database::postgres()) {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "open::child_that_accepts_until_it_is_killed"])
            .args(["--ignored", "--nocapture"])
            .env(CHILD_URL, &database.url)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut said = Vec::new();
        for line in lines {
            let line = line.unwrap();
            said.extend(
                line.strip_prefix("accepted evt_")
                    .map(|rest| format!("evt_{rest}")),
            );
            if said.len() == 200 {
                child.kill().unwrap();
            }
        }
        child.wait().unwrap();
        assert!(200 <= said.len());
        // The last line may be cut off.
        said.retain(|id| id.len() == event_id(0).as_str().len());
        tokio::runtime::Runtime::new().unwrap().block_on(async {
            let store = database.open().await;
            for id in said {
                assert!(
                    store.event(&id.parse().unwrap()).await.unwrap().is_some(),
                    "{id}"
                );
            }
            store.close().await;
        });
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_serves_one_program_at_a_time() {
    let database = Database::sqlite();
    let store = database.open().await;
    let second = Store::open(&database.url, OpenOptions::default()).await;
    let error = second.err().unwrap();
    assert!(matches!(error, OpenError::InUse { .. }), "{error}");
    assert!(
        error.to_string().contains("in use by another signalbox"),
        "{error}"
    );
    store.close().await;
    database.open().await.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn memory_needs_no_file() {
    let store = Store::open("sqlite::memory:", OpenOptions::default())
        .await
        .unwrap();
    store.accept(event(1, at(0))).await.unwrap();
    assert_eq!(store.counts().await.unwrap().events(), 1);
    store.check().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_url_that_names_no_database_is_refused_with_an_example() {
    for url in [
        "",
        "mysql://u:geheim@h/db",
        "sqlite:",
        "/var/lib/signalbox.db",
    ] {
        let error = Store::open(url, OpenOptions::default())
            .await
            .err()
            .unwrap()
            .to_string();
        assert!(error.contains("sqlite:PATH"), "{error}");
        assert!(!error.contains("geheim"), "{error}");
    }
    let nowhere = Store::open("sqlite:/no/such/folder/x.db", OpenOptions::default()).await;
    assert!(
        nowhere
            .err()
            .unwrap()
            .to_string()
            .contains("/no/such/folder")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_of_a_newer_program_is_refused() {
    let insert = "INSERT INTO migrations (number, name) VALUES (999, 'from the future')";
    for database in std::iter::once(Database::sqlite()).chain(Database::postgres()) {
        database.open().await.close().await;
        match database.url.strip_prefix("sqlite:") {
            Some(path) => rusqlite::Connection::open(path)
                .unwrap()
                .execute_batch(insert)
                .unwrap(),
            None => crate::world::run_on_server(&database.url, insert),
        }
        let error = Store::open(&database.url, OpenOptions::default())
            .await
            .err()
            .unwrap();
        assert!(
            matches!(error, OpenError::Newer { found: 999, .. }),
            "{error}"
        );
    }
}

#[test]
fn nodes_that_start_together_make_the_tables_once() {
    let Some(database) = Database::postgres() else {
        return;
    };
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let opened = tokio::join!(database.open(), database.open(), database.open());
        opened.0.accept(event(1, at(0))).await.unwrap();
        assert_eq!(opened.1.counts().await.unwrap().events(), 1);
        assert_eq!(opened.2.counts().await.unwrap().events(), 1);
        for store in [opened.0, opened.1, opened.2] {
            store.close().await;
        }
    });
}

#[test]
fn opening_again_changes_no_row() {
    on_each_engine(|world| async move {
        world.route_to("#a", 1..=1).await;
        world.store.close().await;
        for _ in 0..2 {
            let store = Store::open(&world.url, OpenOptions::default())
                .await
                .unwrap();
            let again = crate::world::World {
                store: store.clone(),
                url: world.url.clone(),
            };
            assert_eq!(again.way_of(1).await, way("waiting", &["waiting"]));
            store.close().await;
        }
    });
}
