//! Merge requests.

use super::Try::{By, Never, Types};
use super::{ROW, Row};

pub const ROWS: &[Row] = &[
    Row {
        command: "mr show",
        line: "website mr show 118401",
        denied: By("raj", "harbor mr show 1"),
        not_found: Types("website mr show 999"),
        misread: Types("website mr show !one"),
        ..ROW
    },
    Row {
        command: "mr mine",
        line: "mr mine",
        denied: Never("what one may not see is not among them"),
        not_found: Never("it names nothing"),
        misread: Types("mr mine please"),
        gitlab_slow: By("ben", "mr mine"),
        ..ROW
    },
    Row {
        command: "mr approve",
        line: "website mr approve 118401",
        not_found: Types("website mr approve 999"),
        misread: Types("website mr approve"),
        gitlab_slow: Types("gitlab mr approve 98664"),
        ..ROW
    },
    Row {
        command: "mr unapprove",
        line: "website mr unapprove 118401",
        denied: By("raj", "harbor mr unapprove 1"),
        not_found: Types("website mr unapprove 999"),
        misread: Types("website mr unapprove it"),
        gitlab_slow: Types("gitlab mr unapprove 98664"),
        ..ROW
    },
    Row {
        command: "mr assign",
        line: "website mr assign 118401 to @ben",
        not_found: Types("website mr assign 118401 to @nobody"),
        misread: Types("website mr assign 118401 to ben and mina"),
        gitlab_slow: Types("website mr assign 118401 none"),
        ..ROW
    },
    Row {
        command: "mr close",
        line: "website mr close 118401",
        not_found: Types("website mr close 999"),
        misread: Types("website mr close 118401 now"),
        gitlab_slow: Types("gitlab mr close 98665"),
        ..ROW
    },
    Row {
        command: "mr reopen",
        line: "website mr reopen 118401",
        not_found: Types("website mr reopen 999"),
        misread: Types("website mr reopen"),
        gitlab_slow: Types("gitlab mr reopen 98665"),
        ..ROW
    },
    Row {
        command: "mr merge",
        line: "website mr merge 118401",
        not_found: Types("website mr merge 999"),
        misread: Types("website mr merge 118401 soon"),
        gitlab_slow: Types("gitlab mr merge 98664"),
        ..ROW
    },
];
