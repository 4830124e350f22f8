//! Flags change all at once or not at all, every change is in the audit, and what follows from a
//! change is written with it.

use ::flags::{ActorId, Change, FlagKey, Gates, Percentage, Refusal};
use domain::{AuditId, EffectId, EnvironmentName, ScheduleId};
use store::{
    AuditFilter, Author, ChangeFlagError, Changes, FlagChanged, FlagRefused, FlagWrite, Followed,
    NewEffect, NewSchedule, Note, Origin, ScheduleFilter, ScheduleState, Store, StoreError,
    Subject, Write,
};

use crate::world::{at, delivery, on_each_engine};

pub fn entry(number: u128) -> AuditId {
    AuditId::mint(1_700_000_000_000, number)
}

pub fn production() -> EnvironmentName {
    "production".parse().unwrap()
}

pub fn key(text: &str) -> FlagKey {
    text.parse().unwrap()
}

pub fn actor(text: &str) -> ActorId {
    text.parse().unwrap()
}

pub fn ana() -> Author {
    Author {
        name: "ana".to_owned(),
        origin: Origin::Slack {
            workspace: "T0DEMO".parse().unwrap(),
            user: "U0ANA".to_owned(),
            channel: "#production".parse().unwrap(),
        },
    }
}

pub fn note() -> Note {
    Note {
        author: ana(),
        reason: Some("to try it".to_owned()),
        request_id: "req-1".to_owned(),
        overrides: vec!["incidents".to_owned()],
        command: Some("/chatops run feature set tidy_sidebar true".to_owned()),
    }
}

/// A write of `tidy_sidebar` in production.
pub fn write(write: Write) -> FlagWrite {
    FlagWrite {
        environment: production(),
        flag: key("tidy_sidebar"),
        write,
        note: note(),
        names: Vec::new(),
        finishing: None,
        fence: None,
    }
}

pub fn changes(changes: impl Into<Vec<Change>>) -> FlagWrite {
    write(Write::Changes(changes.into()))
}

pub fn nothing(_: &FlagChanged) -> Followed {
    Followed::default()
}

pub async fn change(
    store: &Store,
    number: u128,
    write: FlagWrite,
) -> Result<FlagChanged, ChangeFlagError> {
    store
        .change_flag(write, at(0), entry(number), nothing)
        .await
}

fn share(number: f64) -> Change {
    Change::PercentageOfActors(Percentage::new(number).unwrap())
}

#[test]
fn a_change_is_there_for_whoever_asks_next() {
    on_each_engine(|world| async move {
        let store = &world.store;
        let empty = store.flags(&production()).await.unwrap();
        assert_eq!((empty.revision, empty.flags.len()), (0, 0));
        // A fraction whose decimal form is long must come back to the last bit.
        let odd = 0.1 + 0.2;
        let wanted = [Change::EnableActor(actor("Project:12")), share(odd)];
        let changed = change(store, 1, changes(wanted)).await.unwrap();
        assert_eq!((&changed.before, changed.revision), (&None, 1));
        let now = store.flags(&production()).await.unwrap();
        assert_eq!(now.revision, 1);
        let (flag, gates) = &now.flags[0];
        assert_eq!(
            (flag, Some(gates)),
            (&key("tidy_sidebar"), changed.after.as_ref())
        );
        assert_eq!(gates.percentage_of_actors.number().to_bits(), odd.to_bits());
        let staging = store.flags(&"staging".parse().unwrap()).await.unwrap();
        assert_eq!(staging.flags, [], "another environment has its own");
        change(store, 2, changes([Change::Delete])).await.unwrap();
        let now = store.flags(&production()).await.unwrap();
        assert_eq!((now.revision, now.flags.len()), (2, 0));
        let revisions = store.revisions().await.unwrap();
        assert_eq!(revisions.get("flags:production"), Some(&2));
    });
}

#[test]
fn those_who_keep_flags_in_memory_are_woken_by_changes_of_them_alone() {
    on_each_engine(|world| async move {
        if world.url.starts_with("postgres") {
            // Its listener pokes when it begins to listen, at a moment that nobody can wait for.
            return;
        }
        let store = &world.store;
        let mut pokes = store.revision_changes();
        world.route_to("#a", 1..=3).await;
        let untouched = change(store, 1, changes([Change::Delete])).await.unwrap();
        assert_eq!(untouched.before, untouched.after);
        assert!(is_quiet(&mut pokes).await);
        change(store, 2, changes([share(5.0)])).await.unwrap();
        assert!(!is_quiet(&mut pokes).await);
    });
}

/// Whether no poke has come; one that had would be there by now.
pub async fn is_quiet(pokes: &mut Changes) -> bool {
    tokio::select! {
        biased;
        _ = pokes.changed() => false,
        () = std::future::ready(()) => true,
    }
}

#[test]
fn a_change_of_several_gates_is_made_whole_or_not_at_all() {
    on_each_engine(|world| async move {
        let store = &world.store;
        change(store, 1, changes([share(5.0)])).await.unwrap();
        let wanted = [
            Change::EnableActor(actor("User:7")),
            Change::RemoveOptOut(actor("User:8")),
        ];
        let refused = change(store, 2, changes(wanted)).await;
        let reason = Refusal::NoOptOut(actor("User:8"));
        assert_eq!(refused, Err(ChangeFlagError::Refused(reason)));
        let now = store.flags(&production()).await.unwrap();
        assert_eq!(now.revision, 1);
        assert_eq!(now.flags[0].1.actors.len(), 0);
        let page = store.audit(AuditFilter::default()).await.unwrap();
        let refused = page.entries[0].refused.as_deref();
        assert_eq!(refused, Some("User:8 has not opted out"));
    });
}

#[test]
fn the_audit_says_who_what_when_why_and_from_where() {
    on_each_engine(|world| async move {
        let store = &world.store;
        change(store, 1, changes([Change::SetBoolean(true)]))
            .await
            .unwrap();
        change(store, 2, changes([Change::SetBoolean(true)]))
            .await
            .unwrap();
        let refused = FlagRefused {
            environment: production(),
            flag: key("tidy_sidebar"),
            note: note(),
            refused: "an incident is open".to_owned(),
        };
        store.note_refusal(refused, at(3), entry(3)).await.unwrap();
        let page = store.audit(AuditFilter::default()).await.unwrap();
        let ids: Vec<_> = page.entries.iter().map(|found| found.id.clone()).collect();
        assert_eq!(ids, [entry(3), entry(2), entry(1)], "newest first");
        let first = &page.entries[2];
        assert_eq!(
            (&first.note, first.at, &first.refused),
            (&note(), at(0), &None)
        );
        let subject = |before, after| Subject::Flag {
            environment: production(),
            flag: key("tidy_sidebar"),
            before,
            after,
        };
        let on = || Some(Gates::on());
        assert_eq!(first.subject, subject(None, on()));
        assert_eq!(page.entries[1].subject, subject(on(), on()));
        assert_eq!(page.entries[0].subject, subject(on(), on()));
        let reason = page.entries[0].refused.as_deref();
        assert_eq!(reason, Some("an incident is open"));
        let json = serde_json::to_value(first).unwrap();
        assert_eq!(json["subject"], "flag");
        assert_eq!(json["after"]["boolean"], true);
        assert_eq!(json["author"]["origin"]["from"], "slack");
        // What leaves everything as it was is audited, but there is nothing to load again.
        assert_eq!(store.flags(&production()).await.unwrap().revision, 1);
        assert_eq!(
            store.audit_entry(&entry(1)).await.unwrap().as_ref(),
            Some(first)
        );
    });
}

#[test]
fn the_audit_is_read_by_flag_environment_and_author_a_page_at_a_time() {
    on_each_engine(|world| async move {
        let store = &world.store;
        for (number, (flag, environment, author)) in [
            ("a", "production", "ana"),
            ("b", "production", "ben"),
            ("a", "staging", "ana"),
            ("a", "production", "ben"),
        ]
        .into_iter()
        .enumerate()
        {
            let mut write = changes([Change::SetBoolean(true)]);
            write.flag = key(flag);
            write.environment = environment.parse().unwrap();
            write.note.author.name = author.to_owned();
            change(store, number as u128, write).await.unwrap();
        }
        let found = async |filter| {
            let page = store.audit(filter).await.unwrap();
            let numbers = page
                .entries
                .iter()
                .map(|found| (0..4).find(|number| entry(*number) == found.id).unwrap());
            (numbers.collect::<Vec<_>>(), page.next)
        };
        let all = AuditFilter::default;
        let flag = Some(key("a"));
        assert_eq!(found(AuditFilter { flag, ..all() }).await.0, [3, 2, 0]);
        let environment = Some("staging".parse().unwrap());
        assert_eq!(
            found(AuditFilter {
                environment,
                ..all()
            })
            .await
            .0,
            [2]
        );
        let author = Some("ben".to_owned());
        assert_eq!(found(AuditFilter { author, ..all() }).await.0, [3, 1]);
        let (numbers, next) = found(AuditFilter { limit: 3, ..all() }).await;
        assert_eq!(numbers, [3, 2, 1]);
        let rest = found(AuditFilter {
            before: next,
            limit: 3,
            ..all()
        })
        .await;
        assert_eq!(rest, (vec![0], None));
    });
}

#[test]
fn an_undo_is_made_only_while_the_flag_stands_as_it_left_it() {
    on_each_engine(|world| async move {
        let store = &world.store;
        let first = change(store, 1, changes([share(5.0)])).await.unwrap();
        let undo = |of: &FlagChanged| {
            write(Write::Restore {
                expected: of.after.clone(),
                to: of.before.clone(),
            })
        };
        let second = change(store, 2, changes([share(25.0)])).await.unwrap();
        let conflict = change(store, 3, undo(&first)).await.unwrap_err();
        assert_eq!(
            conflict,
            ChangeFlagError::Conflict {
                environment: production(),
                flag: key("tidy_sidebar"),
                now: second.after.clone(),
            }
        );
        let undone = change(store, 4, undo(&second)).await.unwrap();
        assert_eq!(undone.after, first.after);
        let undone = change(store, 5, undo(&first)).await.unwrap();
        assert_eq!(undone.after, None);
        assert_eq!(store.flags(&production()).await.unwrap().flags, []);
        let page = store.audit(AuditFilter::default()).await.unwrap();
        let refused = page.entries.iter().filter(|found| found.refused.is_some());
        assert_eq!(
            refused.map(|found| &found.id).collect::<Vec<_>>(),
            [&entry(3)]
        );
    });
}

#[test]
fn a_change_that_is_repeated_because_its_answer_was_lost_is_made_once() {
    on_each_engine(|world| async move {
        let store = &world.store;
        let first = change(store, 1, changes([share(5.0)])).await.unwrap();
        change(store, 2, changes([share(25.0)])).await.unwrap();
        let panics = |_: &FlagChanged| panic!("what follows was written the first time");
        let again = store
            .change_flag(changes([share(5.0)]), at(9), entry(1), panics)
            .await;
        assert_eq!(again, Ok(first));
        let now = store.flags(&production()).await.unwrap();
        assert_eq!(
            (now.revision, now.flags[0].1.percentage_of_actors.number()),
            (2, 25.0)
        );
    });
}

#[test]
fn what_follows_from_a_change_is_written_with_it() {
    on_each_engine(|world| async move {
        let store = &world.store;
        let follow = |changed: &FlagChanged| Followed {
            deliveries: vec![delivery(1, "#production"), delivery(2, "#team")],
            effects: vec![NewEffect {
                id: EffectId::mint(0, 1),
                kind: "issue_comment".to_owned(),
                entry: changed.entry.clone(),
                payload: "{}".to_owned(),
            }],
            schedules: vec![NewSchedule {
                id: ScheduleId::mint(0, 1),
                due: at(60),
                environment: changed.environment.clone(),
                flag: changed.flag.clone(),
                what: "{}".to_owned(),
                author: ana(),
                reason: None,
            }],
        };
        let refused = changes([Change::RemoveOptOut(actor("User:8"))]);
        let refused = store.change_flag(refused, at(0), entry(1), follow).await;
        assert!(refused.is_err());
        assert_eq!(world.claim(at(0)).await, []);
        assert_eq!(store.effects_of(&entry(1)).await.unwrap(), []);
        let made = changes([Change::SetBoolean(true)]);
        store
            .change_flag(made, at(0), entry(2), follow)
            .await
            .unwrap();
        assert_eq!(world.claim(at(0)).await.len(), 2);
        assert_eq!(store.effects_of(&entry(2)).await.unwrap().len(), 1);
        let page = store.schedules(ScheduleFilter::default()).await.unwrap();
        let states: Vec<_> = page.schedules.iter().map(|found| found.state).collect();
        assert_eq!(states, [ScheduleState::Waiting]);
    });
}

#[test]
fn a_change_made_elsewhere_is_audited_and_announced_but_not_kept() {
    on_each_engine(|world| async move {
        let store = &world.store;
        let follow = |_: &FlagChanged| Followed {
            deliveries: vec![delivery(1, "#production")],
            ..Followed::default()
        };
        let made = write(Write::Elsewhere {
            before: Some(Gates::off()),
            after: Some(Gates::on()),
        });
        let made = store.change_flag(made, at(0), entry(1), follow).await;
        let made = made.unwrap();
        assert_eq!(
            (made.before, made.after),
            (Some(Gates::off()), Some(Gates::on()))
        );
        let now = store.flags(&production()).await.unwrap();
        assert_eq!((now.revision, now.flags.len()), (0, 0));
        let told = store.audit_entry(&entry(1)).await.unwrap().unwrap();
        assert_eq!((told.note, told.refused), (note(), None));
        assert_eq!(world.claim(at(0)).await.len(), 1);
    });
}

#[test]
fn a_bug_in_what_follows_changes_nothing_and_harms_nobody_else() {
    on_each_engine(|world| async move {
        let store = &world.store;
        let broken = |_: &FlagChanged| -> Followed { panic!("a bug, on purpose") };
        let write = || changes([Change::SetBoolean(true)]);
        let failed = store.change_flag(write(), at(0), entry(1), broken).await;
        let is_told = matches!(
            failed,
            Err(ChangeFlagError::Store(StoreError::Failed { .. }))
        );
        assert!(is_told, "{failed:?}");
        assert_eq!(
            store.audit(AuditFilter::default()).await.unwrap().entries,
            []
        );
        let made = change(store, 2, write()).await.unwrap();
        assert_eq!((made.before, made.revision), (None, 1));
    });
}

#[test]
fn names_of_actors_are_remembered() {
    on_each_engine(|world| async move {
        let store = &world.store;
        let mut write = changes([Change::EnableActor(actor("Project:12"))]);
        write.names = vec![
            (actor("Project:12"), "gitlab-org/gitlab".to_owned()),
            (actor("Group:9970"), "GitLab-Org".to_owned()),
            (actor("Group:1"), "renamed".to_owned()),
        ];
        change(store, 1, write.clone()).await.unwrap();
        change(store, 2, write.clone()).await.unwrap();
        assert_eq!(store.revisions().await.unwrap()["actors"], 1);
        write.names = vec![(actor("Group:2"), "renamed".to_owned())];
        store
            .change_flag(write, at(1), entry(3), nothing)
            .await
            .unwrap();
        let asked = [actor("Project:12"), actor("User:1"), actor("Group:9970")];
        let names = store.actor_names(&asked).await.unwrap();
        assert_eq!(names.len(), 2);
        assert_eq!(names[&actor("Project:12")], "gitlab-org/gitlab");
        let groups = store.group_ids().await.unwrap();
        assert_eq!(groups[&"gitlab-org".parse().unwrap()], actor("Group:9970"));
        assert_eq!(groups[&"renamed".parse().unwrap()], actor("Group:2"));
        assert_eq!(groups.len(), 2, "{groups:?}");
    });
}
