//! GitLab's shapes of what is planned: labels, milestones, issues and comments.

use serde_json::{Value, json};

use super::{Shape, time};
use crate::gitlab::world::{Group, Issue, Label, Milestone, Note, Noteable, Project};

/// Whose a milestone is.
#[derive(Clone, Copy)]
pub(in super::super) enum Owner<'a> {
    Project(&'a Project),
    Group(&'a Group),
}

impl Shape<'_> {
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

    pub(super) fn milestone_with(self, project: &Project, id: Option<u64>) -> Value {
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

    pub(super) fn label_titles(self, project: &Project, ids: &[u64]) -> Vec<String> {
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
            "upvotes": votes(project, &Noteable::Issue(issue.iid), "thumbsup"),
            "downvotes": votes(project, &Noteable::Issue(issue.iid), "thumbsdown"),
            "due_date": issue.due_date,
            "discussion_locked": null,
            "web_url": self.page(project, &format!("issues/{}", issue.iid)),
            "references": references(project, '#', issue.iid),
            "time_stats": time_stats(),
            "task_completion_status": tasks(&issue.description),
            "moved_to_id": issue.moved_to_id,
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

/// How many people gave it this reaction.
pub(super) fn votes(project: &Project, on: &Noteable, name: &str) -> usize {
    let awards = project.awards.iter();
    let same = awards.filter(|award| award.on == *on && award.name == name);
    same.filter(|award| award.note_id.is_none()).count()
}

pub(super) fn references(project: &Project, sign: char, iid: u64) -> Value {
    json!({
        "short": format!("{sign}{iid}"),
        "relative": format!("{sign}{iid}"),
        "full": format!("{}{sign}{iid}", project.path_with_namespace),
    })
}

pub(super) fn time_stats() -> Value {
    json!({
        "time_estimate": 0,
        "total_time_spent": 0,
        "human_time_estimate": null,
        "human_total_time_spent": null,
    })
}

/// How many checkboxes there are in the text, and how many of them are ticked.
pub(super) fn tasks(text: &str) -> Value {
    let tasks = crate::gitlab::tasks::tasks(text);
    let done = tasks.iter().filter(|task| task.done).count();
    json!({ "count": tasks.len(), "completed_count": done })
}
