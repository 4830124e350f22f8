//! A workspace has the app once; what happens to it is in the audit and told to every node, and
//! its tokens end with it.

use std::sync::LazyLock;
use std::time::Duration;

use ::flags::Change;
use domain::WorkspaceId;
use jiff::Timestamp;
use store::seal::{Keys, Sealed, UnsealError};
use store::{
    AuditFilter, Entry, Home, Installation, InstallationFacts, InstallationState, NewInstallation,
    NewTokens, Store, Subject,
};

use crate::flags::{change, changes, entry, is_quiet, note};
use crate::world::{Database, at, on_each_engine};

const KEY: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

pub fn keys() -> Keys {
    Keys::new(KEY.parse().unwrap(), Vec::new())
}

pub fn acme() -> &'static WorkspaceId {
    static ACME: LazyLock<WorkspaceId> = LazyLock::new(|| "T0ACME".parse().unwrap());
    &ACME
}

pub fn noted(number: u128, at: Timestamp) -> Entry {
    Entry {
        id: entry(number),
        at,
        note: note(),
    }
}

pub fn tokens(secret: &str, row: &str, expires_at: Timestamp) -> NewTokens {
    NewTokens {
        access: keys().seal(secret, [1; 12], row),
        refresh: Some(keys().seal(&format!("{secret}-refresh"), [2; 12], row)),
        expires_at: Some(expires_at),
    }
}

fn scopes(scopes: &[&str]) -> Vec<String> {
    scopes.iter().map(|scope| (*scope).to_owned()).collect()
}

fn app(token: &str, granted: &[&str]) -> NewInstallation {
    let row = Installation::token_row(acme());
    let refresh_row = Installation::refresh_row(acme());
    NewInstallation {
        workspace: acme().clone(),
        name: "Acme".to_owned(),
        enterprise: None,
        app_id: "A0SIGNALBOX".to_owned(),
        bot_user: "U0BOT".to_owned(),
        bot_id: Some("B0BOT".to_owned()),
        scopes: scopes(granted),
        token: keys().seal(token, [3; 12], &row),
        refresh_token: Some(keys().seal("refresh", [4; 12], &refresh_row)),
        expires_at: Some(at(100)),
        installed_by: "U0DANA".to_owned(),
    }
}

fn opened(installation: &Installation) -> Result<String, UnsealError> {
    let row = Installation::token_row(&installation.workspace);
    keys().open(&installation.token, &row)
}

async fn revision(store: &Store) -> Option<u64> {
    let revisions = store.revisions().await.unwrap();
    revisions.get("installations").copied()
}

#[test]
fn an_installation_is_kept_with_its_sealed_tokens() {
    on_each_engine(|world| async move {
        let store = &world.store;
        assert_eq!(store.installations().await, Ok(Vec::new()));
        let granted = ["chat:write", "commands"];
        let put = store.put_installation(app("xoxb-1", &granted), noted(1, at(5)));
        let put = put.await.unwrap();
        assert_eq!(opened(&put).as_deref(), Ok("xoxb-1"));
        assert_eq!(put.scopes, scopes(&granted));
        assert_eq!(
            (put.state, put.installed_at, put.expires_at),
            (InstallationState::Active, at(5), Some(at(100)))
        );
        assert_eq!(store.installation(acme()).await, Ok(Some(put.clone())));
        assert_eq!(store.installations().await, Ok(vec![put]));
        assert_eq!(revision(store).await, Some(1));
    });
}

#[test]
fn tokens_are_renewed_by_one_at_a_time_and_never_over_a_new_installation() {
    on_each_engine(|world| async move {
        let store = &world.store;
        let put = store.put_installation(app("xoxb-1", &["commands"]), noted(1, at(0)));
        let first = put.await.unwrap();
        let row = Installation::token_row(acme());
        let renew = |secret: &str, before: &Sealed| {
            let (new, before) = (tokens(secret, &row, at(200)), before.clone());
            let store = store.clone();
            async move {
                let renewed = store.rotate_installation(acme(), &before, new, at(90));
                renewed.await.unwrap()
            }
        };
        assert!(renew("xoxb-2", &first.token).await);
        assert!(
            !renew("xoxb-late", &first.token).await,
            "the token is another"
        );
        let second = store.installation(acme()).await.unwrap().unwrap();
        assert_eq!(opened(&second).as_deref(), Ok("xoxb-2"));
        assert_eq!(
            (second.expires_at, second.updated_at, second.installed_at),
            (Some(at(200)), at(90), at(0))
        );
        assert_eq!(revision(store).await, Some(2));

        let again = store.put_installation(app("xoxb-3", &["commands"]), noted(2, at(95)));
        again.await.unwrap();
        assert!(!renew("xoxb-late", &second.token).await);
        let third = store.installation(acme()).await.unwrap().unwrap();
        assert_eq!(opened(&third).as_deref(), Ok("xoxb-3"));

        let gone = store.remove_installation(acme(), "app_uninstalled", noted(3, at(96)));
        gone.await.unwrap();
        assert!(!renew("xoxb-late", &third.token).await);
        let left = store.installation(acme()).await.unwrap().unwrap();
        assert!(!renew("xoxb-late", &left.token).await, "nor over nothing");
        assert_eq!(revision(store).await, Some(4));
    });
}

#[test]
fn a_removed_app_loses_its_tokens_and_homes_once_and_keeps_its_place() {
    on_each_engine(|world| async move {
        let store = &world.store;
        let nothing = store.remove_installation(acme(), "tokens_revoked", noted(9, at(0)));
        assert_eq!(nothing.await, Ok(None));
        let put = store.put_installation(app("xoxb-1", &["commands"]), noted(1, at(0)));
        let installed = put.await.unwrap();
        let home = Home {
            workspace: acme().clone(),
            slack_user: "U0DANA".to_owned(),
            digest: "d".to_owned(),
            published_at: at(0),
        };
        store.put_home(home).await.unwrap();

        let gone = store.remove_installation(acme(), "tokens_revoked", noted(2, at(7)));
        assert_eq!(gone.await, Ok(Some(installed)));
        let again = store.remove_installation(acme(), "app_uninstalled", noted(3, at(8)));
        assert_eq!(again.await, Ok(None), "Slack tells of it twice");
        let left = store.installation(acme()).await.unwrap().unwrap();
        assert_eq!(opened(&left), Err(UnsealError::WrongKey));
        assert_eq!((left.refresh_token.clone(), left.expires_at), (None, None));
        assert_eq!(
            (left.state, left.removed_because.as_deref()),
            (InstallationState::Removed, Some("tokens_revoked"))
        );
        assert_eq!((left.installed_at, left.updated_at), (at(0), at(7)));
        assert_eq!(store.homes(acme()).await, Ok(Vec::new()));
        assert_eq!(revision(store).await, Some(2));

        let back = store.put_installation(app("xoxb-2", &["commands"]), noted(4, at(9)));
        let back = back.await.unwrap();
        assert_eq!(
            (back.state, back.removed_because.clone(), back.installed_at),
            (InstallationState::Active, None, at(9))
        );
        assert_eq!(opened(&back).as_deref(), Ok("xoxb-2"));
    });
}

#[test]
fn what_happens_to_an_installation_is_in_the_audit_without_its_secrets() {
    on_each_engine(|world| async move {
        let store = &world.store;
        for (number, granted) in [(1, &["commands"][..]), (2, &["commands", "chat:write"][..])] {
            let put = store.put_installation(app("xoxb-1", granted), noted(number, at(0)));
            put.await.unwrap();
        }
        let mut gone = noted(3, at(1));
        gone.note.reason = None;
        let gone = store.remove_installation(acme(), "app_uninstalled", gone);
        gone.await.unwrap();
        let page = store.audit(AuditFilter::default()).await.unwrap();
        let facts = |granted: &[&str]| {
            Some(InstallationFacts {
                name: "Acme".to_owned(),
                scopes: scopes(granted),
            })
        };
        let subject = |before, after| Subject::Installation {
            workspace: acme().clone(),
            before,
            after,
        };
        let (narrow, wide) = (facts(&["commands"]), facts(&["commands", "chat:write"]));
        let told: Vec<_> = page
            .entries
            .iter()
            .map(|entry| entry.subject.clone())
            .collect();
        assert_eq!(
            told,
            [
                subject(wide.clone(), None),
                subject(narrow.clone(), wide),
                subject(None, narrow),
            ]
        );
        let reasons = page
            .entries
            .iter()
            .map(|entry| entry.note.reason.as_deref());
        let reasons: Vec<_> = reasons.collect();
        assert_eq!(
            reasons,
            [
                Some("app_uninstalled"),
                Some("to try it"),
                Some("to try it")
            ]
        );
        let json = serde_json::to_value(&page.entries[0]).unwrap();
        assert_eq!(
            (&json["subject"], &json["workspace"]),
            (&"installation".into(), &"T0ACME".into())
        );
    });
}

#[test]
fn another_node_hears_of_an_installation_and_of_its_end() {
    let Some(database) = Database::postgres() else {
        return;
    };
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let (first, second) = (database.open().await, database.open().await);
        let hears = |wanted: u64| {
            let second = second.clone();
            let mut pokes = second.revision_changes();
            async move {
                while revision(&second).await != Some(wanted) {
                    assert!(pokes.changed().await);
                }
                let known = second.installation(acme()).await.unwrap();
                known.unwrap().state
            }
        };
        let heard = |wanted| tokio::time::timeout(Duration::from_secs(20), hears(wanted));
        let put = first.put_installation(app("xoxb-1", &["commands"]), noted(1, at(0)));
        let (put, state) = tokio::join!(put, heard(1));
        put.unwrap();
        assert_eq!(state, Ok(InstallationState::Active));
        let gone = first.remove_installation(acme(), "app_uninstalled", noted(2, at(1)));
        let (gone, state) = tokio::join!(gone, heard(2));
        gone.unwrap();
        assert_eq!(state, Ok(InstallationState::Removed));
        first.close().await;
        second.close().await;
    });
}

#[test]
fn nodes_are_woken_by_installations_as_by_flags() {
    on_each_engine(|world| async move {
        if world.url.starts_with("postgres") {
            // Its listener pokes when it begins to listen, at a moment that nobody can wait for.
            return;
        }
        let store = &world.store;
        let mut pokes = store.revision_changes();
        let nothing = store.remove_installation(acme(), "tokens_revoked", noted(9, at(0)));
        nothing.await.unwrap();
        assert!(is_quiet(&mut pokes).await);
        let put = store.put_installation(app("xoxb-1", &["commands"]), noted(1, at(0)));
        let first = put.await.unwrap();
        assert!(!is_quiet(&mut pokes).await);
        let new = tokens("xoxb-2", &Installation::token_row(acme()), at(200));
        let renewed = store.rotate_installation(acme(), &first.token, new, at(90));
        assert_eq!(renewed.await, Ok(true));
        assert!(!is_quiet(&mut pokes).await);
        let gone = store.remove_installation(acme(), "tokens_revoked", noted(2, at(0)));
        gone.await.unwrap();
        assert!(!is_quiet(&mut pokes).await);
        // Entries of different subjects are in one audit.
        change(store, 3, changes([Change::SetBoolean(true)]))
            .await
            .unwrap();
        let page = store.audit(AuditFilter::default()).await.unwrap();
        assert_eq!(page.entries.len(), 3);
    });
}
