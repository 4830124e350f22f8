//! A rollout begins once, by somebody who may, with its thread and the flag's standing.

use domain::Role;
use rollouts::{ActRefused, Event, State};
use steering::StartError;

use crate::world::{World, asker, flag, ops, plan, read, told};

#[tokio::test]
async fn a_rollout_begins_with_its_thread_and_how_the_flag_stood() {
    let world = World::start().await;
    let rollouts = &world.rollouts;
    let reason = Some("the sidebar is ready".to_owned());
    let started = rollouts
        .start(plan(), &ops(), reason.clone())
        .await
        .unwrap();
    assert_eq!(started.status.state, State::Running);
    assert_eq!(started.status.stage.as_str(), "first");
    let status = rollouts.status(&flag()).await.unwrap();
    assert_eq!(status, Some(started.status.clone()));
    assert_eq!(rollouts.status_of(&started.id).await.unwrap(), status);

    let history = rollouts.history(&started.id, 0, 10).await.unwrap();
    assert_eq!(history.len(), 1);
    let Event::Started {
        origin,
        reason: told_reason,
        ..
    } = &history[0].event
    else {
        panic!("it begins with something else: {history:?}");
    };
    assert_eq!(told_reason, &reason);
    let stood: Vec<_> = origin
        .iter()
        .map(|(name, gates)| (name.as_str(), gates))
        .collect();
    assert_eq!(stood, [("production", &None), ("staging", &None)]);

    let told = told(&world).await;
    assert_eq!(told["#log"], ["1 Running"]);
    assert_eq!(told["#rollouts"].len(), 1, "{told:?}");
    assert!(told["#rollouts"][0].contains("tidy_sidebar"), "{told:?}");
    let page = format!("https://signalbox.example/rollouts/{}", started.id);
    assert_eq!(rollouts.page(&started.id), page);
    let due = world.store.next_rollout_due().await.unwrap();
    assert_eq!(due, Some(world.clock.now()), "it is carried out at once");
}

#[tokio::test]
async fn what_cannot_begin_is_refused_with_what_to_do() {
    let world = World::start().await;
    let rollouts = &world.rollouts;
    let eve = asker("eve", [Role::Approver]);
    let by_approver = rollouts.start(plan(), &eve, None);
    assert!(matches!(
        by_approver.await,
        Err(StartError::Refused(ActRefused::Role { .. }))
    ));
    let mut elsewhere = plan();
    elsewhere.stages[0].environments = vec!["moon".parse().unwrap()];
    let refused = rollouts.start(elsewhere, &ops(), None).await.unwrap_err();
    assert_eq!(
        refused.to_string(),
        "the plan names the environment `moon`; there is staging, production"
    );
    let mut empty = plan();
    empty.stages.clear();
    let refused = rollouts.start(empty, &ops(), None).await;
    assert!(matches!(refused, Err(StartError::NoStages)));
    assert_eq!(
        rollouts.status(&flag()).await.unwrap(),
        None,
        "nothing was begun"
    );

    let running = rollouts.start(plan(), &ops(), None).await.unwrap().id;
    let refused = rollouts.start(plan(), &ops(), None).await.unwrap_err();
    assert!(matches!(&refused, StartError::AlreadyRuns { running: id, .. } if *id == running));
    assert_eq!(told(&world).await["#rollouts"].len(), 1, "one thread");
}

#[tokio::test]
async fn many_begin_at_once_and_one_does() {
    let world = World::start().await;
    let starts = (0..8).map(|_| {
        let rollouts = world.rollouts.clone();
        tokio::spawn(async move { rollouts.start(plan(), &ops(), None).await })
    });
    let mut begun = 0;
    for start in starts.collect::<Vec<_>>() {
        begun += u32::from(start.await.unwrap().is_ok());
    }
    assert_eq!(begun, 1);
}

#[tokio::test]
async fn a_clean_up_elsewhere_is_part_of_how_the_flag_stood() {
    let world = World::start().await;
    let text = crate::world::PLAN.replace("environments: [staging]", "environments: [production]");
    let text = format!("{text}  - name: removal\n    clean_up:\n      environments: [staging]\n");
    let started = world
        .rollouts
        .start(read(&text), &ops(), None)
        .await
        .unwrap();
    let rollout = world
        .rollouts
        .rollout_of(&started.id)
        .await
        .unwrap()
        .unwrap();
    let known: Vec<_> = rollout.origin.keys().map(|name| name.as_str()).collect();
    assert_eq!(known, ["production", "staging"]);
}
