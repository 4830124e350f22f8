//! One act being performed: the world it changes, who acts, and what it sends.

use clock::Chance;
use domain::EventKind;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};

use super::args::DoError;
use super::payload::Source;
use super::words;
use super::world::{Commit, Issue, MergeRequest, Project, User, World};

/// A webhook that is to be sent.
#[derive(Clone, Debug)]
pub(super) struct Outgoing {
    pub kind: EventKind,
    /// Full path of the project it is about.
    pub project: String,
    pub body: Value,
}

/// What an act works on.
pub(super) struct Scene<'a> {
    pub world: &'a mut World,
    pub chance: &'a Chance,
    pub now: Timestamp,
    pub user: User,
    base: &'a str,
    project: usize,
    sending: Vec<Outgoing>,
    said: Map<String, Value>,
}

impl<'a> Scene<'a> {
    /// The scene of `username` acting in the project with this path or id.
    pub fn set(
        world: &'a mut World,
        base: &'a str,
        chance: &'a Chance,
        now: Timestamp,
        (username, project): (&str, &str),
    ) -> Result<Self, DoError> {
        let user = world
            .user_named(username)
            .cloned()
            .ok_or_else(|| DoError::UnknownValue {
                field: "user".to_owned(),
                value: username.to_owned(),
                allowed: world
                    .users
                    .iter()
                    .map(|user| user.username.clone())
                    .collect(),
            })?;
        let found = world.project(project).map(|project| project.id);
        let project = world
            .projects
            .iter()
            .position(|p| Some(p.id) == found)
            .ok_or_else(|| DoError::UnknownValue {
                field: "project".to_owned(),
                value: project.to_owned(),
                allowed: world
                    .projects
                    .iter()
                    .map(|p| p.path_with_namespace.clone())
                    .collect(),
            })?;
        Ok(Self {
            world,
            chance,
            now,
            user,
            base,
            project,
            sending: Vec::new(),
            said: Map::new(),
        })
    }

    /// What there is to send, in order, and what the answer says beside.
    pub fn finish(mut self) -> (Vec<Outgoing>, Map<String, Value>) {
        self.project_mut().forget_the_oldest();
        (self.sending, self.said)
    }

    pub fn project(&self) -> &Project {
        &self.world.projects[self.project]
    }

    pub fn project_mut(&mut self) -> &mut Project {
        &mut self.world.projects[self.project]
    }

    /// Does something in another project; what it sends is about that one.
    pub fn in_project<T>(&mut self, id: u64, act: impl FnOnce(&mut Self) -> T) -> T {
        let here = self.project;
        let mut projects = self.world.projects.iter();
        self.project = projects.position(|p| p.id == id).unwrap_or(here);
        let made = act(self);
        self.project = here;
        made
    }

    /// Does something as another person.
    pub fn as_person(&mut self, id: u64, act: impl FnOnce(&mut Self)) {
        let Some(other) = self.world.user(id).cloned() else {
            return;
        };
        let own = std::mem::replace(&mut self.user, other);
        act(self);
        self.user = own;
    }

    /// What bodies are built from.
    pub fn source(&self) -> Source<'_> {
        Source {
            base: self.base,
            world: self.world,
            project: self.project(),
            user: &self.user,
            now: self.now,
        }
    }

    /// Queues a webhook.
    pub fn send(&mut self, kind: EventKind, body: Value) {
        let project = self.project().path_with_namespace.clone();
        self.sending.push(Outgoing {
            kind,
            project,
            body,
        });
    }

    /// Puts a fact beside the answer: `"iid": 7`.
    pub fn say(&mut self, key: &str, value: impl Into<Value>) {
        self.said.insert(key.to_owned(), value.into());
    }

    /// The `iid` that the answer says so far.
    pub fn said_iid(&self) -> Value {
        self.said.get("iid").cloned().unwrap_or_default()
    }

    /// Removes another project than the one acted in.
    pub fn remove_project(&mut self, id: u64) {
        let own = self.project().id;
        self.world.projects.retain(|project| project.id != id);
        self.project = self
            .world
            .projects
            .iter()
            .position(|p| p.id == own)
            .unwrap_or(0);
    }

    /// The time so many seconds before now.
    pub fn ago(&self, seconds: u64) -> Timestamp {
        let pause = SignedDuration::from_secs(i64::try_from(seconds).unwrap_or(i64::MAX));
        self.now.saturating_sub(pause).unwrap_or(self.now)
    }

    /// The people with these user names.
    pub fn people(&self, field: &str, usernames: &[String]) -> Result<Vec<u64>, DoError> {
        usernames
            .iter()
            .map(|username| {
                let username = username.trim_start_matches('@');
                self.world
                    .user_named(username)
                    .map(|user| user.id)
                    .ok_or_else(|| DoError::UnknownValue {
                        field: field.to_owned(),
                        value: username.to_owned(),
                        allowed: self
                            .world
                            .users
                            .iter()
                            .map(|u| u.username.clone())
                            .collect(),
                    })
            })
            .collect()
    }

    /// Labels by title; those that are new are made.
    pub fn labels(&mut self, titles: &[String]) -> Vec<u64> {
        titles
            .iter()
            .map(|title| self.label(title.trim_start_matches('~')))
            .collect()
    }

    fn label(&mut self, title: &str) -> u64 {
        if let Some(label) = self
            .project()
            .labels
            .iter()
            .find(|label| label.title == title)
        {
            return label.id;
        }
        let id = self.world.next_id();
        let color = format!("#{:06x}", self.chance.below(0x00ff_ffff));
        self.project_mut().labels.push(super::world::Label {
            id,
            title: title.to_owned(),
            color,
        });
        id
    }

    /// The milestone with this title.
    pub fn milestone(&self, title: &str) -> Result<u64, DoError> {
        let milestones = &self.project().milestones;
        milestones
            .iter()
            .find(|m| m.title == title)
            .map(|m| m.id)
            .ok_or_else(|| DoError::UnknownValue {
                field: "milestone".to_owned(),
                value: title.to_owned(),
                allowed: milestones.iter().map(|m| m.title.clone()).collect(),
            })
    }

    /// A new commit by the acting person on top of `parents`, written `seconds` ago.
    pub fn commit(&mut self, message: String, seconds: u64, parents: Vec<String>) -> Commit {
        let file = words::pick(self.chance, words::FILES).to_owned();
        let spec = format!("spec/{}_spec.rb", words::slug(&file).replace('-', "_"));
        let commit = Commit {
            sha: words::sha(self.chance),
            parents,
            message,
            author_id: self.user.id,
            at: self.ago(seconds),
            added: if self.chance.below(3) == 0 {
                vec![spec]
            } else {
                Vec::new()
            },
            modified: vec![file],
            removed: Vec::new(),
        };
        self.project_mut().commits.push(commit.clone());
        commit
    }

    /// The merge request with this number or source branch, or the newest that `fits`.
    pub fn merge_request(
        &self,
        key: Option<&str>,
        wanted: &str,
        fits: impl Fn(&MergeRequest) -> bool,
    ) -> Result<MergeRequest, DoError> {
        let all = &self.project().merge_requests;
        let path = &self.project().path_with_namespace;
        let Some(key) = key else {
            return all
                .iter()
                .rev()
                .find(|mr| fits(mr))
                .cloned()
                .ok_or_else(|| {
                    let problem = format!("{path} has no {wanted} merge request; make one first");
                    DoError::impossible("mr", problem)
                });
        };
        let number = key.parse().ok();
        let found = all
            .iter()
            .rev()
            .find(|mr| Some(mr.iid) == number || mr.source_branch == key);
        match found {
            Some(mr) if fits(mr) => Ok(mr.clone()),
            Some(mr) => Err(DoError::impossible(
                "mr",
                format!(
                    "!{} is {}, which is not {wanted}",
                    mr.iid,
                    mr.state.name().0
                ),
            )),
            None => Err(DoError::impossible(
                "mr",
                format!("{path} has no merge request {key}"),
            )),
        }
    }

    /// Stores the merge request again.
    pub fn keep_merge_request(&mut self, merge_request: MergeRequest) {
        let all = &mut self.project_mut().merge_requests;
        match all.iter_mut().find(|mr| mr.id == merge_request.id) {
            Some(kept) => *kept = merge_request,
            None => all.push(merge_request),
        }
    }

    /// The issue with this number or title, or the newest that `fits`.
    pub fn issue(
        &self,
        key: Option<&str>,
        wanted: &str,
        fits: impl Fn(&Issue) -> bool,
    ) -> Result<Issue, DoError> {
        let all = &self.project().issues;
        let path = &self.project().path_with_namespace;
        let Some(key) = key else {
            return all
                .iter()
                .rev()
                .find(|issue| fits(issue))
                .cloned()
                .ok_or_else(|| {
                    let problem = format!("{path} has no {wanted}; make one first");
                    DoError::impossible("issue", problem)
                });
        };
        let number = key.parse().ok();
        let found = all
            .iter()
            .rev()
            .find(|issue| Some(issue.iid) == number || issue.title == key);
        match found {
            Some(issue) if fits(issue) => Ok(issue.clone()),
            Some(issue) => Err(DoError::impossible(
                "issue",
                format!("#{} is no {wanted}", issue.iid),
            )),
            None => Err(DoError::impossible(
                "issue",
                format!("{path} has no issue {key}"),
            )),
        }
    }

    /// Stores the issue again.
    pub fn keep_issue(&mut self, issue: Issue) {
        let all = &mut self.project_mut().issues;
        match all.iter_mut().find(|kept| kept.id == issue.id) {
            Some(kept) => *kept = issue,
            None => all.push(issue),
        }
    }
}

/// The highest number so far and one.
pub(super) fn next_iid(iids: impl Iterator<Item = u64>) -> u64 {
    iids.max().unwrap_or(0) + 1
}
