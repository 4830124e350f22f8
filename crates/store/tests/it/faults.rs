//! Storage that is full, read-only or away: nothing half done, and work goes on by itself.

use jiff::SignedDuration;
use store::{NewEvent, OpenOptions, Store, StoreError};

use crate::world::{Database, at, event, event_id, run_on_server};

fn run(case: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .build()
        .unwrap()
        .block_on(case);
}

/// An event that takes room.
fn large(number: u128) -> NewEvent {
    let mut event = event(number, at(0));
    event.ignored = Some("x".repeat(4000));
    event
}

/// Stores large events until that fails; answers how many were stored.
async fn fill(store: &Store) -> u128 {
    for number in 0..10_000 {
        match store.accept(large(number)).await {
            Ok(_) => {}
            Err(StoreError::Unavailable { reason }) => {
                assert!(reason.contains("full"), "{reason}");
                return number;
            }
            Err(error) => panic!("{error}"),
        }
    }
    panic!("10,000 events fit");
}

#[test]
fn a_full_file_refuses_events_until_there_is_room_again() {
    run(async {
        let database = Database::sqlite();
        let options = OpenOptions {
            sqlite_max_pages: Some(200),
            ..OpenOptions::default()
        };
        let store = Store::open(&database.url, options).await.unwrap();
        let stored = fill(&store).await;
        assert_eq!(u128::from(store.counts().await.unwrap().events()), stored);
        assert_eq!(
            store.event(&event_id(stored)).await.unwrap(),
            None,
            "nothing half done"
        );
        let expired = store
            .expire(at(8 * 24 * 60 * 60), SignedDuration::ZERO)
            .await
            .unwrap();
        assert_eq!(u128::from(expired.events), stored);
        // The refused one's key was not kept: it is new.
        assert!(!store.accept(large(stored)).await.unwrap().repeated);
        store.close().await;
    });
}

/// A file system of one megabyte, if this process may mount one.
struct TinyDisk(tempfile::TempDir);

impl TinyDisk {
    fn mount() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mut mount = std::process::Command::new("mount");
        mount
            .args(["-t", "tmpfs", "-o", "size=1m", "tmpfs"])
            .arg(folder.path());
        let mounted = mount.stderr(std::process::Stdio::null()).status();
        if !mounted.is_ok_and(|status| status.success()) {
            println!("tmpfs absent");
            return None;
        }
        Some(Self(folder))
    }
}

impl Drop for TinyDisk {
    fn drop(&mut self) {
        let unmounted = std::process::Command::new("umount")
            .arg(self.0.path())
            .status();
        assert!(unmounted.is_ok_and(|status| status.success()) || std::thread::panicking());
    }
}

#[test]
fn a_full_disk_refuses_events_until_there_is_room_again() {
    let Some(disk) = TinyDisk::mount() else {
        return;
    };
    run(async {
        let filler = disk.0.path().join("filler");
        std::fs::write(&filler, vec![0; 300_000]).unwrap();
        let url = format!("sqlite:{}", disk.0.path().join("signalbox.db").display());
        let store = Store::open(&url, OpenOptions::default()).await.unwrap();
        let stored = fill(&store).await;
        assert!(matches!(
            store.accept(large(stored)).await,
            Err(StoreError::Unavailable { .. })
        ));
        std::fs::remove_file(&filler).unwrap();
        assert!(!store.accept(large(stored)).await.unwrap().repeated);
        store.close().await;
        drop(store);

        let store = Store::open(&url, OpenOptions::default()).await.unwrap();
        assert_eq!(
            u128::from(store.counts().await.unwrap().events()),
            stored + 1
        );
        store.close().await;
    });
}

/// Ends every connection to the database, as a fail-over would.
fn end_connections(url: &str) {
    run_on_server(
        url,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid()",
    );
}

#[test]
fn a_lost_connection_is_made_again() {
    let Some(database) = Database::postgres() else {
        return;
    };
    run(async {
        let store = database.open().await;
        for number in 0..8 {
            store.accept(event(number, at(0))).await.unwrap();
            store.check().await.unwrap();
        }
        end_connections(&database.url);
        for number in 8..16 {
            store.accept(event(number, at(0))).await.unwrap();
            store.check().await.unwrap();
        }
        assert_eq!(store.counts().await.unwrap().events(), 16);
        store.close().await;
    });
}

#[test]
fn a_server_that_takes_no_writes_refuses_events_until_it_does() {
    let Some(database) = Database::postgres() else {
        return;
    };
    run(async {
        let store = database.open().await;
        store.accept(event(1, at(0))).await.unwrap();
        let name = database.url.rsplit('/').next().unwrap();
        let set = |value| {
            // From outside of the database, where the setting does not hold.
            let server = std::env::var("SIGNALBOX_TEST_POSTGRES").unwrap();
            let setting = format!("default_transaction_read_only = {value}");
            run_on_server(&server, &format!("ALTER DATABASE {name} SET {setting}"));
            end_connections(&database.url);
        };
        set("on");
        let refused = store.accept(event(2, at(0))).await;
        assert!(
            matches!(refused, Err(StoreError::Unavailable { .. })),
            "{refused:?}"
        );
        assert!(matches!(
            store.check().await,
            Err(StoreError::Unavailable { .. })
        ));
        assert!(
            store.event(&event_id(1)).await.unwrap().is_some(),
            "it can still be read"
        );
        set("off");
        assert!(!store.accept(event(2, at(0))).await.unwrap().repeated);
        store.check().await.unwrap();
        store.close().await;
    });
}
