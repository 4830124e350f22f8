//! Tokens, members, subgroups, projects, and the instance itself.

use domain::event::{
    Access, Event, Group, LifecycleAction, Member, MemberAction, ProjectLifecycle, Subgroup,
    SystemEvent, TokenExpiry, TokenKind, UnknownEvent, What,
};

use super::{Example, bo, event, example, group, strings};

pub fn examples() -> Vec<Example> {
    [
        tokens(),
        members(),
        subgroups(),
        projects(),
        system_events(),
        unknown(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// In the group, by nobody in particular, at no known moment.
fn of_group(action: &'static str, what: What) -> Example {
    Example {
        action,
        event: Event {
            project: None,
            group: Some(group()),
            actor: None,
            happened_at: None,
            what,
        },
    }
}

/// In the instance.
fn of_instance(action: &'static str, what: What) -> Example {
    let mut example = of_group(action, what);
    example.event.group = None;
    example.event.happened_at = event(What::Unknown(UnknownEvent {
        name: String::new(),
    }))
    .happened_at;
    example
}

fn tokens() -> Vec<Example> {
    let expiry = |token| {
        What::TokenExpiry(TokenExpiry {
            token,
            name: "release bot".to_owned(),
            expires_at: Some("2026-04-30".to_owned()),
        })
    };
    let mut of_project = example("of a project", expiry(TokenKind::Access));
    of_project.event.actor = None;
    let mut deploy = example("of a project", expiry(TokenKind::Deploy));
    deploy.event.actor = None;
    vec![
        of_project,
        of_group("of a group", expiry(TokenKind::Access)),
        deploy,
    ]
}

fn members() -> Vec<Example> {
    let member = |action| {
        What::Member(Member {
            action,
            member: bo(),
            access: Some(Access("Developer".to_owned())),
            expires_at: Some("2026-12-31".to_owned()),
        })
    };
    let mut to_project = example("added, to a project", member(MemberAction::Added));
    to_project.event.actor = None;
    vec![
        of_group("added", member(MemberAction::Added)),
        to_project,
        of_group("updated", member(MemberAction::Updated)),
        of_group("removed", member(MemberAction::Removed)),
        of_group("access requested", member(MemberAction::AccessRequested)),
        of_group("access denied", member(MemberAction::AccessDenied)),
        of_group(
            "access request revoked",
            member(MemberAction::AccessRequestRevoked),
        ),
    ]
}

fn subgroups() -> Vec<Example> {
    let subgroup = |action| {
        What::Subgroup(Subgroup {
            action,
            subgroup: Group {
                id: Some(4),
                name: "Shops".to_owned(),
                path: "acme/shops".to_owned(),
                url: "https://gitlab.example/groups/acme/shops".to_owned(),
            },
        })
    };
    lifecycle()
        .into_iter()
        .map(|(action, act)| of_group(action, subgroup(act)))
        .collect()
}

fn lifecycle() -> [(&'static str, LifecycleAction); 5] {
    [
        ("created", LifecycleAction::Created),
        ("removed", LifecycleAction::Removed),
        ("renamed", LifecycleAction::Renamed),
        ("transferred", LifecycleAction::Transferred),
        ("updated", LifecycleAction::Updated),
    ]
}

fn projects() -> Vec<Example> {
    lifecycle()
        .into_iter()
        .map(|(action, act)| {
            let moved = matches!(act, LifecycleAction::Renamed | LifecycleAction::Transferred);
            let mut example = example(
                action,
                What::Project(ProjectLifecycle {
                    action: act,
                    old_path: moved.then(|| "acme/store".to_owned()),
                    owners: strings(&["Cy Ng"]),
                }),
            );
            example.event.actor = None;
            example
        })
        .collect()
}

fn system_events() -> Vec<Example> {
    let instance = |action, system| of_instance(action, What::System(system));
    let of_group = |action, system| of_group(action, What::System(system));
    vec![
        instance("user created", SystemEvent::UserCreated(bo())),
        instance("user removed", SystemEvent::UserRemoved(bo())),
        instance(
            "user renamed",
            SystemEvent::UserRenamed {
                user: bo(),
                old_username: "bo.li".to_owned(),
            },
        ),
        instance(
            "sign-in refused",
            SystemEvent::LoginFailed {
                user: bo(),
                state: "blocked".to_owned(),
            },
        ),
        instance("key added", SystemEvent::KeyAdded { user: bo() }),
        instance("key removed", SystemEvent::KeyRemoved { user: bo() }),
        of_group("group created", SystemEvent::GroupCreated),
        of_group("group removed", SystemEvent::GroupRemoved),
        of_group(
            "group renamed",
            SystemEvent::GroupRenamed {
                old_path: "acme-inc".to_owned(),
            },
        ),
        instance(
            "repository updated",
            SystemEvent::RepositoryUpdated {
                refs: strings(&["refs/heads/main"]),
            },
        ),
        of_group(
            "membership waits",
            SystemEvent::MemberApprovalQueued { user: bo() },
        ),
        of_group(
            "membership approved",
            SystemEvent::MemberApproved { user: bo() },
        ),
        of_group(
            "membership denied",
            SystemEvent::MemberDenied { user: bo() },
        ),
    ]
}

fn unknown() -> Vec<Example> {
    let unknown = UnknownEvent {
        name: "coffee_break".to_owned(),
    };
    vec![example(
        "a kind that GitLab added since",
        What::Unknown(unknown),
    )]
}
