//! Who is meant by a name.

use std::fmt::Write as _;

use environments::Directory;
use flags::request::Targets;

use crate::gitlab::GitLab;
use crate::world::patient;

fn names(names: &str) -> Vec<String> {
    Targets::names(names)
}

/// The actors with their names, or why there are none.
async fn resolved(directory: &Directory, targets: &Targets) -> String {
    match directory.resolve(targets).await {
        Ok(actors) => {
            let mut line = String::new();
            for (actor, name) in actors {
                write!(line, "{actor}={name} ").unwrap();
            }
            line.trim_end().to_owned()
        }
        Err(error) => error.to_string(),
    }
}

fn projects(list: &str) -> Targets {
    Targets {
        projects: names(list),
        ..Targets::default()
    }
}

fn groups(list: &str) -> Targets {
    Targets {
        groups: names(list),
        ..Targets::default()
    }
}

fn users(list: &str) -> Targets {
    Targets {
        users: names(list),
        ..Targets::default()
    }
}

fn namespaces(list: &str) -> Targets {
    Targets {
        namespaces: names(list),
        ..Targets::default()
    }
}

fn repositories(list: &str) -> Targets {
    Targets {
        repositories: names(list),
        ..Targets::default()
    }
}

#[tokio::test]
async fn people_projects_and_groups_are_found_as_people_write_them() {
    let gitlab = GitLab::start().await;
    let directory = Directory::of(patient(&gitlab.url));
    for (targets, expected) in [
        (
            projects("gitlab-org/gitlab, 13"),
            "Project:12=gitlab-org/gitlab Project:13=gitlab-org/gitlab-foss",
        ),
        // In the order given, and by GitLab's own spelling.
        (
            projects("13,GitLab-Org/GitLab"),
            "Project:13=gitlab-org/gitlab-foss Project:12=gitlab-org/gitlab",
        ),
        // Twice the same one.
        (
            projects("12,gitlab-org/gitlab"),
            "Project:12=gitlab-org/gitlab",
        ),
        (
            groups("9,gitlab-org/manage"),
            "Group:9=gitlab-org Group:10=gitlab-org/manage",
        ),
        (users("@ana,8"), "User:7=ana User:8=ben"),
        (users("ANA"), "User:7=ana"),
        // What belongs to a person, and what to a group.
        (
            namespaces("ana,@ben,gitlab-org"),
            "Namespaces::UserNamespace:57=ana Namespaces::UserNamespace:58=ben Group:9=gitlab-org",
        ),
        (
            repositories("gitlab-org/gitlab,gitlab-com/www.git"),
            "Repository:gitlab-org/gitlab=gitlab-org/gitlab Repository:gitlab-com/www=gitlab-com/www",
        ),
        (projects("gitlab-org/nope"), "gitlab-org/nope is not found!"),
        (projects("gitlab-org/gitlab,a/1,a/2"), "a/1 is not found!"),
        (projects("99"), "99 is not found!"),
        (projects("../../users"), "../../users is not found!"),
        (users("nobody"), "nobody is not found!"),
        // Rust reads it as a number.
        (users("+7"), "+7 is not found!"),
        (users("@"), "@ is not found!"),
        (
            groups("gitlab-org/gitlab"),
            "gitlab-org/gitlab is not found!",
        ),
        (Targets::default(), ""),
    ] {
        assert_eq!(
            resolved(&directory, &targets).await,
            expected,
            "{targets:?}"
        );
    }
}

#[tokio::test]
async fn many_targets_are_asked_for_a_few_at_a_time_and_come_in_their_order() {
    let gitlab = GitLab::start().await;
    let directory = Directory::of(patient(&gitlab.url));
    let hundred: Vec<String> = (0..100).rev().map(|n| format!("many/{n}")).collect();
    let actors = directory.resolve(&projects(&hundred.join(","))).await;
    let found: Vec<String> = actors.unwrap().into_iter().map(|(_, name)| name).collect();
    assert_eq!(found, hundred);
    let most = gitlab.most_at_once();
    assert!((2..=8).contains(&most), "{most} at a time");
}

#[tokio::test]
async fn more_targets_than_a_hundred_are_not_asked_for() {
    let gitlab = GitLab::start().await;
    let directory = Directory::of(patient(&gitlab.url));
    let many: Vec<String> = (0..98).map(|n| format!("many/{n}")).collect();
    let targets = Targets {
        users: names("ana,ben"),
        groups: names("gitlab-org"),
        ..projects(&many.join(","))
    };
    assert_eq!(
        resolved(&directory, &targets).await,
        "a change can name at most 100 targets, this one names 101"
    );
    assert_eq!(gitlab.most_at_once(), 0);
}

#[tokio::test]
async fn without_a_gitlab_numbers_are_taken_at_their_word() {
    let directory = Directory::without_gitlab();
    let refused = |kind: &str, remedy: &str| {
        format!("{kind} \"x/y\" cannot be looked up, as no GitLab is configured; {remedy}")
    };
    for (targets, expected) in [
        (projects("12"), "Project:12=12".to_owned()),
        (groups("9"), "Group:9=9".to_owned()),
        (users("7"), "User:7=7".to_owned()),
        (projects("x/y"), refused("project", "give its number")),
        (groups("x/y"), refused("group", "give its number")),
        (users("x/y"), refused("user", "give their number")),
        (
            namespaces("x/y"),
            refused("namespace", "name a group or a user by number"),
        ),
        (
            repositories("x/y"),
            refused("repository", "name its project by number"),
        ),
        // A number of a namespace says neither whether it is a group's nor a person's.
        (
            namespaces("9"),
            refused("namespace", "name a group or a user by number").replace("x/y", "9"),
        ),
    ] {
        assert_eq!(
            resolved(&directory, &targets).await,
            expected,
            "{targets:?}"
        );
    }
}
