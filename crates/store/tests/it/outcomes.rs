//! How deliveries fared, by the integration that said them.

use std::collections::BTreeSet;

use domain::ProjectPath;
use store::{
    ArmOutcomes, DeliveryOutcomes, NewDelivery, NewEvent, Outcome, OutcomeQuery, Posted,
    RetryCause, Routing, Speaker,
};

use crate::world::{
    KEEP, World, at, dead, delivery, event, number, on_each_engine, retry, sent, settlement,
};

fn webhook() -> Speaker {
    Speaker::Webhook {
        place: String::new(),
    }
}

/// One event of this project, tried at this second.
pub struct Try {
    pub project: &'static str,
    pub speaker: Speaker,
    pub outcome: Outcome,
    pub at: i64,
}

pub fn paced(seconds: i64) -> Outcome {
    Outcome::Retry {
        at: at(seconds),
        reason: "Slack asked for a pause of 30s".to_owned(),
        posted: Posted::No,
        cause: RetryCause::Paced,
    }
}

fn app(project: &'static str, outcome: Outcome, at: i64) -> Try {
    Try {
        project,
        speaker: Speaker::App,
        outcome,
        at,
    }
}

fn old(project: &'static str, outcome: Outcome, at: i64) -> Try {
    Try {
        speaker: webhook(),
        ..app(project, outcome, at)
    }
}

/// Each in a lane of its own, so that none waits for another.
pub async fn play(world: &World, tries: impl IntoIterator<Item = Try>) {
    for (n, one) in tries.into_iter().enumerate() {
        let n = 1 + n as u128;
        let accepted = NewEvent {
            project: (!one.project.is_empty()).then(|| one.project.to_owned()),
            ..event(n, at(0))
        };
        world.store.accept(accepted).await.unwrap();
        let speaker = one.speaker.clone();
        let decide = move |event: &store::StoredEvent| {
            let n = number(event);
            Routing::Deliver(vec![NewDelivery {
                speaker: speaker.clone(),
                ..delivery(n, &format!("#c{n}"))
            }])
        };
        assert_eq!(world.store.route(at(0), 100, decide).await, Ok(1));
        let channel = format!("#c{n}");
        let lanes = world.claim(at(one.at)).await;
        for lane in lanes {
            if lane.channel.as_str() == channel {
                let settled = settlement(&lane.head, one.outcome.clone(), KEEP, at(one.at));
                world.store.settle(lane.token, settled).await.unwrap();
            } else {
                world.store.release_lane(lane.token, at(0)).await.unwrap();
            }
        }
    }
}

fn query(from: i64, to: i64, since: i64) -> OutcomeQuery {
    OutcomeQuery {
        from: at(from),
        to: at(to),
        since: at(since),
        without: BTreeSet::new(),
    }
}

fn arm(exposures: u64, failed_projects: u64, failed_deliveries: u64) -> ArmOutcomes {
    ArmOutcomes {
        exposures,
        failed_projects,
        failed_deliveries,
    }
}

#[test]
fn projects_count_once_and_deliveries_until_their_project_fails() {
    on_each_engine(|world| async move {
        let failed = || retry(at(9_999), Posted::No);
        play(
            &world,
            [
                // Before the window, in the same stage.
                app("a/failed-before", failed(), 5),
                // In the window: the first failure of a project, and what comes after it.
                app("a/one", sent(), 10),
                app("a/one", failed(), 12),
                app("a/one", dead(), 14),
                app("a/failed-before", dead(), 15),
                app("a/fine", sent(), 16),
                app("a/fine", sent(), 17),
                old("b/one", dead(), 18),
                old("b/fine", sent(), 19),
                // A pause that Slack asks for is no try.
                app("a/paced", paced(9_999), 19),
                // The window's end is not part of it.
                app("a/late", dead(), 20),
                // Nobody can say which arm an event without a project would be in.
                app("", dead(), 15),
            ],
        )
        .await;
        let store = &world.store;
        let outcomes = store.delivery_outcomes(query(10, 20, 0)).await.unwrap();
        let expected = DeliveryOutcomes {
            // a/one twice up to its failure, a/fine twice.
            app: arm(4, 1, 3),
            webhook: arm(2, 1, 1),
        };
        assert_eq!(outcomes, expected);
        // In a stage that begins with the window, nobody has failed before.
        let outcomes = store.delivery_outcomes(query(10, 20, 10)).await.unwrap();
        assert_eq!(outcomes.app, arm(5, 2, 3));
        let before = store.delivery_outcomes(query(0, 20, 10)).await.unwrap();
        assert_eq!(
            before, outcomes,
            "the window does not reach behind the stage"
        );
        let nothing = store.delivery_outcomes(query(30, 40, 10)).await.unwrap();
        assert_eq!(nothing, DeliveryOutcomes::default());

        let named = OutcomeQuery {
            without: BTreeSet::from(["A/One".parse::<ProjectPath>().unwrap()]),
            ..query(10, 20, 0)
        };
        let outcomes = store.delivery_outcomes(named).await.unwrap();
        assert_eq!(outcomes.app, arm(2, 0, 1), "named projects are not drawn");
        // a/one and a/fine, b/one and b/fine are new; a/failed-before was there.
        let new = store.newly_exposed(query(10, 20, 0)).await;
        assert_eq!(new, Ok([2, 2]));
    });
}

#[test]
fn a_delivery_counts_by_its_first_try() {
    on_each_engine(|world| async move {
        play(&world, [app("a/one", retry(at(20), Posted::No), 10)]).await;
        let lane = world.claim_one(at(20)).await;
        let settled = settlement(&lane.head, sent(), KEEP, at(20));
        world.store.settle(lane.token, settled).await.unwrap();
        let of = |from, to| world.store.delivery_outcomes(query(from, to, 0));
        assert_eq!(of(10, 15).await.unwrap().app, arm(1, 1, 1));
        assert_eq!(of(15, 25).await.unwrap().app, arm(0, 0, 0));
    });
}

#[test]
fn what_a_digest_tells_of_is_tried_with_it() {
    on_each_engine(|world| async move {
        world.route_to("#a", 1..=3).await;
        let lane = world.claim_one(at(10)).await;
        let through = world.store.waiting(lane.token, 9).await.unwrap()[2].position;
        let digest = store::NewDigest {
            id: crate::world::delivery_id(90),
            speaker: Speaker::App,
            message: "{}".to_owned(),
        };
        let folded = world.store.fold(lane.token, digest, through, at(10)).await;
        let head = folded.unwrap().head;
        let failed = settlement(&head, retry(at(30), Posted::No), KEEP, at(11));
        world.store.settle(lane.token, failed).await.unwrap();
        let outcomes = world.store.delivery_outcomes(query(10, 20, 0)).await;
        // One project, three deliveries, all tried in the same moment.
        assert_eq!(outcomes.unwrap().app, arm(3, 1, 3));
    });
}
