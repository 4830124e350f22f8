//! GitLab's shapes of people, groups, namespaces and projects.

use serde_json::{Value, json};

use super::{Shape, time};
use crate::gitlab::world::{Access, Group, Project, User, Visibility};

impl Shape<'_> {
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
        shape["namespace_id"] = json!(user_namespace(user));
        if own {
            shape["email"] = json!(user.email);
            shape["commit_email"] = json!(user.email);
            shape["two_factor_enabled"] = json!(true);
            shape["external"] = json!(false);
            // Who administers nothing does not get the field at all.
            if user.admin {
                shape["is_admin"] = json!(true);
            }
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

    /// A project as one person gets it, who may do some things there.
    pub fn project_for(self, project: &Project, user_id: u64) -> Value {
        let level = |access: Option<Access>| {
            let level = access.map(Access::level);
            level.map(|level| json!({ "access_level": level, "notification_level": 3 }))
        };
        let mut own = project.members.iter();
        let own = own.find(|member| member.user_id == user_id);
        let of_group = self.world.membership(user_id, project.group_id);
        let mut shape = self.project(project);
        shape["permissions"] = json!({
            "project_access": level(own.map(|member| member.access)),
            "group_access": level(of_group),
        });
        shape["only_allow_merge_if_pipeline_succeeds"] =
            json!(project.merge_rules.pipeline_must_pass);
        shape["approvals_before_merge"] = json!(project.merge_rules.approvals);
        shape
    }

    /// A project as `simple` asks for it.
    pub fn project_in_short(self, project: &Project) -> Value {
        let mut shape = self.project(project);
        if let Value::Object(fields) = &mut shape {
            fields.retain(|name, _| {
                let left_out = ["visibility", "archived", "empty_repo", "merge_method"];
                !left_out.contains(&name.as_str())
                    && !name.ends_with("_enabled")
                    && name != "open_issues_count"
                    && name != "public_jobs"
            });
        }
        shape
    }

    pub fn project(self, project: &Project) -> Value {
        let path = &project.path_with_namespace;
        let host = self.base.split("://").last().unwrap_or_default();
        let host = host.split(['/', ':']).next().unwrap_or_default();
        let created_at = project.commits.iter().map(|commit| commit.at).min();
        let touched = project.last_activity();
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
}

/// The number of a person's own namespace, which no group has.
pub(in super::super) fn user_namespace(user: &User) -> u64 {
    80_000_000 + user.id
}
