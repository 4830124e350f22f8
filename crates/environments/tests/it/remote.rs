//! A remote environment that answers: the same changes by the same rules.

use std::sync::{Arc, Mutex};

use environments::{ChangeError, ChangeRequest, RemoteParts};
use flags::request::Targets;
use flags::{Catalogue, Gates};
use serde_json::json;
use store::{Followed, ScheduleFilter};

use crate::gitlab::GitLab;
use crate::world::{
    along, audit, flag, gates, patient, remote, remote_parts, schedule, set, set_for, store,
    with_targets,
};

#[tokio::test]
async fn a_change_elsewhere_has_the_same_rules_and_the_same_audit() {
    let store = store().await;
    let gitlab = GitLab::start().await;
    let staging = remote(remote_parts(&store, patient(&gitlab.url)));
    let sidebar = flag("tidy_sidebar");
    assert_eq!(staging.get(&sidebar).await.unwrap().gates, None);

    let request = set_for("tidy_sidebar", "true", &["gitlab-org/gitlab", "13"]);
    let preview = staging.preview(&request).await.unwrap();
    let both = gates(r#"{"actors": ["Project:12", "Project:13"]}"#);
    assert_eq!(preview.after, Some(both.clone()));
    assert_eq!(
        gitlab.gates("tidy_sidebar"),
        None,
        "a preview changes nothing"
    );
    let changed = staging.change(request).await.unwrap();
    assert_eq!((changed.before, changed.after), (None, Some(both.clone())));
    assert_eq!(gitlab.gates("tidy_sidebar"), Some(both.clone()));
    let record = staging.get(&sidebar).await.unwrap();
    assert_eq!(record.gates, Some(both));
    assert_eq!(staging.list().await.unwrap(), [record]);

    staging.delete(&sidebar, along()).await.unwrap();
    assert_eq!(gitlab.gates("tidy_sidebar"), None);
    let both = r#"{"actors":["Project:12","Project:13"]}"#;
    assert_eq!(
        audit(&store).await,
        [
            format!("tidy_sidebar none -> {both}"),
            format!("tidy_sidebar {both} -> none"),
        ]
    );
}

fn share(value: &str, key: Option<&str>) -> ChangeRequest {
    let mut request = set("tidy_sidebar", value);
    request.request.key = key.map(str::to_owned);
    request
}

#[tokio::test]
async fn a_preview_says_what_the_change_then_does() {
    let store = store().await;
    let gitlab = GitLab::start().await;
    let staging = remote(remote_parts(&store, patient(&gitlab.url)));
    let actors = Some("percentage_of_actors");
    let named = |value, targets| with_targets(set("tidy_sidebar", value), targets);
    let people = Targets {
        users: vec!["@ana".to_owned(), "8".to_owned()],
        groups: vec!["9".to_owned()],
        namespaces: vec!["@ben".to_owned()],
        repositories: vec!["gitlab-com/www".to_owned()],
        feature_group: Some("team".parse().unwrap()),
        ..Targets::default()
    };
    for request in [
        share("0.0001", actors),
        share("64.248", actors),
        // A percentage, though 100 would open it for everyone.
        share("100.00", actors),
        share("0.00", actors),
        share("25", None),
        named("true", people.clone()),
        named("opt_out", people.clone()),
        named("remove_opt_out", people.clone()),
        named("false", people),
        share("100", actors),
        share("0", actors),
    ] {
        let value = request.request.value.clone();
        let preview = staging.preview(&request).await.unwrap();
        let changed = staging.change(request).await.unwrap();
        assert_eq!(changed.after, preview.after, "{value}");
        assert_eq!(gitlab.gates("tidy_sidebar"), preview.after, "{value}");
    }
}

#[tokio::test]
async fn names_go_out_as_every_gitlab_understands_them() {
    let store = store().await;
    let gitlab = GitLab::start().await;
    let staging = remote(remote_parts(&store, patient(&gitlab.url)));
    let targets = Targets {
        users: vec!["@ana".to_owned(), "8".to_owned()],
        projects: vec!["13".to_owned(), "GitLab-Org/nope".to_owned()],
        ..Targets::default()
    };
    let error = staging
        .change(with_targets(set("tidy_sidebar", "true"), targets))
        .await
        .unwrap_err();
    assert_eq!(
        gitlab.take_changes(),
        [
            r#"POST features/tidy_sidebar {"value":"true","user":"ana,ben","project":"gitlab-org/gitlab-foss,GitLab-Org/nope"}"#
        ]
    );
    let expected =
        "refuses with status 400: GitLab-Org/nope is not found!; change what it objects to";
    assert!(error.to_string().ends_with(expected), "{error}");
    // What GitLab refuses is part of the flag's history, as what we refuse is.
    let entries = audit(&store).await;
    assert_eq!(
        entries,
        [format!("tidy_sidebar none -> none refused: {error}")]
    );
}

#[tokio::test]
async fn a_name_that_neither_side_knows_is_refused_with_those_near_it() {
    let store = store().await;
    let gitlab = GitLab::start().await;
    let define = |name: &str| json!({"name": name, "type": "ops", "default_enabled": true});
    gitlab.define(Some(vec![define("run_jobs"), define("tidy_sidebars")]));
    let staging = remote(remote_parts(&store, patient(&gitlab.url)));
    for (name, expected) in [
        (
            "tidy_sidebr",
            "there is no flag tidy_sidebr; did you mean tidy_sidebar or tidy_sidebars?",
        ),
        (
            "run_jobz",
            "there is no flag run_jobz; did you mean run_jobs?",
        ),
    ] {
        let preview = staging.preview(&set(name, "true")).await.unwrap_err();
        assert_eq!(preview.to_string(), expected);
        let change = staging.change(set(name, "true")).await.unwrap_err();
        assert_eq!(change.to_string(), expected);
    }
    assert!(gitlab.take_changes().is_empty());
    // Only the other side defines it; its definition counts.
    let preview = staging.preview(&set("run_jobs", "false")).await.unwrap();
    assert!(preview.definition.unwrap().default_enabled);
    staging.change(set("run_jobs", "false")).await.unwrap();
    let mut forced = set("tidy_sidebr", "true");
    forced.force = true;
    staging.change(forced).await.unwrap();
    assert_eq!(gitlab.gates("tidy_sidebr"), Some(Gates::on()));
    // Stored there is known, too.
    staging.change(set("tidy_sidebr", "false")).await.unwrap();
}

#[tokio::test]
async fn without_any_definitions_every_name_is_taken() {
    let store = store().await;
    let gitlab = GitLab::start().await;
    gitlab.define(None);
    let staging = remote(RemoteParts {
        catalogue: Arc::new(Catalogue::default()),
        ..remote_parts(&store, patient(&gitlab.url))
    });
    staging.change(set("anything", "true")).await.unwrap();
    // With some of our own, a version without that call is no reason to take every name.
    let staging = remote(remote_parts(&store, patient(&gitlab.url)));
    let refused = staging.change(set("anythink", "true")).await;
    assert!(matches!(refused, Err(ChangeError::UnknownFlag { .. })));
}

#[tokio::test]
async fn a_flag_that_nobody_understands_hides_no_other_one() {
    let store = store().await;
    let gitlab = GitLab::start().await;
    gitlab.keep("tidy_sidebar", Gates::on());
    gitlab.add_strange(json!({"name": "odd", "state": "conditional", "gates": [
        {"key": "boolean", "value": false}, {"key": "expression", "value": {"Any": []}},
    ]}));
    let staging = remote(remote_parts(&store, patient(&gitlab.url)));
    let listed = staging.list().await.unwrap();
    assert_eq!(listed.len(), 1);
    staging.get(&flag("tidy_sidebar")).await.unwrap();
    let told = staging.get(&flag("odd")).await.unwrap_err().to_string();
    assert_eq!(
        told.replace(gitlab.host(), "HOST"),
        r#"HOST answered something about odd that is no flag of GitLab's: its gate Other is Other(Object {"Any": Array []})"#
    );
}

#[tokio::test]
async fn another_signalbox_takes_numbers() {
    let store = store().await;
    let gitlab = GitLab::start().await;
    gitlab.become_another_signalbox();
    let staging = remote(remote_parts(&store, patient(&gitlab.url)));
    let request = set_for("tidy_sidebar", "true", &["12"]);
    let preview = staging.preview(&request).await.unwrap();
    let changed = staging.change(request).await.unwrap();
    assert_eq!(changed.after, preview.after);
    let unknown = set_for("tidy_sidebar", "true", &["gitlab-org/gitlab"]);
    assert_eq!(
        staging.preview(&unknown).await.unwrap_err().to_string(),
        "project \"gitlab-org/gitlab\" cannot be looked up, as no GitLab is configured; give its number"
    );
    let back = staging
        .restore(
            &flag("tidy_sidebar"),
            changed.after.as_ref(),
            Some(&Gates::off()),
            along(),
        )
        .await
        .unwrap();
    assert_eq!(back.after, Some(Gates::off()));
}

#[tokio::test]
async fn a_change_that_a_cancelled_schedule_made_elsewhere_is_told_all_the_same() {
    let store = store().await;
    let gitlab = GitLab::start().await;
    let told = Arc::new(Mutex::new(0));
    let count = Arc::clone(&told);
    let staging = remote(RemoteParts {
        after_change: Arc::new(move |_, _, _| {
            *count.lock().unwrap() += 1;
            Followed::default()
        }),
        ..remote_parts(&store, patient(&gitlab.url))
    });
    let schedule = schedule(1);
    let (id, author) = (schedule.id.clone(), schedule.author.clone());
    let now = "2026-01-06T10:00:00Z".parse().unwrap();
    store.schedule(schedule, now).await.unwrap();
    store.cancel_schedule(&id, author, now).await.unwrap();
    let mut request = set("tidy_sidebar", "true");
    request.along.finishing = Some(id);
    staging.change(request).await.unwrap();
    assert_eq!(
        audit(&store).await,
        [r#"tidy_sidebar none -> {"boolean":true}"#]
    );
    assert_eq!(*told.lock().unwrap(), 1);
}

#[tokio::test]
async fn a_change_that_a_schedule_makes_elsewhere_ends_it() {
    let store = store().await;
    let gitlab = GitLab::start().await;
    let staging = remote(remote_parts(&store, patient(&gitlab.url)));
    let schedule = schedule(1);
    let id = schedule.id.clone();
    let now = "2026-01-06T10:00:00Z".parse().unwrap();
    store.schedule(schedule, now).await.unwrap();
    let mut request = set("tidy_sidebar", "true");
    request.along.finishing = Some(id);
    let changed = staging.change(request).await.unwrap();
    let schedules = store.schedules(ScheduleFilter::default()).await.unwrap();
    assert_eq!(schedules.schedules[0].entry, Some(changed.entry));
}
