//! What can be made to happen: one list, from which the endpoint, the page's buttons and the
//! answer to `GET /sandbox/do` are made.
//!
//! An act is a file's constant and a line in [`ALL`]. It changes the world and queues the
//! webhooks that GitLab would send, in GitLab's order; sending is `hooks`' business.

mod auto_deploy;
pub(super) mod ci;
pub(super) mod code;
pub(super) mod comments;
pub(super) mod commits;
mod deployments;
mod flags;
mod freezes;
mod instance;
pub(super) mod issues;
pub(super) mod merge_requests;
mod monitoring;
mod plan;
pub(super) mod quick_actions;
mod security;
mod tags;
mod wiki;

use serde_json::{Value, json};

use super::args::{Args, DoError, Field, Takes};
use super::payload::SYSTEM_EVENTS;
use super::scene::Scene;

/// Something that a person can make happen.
#[derive(Debug)]
pub(super) struct Act {
    /// Its name in `what`.
    pub what: &'static str,
    /// Its button.
    pub label: &'static str,
    /// The heading that its button stands under.
    pub group: &'static str,
    /// Whether its button is among the first.
    pub common: bool,
    pub summary: &'static str,
    pub fields: &'static [Field],
    pub run: fn(&mut Scene<'_>, &Args) -> Result<(), DoError>,
}

/// Every act, in the page's order.
pub(super) const ALL: &[&Act] = &[
    &code::PUSH,
    &merge_requests::OPEN,
    &merge_requests::APPROVE,
    &merge_requests::MERGE,
    &comments::COMMENT,
    &ci::PASS,
    &ci::FAIL,
    &deployments::DEPLOY,
    &issues::INCIDENT,
    &issues::OPEN,
    &monitoring::SERVICE_HEALTH,
    &code::NEW_BRANCH,
    &code::DELETE_BRANCH,
    &tags::TAG,
    &tags::DELETE_TAG,
    &auto_deploy::BRANCH,
    &auto_deploy::STABLE_BRANCH,
    &auto_deploy::CHERRY_PICK,
    &flags::REMOVE_FLAG,
    &wiki::WIKI,
    &merge_requests::UPDATE,
    &merge_requests::MERGE_RULES,
    &merge_requests::UNAPPROVE,
    &merge_requests::CLOSE,
    &merge_requests::REOPEN,
    &issues::CLOSE,
    &issues::REOPEN,
    &issues::LABEL,
    &issues::TICK,
    &issues::UNTICK,
    &issues::EDIT,
    &issues::RESOLVE_INCIDENT,
    &issues::CHANGE,
    &issues::COMPLETE_CHANGE,
    &issues::WORK_ITEM,
    &ci::CANCEL,
    &ci::PLAY,
    &plan::RELEASE,
    &plan::MILESTONE,
    &plan::FEATURE_FLAG,
    &freezes::FREEZE,
    &comments::EMOJI,
    &comments::GROUP_MENTION,
    &security::ALERT,
    &security::VULNERABILITY,
    &security::ACCESS_TOKEN,
    &security::DEPLOY_TOKEN,
    &instance::MEMBER,
    &instance::SUBGROUP,
    &instance::PROJECT,
    &instance::SYSTEM,
];

/// The act with this name. The name of an event of the instance stands for `system` with it.
pub(super) fn named(what: &str) -> Result<&'static Act, DoError> {
    if SYSTEM_EVENTS.contains(&what) {
        return Ok(&instance::SYSTEM);
    }
    ALL.iter()
        .copied()
        .find(|act| act.what == what)
        .ok_or_else(|| DoError::UnknownValue {
            field: "what".to_owned(),
            value: what.to_owned(),
            allowed: names(),
        })
}

/// The name of every act.
pub(super) fn names() -> Vec<String> {
    ALL.iter().map(|act| act.what.to_owned()).collect()
}

/// The list as `GET /sandbox/do` answers it.
pub(super) fn describe() -> Vec<Value> {
    ALL.iter()
        .map(|act| {
            json!({
                "what": act.what,
                "label": act.label,
                "group": act.group,
                "summary": act.summary,
                "fields": act.fields.iter().map(Field::describe).collect::<Vec<_>>(),
            })
        })
        .collect()
}

const fn field(name: &'static str, takes: Takes, help: &'static str) -> Field {
    Field { name, takes, help }
}

const TITLE: Field = field("title", Takes::Line, "its title");
const DESCRIPTION: Field = field("description", Takes::Text, "its description, in Markdown");
const LABELS: Field = field("labels", Takes::Many, "labels by title; new ones are made");
const ASSIGNEES: Field = field("assignees", Takes::Many, "people by user name");
const REVIEWERS: Field = field("reviewers", Takes::Many, "people by user name");
const MILESTONE: Field = field("milestone", Takes::Line, "a milestone by title");
const BRANCH: Field = field(
    "branch",
    Takes::Ref,
    "the branch; the default branch unless given",
);
const MR: Field = field(
    "mr",
    Takes::Item,
    "number or source branch; the newest unless given",
);
const ISSUE: Field = field(
    "issue",
    Takes::Item,
    "number or title; the newest unless given",
);
const PIPELINE: Field = field(
    "pipeline",
    Takes::OneOf(&["success", "failed", "canceled", "running", "none"]),
    "how the pipeline ends that this starts",
);
