//! How many events of 1 KB a second are durably accepted, by how many callers at once.
//!
//! `cargo run --release -p store --example accept_rate [URL] [CALLERS] [SECONDS]`; without a
//! URL a SQLite file in the current folder is made and removed.

use std::time::{Duration, Instant};

use domain::{EventId, EventKind};
use jiff::{SignedDuration, Timestamp};
use store::{NewEvent, OpenOptions, RepeatKey, Store};

fn event(number: u64) -> NewEvent {
    // About 30 events a millisecond, so that ids and times rise as they do in service.
    let millisecond = i64::try_from(number / 30).unwrap_or(0);
    let received_at = Timestamp::from_millisecond(millisecond).unwrap_or(Timestamp::UNIX_EPOCH);
    // Keys are hashes: spread like these, not counted up.
    let spread = u128::from(number).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
    NewEvent {
        id: EventId::mint(millisecond, number.into()),
        hook: "demo".parse().expect("a hook's name"),
        kind: EventKind::MergeRequest,
        project: Some("gitlab-org/gitlab".to_owned()),
        title: "Ana opened !7 Tidy the sidebar".to_owned(),
        received_at,
        repeat: RepeatKey {
            key: spread.to_be_bytes(),
            until: received_at + SignedDuration::from_hours(7 * 24),
        },
        body: "x".repeat(1024),
        ignored: None,
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = tempfile::tempdir_in(".")?;
    let file = format!("sqlite:{}", folder.path().join("accept_rate.db").display());
    let url = arguments.next().unwrap_or(file);
    let callers: u64 = arguments.next().as_deref().unwrap_or("64").parse()?;
    let seconds: u64 = arguments.next().as_deref().unwrap_or("5").parse()?;
    let store = Store::open(&url, OpenOptions::default()).await?;
    let began = Instant::now();
    let end = began + Duration::from_secs(seconds);
    let tasks: Vec<_> = (0..callers)
        .map(|caller| {
            let store = store.clone();
            tokio::spawn(async move {
                let mut waits = Vec::new();
                let mut number = caller;
                while Instant::now() < end {
                    let asked = Instant::now();
                    store.accept(event(number)).await?;
                    waits.push(asked.elapsed());
                    number += callers;
                }
                Ok::<_, store::StoreError>(waits)
            })
        })
        .collect();
    let mut waits = Vec::new();
    for task in tasks {
        waits.extend(task.await??);
    }
    let elapsed = began.elapsed().as_secs_f64();
    waits.sort_unstable();
    let at = |share: usize| {
        waits
            .get(waits.len() * share / 100)
            .copied()
            .unwrap_or_default()
    };
    let stats = store.stats();
    println!(
        "{callers} callers: {:.0} accepts/s, {:.1} to a commit, p50 {:?}, p99 {:?}",
        waits.len() as f64 / elapsed,
        stats.accepts as f64 / stats.commits as f64,
        at(50),
        at(99),
    );
    store.close().await;
    Ok(())
}
