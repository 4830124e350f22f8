//! Quick actions: lines such as `/label ~bug`.
//!
//! GitLab carries them out and takes them out of the text, so one that is still there was not
//! carried out: it is shown, as code.

/// The names that GitLab knows.
const NAMES: &[&str] = &[
    "add_child",
    "add_contacts",
    "add_email",
    "add_parent",
    "approve",
    "assign",
    "assign_reviewer",
    "award",
    "blocked_by",
    "blocks",
    "board_move",
    "cc",
    "clear_health_status",
    "clear_weight",
    "clone",
    "close",
    "confidential",
    "convert_to_ticket",
    "copy_metadata",
    "create_merge_request",
    "done",
    "draft",
    "due",
    "duplicate",
    "epic",
    "estimate",
    "health_status",
    "iteration",
    "label",
    "labels",
    "link",
    "lock",
    "merge",
    "milestone",
    "move",
    "page",
    "parent_epic",
    "promote",
    "promote_to",
    "promote_to_incident",
    "publish",
    "react",
    "ready",
    "reassign",
    "reassign_reviewer",
    "rebase",
    "relabel",
    "relate",
    "remove_child",
    "remove_contacts",
    "remove_due_date",
    "remove_email",
    "remove_epic",
    "remove_estimate",
    "remove_iteration",
    "remove_milestone",
    "remove_parent",
    "remove_parent_epic",
    "remove_time_spent",
    "remove_zoom",
    "reopen",
    "request_changes",
    "request_review",
    "reviewer",
    "set_parent",
    "severity",
    "shrug",
    "spend",
    "spend_time",
    "spent",
    "subscribe",
    "submit_review",
    "tableflip",
    "tag",
    "target_branch",
    "timeline",
    "title",
    "todo",
    "type",
    "unapprove",
    "unassign",
    "unassign_reviewer",
    "unlabel",
    "unlink",
    "unlock",
    "unsubscribe",
    "weight",
    "wip",
    "zoom",
];

pub(super) fn is_quick_action(line: &str) -> bool {
    line.strip_prefix('/').is_some_and(|action| {
        let name = action.split([' ', '\t']).next().unwrap_or("").trim_end();
        NAMES.contains(&name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_no_quick_actions() {
        for (line, expected) in [
            ("/label ~bug", true),
            ("/close", true),
            ("/etc/hosts is gone", false),
            ("/tmp is full", false),
            ("close", false),
        ] {
            assert_eq!(is_quick_action(line), expected, "{line:?}");
        }
    }
}
