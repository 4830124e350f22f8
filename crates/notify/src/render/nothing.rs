//! Why an event makes no message.

use std::fmt;

use domain::event::{JobStatus, PipelineStatus};

/// Why an event makes no message: the reason that its page and the event table show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Nothing {
    /// A merge request was touched, but in nothing that people are told of.
    MergeRequestUnchanged,
    /// An issue or work item was touched, but in nothing that people are told of.
    IssueUnchanged,
    /// Only a description was edited: often no more than a ticked box.
    DescriptionEdited,
    /// A comment was edited; it was told when it was written.
    CommentEdited,
    /// A comment that GitLab itself wrote: what it says has its own event.
    WrittenByGitLab,
    /// A pipeline on its way, or one that never ran; the end of those that ran is told.
    PipelineNotOver(PipelineStatus),
    /// A job on its way, or one that never ran.
    JobNotOver(JobStatus),
    /// A deployment that has not started; its start is told.
    DeploymentNotStarted,
    /// Refs changed in some repository; each project's own push event tells it.
    ToldByPush,
}

impl fmt::Display for Nothing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MergeRequestUnchanged => {
                f.write_str("the merge request changed in nothing that people are told of")
            }
            Self::IssueUnchanged => {
                f.write_str("the issue changed in nothing that people are told of")
            }
            Self::DescriptionEdited => f.write_str("only the description was edited"),
            Self::CommentEdited => {
                f.write_str("a comment was edited; it was told when it was written")
            }
            Self::WrittenByGitLab => f.write_str("the comment was written by GitLab itself"),
            Self::PipelineNotOver(PipelineStatus::Skipped) => {
                f.write_str("the pipeline was skipped")
            }
            Self::PipelineNotOver(status) => {
                write!(f, "the pipeline is only {}", status_word(status))
            }
            Self::JobNotOver(JobStatus::Skipped) => f.write_str("the job was skipped"),
            Self::JobNotOver(status) => write!(f, "the job is only {}", status_word(status)),
            Self::DeploymentNotStarted => f.write_str("the deployment is only created"),
            Self::ToldByPush => f.write_str("the push itself is told by its project's own event"),
        }
    }
}

/// A status as people read it.
fn status_word(status: &PipelineStatus) -> &str {
    match status {
        PipelineStatus::Created => "created",
        PipelineStatus::WaitingForResource => "waiting for a resource",
        PipelineStatus::Preparing => "preparing",
        PipelineStatus::Pending => "pending",
        PipelineStatus::Running => "running",
        PipelineStatus::Success => "passed",
        PipelineStatus::Failed => "failed",
        PipelineStatus::Canceling => "being canceled",
        PipelineStatus::Canceled => "canceled",
        PipelineStatus::Skipped => "skipped",
        PipelineStatus::Manual => "waiting for a person to start it",
        PipelineStatus::Scheduled => "scheduled",
        PipelineStatus::Other(word) => word,
    }
}
