//! The kinds of events that people choose between.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

macro_rules! kinds {
    ($($variant:ident = $name:literal, $words:literal;)*) => {
        /// What kind of thing happened: the unit of a channel's settings, of metrics and of the log.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum EventKind { $(#[doc = $words] $variant,)* }

        impl EventKind {
            /// Every kind, in the order in which people see them listed.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The kind's name in settings, APIs, metrics and the database.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The kind in words, for pages: "merge request".
            #[must_use]
            pub fn words(self) -> &'static str {
                match self { $(Self::$variant => $words,)* }
            }
        }
    };
}

kinds! {
    Push = "push", "push";
    TagPush = "tag_push", "tag push";
    Issue = "issue", "issue";
    ConfidentialIssue = "confidential_issue", "confidential issue";
    Incident = "incident", "incident";
    WorkItem = "work_item", "work item";
    ConfidentialWorkItem = "confidential_work_item", "confidential work item";
    MergeRequest = "merge_request", "merge request";
    Note = "note", "comment";
    ConfidentialNote = "confidential_note", "confidential comment";
    Pipeline = "pipeline", "pipeline";
    Job = "job", "job";
    WikiPage = "wiki_page", "wiki page";
    Deployment = "deployment", "deployment";
    Release = "release", "release";
    FeatureFlag = "feature_flag", "feature flag";
    Milestone = "milestone", "milestone";
    Emoji = "emoji", "emoji reaction";
    AccessToken = "access_token", "access token expiry";
    DeployToken = "deploy_token", "deploy token expiry";
    Member = "member", "member";
    Subgroup = "subgroup", "subgroup";
    Project = "project", "project";
    Alert = "alert", "alert";
    Vulnerability = "vulnerability", "vulnerability";
    GroupMention = "group_mention", "group mention";
    GroupConfidentialMention = "group_confidential_mention", "confidential group mention";
    System = "system", "instance event";
    Other = "other", "other event";
}

impl fmt::Display for EventKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A name that is no kind of event.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name:?} is not a kind of event; the kinds are {}", all_names())]
pub struct UnknownEventKind {
    pub name: String,
}

fn all_names() -> String {
    EventKind::ALL
        .iter()
        .map(|kind| kind.name())
        .collect::<Vec<_>>()
        .join(", ")
}

impl FromStr for EventKind {
    type Err = UnknownEventKind;
    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .iter()
            .copied()
            .find(|kind| kind.name() == name)
            .ok_or_else(|| UnknownEventKind {
                name: name.to_owned(),
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_reads_back_from_its_name() {
        for &kind in EventKind::ALL {
            assert_eq!(kind.name().parse(), Ok(kind));
        }
        assert!(
            "pushes"
                .parse::<EventKind>()
                .unwrap_err()
                .to_string()
                .contains("merge_request")
        );
    }
}
