//! `/groups` and `/namespaces`.

use axum::extract::Path;
use serde_json::{Value, json};

use super::call::{Answer, Call, ok, projects_below};
use super::projects;
use super::refused::Refused;
use super::shape::user_namespace;
use crate::gitlab::world::{Group, Project, World};

/// `GET /groups`
pub(super) async fn list(call: Call) -> Answer {
    let top = call.params.yes_no("top_level_only")? == Some(true);
    call.read(|world, shape| {
        let groups = sorted(&call, world, |group| !top || group.parent_id.is_none());
        call.page(&groups, |group| shape.group(group))
    })
}

/// `GET /groups/:id`
pub(super) async fn one(Path(id): Path<String>, call: Call) -> Answer {
    let with_projects = call.params.yes_no("with_projects")? != Some(false);
    call.read(|world, shape| {
        let group = call.group(world, &id)?;
        let mut body = shape.group(group);
        if with_projects {
            let projects = world.projects.iter();
            let own = projects.filter(|p| p.group_id == group.id && world.sees(call.user.id, p));
            body["projects"] = own.map(|project| shape.project(project)).collect();
            body["shared_projects"] = json!([]);
        }
        ok(body)
    })
}

/// `GET /groups/:id/projects`
pub(super) async fn projects(Path(id): Path<String>, call: Call) -> Answer {
    let deep = call.params.yes_no("include_subgroups")? == Some(true);
    call.read(|world, shape| {
        let group = call.group(world, &id)?;
        let mut found: Vec<&Project> = projects_below(world, group);
        found.retain(|project| {
            (deep || project.group_id == group.id) && world.sees(call.user.id, project)
        });
        projects::narrow(&call, &mut found)?;
        call.page(&found, |project| shape.project(project))
    })
}

/// `GET /groups/:id/subgroups`
pub(super) async fn subgroups(Path(id): Path<String>, call: Call) -> Answer {
    call.read(|world, shape| {
        let parent = call.group(world, &id)?.id;
        let groups = sorted(&call, world, |group| group.parent_id == Some(parent));
        call.page(&groups, |group| shape.group(group))
    })
}

/// `GET /groups/:id/descendant_groups`
pub(super) async fn descendants(Path(id): Path<String>, call: Call) -> Answer {
    call.read(|world, shape| {
        let above = call.group(world, &id)?.id;
        let groups = sorted(&call, world, |group| {
            let groups = world.group_and_ancestors(group.id);
            group.id != above && groups.iter().any(|group| group.id == above)
        });
        call.page(&groups, |group| shape.group(group))
    })
}

/// The groups that fit and that the asker sees, by name.
fn sorted<'w>(call: &Call, world: &'w World, fits: impl Fn(&Group) -> bool) -> Vec<&'w Group> {
    let search = call.params.text("search").map(|text| text.to_lowercase());
    let mut groups: Vec<&Group> = world.groups.iter().filter(|group| fits(group)).collect();
    groups.retain(|group| {
        let found = search.as_ref().is_none_or(|text| {
            group.full_path.contains(text) || group.name.to_lowercase().contains(text)
        });
        found && call.sees_group(world, group)
    });
    groups.sort_by(|one, other| one.name.cmp(&other.name));
    groups
}

/// `GET /namespaces`: the asker's own and those of groups.
pub(super) async fn namespaces(call: Call) -> Answer {
    call.read(|world, shape| {
        let mut found: Vec<Value> = sorted(&call, world, |_| true)
            .into_iter()
            .map(|group| shape.namespace(group))
            .collect();
        if call.params.text("search").is_none() {
            found.insert(0, shape.namespace_of(&call.user));
        }
        call.page(&found, Value::clone)
    })
}

/// `GET /namespaces/:id`, the id a number or a path.
pub(super) async fn namespace(Path(id): Path<String>, call: Call) -> Answer {
    call.read(|world, shape| {
        if let Ok(group) = call.group(world, &id) {
            return ok(shape.namespace(group));
        }
        let mut users = world.users.iter();
        let user = users.find(|u| u.username == id || id.parse() == Ok(user_namespace(u)));
        let user = user.ok_or_else(|| Refused::not_found("Namespace"))?;
        ok(shape.namespace_of(user))
    })
}
