//! Webhook bodies, with the field names and types that GitLab sends.
//!
//! One function a kind of body; it reads the world and changes nothing. Source for the shapes:
//! GitLab's documentation, "Webhook events" and "System hooks". Sending is `hooks`' business.

mod ci;
mod code;
mod group;
mod issue;
mod merge_request;
mod note;
mod plan;
mod security;
mod system;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::world::{Commit, Label, Project, User, World};

pub(super) use ci::{deployment, job, pipeline};
pub(super) use code::{Moved, RefMove, push, wiki_page};
pub(super) use group::{member, project_lifecycle, subgroup};
pub(super) use issue::{confidential, issue};
pub(super) use merge_request::{MergeRequestEvent, merge_request, reviewers};
pub(super) use note::{emoji, group_mention, note};
pub(super) use plan::{access_token, deploy_token, feature_flag, milestone, release};
pub(super) use security::{VulnerabilityFacts, alert, vulnerability};
pub(super) use system::{EVENTS as SYSTEM_EVENTS, system};

/// What every body is built from.
#[derive(Clone, Copy)]
pub(super) struct Source<'a> {
    /// The instance's public address, without a final slash.
    pub base: &'a str,
    pub world: &'a World,
    pub project: &'a Project,
    /// Who acts.
    pub user: &'a User,
    pub now: Timestamp,
}

impl Source<'_> {
    /// Address of the project's page.
    pub fn web_url(&self) -> String {
        format!("{}/{}", self.base, self.project.path_with_namespace)
    }

    /// Address of something below the project: `/-/issues/7`.
    pub fn page(&self, below: &str) -> String {
        format!(
            "{}/{}/-/{below}",
            self.base, self.project.path_with_namespace
        )
    }

    fn ssh_url(&self) -> String {
        let host = self.base.split("://").last().unwrap_or_default();
        let host = host.split(['/', ':']).next().unwrap_or_default();
        format!("git@{host}:{}.git", self.project.path_with_namespace)
    }

    fn http_url(&self) -> String {
        format!("{}.git", self.web_url())
    }

    /// The acting person, as most bodies carry it.
    pub fn actor(&self) -> Value {
        self.person(self.user)
    }

    /// A person with id and email.
    pub fn person(&self, user: &User) -> Value {
        json!({
            "id": user.id,
            "name": user.name,
            "username": user.username,
            "avatar_url": self.avatar(user),
            "email": user.email,
        })
    }

    /// The people with these ids, in this order.
    pub fn people(&self, ids: &[u64]) -> Vec<Value> {
        ids.iter()
            .filter_map(|id| self.world.user(*id))
            .map(|user| self.person(user))
            .collect()
    }

    fn avatar(&self, user: &User) -> String {
        format!(
            "{}/uploads/-/system/user/avatar/{}/avatar.png",
            self.base, user.id
        )
    }

    /// The project as bodies of the newer kinds carry it.
    pub fn project(&self) -> Value {
        let project = self.project;
        json!({
            "id": project.id,
            "name": project.name,
            "description": project.description,
            "web_url": self.web_url(),
            "avatar_url": null,
            "git_ssh_url": self.ssh_url(),
            "git_http_url": self.http_url(),
            "namespace": project.namespace,
            "visibility_level": project.visibility.level(),
            "path_with_namespace": project.path_with_namespace,
            "default_branch": project.default_branch,
            "ci_config_path": null,
        })
    }

    /// The project with the older names that most bodies still repeat.
    pub fn project_with_old_names(&self) -> Value {
        let mut project = self.project();
        project["homepage"] = json!(self.web_url());
        project["url"] = json!(self.ssh_url());
        project["ssh_url"] = json!(self.ssh_url());
        project["http_url"] = json!(self.http_url());
        project
    }

    /// The repository block that predates the project block.
    pub fn repository(&self) -> Value {
        json!({
            "name": self.project.name,
            "url": self.ssh_url(),
            "description": self.project.description,
            "homepage": self.web_url(),
        })
    }

    /// The repository block of pushes and jobs.
    pub fn repository_with_urls(&self) -> Value {
        let mut repository = self.repository();
        repository["git_http_url"] = json!(self.http_url());
        repository["git_ssh_url"] = json!(self.ssh_url());
        repository["visibility_level"] = json!(self.project.visibility.level());
        repository
    }

    /// A commit without its files.
    pub fn commit(&self, commit: &Commit) -> Value {
        let (name, email) = self.author(commit);
        json!({
            "id": commit.sha,
            "message": commit.message,
            "title": commit.title(),
            "timestamp": iso(commit.at),
            "url": self.page(&format!("commit/{}", commit.sha)),
            "author": { "name": name, "email": email },
        })
    }

    /// A commit with the files that it touches.
    pub fn commit_with_files(&self, commit: &Commit) -> Value {
        let mut body = self.commit(commit);
        body["added"] = json!(commit.added);
        body["modified"] = json!(commit.modified);
        body["removed"] = json!(commit.removed);
        body
    }

    fn author(&self, commit: &Commit) -> (String, String) {
        match self.world.user(commit.author_id) {
            Some(user) => (user.name.clone(), user.email.clone()),
            None => ("Ghost User".to_owned(), "ghost@example.com".to_owned()),
        }
    }

    /// The labels with these ids.
    pub fn labels(&self, ids: &[u64]) -> Vec<Value> {
        self.project
            .labels_of(ids)
            .iter()
            .map(|label| self.label(label))
            .collect()
    }

    fn label(&self, label: &Label) -> Value {
        json!({
            "id": label.id,
            "title": label.title,
            "color": label.color,
            "project_id": null,
            "created_at": utc(self.now),
            "updated_at": utc(self.now),
            "template": false,
            "description": null,
            "type": "GroupLabel",
            "group_id": self.project.group_id,
        })
    }
}

/// A change of one field as GitLab's `changes` says it.
pub(super) fn change(previous: &Value, current: &Value) -> Value {
    json!({ "previous": previous, "current": current })
}

/// `changes` of these fields.
pub(super) fn changes<const N: usize>(fields: [(&str, Value, Value); N]) -> Map<String, Value> {
    fields
        .into_iter()
        .map(|(field, previous, current)| (field.to_owned(), change(&previous, &current)))
        .collect()
}

/// "2026-01-16 05:56:22 UTC", as most bodies say a time.
pub(super) fn utc(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}

/// "2026-01-16T05:56:22+00:00", as commits say it.
pub(super) fn iso(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S+00:00").to_string()
}

/// "2026-01-16T05:56:22Z", as group and system events say it.
pub(super) fn zulu(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
