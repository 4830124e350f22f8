//! Who somebody is, and what can be typed.

use super::Try::{By, Never, Types};
use super::{ROW, Row};

pub const ROWS: &[Row] = &[
    Row {
        command: "whoami",
        line: "whoami",
        denied: By("raj", "whoami"),
        not_found: Never("it names nothing"),
        misread: Types("whoami really"),
        gitlab_down: Never("who has linked which account is kept here"),
        gitlab_slow: Never("who has linked which account is kept here"),
        ..ROW
    },
    Row {
        command: "help",
        line: "help",
        unlinked: Never("it is the same for everybody"),
        denied: Never("it is the same for everybody"),
        not_found: Types("help unicorn"),
        misread: Types("isue shwo 12"),
        gitlab_down: Never("it asks GitLab for nothing"),
        gitlab_slow: Never("it asks GitLab for nothing"),
        ..ROW
    },
    Row {
        command: "link",
        line: "link",
        denied: Never("everybody may say who they are"),
        not_found: Never("it names nothing"),
        misread: Types("link me"),
        gitlab_down: Never("GitLab is asked in the browser"),
        gitlab_slow: Never("GitLab is asked in the browser"),
        ..ROW
    },
    Row {
        command: "unlink",
        line: "unlink",
        denied: Never("the link is one's own"),
        not_found: Never("it names nothing"),
        misread: Types("unlink ben"),
        gitlab_down: By("ben", "unlink"),
        gitlab_slow: By("raj", "unlink"),
        ..ROW
    },
];
