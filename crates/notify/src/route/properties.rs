//! What holds for every event and every subscription.

use std::collections::HashSet;

use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::tests::{issue, pipeline, push, route_by, route_by_app, settings};
use super::*;

fn events() -> impl Strategy<Value = Event> {
    let branch = prop::sample::select(vec!["main", "dev", "release/1"]);
    let label = prop::sample::subsequence(vec!["bug", "ui", "x"], 0..=3);
    let ref_status = prop::option::of(prop::sample::select(vec![
        "broken",
        "fixed",
        "still_failing",
        "success",
    ]));
    prop_oneof![
        (branch, any::<Option<bool>>()).prop_map(|(branch, protected)| push(branch, protected)),
        (
            prop::sample::select(vec!["success", "failed", "running"]),
            ref_status
        )
            .prop_map(|(status, ref_status)| pipeline(status, ref_status)),
        (
            label,
            any::<bool>(),
            prop::sample::select(vec!["issue", "incident", "task"])
        )
            .prop_map(|(labels, confidential, issue_type)| issue(
                &labels,
                confidential,
                issue_type
            )),
    ]
}

/// A subscription of `acme` that wants everything, with some filters.
fn subscriptions() -> impl Strategy<Value = Json> {
    let branches = vec!["all", "default", "protected", "default_and_protected"];
    let branches = prop::sample::select(branches);
    let labels = prop::sample::select(vec!["", "bug", "bug,ui"]);
    let channels = prop::collection::vec(prop::sample::select(vec!["#a", "a", "#b", "c"]), 0..4);
    (branches, any::<[bool; 5]>(), labels, channels).prop_map(|(branches, on, labels, channels)| {
        json!({
            "path": "acme",
            "channel": "#all",
            "push_channel": channels,
            "push_events": on[0],
            "pipeline_events": on[1],
            "issues_events": true,
            "incidents_events": true,
            "confidential_issues_events": true,
            "branches_to_be_notified": branches,
            "notify_only_broken_pipelines": on[2],
            "notify_only_when_pipeline_status_changes": on[3],
            "labels_to_be_notified": labels,
            "confidential_events_use_normal_channels": on[4],
        })
    })
}

fn targets_of(event: &Event, subscriptions: &[Json]) -> Vec<Target> {
    match route_by_app(event, &settings(subscriptions)) {
        Routed::Deliver { targets, .. } => targets,
        Routed::Ignored(_) => Vec::new(),
    }
}

/// Integrations of both kinds at places above `acme/shop` and beside it, some switched off.
fn integrations() -> impl Strategy<Value = Vec<Json>> {
    let place = prop::sample::select(vec!["", "acme", "acme/shop", "other"]);
    let one = (place, any::<bool>(), any::<bool>(), subscriptions());
    let all = prop::collection::vec(one, 0..6);
    all.prop_map(|all| {
        let mut webhooks = HashSet::new();
        let configs = all.into_iter().map(|(place, is_old, active, mut config)| {
            config["active"] = active.into();
            config["path"] = place.into();
            if place.is_empty() {
                config.as_object_mut().unwrap().remove("path");
            }
            // A place has one webhook at most.
            if is_old && webhooks.insert(place) {
                config["integration"] = "slack".into();
                config["webhook"] = "https://hooks.slack.com/services/T1/B1/x".into();
            }
            config
        });
        configs.collect()
    })
}

proptest! {
    /// Whatever is set up and whatever the flag says: what happens is what the one that speaks
    /// would do alone, and one speaks as soon as one is set up.
    #[test]
    fn it_is_never_both_and_never_neither(
        event in events(),
        integrations in integrations(),
        enabled in any::<bool>(),
    ) {
        let gates = if enabled { flags::Gates::on() } else { flags::Gates::off() };
        let routed = route_by(&event, &settings(&integrations), &gates);
        let of = |old: bool| {
            let is_old = |config: &&Json| config["integration"] == "slack";
            let side: Vec<Json> = integrations.iter().filter(|one| is_old(one) == old).cloned().collect();
            route_by_app(&event, &settings(&side))
        };
        let (app, webhook) = (of(false), of(true));
        let is_silent = |routed: &Routed| matches!(
            routed,
            Routed::Ignored(Reason::NotSubscribed { .. } | Reason::SwitchedOff { .. })
        );
        match (is_silent(&app), is_silent(&webhook)) {
            (true, true) => prop_assert!(is_silent(&routed)),
            (false, true) => prop_assert_eq!(routed, app),
            (true, false) => prop_assert_eq!(routed, webhook),
            (false, false) => prop_assert_eq!(routed, if enabled { app } else { webhook }),
        }
    }

    #[test]
    fn a_stricter_filter_never_delivers_more(
        event in events(),
        subscription in subscriptions(),
        (key, value) in prop::sample::select(vec![
            ("branches_to_be_notified", json!("protected")),
            ("notify_only_broken_pipelines", json!(true)),
            ("notify_only_when_pipeline_status_changes", json!(true)),
            ("labels_to_be_notified_behavior", json!("match_all")),
            ("confidential_events_use_normal_channels", json!(false)),
            ("push_events", json!(false)),
            ("active", json!(false)),
        ]),
    ) {
        let mut stricter = subscription.clone();
        if key == "branches_to_be_notified" && subscription[key] == "default" {
            stricter[key] = subscription[key].clone();
        } else {
            stricter[key] = value;
        }
        let before: HashSet<_> = targets_of(&event, &[subscription]).into_iter().collect();
        let after: HashSet<_> = targets_of(&event, &[stricter]).into_iter().collect();
        prop_assert!(after.is_subset(&before));
    }

    #[test]
    fn what_a_project_inherits_is_what_its_group_has(
        event in events(),
        subscription in subscriptions(),
    ) {
        let mut own = subscription.clone();
        own["path"] = json!("acme/shop");
        let mut instance = subscription.clone();
        instance.as_object_mut().unwrap().remove("path");
        let inherited = targets_of(&event, std::slice::from_ref(&subscription));
        prop_assert_eq!(&inherited, &targets_of(&event, std::slice::from_ref(&own)));
        prop_assert_eq!(&inherited, &targets_of(&event, std::slice::from_ref(&instance)));
        // Whatever stands above it, its own settings decide.
        let mut elsewhere = subscription;
        elsewhere["channel"] = json!("#elsewhere");
        prop_assert_eq!(inherited, targets_of(&event, &[instance, elsewhere, own]));
    }

    #[test]
    fn no_target_is_named_twice_and_none_is_delivered_to_nobody(
        event in events(),
        subscriptions in prop::collection::vec(subscriptions(), 0..4),
    ) {
        if let Routed::Deliver { targets, .. } = route_by_app(&event, &settings(&subscriptions)) {
            let names: HashSet<_> = targets
                .iter()
                .map(|target| target.channel.as_str().trim_start_matches('#'))
                .collect();
            prop_assert_eq!(names.len(), targets.len());
            prop_assert!(!targets.is_empty());
        }
    }
}
