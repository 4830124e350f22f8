//! Members of groups and projects: who came, changed or left, who asks to come.

use domain::Event;
use domain::event::{Access, Group, Member, MemberAction, Project, Visibility, What};
use serde::Deserialize;

use crate::body::{Body, Failure, needed};
use crate::lax::{Number, Text};
use crate::place;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Wire<'a> {
    #[serde(borrow)]
    user_name: Text<'a>,
    user_id: Number,
    user_username: Text<'a>,
    user_email: Text<'a>,
    group_id: Number,
    group_name: Text<'a>,
    group_path: Text<'a>,
    group_access: Text<'a>,
    project_id: Number,
    project_name: Text<'a>,
    project_path_with_namespace: Text<'a>,
    project_visibility: Text<'a>,
    access_level: Text<'a>,
    project_access: Text<'a>,
    expires_at: Text<'a>,
    created_at: Text<'a>,
    updated_at: Text<'a>,
}

pub(crate) fn read(body: Body<'_>) -> Result<Event, Failure> {
    let wire: Wire<'_> = body.read()?;
    let action = action(body.name);
    let avatar = Text::default();
    let member = place::person(
        wire.user_id,
        &wire.user_name,
        &wire.user_username,
        &wire.user_email,
        &avatar,
    );
    let accesses = [&wire.group_access, &wire.access_level, &wire.project_access];
    let member = Member {
        action,
        member: needed(member, "user_username")?,
        access: accesses.into_iter().find_map(Text::line).map(Access),
        expires_at: wire.expires_at.line(),
    };
    let moments = match action {
        MemberAction::Added => [&wire.created_at, &wire.updated_at],
        _ => [&wire.updated_at, &wire.created_at],
    };
    Ok(Event {
        project: wire.project(),
        group: wire.group(),
        actor: None,
        happened_at: moments.into_iter().find_map(Text::moment),
        what: What::Member(member),
    })
}

/// GitLab's names differ by what one becomes a member of: `…_to_group`, `…_to_team`.
fn action(name: &str) -> MemberAction {
    if name.starts_with("user_access_request_revoked") {
        MemberAction::AccessRequestRevoked
    } else if name.starts_with("user_access_request_denied") {
        MemberAction::AccessDenied
    } else if name.starts_with("user_access_request") {
        MemberAction::AccessRequested
    } else if name.starts_with("user_remove") {
        MemberAction::Removed
    } else if name.starts_with("user_update") {
        MemberAction::Updated
    } else {
        MemberAction::Added
    }
}

impl Wire<'_> {
    fn project(&self) -> Option<Project> {
        let path = place::path(self.project_path_with_namespace.get()?)?;
        Some(Project {
            id: self.project_id.get(),
            name: self
                .project_name
                .line()
                .unwrap_or_else(|| place::last_part(&path).to_owned()),
            path,
            url: String::new(),
            default_branch: None,
            visibility: self
                .project_visibility
                .get()
                .map_or(Visibility::Unknown, place::visibility),
            avatar_url: None,
        })
    }

    fn group(&self) -> Option<Group> {
        let path = place::path(self.group_path.get()?)?;
        Some(Group {
            id: self.group_id.get(),
            name: self
                .group_name
                .line()
                .unwrap_or_else(|| place::last_part(&path).to_owned()),
            path,
            url: String::new(),
        })
    }
}
