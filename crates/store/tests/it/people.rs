//! Who people are: links between accounts, sessions, and what is used once.

use jiff::SignedDuration;
use store::{
    AuditFilter, LinkToken, LinkedAccount, LinkedAccountFacts, NewLinkedAccount, Pending, Purpose,
    SecretHash, Session, Store, Subject,
};

use crate::installations::{acme, keys, noted, tokens};
use crate::world::{at, on_each_engine};

fn dana(gitlab_user: u64, secret: &str) -> NewLinkedAccount {
    let row = LinkedAccount::access_row(acme(), "U0DANA");
    let refresh_row = LinkedAccount::refresh_row(acme(), "U0DANA");
    NewLinkedAccount {
        workspace: acme().clone(),
        slack_user: "U0DANA".to_owned(),
        slack_name: "dana".to_owned(),
        gitlab_user,
        gitlab_name: format!("user{gitlab_user}"),
        access_token: keys().seal(secret, [5; 12], &row),
        refresh_token: Some(keys().seal("refresh", [6; 12], &refresh_row)),
        expires_at: Some(at(7200)),
    }
}

async fn linked(store: &Store) -> Option<LinkedAccount> {
    store.linked_account(acme(), "U0DANA").await.unwrap()
}

#[test]
fn a_slack_account_is_one_gitlab_user_until_it_is_linked_anew_or_unlinked() {
    on_each_engine(|world| async move {
        let store = &world.store;
        assert_eq!(linked(store).await, None);
        let first = store.link_account(dana(7, "one"), noted(1, at(0))).await;
        assert_eq!(first, Ok(None));
        let first = linked(store).await.unwrap();
        assert_eq!((first.gitlab_user, first.linked_at), (7, at(0)));
        let row = LinkedAccount::access_row(acme(), "U0DANA");
        assert_eq!(keys().open(&first.access_token, &row).as_deref(), Ok("one"));
        let second = store.link_account(dana(8, "two"), noted(2, at(1))).await;
        assert_eq!(second, Ok(Some(first)));
        let mut elsewhere = dana(8, "three");
        elsewhere.workspace = "T0DEMO".parse().unwrap();
        store
            .link_account(elsewhere, noted(3, at(2)))
            .await
            .unwrap();
        let of = store.linked_accounts_of(8).await.unwrap();
        let workspaces: Vec<_> = of.iter().map(|link| link.workspace.as_str()).collect();
        assert_eq!(workspaces, ["T0ACME", "T0DEMO"]);
        assert_eq!(store.linked_accounts_of(7).await, Ok(Vec::new()));
        assert_eq!(store.linked_accounts_in(acme()).await.unwrap().len(), 1);

        let before = linked(store).await;
        let gone = store.unlink_account(acme(), "U0DANA", noted(4, at(3)));
        assert_eq!(gone.await, Ok(before));
        let again = store.unlink_account(acme(), "U0DANA", noted(5, at(4)));
        assert_eq!(again.await, Ok(None));
        assert_eq!(linked(store).await, None);

        let page = store.audit(AuditFilter::default()).await.unwrap();
        let facts = |user| {
            Some(LinkedAccountFacts {
                slack_name: "dana".to_owned(),
                gitlab_user: user,
                gitlab_name: format!("user{user}"),
            })
        };
        let subject = |workspace: &str, before, after| Subject::LinkedAccount {
            workspace: workspace.parse().unwrap(),
            slack_user: "U0DANA".to_owned(),
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
                subject("T0ACME", facts(8), None),
                subject("T0DEMO", None, facts(8)),
                subject("T0ACME", facts(7), facts(8)),
                subject("T0ACME", None, facts(7)),
            ]
        );
        assert_eq!(store.revisions().await.unwrap()["linked_accounts"], 4);
    });
}

#[test]
fn a_linked_accounts_tokens_are_renewed_by_one_at_a_time() {
    on_each_engine(|world| async move {
        let store = &world.store;
        store
            .link_account(dana(7, "one"), noted(1, at(0)))
            .await
            .unwrap();
        let before = linked(store).await.unwrap();
        let row = LinkedAccount::access_row(acme(), "U0DANA");
        let renewals = ["two", "three"]
            .map(|secret| store.refresh_linked_account(&before, tokens(secret, &row, at(9000))));
        let [second, third] = renewals;
        let (second, third) = tokio::join!(second, third);
        assert!(second.unwrap() ^ third.unwrap(), "one of two");
        let after = linked(store).await.unwrap();
        assert_eq!(after.expires_at, Some(at(9000)));
        let late = store.refresh_linked_account(&before, tokens("late", &row, at(9999)));
        assert_eq!(late.await, Ok(false));
        let gone = store.unlink_account(acme(), "U0DANA", noted(2, at(3)));
        gone.await.unwrap();
        let gone = store.refresh_linked_account(&after, tokens("late", &row, at(9999)));
        assert_eq!(gone.await, Ok(false));
        assert_eq!(linked(store).await, None);
    });
}

#[test]
fn the_use_of_a_linked_account_is_known_to_the_hour() {
    on_each_engine(|world| async move {
        let store = &world.store;
        store
            .link_account(dana(7, "one"), noted(1, at(0)))
            .await
            .unwrap();
        for (now, known) in [(10, 10), (3609, 10), (3610, 3610), (20, 3610)] {
            let account = linked(store).await.unwrap();
            store.touch_linked_account(&account, at(now)).await.unwrap();
            let known_now = linked(store).await.unwrap().last_used_at;
            assert_eq!(known_now, Some(at(known)), "used at {now}");
        }
    });
}

fn link(secret: &str) -> LinkToken {
    LinkToken {
        hash: SecretHash::of(secret),
        workspace: acme().clone(),
        slack_user: "U0DANA".to_owned(),
        slack_name: "dana".to_owned(),
        expires_at: at(600),
    }
}

#[test]
fn of_many_who_use_a_link_one_gets_it() {
    on_each_engine(|world| async move {
        let store = &world.store;
        store.put_link_token(link("secret")).await.unwrap();
        let hash = SecretHash::of("secret");
        for _ in 0..2 {
            let looked = store.link_token(&hash, at(599)).await;
            assert_eq!(looked, Ok(Some(link("secret"))), "a look uses nothing up");
        }
        let takers = (0..8).map(|_| {
            let store = store.clone();
            tokio::spawn(async move { store.take_link_token(&hash, at(599)).await.unwrap() })
        });
        let mut taken = Vec::new();
        for taker in takers.collect::<Vec<_>>() {
            taken.extend(taker.await.unwrap());
        }
        assert_eq!(taken, [link("secret")]);
        assert_eq!(store.link_token(&hash, at(0)).await, Ok(None));
    });
}

#[test]
fn a_link_whose_time_is_over_is_nobodys() {
    on_each_engine(|world| async move {
        let store = &world.store;
        store.put_link_token(link("secret")).await.unwrap();
        let hash = SecretHash::of("secret");
        assert_eq!(store.link_token(&hash, at(600)).await, Ok(None));
        assert_eq!(store.take_link_token(&hash, at(600)).await, Ok(None));
        let other = SecretHash::of("guess");
        assert_eq!(store.take_link_token(&other, at(0)).await, Ok(None));
    });
}

fn pending(state: &str, until: i64) -> Pending {
    let state_hash = SecretHash::of(state);
    let row = Pending::verifier_row(&state_hash);
    Pending {
        state_hash,
        purpose: Purpose::SignIn,
        browser_hash: SecretHash::of("browser"),
        verifier: Some(keys().seal("verifier", [7; 12], &row)),
        details: "{\"return_to\":\"/flags\"}".to_owned(),
        expires_at: at(until),
    }
}

#[test]
fn an_authorization_comes_back_once_and_in_time() {
    on_each_engine(|world| async move {
        let store = &world.store;
        for (state, until) in [("a", 600), ("b", 600), ("c", 600)] {
            store
                .put_pending(pending(state, until), at(0))
                .await
                .unwrap();
        }
        let (a, b) = (SecretHash::of("a"), SecretHash::of("b"));
        let takers = (0..8).map(|_| {
            let store = store.clone();
            tokio::spawn(async move { store.take_pending(&a, at(599)).await.unwrap() })
        });
        let mut taken = Vec::new();
        for taker in takers.collect::<Vec<_>>() {
            taken.extend(taker.await.unwrap());
        }
        assert_eq!(taken, [pending("a", 600)]);
        let verifier = taken[0].verifier.as_ref().unwrap();
        let row = Pending::verifier_row(&a);
        assert_eq!(keys().open(verifier, &row).as_deref(), Ok("verifier"));
        assert_eq!(store.take_pending(&b, at(600)).await, Ok(None));
        // What is over goes when somebody begins anew.
        store
            .put_pending(pending("d", 1200), at(600))
            .await
            .unwrap();
        let expired = store.expire(at(600), SignedDuration::from_hours(1)).await;
        assert_eq!(expired.unwrap().temporary, 0);
    });
}

fn session(secret: &str, gitlab_user: u64) -> Session {
    let id_hash = SecretHash::of(secret);
    let row = Session::access_row(&id_hash);
    Session {
        id_hash,
        gitlab_user,
        gitlab_name: format!("user{gitlab_user}"),
        display_name: "Somebody".to_owned(),
        is_admin: gitlab_user == 1,
        csrf: "csrf".to_owned(),
        access_token: keys().seal(secret, [8; 12], &row),
        refresh_token: Some(keys().seal("refresh", [9; 12], &Session::refresh_row(&id_hash))),
        token_expires_at: Some(at(7200)),
        created_at: at(0),
        expires_at: at(86_400),
        last_seen_at: at(0),
    }
}

#[test]
fn a_session_lasts_until_its_end_or_until_somebody_ends_it() {
    on_each_engine(|world| async move {
        let store = &world.store;
        let mine = session("mine", 1);
        store.put_session(mine.clone()).await.unwrap();
        let found = store.session(&mine.id_hash, at(86_399)).await;
        assert_eq!(found, Ok(Some(mine.clone())));
        assert_eq!(store.session(&mine.id_hash, at(86_400)).await, Ok(None));
        let guess = SecretHash::of("guess");
        assert_eq!(store.session(&guess, at(0)).await, Ok(None));
        assert_eq!(
            store.end_session(&mine.id_hash).await,
            Ok(Some(mine.clone()))
        );
        assert_eq!(store.end_session(&mine.id_hash).await, Ok(None));
        assert_eq!(store.session(&mine.id_hash, at(0)).await, Ok(None));
    });
}

#[test]
fn somebody_signs_out_everywhere_and_nobody_else_does() {
    on_each_engine(|world| async move {
        let store = &world.store;
        for (secret, user) in [("laptop", 1), ("phone", 1), ("other", 2)] {
            store.put_session(session(secret, user)).await.unwrap();
        }
        let phone = SecretHash::of("phone");
        let used = session("phone", 1);
        store.touch_session(&used, at(600)).await.unwrap();
        let mine = store.sessions_of(1, at(601)).await.unwrap();
        let order: Vec<_> = mine.iter().map(|session| session.id_hash).collect();
        assert_eq!(order, [phone, SecretHash::of("laptop")]);
        assert_eq!(mine[0].last_seen_at, at(600));
        assert_eq!(store.sessions_of(1, at(86_400)).await, Ok(Vec::new()));
        assert_eq!(store.end_sessions_of(1).await.unwrap().len(), 2);
        assert_eq!(store.session(&phone, at(601)).await, Ok(None));
        let other = store.session(&SecretHash::of("other"), at(601)).await;
        assert!(other.unwrap().is_some());
    });
}

#[test]
fn a_sessions_tokens_are_renewed_once_and_its_use_is_known_to_ten_minutes() {
    on_each_engine(|world| async move {
        let store = &world.store;
        let mine = session("mine", 1);
        store.put_session(mine.clone()).await.unwrap();
        let row = Session::access_row(&mine.id_hash);
        let new = tokens("new", &row, at(9000));
        assert_eq!(store.refresh_session(&mine, new.clone()).await, Ok(true));
        assert_eq!(store.refresh_session(&mine, new).await, Ok(false));
        store.touch_session(&mine, at(599)).await.unwrap();
        let found = store
            .session(&mine.id_hash, at(600))
            .await
            .unwrap()
            .unwrap();
        assert_eq!(
            (found.token_expires_at, found.last_seen_at),
            (Some(at(9000)), at(0))
        );
        assert_eq!(keys().open(&found.access_token, &row).as_deref(), Ok("new"));
    });
}

#[test]
fn what_is_used_once_or_for_a_time_is_forgotten_when_its_time_is_over() {
    on_each_engine(|world| async move {
        let store = &world.store;
        store.put_link_token(link("secret")).await.unwrap();
        store.put_pending(pending("a", 700), at(0)).await.unwrap();
        store.put_session(session("mine", 1)).await.unwrap();
        let keep = SignedDuration::from_hours(1);
        let seen = store.seen_before(store::RequestKind::Event, "Ev1", at(0), keep);
        seen.await.unwrap();
        for (now, dropped) in [
            (599, 0),
            (600, 1),
            (700, 1),
            (3600, 1),
            (86_399, 0),
            (86_400, 1),
        ] {
            let expired = store.expire(at(now), keep).await.unwrap();
            assert_eq!(expired.temporary, dropped, "at {now}");
        }
    });
}
