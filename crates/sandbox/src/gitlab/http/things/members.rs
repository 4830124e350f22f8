//! Who belongs to a project or group.

use super::Page;
use super::parts::person;
use crate::gitlab::http::html::Safe;
use crate::gitlab::world::{Group, Member, Project, World};

pub(super) fn of_project(world: &World, project: &Project) -> Page {
    let members = world.members_of_project(project);
    let title = format!("Members of {}", project.name);
    (title, table(world, &members, &project.path_with_namespace))
}

pub(super) fn of_group(world: &World, group: &Group) -> Page {
    let members = world.members_of(group.id);
    let title = format!("Members of {}", group.name);
    (title, table(world, &members, &group.full_path))
}

fn table(world: &World, members: &[Member], path: &str) -> String {
    let rows: String = members
        .iter()
        .map(|member| {
            let administrator = world.user(member.user_id).is_some_and(|user| user.admin);
            let note = if administrator { ", administrator" } else { "" };
            let person = person(world, member.user_id);
            let role = member.access.name();
            format!("<tr><td>{person}</td><td>{role}{note}</td></tr>")
        })
        .collect();
    format!(
        "<p class=\"about\">{}</p><table><thead><tr><th>Person</th><th>Role</th></tr></thead>\
         <tbody>{rows}</tbody></table>",
        Safe(path),
    )
}
