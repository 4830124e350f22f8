//! Issues and incidents.

use super::Try::{By, Never, Types};
use super::{ROW, Row};
use crate::slack_app::team::Act;

/// What is there before.
pub const HAPPENED: &[Act] = &[&[
    ("user", "ana"),
    ("project", "gitlab-com/www-gitlab-com"),
    ("what", "open_issue"),
    ("title", "Move the archive"),
]];

pub const ROWS: &[Row] = &[
    Row {
        command: "issue show",
        line: "website issue show 14101",
        denied: By("raj", "harbor issue show 1"),
        not_found: Types("website issue show 999"),
        misread: Types("website issue show fourteen"),
        ..ROW
    },
    Row {
        command: "issue new",
        line: "website issue new The footer overlaps <the text>\nOn narrow screens.\n/label ~bug",
        denied: By("raj", "harbor issue new The footer overlaps"),
        not_found: Types("nowhere issue new The footer overlaps"),
        misread: Types("website issue new"),
        ..ROW
    },
    Row {
        command: "issue search",
        line: "website issue search pricing",
        denied: By("raj", "harbor issue search data"),
        not_found: Types("website issue search unicorn"),
        misread: Types("website issue search"),
        ..ROW
    },
    Row {
        command: "issue comment",
        line: "website issue comment 14101 I can *see* that, too.",
        denied: By("raj", "harbor issue comment 1 Me too."),
        not_found: Types("website issue comment 999 Me too."),
        misread: Types("website issue comment 14101"),
        ..ROW
    },
    Row {
        command: "issue assign",
        line: "website issue assign 14101 to @ben",
        not_found: Types("website issue assign 14101 to @nobody"),
        misread: Types("website issue assign 14101 to ben and mina"),
        gitlab_slow: Types("website issue assign 14101"),
        ..ROW
    },
    Row {
        command: "issue label",
        line: "website issue label 14101 bug, backend",
        not_found: Types("website issue label 14101 unicorn"),
        misread: Types("website issue label 14101"),
        gitlab_slow: Types("website issue label 14101 -bug"),
        ..ROW
    },
    Row {
        command: "issue close",
        line: "website issue close 14101",
        not_found: Types("website issue close 999"),
        misread: Types("website issue close"),
        gitlab_slow: Types("gitlab issue close 381014"),
        ..ROW
    },
    Row {
        command: "issue reopen",
        line: "website issue reopen 14101",
        not_found: Types("website issue reopen gitlab-org/gitlab#1"),
        misread: Types("website issue reopen x#y"),
        gitlab_slow: Types("gitlab issue reopen 381014"),
        ..ROW
    },
    Row {
        command: "issue move",
        line: "website issue move 14102 to gitlab",
        not_found: Types("website issue move 14101 to nowhere/there"),
        misread: Types("website issue move 14101"),
        gitlab_slow: Types("gitlab issue move 381013 website"),
        ..ROW
    },
    Row {
        command: "incident declare",
        line: "website incident declare Checkout is down",
        denied: By("raj", "harbor incident declare The harbor is closed"),
        not_found: Types("nowhere incident declare Checkout is down"),
        misread: Never("whatever follows is the title, and a form asks for it"),
        answers_first: true,
        ..ROW
    },
];
