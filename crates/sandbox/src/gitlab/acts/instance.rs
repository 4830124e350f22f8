//! Groups with their members and projects, and events of the whole instance.

use domain::EventKind;

use super::{Act, field};
use crate::gitlab::args::{Args, DoError, Takes};
use crate::gitlab::payload::{self, SYSTEM_EVENTS, Source};
use crate::gitlab::scene::Scene;
use crate::gitlab::seed;
use crate::gitlab::words;
use crate::gitlab::world::{Access, Group, Member, Visibility};

pub(super) const MEMBER: Act = Act {
    what: "member",
    label: "Member",
    group: "Group and instance",
    common: false,
    summary: "Add, change or remove a member of the project's group, or ask for access",
    fields: &[
        field(
            "member",
            Takes::Line,
            "the person by user name; who acts unless given",
        ),
        field(
            "access",
            Takes::OneOf(&["Guest", "Reporter", "Developer", "Maintainer", "Owner"]),
            "Developer unless given",
        ),
        field(
            "action",
            Takes::OneOf(&["add", "update", "remove", "request", "deny"]),
            "add unless given",
        ),
    ],
    run: member,
};

pub(super) const SUBGROUP: Act = Act {
    what: "subgroup",
    label: "Subgroup",
    group: "Group and instance",
    common: false,
    summary: "Create or remove a subgroup of the project's group",
    fields: &[
        field("name", Takes::Line, "its name"),
        field(
            "action",
            Takes::OneOf(&["create", "remove"]),
            "create unless given",
        ),
    ],
    run: subgroup,
};

pub(super) const PROJECT: Act = Act {
    what: "project",
    label: "Project",
    group: "Group and instance",
    common: false,
    summary: "Create or remove a project in the project's group",
    fields: &[
        field("name", Takes::Line, "its name"),
        field(
            "action",
            Takes::OneOf(&["create", "remove"]),
            "create unless given",
        ),
        field(
            "visibility",
            Takes::OneOf(&["public", "internal", "private"]),
            "who sees a new one; public unless given",
        ),
    ],
    run: project,
};

pub(super) const SYSTEM: Act = Act {
    what: "system",
    label: "Instance event",
    group: "Group and instance",
    common: false,
    summary: "An event of the whole instance, as system hooks get it",
    fields: &[field(
        "event",
        Takes::OneOf(SYSTEM_EVENTS),
        "user_create unless given",
    )],
    run: |scene, args| {
        let event = args.text("event").unwrap_or("user_create");
        let source = scene.source();
        let group = group_of(source)?;
        let body = payload::system(source, group, event);
        scene.say("system_event", event);
        scene.send(EventKind::System, body);
        Ok(())
    },
};

fn group_of(source: Source<'_>) -> Result<&Group, DoError> {
    let missing = || DoError::impossible("project", "its group is gone");
    source
        .world
        .group(source.project.group_id)
        .ok_or_else(missing)
}

fn member(scene: &mut Scene<'_>, args: &Args) -> Result<(), DoError> {
    let username = args.text_or("member", || scene.user.username.clone());
    let id = scene
        .people("member", &[username])?
        .first()
        .copied()
        .unwrap_or(scene.user.id);
    let event = match args.text("action") {
        Some("update") => "user_update_for_group",
        Some("remove") => "user_remove_from_group",
        Some("request") => "user_access_request_to_group",
        Some("deny") => "user_access_request_denied_for_group",
        _ => "user_add_to_group",
    };
    let access = args.text("access").unwrap_or("Developer");
    let group_id = group_of(scene.source())?.id;
    change_membership(scene, (group_id, id), event, access);
    let source = scene.source();
    let member = source.world.user(id).unwrap_or(source.user);
    let body = payload::member(source, group_of(source)?, member, access, event);
    scene.say("member_id", id);
    scene.send(EventKind::Member, body);
    Ok(())
}

/// Who is in the group stays as they are when they are added again, as in GitLab.
fn change_membership(scene: &mut Scene<'_>, (group, user_id): (u64, u64), event: &str, to: &str) {
    let mut levels = Access::ALL.into_iter();
    let access = levels.find(|access| access.name() == to);
    let mut groups = scene.world.groups.iter_mut();
    let found = groups.find(|known| known.id == group).zip(access);
    let Some((group, access)) = found else {
        return;
    };
    let known = group.members.iter_mut().find(|m| m.user_id == user_id);
    match (event, known) {
        ("user_update_for_group", Some(known)) => known.access = access,
        ("user_remove_from_group", Some(_)) => group.members.retain(|m| m.user_id != user_id),
        ("user_add_to_group", None) => group.members.push(Member { user_id, access }),
        _ => (),
    }
}

fn subgroup(scene: &mut Scene<'_>, args: &Args) -> Result<(), DoError> {
    let parent = group_of(scene.source())?.clone();
    let name = args.text_or("name", || "Experiments".to_owned());
    let full_path = format!("{}/{}", parent.full_path, words::slug(&name));
    let known = scene
        .world
        .groups
        .iter()
        .find(|group| group.full_path == full_path)
        .cloned();
    let (event, group) = match (args.text("action"), known) {
        (Some("remove"), Some(known)) => {
            if scene
                .world
                .projects
                .iter()
                .any(|project| project.group_id == known.id)
            {
                let problem = format!("{full_path} still has projects");
                return Err(DoError::impossible("name", problem));
            }
            scene.world.groups.retain(|group| group.id != known.id);
            ("subgroup_destroy", known)
        }
        (Some("remove"), None) => {
            let problem = format!("there is no subgroup {full_path}");
            return Err(DoError::impossible("name", problem));
        }
        (_, Some(_)) => {
            return Err(DoError::impossible(
                "name",
                format!("{full_path} exists already"),
            ));
        }
        (_, None) => {
            let id = scene.world.next_id();
            let group = Group {
                id,
                name,
                full_path,
                parent_id: Some(parent.id),
                milestones: Vec::new(),
                members: Vec::new(),
            };
            scene.world.groups.push(group.clone());
            ("subgroup_create", group)
        }
    };
    let body = payload::subgroup(scene.source(), &parent, &group, event);
    scene.say("group_id", group.id);
    scene.send(EventKind::Subgroup, body);
    Ok(())
}

fn project(scene: &mut Scene<'_>, args: &Args) -> Result<(), DoError> {
    let group = group_of(scene.source())?.clone();
    let name = args.text_or("name", || "Playground".to_owned());
    let path = format!("{}/{}", group.full_path, words::slug(&name));
    let known = scene.world.project(&path).cloned();
    let (event, project) = match (args.text("action"), known) {
        (Some("remove"), Some(known)) if known.id == scene.project().id => {
            let problem = "a project cannot remove itself here; act in another of the group";
            return Err(DoError::impossible("name", problem));
        }
        (Some("remove"), Some(known)) => ("project_destroy", known),
        (Some("remove"), None) => {
            return Err(DoError::impossible(
                "name",
                format!("there is no project {path}"),
            ));
        }
        (_, Some(_)) => {
            return Err(DoError::impossible(
                "name",
                format!("{path} exists already"),
            ));
        }
        (_, None) => {
            let mut new = seed::empty_project(scene.world, &group, &name, scene.chance, scene.now);
            new.visibility = match args.text("visibility") {
                Some("private") => Visibility::Private,
                Some("internal") => Visibility::Internal,
                _ => Visibility::Public,
            };
            ("project_create", new)
        }
    };
    let body = {
        let source = Source {
            project: &project,
            ..scene.source()
        };
        payload::project_lifecycle(source, event)
    };
    scene.say("project_id", project.id);
    scene.send(EventKind::Project, body);
    match event {
        "project_create" => scene.world.projects.push(project),
        _ => scene.remove_project(project.id),
    }
    Ok(())
}
