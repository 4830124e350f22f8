//! The client against the sandbox's GitLab: a rollout's issue, and the merge request that
//! cleans up, as a release engineer would go about it.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::routing::post;
use clock::{Chance, Clock};
use gitlab::DescriptionEdit;
use gitlab::rest::{
    BlobQuery, Client, CreateError, DeploymentQuery, DeploymentStatus, Edited, FileAction,
    IdOrPath, IssueState, LabelChange, Merge, MergeRequestChange, MergeRequestState, NewCommit,
    NewIssue, NewMergeRequest, Place, Timeouts, http_client, if_found,
};
use gitlab::task_list::{self, TaskState};
use jiff::Timestamp;
use sandbox::gitlab::{Do, GitLabSandbox, Hook, Options, Running};
use secrecy::SecretString;
use tokio::net::TcpListener;

const FLAG: &str = "integration_slack_app_notifications";

struct World {
    gitlab: Running,
    webhooks: Arc<Mutex<Vec<Bytes>>>,
}

async fn keep(State(webhooks): State<Arc<Mutex<Vec<Bytes>>>>, body: Bytes) {
    webhooks.lock().unwrap().push(body);
}

impl World {
    async fn start() -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let webhooks: Arc<Mutex<Vec<Bytes>>> = Arc::default();
        let receiver = Router::new()
            .route("/hook", post(keep))
            .with_state(Arc::clone(&webhooks));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, receiver).await });
        let http = http_client(&url, Timeouts::default()).unwrap();
        let clock = Clock::new(|| Timestamp::from_second(1_795_165_200).unwrap());
        let mut options = Options::new(clock, Chance::from_seed(1), http);
        options.hooks.push(Hook::new(url, "secret"));
        let gitlab = GitLabSandbox::start(options).await.unwrap();
        Self { gitlab, webhooks }
    }

    fn client(&self, user: &str) -> Client {
        let url = &self.gitlab.url;
        let http = http_client(url, Timeouts::default()).unwrap();
        let token = SecretString::from(format!("glpat-demo-{user}"));
        Client::new(http, url, &token).unwrap()
    }

    async fn happens(&self, what: Do) {
        self.gitlab.sandbox.perform(what).await.unwrap();
    }

    /// The edits of descriptions that webhooks told of since the last look.
    fn edits(&self) -> Vec<DescriptionEdit> {
        let webhooks = std::mem::take(&mut *self.webhooks.lock().unwrap());
        let bodies = webhooks.iter();
        bodies
            .filter_map(|body| DescriptionEdit::read(body))
            .collect()
    }
}

fn app() -> IdOrPath {
    "gitlab-org/gitlab".parse().unwrap()
}

#[tokio::test]
async fn an_issue_is_made_ticked_by_both_sides_and_closed() {
    let world = World::start().await;
    let ops = world.client("ops");
    let place = Place::Project(app());
    let milestone = ops.milestone(&place, "15.8").await.unwrap();
    let ana = ops.user_named("ana").await.unwrap();
    let (one, two) = (
        task_list::marker("one").unwrap(),
        task_list::marker("two").unwrap(),
    );
    let new = NewIssue {
        title: "Rollout of tidy_sidebar".into(),
        description: format!("## Steps\n\n- [ ] First {one}\n  1. [ ] `second` {two}\n"),
        labels: vec!["rollout::running".into()],
        assignee_ids: vec![ana.id],
        milestone_id: Some(milestone.id),
        due_date: Some(jiff::civil::date(2026, 12, 24)),
        ..NewIssue::default()
    };
    let issue = ops.create_issue(&app(), &new).await.unwrap();
    assert_eq!(
        issue.milestone.map(|milestone| milestone.title).as_deref(),
        Some("15.8")
    );
    assert_eq!(issue.due_date, new.due_date);

    world
        .happens(
            Do::new("ana", "gitlab-org/gitlab", "tick")
                .with("issue", issue.iid)
                .with("item", "two"),
        )
        .await;
    let [edit] = world.edits().try_into().unwrap();
    assert_eq!(
        (edit.author.username.as_str(), edit.iid),
        ("ana", issue.iid)
    );
    let ticked = task_list::changes(&edit.before, &edit.after);
    let [ticked] = ticked.try_into().unwrap();
    assert_eq!(
        (ticked.marker.as_deref(), ticked.state),
        (Some("two"), TaskState::Done)
    );

    let tick = |text: &str| {
        task_list::set(text, "one", TaskState::Done).unwrap_or_else(|| text.to_owned())
    };
    let edited = ops.edit_issue_description(&app(), issue.iid, tick).await;
    assert!(matches!(edited, Ok(Edited::Written { .. })), "{edited:?}");
    let edited = ops
        .edit_issue_description(&app(), issue.iid, tick)
        .await
        .unwrap();
    let Edited::Already(now) = edited else {
        panic!("{edited:?}");
    };
    let items = task_list::items(&now.description.unwrap());
    assert!(
        items.iter().all(|item| item.state == TaskState::Done),
        "{items:?}"
    );
    let [ours] = world.edits().try_into().unwrap();
    assert_eq!(ours.author.username, "ops");

    let labels = LabelChange {
        add: vec!["rollout::done".into()],
        ..LabelChange::default()
    };
    let labelled = ops
        .change_issue_labels(&app(), issue.iid, &labels)
        .await
        .unwrap();
    assert_eq!(labelled.labels, ["rollout::done"]);
    ops.link_issues((&app(), issue.iid), (&app(), 372_410))
        .await
        .unwrap();
    let back = ops.linked_issues(&app(), 372_410, 10).await.unwrap();
    assert_eq!(back.items[0].issue.iid, issue.iid);
    let closed = ops.close_issue(&app(), issue.iid).await.unwrap();
    assert_eq!(closed.state, IssueState::Closed);
    let open = ops.reopen_issue(&app(), issue.iid).await.unwrap();
    assert_eq!(open.state, IssueState::Opened);
}

/// The commit that takes the flag out of every file that names it.
async fn removal(client: &Client) -> NewCommit {
    let query = BlobQuery {
        project: app(),
        text: FLAG.into(),
        revision: None,
        limit: 100,
    };
    let mut paths: Vec<String> = Vec::new();
    for blob in client.blobs(&query).await.unwrap().items {
        if !paths.contains(&blob.path) {
            paths.push(blob.path);
        }
    }
    let mut actions = Vec::new();
    for path in paths {
        let file = client.source_file(&app(), &path, "master").await;
        let file = file.unwrap().unwrap();
        let last_commit_id = Some(file.last_commit_id);
        actions.push(if path.contains("config/feature_flags/") {
            FileAction::Delete {
                file_path: path,
                last_commit_id,
            }
        } else {
            let kept = file.text.lines().filter(|line| !line.contains(FLAG));
            FileAction::Update {
                file_path: path,
                content: kept.map(|line| format!("{line}\n")).collect(),
                last_commit_id,
            }
        });
    }
    NewCommit {
        branch: "remove-the-flag".into(),
        start_branch: Some("master".into()),
        commit_message: format!("Remove feature flag {FLAG}\n\nChangelog: removed"),
        actions,
    }
}

#[tokio::test]
async fn a_flag_is_found_removed_merged_and_deployed() {
    let world = World::start().await;
    let (ben, ana) = (world.client("ben"), world.client("ana"));
    let commit = removal(&ben).await;
    assert_eq!(commit.actions.len(), 3, "{commit:?}");
    let made = ben.create_commit(&app(), &commit).await.unwrap();
    let again = ben.create_commit(&app(), &commit).await.unwrap_err();
    assert!(again.to_string().contains("already exists"), "{again}");
    let new = NewMergeRequest {
        source_branch: commit.branch.clone(),
        target_branch: "master".into(),
        title: format!("Remove feature flag {FLAG}"),
        labels: vec!["feature flag".into()],
        remove_source_branch: true,
        ..NewMergeRequest::default()
    };
    let opened = ben.create_merge_request(&app(), &new).await.unwrap();
    assert_eq!(opened.sha.as_ref(), Some(&made.id));
    let again = ben.create_merge_request(&app(), &new).await.unwrap_err();
    assert!(matches!(again, CreateError::Open { .. }), "{again:?}");
    let reviewer = ben.user_named("mina").await.unwrap();
    let change = MergeRequestChange {
        reviewer_ids: Some(vec![reviewer.id]),
        description: Some("Rollout: #381012".into()),
        ..MergeRequestChange::default()
    };
    let changed = ben
        .update_merge_request(&app(), opened.iid, &change)
        .await
        .unwrap();
    assert_eq!(changed.reviewers[0].username, "mina");
    assert_eq!(changed.description.as_deref(), Some("Rollout: #381012"));

    let merged = ana
        .merge(&app(), opened.iid, &Merge::default())
        .await
        .unwrap();
    assert_eq!(merged.state, MergeRequestState::Merged);
    let left = ben.search_blobs(&app(), FLAG, 10).await.unwrap();
    assert!(left.items.is_empty(), "{left:?}");
    let gone = ben.branch(&app(), &commit.branch).await;
    assert_eq!(if_found(gone).unwrap(), None);

    let sha = merged.merged_as().unwrap().to_owned();
    for (environment, is_there) in [("production", false), ("production", true)] {
        if is_there {
            world
                .happens(Do::new("ops", "gitlab-org/gitlab", "auto_deploy_branch"))
                .await;
            let deploy = Do::new("ops", "gitlab-org/gitlab", "deploy");
            world.happens(deploy.with("environment", environment)).await;
        }
        let query = DeploymentQuery {
            project: app(),
            environment: Some(environment.to_owned()),
            status: Some(DeploymentStatus::Success),
            limit: 1,
        };
        let last = ana.deployments(&query).await.unwrap().items.remove(0);
        let has = ana.is_ancestor(&app(), &sha, &last.sha).await.unwrap();
        assert_eq!(has, is_there);
    }
}

#[tokio::test]
async fn branches_and_deploy_freezes_are_there_while_they_last() {
    let world = World::start().await;
    let ana = world.client("ana");
    let made = ana.create_branch(&app(), "try/it", "master").await.unwrap();
    assert_eq!(made.name, "try/it");
    ana.delete_branch(&app(), "try/it").await.unwrap();
    let gone = ana.delete_branch(&app(), "try/it").await;
    assert_eq!(if_found(gone).unwrap(), None);
    let freeze = || Do::new("ana", "gitlab-org/gitlab", "freeze");
    world
        .happens(freeze().with("timezone", "Europe/Berlin"))
        .await;
    let listed = ana.freeze_periods(&app(), 10).await.unwrap();
    assert_eq!(
        listed.items[0].cron_timezone.as_deref(),
        Some("Europe/Berlin")
    );
    world.happens(freeze().with("lift", true)).await;
    assert!(
        ana.freeze_periods(&app(), 10)
            .await
            .unwrap()
            .items
            .is_empty()
    );
}
