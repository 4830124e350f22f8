//! A place has each of the two integrations at most once, every change of one is in the audit,
//! and the audit tells no secret.

use domain::IntegrationId;
use store::seal::{Keys, Sealed};
use store::{
    AuditFilter, IntegrationFacts, IntegrationWrite, Place, Subject, Via, WebhookWrite,
    WorkspaceWrite,
};

use crate::flags::{entry, note};
use crate::world::{at, on_each_engine};

const KEY: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
const HOOK: &str = "https://hooks.slack.com/services/T0/B0/geheim";

fn id(number: u128) -> IntegrationId {
    IntegrationId::mint(0, number)
}

fn project(path: &str, id: Option<u64>) -> Place {
    Place::Project {
        path: path.parse().unwrap(),
        id,
    }
}

fn write(number: u128, place: Place, webhook: WebhookWrite) -> IntegrationWrite {
    IntegrationWrite {
        id: id(number),
        via: Via::Webhook,
        place,
        active: true,
        properties: "{\"channel\":\"#shop\"}".to_owned(),
        webhook,
        workspace: WorkspaceWrite::Keep,
        note: note(),
    }
}

fn keys() -> Keys {
    Keys::new(KEY.parse().unwrap(), Vec::new())
}

fn sealed(place: &Place) -> Sealed {
    keys().seal(HOOK, [7; 12], &place.seal_row(Via::Webhook))
}

#[test]
fn an_integration_is_created_once_and_then_changed() {
    on_each_engine(|world| async move {
        let store = &world.store;
        let place = project("Acme/Shop", Some(12));
        let new = write(1, place.clone(), WebhookWrite::Set(sealed(&place)));
        let created = store.save_integration(new, at(0), entry(1)).await.unwrap();
        assert_eq!((&created.id, &created.place), (&id(1), &place));
        // The same project, whatever the case of its path; GitLab's id and the URL are kept.
        let same = project("acme/shop", None);
        let mut change = write(2, same.clone(), WebhookWrite::Keep);
        change.active = false;
        let changed = store
            .save_integration(change, at(5), entry(2))
            .await
            .unwrap();
        assert_eq!(changed.id, id(1));
        assert_eq!(changed.place, project("acme/shop", Some(12)));
        assert_eq!((changed.created_at, changed.updated_at), (at(0), at(5)));
        assert!(!changed.active);
        let url = keys().open(
            &changed.webhook.clone().unwrap(),
            &same.seal_row(Via::Webhook),
        );
        assert_eq!(url.as_deref(), Ok(HOOK));
        let found = store.integration(&place, Via::Webhook).await.unwrap();
        assert_eq!(found, Some(changed));
        assert_eq!(store.integration(&place, Via::App).await, Ok(None));
        let actor = "Project:12".parse().unwrap();
        let names = store
            .actor_names(std::slice::from_ref(&actor))
            .await
            .unwrap();
        assert_eq!(names[&actor], "acme/shop");
        let cleared = write(3, place.clone(), WebhookWrite::Clear);
        let cleared = store
            .save_integration(cleared, at(6), entry(3))
            .await
            .unwrap();
        assert_eq!(cleared.webhook, None);
    });
}

#[test]
fn every_place_has_its_own() {
    on_each_engine(|world| async move {
        let store = &world.store;
        let group = Place::Group {
            path: "acme".parse().unwrap(),
            id: None,
        };
        let places = [Place::Instance, group, project("acme/shop", Some(12))];
        for (number, place) in places.iter().enumerate() {
            for (via, half) in [(Via::App, 0), (Via::Webhook, 10)] {
                let number = number as u128 + half;
                let mut new = write(number, place.clone(), WebhookWrite::Keep);
                new.via = via;
                store
                    .save_integration(new, at(0), entry(number))
                    .await
                    .unwrap();
            }
        }
        let all = store.integrations().await.unwrap();
        let all: Vec<_> = all
            .into_iter()
            .map(|found| (found.place, found.via))
            .collect();
        let expected = places
            .iter()
            .flat_map(|place| [(place.clone(), Via::App), (place.clone(), Via::Webhook)]);
        assert_eq!(all, expected.collect::<Vec<_>>());
        assert_eq!(store.revisions().await.unwrap()["integrations"], 6);
    });
}

#[test]
fn a_change_of_an_integration_is_in_the_audit_without_its_secret() {
    on_each_engine(|world| async move {
        let store = &world.store;
        let place = project("Acme/Shop", Some(12));
        let new = write(1, place.clone(), WebhookWrite::Set(sealed(&place)));
        store.save_integration(new, at(0), entry(1)).await.unwrap();
        let gone = store
            .remove_integration(&place, Via::Webhook, note(), at(1), entry(2))
            .await
            .unwrap();
        assert_eq!(gone.map(|gone| gone.id), Some(id(1)));
        let again = store
            .remove_integration(&place, Via::Webhook, note(), at(2), entry(3))
            .await;
        assert_eq!(again, Ok(None));
        let filter = AuditFilter {
            place: Some("acme/shop".parse().unwrap()),
            ..AuditFilter::default()
        };
        let entries = store.audit(filter).await.unwrap().entries;
        let facts = || {
            Some(IntegrationFacts {
                active: true,
                properties: "{\"channel\":\"#shop\"}".to_owned(),
                has_webhook: true,
                workspace: None,
            })
        };
        let subject = |before, after| Subject::Integration {
            place: place.clone(),
            via: Via::Webhook,
            before,
            after,
        };
        let told: Vec<_> = entries.iter().map(|found| &found.subject).collect();
        assert_eq!(told, [&subject(facts(), None), &subject(None, facts())]);
        assert_eq!(entries[0].note, note());
    });
}

#[test]
fn an_integration_speaks_through_the_app_of_the_workspace_that_was_chosen() {
    on_each_engine(|world| async move {
        let store = &world.store;
        let place = project("acme/shop", None);
        let acme = "T0ACME".parse().unwrap();
        for (number, workspace, expected) in [
            (1, WorkspaceWrite::Keep, None),
            (2, WorkspaceWrite::Set(acme), Some("T0ACME")),
            (3, WorkspaceWrite::Keep, Some("T0ACME")),
            (4, WorkspaceWrite::Clear, None),
        ] {
            let mut change = write(number, place.clone(), WebhookWrite::Keep);
            change.workspace = workspace;
            let saved = store.save_integration(change, at(0), entry(number));
            let saved = saved.await.unwrap();
            let workspace = saved.workspace.as_ref().map(|known| known.as_str());
            assert_eq!(workspace, expected, "change {number}");
            let told = store.audit_entry(&entry(number)).await.unwrap().unwrap();
            let Subject::Integration { after, .. } = told.subject else {
                panic!("{told:?}");
            };
            assert_eq!(after.unwrap().workspace, saved.workspace);
        }
    });
}
