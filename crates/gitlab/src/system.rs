//! What an instance's system hook tells its administrators.

use domain::Event;
use domain::event::{Group, Person, SystemEvent, What};
use serde::Deserialize;

use crate::body::{Body, Failure, needed};
use crate::lax::{List, Number, Object, Text};
use crate::place::{self, WireProject};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Wire<'a> {
    #[serde(borrow)]
    name: Text<'a>,
    action: Text<'a>,
    username: Text<'a>,
    email: Text<'a>,
    old_username: Text<'a>,
    state: Text<'a>,
    user_id: Number,
    user_name: Text<'a>,
    user_username: Text<'a>,
    user_email: Text<'a>,
    user_avatar: Text<'a>,
    requested_by_user_id: Number,
    reviewed_by_user_id: Number,
    group_id: Number,
    path: Text<'a>,
    full_path: Text<'a>,
    old_path: Text<'a>,
    old_full_path: Text<'a>,
    project_id: Number,
    project: Object<WireProject<'a>>,
    repository: Object<WireProject<'a>>,
    refs: List<Text<'a>>,
    created_at: Text<'a>,
    updated_at: Text<'a>,
}

/// Accounts: created, removed, renamed, refused; their SSH keys.
pub(crate) fn read_user(body: Body<'_>) -> Result<Event, Failure> {
    let wire: Wire<'_> = body.read()?;
    let user = needed(wire.account(), "username")?;
    let system = match body.name {
        "user_create" => SystemEvent::UserCreated(user),
        "user_destroy" => SystemEvent::UserRemoved(user),
        "user_rename" => SystemEvent::UserRenamed {
            user,
            old_username: wire.old_username.line().unwrap_or_default(),
        },
        "key_create" => SystemEvent::KeyAdded { user },
        "key_destroy" => SystemEvent::KeyRemoved { user },
        _ => SystemEvent::LoginFailed {
            user,
            state: wire.state.line().unwrap_or_default(),
        },
    };
    Ok(wire.event(system, matches!(body.name, "user_create" | "key_create")))
}

/// Groups: created, removed, renamed.
pub(crate) fn read_group(body: Body<'_>) -> Result<Event, Failure> {
    let wire: Wire<'_> = body.read()?;
    let path = place::first_path(&[&wire.full_path, &wire.path]);
    let path = needed(path, "path")?;
    let old = wire.old_full_path.line().or_else(|| wire.old_path.line());
    let system = match body.name {
        "group_create" => SystemEvent::GroupCreated,
        "group_destroy" => SystemEvent::GroupRemoved,
        _ => SystemEvent::GroupRenamed {
            old_path: old.unwrap_or_default(),
        },
    };
    let group = Group {
        id: wire.group_id.get(),
        name: wire
            .name
            .line()
            .unwrap_or_else(|| place::last_part(&path).to_owned()),
        path,
        url: String::new(),
    };
    let event = wire.event(system, body.name == "group_create");
    Ok(Event {
        group: Some(group),
        ..event
    })
}

/// A repository's refs changed.
pub(crate) fn read_repository(body: Body<'_>) -> Result<Event, Failure> {
    let wire: Wire<'_> = body.read()?;
    let project = place::project(&wire.project, &wire.repository, wire.project_id);
    let refs = wire.refs.iter().filter_map(Text::line).collect();
    let event = wire.event(SystemEvent::RepositoryUpdated { refs }, false);
    let actor = place::person(
        wire.user_id,
        &wire.user_name,
        &wire.user_username,
        &wire.user_email,
        &wire.user_avatar,
    );
    Ok(Event {
        project: Some(needed(project, "project")?),
        actor,
        ..event
    })
}

/// Memberships that would take a paid seat: waiting, approved, denied. The payload has ids alone.
pub(crate) fn read_approval(body: Body<'_>) -> Result<Event, Failure> {
    let wire: Wire<'_> = body.read()?;
    let user = place::person_by_id(needed(wire.user_id.get(), "user_id")?);
    let system = match needed(wire.action.get(), "action")? {
        "approve" => SystemEvent::MemberApproved { user },
        "deny" => SystemEvent::MemberDenied { user },
        _ => SystemEvent::MemberApprovalQueued { user },
    };
    let actor = wire
        .reviewed_by_user_id
        .get()
        .or(wire.requested_by_user_id.get());
    let event = wire.event(system, false);
    Ok(Event {
        actor: actor.map(place::person_by_id),
        ..event
    })
}

impl Wire<'_> {
    fn account(&self) -> Option<Person> {
        let avatar = Text::default();
        place::person(
            self.user_id,
            &self.name,
            &self.username,
            &self.email,
            &avatar,
        )
    }

    fn event(&self, system: SystemEvent, is_new: bool) -> Event {
        let moments = match is_new {
            true => [&self.created_at, &self.updated_at],
            false => [&self.updated_at, &self.created_at],
        };
        Event {
            project: None,
            group: None,
            actor: None,
            happened_at: moments.into_iter().find_map(Text::moment),
            what: What::System(system),
        }
    }
}
