//! The people and projects that a new sandbox begins with.

mod members;
mod private;
mod projects;
mod rollout;

use clock::Chance;
use jiff::{SignedDuration, Timestamp};

use super::words;
use super::world::{
    Branch, Commit, Environment, Group, Label, MergeRules, PersonState, Project, User, Visibility,
    World,
};

use projects::PROJECTS;

pub(super) use projects::PRODUCTION;
pub(super) use rollout::INSTANCE;

/// Where the merge request is whose feature the demo rolls out, and its number.
pub(super) const FEATURE_PROJECT: &str = "gitlab-org/gitlab";
pub(super) const FEATURE: u64 = 98_663;

/// Who administers the instance.
const ADMINISTRATOR: &str = "ops";

/// Ids of new records begin above those of the seeded people, groups and projects.
const FIRST_ID: u64 = 90_000_000;

/// The demo's GitLab at its start.
pub(super) fn world(chance: &Chance, now: Timestamp) -> World {
    let mut world = World {
        last_id: FIRST_ID,
        users: users(),
        groups: groups(),
        ..World::default()
    };
    for seed in PROJECTS {
        let project = projects::project(&mut world, seed, chance, now);
        world.projects.push(project);
    }
    rollout::add_the_rollout(&mut world, chance, now);
    private::add_the_waiting_deployment(&mut world, now);
    complete(&mut world);
    private::add_the_private_project(&mut world, now);
    world
}

/// Adds what states of older versions lack: members, an administrator, the services' health, the
/// commits' history, templates of issues.
pub(super) fn complete(world: &mut World) {
    if world.users.iter().all(|user| !user.admin) {
        for user in &mut world.users {
            user.admin = user.username == ADMINISTRATOR;
        }
    }
    if world.groups.iter().all(|group| group.members.is_empty()) {
        members::add_the_members(world);
    }
    if world.health.is_empty() {
        world.health = SERVICES.map(|service| (service.to_owned(), 1)).into();
    }
    for project in &mut world.projects {
        project.link_old_commits();
    }
    private::add_the_templates(world);
}

/// What the monitoring watches.
const SERVICES: [&str; 5] = ["api", "git", "registry", "sidekiq", "web"];

fn users() -> Vec<User> {
    let user = |id, username: &str, name: &str, role: &str| User {
        id,
        username: username.to_owned(),
        name: name.to_owned(),
        email: format!("{username}@example.com"),
        role: role.to_owned(),
        state: PersonState::Active,
        admin: username == ADMINISTRATOR,
    };
    vec![
        user(101, "ana", "Ana Almeida", "maintainer"),
        user(102, "ben", "Ben Berger", "developer"),
        user(103, "ops", "Olu Opsahl", "release engineer"),
        user(104, "cleo", "Cleo Castellan", "developer"),
        user(105, "mina", "Mina Moreau", "technical writer"),
        user(106, "raj", "Raj Rao", "security engineer"),
    ]
}

fn groups() -> Vec<Group> {
    let group = |id, name: &str, full_path: &str, parent_id| Group {
        id,
        name: name.to_owned(),
        full_path: full_path.to_owned(),
        parent_id,
        milestones: Vec::new(),
        members: Vec::new(),
    };
    vec![
        group(9970, "GitLab.org", "gitlab-org", None),
        group(6543, "GitLab.com", "gitlab-com", None),
        group(
            1_112_072,
            "GitLab Infrastructure Team",
            "gitlab-com/gl-infra",
            Some(6543),
        ),
        group(
            2_750_817,
            "GitLab Security",
            "gitlab-org/security",
            Some(9970),
        ),
    ]
}

/// A new project with one commit on its default branch.
pub(super) fn empty_project(
    world: &mut World,
    group: &Group,
    name: &str,
    chance: &Chance,
    now: Timestamp,
) -> Project {
    let id = world.next_id();
    let author = world.users.first().map_or(0, |user| user.id);
    let commit = Commit {
        sha: words::sha(chance),
        parents: Vec::new(),
        message: "Initial commit".to_owned(),
        author_id: author,
        at: now
            .saturating_sub(SignedDuration::from_hours(24 * 30))
            .unwrap_or(now),
        added: vec!["README.md".to_owned()],
        modified: Vec::new(),
        removed: Vec::new(),
    };
    Project {
        id,
        name: name.to_owned(),
        namespace: group.name.clone(),
        group_id: group.id,
        path_with_namespace: format!("{}/{}", group.full_path, words::slug(name)),
        description: String::new(),
        visibility: Visibility::Public,
        default_branch: "main".to_owned(),
        branches: vec![Branch {
            name: "main".to_owned(),
            sha: commit.sha.clone(),
        }],
        tags: Vec::new(),
        labels: labels(world),
        commits: vec![commit],
        merge_requests: Vec::new(),
        issues: Vec::new(),
        pipelines: Vec::new(),
        environments: ["staging", "production"].map(Environment::named).to_vec(),
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

fn labels(world: &mut World) -> Vec<Label> {
    [
        ("bug", "#d9534f"),
        ("feature", "#1f75cb"),
        ("documentation", "#5cb85c"),
        ("backend", "#7f8c8d"),
        ("frontend", "#8e44ad"),
        ("security", "#c0392b"),
        ("priority::1", "#cc0000"),
        ("priority::2", "#e67e22"),
        ("group::integrations", "#34495e"),
    ]
    .into_iter()
    .map(|(title, color)| Label {
        id: world.next_id(),
        title: title.to_owned(),
        color: color.to_owned(),
    })
    .collect()
}
