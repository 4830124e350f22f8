//! An event in one line, for the log and lists of events.

use domain::Event;
use domain::event::{
    IssueAction, MemberAction, MergeRequestAction, Person, PushChange, RefKind, SystemEvent,
    Target, TargetKind, What,
};
use serde::Serialize;
use serde_json::Value;

/// Characters of a line.
pub(crate) const LONGEST: usize = 200;

/// The event in one line of at most 200 characters.
pub(crate) fn of(event: &Event) -> String {
    let line = match &event.what {
        What::Push(push) => {
            let kind = match push.ref_kind {
                RefKind::Branch => "branch",
                RefKind::Tag => "tag",
            };
            let change = match push.change {
                PushChange::Created => "created".to_owned(),
                PushChange::Updated => format!("{} commits", push.total_commits),
                PushChange::Removed => "removed".to_owned(),
            };
            format!("{kind} {} ({change})", push.name)
        }
        What::Issue(issue) => {
            format!(
                "#{} {} ({})",
                issue.iid,
                issue.title,
                issue_action(&issue.action)
            )
        }
        What::MergeRequest(it) => {
            format!(
                "!{} {} ({})",
                it.iid,
                it.title,
                merge_request_action(&it.action)
            )
        }
        What::Note(note) => format!("comment on {}: {}", target(&note.on), note.body),
        What::Pipeline(it) => format!(
            "pipeline {} of {} ({})",
            it.id,
            it.ref_name,
            word(&it.status)
        ),
        What::Job(it) => format!("job {} {} ({})", it.id, it.name, word(&it.status)),
        What::WikiPage(page) => format!("wiki page {}", page.title),
        What::Deployment(it) => format!("deployment to {} ({})", it.environment, word(&it.status)),
        What::Release(it) => format!("release {} ({})", it.name, word(&it.action)),
        What::FeatureFlag(flag) => {
            format!(
                "feature flag {} ({})",
                flag.name,
                if flag.active { "on" } else { "off" }
            )
        }
        What::Milestone(it) => format!("milestone {} ({})", it.title, word(&it.action)),
        What::Emoji(emoji) => format!("{} on {}", emoji.name, target(&emoji.on)),
        What::TokenExpiry(it) => format!("{} token {} expires", word(&it.token), it.name),
        What::Member(it) => format!("{} {}", person(&it.member), member_action(it.action)),
        What::Subgroup(it) => format!("subgroup {} ({})", it.subgroup.path, word(&it.action)),
        What::Project(it) => {
            let path = event.project.as_ref().map(|project| project.path.as_str());
            format!(
                "project {} ({})",
                path.unwrap_or_default(),
                word(&it.action)
            )
        }
        What::Alert(alert) => format!("alert {}", alert.title),
        What::Vulnerability(it) => format!("vulnerability {}", it.title),
        What::GroupMention(it) => format!("@{} mentioned on {}", it.group.path, target(&it.on)),
        What::System(system) => system_event(event, system),
        What::Unknown(unknown) => unknown.name.clone(),
    };
    bounded(&line, LONGEST)
}

/// `text` on one line, without control characters, at most `limit` characters long.
pub(crate) fn bounded(text: &str, limit: usize) -> String {
    let mut line = String::new();
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()) {
        if word.is_empty() {
            continue;
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
        if 4 * limit < line.len() {
            break;
        }
    }
    if line.chars().nth(limit).is_some() {
        line = line.chars().take(limit - 1).chain(['…']).collect();
    }
    line
}

/// GitLab's word for an action or status, as events are stored with it.
fn word(value: &impl Serialize) -> String {
    let word = match serde_json::to_value(value) {
        Ok(Value::String(word)) => word,
        Ok(Value::Object(other)) => {
            let word = other.values().next().and_then(Value::as_str);
            word.unwrap_or_default().to_owned()
        }
        Ok(_) | Err(_) => String::new(),
    };
    if word.is_empty() {
        "not said".to_owned()
    } else {
        word
    }
}

fn issue_action(action: &IssueAction) -> &str {
    match action {
        IssueAction::Open => "open",
        IssueAction::Close => "close",
        IssueAction::Reopen => "reopen",
        IssueAction::Update(_) => "update",
        IssueAction::Other(name) if name.is_empty() => "no action",
        IssueAction::Other(name) => name,
    }
}

fn merge_request_action(action: &MergeRequestAction) -> &str {
    match action {
        MergeRequestAction::Open => "open",
        MergeRequestAction::Close => "close",
        MergeRequestAction::Reopen => "reopen",
        MergeRequestAction::Merge => "merge",
        MergeRequestAction::Approved => "approved",
        MergeRequestAction::Unapproved => "unapproved",
        MergeRequestAction::Approval => "approval",
        MergeRequestAction::Unapproval => "unapproval",
        MergeRequestAction::Update(_) => "update",
        MergeRequestAction::Other(name) if name.is_empty() => "no action",
        MergeRequestAction::Other(name) => name,
    }
}

fn member_action(action: MemberAction) -> &'static str {
    match action {
        MemberAction::Added => "became a member",
        MemberAction::Updated => "got another access",
        MemberAction::Removed => "is no longer a member",
        MemberAction::AccessRequested => "asks for access",
        MemberAction::AccessDenied => "was denied access",
        MemberAction::AccessRequestRevoked => "no longer asks for access",
    }
}

fn person(person: &Person) -> &str {
    person
        .username
        .as_deref()
        .or(person.name.as_deref())
        .unwrap_or("somebody")
}

fn target(target: &Target) -> String {
    let id = &target.id;
    match &target.kind {
        TargetKind::Issue | TargetKind::Incident | TargetKind::WorkItem(_) => format!("#{id}"),
        TargetKind::MergeRequest => format!("!{id}"),
        TargetKind::Commit => format!("commit {}", id.chars().take(8).collect::<String>()),
        TargetKind::Snippet => format!("snippet {id}"),
        TargetKind::Epic => format!("&{id}"),
        TargetKind::WikiPage => format!("wiki page {}", target.title),
        TargetKind::Alert => format!("alert {id}"),
        TargetKind::Vulnerability => format!("vulnerability {id}"),
        TargetKind::Design => format!("design {id}"),
        TargetKind::Note => format!("comment {id}"),
        TargetKind::Other(name) => format!("{name} {id}"),
    }
}

fn system_event(event: &Event, system: &SystemEvent) -> String {
    let group = || {
        event
            .group
            .as_ref()
            .map(|group| group.path.as_str())
            .unwrap_or_default()
    };
    match system {
        SystemEvent::UserCreated(user) => format!("user {} created", person(user)),
        SystemEvent::UserRemoved(user) => format!("user {} removed", person(user)),
        SystemEvent::UserRenamed { user, old_username } => {
            format!("user {old_username} renamed to {}", person(user))
        }
        SystemEvent::LoginFailed { user, state } => {
            format!("sign-in of {state} user {} failed", person(user))
        }
        SystemEvent::KeyAdded { user } => format!("SSH key of {} added", person(user)),
        SystemEvent::KeyRemoved { user } => format!("SSH key of {} removed", person(user)),
        SystemEvent::GroupCreated => format!("group {} created", group()),
        SystemEvent::GroupRemoved => format!("group {} removed", group()),
        SystemEvent::GroupRenamed { old_path } => {
            format!("group {old_path} renamed to {}", group())
        }
        SystemEvent::RepositoryUpdated { refs } => {
            format!("repository updated: {}", refs.join(" "))
        }
        SystemEvent::MemberApprovalQueued { user } => {
            format!("membership of {} waits for approval", person(user))
        }
        SystemEvent::MemberApproved { user } => format!("membership of {} approved", person(user)),
        SystemEvent::MemberDenied { user } => format!("membership of {} denied", person(user)),
    }
}

#[cfg(test)]
mod tests {
    use domain::event::{DeploymentStatus, PipelineStatus};

    use super::*;

    #[test]
    fn a_line_is_never_longer_than_its_limit() {
        for (text, expected) in [
            ("", ""),
            ("abcd", "abcd"),
            ("abcde", "abc…"),
            ("abc d", "abc…"),
            ("abcd e", "abc…"),
            ("ab\u{7}\ncd", "ab …"),
            ("äöüß", "äöüß"),
            ("äöüßx", "äöü…"),
            ("  a  b ", "a b"),
        ] {
            assert_eq!(bounded(text, 4), expected, "{text:?}");
        }
    }

    #[test]
    fn words_are_gitlabs_own() {
        assert_eq!(
            word(&PipelineStatus::WaitingForResource),
            "waiting_for_resource"
        );
        assert_eq!(
            word(&DeploymentStatus::Other("approved".to_owned())),
            "approved"
        );
        assert_eq!(word(&DeploymentStatus::Other(String::new())), "not said");
    }
}
