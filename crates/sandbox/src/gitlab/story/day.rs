//! The day itself: threads of what belongs together, woven by time.

use std::time::Duration;

use clock::Chance;
use serde_json::Value;

use super::{Step, Story};
use crate::gitlab::Do;

const GITLAB: &str = "gitlab-org/gitlab";
const FOSS: &str = "gitlab-org/gitlab-foss";
const WWW: &str = "gitlab-com/www-gitlab-com";
const RUNNER: &str = "gitlab-org/gitlab-runner";
const PRODUCTION: &str = "gitlab-com/gl-infra/production";
const CHATOPS: &str = "gitlab-com/gl-infra/chatops";
const SECURITY: &str = "gitlab-org/security/gitlab";

/// A day from nine to about six. The same seed gives the same day.
#[must_use]
pub fn day(seed: u64) -> Story {
    let chance = Chance::from_seed(seed);
    let mut steps = Vec::new();
    for (begins, feature) in FEATURES {
        steps.extend(thread(&chance, *begins, self::feature(feature)));
    }
    steps.extend(thread(&chance, 95, incident()));
    steps.extend(thread(&chance, 260, release()));
    steps.extend(thread(&chance, 8, planning()));
    steps.extend(thread(&chance, 200, security()));
    steps.extend(thread(&chance, 330, odds_and_ends()));
    steps.sort_by_key(|step| step.after);
    Story { steps }
}

/// Things that happen one after the other: minutes after the one before, and what.
type Thread = Vec<(u64, Do)>;

fn thread(chance: &Chance, begins: u64, thread: Thread) -> Vec<Step> {
    let mut seconds = begins * 60;
    thread
        .into_iter()
        .map(|(minutes, act)| {
            seconds += minutes * 60 + chance.below(minutes * 30 + 30);
            Step {
                after: Duration::from_secs(seconds),
                act,
            }
        })
        .collect()
}

/// A change from its first commit to production.
struct Feature {
    project: &'static str,
    author: &'static str,
    reviewer: &'static str,
    title: &'static str,
    branch: &'static str,
    description: &'static str,
    label: &'static str,
    /// Its first pipeline fails in this job.
    breaks: Option<&'static str>,
    review: &'static str,
    /// Where it is deployed after the merge.
    environments: &'static [&'static str],
}

const FEATURES: &[(u64, Feature)] = &[
    (
        2,
        Feature {
            project: GITLAB,
            author: "ben",
            reviewer: "ana",
            title: "Thread notifications of one merge request",
            branch: "threaded-notifications",
            description: "## What\n\nAll messages about a merge request go into **one thread**.\n\n\
                - [x] open, merge, close\n- [x] approvals\n- [ ] comments\n\n\
                | before | after |\n|---|---|\n| 9 messages | 1 message, 8 replies |\n\n\
                Closes #381013",
            label: "feature",
            breaks: Some("rspec unit"),
            review: "Works well. One question about the fallback:\n\n```ruby\nthread_ts = \
                message.parent&.ts || root.ts\n```\n\nCan `root` be **nil** for imported projects?",
            environments: &["staging", "production"],
        },
    ),
    (
        40,
        Feature {
            project: GITLAB,
            author: "cleo",
            reviewer: "ben",
            title: "Keep `<!channel>` and :rocket: in titles as text",
            branch: "escape-titles",
            description: "A title such as `<!channel> *deploy* now` must stay *text*.\n\n\
                <!-- reviewers: see the table of injections -->\n\n> Found by @raj",
            label: "bug",
            breaks: None,
            review: "LGTM :tada: I tried `<@U0ANA>`, `[x](javascript:alert(1))` and `a|b>c`.",
            environments: &["staging"],
        },
    ),
    (
        75,
        Feature {
            project: WWW,
            author: "mina",
            reviewer: "ana",
            title: "Handbook: how we roll out a feature flag",
            branch: "rollout-handbook",
            description: "1. Ask in `#production`\n2. Enable it for **one project**\n3. Watch the \
                [dashboards](https://dashboards.example.com/d/rails)\n4. Go on to 25 %",
            label: "documentation",
            breaks: None,
            review: "Great read. Please link the [rollout issue](/gitlab-org/gitlab/-/issues/381012).",
            environments: &["production"],
        },
    ),
    (
        130,
        Feature {
            project: RUNNER,
            author: "cleo",
            reviewer: "ops",
            title: "Resume interrupted cache uploads",
            branch: "resume-cache",
            description: "Uploads go on from the last part instead of beginning anew.\n\nFixes #29301",
            label: "feature",
            breaks: Some("integration arm64"),
            review: "~~Should we retry forever?~~ Never mind, I found the limit in `cache.go`.",
            environments: &[],
        },
    ),
    (
        185,
        Feature {
            project: CHATOPS,
            author: "ops",
            reviewer: "ben",
            title: "Show who set a flag in `feature get`",
            branch: "flag-author",
            description: "So that nobody has to search the log:\n\n```\nproduction: 25 % of actors, \
                set by @ops 2 h ago\n```",
            label: "feature",
            breaks: None,
            review: "Nice. Could the time be absolute? I read it _the next morning_ mostly.",
            environments: &["production"],
        },
    ),
    (
        290,
        Feature {
            project: FOSS,
            author: "ben",
            reviewer: "cleo",
            title: "Sort milestones by due date & title",
            branch: "sort-milestones",
            description: "Small, but asked for since 2019.",
            label: "frontend",
            breaks: Some("jest"),
            review: "Could you add a test for milestones *without* a due date?",
            environments: &[],
        },
    ),
];

fn feature(feature: &Feature) -> Thread {
    let Feature {
        project,
        author,
        reviewer,
        branch,
        ..
    } = *feature;
    let by = |user: &str, what: &str| Do::new(user, project, what);
    let mr = |user: &str, what: &str| by(user, what).with("mr", branch);
    let opened = by(author, "open_mr")
        .with("title", feature.title)
        .with("branch", branch)
        .with("description", feature.description)
        .with("labels", feature.label)
        .with("assignees", author)
        .with("draft", feature.breaks.is_some());
    let pushed = |commits: u64, title: &str| {
        by(author, "push")
            .with("branch", branch)
            .with("commits", commits)
            .with("title", title)
    };
    let mut thread = vec![
        (0, pushed(2, feature.title).with("pipeline", "none")),
        (3, opened),
    ];
    if let Some(job) = feature.breaks {
        thread.push((
            4,
            by(author, "fail_pipeline")
                .with("branch", branch)
                .with("job", job),
        ));
        thread.push((14, pushed(1, &format!("Fix {job}"))));
        thread.push((3, mr(author, "update_mr").with("ready", true)));
    } else {
        thread.push((4, by(author, "pass_pipeline").with("branch", branch)));
    }
    thread.push((2, mr(author, "update_mr").with("reviewers", reviewer)));
    let comment = by(reviewer, "comment").with("item", branch);
    thread.push((17, comment.with("text", feature.review)));
    thread.push((11, pushed(1, "Apply the review").with("pipeline", "none")));
    thread.push((7, mr(reviewer, "approve")));
    thread.push((5, mr("ana", "merge")));
    if project == GITLAB {
        thread.push((9, by("ops", "auto_deploy_branch")));
    }
    for environment in feature.environments {
        let branch_free = by("ops", "deploy").with("environment", *environment);
        thread.push((16, branch_free));
    }
    thread
}

fn incident() -> Thread {
    let by = |user: &str, what: &str| Do::new(user, PRODUCTION, what);
    let title = "Elevated error rate on the web fleet";
    let on_it = |user: &str, text: &str| {
        by(user, "comment")
            .with("on", "issue")
            .with("item", title)
            .with("text", text)
    };
    vec![
        (
            0,
            by("ops", "alert")
                .with("title", "5xx ratio above 2 % for 5 minutes")
                .with("severity", "critical"),
        ),
        (
            2,
            by("ops", "incident")
                .with("title", title)
                .with("severity", "critical")
                .with("assignees", "ops")
                .with(
                    "description",
                    "**Impact**: 4 % of requests fail\n\n**Since**: 10:31 UTC\n\n\
                     - [ ] find the deploy\n- [ ] roll back\n- [ ] tell support",
                ),
        ),
        (3, on_it("ana", "It began with the deploy of `escape-titles`. Rolling back staging first.")),
        (
            4,
            by("ops", "deploy").with("environment", "production").with("status", "failed"),
        ),
        (5, on_it("ops", "The rollback failed on one node:\n\n> `disk full: /var/log`\n\nCleaning up.")),
        (9, by("ops", "deploy").with("environment", "production")),
        (12, on_it("ben", "Error rate is back to **0.02 %** :white_check_mark:")),
        (6, by("ops", "resolve_incident").with("issue", title)),
        (
            20,
            by("ana", "open_issue")
                .with("title", "Review: why did the log fill the disk?")
                .with("labels", "priority::2"),
        ),
        (
            15,
            by("ops", "wiki").with("title", "Runbook: full disks").with(
                "content",
                "## When `/var/log` is full\n\n1. `journalctl --vacuum-size=1G`\n1. Restart the shipper",
            ),
        ),
    ]
}

fn release() -> Thread {
    let by = |user: &str, project: &str, what: &str| Do::new(user, project, what);
    vec![
        (0, by("ops", GITLAB, "tag").with("tag", "v15.8.0-rc42-ee").with("pipeline", "success")),
        (25, by("ops", GITLAB, "deploy").with("environment", "pre")),
        (
            30,
            by("ops", RUNNER, "release").with("tag", "v15.8.0").with("name", "GitLab Runner 15.8").with(
                "description",
                "### New\n\n- Resume interrupted cache uploads (!3792)\n- arm64 helper images\n\n\
                 ### Fixed\n\n- `git clean` no longer removes `.cache`",
            ),
        ),
        (10, by("ops", RUNNER, "emoji").with("on", "mr").with("name", "rocket")),
        (20, by("ana", GITLAB, "milestone").with("title", "15.9")),
        (5, by("ana", FOSS, "cancel_pipeline")),
    ]
}

fn planning() -> Thread {
    let by = |user: &str, project: &str, what: &str| Do::new(user, project, what);
    let issue = "Search ignores & in group names";
    vec![
        (
            0,
            by("mina", GITLAB, "open_issue").with("title", issue).with("labels", "bug").with(
                "description",
                "Searching for `R&D` finds nothing, <R&D> does.\n\n![screen](/uploads/1/screen.png)",
            ),
        ),
        (6, by("ana", GITLAB, "label_issue").with("issue", issue).with("labels", "bug, priority::1")),
        (9, by("cleo", GITLAB, "comment").with("on", "issue").with("item", issue).with(
            "text",
            "@channel not really, but: is anybody on this? I can reproduce it with\n\n\
             1. a group named `A&B`\n2. a search for `A&B`",
        )),
        (4, by("ben", GITLAB, "emoji").with("on", "issue").with("item", issue).with("name", "eyes")),
        (
            18,
            by("ana", GITLAB, "work_item")
                .with("type", "Task")
                .with("title", "Write the release post: <b>bold</b> & honest")
                .with("assignees", "mina"),
        ),
        (30, by("raj", GITLAB, "member").with("member", "cleo").with("access", "Maintainer")),
        (45, by("ben", GITLAB, "close_issue").with("issue", issue)),
        (25, by("mina", GITLAB, "reopen_issue").with("issue", issue)),
        (20, by("ana", GITLAB, "group_mention").with("on", "issue").with("item", issue)),
        (40, by("mina", WWW, "push").with("title", "Fix the broken link on the pricing page")),
    ]
}

fn security() -> Thread {
    let by = |user: &str, what: &str| Do::new(user, SECURITY, what);
    let title = "Token is shown in the job log";
    vec![
        (0, by("raj", "vulnerability").with("severity", "high")),
        (
            8,
            by("raj", "open_issue")
                .with("title", title)
                .with("confidential", true)
                .with("labels", "security, priority::1")
                .with(
                    "description",
                    "Steps are in the **internal** comment below.",
                ),
        ),
        (
            3,
            by("raj", "comment")
                .with("on", "issue")
                .with("item", title)
                .with("internal", true)
                .with("text", "Set `CI_DEBUG_TRACE` and look for `glpat-`."),
        ),
        (
            50,
            Do::new("raj", GITLAB, "access_token").with("name", "nightly-sync"),
        ),
        (35, by("raj", "close_issue").with("issue", title)),
    ]
}

fn odds_and_ends() -> Thread {
    let by = |user: &str, project: &str, what: &str| Do::new(user, project, what);
    let flag = |active: bool| {
        Do::new("ana", GITLAB, "feature_flag")
            .with("name", "new_navigation")
            .with("active", Value::Bool(active))
    };
    vec![
        (0, flag(true)),
        (
            12,
            by("mina", WWW, "pass_pipeline")
                .with("name", "Nightly links")
                .with("warnings", true),
        ),
        (
            9,
            by("cleo", GITLAB, "comment")
                .with("on", "commit")
                .with("text", "Was this meant for `15.8`?"),
        ),
        (14, flag(false)),
        (8, by("ben", CHATOPS, "comment").with("on", "snippet")),
        (
            10,
            by("ops", GITLAB, "subgroup").with("name", "Observability"),
        ),
        (10, by("ops", GITLAB, "user_create")),
        (
            15,
            by("ben", RUNNER, "open_mr").with("title", "<!here> :fire: try *this* | or that >"),
        ),
        (11, by("ben", RUNNER, "close_mr")),
        (
            20,
            by("raj", GITLAB, "deploy_token")
                .with("name", "registry-reader")
                .with("days", 6),
        ),
        (
            30,
            by("ops", GITLAB, "deploy")
                .with("environment", "production")
                .with("status", "canceled"),
        ),
        (
            14,
            by("ops", GITLAB, "deploy").with("environment", "production"),
        ),
    ]
}
