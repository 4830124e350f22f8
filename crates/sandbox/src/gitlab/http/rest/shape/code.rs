//! GitLab's shapes of what is in a repository.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Shape, time};
use crate::gitlab::world::{Branch, Commit, FreezePeriod, Project, Release, Tag};

/// "2026-01-16T05:56:22.000+00:00", as commits say a time.
fn commit_time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S.%3f+00:00").to_string()
}

/// What the last paragraph of a message says in lines such as `Changelog: added`, when it has
/// only such lines and is not the title.
fn trailers(message: &str, shown: impl Fn(&[&str]) -> Value) -> Value {
    let paragraphs = message.trim_end().rsplit_once("\n\n");
    let lines = paragraphs.map_or("", |(_, last)| last).lines();
    let pair = |line| {
        let (key, value) = str::split_once(line, ": ")?;
        let is_key = key.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        is_key.then_some((key, value))
    };
    let Some(pairs) = lines.map(pair).collect::<Option<Vec<_>>>() else {
        return json!({});
    };
    let mut all: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (key, value) in pairs {
        all.entry(key).or_default().push(value);
    }
    let all = all
        .into_iter()
        .map(|(key, values)| (key.to_owned(), shown(&values)));
    Value::Object(all.collect())
}

impl Shape<'_> {
    /// A deploy freeze.
    pub fn freeze_period(self, period: &FreezePeriod) -> Value {
        json!({
            "id": period.id,
            "freeze_start": period.start,
            "freeze_end": period.end,
            "cron_timezone": period.timezone,
            "created_at": time(period.at),
            "updated_at": time(period.at),
        })
    }

    /// A commit as lists and other records show it.
    pub fn commit(self, project: &Project, commit: &Commit) -> Value {
        let author = self.world.user(commit.author_id);
        let (name, email) = author.map_or(("Ghost User", "ghost@example.com"), |user| {
            (user.name.as_str(), user.email.as_str())
        });
        json!({
            "id": commit.sha,
            "short_id": commit.short(),
            "created_at": commit_time(commit.at),
            "parent_ids": commit.parents,
            "title": commit.title(),
            "message": commit.message,
            "author_name": name,
            "author_email": email,
            "authored_date": commit_time(commit.at),
            "committer_name": name,
            "committer_email": email,
            "committed_date": commit_time(commit.at),
            "trailers": trailers(&commit.message, |values| json!(values.last())),
            "extended_trailers": trailers(&commit.message, |values| json!(values)),
            "web_url": self.page(project, &format!("commit/{}", commit.sha)),
        })
    }

    pub fn release(self, project: &Project, release: &Release) -> Value {
        json!({
            "tag_name": release.tag,
            "name": release.name,
            "description": release.description,
            "created_at": time(release.at),
            "released_at": time(release.at),
            "upcoming_release": false,
            "author": self.person_with(release.commit.author_id),
            "commit": self.commit(project, &release.commit),
            "milestones": [],
            "commit_path": format!("/{}/-/commit/{}", project.path_with_namespace, release.commit.sha),
            "tag_path": format!("/{}/-/tags/{}", project.path_with_namespace, release.tag),
            "assets": { "count": 0, "sources": [], "links": [] },
            "evidences": [],
            "_links": { "self": self.page(project, &format!("releases/{}", release.tag)) },
        })
    }

    /// A commit by itself.
    pub fn commit_alone(self, project: &Project, commit: &Commit) -> Value {
        let mut shape = self.commit(project, commit);
        let mut pipelines = project.pipelines.iter().rev();
        let pipeline = pipelines.find(|pipeline| pipeline.commit.sha == commit.sha);
        let (added, removed) = (commit.added.len() * 12, commit.removed.len() * 12);
        let (added, removed) = (
            added + commit.modified.len() * 3,
            removed + commit.modified.len(),
        );
        shape["stats"] = json!({
            "additions": added, "deletions": removed, "total": added + removed,
        });
        shape["status"] = json!(pipeline.map(|pipeline| &pipeline.status));
        shape["last_pipeline"] = json!(pipeline.map(|p| self.pipeline(project, p)));
        shape["project_id"] = json!(project.id);
        shape
    }

    pub fn branch(self, project: &Project, branch: &Branch) -> Value {
        let default = branch.name == project.default_branch;
        let commit = project.commit_named(&branch.sha);
        let in_default = project.branch(&project.default_branch);
        let merged = in_default.is_some_and(|head| project.contains(&head.sha, &branch.sha));
        json!({
            "name": branch.name,
            "commit": commit.map(|commit| self.commit(project, commit)),
            "merged": merged && !default,
            "protected": default,
            "developers_can_push": false,
            "developers_can_merge": false,
            "can_push": true,
            "default": default,
            "web_url": self.page(project, &format!("tree/{}", branch.name)),
        })
    }

    pub fn tag(self, project: &Project, tag: &Tag) -> Value {
        let commit = project.commit_named(&tag.sha);
        let release = project.releases.iter().find(|r| r.tag == tag.name);
        json!({
            "name": tag.name,
            "message": tag.message,
            "target": tag.sha,
            "commit": commit.map(|commit| self.commit(project, commit)),
            "release": release.map(|release| json!({
                "tag_name": release.tag, "description": release.description,
            })),
            "protected": false,
            "created_at": commit.map(|commit| time(commit.at)),
        })
    }

    /// What is on `to` and not on `from`, oldest first.
    pub fn comparison(self, project: &Project, (from, to): (&Commit, &Commit)) -> Value {
        let mut commits = project.between(&from.sha, &to.sha);
        commits.reverse();
        let mut diffs: Vec<Value> = Vec::new();
        for commit in &commits {
            for (paths, new, gone) in [
                (&commit.added, true, false),
                (&commit.modified, false, false),
                (&commit.removed, false, true),
            ] {
                diffs.extend(paths.iter().map(|path| {
                    json!({
                        "old_path": path, "new_path": path, "a_mode": "100644",
                        "b_mode": "100644", "diff": "", "new_file": new,
                        "renamed_file": false, "deleted_file": gone,
                        "collapsed": false, "too_large": false,
                    })
                }));
            }
        }
        let shown: Vec<Value> = commits.iter().map(|c| self.commit(project, c)).collect();
        json!({
            "commit": shown.last(),
            "commits": shown,
            "diffs": diffs,
            "compare_timeout": false,
            "compare_same_ref": from.sha == to.sha,
            "web_url": self.page(project, &format!("compare/{}...{}", from.sha, to.sha)),
        })
    }
}
