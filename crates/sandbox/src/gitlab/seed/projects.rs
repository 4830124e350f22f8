//! The projects that a new sandbox begins with.

use clock::Chance;
use jiff::{SignedDuration, Timestamp};

use crate::gitlab::words;
use crate::gitlab::world::{
    Branch, Commit, Environment, Flag, Issue, MergeRequest, MergeRequestState, MergeRules, Project,
    Release, Snippet, Tag, Visibility, WikiPage, World,
};

/// What a seeded project is made from.
pub(in crate::gitlab) struct SeedProject {
    id: u64,
    path: &'static str,
    name: &'static str,
    description: &'static str,
    group_id: u64,
    visibility: Visibility,
    default_branch: &'static str,
    /// The numbers that its merge requests and issues go on from.
    iids: (u64, u64),
    tag: &'static str,
    /// Title, branch, author, draft.
    merge_requests: &'static [(&'static str, &'static str, &'static str, bool)],
    issues: &'static [&'static str],
}

pub(super) const GITLAB: u64 = 278_964;
/// The tracker of incidents and changes.
pub(in crate::gitlab) const PRODUCTION: u64 = 7_444_821;
/// The company's website.
pub(super) const WEBSITE: u64 = 7764;
const FLAG_LOG: u64 = 15_208_716;

pub(in crate::gitlab) const PROJECTS: &[SeedProject] = &[
    SeedProject {
        id: GITLAB,
        path: "gitlab-org/gitlab",
        name: "GitLab",
        description: "Open source end-to-end software development platform",
        group_id: 9970,
        visibility: Visibility::Public,
        default_branch: "master",
        iids: (98_663, 381_012),
        tag: "v15.7.3-ee",
        merge_requests: &[
            (
                "Show deployment status in merge widget",
                "deployment-status-widget",
                "ben",
                false,
            ),
            ("Retry webhooks with jitter", "webhook-jitter", "cleo", true),
        ],
        issues: &[
            "Slash command answers twice on slow networks",
            "Webhook log lacks the response time",
        ],
    },
    SeedProject {
        id: 13_083,
        path: "gitlab-org/gitlab-foss",
        name: "GitLab FOSS",
        description: "Read-only mirror of GitLab without proprietary code",
        group_id: 9970,
        visibility: Visibility::Public,
        default_branch: "master",
        iids: (33_101, 69_001),
        tag: "v15.7.3",
        merge_requests: &[(
            "Sync translations from Crowdin",
            "sync-translations",
            "mina",
            false,
        )],
        issues: &["Mirror lags behind by a day"],
    },
    SeedProject {
        id: WEBSITE,
        path: "gitlab-com/www-gitlab-com",
        name: "www-gitlab-com",
        description: "The company website and handbook",
        group_id: 6543,
        visibility: Visibility::Public,
        default_branch: "master",
        iids: (118_400, 14_100),
        tag: "2023-01-04",
        merge_requests: &[(
            "Add the integrations group page",
            "integrations-page",
            "mina",
            false,
        )],
        issues: &["Broken link on the pricing page"],
    },
    SeedProject {
        id: 250_833,
        path: "gitlab-org/gitlab-runner",
        name: "GitLab Runner",
        description: "Runs CI jobs and sends the results back",
        group_id: 9970,
        visibility: Visibility::Public,
        default_branch: "main",
        iids: (3_790, 29_300),
        tag: "v15.7.2",
        merge_requests: &[("Support arm64 helper images", "arm64-helper", "cleo", false)],
        issues: &["Cache upload is not resumed"],
    },
    SeedProject {
        id: PRODUCTION,
        path: "gitlab-com/gl-infra/production",
        name: "Production",
        description: "Incidents and changes of the production environment",
        group_id: 1_112_072,
        visibility: Visibility::Public,
        default_branch: "main",
        iids: (140, 8_180),
        tag: "v0.9.4",
        merge_requests: &[(
            "Raise the Sidekiq memory limit",
            "sidekiq-memory",
            "ops",
            false,
        )],
        issues: &["Change request: rotate the registry certificates"],
    },
    SeedProject {
        id: FLAG_LOG,
        path: "gitlab-com/gl-infra/feature-flag-log",
        name: "Feature flag log",
        description: "One closed issue for every change of a feature flag",
        group_id: 1_112_072,
        visibility: Visibility::Public,
        default_branch: "main",
        iids: (0, 0),
        tag: "",
        merge_requests: &[],
        issues: &[],
    },
    SeedProject {
        id: 12_547_113,
        path: "gitlab-com/gl-infra/chatops",
        name: "ChatOps",
        description: "Commands that people run from Slack",
        group_id: 1_112_072,
        visibility: Visibility::Internal,
        default_branch: "main",
        iids: (612, 240),
        tag: "v3.2.0",
        merge_requests: &[(
            "Accept several projects in feature set",
            "many-projects",
            "ops",
            false,
        )],
        issues: &["feature list should show the group"],
    },
    SeedProject {
        id: 15_642_544,
        path: "gitlab-org/security/gitlab",
        name: "GitLab Security",
        description: "Security fixes before they are published",
        group_id: 2_750_817,
        visibility: Visibility::Private,
        default_branch: "master",
        iids: (2_980, 700),
        tag: "v15.7.2-security",
        merge_requests: &[(
            "Limit the size of webhook headers",
            "webhook-header-size",
            "raj",
            false,
        )],
        issues: &["Review the token rotation"],
    },
];

pub(super) fn ago(now: Timestamp, hours: i64) -> Timestamp {
    now.saturating_sub(SignedDuration::from_hours(hours))
        .unwrap_or(now)
}

pub(super) fn id_of(world: &World, username: &str) -> u64 {
    world.user_named(username).map_or(0, |user| user.id)
}

/// A project in the middle of its life.
pub(super) fn project(
    world: &mut World,
    seed: &SeedProject,
    chance: &Chance,
    now: Timestamp,
) -> Project {
    let mut project = about(world, seed, now);
    let first = commit(
        chance,
        "Initial commit",
        id_of(world, "ana"),
        ago(now, 24 * 90),
        "README.md",
    );
    let mut parent = first.sha.clone();
    project.commits.push(first);
    for (index, message) in words::CHANGES.iter().take(3).enumerate() {
        let hours = 70 - 20 * i64::try_from(index).unwrap_or(0);
        let author = ["ana", "ben", "cleo"][index % 3];
        let author_id = id_of(world, author);
        let at = ago(now, hours);
        let file = words::pick(chance, words::FILES);
        let commit = on(&parent, commit(chance, message, author_id, at, file));
        parent.clone_from(&commit.sha);
        project.commits.push(commit);
    }
    if let Some(head) = project.commits.last().cloned() {
        project.set_branch(seed.default_branch, &head.sha);
    }
    if let Some(head) = project.commits.last().filter(|_| !seed.tag.is_empty()) {
        let head = head.clone();
        let message = format!("Version {}", seed.tag);
        project.tags = vec![Tag {
            name: seed.tag.to_owned(),
            sha: head.sha.clone(),
            message,
        }];
        project.releases = vec![Release {
            id: world.next_id(),
            tag: seed.tag.to_owned(),
            name: format!("{} {}", seed.name, seed.tag),
            description: "Bug fixes and small improvements".to_owned(),
            commit: head,
            at: ago(now, 30),
        }];
    }
    for (index, (title, branch, author, draft)) in seed.merge_requests.iter().enumerate() {
        let iid = seed.iids.0 + index as u64 + 1;
        let author_id = id_of(world, author);
        let last = commit(
            chance,
            title,
            author_id,
            ago(now, 5),
            words::pick(chance, words::FILES),
        );
        let last = on(&parent, last);
        project.commits.push(last.clone());
        project.branches.push(Branch {
            name: (*branch).to_owned(),
            sha: last.sha.clone(),
        });
        let id = world.next_id();
        let mut merge_request = merge_request((id, iid), title, branch, last);
        merge_request.draft = *draft;
        merge_request.target_branch = seed.default_branch.to_owned();
        project.merge_requests.push(merge_request);
    }
    for (index, title) in seed.issues.iter().enumerate() {
        let iid = seed.iids.1 + index as u64 + 1;
        let author_id = id_of(world, "ben");
        project.issues.push(issue(
            (world.next_id(), iid),
            title,
            author_id,
            ago(now, 26),
        ));
    }
    project
}

/// The project without its history.
fn about(world: &mut World, seed: &SeedProject, now: Timestamp) -> Project {
    let labels = super::labels(world);
    let author_id = id_of(world, "ana");
    Project {
        id: seed.id,
        name: seed.name.to_owned(),
        namespace: world
            .group(seed.group_id)
            .map(|g| g.name.clone())
            .unwrap_or_default(),
        group_id: seed.group_id,
        path_with_namespace: seed.path.to_owned(),
        description: seed.description.to_owned(),
        visibility: seed.visibility,
        default_branch: seed.default_branch.to_owned(),
        branches: Vec::new(),
        tags: Vec::new(),
        labels,
        commits: Vec::new(),
        merge_requests: Vec::new(),
        issues: Vec::new(),
        pipelines: Vec::new(),
        environments: ["staging", "production"].map(Environment::named).to_vec(),
        deployments: Vec::new(),
        releases: Vec::new(),
        milestones: Vec::new(),
        flags: vec![Flag {
            id: world.next_id(),
            name: "new_navigation".to_owned(),
            description: "The redesigned sidebar".to_owned(),
            active: false,
        }],
        wiki: vec![WikiPage {
            slug: "home".to_owned(),
            title: "Home".to_owned(),
            content: "Welcome to the wiki.".to_owned(),
            version: "0".repeat(40),
        }],
        snippets: vec![Snippet {
            id: world.next_id(),
            title: "Find slow queries".to_owned(),
            description: "Run it on a replica".to_owned(),
            file_name: "slow.sql".to_owned(),
            content: "SELECT * FROM pg_stat_statements ORDER BY mean_exec_time DESC;".to_owned(),
            author_id,
            at: ago(now, 400),
        }],
        notes: Vec::new(),
        files: Vec::new(),
        members: Vec::new(),
        awards: Vec::new(),
        merge_rules: MergeRules::default(),
        freeze_periods: Vec::new(),
    }
}

pub(super) fn commit(
    chance: &Chance,
    message: &str,
    author_id: u64,
    at: Timestamp,
    file: &str,
) -> Commit {
    Commit {
        sha: words::sha(chance),
        parents: Vec::new(),
        message: message.to_owned(),
        author_id,
        at,
        added: Vec::new(),
        modified: vec![file.to_owned()],
        removed: Vec::new(),
    }
}

/// The same commit on top of another.
pub(super) fn on(parent: &str, mut commit: Commit) -> Commit {
    commit.parents = vec![parent.to_owned()];
    commit
}

pub(super) fn merge_request(
    (id, iid): (u64, u64),
    title: &str,
    branch: &str,
    last_commit: Commit,
) -> MergeRequest {
    MergeRequest {
        id,
        iid,
        title: title.to_owned(),
        description: String::new(),
        draft: false,
        state: MergeRequestState::Opened,
        source_branch: branch.to_owned(),
        target_branch: String::new(),
        author_id: last_commit.author_id,
        assignee_ids: vec![last_commit.author_id],
        reviewers: Vec::new(),
        approved_by: Vec::new(),
        label_ids: Vec::new(),
        milestone_id: None,
        created_at: last_commit.at,
        updated_at: last_commit.at,
        last_commit,
        merge_commit_sha: None,
        squash_commit_sha: None,
        merged_at: None,
        merge_user_id: None,
        head_pipeline_id: None,
        conflicts: false,
        auto_merge_by: None,
        keep_branch: false,
    }
}

pub(super) fn issue((id, iid): (u64, u64), title: &str, author_id: u64, at: Timestamp) -> Issue {
    Issue {
        id,
        iid,
        type_name: "Issue".to_owned(),
        title: title.to_owned(),
        description: String::new(),
        confidential: false,
        open: true,
        severity: "unknown".to_owned(),
        author_id,
        assignee_ids: Vec::new(),
        label_ids: Vec::new(),
        milestone_id: None,
        created_at: at,
        updated_at: at,
        closed_at: None,
        closed_by_id: None,
        moved_to_id: None,
        zoom: None,
        due_date: None,
        escalation_status: None,
    }
}
