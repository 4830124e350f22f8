//! A process that is killed while flags change leaves each change whole, or not at all.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use ::flags::{Change, FlagKey, Gates, Percentage};
use domain::{AuditId, EffectId};
use store::{AuditFilter, FlagChanged, Followed, NewEffect, OpenOptions, Store, Subject};

use crate::flags::{changes, entry, key, production};
use crate::world::{Database, at, delivery};

const CHILD_URL: &str = "SIGNALBOX_TEST_STORE_CHILD_OF_FLAGS";

/// A change of the caller's own flag, with a message and an effect of its own.
async fn change(store: &Store, number: u128) -> AuditId {
    let share = u32::try_from(number & 0xffff).unwrap();
    let share = Percentage::new(f64::from(share % 1000) / 10.0).unwrap();
    let mut write = changes([Change::PercentageOfActors(share)]);
    write.flag = key(&format!("flag_{}", number >> 64));
    let follow = move |changed: &FlagChanged| Followed {
        deliveries: vec![delivery(number, "#production")],
        effects: vec![NewEffect {
            id: EffectId::mint(0, number),
            kind: "comment".to_owned(),
            entry: changed.entry.clone(),
            payload: "{}".to_owned(),
        }],
        schedules: Vec::new(),
    };
    let made = store.change_flag(write, at(0), entry(number), follow);
    made.await.unwrap().entry
}

/// What the killed process does: it says each entry once its change is made.
#[test]
#[ignore = "the process that a_killed_process_leaves_every_change_whole_or_unmade kills"]
fn child_that_changes_flags_until_it_is_killed() {
    let url = std::env::var(CHILD_URL).expect("it is started by the other test");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let store = Store::open(&url, OpenOptions::default()).await.unwrap();
        let callers = (0..4_u128).map(|caller| {
            let store = store.clone();
            tokio::spawn(async move {
                for number in 1.. {
                    println!("\nmade {}", change(&store, caller << 64 | number).await);
                }
            })
        });
        for caller in callers.collect::<Vec<_>>() {
            caller.await.unwrap();
        }
    });
}

/// Runs the other process until it has said 60 entries, and kills it.
fn entries_before_the_kill(url: &str) -> Vec<String> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "killed::child_that_changes_flags_until_it_is_killed",
        ])
        .args(["--ignored", "--nocapture"])
        .env(CHILD_URL, url)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = Vec::new();
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        said.extend(line.strip_prefix("made ").map(str::to_owned));
        if said.len() == 60 {
            child.kill().unwrap();
        }
    }
    child.wait().unwrap();
    assert!(60 <= said.len());
    // The last line may be cut off.
    said.retain(|id| id.len() == entry(0).as_str().len());
    said
}

#[test]
fn a_killed_process_leaves_every_change_whole_or_unmade() {
    for database in std::iter::once(Database::sqlite()).chain(Database::postgres()) {
        let said = entries_before_the_kill(&database.url);
        tokio::runtime::Runtime::new().unwrap().block_on(async {
            let store = database.open().await;
            let filter = AuditFilter {
                limit: 1_000_000,
                ..AuditFilter::default()
            };
            let entries = store.audit(filter).await.unwrap().entries;
            for id in said {
                let is_kept = entries.iter().any(|found| found.id.as_str() == id);
                assert!(is_kept, "{id} was made");
            }
            let mut gates: BTreeMap<FlagKey, Gates> = BTreeMap::new();
            for told in entries.iter().rev() {
                let Subject::Flag {
                    flag,
                    before,
                    after,
                    ..
                } = &told.subject
                else {
                    panic!("{told:?}");
                };
                assert_eq!(before.as_ref(), gates.get(flag));
                gates.insert(flag.clone(), after.clone().unwrap());
                let effects = store.effects_of(&told.id).await.unwrap();
                assert_eq!(effects.len(), 1, "{}", told.id);
            }
            let now = store.flags(&production()).await.unwrap();
            assert_eq!(now.flags, gates.into_iter().collect::<Vec<_>>());
            let all = entries.len() as u64;
            let counts = store.counts().await.unwrap();
            let told = (
                now.revision,
                counts.effects.waiting,
                counts.deliveries.waiting,
            );
            assert_eq!(told, (all, all, all));
            store.close().await;
        });
    }
}
