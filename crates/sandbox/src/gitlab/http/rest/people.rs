//! `/user`, `/users` and the members of groups and projects.

use axum::extract::Path;
use serde_json::Value;

use super::call::{Answer, Call, ok};
use super::refused::Refused;
use super::shape::Shape;
use crate::gitlab::world::{Member, PersonState, User, World};

/// `GET /user`
pub(super) async fn own(call: Call) -> Answer {
    ok(call.read(|_, shape| shape.user(&call.user, true)))
}

/// `GET /users`, of which `username`, `search` and `active` are used.
pub(super) async fn list(call: Call) -> Answer {
    let username = call.params.text("username");
    let search = call.params.text("search").map(|text| text.to_lowercase());
    let active = call.params.yes_no("active")? == Some(true);
    let blocked = call.params.yes_no("blocked")? == Some(true);
    call.read(|world, shape| {
        let fits = |user: &&User| {
            let wanted = (!active || user.state == PersonState::Active)
                && (!blocked || user.state == PersonState::Blocked);
            let named = username
                .as_ref()
                .is_none_or(|name| user.username.eq_ignore_ascii_case(name));
            let found = search.as_ref().is_none_or(|text| {
                user.username.contains(text) || user.name.to_lowercase().contains(text)
            });
            named && found && wanted
        };
        let users: Vec<&User> = world.users.iter().rev().filter(fits).collect();
        call.page(&users, |user| shape.person(user))
    })
}

/// `GET /users/:id`
pub(super) async fn one(Path(id): Path<String>, call: Call) -> Answer {
    call.read(|world, shape| {
        let user = id.parse().ok().and_then(|id| world.user(id));
        let user = user.ok_or_else(|| Refused::not_found("User"))?;
        ok(shape.user(user, false))
    })
}

/// `GET /groups/:id/members`: who is in the group itself.
pub(super) async fn of_group(Path(id): Path<String>, call: Call) -> Answer {
    call.read(|world, shape| {
        let group = call.group(world, &id)?;
        members(&call, world, shape, group.members.clone())
    })
}

/// `GET /groups/:id/members/all`: who is in it or in a group above it.
pub(super) async fn of_group_and_above(Path(id): Path<String>, call: Call) -> Answer {
    call.read(|world, shape| {
        let group = call.group(world, &id)?;
        members(&call, world, shape, world.members_of(group.id))
    })
}

/// `GET /projects/:id/members`: who is in the project itself; most have theirs from their groups.
pub(super) async fn of_project(Path(id): Path<String>, call: Call) -> Answer {
    call.read(|world, shape| {
        let project = call.project(world, &id)?;
        members(&call, world, shape, project.members.clone())
    })
}

/// `GET /projects/:id/members/all`
pub(super) async fn of_project_and_above(Path(id): Path<String>, call: Call) -> Answer {
    call.read(|world, shape| {
        let project = call.project(world, &id)?;
        members(&call, world, shape, world.members_of_project(project))
    })
}

/// `GET /projects/:id/members/all/:user_id`
pub(super) async fn member(Path((id, user)): Path<(String, u64)>, call: Call) -> Answer {
    call.read(|world, shape| {
        let project = call.project(world, &id)?;
        let access = world.membership_in(user, project);
        let access = access.ok_or_else(|| Refused::not_found("Member"))?;
        ok(shape.member(user, access))
    })
}

/// `GET /groups/:id/members/all/:user_id`
pub(super) async fn member_of_group(Path((id, user)): Path<(String, u64)>, call: Call) -> Answer {
    call.read(|world, shape| {
        let group = call.group(world, &id)?;
        let access = world.membership(user, group.id);
        let access = access.ok_or_else(|| Refused::not_found("Member"))?;
        ok(shape.member(user, access))
    })
}

fn members(call: &Call, world: &World, shape: Shape<'_>, mut members: Vec<Member>) -> Answer {
    let ids = call.params.numbers("user_ids");
    let query = call.params.text("query").map(|text| text.to_lowercase());
    members.retain(|member| {
        let user = world.user(member.user_id);
        let found = query.as_ref().is_none_or(|text| {
            user.is_some_and(|user| {
                user.username.contains(text) || user.name.to_lowercase().contains(text)
            })
        });
        found && ids.as_ref().is_none_or(|ids| ids.contains(&member.user_id))
    });
    let show = |member: &Member| -> Value { shape.member(member.user_id, member.access) };
    call.page(&members, show)
}
