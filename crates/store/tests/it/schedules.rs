//! A change that was asked for earlier is made once, by one node, at its time or after it.

use ::flags::Change;
use domain::ScheduleId;
use jiff::Timestamp;
use store::{
    ChangeFlagError, Cursor, NewSchedule, ScheduleError, ScheduleFilter, ScheduleOutcome,
    ScheduleRecord, ScheduleState,
};

use crate::flags::{actor, ana, change, changes, entry, key, production};
use crate::world::{LEASE, World, at, on_each_engine};

fn id(number: u128) -> ScheduleId {
    ScheduleId::mint(0, number)
}

fn schedule(number: u128, due: Timestamp) -> NewSchedule {
    NewSchedule {
        id: id(number),
        due,
        environment: production(),
        flag: key("tidy_sidebar"),
        what: "{\"undo\":true}".to_owned(),
        author: ana(),
        reason: Some("for an hour".to_owned()),
    }
}

async fn due(world: &World, now: Timestamp) -> Vec<ScheduleRecord> {
    world.store.due_schedules(now, LEASE, 10).await.unwrap()
}

async fn only(world: &World) -> ScheduleRecord {
    let page = world.store.schedules(ScheduleFilter::default()).await;
    page.unwrap().schedules.remove(0)
}

#[test]
fn a_schedule_is_run_at_its_time_and_by_nobody_else_meanwhile() {
    on_each_engine(|world| async move {
        let store = &world.store;
        store.schedule(schedule(1, at(60)), at(0)).await.unwrap();
        store.schedule(schedule(2, at(30)), at(0)).await.unwrap();
        assert_eq!(store.next_due().await, Ok(Some(at(30))));
        assert_eq!(store.next_schedule_due().await, Ok(Some(at(30))));
        assert_eq!(due(&world, at(29)).await, []);
        let claimed = due(&world, at(60)).await;
        let ids: Vec<_> = claimed.iter().map(|schedule| schedule.id.clone()).collect();
        assert_eq!(ids, [id(2), id(1)], "the most overdue first");
        let first = &claimed[0];
        assert_eq!(
            (first.what.as_str(), &first.author),
            ("{\"undo\":true}", &ana())
        );
        assert_eq!(first.reason.as_deref(), Some("for an hour"));
        assert_eq!(due(&world, at(60)).await, []);
        assert_eq!(
            store.next_due().await,
            Ok(None),
            "what somebody runs is not due"
        );
        assert_eq!(store.in_flight().await, Ok(2));
        // Its node died: after the lease another runs it.
        assert_eq!(store.next_lease_end().await, Ok(Some(at(120))));
        assert_eq!(store.next_schedule_due().await, Ok(Some(at(120))));
        assert_eq!(due(&world, at(119)).await, []);
        assert_eq!(due(&world, at(120)).await.len(), 2);
    });
}

#[test]
fn a_schedule_and_its_change_end_together_and_once() {
    on_each_engine(|world| async move {
        let store = &world.store;
        store.schedule(schedule(1, at(60)), at(0)).await.unwrap();
        due(&world, at(60)).await;
        let mut refused = changes([Change::RemoveOptOut(actor("User:1"))]);
        refused.finishing = Some(id(1));
        let refused = change(store, 1, refused).await;
        assert!(
            matches!(refused, Err(ChangeFlagError::Refused(_))),
            "{refused:?}"
        );
        assert_eq!(only(&world).await.state, ScheduleState::Waiting);

        let mut made = changes([Change::SetBoolean(true)]);
        made.finishing = Some(id(1));
        change(store, 2, made.clone()).await.unwrap();
        let ended = only(&world).await;
        assert_eq!(
            (ended.state, ended.entry),
            (ScheduleState::Done, Some(entry(2)))
        );
        assert_eq!(
            (ended.ended_at, store.in_flight().await),
            (Some(at(0)), Ok(0))
        );
        // Another node that ran it too, because the lease was over, comes too late.
        let late = change(store, 3, made.clone()).await;
        assert_eq!(late, Err(ChangeFlagError::ScheduleOver(id(1))));
        assert_eq!(store.flags(&production()).await.unwrap().revision, 1);
        // The first node, asking again because the answer was lost, gets its answer.
        assert_eq!(
            change(store, 2, made).await.map(|made| made.entry),
            Ok(entry(2))
        );
        assert_eq!(due(&world, at(9999)).await, []);
    });
}

#[test]
fn a_schedule_that_cannot_be_run_now_is_run_later_or_fails_with_a_reason() {
    on_each_engine(|world| async move {
        let store = &world.store;
        store.schedule(schedule(1, at(60)), at(0)).await.unwrap();
        due(&world, at(60)).await;
        let again = ScheduleOutcome::Again {
            at: at(90),
            reason: "staging does not answer".to_owned(),
        };
        store.finish_schedule(&id(1), again, at(61)).await.unwrap();
        let waiting = only(&world).await;
        assert_eq!(
            (waiting.state, waiting.attempts),
            (ScheduleState::Waiting, 1)
        );
        assert_eq!(waiting.result.as_deref(), Some("staging does not answer"));
        assert_eq!(
            (
                due(&world, at(89)).await.len(),
                due(&world, at(90)).await.len()
            ),
            (0, 1)
        );
        let failed = ScheduleOutcome::Failed {
            reason: "the flag was changed meanwhile".to_owned(),
        };
        store
            .finish_schedule(&id(1), failed.clone(), at(91))
            .await
            .unwrap();
        let ended = only(&world).await;
        assert_eq!(
            (ended.state, ended.ended_at),
            (ScheduleState::Failed, Some(at(91)))
        );
        assert_eq!(
            ended.result.as_deref(),
            Some("the flag was changed meanwhile")
        );
        let twice = store.finish_schedule(&id(1), failed.clone(), at(92)).await;
        let state = ScheduleState::Failed;
        assert_eq!(twice, Err(ScheduleError::Over { id: id(1), state }));
        let unknown = store.finish_schedule(&id(9), failed, at(92)).await;
        assert_eq!(unknown, Err(ScheduleError::Unknown(id(9))));
    });
}

#[test]
fn a_schedule_can_be_taken_back_until_it_is_run() {
    on_each_engine(|world| async move {
        let store = &world.store;
        store.schedule(schedule(1, at(60)), at(0)).await.unwrap();
        let cancelled = store.cancel_schedule(&id(1), ana(), at(5)).await.unwrap();
        assert_eq!(
            (cancelled.state, cancelled.ended_by),
            (ScheduleState::Cancelled, Some(ana()))
        );
        assert_eq!(due(&world, at(60)).await, []);
        let mut late = changes([Change::SetBoolean(true)]);
        late.finishing = Some(id(1));
        let late = change(store, 1, late).await;
        assert_eq!(late, Err(ChangeFlagError::ScheduleOver(id(1))));
        let twice = store.cancel_schedule(&id(1), ana(), at(6)).await;
        let state = ScheduleState::Cancelled;
        assert_eq!(twice, Err(ScheduleError::Over { id: id(1), state }));
    });
}

#[test]
fn schedules_are_listed_by_flag_and_state_a_page_at_a_time() {
    on_each_engine(|world| async move {
        let store = &world.store;
        for number in 1..=3 {
            store
                .schedule(schedule(number, at(60)), at(0))
                .await
                .unwrap();
        }
        let mut other = schedule(4, at(60));
        other.flag = key("other");
        store.schedule(other, at(0)).await.unwrap();
        store.cancel_schedule(&id(2), ana(), at(1)).await.unwrap();
        let found = async |filter| {
            let page = store.schedules(filter).await.unwrap();
            let ids = page.schedules.iter().map(|schedule| schedule.id.clone());
            (ids.collect::<Vec<_>>(), page.next)
        };
        let filter = |state, before: Option<Cursor>, limit| ScheduleFilter {
            environment: Some(production()),
            flag: Some(key("tidy_sidebar")),
            state,
            before,
            limit,
        };
        let waiting = Some(ScheduleState::Waiting);
        assert_eq!(found(filter(waiting, None, 9)).await.0, [id(3), id(1)]);
        let (ids, next) = found(filter(None, None, 2)).await;
        assert_eq!(ids, [id(3), id(2)]);
        assert_eq!(found(filter(None, next, 2)).await, (vec![id(1)], None));
    });
}
