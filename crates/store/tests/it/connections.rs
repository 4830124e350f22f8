//! A workspace's projects have an alias each, and a channel has the project that is meant there.

use domain::{ChannelName, ProjectPath};
use store::{
    Alias, AuditFilter, ConnectError, ConnectedBy, Connection, ConnectionFacts, NewConnection,
    Subject,
};

use crate::installations::{acme, noted};
use crate::world::{at, on_each_engine};

fn path(text: &str) -> ProjectPath {
    text.parse().unwrap()
}

fn alias(text: &str) -> Alias {
    text.parse().unwrap()
}

fn connecting(project: &str, called: &str) -> NewConnection {
    NewConnection {
        workspace: acme().clone(),
        project: path(project),
        project_id: 12,
        alias: alias(called),
        connected_by: ConnectedBy {
            name: "ana".to_owned(),
            slack_user: Some("U0ANA".to_owned()),
        },
    }
}

fn names(connections: &[Connection]) -> Vec<(&str, &str)> {
    let names = connections
        .iter()
        .map(|one| (one.project.as_str(), one.alias.as_str()));
    names.collect()
}

#[test]
fn a_project_is_found_by_its_alias_in_any_case() {
    on_each_engine(|world| async move {
        let store = &world.store;
        let connected = store
            .connect_project(connecting("Acme/Shop", "Größe"), noted(1, at(5)))
            .await
            .unwrap();
        assert_eq!(connected.connected_at, at(5));
        for asked in ["Größe", "größe", "GRÖßE"] {
            let found = store.connection_by_alias(acme(), asked).await;
            assert_eq!(found, Ok(Some(connected.clone())), "{asked}");
        }
        for asked in ["", "g", "shop", "two words"] {
            let found = store.connection_by_alias(acme(), asked).await;
            assert_eq!(found, Ok(None), "{asked:?}");
        }
        let elsewhere = "T0DEMO".parse().unwrap();
        let found = store.connection_by_alias(&elsewhere, "größe").await;
        assert_eq!(found, Ok(None), "another workspace has its own");
        let found = store.connection(acme(), &path("acme/shop")).await;
        assert_eq!(found, Ok(Some(connected.clone())));
        let found = store.connections_of_project(&path("ACME/shop")).await;
        assert_eq!(found, Ok(vec![connected]));
    });
}

#[test]
fn an_alias_is_one_projects_and_can_be_changed() {
    on_each_engine(|world| async move {
        let store = &world.store;
        let connect = |number, project: &str, called: &str| {
            let connecting = connecting(project, called);
            let store = store.clone();
            async move {
                store
                    .connect_project(connecting, noted(number, at(0)))
                    .await
            }
        };
        connect(1, "acme/shop", "shop").await.unwrap();
        connect(2, "acme/blog", "blog").await.unwrap();
        let taken = connect(3, "acme/blog", "SHOP").await;
        assert_eq!(
            taken,
            Err(ConnectError::AliasTaken {
                alias: alias("shop"),
                project: path("acme/shop"),
            })
        );
        let all = store.connections_in(acme()).await.unwrap();
        assert_eq!(names(&all), [("acme/blog", "blog"), ("acme/shop", "shop")]);
        // A project's own alias in another case is no conflict, and a freed one can be taken.
        connect(4, "acme/shop", "Shop").await.unwrap();
        connect(5, "acme/shop", "store").await.unwrap();
        connect(6, "acme/blog", "shop").await.unwrap();
        let all = store.connections().await.unwrap();
        assert_eq!(names(&all), [("acme/blog", "shop"), ("acme/shop", "store")]);
        assert_eq!(store.revisions().await.unwrap()["connections"], 5);
    });
}

#[test]
fn who_connected_a_project_first_stays_when_it_gets_another_alias() {
    on_each_engine(|world| async move {
        let store = &world.store;
        let first = connecting("acme/shop", "shop");
        store
            .connect_project(first.clone(), noted(1, at(0)))
            .await
            .unwrap();
        let mut second = connecting("acme/shop", "store");
        second.connected_by = ConnectedBy {
            name: "ben".to_owned(),
            slack_user: None,
        };
        let now = store
            .connect_project(second, noted(2, at(9)))
            .await
            .unwrap();
        assert_eq!(
            (&now.connected_by, now.connected_at),
            (&first.connected_by, at(0))
        );
    });
}

#[test]
fn aliases_as_long_as_allowed_are_told_apart() {
    on_each_engine(|world| async move {
        let store = &world.store;
        // Nothing that compresses well, so that no index could hold it.
        let mut state = 7_u32;
        let long: String = (0..4095)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                char::from_u32(0x4e00 + (state >> 12) % 20_000).unwrap()
            })
            .collect();
        for (number, end) in [(1, 'a'), (2, 'b')] {
            let called = format!("{long}{end}");
            let project = format!("acme/{end}");
            let connected = store
                .connect_project(connecting(&project, &called), noted(number, at(0)))
                .await
                .unwrap();
            let found = store.connection_by_alias(acme(), &called).await;
            assert_eq!(found, Ok(Some(connected)));
        }
    });
}

#[test]
fn connecting_and_disconnecting_is_in_the_audit_of_the_project() {
    on_each_engine(|world| async move {
        let store = &world.store;
        for (number, called) in [(1, "shop"), (2, "store")] {
            let connecting = connecting("Acme/Shop", called);
            store
                .connect_project(connecting, noted(number, at(0)))
                .await
                .unwrap();
        }
        let shop = path("acme/shop");
        let gone = store
            .disconnect_project(acme(), &shop, noted(3, at(1)))
            .await;
        assert_eq!(gone.unwrap().unwrap().alias, alias("store"));
        let again = store
            .disconnect_project(acme(), &shop, noted(4, at(2)))
            .await;
        assert_eq!(again, Ok(None));
        let filter = AuditFilter {
            place: Some(shop),
            ..AuditFilter::default()
        };
        let page = store.audit(filter).await.unwrap();
        let facts = |called: &str| {
            Some(ConnectionFacts {
                alias: alias(called),
            })
        };
        let subject = |before, after| Subject::Connection {
            workspace: acme().clone(),
            project: path("Acme/Shop"),
            before,
            after,
        };
        let told: Vec<_> = page
            .entries
            .into_iter()
            .map(|entry| entry.subject)
            .collect();
        assert_eq!(
            told,
            [
                subject(facts("store"), None),
                subject(facts("shop"), facts("store")),
                subject(None, facts("shop")),
            ]
        );
        assert_eq!(store.revisions().await.unwrap()["connections"], 3);
    });
}

#[test]
fn a_channel_has_one_project_or_none() {
    on_each_engine(|world| async move {
        let store = &world.store;
        let channel: ChannelName = "C0GENERAL".parse().unwrap();
        assert_eq!(store.channel_default(acme(), &channel).await, Ok(None));
        for project in ["acme/shop", "acme/blog"] {
            let set = store.set_channel_default(acme(), &channel, Some(path(project)));
            set.await.unwrap();
            let found = store.channel_default(acme(), &channel).await;
            assert_eq!(found, Ok(Some(path(project))));
        }
        let elsewhere = "T0DEMO".parse().unwrap();
        assert_eq!(store.channel_default(&elsewhere, &channel).await, Ok(None));
        let all = store.channel_defaults_in(acme()).await;
        assert_eq!(all, Ok(vec![(channel.clone(), path("acme/blog"))]));
        for _ in 0..2 {
            let cleared = store.set_channel_default(acme(), &channel, None);
            cleared.await.unwrap();
        }
        assert_eq!(store.channel_defaults_in(acme()).await, Ok(Vec::new()));
    });
}
