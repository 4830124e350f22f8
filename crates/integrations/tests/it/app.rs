//! The app's integration as commands in Slack change it, and the workspace in which it speaks.

use domain::{Event, EventKind, ProjectPath, WorkspaceId};
use integrations::{AppEdit, EditError, Integrations};
use notify::settings::TooManyChannels;
use notify::{Integration, Routed};
use serde_json::json;

use crate::world::{fixed, load, note, project, push, put_app, store, told};

fn shop() -> ProjectPath {
    "acme/shop".parse().unwrap()
}

fn workspace(id: &str) -> WorkspaceId {
    id.parse().unwrap()
}

/// Tells a workspace's channel of pushes to the shop; whether that is new.
async fn subscribe(
    integrations: &Integrations,
    to: &WorkspaceId,
    channel: &str,
) -> Result<Option<()>, EditError<TooManyChannels>> {
    let edit = AppEdit {
        project: &shop(),
        project_id: Some(12),
        workspace: to,
        note: note(),
    };
    let channel = channel.parse().unwrap();
    integrations
        .edit_app(edit, |config| {
            config.begin_anew();
            let is_new = config.add_channel(EventKind::Push, &channel)?;
            Ok(is_new.then_some(()))
        })
        .await
}

/// Workspaces and channels that hear of an event.
fn heard(integrations: &Integrations, event: &Event) -> Vec<String> {
    match integrations.route(event) {
        Routed::Deliver { targets, .. } => targets
            .iter()
            .map(|target| format!("{} {}", target.workspace, target.channel))
            .collect(),
        Routed::Ignored(_) => Vec::new(),
    }
}

#[tokio::test]
async fn news_go_to_the_workspace_that_subscribed_and_else_to_the_configured_one() {
    let store = store().await;
    let integrations = load(&store, fixed(&[])).await;
    let event = push("acme/shop", None);
    let (ours, theirs) = (workspace("T1"), workspace("T2"));
    subscribe(&integrations, &theirs, "C7").await.unwrap();
    assert_eq!(heard(&integrations, &event), ["T2 C7"]);
    // It is kept, and another node reads the same.
    let again = load(&store, fixed(&[])).await;
    assert_eq!(heard(&again, &event), ["T2 C7"]);
    // What is changed on a page stays in its workspace.
    let set = json!({"push_channel": "C8"});
    put_app(&integrations, project("acme/shop"), set)
        .await
        .unwrap();
    assert_eq!(heard(&integrations, &event), ["T2 C8"]);

    let refused = subscribe(&integrations, &ours, "C1").await.unwrap_err();
    assert!(matches!(&refused, EditError::Elsewhere { workspace, .. } if *workspace == theirs));
    assert_eq!(heard(&integrations, &event), ["T2 C8"]);

    let set = json!({"active": true, "push_events": true, "channel": "#here"});
    put_app(&integrations, project("acme/web"), set)
        .await
        .unwrap();
    let web = push("acme/web", None);
    assert_eq!(heard(&integrations, &web), ["T1 #here"]);
}

#[tokio::test]
async fn a_project_that_inherits_begins_with_the_settings_of_its_group() {
    let group = json!({"path": "acme", "channel": "#acme", "push_events": true});
    let integrations = load(&store().await, fixed(&[group])).await;
    let ours = workspace("T1");
    let new = subscribe(&integrations, &ours, "C7").await.unwrap();
    assert_eq!(new, Some(()));
    let event = push("acme/shop", None);
    assert_eq!(told(&integrations, &event), "app in #acme C7");
    assert_eq!(told(&integrations, &push("acme/web", None)), "app in #acme");
    let again = subscribe(&integrations, &ours, "C7").await.unwrap();
    assert_eq!(again, None);
}

#[tokio::test]
async fn what_the_configuration_says_in_several_workspaces_is_changed_there() {
    let both = [
        json!({"path": "acme", "channel": "#acme", "push_events": true}),
        json!({"path": "acme", "channel": "#acme", "push_events": true, "workspace": "T2"}),
    ];
    let integrations = load(&store().await, fixed(&both)).await;
    let refused = subscribe(&integrations, &workspace("T1"), "C7").await;
    assert!(matches!(refused, Err(EditError::Several(_))));
}

#[tokio::test]
async fn a_refused_change_is_none() {
    let integrations = load(&store().await, fixed(&[])).await;
    let ours = workspace("T1");
    for n in 0..10 {
        let new = subscribe(&integrations, &ours, &format!("C{n}")).await;
        assert_eq!(new.unwrap(), Some(()), "{n}");
    }
    let eleventh = subscribe(&integrations, &ours, "C10").await;
    assert!(matches!(eleventh, Err(EditError::Refused(TooManyChannels))));
    let place = project("acme/shop");
    let stored = integrations.of(&place, Integration::App);
    let stored = stored.await.unwrap().unwrap().stored;
    assert!(!stored.properties.contains("C10"), "{}", stored.properties);
    assert_eq!(stored.workspace, Some(ours));
}
