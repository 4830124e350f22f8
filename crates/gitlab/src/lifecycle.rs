//! Projects and subgroups that were made, changed or removed.

use domain::Event;
use domain::event::{
    Group, LifecycleAction, Project, ProjectLifecycle, Subgroup, Visibility, What,
};
use serde::Deserialize;

use crate::body::{Body, Failure, needed};
use crate::lax::{List, Number, Object, Text};
use crate::place::{self, WirePerson};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Wire<'a> {
    #[serde(borrow)]
    name: Text<'a>,
    path: Text<'a>,
    full_path: Text<'a>,
    path_with_namespace: Text<'a>,
    old_path_with_namespace: Text<'a>,
    project_id: Number,
    project_visibility: Text<'a>,
    owner_name: Text<'a>,
    owners: List<Object<WirePerson<'a>>>,
    group_id: Number,
    parent_group_id: Number,
    parent_name: Text<'a>,
    parent_path: Text<'a>,
    parent_full_path: Text<'a>,
    created_at: Text<'a>,
    updated_at: Text<'a>,
}

pub(crate) fn read_project(body: Body<'_>) -> Result<Event, Failure> {
    let wire: Wire<'_> = body.read()?;
    let path = wire.path_with_namespace.get().and_then(place::path);
    let path = needed(path, "path_with_namespace")?;
    let mut owners: Vec<String> = wire.owners.objects().filter_map(WirePerson::name).collect();
    if owners.is_empty() {
        owners.extend(wire.owner_name.line());
    }
    let action = action(body.name);
    let lifecycle = ProjectLifecycle {
        action,
        old_path: wire.old_path_with_namespace.get().and_then(place::path),
        owners,
    };
    let project = Project {
        id: wire.project_id.get(),
        name: wire
            .name
            .line()
            .unwrap_or_else(|| place::last_part(&path).to_owned()),
        path,
        url: String::new(),
        default_branch: None,
        visibility: wire
            .project_visibility
            .get()
            .map_or(Visibility::Unknown, place::visibility),
        avatar_url: None,
    };
    Ok(Event {
        project: Some(project),
        group: None,
        actor: None,
        happened_at: wire.moment(action),
        what: What::Project(lifecycle),
    })
}

pub(crate) fn read_subgroup(body: Body<'_>) -> Result<Event, Failure> {
    let wire: Wire<'_> = body.read()?;
    let action = action(body.name);
    let path = place::first_path(&[&wire.full_path, &wire.path]);
    let subgroup = group(wire.group_id, &wire.name, needed(path, "full_path")?);
    let parent = place::first_path(&[&wire.parent_full_path, &wire.parent_path]);
    Ok(Event {
        project: None,
        group: parent.map(|path| group(wire.parent_group_id, &wire.parent_name, path)),
        actor: None,
        happened_at: wire.moment(action),
        what: What::Subgroup(Subgroup { action, subgroup }),
    })
}

fn action(name: &str) -> LifecycleAction {
    match name.rsplit('_').next().unwrap_or_default() {
        "create" => LifecycleAction::Created,
        "destroy" => LifecycleAction::Removed,
        "rename" => LifecycleAction::Renamed,
        "transfer" => LifecycleAction::Transferred,
        _ => LifecycleAction::Updated,
    }
}

fn group(id: Number, name: &Text<'_>, path: String) -> Group {
    Group {
        id: id.get(),
        name: name
            .line()
            .unwrap_or_else(|| place::last_part(&path).to_owned()),
        path,
        url: String::new(),
    }
}

impl Wire<'_> {
    fn moment(&self, action: LifecycleAction) -> Option<jiff::Timestamp> {
        let moments = match action {
            LifecycleAction::Created => [&self.created_at, &self.updated_at],
            _ => [&self.updated_at, &self.created_at],
        };
        moments.into_iter().find_map(Text::moment)
    }
}
