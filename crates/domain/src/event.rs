//! What happened in GitLab, parsed and typed.
//!
//! `gitlab` makes events from webhooks, `notify` turns them into messages; between the two they
//! are stored as slim JSON, so a field that nobody reads does not belong here. Text is as GitLab
//! sent it: whoever shows it escapes it.

mod code;
mod delivery;
mod instance;
mod place;
mod planning;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use code::{
    Branch, Commit, MergeRequest, MergeRequestAction, MergeRequestChange, Push, PushChange,
    RefKind, ReviewState, WikiAction, WikiPage, parse_moment,
};
pub use delivery::{
    Deployment, DeploymentStatus, FeatureFlag, Job, JobStatus, Pipeline, PipelineJob,
    PipelineStatus, Release, ReleaseAction,
};
pub use instance::{
    Access, LifecycleAction, Member, MemberAction, ProjectLifecycle, Subgroup, SystemEvent,
    TokenExpiry, TokenKind,
};
pub use place::{Group, Person, Project, Visibility};
pub use planning::{
    Alert, Emoji, EmojiAction, GroupMention, Identifier, Issue, IssueAction, IssueChange,
    IssueType, Milestone, MilestoneAction, Note, NoteAction, Target, TargetKind, Vulnerability,
};

use crate::kind::EventKind;

/// One thing that happened in GitLab.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// The project it happened in; events of a group or of the instance have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project: Option<Project>,
    /// The group it happened in, when it is a group's own event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<Group>,
    /// Who did it; a schedule, an integration or GitLab itself has no person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<Person>,
    /// When GitLab says that it happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub happened_at: Option<Timestamp>,
    /// What happened.
    pub what: What,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// A branch or tag was created, moved or removed.
    Push(Push),
    /// An issue, incident, task, ticket or other work item.
    Issue(Issue),
    MergeRequest(MergeRequest),
    /// A comment.
    Note(Note),
    Pipeline(Pipeline),
    Job(Job),
    WikiPage(WikiPage),
    Deployment(Deployment),
    Release(Release),
    FeatureFlag(FeatureFlag),
    Milestone(Milestone),
    Emoji(Emoji),
    /// An access token or deploy token is about to expire.
    TokenExpiry(TokenExpiry),
    Member(Member),
    Subgroup(Subgroup),
    /// A project was created, removed, renamed, moved or changed.
    Project(ProjectLifecycle),
    Alert(Alert),
    Vulnerability(Vulnerability),
    GroupMention(GroupMention),
    /// Something an instance's administrator hears of.
    System(SystemEvent),
    /// A kind of event this version does not know.
    Unknown(UnknownEvent),
}

/// A kind of event this version does not know; GitLab adds kinds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnknownEvent {
    /// GitLab's name for it: its `object_kind`, `event_name` or header.
    pub name: String,
}

impl Event {
    /// The kind that settings, metrics and the log file this event under.
    #[must_use]
    pub fn kind(&self) -> EventKind {
        match &self.what {
            What::Push(push) => match push.ref_kind {
                RefKind::Branch => EventKind::Push,
                RefKind::Tag => EventKind::TagPush,
            },
            What::Issue(issue) => issue.kind(),
            What::MergeRequest(_) => EventKind::MergeRequest,
            What::Note(note) if note.confidential => EventKind::ConfidentialNote,
            What::Note(_) => EventKind::Note,
            What::Pipeline(_) => EventKind::Pipeline,
            What::Job(_) => EventKind::Job,
            What::WikiPage(_) => EventKind::WikiPage,
            What::Deployment(_) => EventKind::Deployment,
            What::Release(_) => EventKind::Release,
            What::FeatureFlag(_) => EventKind::FeatureFlag,
            What::Milestone(_) => EventKind::Milestone,
            What::Emoji(_) => EventKind::Emoji,
            What::TokenExpiry(expiry) => match expiry.token {
                TokenKind::Access => EventKind::AccessToken,
                TokenKind::Deploy => EventKind::DeployToken,
            },
            What::Member(_) => EventKind::Member,
            What::Subgroup(_) => EventKind::Subgroup,
            What::Project(_) => EventKind::Project,
            What::Alert(_) => EventKind::Alert,
            What::Vulnerability(_) => EventKind::Vulnerability,
            What::GroupMention(mention) if mention.confidential => {
                EventKind::GroupConfidentialMention
            }
            What::GroupMention(_) => EventKind::GroupMention,
            What::System(_) => EventKind::System,
            What::Unknown(_) => EventKind::Other,
        }
    }

    /// Whether only people with more than guest's rights may see this in GitLab.
    #[must_use]
    pub fn is_confidential(&self) -> bool {
        matches!(
            self.kind(),
            EventKind::ConfidentialIssue
                | EventKind::ConfidentialWorkItem
                | EventKind::ConfidentialNote
                | EventKind::GroupConfidentialMention
        ) || matches!(&self.what, What::Issue(issue) if issue.confidential)
    }
}
