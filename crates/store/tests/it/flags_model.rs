//! Whatever two writers do to flags at the same time, the audit tells one history: every change
//! begins where the one before it ended, and does what the rules say.

use std::collections::BTreeMap;

use ::flags::{Change, FlagKey, Gates, Percentage};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use store::{AuditFilter, ChangeFlagError, FlagWrite, OpenOptions, Store, Subject, Write};

use crate::flags::{actor, change, entry, key, production, write};
use crate::world::Database;

/// What a writer tries next.
#[derive(Clone, Debug)]
enum Try {
    Changes(u8, Vec<Change>),
    /// Takes back the writer's last change, if nobody changed the flag since.
    Undo,
}

fn any_change() -> impl Strategy<Value = Change> {
    let user = || (1..4_u8).prop_map(|n| actor(&format!("User:{n}")));
    prop_oneof![
        any::<bool>().prop_map(Change::SetBoolean),
        user().prop_map(Change::EnableActor),
        user().prop_map(Change::DisableActor),
        user().prop_map(Change::OptOut),
        user().prop_map(Change::RemoveOptOut),
        (0.0..=100.0).prop_map(|n| Change::PercentageOfActors(Percentage::new(n).unwrap())),
        Just(Change::Delete),
    ]
}

fn any_try() -> impl Strategy<Value = Try> {
    let changes = (0..2_u8, prop::collection::vec(any_change(), 1..3));
    prop_oneof![
        4 => changes.prop_map(|(flag, changes)| Try::Changes(flag, changes)),
        1 => Just(Try::Undo),
    ]
}

/// Makes the tries, one after the other; answers what was written under which number, and
/// whether the writer was told that it was made.
async fn write_all(store: Store, tries: Vec<Try>, from: u128) -> Vec<(u128, FlagWrite, bool)> {
    let mut last: Option<(FlagKey, Option<Gates>, Option<Gates>)> = None;
    let mut written = Vec::new();
    for (number, next) in (from..).zip(tries) {
        let next = match (next, &last) {
            (Try::Changes(flag, changes), _) => {
                let mut next = write(Write::Changes(changes));
                next.flag = key(&format!("flag_{flag}"));
                next
            }
            (Try::Undo, None) => continue,
            (Try::Undo, Some((flag, before, after))) => {
                let mut next = write(Write::Restore {
                    expected: after.clone(),
                    to: before.clone(),
                });
                next.flag = flag.clone();
                next
            }
        };
        let made = change(&store, number, next.clone()).await;
        written.push((number, next, made.is_ok()));
        match made {
            Ok(made) => last = Some((made.flag, made.before, made.after)),
            Err(ChangeFlagError::Refused(_) | ChangeFlagError::Conflict { .. }) => {}
            Err(error) => panic!("{error}"),
        }
    }
    written
}

/// What the rules say a write does.
fn expected(write: &Write, before: Option<&Gates>) -> Option<Option<Gates>> {
    match write {
        Write::Changes(changes) => ::flags::apply(before, changes).ok(),
        Write::Restore { expected, to } => (expected.as_ref() == before).then(|| to.clone()),
        Write::Elsewhere { after, .. } => Some(after.clone()),
    }
}

async fn check_history(store: &Store, written: &[(u128, FlagWrite, bool)]) {
    let filter = AuditFilter {
        limit: 10_000,
        ..AuditFilter::default()
    };
    let entries = store.audit(filter).await.unwrap().entries;
    assert_eq!(
        entries.len(),
        written.len(),
        "every try is in the audit once"
    );
    let mut gates: BTreeMap<FlagKey, Gates> = BTreeMap::new();
    let mut revision = 0;
    for told in entries.iter().rev() {
        let (_, write, made) = written
            .iter()
            .find(|(number, ..)| entry(*number) == told.id)
            .unwrap();
        assert_eq!(told.refused.is_none(), *made);
        let Subject::Flag {
            flag,
            before,
            after,
            ..
        } = &told.subject
        else {
            panic!("{told:?}");
        };
        assert_eq!((flag, before.as_ref()), (&write.flag, gates.get(flag)));
        let ought = expected(&write.write, before.as_ref());
        assert_eq!(ought.is_some(), *made);
        assert_eq!(*after, ought.unwrap_or_else(|| before.clone()));
        revision += u64::from(before != after);
        match after {
            Some(after) => gates.insert(flag.clone(), after.clone()),
            None => gates.remove(flag),
        };
    }
    let now = store.flags(&production()).await.unwrap();
    assert_eq!(now.flags, gates.into_iter().collect::<Vec<_>>());
    assert_eq!(now.revision, revision);
}

fn live(cases: u32, database: impl Fn() -> Option<Database>) {
    let config = Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let tries = || prop::collection::vec(any_try(), 1..16);
    let run = |(ours, theirs): (Vec<Try>, Vec<Try>)| {
        let database = database();
        runtime.block_on(async {
            let open = async |url: &str| Store::open(url, OpenOptions::default()).await.unwrap();
            let (first, second) = match &database {
                Some(database) => (open(&database.url).await, open(&database.url).await),
                None => {
                    let store = open("sqlite::memory:").await;
                    (store.clone(), store)
                }
            };
            let ours = tokio::spawn(write_all(first.clone(), ours, 0));
            let theirs = tokio::spawn(write_all(second.clone(), theirs, 1000));
            let written = [ours.await.unwrap(), theirs.await.unwrap()].concat();
            check_history(&first, &written).await;
            first.close().await;
            second.close().await;
        });
        Ok(())
    };
    TestRunner::new_with_rng(config, rng)
        .run(&(tries(), tries()), run)
        .unwrap();
}

#[test]
fn two_writers_make_one_history() {
    live(100, || None);
}

#[test]
fn two_nodes_make_one_history() {
    if Database::postgres().is_some() {
        live(6, Database::postgres);
    }
}
