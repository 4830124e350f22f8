//! Our webhooks beside the real ones, where those are at hand.
//!
//! A real example of each kind must have no top-level field and no core attribute that ours
//! lacks. Fields that only some projects send are named below with the reason.

use std::collections::BTreeSet;
use std::path::PathBuf;

use sandbox::gitlab::Do;
use serde_json::Value;

use crate::gitlab_world::{World, ana};

/// Fields of real examples that ours rightly lack.
const ONLY_SOMETIMES: &[(&str, &str)] = &[
    // Of pipelines and jobs that another pipeline started.
    ("source_pipeline", "source_pipeline"),
    // Of issues with an escalation policy, a paid feature.
    ("issue", "object_attributes.escalation_policy"),
    ("issue", "object_attributes.escalation_status"),
];

fn corpus() -> Option<PathBuf> {
    let folder =
        PathBuf::from(std::env::var_os("SIGNALBOX_CORPUS")?).join("gitlab-webhooks/gitlab-docs");
    folder.is_dir().then_some(folder)
}

/// The real example, what makes ours, and which of its webhooks is meant.
fn pairs() -> Vec<(&'static str, Do)> {
    let with_people = ana("open_issue")
        .with("assignees", "ana")
        .with("labels", "bug");
    vec![
        ("push__example", ana("push").with("pipeline", "none")),
        (
            "tag_push__example",
            ana("tag").with("message", "Tag message"),
        ),
        ("issue__open", with_people),
        (
            "merge_request__open_complete",
            ana("open_mr")
                .with("assignees", "ana")
                .with("reviewers", "ben")
                .with("labels", "bug"),
        ),
        ("note__commit", ana("comment").with("on", "commit")),
        ("note__issue", ana("comment").with("on", "issue")),
        (
            "note__merge_request",
            ana("comment").with("item", "deployment-status-widget"),
        ),
        ("note__snippet", ana("comment").with("on", "snippet")),
        ("pipeline__pipeline_events", ana("pass_pipeline")),
        ("job__job_events", ana("cancel_pipeline")),
        ("wiki_page__wiki_page_events", ana("wiki")),
        ("deployment__deployment_events", ana("deploy")),
        ("release__release_events", ana("release")),
        ("feature_flag__feature_flag_events", ana("feature_flag")),
        ("milestone__milestone_events", ana("milestone")),
        (
            "emoji__emoji_events",
            ana("emoji").with("on", "issue").with("comment", true),
        ),
        ("access_token__expiring_project", ana("access_token")),
        (
            "access_token__expiring_group",
            ana("access_token").with("group", true),
        ),
        ("deploy_token__expiring_project", ana("deploy_token")),
        ("member__add_member_to_group", ana("member")),
        (
            "member__a_user_requests_access",
            ana("member").with("action", "request"),
        ),
        ("subgroup__create_a_subgroup_in_a_group", ana("subgroup")),
        (
            "subgroup__remove_a_subgroup_from_a_group",
            ana("subgroup").with("action", "remove"),
        ),
        ("project__create_a_project_in_a_group", ana("project")),
        ("vulnerability__vulnerability_events", ana("vulnerability")),
        ("system_hook__user_created", ana("user_create")),
        ("system_hook__user_renamed", ana("user_rename")),
        ("system_hook__user_failed_login", ana("user_failed_login")),
        ("system_hook__user_removed", ana("user_destroy")),
        ("system_hook__key_added", ana("key_create")),
        ("system_hook__key_removed", ana("key_destroy")),
        ("system_hook__group_created", ana("group_create")),
        ("system_hook__group_renamed", ana("group_rename")),
        ("system_hook__group_removed", ana("group_destroy")),
        ("system_hook__project_created", ana("project_create")),
        ("system_hook__project_renamed", ana("project_rename")),
        ("system_hook__project_transferred", ana("project_transfer")),
        ("system_hook__project_updated", ana("project_update")),
        ("system_hook__project_destroyed", ana("project_destroy")),
        ("system_hook__new_team_member", ana("user_add_to_team")),
        (
            "system_hook__team_member_updated",
            ana("user_update_for_team"),
        ),
        (
            "system_hook__team_member_removed",
            ana("user_remove_from_team"),
        ),
        ("system_hook__new_group_member", ana("user_add_to_group")),
        (
            "system_hook__group_member_updated",
            ana("user_update_for_group"),
        ),
        (
            "system_hook__group_member_removed",
            ana("user_remove_from_group"),
        ),
        (
            "system_hook__access_request_for_project_created",
            ana("user_access_request_to_project"),
        ),
        (
            "system_hook__access_request_for_group_created",
            ana("user_access_request_to_group"),
        ),
        (
            "system_hook__repository_update_events",
            ana("repository_update"),
        ),
        (
            "system_hook__member_queued_for_promotion_management",
            ana("gitlab_subscription_member_approval"),
        ),
        (
            "system_hook__user_approved_on_a_billable_role_by_instance_administrator",
            ana("gitlab_subscription_member_approvals"),
        ),
    ]
}

/// `object_kind`, `object_attributes.iid`, `commits[].id`: every name two levels deep.
fn names(body: &Value) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (key, value) in body.as_object().unwrap() {
        names.insert(key.clone());
        let (inner, mark) = match value {
            Value::Array(items) => (items.first(), "[]"),
            other => (Some(other), ""),
        };
        if let Some(Value::Object(inner)) = inner {
            names.extend(inner.keys().map(|inner| format!("{key}{mark}.{inner}")));
        }
    }
    names
}

fn is_only_sometimes(kind: &str, name: &str) -> bool {
    ONLY_SOMETIMES
        .iter()
        .any(|(of, field)| *field == name && (*of == kind || *of == name))
}

/// Blocks whose every field is core; of others ours must have the block.
fn is_core(name: &str) -> bool {
    !name.contains('.')
        || [
            "object_attributes.",
            "commits[].",
            "builds[].",
            "project.",
            "user.",
            "commit.",
        ]
        .iter()
        .any(|block| name.starts_with(block))
}

#[tokio::test]
async fn our_webhooks_have_the_fields_of_the_real_ones() {
    let Some(folder) = corpus() else {
        println!("corpus absent");
        return;
    };
    let world = World::start().await;
    // Somebody has commented, so that a comment can get a reaction.
    world.ana(ana("comment").with("on", "issue")).await;
    let mut missing = Vec::new();
    let mut extra = BTreeSet::new();
    for (example, act) in pairs() {
        world.take();
        world.ana(act).await;
        let text = std::fs::read(folder.join(format!("{example}.json"))).unwrap();
        let real: Value = serde_json::from_slice(&text).unwrap();
        let kind = |body: &Value| body["object_kind"].as_str().map(str::to_owned);
        let ours = world.take();
        let ours = ours
            .iter()
            .rev()
            .find(|webhook| kind(&webhook.body) == kind(&real))
            .unwrap_or_else(|| panic!("{example}: nothing of that kind was sent"));
        let (real_names, our_names) = (names(&real), names(&ours.body));
        let kind = kind(&real).unwrap_or_default();
        missing.extend(
            real_names
                .difference(&our_names)
                .filter(|name| is_core(name) && !is_only_sometimes(&kind, name))
                .map(|name| format!("{example}: {name}")),
        );
        extra.extend(
            our_names
                .difference(&real_names)
                .map(|name| format!("{kind}: {name}")),
        );
    }
    println!(
        "{} examples; beside them we also send {extra:#?}",
        pairs().len()
    );
    assert_eq!(
        missing,
        Vec::<String>::new(),
        "fields that real webhooks have and ours lack"
    );
}
