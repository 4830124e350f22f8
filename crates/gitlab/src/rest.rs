//! GitLab's REST API (`/api/v4`), as far as it is used here.
//!
//! A thin layer: each method of [`Client`] is one operation of GitLab's, gives only the fields
//! that somebody reads, and says in one line what went wrong. Nothing here waits, tries again
//! or remembers: when, how often and for how long is the caller's. A feature flag is text here;
//! what it means is the business of whoever keeps flags.
//!
//! In every type `id` is the instance's own number, `iid` the one that people see within a
//! project, and `web_url` the page for people. A field that GitLab leaves out for some callers or
//! in some versions is an `Option`, or empty.

mod base_url;
mod client;
mod commits;
mod deployments;
mod environments;
mod error;
mod escalation;
mod features;
mod files;
mod freeze_periods;
mod id_or_path;
mod identity;
mod issues;
mod jobs;
mod labels;
mod members;
mod merge_requests;
mod message;
mod milestones;
mod notes;
mod paging;
mod pipelines;
mod projects;
mod query;
mod refs;
mod releases;
mod repository;
mod resource;
mod search;
mod templates;
mod todos;
mod web_url;
mod wire;

pub use base_url::{BaseUrl, InvalidBaseUrl};
pub use client::{Client, InvalidClient, Timeouts, http_client};
pub use commits::{FileAction, NewCommit};
pub use deployments::{DeployedEnvironment, Deployment, DeploymentQuery, DeploymentStatus};
pub use environments::Environment;
pub use error::{Needs, NotTheApi, RestError, Retry, if_found};
pub use escalation::EscalationStatus;
pub use features::{
    Feature, FeatureDefinition, FeatureState, FeatureValue, Gate, GateKey, GateValue,
    PercentageKey, SetFeature,
};
pub use files::SourceFile;
pub use freeze_periods::FreezePeriod;
pub use id_or_path::{IdOrPath, InvalidIdOrPath};
pub use identity::{Group, Namespace, NamespaceKind, User, Version};
pub use issues::{
    Edited, Issue, IssueChange, IssueQuery, IssueState, IssueType, LabelChange, LinkType,
    LinkedIssue, NewIssue, Part, Place, StateEvent,
};
pub use jobs::{Job, JobLog, JobPipeline, JobStatus};
pub use labels::Label;
pub use members::{AccessLevel, Member};
pub use merge_requests::{
    Approval, Approvals, Approved, CreateError, MayMerge, Merge, MergeError, MergeRequest,
    MergeRequestChange, MergeRequestQuery, MergeRequestState, MergeStatus, NewMergeRequest,
};
pub use milestones::Milestone;
pub use notes::{Commented, Note, Noteable};
pub use paging::Listed;
pub use pipelines::{Pipeline, PipelineQuery, PipelineStatus};
pub use projects::{Access, Permissions, Project, ProjectQuery, Visibility};
pub use refs::{Branch, RefKind, RefName, Tag};
pub use releases::Release;
pub use repository::{Commit, CommitQuery, Comparison};
pub use search::{Blob, BlobQuery};
pub use templates::{Template, TemplateName};
pub use web_url::{InvalidWebUrl, IssueUrl, MergeRequestUrl};

pub(crate) use id_or_path::is_part_of_a_path;
pub(crate) use message::one_line;
pub(crate) use resource::Resource;
pub(crate) use wire::Call;
