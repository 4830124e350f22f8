//! A hosted environment: what is changed, what is refused, and what is seen of it.

use std::sync::{Arc, Mutex};
use std::time::Instant;

use environments::{Along, ChangeError, Environment, Hosted, HostedParts, Place};
use flags::request::Targets;
use flags::{ActorId, Asked, Gates, Percentage};
use store::{Followed, NewEffect};

use crate::gitlab::GitLab;
use crate::world::{
    along, audit, environment, flag, gates, hosted, hosted_parts, live, patient, remote,
    remote_parts, schedule, set, set_for, store, with_targets,
};

fn is_enabled(environment: &Environment, flag: &str, actor: &str) -> bool {
    let snapshot = live(environment).live().load();
    snapshot.is_enabled(flag, &Asked::of(actor), || 0.5)
}

/// The error of something that changed nothing.
#[track_caller]
fn refused<T: std::fmt::Debug>(result: Result<T, ChangeError>) -> String {
    let told = result.unwrap_err().to_string();
    assert!(!told.contains('\n'), "{told:?} is more than one line");
    told
}

#[tokio::test]
async fn a_change_is_seen_at_once_and_deleting_it_brings_the_default_back() {
    let store = store().await;
    let production = hosted(&store).await;
    let sidebar = flag("tidy_sidebar");
    assert_eq!(production.get(&sidebar).await.unwrap().gates, None);

    let request = set_for("tidy_sidebar", "true", &["12"]);
    let preview = production.preview(&request).await.unwrap();
    assert_eq!(preview.after, Some(gates(r#"{"actors": ["Project:12"]}"#)));
    assert_eq!(preview.names, [(ActorId::project(12), "12".to_owned())]);
    assert!(preview.definition.is_some());
    assert_eq!(
        production.get(&sidebar).await.unwrap().gates,
        None,
        "a preview changes nothing"
    );

    let changed = production.change(request).await.unwrap();
    assert_eq!(
        (changed.before, changed.after),
        (preview.before, preview.after)
    );
    assert!(is_enabled(&production, "tidy_sidebar", "Project:12"));
    assert!(!is_enabled(&production, "tidy_sidebar", "Project:13"));
    let record = production.get(&sidebar).await.unwrap();
    assert_eq!(record.names[&ActorId::project(12)], "12");
    assert_eq!(production.list().await.unwrap(), [record]);
    let entry = store.audit_entry(&changed.entry).await.unwrap().unwrap();
    assert_eq!(entry.note.author.name, "olga");

    let deleted = production.delete(&sidebar, along()).await.unwrap();
    assert_eq!(deleted.after, None);
    assert!(!is_enabled(&production, "tidy_sidebar", "Project:12"));
    assert!(production.list().await.unwrap().is_empty());
    // Nothing is there to delete; that is written down all the same.
    production.delete(&sidebar, along()).await.unwrap();
    assert_eq!(
        audit(&store).await,
        [
            r#"tidy_sidebar none -> {"actors":["Project:12"]}"#,
            r#"tidy_sidebar {"actors":["Project:12"]} -> none"#,
            "tidy_sidebar none -> none",
        ]
    );
}

#[tokio::test]
async fn what_cannot_be_done_changes_nothing_and_says_why_in_one_line() {
    let store = store().await;
    let production = hosted(&store).await;
    let mut forced = set("tidy_sidepanel", "true");
    forced.force = true;
    production.change(forced).await.unwrap();
    production.change(set("tidy_topbar", "true")).await.unwrap();
    let group = |flag, value, group: &str| {
        let targets = Targets {
            feature_group: Some(group.parse().unwrap()),
            ..Targets::default()
        };
        with_targets(set(flag, value), targets)
    };
    let mut share = set("tidy_topbar", "5");
    share.request.key = Some("percentage_of_actors".to_owned());
    for (request, expected) in [
        (
            set("tidy_sidebr", "true"),
            "there is no flag tidy_sidebr; did you mean tidy_sidebar?",
        ),
        // Stored, though nobody has defined it.
        (
            set("tidy_sidepane", "true"),
            "there is no flag tidy_sidepane; did you mean tidy_sidepanel or tidy_sidebar?",
        ),
        (
            set("run_jobs", "false"),
            "there is no flag run_jobs; the definitions list every name there is",
        ),
        (
            group("tidy_sidebar", "true", "teem"),
            "there is no feature group teem; the configuration names team",
        ),
        (
            set("tidy_sidebar", "perhaps"),
            "\"perhaps\" is not a percentage: give true, false or a number from 0 to 100",
        ),
        (set("tidy_sidebar", ""), "value is missing"),
        (
            share,
            "a percentage of actors cannot be set on a flag that is fully enabled; set it to false first",
        ),
        (
            set_for("tidy_sidebar", "true", &["1", "x/y"]),
            "project \"x/y\" cannot be looked up, as no GitLab is configured; give its number",
        ),
        (
            set_for("tidy_sidebar", "remove_opt_out", &["12"]),
            "Project:12 has not opted out",
        ),
    ] {
        let before = production.list().await.unwrap();
        let name = request.flag.clone();
        assert_eq!(refused(production.preview(&request).await), expected);
        assert_eq!(
            refused(production.change(request).await),
            expected,
            "{name}"
        );
        assert_eq!(production.list().await.unwrap(), before, "{expected}");
    }
    let unforced = group("tidy_sidebar", "true", "team");
    production.change(unforced).await.unwrap();
}

#[tokio::test]
async fn a_group_that_the_configuration_no_longer_names_can_still_be_taken_away() {
    let store = store().await;
    let production = hosted(&store).await;
    let targets = Targets {
        feature_group: Some("team".parse().unwrap()),
        ..Targets::default()
    };
    let enable = with_targets(set("tidy_sidebar", "true"), targets.clone());
    production.change(enable).await.unwrap();
    let without_groups = HostedParts {
        groups: Arc::default(),
        ..hosted_parts(&store)
    };
    let hosted = Hosted::load(without_groups).await.unwrap();
    let production = environment(Place::Hosted(hosted));
    let other = with_targets(set("tidy_topbar", "true"), targets.clone());
    assert_eq!(
        refused(production.change(other).await),
        "there is no feature group team; the configuration names none"
    );
    let disable = with_targets(set("tidy_sidebar", "false"), targets);
    let changed = production.change(disable).await.unwrap();
    assert_eq!(changed.after, Some(Gates::off()));
}

#[tokio::test]
async fn an_opt_out_that_is_taken_back_under_two_names_is_taken_back_once() {
    let production = hosted(&store().await).await;
    let opt_out = set_for("tidy_sidebar", "opt_out", &["12"]);
    production.change(opt_out).await.unwrap();
    let back = set_for("tidy_sidebar", "remove_opt_out", &["12", "012"]);
    let changed = production.change(back).await.unwrap();
    assert_eq!(changed.after, Some(Gates::off()));
}

#[tokio::test]
async fn an_undo_does_not_overwrite_what_was_changed_since() {
    let store = store().await;
    let production = hosted(&store).await;
    let sidebar = flag("tidy_sidebar");
    let first = production.change(set("tidy_sidebar", "25")).await.unwrap();
    let undo = |along: Along| {
        production.restore(&sidebar, first.after.as_ref(), first.before.as_ref(), along)
    };
    let second = production
        .change(set("tidy_sidebar", "true"))
        .await
        .unwrap();
    assert_eq!(
        refused(undo(along()).await),
        "tidy_sidebar was changed since by somebody else; look at its history and decide again"
    );
    assert!(is_enabled(&production, "tidy_sidebar", "User:1"));

    let back = production
        .restore(
            &sidebar,
            second.after.as_ref(),
            first.after.as_ref(),
            along(),
        )
        .await
        .unwrap();
    assert_eq!(back.after, first.after);
    assert_eq!(undo(along()).await.unwrap().after, None);
    assert!(!is_enabled(&production, "tidy_sidebar", "User:1"));
}

#[tokio::test]
async fn a_change_that_expects_the_flag_otherwise_is_not_made() {
    let store = store().await;
    let gitlab = GitLab::start().await;
    let elsewhere = remote(remote_parts(&store, patient(&gitlab.url)));
    for environment in [hosted(&store).await, elsewhere] {
        environment.change(set("tidy_sidebar", "25")).await.unwrap();
        for (expects_nothing, share) in [(true, 25), (false, 50)] {
            let mut request = set("tidy_sidebar", "50");
            let expects = move |gates: Option<&Gates>| gates.is_none() == expects_nothing;
            request.along.expects = Some(Arc::new(expects));
            let changed = environment.change(request).await;
            assert_eq!(changed.is_err(), expects_nothing, "{changed:?}");
            let found = environment.get(&flag("tidy_sidebar")).await.unwrap();
            let found = found.gates.unwrap().percentage_of_time;
            assert_eq!(found, Percentage::new(f64::from(share)).unwrap());
        }
    }
}

#[tokio::test]
async fn a_schedule_that_was_cancelled_makes_no_change() {
    let store = store().await;
    let production = hosted(&store).await;
    let schedule = schedule(1);
    let id = schedule.id.clone();
    let now = "2026-01-06T10:00:00Z".parse().unwrap();
    let author = schedule.author.clone();
    store.schedule(schedule, now).await.unwrap();
    store.cancel_schedule(&id, author, now).await.unwrap();
    let mut request = set("tidy_sidebar", "true");
    request.along.finishing = Some(id.clone());
    assert_eq!(
        refused(production.change(request).await),
        format!("schedule {id} is over: it was run or cancelled already")
    );
    assert!(production.list().await.unwrap().is_empty());
}

#[tokio::test]
async fn what_follows_from_a_change_is_stored_with_it_and_knows_the_definition() {
    let store = store().await;
    let told = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&told);
    let parts = HostedParts {
        after_change: Arc::new(move |changed, note, definition| {
            let group = definition.and_then(|definition| definition.group.clone());
            let line = format!("{} {} {group:?}", changed.flag, note.author.name);
            seen.lock().unwrap().push(line);
            Followed {
                effects: vec![NewEffect {
                    id: domain::EffectId::mint(1_700_000_000_000, 5),
                    kind: "note".to_owned(),
                    entry: changed.entry.clone(),
                    payload: "{}".to_owned(),
                }],
                ..Followed::default()
            }
        }),
        ..hosted_parts(&store)
    };
    let production = environment(Place::Hosted(Hosted::load(parts).await.unwrap()));
    let mut request = set("tidy_sidebar", "true");
    request.along.schedules = Some(Arc::new(|_| vec![schedule(2)]));
    production.change(request).await.unwrap();
    let refused = set_for("tidy_sidebar", "remove_opt_out", &["12"]);
    production.change(refused).await.unwrap_err();
    assert_eq!(
        *told.lock().unwrap(),
        [r#"tidy_sidebar olga Some("group::editor")"#]
    );
    let schedules = store.schedules(store::ScheduleFilter::default()).await;
    assert_eq!(schedules.unwrap().schedules.len(), 1);
    let counts = store.counts().await.unwrap();
    assert_eq!(counts.effects.waiting, 1);
}

#[tokio::test]
async fn a_database_that_is_closed_is_told_in_one_line() {
    let store = store().await;
    let production = hosted(&store).await;
    store.close().await;
    let told = refused(production.change(set("tidy_sidebar", "true")).await);
    assert_eq!(told, store::StoreError::Closed.to_string());
    assert!(!is_enabled(&production, "tidy_sidebar", "User:1"));
}

#[tokio::test]
async fn a_reader_sees_a_change_as_soon_as_it_is_made() {
    const ROUNDS: usize = 500;
    let written: Arc<Mutex<Option<Instant>>> = Arc::default();
    let writing = Arc::clone(&written);
    let parts = HostedParts {
        // In the change's transaction: it is not even on disk yet.
        after_change: Arc::new(move |_, _, _| {
            *writing.lock().unwrap() = Some(Instant::now());
            Followed::default()
        }),
        ..hosted_parts(&store().await)
    };
    let production = environment(Place::Hosted(Hosted::load(parts).await.unwrap()));
    let reader = live(&production).live().clone();
    let mut lags = Vec::with_capacity(ROUNDS);
    for round in 0..ROUNDS {
        let on = round % 2 == 0;
        let request = set("tidy_sidebar", if on { "true" } else { "false" });
        production.change(request).await.unwrap();
        let snapshot = reader.load();
        let is_on = snapshot.is_enabled("tidy_sidebar", &Asked::anyone(), || 0.5);
        let written = written.lock().unwrap().take().unwrap();
        lags.push(written.elapsed());
        assert_eq!(is_on, on, "change {round} is not seen");
    }
    lags.sort_unstable();
    let at = |percent: usize| lags[(lags.len() - 1) * percent / 100];
    println!(
        "from within a change's transaction until a reader has seen it: {:?} (p50), {:?} (p99)",
        at(50),
        at(99)
    );
}
