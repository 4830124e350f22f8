//! The undo of a change elsewhere: everything is looked up first, then it goes by what differs.

use axum::http::Method;
use environments::{ChangeError, Changed, Environment};
use flags::{ActorId, Gates};
use store::Store;

use crate::gitlab::{Fault, GitLab};
use crate::world::{along, audit, flag, gates, patient, remote, remote_parts, store};

struct World {
    store: Store,
    gitlab: GitLab,
    staging: Environment,
}

impl World {
    async fn start() -> Self {
        let store = store().await;
        let gitlab = GitLab::start().await;
        let staging = remote(remote_parts(&store, patient(&gitlab.url)));
        Self {
            store,
            gitlab,
            staging,
        }
    }

    async fn restore(&self, from: &Gates, to: Option<&Gates>) -> Result<Changed, ChangeError> {
        let sidebar = flag("tidy_sidebar");
        self.staging
            .restore(&sidebar, Some(from), to, along())
            .await
    }
}

#[tokio::test]
async fn an_undo_names_whom_it_concerns_by_path_and_username() {
    let world = World::start().await;
    for (from, to, expected) in [
        (
            r#"{"actors": ["Project:12", "Project:13"], "percentage_of_actors": 5}"#,
            r#"{"actors": ["Project:12"], "percentage_of_actors": 5}"#,
            &[r#"{"value":"false","project":"gitlab-org/gitlab-foss","force":true}"#][..],
        ),
        (
            r#"{"boolean": true}"#,
            r#"{"actors": ["User:7", "Group:9", "Project:13:opt_out", "Namespaces::UserNamespace:57", "Repository:gitlab-com/www"], "groups": ["team"], "percentage_of_actors": 100}"#,
            &[
                r#"{"value":"false","force":true}"#,
                r#"{"value":"opt_out","project":"gitlab-org/gitlab-foss","force":true}"#,
                r#"{"value":"true","user":"ana","group":"gitlab-org","namespace":"ana","repository":"gitlab-com/www","force":true}"#,
                r#"{"value":"true","feature_group":"team","force":true}"#,
                r#"{"value":"100.00","key":"percentage_of_actors","force":true}"#,
            ],
        ),
        (
            "{}",
            r#"{"boolean": true}"#,
            &[r#"{"value":"true","force":true}"#],
        ),
        // An actor that has no name here does not matter where it stays.
        (
            r#"{"actors": ["Ci::Runner:3"]}"#,
            r#"{"actors": ["Ci::Runner:3"], "percentage_of_time": 1}"#,
            &[r#"{"value":"1","force":true}"#],
        ),
    ] {
        let (from, to) = (gates(from), gates(to));
        world.gitlab.keep("tidy_sidebar", from.clone());
        let changed = world.restore(&from, Some(&to)).await.unwrap();
        assert_eq!(
            (changed.before, changed.after),
            (Some(from), Some(to.clone()))
        );
        assert_eq!(world.gitlab.gates("tidy_sidebar"), Some(to));
        let sent = world.gitlab.take_changes();
        let expected: Vec<_> = expected
            .iter()
            .map(|json| format!("POST features/tidy_sidebar {json}"))
            .collect();
        assert_eq!(sent, expected);
    }
}

#[tokio::test]
async fn a_flag_that_nobody_had_touched_is_deleted_again() {
    let world = World::start().await;
    world.gitlab.keep("tidy_sidebar", Gates::on());
    let changed = world.restore(&Gates::on(), None).await.unwrap();
    assert_eq!(changed.after, None);
    assert_eq!(world.gitlab.gates("tidy_sidebar"), None);
}

#[tokio::test]
async fn what_was_changed_since_is_not_overwritten() {
    let world = World::start().await;
    world
        .gitlab
        .keep("tidy_sidebar", gates(r#"{"percentage_of_time": 3}"#));
    let error = world.restore(&Gates::on(), None).await.unwrap_err();
    assert!(matches!(error, ChangeError::Conflict { .. }), "{error:?}");
    assert!(world.gitlab.take_changes().is_empty());
    assert_eq!(
        audit(&world.store).await,
        [format!("tidy_sidebar none -> none refused: {error}")]
    );
}

#[tokio::test]
async fn an_undo_that_was_made_before_this_program_was_killed_is_written_down() {
    let world = World::start().await;
    world.gitlab.keep("tidy_sidebar", Gates::off());
    let changed = world
        .restore(&Gates::on(), Some(&Gates::off()))
        .await
        .unwrap();
    assert_eq!(changed.after, Some(Gates::off()));
    assert!(world.gitlab.take_changes().is_empty());
    assert_eq!(audit(&world.store).await, ["tidy_sidebar {} -> {}"]);
}

#[tokio::test]
async fn an_undo_that_the_api_cannot_make_is_refused_before_anything_is_changed() {
    let world = World::start().await;
    let many: Vec<ActorId> = (1000..1101).map(ActorId::project).collect();
    let many = Gates {
        actors: many.into_iter().collect(),
        ..Gates::off()
    };
    for (to, why) in [
        (
            gates(r#"{"actors": ["Project:12", "Ci::Runner:3"], "groups": ["team"]}"#),
            "the API of HOST cannot name Ci::Runner:3",
        ),
        (
            gates(r#"{"actors": ["Project:12", "Project:99"]}"#),
            "HOST does not find 99",
        ),
        (many, "its way back names 101 actors, and 100 are the most"),
        (
            gates(r#"{"boolean": true, "percentage_of_time": 5}"#),
            "no requests to HOST lead to what it was",
        ),
    ] {
        let from = gates(r#"{"percentage_of_time": 7}"#);
        world.gitlab.keep("tidy_sidebar", from.clone());
        let error = world.restore(&from, Some(&to)).await.unwrap_err();
        let told = error.to_string().replace(world.gitlab.host(), "HOST");
        let expected = format!("tidy_sidebar is left as it is: {why}; put it back by hand");
        assert_eq!(told, expected);
        assert_eq!(world.gitlab.gates("tidy_sidebar"), Some(from));
        assert!(world.gitlab.take_changes().is_empty(), "{why}");
        let entries = audit(&world.store).await;
        assert!(entries.last().unwrap().ends_with(&error.to_string()));
    }
}

#[tokio::test]
async fn an_undo_that_breaks_off_leaves_less_open_and_says_what_was_done() {
    let world = World::start().await;
    let from = gates(r#"{"actors": ["Project:12"], "percentage_of_actors": 50}"#);
    let to = gates(r#"{"actors": ["Project:13"], "percentage_of_actors": 50}"#);
    world.gitlab.keep("tidy_sidebar", from.clone());
    world.gitlab.fail(Method::POST, 1, Fault::Status(502));
    let error = world.restore(&from, Some(&to)).await.unwrap_err();
    assert_eq!(
        error.to_string().replace(world.gitlab.host(), "HOST"),
        "tidy_sidebar was put back only in part: HOST failed with status 502; look with `feature get tidy_sidebar`"
    );
    assert_eq!(
        audit(&world.store).await,
        [
            r#"tidy_sidebar {"actors":["Project:12"],"percentage_of_actors":50.0} -> {"percentage_of_actors":50.0}"#
        ]
    );
}
