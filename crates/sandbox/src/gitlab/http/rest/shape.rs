//! GitLab's shapes of people, groups, projects and what is planned in them.
//!
//! Source: GitLab's REST API documentation. What the sandbox does not keep is null or zero where
//! clients read it and left out where they do not.

mod ci;
mod code;
mod merge_request;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::gitlab::world::{
    Access, Group, Issue, Label, Milestone, Note, Noteable, Project, User, Visibility, World,
};

pub(super) use ci::environment_id;

/// Builds answers from the world.
#[derive(Clone, Copy)]
pub(super) struct Shape<'a> {
    /// The instance's public address, without a final slash.
    pub base: &'a str,
    pub world: &'a World,
}

/// "2026-01-16T05:56:22.000Z"
pub(super) fn time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}

impl Shape<'_> {
    /// Address of something below a project: `-/issues/7`.
    pub fn page(self, project: &Project, below: &str) -> String {
        format!("{}/{}/-/{below}", self.base, project.path_with_namespace)
    }

    fn api(self, project: &Project, below: &str) -> String {
        format!("{}/api/v4/projects/{}{below}", self.base, project.id)
    }

    /// A person as lists and other records show them.
    pub fn person(self, user: &User) -> Value {
        json!({
            "id": user.id,
            "username": user.username,
            "public_email": "",
            "name": user.name,
            "state": "active",
            "locked": false,
            "avatar_url": format!("{}/uploads/-/system/user/avatar/{}/avatar.png", self.base, user.id),
            "web_url": format!("{}/{}", self.base, user.username),
        })
    }

    pub fn person_with(self, id: u64) -> Value {
        let user = self.world.user(id);
        user.map_or(Value::Null, |user| self.person(user))
    }

    fn people(self, ids: &[u64]) -> Vec<Value> {
        let users = ids.iter().filter_map(|id| self.world.user(*id));
        users.map(|user| self.person(user)).collect()
    }

    /// A person's own page; `own` adds what only that person sees.
    pub fn user(self, user: &User, own: bool) -> Value {
        let mut shape = self.person(user);
        for empty in [
            "bio",
            "location",
            "linkedin",
            "twitter",
            "website_url",
            "organization",
        ] {
            shape[empty] = json!("");
        }
        shape["job_title"] = json!(user.role);
        shape["bot"] = json!(false);
        shape["is_admin"] = json!(false);
        shape["namespace_id"] = json!(user_namespace(user));
        if own {
            shape["email"] = json!(user.email);
            shape["commit_email"] = json!(user.email);
            shape["two_factor_enabled"] = json!(true);
            shape["external"] = json!(false);
        }
        shape
    }

    pub fn member(self, user_id: u64, access: Access) -> Value {
        let mut shape = self.person_with(user_id);
        shape["access_level"] = json!(access.level());
        shape["expires_at"] = Value::Null;
        shape["membership_state"] = json!("active");
        shape
    }

    pub fn group(self, group: &Group) -> Value {
        let names = self.world.group_and_ancestors(group.id);
        let names: Vec<&str> = names.iter().rev().map(|g| g.name.as_str()).collect();
        json!({
            "id": group.id,
            "name": group.name,
            "path": group.path(),
            "description": "",
            "visibility": "public",
            "avatar_url": null,
            "web_url": format!("{}/groups/{}", self.base, group.full_path),
            "full_name": names.join(" / "),
            "full_path": group.full_path,
            "parent_id": group.parent_id,
            "archived": false,
        })
    }

    pub fn namespace(self, group: &Group) -> Value {
        json!({
            "id": group.id,
            "name": group.name,
            "path": group.path(),
            "kind": "group",
            "full_path": group.full_path,
            "parent_id": group.parent_id,
            "avatar_url": null,
            "web_url": format!("{}/groups/{}", self.base, group.full_path),
        })
    }

    pub fn namespace_of(self, user: &User) -> Value {
        json!({
            "id": user_namespace(user),
            "name": user.name,
            "path": user.username,
            "kind": "user",
            "full_path": user.username,
            "parent_id": null,
            "avatar_url": self.person(user)["avatar_url"],
            "web_url": format!("{}/{}", self.base, user.username),
        })
    }

    pub fn project(self, project: &Project) -> Value {
        let path = &project.path_with_namespace;
        let host = self.base.split("://").last().unwrap_or_default();
        let host = host.split(['/', ':']).next().unwrap_or_default();
        let created_at = project.commits.iter().map(|commit| commit.at).min();
        let touched = project.commits.iter().map(|commit| commit.at).max();
        let group = self.world.group(project.group_id);
        let opened = project.issues.iter().filter(|issue| issue.open).count();
        let mut shape = json!({
            "id": project.id,
            "description": project.description,
            "name": project.name,
            "name_with_namespace": format!("{} / {}", project.namespace, project.name),
            "path": project.path(),
            "path_with_namespace": path,
            "created_at": created_at.map(time),
            "last_activity_at": touched.map(time),
            "default_branch": project.default_branch,
            "tag_list": [],
            "topics": [],
            "ssh_url_to_repo": format!("git@{host}:{path}.git"),
            "http_url_to_repo": format!("{}/{path}.git", self.base),
            "web_url": format!("{}/{path}", self.base),
            "readme_url": null,
            "avatar_url": null,
            "star_count": 0,
            "forks_count": 0,
            "visibility": project.visibility.name(),
            "archived": false,
            "empty_repo": project.commits.is_empty(),
            "open_issues_count": opened,
            "merge_method": "merge",
            "namespace": group.map(|group| self.namespace(group)),
        });
        for enabled in ["issues", "merge_requests", "wiki", "jobs", "snippets"] {
            shape[format!("{enabled}_enabled")] = json!(true);
        }
        shape["public_jobs"] = json!(project.visibility == Visibility::Public);
        shape
    }

    /// A label of a project, or of a group when there is none.
    pub fn label(self, label: &Label, project: Option<&Project>) -> Value {
        let counted = |open: bool| {
            let issues = project.map_or(&[][..], |project| &project.issues);
            let with = issues.iter().filter(|i| i.label_ids.contains(&label.id));
            with.filter(|issue| issue.open == open).count()
        };
        json!({
            "id": label.id,
            "name": label.title,
            "description": null,
            "description_html": "",
            "text_color": "#FFFFFF",
            "color": label.color,
            "subscribed": false,
            "priority": null,
            "archived": false,
            "is_project_label": project.is_some(),
            "open_issues_count": counted(true),
            "closed_issues_count": counted(false),
            "open_merge_requests_count": 0,
        })
    }

    pub fn milestone(self, milestone: &Milestone, of: Owner<'_>) -> Value {
        let (key, id, address) = match of {
            Owner::Project(project) => (
                "project_id",
                project.id,
                self.page(project, &format!("milestones/{}", milestone.iid)),
            ),
            Owner::Group(group) => (
                "group_id",
                group.id,
                format!(
                    "{}/groups/{}/-/milestones/{}",
                    self.base, group.full_path, milestone.iid
                ),
            ),
        };
        json!({
            "id": milestone.id,
            "iid": milestone.iid,
            key: id,
            "title": milestone.title,
            "description": milestone.description,
            "state": if milestone.active { "active" } else { "closed" },
            "created_at": time(milestone.created_at),
            "updated_at": time(milestone.updated_at),
            "due_date": milestone.due_date,
            "start_date": milestone.start_date,
            "expired": false,
            "web_url": address,
        })
    }

    fn milestone_with(self, project: &Project, id: Option<u64>) -> Value {
        let Some(id) = id else { return Value::Null };
        if let Some(found) = project.milestones.iter().find(|m| m.id == id) {
            return self.milestone(found, Owner::Project(project));
        }
        let groups = self.world.group_and_ancestors(project.group_id);
        let mut of_groups = groups
            .iter()
            .flat_map(|group| group.milestones.iter().map(move |m| (*group, m)));
        let found = of_groups.find(|(_, milestone)| milestone.id == id);
        found.map_or(Value::Null, |(group, milestone)| {
            self.milestone(milestone, Owner::Group(group))
        })
    }

    fn label_titles(self, project: &Project, ids: &[u64]) -> Vec<String> {
        let labels = project.labels_of(ids);
        let mut titles: Vec<String> = labels.into_iter().map(|label| label.title).collect();
        titles.sort();
        titles
    }

    /// An issue; `details` shows its labels in full.
    pub fn issue(self, project: &Project, issue: &Issue, details: bool) -> Value {
        let own = format!("/issues/{}", issue.iid);
        let notes = project.notes.iter();
        let notes = notes.filter(|note| note.on == Noteable::Issue(issue.iid));
        let assignees = self.people(&issue.assignee_ids);
        let word = issue.type_name.to_lowercase().replace(' ', "_");
        let labels = if details {
            let labels = project.labels_of(&issue.label_ids);
            labels
                .iter()
                .map(|l| self.label(l, Some(project)))
                .collect()
        } else {
            json!(self.label_titles(project, &issue.label_ids))
        };
        let mut shape = json!({
            "id": issue.id,
            "iid": issue.iid,
            "project_id": project.id,
            "title": issue.title,
            "description": issue.description,
            "state": if issue.open { "opened" } else { "closed" },
            "created_at": time(issue.created_at),
            "updated_at": time(issue.updated_at),
            "closed_at": issue.closed_at.map(time),
            "closed_by": issue.closed_by_id.map(|id| self.person_with(id)),
            "labels": labels,
            "milestone": self.milestone_with(project, issue.milestone_id),
            "assignee": assignees.first(),
            "assignees": assignees,
            "author": self.person_with(issue.author_id),
            "type": word.to_uppercase(),
            "issue_type": word,
            "severity": issue.severity.to_uppercase(),
            "confidential": issue.confidential,
            "user_notes_count": notes.count(),
            "merge_requests_count": 0,
            "upvotes": 0,
            "downvotes": 0,
            "due_date": null,
            "discussion_locked": null,
            "web_url": self.page(project, &format!("issues/{}", issue.iid)),
            "references": references(project, '#', issue.iid),
            "time_stats": time_stats(),
            "task_completion_status": tasks(&issue.description),
            "moved_to_id": null,
        });
        shape["_links"] = json!({
            "self": self.api(project, &own),
            "notes": self.api(project, &format!("{own}/notes")),
            "award_emoji": self.api(project, &format!("{own}/award_emoji")),
            "project": self.api(project, ""),
        });
        shape
    }

    pub fn note(self, project: &Project, note: &Note) -> Value {
        let (kind, id, iid) = match &note.on {
            Noteable::Issue(iid) => {
                let found = project.issues.iter().find(|issue| issue.iid == *iid);
                ("Issue", found.map(|issue| issue.id), Some(*iid))
            }
            Noteable::MergeRequest(iid) => {
                let found = project.merge_requests.iter().find(|mr| mr.iid == *iid);
                ("MergeRequest", found.map(|mr| mr.id), Some(*iid))
            }
            Noteable::Commit(_) => ("Commit", None, None),
            Noteable::Snippet(id) => ("Snippet", Some(*id), None),
        };
        json!({
            "id": note.id,
            "type": null,
            "body": note.text,
            "author": self.person_with(note.author_id),
            "created_at": time(note.at),
            "updated_at": time(note.edited_at.unwrap_or(note.at)),
            "system": false,
            "noteable_id": id,
            "noteable_type": kind,
            "noteable_iid": iid,
            "project_id": project.id,
            "resolvable": false,
            "confidential": note.internal,
            "internal": note.internal,
            "commands_changes": {},
        })
    }
}

/// Whose a milestone is.
#[derive(Clone, Copy)]
pub(super) enum Owner<'a> {
    Project(&'a Project),
    Group(&'a Group),
}

/// The number of a person's own namespace, which no group has.
pub(super) fn user_namespace(user: &User) -> u64 {
    80_000_000 + user.id
}

fn references(project: &Project, sign: char, iid: u64) -> Value {
    json!({
        "short": format!("{sign}{iid}"),
        "relative": format!("{sign}{iid}"),
        "full": format!("{}{sign}{iid}", project.path_with_namespace),
    })
}

fn time_stats() -> Value {
    json!({
        "time_estimate": 0,
        "total_time_spent": 0,
        "human_time_estimate": null,
        "human_total_time_spent": null,
    })
}

/// How many checkboxes there are in the text, and how many of them are ticked.
fn tasks(text: &str) -> Value {
    let boxes = text.lines().filter_map(|line| {
        let line = line.trim_start().strip_prefix(['-', '*', '+'])?;
        line.trim_start().get(..3)
    });
    let boxes: Vec<&str> = boxes
        .filter(|start| ["[ ]", "[x]", "[X]"].contains(start))
        .collect();
    let done = boxes.iter().filter(|start| **start != "[ ]").count();
    json!({ "count": boxes.len(), "completed_count": done })
}
