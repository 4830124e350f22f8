//! `/projects`.

use axum::extract::Path;

use super::call::{Answer, Call, ok};
use super::refused::Refused;
use crate::gitlab::world::{Access, Project};

/// `GET /projects`, newest first.
pub(super) async fn list(call: Call) -> Answer {
    let params = &call.params;
    let membership = params.yes_no("membership")? == Some(true);
    let least = params.number("min_access_level")?;
    let archived = params.yes_no("archived")? == Some(true);
    let simple = params.yes_no("simple")? == Some(true);
    call.read(|world, shape| {
        let projects = world.projects.iter().rev();
        let mut found: Vec<&Project> = projects
            .filter(|project| {
                let access = world.membership_in(call.user.id, project);
                let level = access.map_or(0, Access::level);
                world.sees(call.user.id, project)
                    && (access.is_some() || !membership)
                    && least.is_none_or(|least| u64::from(level) >= least)
                    && !archived
            })
            .collect();
        narrow(&call, &mut found)?;
        call.page(&found, |project| match simple {
            true => shape.project_in_short(project),
            false => shape.project_for(project, call.user.id),
        })
    })
}

/// Keeps what `search` and `visibility` ask for, in the order asked for.
pub(super) fn narrow(call: &Call, projects: &mut Vec<&Project>) -> Result<(), Refused> {
    if let Some(search) = call.params.text("search") {
        let search = search.to_lowercase();
        projects.retain(|project| {
            let path = project.path_with_namespace.to_lowercase();
            path.contains(&search) || project.name.to_lowercase().contains(&search)
        });
    }
    let levels = ["private", "internal", "public"];
    if let Some(visibility) = call.params.one_of("visibility", &levels)? {
        projects.retain(|project| project.visibility.name() == visibility);
    }
    let orders = [
        "id",
        "name",
        "path",
        "created_at",
        "updated_at",
        "last_activity_at",
    ];
    match call.params.one_of("order_by", &orders)? {
        Some("last_activity_at") => {
            projects.sort_by_key(|project| std::cmp::Reverse(project.last_activity()));
        }
        Some("id") => projects.sort_by_key(|project| std::cmp::Reverse(project.id)),
        Some("name") => projects.sort_by(|one, other| other.name.cmp(&one.name)),
        Some("path") => projects.sort_by(|one, other| other.path().cmp(one.path())),
        _ => (),
    }
    if call.params.one_of("sort", &["asc", "desc"])? == Some("asc") {
        projects.reverse();
    }
    Ok(())
}

/// `GET /projects/:id`, the id a number or the path.
pub(super) async fn one(Path(id): Path<String>, call: Call) -> Answer {
    call.read(|world, shape| ok(shape.project_for(call.project(world, &id)?, call.user.id)))
}
