//! How far a merge request is, and what stands in the way of its merge.

use serde::Deserialize;

/// How far a merge request is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MergeRequestState {
    Opened,
    Closed,
    /// While it is being merged.
    Locked,
    Merged,
}

/// Whether a merge request can be merged, and if not, the first thing in its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MergeStatus {
    Mergeable,
    /// GitLab has not looked yet; asking makes it look.
    Unchecked,
    Checking,
    Preparing,
    ApprovalsSyncing,
    CiMustPass,
    CiStillRunning,
    CommitsStatus,
    Conflict,
    NeedRebase,
    DiscussionsNotResolved,
    DraftStatus,
    NotApproved,
    RequestedChanges,
    NotOpen,
    MergeRequestBlocked,
    MergeTime,
    LockedPaths,
    LockedLfsFiles,
    JiraAssociationMissing,
    #[serde(alias = "external_status_checks")]
    StatusChecksMustPass,
    #[serde(alias = "policies_denied")]
    SecurityPolicyViolations,
    TitleRegex,
    /// Something else, or something that later versions know.
    #[serde(other)]
    Other,
}

impl MergeRequestState {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Closed => "closed",
            Self::Locked => "locked",
            Self::Merged => "merged",
        }
    }
}

impl MergeStatus {
    /// Whether GitLab does not know yet: ask again in a moment.
    #[must_use]
    pub fn is_pending(self) -> bool {
        self.in_the_way() == Some(STILL_CHECKING)
    }

    /// What stands in the way of the merge, as the rest of a sentence about it: `it is a
    /// draft`. `None` when nothing does.
    #[must_use]
    pub fn in_the_way(self) -> Option<&'static str> {
        Some(match self {
            Self::Mergeable => return None,
            Self::Unchecked | Self::Checking | Self::Preparing | Self::ApprovalsSyncing => {
                STILL_CHECKING
            }
            Self::CiMustPass => "its pipeline must succeed first",
            Self::CiStillRunning => "its pipeline is still running",
            Self::CommitsStatus => "its source branch is gone or has no commits",
            Self::Conflict => "it has conflicts with its target branch",
            Self::NeedRebase => "it must be rebased",
            Self::DiscussionsNotResolved => "it has open threads",
            Self::DraftStatus => "it is a draft",
            Self::NotApproved => "it lacks approvals",
            Self::RequestedChanges => "a reviewer asked for changes",
            Self::NotOpen => "it is not open",
            Self::MergeRequestBlocked => "it waits for another merge request",
            Self::MergeTime => "the time set for its merge has not come",
            Self::LockedPaths => "somebody locked files that it changes",
            Self::LockedLfsFiles => "somebody locked LFS files that it changes",
            Self::JiraAssociationMissing => "it names no Jira issue",
            Self::StatusChecksMustPass => "an external status check has not passed",
            Self::SecurityPolicyViolations => "a security policy is violated",
            Self::TitleRegex => "its title does not have the form that is asked for",
            Self::Other => "GitLab says that it cannot be merged yet",
        })
    }
}

const STILL_CHECKING: &str = "GitLab is still checking it";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_the_way_is_read_from_every_version() {
        for (raw, expected, pending) in [
            ("mergeable", None, false),
            ("draft_status", Some("it is a draft"), false),
            ("checking", Some(STILL_CHECKING), true),
            ("unchecked", Some(STILL_CHECKING), true),
            (
                "policies_denied",
                Some("a security policy is violated"),
                false,
            ),
            (
                "invented_later",
                Some("GitLab says that it cannot be merged yet"),
                false,
            ),
        ] {
            let status: MergeStatus = serde_json::from_value(raw.into()).unwrap();
            assert_eq!(
                (status.in_the_way(), status.is_pending()),
                (expected, pending),
                "{raw}"
            );
        }
    }
}
