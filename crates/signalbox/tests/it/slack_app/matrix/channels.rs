//! What channels hear, and which projects the workspace knows.

use super::Try::{By, Never, Types};
use super::{ROW, Row};

pub const ROWS: &[Row] = &[
    Row {
        command: "subscribe",
        line: "subscribe website issues pipelines",
        denied: By("ben", "subscribe website issues"),
        not_found: Types("subscribe nowhere issues"),
        misread: Types("subscribe website gossip"),
        gitlab_slow: Types("subscribe website all"),
        ..ROW
    },
    Row {
        command: "unsubscribe",
        before: &["subscribe website issues pipelines"],
        line: "unsubscribe website pipelines",
        denied: By("ben", "unsubscribe website"),
        not_found: Types("unsubscribe nowhere"),
        misread: Types("unsubscribe website gossip"),
        gitlab_slow: Types("unsubscribe website"),
        ..ROW
    },
    Row {
        command: "list",
        before: &["subscribe website issues pipelines"],
        line: "list",
        denied: Never("whoever is in the channel may know what it hears"),
        not_found: Types("list 7"),
        misread: Types("list everything"),
        gitlab_down: Never("what a channel hears is kept here"),
        gitlab_slow: Never("what a channel hears is kept here"),
        ..ROW
    },
    Row {
        command: "kinds",
        line: "kinds",
        unlinked: Never("it is the same for everybody"),
        denied: Never("it is the same for everybody"),
        not_found: Never("it names nothing"),
        misread: Types("kinds of events"),
        gitlab_down: Never("it asks GitLab for nothing"),
        gitlab_slow: Never("it asks GitLab for nothing"),
        ..ROW
    },
    Row {
        command: "connect",
        line: "connect gitlab-org/gitlab-runner as runner",
        denied: By("ben", "connect gitlab-org/gitlab-runner"),
        not_found: Types("connect gitlab-org/nothing"),
        misread: Types("connect gitlab-org/gitlab-foss as website"),
        gitlab_slow: Types("connect gitlab-org/gitlab-foss as foss"),
        ..ROW
    },
    Row {
        command: "disconnect",
        line: "disconnect runner",
        denied: By("ben", "disconnect website"),
        not_found: Types("disconnect nowhere"),
        misread: Types("disconnect"),
        gitlab_slow: Types("disconnect foss"),
        ..ROW
    },
    Row {
        command: "projects",
        line: "projects",
        denied: Never("a project is named to those of the workspace that it is connected to"),
        not_found: Types("projects unicorn"),
        misread: Types("projects of the web"),
        gitlab_down: Never("the list is kept here"),
        gitlab_slow: Never("the list is kept here"),
        ..ROW
    },
    Row {
        command: "settings",
        line: "settings",
        denied: Never("everybody may look at them"),
        not_found: Never("it names nothing"),
        misread: Types("settings everything"),
        gitlab_down: Never("settings are kept here"),
        gitlab_slow: Never("settings are kept here"),
        ..ROW
    },
    Row {
        command: "settings project",
        line: "settings project website",
        denied: By("raj", "settings project website"),
        not_found: Types("settings project nowhere"),
        misread: Types("settings project"),
        gitlab_slow: Types("settings project none"),
        ..ROW
    },
];
