//! What people may do, as GitLab says.

use std::time::Duration;

use accounts::{AccessLevel, Accounts, AccountsError, Role, RoleRules, Rule, SignedIn};
use domain::ProjectPath;

use crate::world::World;

const MINUTE: Duration = Duration::from_secs(60);

fn path(path: &str) -> ProjectPath {
    path.parse().unwrap()
}

fn with_level(world: &World, place: &str, user: u64, level: u32) {
    let mut known = world.gitlab.known();
    known.levels.insert((place.to_owned(), user), level);
}

#[tokio::test]
async fn a_maintainer_administers_a_project_and_an_owner_a_group() {
    let world = World::start().await;
    let (ana, ops) = (world.signs_in("ana").await, world.signs_in("ops").await);
    with_level(&world, "project acme/web", 7, 40);
    with_level(&world, "project acme/shop", 7, 30);
    with_level(&world, "group acme", 7, 40);
    with_level(&world, "group ana", 7, 50);
    let accounts = &world.accounts;
    let project = async |who: &SignedIn, name: &str| {
        let may = accounts.may_administer_project(who, &path(name)).await;
        may.unwrap()
    };
    let group = async |who: &SignedIn, name: &str| {
        let may = accounts.may_administer_group(who, &path(name)).await;
        may.unwrap()
    };
    assert!(project(&ana, "acme/web").await);
    assert!(!project(&ana, "acme/shop").await, "a developer");
    assert!(
        !project(&ana, "acme/secret").await,
        "not there, or not for her"
    );
    assert!(!group(&ana, "acme").await, "a maintainer of the group");
    assert!(group(&ana, "ana").await);
    assert!(
        project(&ops, "acme/secret").await && group(&ops, "acme").await,
        "an administrator"
    );
    let level = accounts
        .project_level(&ana, &path("Acme/Web"))
        .await
        .unwrap();
    assert_eq!(
        level,
        AccessLevel::MAINTAINER,
        "GitLab does not tell paths by their case"
    );
}

#[tokio::test]
async fn an_answer_is_good_for_a_minute_and_an_old_one_is_no_yes() {
    let world = World::start().await;
    let ana = world.signs_in("ana").await;
    with_level(&world, "project acme/web", 7, 40);
    let ask = async || {
        let web = path("acme/web");
        world.accounts.project_level(&ana, &web).await
    };
    assert_eq!(ask().await.unwrap(), AccessLevel::MAINTAINER);
    with_level(&world, "project acme/web", 7, 20);
    world.pass(MINUTE - Duration::from_secs(1));
    assert_eq!(ask().await.unwrap(), AccessLevel::MAINTAINER);
    assert_eq!(world.gitlab.known().count("GET project acme/web 7"), 1);
    world.pass(Duration::from_secs(1));
    assert_eq!(ask().await.unwrap(), AccessLevel::REPORTER);
    world.pass(MINUTE);
    world.gitlab.known().is_away = true;
    assert!(matches!(ask().await, Err(AccountsError::GitLab(_))));
}

#[tokio::test]
async fn whom_gitlab_blocks_or_forgets_may_do_nothing() {
    let world = World::start().await;
    let (ana, ops) = (world.signs_in("ana").await, world.signs_in("ops").await);
    with_level(&world, "project acme/web", 7, 40);
    world.gitlab.known().users.get_mut("ana").unwrap().state = "blocked";
    let web = path("acme/web");
    let blocked = world.accounts.may_administer_project(&ana, &web).await;
    assert!(matches!(blocked, Err(AccountsError::Blocked { .. })));
    world.gitlab.known().revoke_all();
    let revoked = world.accounts.may_administer_project(&ops, &web).await;
    assert!(matches!(revoked, Err(AccountsError::GrantOver)));
}

#[tokio::test]
async fn an_administrator_is_asked_for_once_an_hour() {
    let world = World::start().await;
    let ops = world.signs_in("ops").await;
    let is_one = async || world.accounts.is_administrator(&ops).await.unwrap();
    assert!(is_one().await);
    world.gitlab.known().users.get_mut("ops").unwrap().is_admin = false;
    world.pass(MINUTE * 59);
    assert!(is_one().await);
    world.pass(MINUTE);
    assert!(!is_one().await);
}

fn rules() -> RoleRules {
    RoleRules {
        viewer: Rule {
            groups: vec![path("acme")],
            users: Vec::new(),
        },
        operator: Rule {
            groups: vec![path("acme/release"), path("acme/sre")],
            users: vec!["ben".to_owned()],
        },
        approver: Rule::default(),
    }
}

#[tokio::test]
async fn roles_come_by_name_and_by_group() {
    let world = World::with(rules()).await;
    let (ana, ben) = (world.signs_in("ana").await, world.signs_in("ben").await);
    let roles = async |who: &SignedIn| {
        let roles = world.accounts.roles_of(who).await.unwrap();
        roles.iter().map(Role::word).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(roles(&ana).await, "");
    assert_eq!(roles(&ben).await, "viewer operator", "by name");
    with_level(&world, "group acme", 7, 10);
    assert_eq!(roles(&ana).await, "", "asked less than a minute ago");
    world.pass(MINUTE);
    assert_eq!(roles(&ana).await, "viewer");
    with_level(&world, "group acme/sre", 7, 30);
    world.pass(MINUTE);
    assert_eq!(roles(&ana).await, "viewer operator");
    world.gitlab.known().users.get_mut("ana").unwrap().state = "blocked";
    world.pass(MINUTE);
    assert_eq!(roles(&ana).await, "", "a blocked member");
}

#[tokio::test]
async fn roles_by_group_need_somebody_to_ask() {
    let world = World::with(rules()).await;
    let ana = world.signs_in("ana").await;
    world.gitlab.known().is_away = true;
    let asked = world.accounts.roles_of(&ana).await;
    assert!(
        matches!(asked, Err(AccountsError::GitLab(_))),
        "no yes, and no no"
    );
    let mut parts = world.parts();
    parts.rules = rules();
    parts.service = None;
    let asked = Accounts::new(parts).roles_of(&ana).await;
    assert!(matches!(asked, Err(AccountsError::NoServiceClient)));
}

#[tokio::test]
async fn a_role_by_name_holds_while_gitlab_does_not_tell_of_groups() {
    let world = World::with(rules()).await;
    let ben = world.signs_in("ben").await;
    let mut parts = world.parts();
    parts.rules = RoleRules {
        approver: Rule {
            groups: vec![path("acme/sre")],
            users: Vec::new(),
        },
        ..rules()
    };
    let accounts = Accounts::new(parts);
    world.gitlab.known().is_away = true;
    let roles = accounts.roles_of(&ben).await.unwrap();
    assert!(roles.has(Role::Operator), "by name");
    assert!(!roles.has(Role::Approver), "nobody says so");
}
