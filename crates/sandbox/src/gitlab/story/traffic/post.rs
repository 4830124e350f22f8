//! What a sample project sends: a push, now and then a new issue.

use clock::Chance;
use domain::EventKind;
use jiff::Timestamp;
use serde_json::{Map, Value};

use super::Sample;
use crate::gitlab::payload::{Moved, RefMove, Source, issue, push};
use crate::gitlab::scene::Outgoing;
use crate::gitlab::world::{Commit, Issue, MergeRules, Project, User, Visibility, World};
use crate::gitlab::{GitLabSandbox, words};

/// One in so many is an issue.
const ISSUE_OF: u64 = 5;
const BRANCH: &str = "main";

impl GitLabSandbox {
    /// Sends one webhook of the sample project to every hook that wants it.
    pub(super) async fn post_of_sample(&self, sample: &Sample, number: u64) {
        let outgoing = {
            let state = self.lock();
            let Some(user) = state.world.users.first() else {
                return;
            };
            Posting {
                sample,
                number,
                world: &state.world,
                user,
                base: &self.options.public_url,
                chance: &self.options.chance,
                now: self.options.clock.now(),
            }
            .outgoing()
        };
        for index in 0..self.options.hooks.len() {
            self.send(index, &outgoing).await;
        }
    }
}

struct Posting<'a> {
    sample: &'a Sample,
    number: u64,
    world: &'a World,
    user: &'a User,
    base: &'a str,
    chance: &'a Chance,
    now: Timestamp,
}

impl Posting<'_> {
    fn outgoing(&self) -> Outgoing {
        let project = self.project();
        let source = Source {
            base: self.base,
            world: self.world,
            project: &project,
            user: self.user,
            now: self.now,
        };
        let (kind, body) = if self.number.is_multiple_of(ISSUE_OF) {
            (EventKind::Issue, self.issue(source))
        } else {
            (EventKind::Push, self.push(source))
        };
        Outgoing {
            kind,
            project: self.sample.path.clone(),
            body,
        }
    }

    fn push(&self, source: Source<'_>) -> Value {
        let before = words::sha(self.chance);
        let message = words::pick(self.chance, words::CHANGES);
        let commit = Commit {
            sha: words::sha(self.chance),
            parents: vec![before.clone()],
            message: format!("{message} (step {})", self.number),
            author_id: self.user.id,
            at: self.now,
            added: Vec::new(),
            modified: vec![words::pick(self.chance, words::FILES).to_owned()],
            removed: Vec::new(),
        };
        let moved = Moved {
            git_ref: RefMove::Branch(BRANCH),
            before: Some(&before),
            after: Some(&commit.sha),
            commits: std::slice::from_ref(&commit),
        };
        push(source, &moved)
    }

    fn issue(&self, source: Source<'_>) -> Value {
        let title = words::pick(self.chance, words::ISSUES);
        let new = Issue {
            id: self.sample.id * 1_000 + self.number,
            iid: self.number,
            type_name: "Issue".to_owned(),
            title: format!("{title} (step {})", self.number),
            description: String::new(),
            confidential: false,
            open: true,
            severity: "unknown".to_owned(),
            author_id: self.user.id,
            assignee_ids: Vec::new(),
            label_ids: Vec::new(),
            milestone_id: None,
            created_at: self.now,
            updated_at: self.now,
            closed_at: None,
            closed_by_id: None,
            moved_to_id: None,
            zoom: None,
            due_date: None,
            escalation_status: None,
        };
        issue(source, &new, "open", &Map::new())
    }

    /// The project as its webhooks show it; it has no history of its own.
    fn project(&self) -> Project {
        Project {
            id: self.sample.id,
            name: self.sample.name.clone(),
            namespace: format!("Samples of team {}", self.sample.team),
            group_id: 0,
            path_with_namespace: self.sample.path.clone(),
            description: String::new(),
            visibility: Visibility::Private,
            default_branch: BRANCH.to_owned(),
            branches: Vec::new(),
            tags: Vec::new(),
            labels: Vec::new(),
            commits: Vec::new(),
            merge_requests: Vec::new(),
            issues: Vec::new(),
            pipelines: Vec::new(),
            environments: Vec::new(),
            deployments: Vec::new(),
            releases: Vec::new(),
            milestones: Vec::new(),
            flags: Vec::new(),
            wiki: Vec::new(),
            snippets: Vec::new(),
            notes: Vec::new(),
            files: Vec::new(),
            members: Vec::new(),
            awards: Vec::new(),
            merge_rules: MergeRules::default(),
            freeze_periods: Vec::new(),
        }
    }
}
