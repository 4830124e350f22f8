//! The names that settings have, and the name that somebody meant.
//!
//! They are those of GitLab's integrations API, whose toggles are plural for some kinds
//! (`issues_events`) and whose channels are not (`issue_channel`); kinds that GitLab has no chat
//! notifications of are named as in its webhooks API. The first name of each is the one we show.

use domain::EventKind;

/// How the settings of a kind of event are called.
pub(super) struct EventKeys {
    pub(super) kind: EventKind,
    /// What turns it on.
    pub(super) toggles: &'static [&'static str],
    /// What names its channels.
    pub(super) channels: &'static [&'static str],
}

macro_rules! event_keys {
    ($($kind:ident: $($toggle:literal)+ => $($channel:literal)+;)*) => {
        &[$(EventKeys {
            kind: EventKind::$kind,
            toggles: &[$($toggle),+],
            channels: &[$($channel),+],
        },)*]
    };
}

/// Every kind that has settings of its own. A work item goes by an issue's, as in GitLab.
pub(super) const EVENTS: &[EventKeys] = event_keys! {
    Push: "push_events" => "push_channel";
    TagPush: "tag_push_events" => "tag_push_channel";
    Issue: "issues_events" => "issue_channel";
    ConfidentialIssue: "confidential_issues_events" => "confidential_issue_channel";
    Incident: "incidents_events" "incident_events" => "incident_channel";
    MergeRequest: "merge_requests_events" => "merge_request_channel";
    Note: "note_events" => "note_channel";
    ConfidentialNote: "confidential_note_events" => "confidential_note_channel";
    Pipeline: "pipeline_events" => "pipeline_channel";
    Job: "job_events" => "job_channel";
    WikiPage: "wiki_page_events" => "wiki_page_channel";
    Deployment: "deployment_events" => "deployment_channel";
    Release: "releases_events" "release_events" => "release_channel";
    FeatureFlag: "feature_flag_events" => "feature_flag_channel";
    Milestone: "milestone_events" => "milestone_channel";
    Emoji: "emoji_events" => "emoji_channel";
    AccessToken: "resource_access_token_events" "access_token_events" => "access_token_channel";
    DeployToken: "resource_deploy_token_events" "deploy_token_events" => "deploy_token_channel";
    Member: "member_events" => "member_channel";
    Subgroup: "subgroup_events" => "subgroup_channel";
    Project: "project_events" => "project_channel";
    Alert: "alert_events" => "alert_channel";
    Vulnerability: "vulnerability_events" => "vulnerability_channel";
    GroupMention: "group_mention_events" "group_mentions_events"
        => "group_mention_channel" "group_mentions_channel";
    GroupConfidentialMention:
        "group_confidential_mention_events" "group_confidential_mentions_events"
        => "group_confidential_mention_channel" "group_confidential_mentions_channel";
    System: "system_events" => "system_channel";
    Other: "other_events" => "other_channel";
};

/// The settings that are not of one kind of event.
pub(super) const OTHERS: &[&str] = &[
    "path",
    "workspace",
    "integration",
    "webhook",
    "username",
    "active",
    "use_inherited_settings",
    "channel",
    "branches_to_be_notified",
    "notify_only_default_branch",
    "notify_only_broken_pipelines",
    "notify_only_when_pipeline_status_changes",
    "labels_to_be_notified",
    "labels_to_be_notified_behavior",
    "confidential_events_use_normal_channels",
];

/// The setting that names the channels of a kind.
pub(super) fn channel_key(kind: EventKind) -> &'static str {
    keys_of(kind)
        .and_then(|keys| keys.channels.first())
        .unwrap_or(&"channel")
}

/// The setting that turns a kind on.
pub(super) fn toggle_key(kind: EventKind) -> &'static str {
    keys_of(kind)
        .and_then(|keys| keys.toggles.first())
        .unwrap_or(&"active")
}

fn keys_of(kind: EventKind) -> Option<&'static EventKeys> {
    EVENTS.iter().find(|keys| keys.kind == kind)
}

/// The setting whose name is most like `typed`, when one is like it at all.
pub(super) fn nearest(typed: &str) -> Option<&'static str> {
    let events = EVENTS
        .iter()
        .flat_map(|keys| keys.toggles.iter().chain(keys.channels));
    let (distance, key) = events
        .chain(OTHERS)
        .map(|key| (distance(typed, key), *key))
        .min_by_key(|(distance, _)| *distance)?;
    (distance <= typed.len().max(key.len()) / 3).then_some(key)
}

/// How many characters have to be added, removed or replaced to get from `a` to `b`.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (above, x) in a.chars().take(100).enumerate() {
        let mut next = vec![above + 1];
        for ((y, diagonal), up) in b.iter().zip(&row).zip(row.iter().skip(1)) {
            let left = next.last().copied().unwrap_or(0);
            next.push((diagonal + usize::from(x != *y)).min(up + 1).min(left + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_settings_or_goes_by_anothers() {
        for &kind in EventKind::ALL {
            let by_issue = matches!(kind, EventKind::WorkItem | EventKind::ConfidentialWorkItem);
            assert_eq!(keys_of(kind).is_none(), by_issue, "{kind}");
        }
    }

    #[test]
    fn a_mistyped_name_finds_the_right_one() {
        for (typed, expected) in [
            ("issue_events", Some("issues_events")),
            ("merge_request_events", Some("merge_requests_events")),
            ("push_chanel", Some("push_channel")),
            ("branches", None),
            (
                "labels_to_be_notified_behaviour",
                Some("labels_to_be_notified_behavior"),
            ),
            ("xyz", None),
        ] {
            assert_eq!(nearest(typed), expected, "{typed:?}");
        }
    }
}
