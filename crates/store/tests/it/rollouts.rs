//! A rollout is written by one at a time, as each has read it, and a flag is changed for it only
//! while it stands so.

use ::flags::{Change, FlagKey};
use domain::{AuditId, EffectId, RolloutId};
use jiff::{SignedDuration, Timestamp};
use store::{
    ChangeFlagError, ClaimedRollout, Fence, Followed, NewEffect, NewRollout, NewRolloutEntry,
    NewRolloutReading, RecordRolloutError, RolloutFilter, RolloutRecord, RolloutWrite,
    StartRolloutError, Store,
};

use crate::flags::{change, changes, entry, key, production};
use crate::world::{LEASE, World, at, delivery, on_each_engine};

pub fn id(number: u128) -> RolloutId {
    RolloutId::mint(0, number)
}

fn happened(number: u64, kind: &str) -> NewRolloutEntry {
    NewRolloutEntry {
        number,
        at: at(0),
        author: "ops".to_owned(),
        kind: kind.to_owned(),
        body: format!("{{\"event\":\"{kind}\"}}"),
    }
}

pub fn rollout(number: u128, flag: &str) -> NewRollout {
    NewRollout {
        id: id(number),
        flag: key(flag),
        state: "{\"stage\":0}".to_owned(),
        entry: happened(1, "started"),
        next_at: at(60),
        followed: Followed::default(),
        cards: Vec::new(),
    }
}

/// A write by whoever read `record`, to be looked at again in an hour.
pub fn write(record: &RolloutRecord, kinds: &[&str]) -> RolloutWrite {
    let entries = kinds.iter().enumerate();
    RolloutWrite {
        id: record.id.clone(),
        expected: record.revision,
        state: format!("{{\"after\":{}}}", record.version + kinds.len() as u64),
        entries: entries
            .map(|(after, kind)| happened(record.version + 1 + after as u64, kind))
            .collect(),
        readings: Vec::new(),
        next_at: Some(at(3_600)),
        open: true,
        followed: Followed::default(),
        cards: Vec::new(),
        token: None,
        at: at(10),
    }
}

pub async fn read(store: &Store, number: u128) -> RolloutRecord {
    store.rollout(&id(number)).await.unwrap().unwrap()
}

async fn claim(store: &Store, now: Timestamp) -> Vec<ClaimedRollout> {
    store.claim_rollouts(now, LEASE, 10).await.unwrap()
}

async fn start(world: &World, number: u128) -> RolloutRecord {
    let new = rollout(number, "tidy_sidebar");
    world.store.start_rollout(new).await.unwrap();
    read(&world.store, number).await
}

#[test]
fn a_flag_has_one_open_rollout_and_any_number_that_are_over() {
    on_each_engine(|world| async move {
        let store = &world.store;
        let record = start(&world, 1).await;
        assert_eq!((record.revision, record.version, record.open), (1, 1, true));
        assert_eq!((record.next_at, record.started_at), (Some(at(60)), at(0)));
        let again = store.start_rollout(rollout(1, "tidy_sidebar")).await;
        assert_eq!(again, Ok(()), "the answer to the first may have been lost");
        let second = store.start_rollout(rollout(2, "tidy_sidebar")).await;
        assert_eq!(second, Err(StartRolloutError::AlreadyRuns(id(1))));
        let elsewhere = store.start_rollout(rollout(3, "other")).await;
        assert_eq!(elsewhere, Ok(()));

        let over = RolloutWrite {
            open: false,
            next_at: None,
            ..write(&record, &["cancelled"])
        };
        assert_eq!(store.record_rollout(over).await, Ok(2));
        let flag = key("tidy_sidebar");
        assert_eq!(store.open_rollout(&flag).await, Ok(None));
        let ended = store.latest_rollout(&flag).await.unwrap().unwrap();
        assert_eq!((ended.ended_at, ended.next_at), (Some(at(10)), None));
        let third = store.start_rollout(rollout(4, "tidy_sidebar")).await;
        assert_eq!(third, Ok(()));
        let newest = store.latest_rollout(&flag).await.unwrap().unwrap();
        assert_eq!(newest.id, id(4));
        assert_eq!(store.open_rollout(&flag).await, Ok(Some(newest)));
    });
}

async fn listed(store: &Store, filter: RolloutFilter) -> (Vec<RolloutId>, RolloutFilter) {
    let page = store.rollouts(filter.clone()).await.unwrap();
    let ids = page.rollouts.into_iter().map(|rollout| rollout.id);
    let next = RolloutFilter {
        before: page.next,
        ..filter
    };
    (ids.collect(), next)
}

#[test]
fn rollouts_are_listed_page_by_page_newest_first() {
    on_each_engine(|world| async move {
        let store = &world.store;
        for number in 1..=5 {
            let new = rollout(number, &format!("flag_{number}"));
            store.start_rollout(new).await.unwrap();
        }
        let over = read(store, 4).await;
        let over = RolloutWrite {
            open: false,
            ..write(&over, &["completed"])
        };
        store.record_rollout(over).await.unwrap();
        let two = RolloutFilter {
            limit: 2,
            ..RolloutFilter::default()
        };
        let (page, next) = listed(store, two.clone()).await;
        assert_eq!(page, [id(5), id(4)]);
        assert_eq!(listed(store, next).await.0, [id(3), id(2)]);
        let open = RolloutFilter {
            open: Some(true),
            ..two.clone()
        };
        assert_eq!(listed(store, open).await.0, [id(5), id(3)]);
        let closed = RolloutFilter {
            open: Some(false),
            ..two.clone()
        };
        assert_eq!(listed(store, closed).await.0, [id(4)]);
        let of_flag = RolloutFilter {
            flag: Some(key("flag_2")),
            ..two
        };
        assert_eq!(listed(store, of_flag).await.0, [id(2)]);
    });
}

#[test]
fn of_two_who_write_from_the_same_reading_one_wins() {
    on_each_engine(|world| async move {
        let store = &world.store;
        let record = start(&world, 1).await;
        let writes = (0..8).map(|n: i64| {
            let (store, record) = (store.clone(), record.clone());
            tokio::spawn(async move {
                let kind = format!("held_{n}");
                store.record_rollout(write(&record, &[&kind, "told"])).await
            })
        });
        let mut won = 0;
        for write in writes.collect::<Vec<_>>() {
            match write.await.unwrap() {
                Ok(2) => won += 1,
                other => assert_eq!(other, Err(RecordRolloutError::Stale(id(1)))),
            }
        }
        assert_eq!(won, 1);
        let now = read(store, 1).await;
        assert_eq!((now.revision, now.version), (2, 3));
        assert_eq!(now.state, "{\"after\":3}");
        let history = store.rollout_entries(&id(1), 0, 10).await.unwrap();
        let kinds: Vec<_> = history.iter().map(|entry| entry.kind.as_str()).collect();
        assert_eq!((kinds[0], kinds[2], kinds.len()), ("started", "told", 3));
        let later = store.rollout_entries(&id(1), 2, 10).await.unwrap();
        assert_eq!(later, history[2..]);

        let unknown = RolloutWrite {
            id: id(9),
            ..write(&now, &["held"])
        };
        let unknown = store.record_rollout(unknown).await;
        assert_eq!(unknown, Err(RecordRolloutError::Unknown(id(9))));
    });
}

#[test]
fn what_follows_from_a_write_is_there_with_it_or_not_at_all() {
    on_each_engine(|world| async move {
        let store = &world.store;
        let record = start(&world, 1).await;
        let effect = |number: u128| NewEffect {
            id: EffectId::mint(0, number),
            kind: "rollout_issue".to_owned(),
            entry: AuditId::of_rollout(&id(1), 2),
            payload: "{}".to_owned(),
        };
        let follows = |number: u128| Followed {
            deliveries: vec![delivery(number, "#rollouts")],
            effects: vec![effect(number)],
            ..Followed::default()
        };
        let held = RolloutWrite {
            followed: follows(1),
            ..write(&record, &["held"])
        };
        store.record_rollout(held).await.unwrap();
        let stale = RolloutWrite {
            followed: follows(2),
            ..write(&record, &["resumed"])
        };
        assert!(store.record_rollout(stale).await.is_err());
        // A gap in the history is a bug of the caller's: nothing is written.
        let now = read(store, 1).await;
        let gap = RolloutWrite {
            entries: vec![happened(7, "resumed")],
            followed: follows(3),
            ..write(&now, &[])
        };
        assert!(store.record_rollout(gap).await.is_err());
        assert_eq!(read(store, 1).await, now);

        let lane = world.claim_one(at(10)).await;
        assert_eq!(lane.waiting, 1);
        assert!(!lane.head.is_digest());
        let announced = lane.head.announces.unwrap();
        assert_eq!(announced.rollout(), Some(id(1)));
        let effects = store.effects_of(&announced).await.unwrap();
        assert_eq!(effects.len(), 1);
        assert_eq!(effects[0].id, EffectId::mint(0, 1));
    });
}

#[test]
fn readings_are_kept_in_order_until_the_rollout_is_long_over() {
    on_each_engine(|world| async move {
        let store = &world.store;
        let reading = |monitor: &str, minute: i64| NewRolloutReading {
            monitor: monitor.to_owned(),
            stage: "25-percent".to_owned(),
            from: at(60 * minute),
            to: at(60 * minute + 60),
            at: at(60 * minute + 61),
            body: format!("{{\"e_bad\":{minute}.5}}"),
        };
        let record = start(&world, 1).await;
        let readings = RolloutWrite {
            readings: (0..4)
                .flat_map(|minute| [reading("a", minute), reading("b", minute)])
                .collect(),
            ..write(&record, &[])
        };
        assert_eq!(store.record_rollout(readings).await, Ok(2));
        let now = read(store, 1).await;
        assert_eq!((now.revision, now.version), (2, 1), "no entry was added");

        let all = store.rollout_readings(&id(1), None, None, 99).await;
        let all = all.unwrap();
        assert_eq!(all.len(), 8);
        assert_eq!(all[0].body, "{\"e_bad\":0.5}");
        let rollout = id(1);
        let later = store.rollout_readings(&rollout, Some("b"), Some(at(120)), 99);
        let later = later.await.unwrap();
        let ends: Vec<_> = later.iter().map(|reading| reading.to).collect();
        assert_eq!(ends, [at(180), at(240)]);
        let limited = store.rollout_readings(&rollout, Some("a"), None, 1);
        assert_eq!(limited.await.unwrap()[0].to, at(60));
        let newest = store.newest_rollout_readings(&rollout, at(60), at(180), 3);
        let newest = newest.await.unwrap();
        let newest: Vec<_> = newest
            .iter()
            .map(|reading| (reading.monitor.as_str(), reading.to))
            .collect();
        assert_eq!(newest, [("b", at(120)), ("a", at(180)), ("b", at(180))]);

        let keep = SignedDuration::from_hours(1);
        let long_after = at(1_000_000);
        let expired = store.expire(long_after, keep).await.unwrap();
        assert_eq!(expired.readings, 0, "it is still open");
        let over = RolloutWrite {
            open: false,
            next_at: None,
            ..write(&now, &["completed"])
        };
        store.record_rollout(over).await.unwrap();
        assert_eq!(store.expire(at(20), keep).await.unwrap().readings, 0);
        assert_eq!(store.expire(long_after, keep).await.unwrap().readings, 8);
        let history = store.rollout_entries(&id(1), 0, 10).await.unwrap();
        assert_eq!(history.len(), 2);
    });
}

#[test]
fn a_rollout_is_carried_out_by_one_and_taken_over_after_the_lease() {
    on_each_engine(|world| async move {
        let store = &world.store;
        start(&world, 1).await;
        assert_eq!(store.next_due().await, Ok(Some(at(60))));
        assert_eq!(store.next_rollout_due().await, Ok(Some(at(60))));
        assert_eq!(claim(store, at(59)).await, []);
        let first = claim(store, at(60)).await.remove(0);
        assert_eq!(first.record.id, id(1));
        assert_eq!(claim(store, at(60)).await, []);
        assert_eq!(store.next_due().await, Ok(None));
        assert_eq!(store.next_rollout_due().await, Ok(Some(at(120))));
        assert_eq!(store.in_flight().await, Ok(1));
        assert_eq!(store.next_lease_end().await, Ok(Some(at(120))));

        let second = claim(store, at(120)).await.remove(0);
        let late = RolloutWrite {
            token: Some(first.token),
            ..write(&first.record, &["applied"])
        };
        let late = store.record_rollout(late).await;
        assert_eq!(late, Err(RecordRolloutError::Stale(id(1))));
        store
            .release_rollout(first.token, 1, Some(at(500)), at(121))
            .await
            .unwrap();
        assert_eq!(store.in_flight().await, Ok(1), "it is the other's");

        let timely = RolloutWrite {
            token: Some(second.token),
            ..write(&second.record, &["applied"])
        };
        assert_eq!(store.record_rollout(timely).await, Ok(2));
        assert_eq!(store.in_flight().await, Ok(1), "it is still being carried");
        store
            .release_rollout(second.token, 2, Some(at(180)), at(122))
            .await
            .unwrap();
        assert_eq!(store.next_due().await, Ok(Some(at(180))));
    });
}

#[test]
fn whoever_asks_something_wakes_whoever_carries_it_out() {
    on_each_engine(|world| async move {
        let store = &world.store;
        let record = start(&world, 1).await;
        assert_eq!(
            store.record_rollout(write(&record, &["approved"])).await,
            Ok(2)
        );
        assert_eq!(store.next_due().await, Ok(Some(at(10))), "at once");

        // While it is being carried out, somebody asks: it is looked at again before it sleeps.
        let carried = claim(store, at(11)).await.remove(0);
        let now = read(store, 1).await;
        store.record_rollout(write(&now, &["held"])).await.unwrap();
        store
            .release_rollout(carried.token, 2, Some(at(9_999)), at(12))
            .await
            .unwrap();
        assert_eq!(store.next_due().await, Ok(Some(at(12))));

        let carried = claim(store, at(12)).await.remove(0);
        store
            .release_rollout(carried.token, 3, None, at(13))
            .await
            .unwrap();
        assert_eq!(store.next_due().await, Ok(None));
        store.wake_rollout(&id(1), at(14)).await.unwrap();
        assert_eq!(store.next_due().await, Ok(Some(at(14))));
    });
}

fn fenced(entry: u128, revision: u64) -> (u128, store::FlagWrite) {
    let mut write = changes([Change::SetBoolean(true)]);
    write.fence = Some(Fence {
        rollout: id(1),
        revision,
    });
    (entry, write)
}

async fn is_set(store: &Store, flag: &FlagKey) -> bool {
    let flags = store.flags(&production()).await.unwrap().flags;
    flags.iter().any(|(key, _)| key == flag)
}

#[test]
fn whoever_was_overtaken_changes_no_flag() {
    on_each_engine(|world| async move {
        let store = &world.store;
        let record = start(&world, 1).await;
        let (number, late) = fenced(1, record.revision);
        store
            .record_rollout(write(&record, &["held"]))
            .await
            .unwrap();
        let refused = change(store, number, late).await;
        assert_eq!(refused, Err(ChangeFlagError::Fenced(id(1))));
        assert!(!is_set(store, &key("tidy_sidebar")).await);
        assert_eq!(store.audit_entry(&entry(1)).await, Ok(None));

        let (number, timely) = fenced(2, record.revision + 1);
        let made = change(store, number, timely.clone()).await.unwrap();
        assert_eq!(made.entry, entry(2));
        assert!(is_set(store, &key("tidy_sidebar")).await);

        // It died before it could write down that the change was made: whoever comes next makes
        // it again, and hears that it was made.
        let now = read(store, 1).await;
        store
            .record_rollout(write(&now, &["resumed"]))
            .await
            .unwrap();
        assert_eq!(change(store, number, timely).await, Ok(made));
        let unknown = Fence {
            rollout: id(9),
            revision: 1,
        };
        let mut of_none = changes([Change::SetBoolean(false)]);
        of_none.fence = Some(unknown);
        let refused = change(store, 3, of_none).await;
        assert_eq!(refused, Err(ChangeFlagError::Fenced(id(9))));
    });
}

#[test]
fn a_change_that_is_made_after_a_refusal_is_in_the_audit() {
    on_each_engine(|world| async move {
        let store = &world.store;
        let record = start(&world, 1).await;
        let everyone = changes([Change::SetBoolean(true)]);
        change(store, 1, everyone).await.unwrap();
        let (number, mut write) = fenced(2, record.revision);
        let before = store::Write::Restore {
            expected: None,
            to: None,
        };
        let made = std::mem::replace(&mut write.write, before);
        let refused = change(store, number, write.clone()).await;
        assert!(
            matches!(refused, Err(ChangeFlagError::Conflict { .. })),
            "{refused:?}"
        );
        assert_eq!(store.audit_entry(&entry(number)).await, Ok(None));

        write.write = made;
        change(store, number, write).await.unwrap();
        let told = store.audit_entry(&entry(number)).await.unwrap().unwrap();
        assert_eq!(told.refused, None);
    });
}

#[test]
fn nothing_is_changed_once_a_hold_is_written() {
    on_each_engine(|world| async move {
        let store = &world.store;
        start(&world, 1).await;
        for round in 0..20_u128 {
            let record = read(store, 1).await;
            let (number, by_rollout) = fenced(100 + round, record.revision);
            let changing = {
                let store = store.clone();
                tokio::spawn(async move { change(&store, number, by_rollout).await })
            };
            let held = store.record_rollout(write(&record, &["held"])).await;
            assert!(held.is_ok(), "nobody else writes: {held:?}");
            let seen = store.audit_entry(&entry(number)).await.unwrap();
            match changing.await.unwrap() {
                Ok(_) => assert!(seen.is_some(), "it was made after the hold was there"),
                Err(error) => assert_eq!(error, ChangeFlagError::Fenced(id(1))),
            }
        }
    });
}
