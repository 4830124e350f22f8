//! The kinds of webhooks that we know: one list, from which everything else is looked up.

use domain::EventKind;

use crate::body::Reader;
use crate::{
    alert, deployment, emoji, feature_flag, group_mention, issue, job, lifecycle, member,
    merge_request, milestone, note, pipeline, push, release, system, token, vulnerability,
    wiki_page,
};

/// A kind of webhook.
#[derive(Debug)]
pub struct KnownKind {
    /// GitLab's name: the payload's `object_kind`, or its `event_name` where it has none.
    pub name: &'static str,
    /// `X-Gitlab-Event` when a project or group sends it; a system hook sends `System Hook`, an
    /// integration `Service Hook`. `None` for what only those send.
    pub header: Option<&'static str>,
    /// What it is filed under, unless the payload says that it is confidential or an incident.
    pub kind: EventKind,
    pub(crate) read: Reader,
}

const fn hook(
    name: &'static str,
    header: &'static str,
    kind: EventKind,
    read: Reader,
) -> KnownKind {
    KnownKind {
        name,
        header: Some(header),
        kind,
        read,
    }
}

const fn system_hook(name: &'static str, kind: EventKind, read: Reader) -> KnownKind {
    KnownKind {
        name,
        header: None,
        kind,
        read,
    }
}

/// Every kind of webhook that we know. The first of a header stands for it when the payload does
/// not name itself.
pub const KNOWN_KINDS: &[KnownKind] = &[
    hook("push", "Push Hook", EventKind::Push, push::read),
    hook("tag_push", "Tag Push Hook", EventKind::TagPush, push::read),
    hook(
        "merge_request",
        "Merge Request Hook",
        EventKind::MergeRequest,
        merge_request::read,
    ),
    hook("note", "Note Hook", EventKind::Note, note::read),
    hook(
        "note",
        "Confidential Note Hook",
        EventKind::ConfidentialNote,
        note::read,
    ),
    hook(
        "pipeline",
        "Pipeline Hook",
        EventKind::Pipeline,
        pipeline::read,
    ),
    hook("build", "Job Hook", EventKind::Job, job::read),
    hook("build", "Build Hook", EventKind::Job, job::read),
    hook("job", "Job Hook", EventKind::Job, job::read),
    hook("issue", "Issue Hook", EventKind::Issue, issue::read),
    hook(
        "issue",
        "Confidential Issue Hook",
        EventKind::ConfidentialIssue,
        issue::read,
    ),
    hook("incident", "Issue Hook", EventKind::Incident, issue::read),
    hook("work_item", "Issue Hook", EventKind::WorkItem, issue::read),
    hook(
        "work_item",
        "Work Item Hook",
        EventKind::WorkItem,
        issue::read,
    ),
    hook(
        "work_item",
        "Confidential Work Item Hook",
        EventKind::ConfidentialWorkItem,
        issue::read,
    ),
    hook(
        "wiki_page",
        "Wiki Page Hook",
        EventKind::WikiPage,
        wiki_page::read,
    ),
    hook(
        "deployment",
        "Deployment Hook",
        EventKind::Deployment,
        deployment::read,
    ),
    hook("release", "Release Hook", EventKind::Release, release::read),
    hook(
        "feature_flag",
        "Feature Flag Hook",
        EventKind::FeatureFlag,
        feature_flag::read,
    ),
    hook(
        "milestone",
        "Milestone Hook",
        EventKind::Milestone,
        milestone::read,
    ),
    hook("emoji", "Emoji Hook", EventKind::Emoji, emoji::read),
    hook(
        "access_token",
        "Resource Access Token Hook",
        EventKind::AccessToken,
        token::read_access,
    ),
    hook(
        "deploy_token",
        "Resource Deploy Token Hook",
        EventKind::DeployToken,
        token::read_deploy,
    ),
    hook(
        "vulnerability",
        "Vulnerability Hook",
        EventKind::Vulnerability,
        vulnerability::read,
    ),
    hook("alert", "Alert Hook", EventKind::Alert, alert::read),
    hook(
        "group_mention",
        "Group Mention Hook",
        EventKind::GroupMention,
        group_mention::read,
    ),
    hook(
        "group_mention",
        "Group Mention",
        EventKind::GroupMention,
        group_mention::read,
    ),
    hook(
        "group_confidential_mention",
        "Confidential Group Mention Hook",
        EventKind::GroupConfidentialMention,
        group_mention::read,
    ),
    hook(
        "user_add_to_group",
        "Member Hook",
        EventKind::Member,
        member::read,
    ),
    hook(
        "user_update_for_group",
        "Member Hook",
        EventKind::Member,
        member::read,
    ),
    hook(
        "user_remove_from_group",
        "Member Hook",
        EventKind::Member,
        member::read,
    ),
    hook(
        "user_access_request_to_group",
        "Member Hook",
        EventKind::Member,
        member::read,
    ),
    hook(
        "user_access_request_denied_for_group",
        "Member Hook",
        EventKind::Member,
        member::read,
    ),
    hook(
        "user_access_request_revoked_for_group",
        "Member Hook",
        EventKind::Member,
        member::read,
    ),
    hook(
        "user_add_to_team",
        "Member Hook",
        EventKind::Member,
        member::read,
    ),
    hook(
        "user_update_for_team",
        "Member Hook",
        EventKind::Member,
        member::read,
    ),
    hook(
        "user_remove_from_team",
        "Member Hook",
        EventKind::Member,
        member::read,
    ),
    hook(
        "user_access_request_to_project",
        "Member Hook",
        EventKind::Member,
        member::read,
    ),
    hook(
        "user_access_request_denied_for_project",
        "Member Hook",
        EventKind::Member,
        member::read,
    ),
    hook(
        "user_access_request_revoked_for_project",
        "Member Hook",
        EventKind::Member,
        member::read,
    ),
    hook(
        "project_create",
        "Project Hook",
        EventKind::Project,
        lifecycle::read_project,
    ),
    hook(
        "project_destroy",
        "Project Hook",
        EventKind::Project,
        lifecycle::read_project,
    ),
    hook(
        "project_update",
        "Project Hook",
        EventKind::Project,
        lifecycle::read_project,
    ),
    hook(
        "project_rename",
        "Project Hook",
        EventKind::Project,
        lifecycle::read_project,
    ),
    hook(
        "project_transfer",
        "Project Hook",
        EventKind::Project,
        lifecycle::read_project,
    ),
    hook(
        "subgroup_create",
        "Subgroup Hook",
        EventKind::Subgroup,
        lifecycle::read_subgroup,
    ),
    hook(
        "subgroup_destroy",
        "Subgroup Hook",
        EventKind::Subgroup,
        lifecycle::read_subgroup,
    ),
    system_hook("group_create", EventKind::System, system::read_group),
    system_hook("group_destroy", EventKind::System, system::read_group),
    system_hook("group_rename", EventKind::System, system::read_group),
    system_hook("user_create", EventKind::System, system::read_user),
    system_hook("user_destroy", EventKind::System, system::read_user),
    system_hook("user_rename", EventKind::System, system::read_user),
    system_hook("user_failed_login", EventKind::System, system::read_user),
    system_hook("key_create", EventKind::System, system::read_user),
    system_hook("key_destroy", EventKind::System, system::read_user),
    system_hook(
        "repository_update",
        EventKind::System,
        system::read_repository,
    ),
    system_hook(
        "gitlab_subscription_member_approval",
        EventKind::System,
        system::read_approval,
    ),
    system_hook(
        "gitlab_subscription_member_approvals",
        EventKind::System,
        system::read_approval,
    ),
    // Older names, and names that stand in other fields of newer payloads.
    hook(
        "user_access_request_denied",
        "Member Hook",
        EventKind::Member,
        member::read,
    ),
    hook(
        "expiring_access_token",
        "Access Token Hook",
        EventKind::AccessToken,
        token::read_access,
    ),
    hook(
        "expiring_deploy_token",
        "Deploy Token Hook",
        EventKind::DeployToken,
        token::read_deploy,
    ),
    hook(
        "confidential_issue",
        "Issue Hook",
        EventKind::ConfidentialIssue,
        issue::read,
    ),
    hook(
        "confidential_work_item",
        "Issue Hook",
        EventKind::ConfidentialWorkItem,
        issue::read,
    ),
    hook(
        "confidential_note",
        "Note Hook",
        EventKind::ConfidentialNote,
        note::read,
    ),
];

/// The kind that GitLab calls so.
pub(crate) fn by_name(name: &str) -> Option<&'static KnownKind> {
    KNOWN_KINDS.iter().find(|known| known.name == name)
}

/// The kind that a header alone speaks for.
pub(crate) fn by_header(header: &str) -> Option<&'static KnownKind> {
    KNOWN_KINDS.iter().find(|known| {
        known
            .header
            .is_some_and(|known| known.eq_ignore_ascii_case(header.trim()))
    })
}

/// What a webhook is filed under whose payload says no more than its kind.
pub(crate) fn filed_under(known: &KnownKind, header: &str) -> EventKind {
    let same = |other: &&KnownKind| other.name == known.name && other.header == Some(header);
    KNOWN_KINDS
        .iter()
        .find(same)
        .map_or(known.kind, |other| other.kind)
}
