//! What people ask is written once, whoever writes meanwhile, and comes back as it was written.

use rollouts::evidence::Reading as Got;
use rollouts::{Act, ActRefused, Event, HoldReason, Reading, State};
use steering::{AskError, KeptReading, ListFilter};
use store::{NewRolloutReading, RolloutWrite};

use crate::world::{World, flag, ops, plan, told};

fn hold(reason: &str) -> Act {
    Act::Hold {
        reason: reason.to_owned(),
    }
}

async fn begun() -> (World, domain::RolloutId) {
    let world = World::start().await;
    let started = world.rollouts.start(plan(), &ops(), None).await.unwrap();
    (world, started.id)
}

#[tokio::test]
async fn what_is_asked_is_done_told_and_kept() {
    let (world, id) = begun().await;
    let rollouts = &world.rollouts;
    let asked = rollouts.ask(&flag(), &hold("lunch"), &ops()).await.unwrap();
    assert_eq!((&asked.id, asked.status.state), (&id, State::Held));
    assert_eq!(asked.events.len(), 1);
    let held = asked.status.hold.clone().unwrap();
    assert_eq!(held.reason, HoldReason::Manual);
    let again = rollouts.status(&flag()).await.unwrap();
    assert_eq!(again, Some(asked.status));
    let history = rollouts.history(&id, 1, 10).await.unwrap();
    assert_eq!(history.len(), 1);
    assert_eq!((history[0].number, history[0].by.name.as_str()), (2, "ops"));
    assert_eq!(history[0].event, asked.events[0]);
    assert_eq!(told(&world).await["#log"], ["1 Running", "2 Held"]);

    let resume = Act::Resume { note: None };
    let resumed = rollouts.ask_of(&id, &resume, &ops()).await.unwrap();
    assert_eq!(resumed.status.state, State::Running);
    let refused = rollouts.ask_of(&id, &resume, &ops()).await;
    assert!(matches!(
        refused,
        Err(AskError::Refused(ActRefused::NotNow(_)))
    ));
    assert_eq!(rollouts.history(&id, 0, 10).await.unwrap().len(), 3);
}

#[tokio::test]
async fn everybody_who_asks_at_once_is_heard() {
    let (world, id) = begun().await;
    let asks = (0..6).map(|n| {
        let (rollouts, id) = (world.rollouts.clone(), id.clone());
        tokio::spawn(async move {
            let held = rollouts
                .ask_of(&id, &hold(&format!("reason {n}")), &ops())
                .await;
            held.map(drop)
        })
    });
    for ask in asks.collect::<Vec<_>>() {
        ask.await.unwrap().unwrap();
    }
    let history = world.rollouts.history(&id, 0, 99).await.unwrap();
    let numbers: Vec<_> = history.iter().map(|entry| entry.number).collect();
    assert_eq!(numbers, (1..=7).collect::<Vec<_>>());
    let mut notes: Vec<_> = history
        .iter()
        .filter_map(|entry| match &entry.event {
            Event::Held { hold } => Some(hold.note.clone()),
            _ => None,
        })
        .collect();
    notes.sort();
    assert_eq!(notes.len(), 6);
    assert!(
        notes[0].contains("reason 0") && notes[5].contains("reason 5"),
        "{notes:?}"
    );
    let stands = world.rollouts.rollout_of(&id).await.unwrap().unwrap();
    let folded = rollouts::Rollout::fold(id, &history).unwrap();
    assert_eq!(stands, folded, "what stands is what happened");
}

#[tokio::test]
async fn who_asks_nothing_that_is_there_hears_so() {
    let world = World::start().await;
    let none = world
        .rollouts
        .ask(&flag(), &hold("x"), &ops())
        .await
        .unwrap_err();
    assert_eq!(
        none.to_string(),
        "`tidy_sidebar` has no rollout; start one with `rollout start tidy_sidebar`"
    );
    let unknown = domain::RolloutId::mint(1, 1);
    let none = world.rollouts.ask_of(&unknown, &hold("x"), &ops()).await;
    assert!(matches!(none, Err(AskError::Unknown(id)) if id == unknown));
}

#[tokio::test]
async fn a_rollout_that_is_over_says_so_and_makes_room() {
    let (world, first) = begun().await;
    let rollouts = &world.rollouts;
    let cancel = Act::Cancel {
        reason: "no time".to_owned(),
    };
    let over = rollouts.ask(&flag(), &cancel, &ops()).await.unwrap();
    assert_eq!(over.status.state, State::Cancelled);
    let refused = rollouts.ask(&flag(), &hold("x"), &ops()).await;
    assert!(matches!(
        refused,
        Err(AskError::Refused(ActRefused::Over { .. }))
    ));
    assert_eq!(world.store.next_rollout_due().await, Ok(None));

    let second = rollouts.start(plan(), &ops(), None).await.unwrap().id;
    let all = rollouts.list(ListFilter::default()).await.unwrap();
    let ids: Vec<_> = all.rollouts.iter().map(|status| &status.id).collect();
    assert_eq!(ids, [&second, &first]);
    let one = ListFilter {
        limit: Some(1),
        ..ListFilter::default()
    };
    let page = rollouts.list(one.clone()).await.unwrap();
    let next = ListFilter {
        before: page.next,
        ..one
    };
    let page = rollouts.list(next).await.unwrap();
    assert_eq!(page.rollouts[0].id, first);
    let open = ListFilter {
        open: Some(true),
        ..ListFilter::default()
    };
    assert_eq!(rollouts.list(open).await.unwrap().rollouts[0].id, second);
}

#[tokio::test]
async fn readings_come_back_with_what_was_made_of_them() {
    let (world, id) = begun().await;
    let at = |minute: i64| world.clock.now() + jiff::SignedDuration::from_mins(minute);
    let kept = KeptReading {
        reading: Reading {
            monitor: "deliveries".parse().unwrap(),
            from: at(0),
            to: at(1),
            at: at(1),
            got: Got::Value {
                value: 0.1 + 0.2,
                requests: None,
            },
            why: None,
        },
        judgement: None,
    };
    let record = world.store.rollout(&id).await.unwrap().unwrap();
    let write = RolloutWrite {
        id: id.clone(),
        expected: record.revision,
        state: record.state,
        entries: Vec::new(),
        readings: vec![NewRolloutReading {
            monitor: "deliveries".to_owned(),
            stage: "first".to_owned(),
            from: at(0),
            to: at(1),
            at: at(1),
            body: serde_json::to_string(&kept).unwrap(),
        }],
        next_at: None,
        open: true,
        followed: store::Followed::default(),
        cards: Vec::new(),
        token: None,
        at: at(1),
    };
    world.store.record_rollout(write).await.unwrap();
    let monitor = "deliveries".parse().unwrap();
    let readings = world.rollouts.readings(&id, Some(&monitor), None, 10).await;
    let readings = readings.unwrap();
    assert_eq!(readings.len(), 1);
    assert_eq!(
        (readings[0].stage.as_str(), &readings[0].kept),
        ("first", &kept)
    );
}
