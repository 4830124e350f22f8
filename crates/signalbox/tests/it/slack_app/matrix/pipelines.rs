//! Pipelines, deployments and ChatOps jobs.

use super::Try::{By, Never, Types};
use super::{ROW, Row};
use crate::slack_app::team::Act;

/// What is there before.
pub const HAPPENED: &[Act] = &[
    &[
        ("user", "ana"),
        ("project", "gitlab-com/www-gitlab-com"),
        ("what", "new_branch"),
        ("branch", "topic"),
    ],
    &[
        ("user", "ana"),
        ("project", "gitlab-com/www-gitlab-com"),
        ("what", "fail_pipeline"),
        ("branch", "topic"),
    ],
    &[
        ("user", "ana"),
        ("project", "gitlab-org/gitlab"),
        ("what", "fail_pipeline"),
    ],
];

pub const ROWS: &[Row] = &[
    Row {
        command: "pipeline show",
        line: "website pipeline show topic",
        denied: By("raj", "harbor pipeline show"),
        not_found: Types("website pipeline show 999"),
        misread: Types("website pipeline show topic please"),
        gitlab_slow: Types("gitlab pipeline"),
        ..ROW
    },
    Row {
        command: "pipeline list",
        line: "website pipeline list",
        denied: By("raj", "harbor pipeline list"),
        not_found: Types("website pipeline list nothing"),
        misread: Types("website pipeline list of topic"),
        ..ROW
    },
    Row {
        command: "pipeline retry",
        line: "website pipeline retry topic",
        not_found: Types("website pipeline retry 999"),
        misread: Types("website pipeline retry topic please"),
        gitlab_slow: Types("gitlab pipeline retry master"),
        ..ROW
    },
    Row {
        command: "pipeline cancel",
        line: "website pipeline cancel topic",
        not_found: Types("website pipeline cancel nothing"),
        misread: Types("website pipeline cancel"),
        gitlab_slow: Types("gitlab pipeline cancel master"),
        ..ROW
    },
    Row {
        command: "deploy",
        line: "website deploy staging to production",
        not_found: Types("website deploy staging to nowhere"),
        misread: Types("website deploy production"),
        gitlab_slow: Types("website deploy dev to production"),
        ..ROW
    },
    Row {
        command: "run",
        line: "chatops run eslint app/models --fix",
        not_found: Types("chatops run nothing"),
        misread: Types("chatops run"),
        gitlab_slow: Never("whoever runs a job always waits for it, as the first picture shows"),
        ends: Some(&[
            ("user", "ana"),
            ("project", "gitlab-com/gl-infra/chatops"),
            ("what", "pass_pipeline"),
        ]),
        ..ROW
    },
];
