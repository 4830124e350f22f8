//! Who hears of what: GitLab's filters and ours, as vectors.

use flags::{Gates, Snapshot};
use serde_json::{Value as Json, json};

use super::*;
use crate::settings::SubscriptionConfig;
use crate::speaker::tests::{Groups, flag_with};

/// Routes where the flag has these gates.
pub(super) fn route_by(event: &Event, settings: &Settings, gates: &Gates) -> Routed {
    let snapshot: Snapshot = flag_with(gates);
    let groups = Groups::default();
    route(
        event,
        settings,
        &groups.speakers(&snapshot, &|path| groups.id(path)),
    )
}

/// Routes where the app speaks if it can.
pub(super) fn route_by_app(event: &Event, settings: &Settings) -> Routed {
    route_by(event, settings, &Gates::on())
}

/// Settings of these subscriptions.
pub(super) fn settings(subscriptions: &[Json]) -> Settings {
    let configs = subscriptions.iter().map(|subscription| {
        serde_json::from_value::<SubscriptionConfig>(subscription.clone()).unwrap()
    });
    Settings::build(Some(&"T1".parse().unwrap()), configs).unwrap()
}

/// An event of `acme/shop`, whose default branch is `main`.
pub(super) fn event(what: &Json) -> Event {
    let project = json!({
        "name": "shop",
        "path": "acme/shop",
        "url": "https://g.ex/acme/shop",
        "default_branch": "main",
    });
    serde_json::from_value(json!({"project": project, "what": what})).unwrap()
}

pub(super) fn push(branch: &str, protected: Option<bool>) -> Event {
    event(&json!({"push": {
        "ref_kind": "branch", "name": branch, "change": "updated",
        "before": "a".repeat(40), "after": "b".repeat(40), "total_commits": 1,
        "protected": protected,
    }}))
}

fn tag(name: &str) -> Event {
    event(&json!({"push": {
        "ref_kind": "tag", "name": name, "change": "created",
        "before": "0".repeat(40), "after": "b".repeat(40),
    }}))
}

pub(super) fn pipeline(status: &str, ref_status: Option<&str>) -> Event {
    event(&json!({"pipeline": {
        "id": 5, "ref_name": "main", "status": status, "ref_status": ref_status,
    }}))
}

pub(super) fn issue(labels: &[&str], confidential: bool, issue_type: &str) -> Event {
    event(&json!({"issue": {
        "iid": 7, "title": "Fix it", "url": "https://g.ex/acme/shop/-/issues/7",
        "issue_type": issue_type, "action": "open", "state": "opened", "labels": labels,
        "confidential": confidential,
    }}))
}

/// The channels that an event goes to, or the reason for none.
#[track_caller]
fn check(event: &Event, subscription: &Json, expected: &str) {
    let shown = match route_by_app(event, &settings(std::slice::from_ref(subscription))) {
        Routed::Ignored(Reason::Refused { speaks, refusal }) => {
            assert_eq!(speaks, Integration::App);
            refusal.to_string()
        }
        Routed::Ignored(reason) => reason.to_string(),
        Routed::Deliver { targets, .. } => {
            let channels = targets.iter().map(|target| target.channel.as_str());
            channels.collect::<Vec<_>>().join(" ")
        }
    };
    assert_eq!(shown, expected, "{subscription}");
}

#[test]
fn branches_are_filtered_and_tags_are_not() {
    let all = |branches: &str| {
        json!({"channel": "#c", "push_events": true, "tag_push_events": true,
            "deployment_events": true, "branches_to_be_notified": branches})
    };
    let refused = |mode: &str| format!("branch dev is not one that acme/shop notifies of ({mode})");
    check(&push("dev", None), &all("default"), &refused("default"));
    check(&push("main", None), &all("default"), "#c");
    check(&tag("v1"), &all("default"), "#c");
    check(&push("dev", Some(true)), &all("protected"), "#c");
    check(
        &push("dev", Some(true)),
        &all("default_and_protected"),
        "#c",
    );
    check(
        &push("dev", Some(false)),
        &all("protected"),
        &refused("protected"),
    );
    check(&push("main", None), &all("protected"), "#c");
    check(&push("dev", None), &all("all"), "#c");
    let deployment = |name: Option<&str>| {
        let status = "success";
        event(&json!({"deployment": {"status": status, "environment": "prod", "ref_name": name}}))
    };
    check(
        &deployment(Some("dev")),
        &all("default"),
        &refused("default"),
    );
    check(&deployment(None), &all("default"), "#c");
}

#[test]
fn a_default_branch_that_is_not_named_has_a_usual_name() {
    let subscription = json!({"channel": "#c", "push_events": true});
    let mut main = push("main", None);
    main.project.as_mut().unwrap().default_branch = None;
    check(&main, &subscription, "#c");
}

#[test]
fn only_broken_pipelines_are_told_unless_all_are_wanted() {
    let fresh = json!({"channel": "#c", "pipeline_events": true});
    let passed = "the pipeline passed, and only broken ones are wanted";
    check(&pipeline("success", None), &fresh, passed);
    check(&pipeline("failed", None), &fresh, "#c");
    let all = json!({"channel": "#c", "pipeline_events": true,
        "notify_only_broken_pipelines": false});
    check(&pipeline("success", None), &all, "#c");
}

#[test]
fn only_a_change_of_status_is_told_when_that_is_wanted() {
    let changes = json!({"channel": "#c", "pipeline_events": true,
        "notify_only_broken_pipelines": false, "notify_only_when_pipeline_status_changes": true});
    let failed = "the pipeline failed as the one before it did, and only changes are wanted";
    let passed = "the pipeline passed as the one before it did, and only changes are wanted";
    check(&pipeline("failed", Some("still_failing")), &changes, failed);
    check(&pipeline("failed", Some("broken")), &changes, "#c");
    check(&pipeline("success", Some("success")), &changes, passed);
    check(&pipeline("success", Some("fixed")), &changes, "#c");
    // GitLab before the field: better told twice than not at all.
    check(&pipeline("failed", None), &changes, "#c");
}

#[test]
fn labels_are_matched_exactly() {
    let wants = |behavior: &str| {
        json!({"channel": "#c", "issues_events": true, "push_events": true,
            "labels_to_be_notified": "~bug,~ui", "labels_to_be_notified_behavior": behavior})
    };
    let all = "it does not have all the labels that acme/shop notifies of (bug, ui)";
    let any = "it does not have any of the labels that acme/shop notifies of (bug, ui)";
    check(&issue(&["bug"], false, "issue"), &wants("match_all"), all);
    check(
        &issue(&["bug", "ui", "x"], false, "issue"),
        &wants("match_all"),
        "#c",
    );
    check(&issue(&["bug"], false, "issue"), &wants("match_any"), "#c");
    check(&issue(&["Bug"], false, "issue"), &wants("match_any"), any);
    check(&issue(&[], false, "issue"), &wants("match_any"), any);
    check(&push("main", None), &wants("match_any"), "#c");
}

#[test]
fn an_event_with_eleven_channels_is_refused_with_its_name() {
    let channels: Vec<_> = (0..11).map(|number| format!("#c{number}")).collect();
    let error = serde_json::from_value::<SubscriptionConfig>(json!({"push_channel": channels}));
    let error = error.unwrap_err().to_string();
    assert!(error.contains("push_channel names 11 channels"), "{error}");
}

#[test]
fn confidential_things_stay_among_those_who_may_know() {
    let normal = json!({"channel": "#all", "issue_channel": "#issues", "issues_events": true,
        "incidents_events": true, "confidential_issues_events": true});
    let secret = "confidential issue events of acme/shop have no channel of their own; set \
        confidential_issue_channel, or confidential_events_use_normal_channels if everybody there \
        may read them";
    check(&issue(&[], false, "issue"), &normal, "#issues");
    check(&issue(&[], true, "issue"), &normal, secret);
    check(&issue(&[], true, "incident"), &normal, secret);
    check(&issue(&[], false, "incident"), &normal, "#all");
    let mut own = normal.clone();
    own["confidential_issue_channel"] = json!("#secret");
    check(&issue(&[], true, "issue"), &own, "#secret");
    let mut opened = normal;
    opened["confidential_events_use_normal_channels"] = json!(true);
    check(&issue(&[], true, "issue"), &opened, "#issues");
}

#[test]
fn what_is_not_wanted_says_how_to_want_it() {
    check(
        &push("main", None),
        &json!({"path": "acme", "channel": "#c"}),
        "the subscription of acme/shop does not want push events; push_events turns them on",
    );
    check(
        &push("main", None),
        &json!({"path": "other", "channel": "#c", "push_events": true}),
        "no channel is subscribed to push events of acme/shop",
    );
    check(
        &push("main", None),
        &json!({"push_events": true}),
        "push events of acme/shop have no channel; set push_channel or channel",
    );
    check(
        &push("main", None),
        &json!({"active": false, "push_events": true, "channel": "#c"}),
        "the subscription of acme/shop is switched off",
    );
    check(
        &pipeline("running", None),
        &json!({"pipeline_events": true, "channel": "#c"}),
        "the pipeline is only running",
    );
}

#[test]
fn a_place_with_settings_of_its_own_does_not_inherit() {
    let group = json!({"path": "acme", "channel": "#group", "push_events": true});
    let off = json!({"path": "acme/shop", "active": false});
    let inherits = json!({"path": "acme/shop", "use_inherited_settings": true, "channel": "#own"});
    let channels = |settings: &Settings| match route_by_app(&push("main", None), settings) {
        Routed::Deliver { targets, .. } => targets.len(),
        Routed::Ignored(_) => 0,
    };
    assert_eq!(channels(&settings(std::slice::from_ref(&group))), 1);
    assert_eq!(channels(&settings(&[group.clone(), off])), 0);
    assert_eq!(channels(&settings(&[group, inherits])), 1);
}

#[test]
fn a_project_that_nobody_connected_can_have_a_channel_of_its_own() {
    let workspace: WorkspaceId = "T0DEMO".parse().unwrap();
    let settings = Settings::channel_per_project(workspace.clone());
    let Routed::Deliver {
        targets,
        message,
        fallback,
        speaker,
    } = route_by_app(&push("dev", None), &settings)
    else {
        panic!("a push has words");
    };
    let channel = "#p-acme-shop".parse().unwrap();
    assert_eq!(targets, [Target { workspace, channel }]);
    assert_eq!(speaker, Speaker::App);
    assert!(!message.summary.is_empty() && !fallback);
    let unknown = Event {
        project: None,
        ..event(&json!({"unknown": {"name": "new_thing"}}))
    };
    let Routed::Deliver {
        targets, fallback, ..
    } = route_by_app(&unknown, &settings)
    else {
        panic!("an unknown event has the fallback's words");
    };
    assert_eq!(targets[0].channel.as_str(), "#p-instance");
    assert!(fallback);
}

#[test]
fn no_channel_gets_a_message_twice() {
    let two = [
        json!({"push_events": true, "push_channel": "#a,b"}),
        json!({"push_events": true, "channel": "a,#b,#c"}),
        json!({"push_events": true, "channel": "#a", "workspace": "T2"}),
    ];
    let Routed::Deliver { targets, .. } = route_by_app(&push("main", None), &settings(&two)) else {
        panic!("a push has words");
    };
    let shown: Vec<_> = targets
        .iter()
        .map(|at| format!("{} {}", at.workspace, at.channel))
        .collect();
    assert_eq!(shown, ["T1 #a", "T1 b", "T1 #c", "T2 #a"]);
}

/// A place with both integrations: the app's push to `#app`, the webhook's to where it posts.
fn both() -> [Json; 2] {
    [
        json!({"path": "Acme/Shop", "channel": "#app", "push_events": true}),
        json!({"path": "Acme", "integration": "slack",
            "webhook": "https://hooks.slack.com/services/T1/B1/x"}),
    ]
}

fn told(routed: &Routed) -> String {
    match routed {
        Routed::Ignored(reason) => reason.to_string(),
        Routed::Deliver {
            targets, speaker, ..
        } => {
            let channels = targets.iter().map(|target| target.channel.as_str());
            format!("{speaker:?}: {}", channels.collect::<Vec<_>>().join(" "))
        }
    }
}

#[test]
fn the_flag_decides_between_two_integrations() {
    let settings = settings(&both());
    let told = |event: &Event, gates: Gates| told(&route_by(event, &settings, &gates));
    let push = push("main", None);
    assert_eq!(told(&push, Gates::on()), "App: #app");
    assert_eq!(
        told(&push, Gates::off()),
        "Webhook { place: \"acme\" }: webhook:acme"
    );
    // Only the one that speaks is asked: the other one would have taken it.
    let issue = issue(&[], false, "issue");
    assert_eq!(
        told(&issue, Gates::on()),
        "the app speaks: the subscription of acme/shop does not want issue events; issues_events \
         turns them on"
    );
    assert_eq!(
        told(&issue, Gates::off()),
        "Webhook { place: \"acme\" }: webhook:acme"
    );
}

#[test]
fn a_confidential_event_stays_out_of_the_webhooks_own_channel() {
    let old = json!({"integration": "slack", "webhook": "https://hooks.slack.com/services/T1/B1/x",
        "confidential_issues_events": true});
    let secret = issue(&[], true, "issue");
    let shown = |old: &Json| {
        told(&route_by(
            &secret,
            &settings(std::slice::from_ref(old)),
            &Gates::off(),
        ))
    };
    assert_eq!(
        shown(&old),
        "the webhook speaks: confidential issue events of acme/shop have no channel of their own; \
         set confidential_issue_channel, or confidential_events_use_normal_channels if everybody \
         there may read them"
    );
    let mut opened = old;
    opened["confidential_events_use_normal_channels"] = json!(true);
    assert_eq!(
        shown(&opened),
        "Webhook { place: \"\" }: webhook:(instance)"
    );
}

#[test]
fn the_only_integration_that_is_set_up_speaks_whatever_the_flag_says() {
    let [app, old] = both();
    let off = |mut one: Json| {
        one["active"] = json!(false);
        one
    };
    let push = push("main", None);
    let (app_speaks, old_speaks) = ("App: #app", "Webhook { place: \"acme\" }: webhook:acme");
    for (subscriptions, expected) in [
        (vec![app.clone()], app_speaks),
        (vec![old.clone()], old_speaks),
        (vec![app.clone(), off(old.clone())], app_speaks),
        (vec![off(app.clone()), old.clone()], old_speaks),
        (
            vec![off(app), off(old)],
            "the subscription of acme/shop is switched off",
        ),
    ] {
        let settings = settings(&subscriptions);
        for gates in [Gates::on(), Gates::off()] {
            let routed = route_by(&push, &settings, &gates);
            assert_eq!(told(&routed), expected, "{subscriptions:?}");
        }
    }
}

#[test]
fn in_a_channel_of_its_own_either_integration_can_speak() {
    let settings = Settings::channel_per_project("T0DEMO".parse().unwrap());
    let told = |gates: Gates| told(&route_by(&push("main", None), &settings, &gates));
    assert_eq!(told(Gates::on()), "App: #p-acme-shop");
    assert_eq!(told(Gates::off()), "Webhook { place: \"\" }: #p-acme-shop");
}
