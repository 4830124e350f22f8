//! Slack's repeats are recognized on every node, and App Homes are remembered.

use jiff::SignedDuration;
use store::{Home, RequestKind};

use crate::installations::acme;
use crate::world::{at, on_each_engine};

const KEEP: SignedDuration = SignedDuration::from_mins(10);

#[test]
fn of_equal_requests_one_is_new() {
    on_each_engine(|world| async move {
        let requests = (0..8).map(|_| {
            let store = world.store.clone();
            tokio::spawn(async move {
                let seen = store.seen_before(RequestKind::Event, "Ev1", at(0), KEEP);
                seen.await.unwrap()
            })
        });
        let mut new = 0;
        for request in requests.collect::<Vec<_>>() {
            new += u32::from(!request.await.unwrap());
        }
        assert_eq!(new, 1);
    });
}

#[test]
fn a_request_is_remembered_by_its_kind_and_for_its_time() {
    on_each_engine(|world| async move {
        let long = "x".repeat(100_000);
        for (kind, key, now, is_known) in [
            (RequestKind::Event, "1", 0, false),
            (RequestKind::Event, "1", 599, true),
            (RequestKind::Command, "1", 599, false),
            (RequestKind::Interaction, "1", 599, false),
            (RequestKind::Event, "2", 599, false),
            (RequestKind::Event, "1", 600, false),
            (RequestKind::Event, "1", 1199, true),
            (RequestKind::Event, &long, 0, false),
            (RequestKind::Event, &long, 1, true),
        ] {
            let seen = world.store.seen_before(kind, key, at(now), KEEP).await;
            let begin = &key[..1];
            assert_eq!(seen, Ok(is_known), "{kind} {begin} at {now}");
        }
    });
}

#[test]
fn the_last_home_of_a_person_is_remembered() {
    on_each_engine(|world| async move {
        let store = &world.store;
        let home = |user: &str, digest: &str, seconds| Home {
            workspace: acme().clone(),
            slack_user: user.to_owned(),
            digest: digest.to_owned(),
            published_at: at(seconds),
        };
        assert_eq!(store.home(acme(), "U0DANA").await, Ok(None));
        for new in [
            home("U0DANA", "a", 1),
            home("U0ANA", "b", 2),
            home("U0DANA", "c", 3),
        ] {
            store.put_home(new).await.unwrap();
        }
        let dana = store.home(acme(), "U0DANA").await;
        assert_eq!(dana, Ok(Some(home("U0DANA", "c", 3))));
        let all = store.homes(acme()).await.unwrap();
        assert_eq!(all, [home("U0ANA", "b", 2), home("U0DANA", "c", 3)]);
        let elsewhere = "T0DEMO".parse().unwrap();
        assert_eq!(store.homes(&elsewhere).await, Ok(Vec::new()));
    });
}
