//! What cannot be delivered is kept with a reason and a remedy, and can be sent again.

use domain::ChannelName;
use store::{DeadFilter, DeliveryState, ReplayError};

use crate::world::{
    KEEP, World, as_before, at, dead, delivery_id, event, event_id, on_each_engine, sent,
    settlement, way,
};

/// Lets everything that waits in the claimed lanes die.
async fn let_all_die(world: &World) {
    for lane in world.claim(at(0)).await {
        let mut next = Some(lane.head);
        while let Some(head) = next {
            let settled = world
                .store
                .settle(lane.token, settlement(&head, dead(), KEEP, at(1)));
            next = settled.await.unwrap().next;
        }
    }
}

#[test]
fn a_dead_letter_says_what_a_person_can_do() {
    on_each_engine(|world| async move {
        world.route_to("#a", 1..=3).await;
        let_all_die(&world).await;
        let page = world.store.dead_letters(None, 2).await.unwrap();
        let letter = &page.letters[0];
        assert_eq!(letter.delivery.id, delivery_id(3), "newest first");
        assert_eq!(
            (&letter.event, letter.title.as_deref()),
            (&Some(event_id(3)), Some("event 3"))
        );
        assert_eq!(
            letter.delivery.reason.as_deref(),
            Some("channel #a was archived")
        );
        assert_eq!(
            letter.delivery.remedy.as_deref(),
            Some("choose another channel")
        );
        assert_eq!(
            (letter.delivery.state, letter.folded),
            (DeliveryState::Dead, 0)
        );
        let rest = world.store.dead_letters(page.next, 2).await.unwrap();
        assert_eq!((rest.letters.len(), rest.next), (1, None));
        assert_eq!(world.way_of(3).await, way("dead", &["dead"]));
        assert_eq!(
            world.store.next_due().await,
            Ok(None),
            "the dead wait for nobody"
        );
    });
}

#[test]
fn a_replayed_delivery_goes_to_the_end_of_its_lane() {
    on_each_engine(|world| async move {
        world.route_to("#a", 1..=1).await;
        let_all_die(&world).await;
        world.route_to("#a", 2..=2).await;
        assert_eq!(
            world.store.replay(&delivery_id(1), at(5), as_before).await,
            Ok(delivery_id(1))
        );
        assert_eq!(world.way_of(1).await, way("waiting", &["waiting"]));
        let lane = world.claim_one(at(5)).await;
        assert_eq!((&lane.head.id, lane.waiting), (&delivery_id(2), 2));
        let next = world
            .store
            .settle(lane.token, settlement(&lane.head, sent(), KEEP, at(6)))
            .await;
        let replayed = next.unwrap().next.unwrap();
        assert_eq!((&replayed.id, replayed.attempts), (&delivery_id(1), 0));
        assert_eq!(
            (replayed.since, replayed.message.as_str()),
            (at(5), "{\"text\":\"1\"}")
        );
        world
            .store
            .settle(lane.token, settlement(&replayed, sent(), KEEP, at(6)))
            .await
            .unwrap();
        assert_eq!(world.way_of(1).await, way("delivered", &["sent"]));
    });
}

#[test]
fn only_the_dead_are_replayed() {
    on_each_engine(|world| async move {
        world.route_to("#a", 1..=1).await;
        let unknown = world.store.replay(&delivery_id(9), at(0), as_before).await;
        assert_eq!(unknown, Err(ReplayError::Unknown(delivery_id(9))));
        let waiting = world.store.replay(&delivery_id(1), at(0), as_before).await;
        let state = DeliveryState::Waiting;
        assert_eq!(
            waiting,
            Err(ReplayError::NotDead {
                id: delivery_id(1),
                state
            })
        );
        assert_eq!(world.claim_one(at(0)).await.waiting, 1);
    });
}

#[test]
fn all_dead_letters_of_a_channel_are_replayed_in_their_order() {
    on_each_engine(|world| async move {
        world.route_to("#a", 1..=3).await;
        world.route_to("#b", 4..=4).await;
        let_all_die(&world).await;
        let channel = "#a".parse::<ChannelName>().unwrap();
        let filter = DeadFilter {
            channel: Some(channel),
            ..DeadFilter::default()
        };
        assert_eq!(
            world
                .store
                .replay_all_dead(filter.clone(), at(2), as_before)
                .await,
            Ok(3)
        );
        assert_eq!(
            world.store.replay_all_dead(filter, at(2), as_before).await,
            Ok(0)
        );
        assert_eq!(world.claim_one(at(2)).await.head.id, delivery_id(1));
        assert_eq!(
            world
                .store
                .replay_all_dead(DeadFilter::default(), at(2), as_before)
                .await,
            Ok(1)
        );
    });
}

#[test]
fn dead_letters_are_found_by_their_projects_even_in_a_digest() {
    on_each_engine(|world| async move {
        let store = &world.store;
        // Two that die alone, one of another project, and a digest of two.
        world.route_to("#a", 1..=2).await;
        let mut other = event(3, at(0));
        other.project = Some("Acme/Blog".to_owned());
        store.accept(other).await.unwrap();
        world.route_to("#b", []).await;
        let_all_die(&world).await;
        world.route_to("#c", 4..=5).await;
        let lane = world.claim_one(at(2)).await;
        let through = store.waiting(lane.token, 9).await.unwrap()[1].position;
        let digest = store::NewDigest {
            id: delivery_id(90),
            speaker: store::Speaker::App,
            message: "digest".to_owned(),
        };
        let folded = store
            .fold(lane.token, digest, through, at(2))
            .await
            .unwrap();
        let dies = settlement(&folded.head, dead(), KEEP, at(3));
        store.settle(lane.token, dies).await.unwrap();

        let of = |projects: &[&str], limit| {
            let projects: Vec<_> = projects.iter().map(|path| path.parse().unwrap()).collect();
            let store = store.clone();
            async move {
                let letters = store.dead_letters_of_projects(&projects, limit).await;
                let ids = letters
                    .unwrap()
                    .into_iter()
                    .map(|letter| letter.delivery.id);
                ids.collect::<Vec<_>>()
            }
        };
        let [one, two, blog, digest] = [1, 2, 3, 90].map(delivery_id);
        assert_eq!(
            of(&["ACME/shop"], 9).await,
            [digest.clone(), two.clone(), one.clone()]
        );
        assert_eq!(
            of(&["acme/blog", "acme"], 9).await,
            std::slice::from_ref(&blog)
        );
        let both = of(&["acme/shop", "acme/blog"], 9).await;
        assert_eq!(both, [digest.clone(), blog, two, one]);
        assert_eq!(of(&["acme/shop"], 1).await, [digest]);
        assert!(of(&["acme"], 9).await.is_empty());
        assert!(of(&[], 9).await.is_empty());
    });
}
