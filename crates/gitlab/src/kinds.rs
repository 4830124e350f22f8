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
    /// GitLab's names: the payload's `object_kind`, or its `event_name` where it has none.
    pub names: &'static [&'static str],
    /// `X-Gitlab-Event` when a project or group sends it; of a system hook it is `System Hook`,
    /// of an integration `Service Hook`. Empty for what only those two send.
    pub headers: &'static [&'static str],
    /// What it is filed under, unless the payload says more (an issue may be an incident).
    pub kind: EventKind,
    pub(crate) read: Reader,
}

const fn kind(
    kind: EventKind,
    names: &'static [&'static str],
    headers: &'static [&'static str],
    read: Reader,
) -> KnownKind {
    KnownKind {
        names,
        headers,
        kind,
        read,
    }
}

/// Every kind of webhook that we know. Where a header stands twice, its first row counts when the
/// payload does not name itself.
#[rustfmt::skip]
pub const KNOWN_KINDS: &[KnownKind] = &[
    kind(EventKind::Push, &["push"], &["Push Hook"], push::read),
    kind(EventKind::TagPush, &["tag_push"], &["Tag Push Hook"], push::read),
    kind(EventKind::Issue, &["issue"], &["Issue Hook"], issue::read),
    kind(EventKind::ConfidentialIssue, &["confidential_issue"], &["Confidential Issue Hook"], issue::read),
    kind(EventKind::Incident, &["incident"], &["Incident Hook", "Issue Hook"], issue::read),
    kind(EventKind::WorkItem, &["work_item"], &["Work Item Hook", "Issue Hook"], issue::read),
    kind(EventKind::ConfidentialWorkItem, &["confidential_work_item"], &["Confidential Work Item Hook", "Confidential Issue Hook"], issue::read),
    kind(EventKind::MergeRequest, &["merge_request"], &["Merge Request Hook"], merge_request::read),
    kind(EventKind::Note, &["note"], &["Note Hook"], note::read),
    kind(EventKind::ConfidentialNote, &["confidential_note"], &["Confidential Note Hook"], note::read),
    kind(EventKind::Pipeline, &["pipeline"], &["Pipeline Hook"], pipeline::read),
    kind(EventKind::Job, &["build", "job"], &["Job Hook", "Build Hook"], job::read),
    kind(EventKind::WikiPage, &["wiki_page"], &["Wiki Page Hook"], wiki_page::read),
    kind(EventKind::Deployment, &["deployment"], &["Deployment Hook"], deployment::read),
    kind(EventKind::Release, &["release"], &["Release Hook"], release::read),
    kind(EventKind::FeatureFlag, &["feature_flag"], &["Feature Flag Hook"], feature_flag::read),
    kind(EventKind::Milestone, &["milestone"], &["Milestone Hook"], milestone::read),
    kind(EventKind::Emoji, &["emoji"], &["Emoji Hook"], emoji::read),
    kind(EventKind::AccessToken, &["access_token", "expiring_access_token"], &["Resource Access Token Hook"], token::read_access),
    kind(EventKind::DeployToken, &["deploy_token", "expiring_deploy_token"], &["Resource Deploy Token Hook"], token::read_deploy),
    kind(EventKind::Vulnerability, &["vulnerability"], &["Vulnerability Hook"], vulnerability::read),
    kind(EventKind::Alert, &["alert"], &["Alert Hook"], alert::read),
    kind(EventKind::GroupMention, &["group_mention"], &["Group Mention Hook", "Group Mention"], group_mention::read),
    kind(EventKind::GroupConfidentialMention, &["group_confidential_mention"], &["Confidential Group Mention Hook", "Confidential Group Mention"], group_mention::read),
    kind(EventKind::Member, MEMBER_EVENTS, &["Member Hook"], member::read),
    kind(EventKind::Subgroup, &["subgroup_create", "subgroup_destroy"], &["Subgroup Hook"], lifecycle::read_subgroup),
    kind(EventKind::Project, PROJECT_EVENTS, &["Project Hook"], lifecycle::read_project),
    kind(EventKind::System, &["group_create", "group_destroy", "group_rename"], &[], system::read_group),
    kind(EventKind::System, ACCOUNT_EVENTS, &[], system::read_user),
    kind(EventKind::System, &["repository_update"], &[], system::read_repository),
    kind(EventKind::System, APPROVAL_EVENTS, &[], system::read_approval),
];

/// A project calls its members a team in some of these.
const MEMBER_EVENTS: &[&str] = &[
    "user_add_to_group",
    "user_update_for_group",
    "user_remove_from_group",
    "user_access_request_to_group",
    "user_access_request_denied_for_group",
    "user_access_request_revoked_for_group",
    "user_add_to_team",
    "user_update_for_team",
    "user_remove_from_team",
    "user_access_request_to_project",
    "user_access_request_denied_for_project",
    "user_access_request_revoked_for_project",
];

const PROJECT_EVENTS: &[&str] = &[
    "project_create",
    "project_destroy",
    "project_update",
    "project_rename",
    "project_transfer",
];

const ACCOUNT_EVENTS: &[&str] = &[
    "user_create",
    "user_destroy",
    "user_rename",
    "user_failed_login",
    "key_create",
    "key_destroy",
];

const APPROVAL_EVENTS: &[&str] = &[
    "gitlab_subscription_member_approval",
    "gitlab_subscription_member_approvals",
];

/// The kind that GitLab calls so, and the name.
pub(crate) fn by_name(name: &str) -> Option<(&'static KnownKind, &'static str)> {
    KNOWN_KINDS.iter().find_map(|known| {
        let name = known.names.iter().find(|known| **known == name)?;
        Some((known, *name))
    })
}

/// The kind that a header alone speaks for, and its first name.
pub(crate) fn by_header(header: &str) -> Option<(&'static KnownKind, &'static str)> {
    let known = KNOWN_KINDS.iter().find(|known| has_header(known, header))?;
    known.names.first().map(|name| (known, *name))
}

/// What a webhook is filed under of which no more is known than its kind and whether it is
/// confidential.
pub(crate) fn filed_under(known: &KnownKind, confidential: bool) -> EventKind {
    match known.kind {
        EventKind::Issue if confidential => EventKind::ConfidentialIssue,
        EventKind::WorkItem if confidential => EventKind::ConfidentialWorkItem,
        EventKind::Note if confidential => EventKind::ConfidentialNote,
        EventKind::GroupMention if confidential => EventKind::GroupConfidentialMention,
        kind => kind,
    }
}

fn has_header(known: &KnownKind, header: &str) -> bool {
    known
        .headers
        .iter()
        .any(|known| known.eq_ignore_ascii_case(header.trim()))
}
