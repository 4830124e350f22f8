//! Every route with everybody who may ask: who is let in, and how others are turned away.
//!
//! The table names each route and what it wants; who has that is a rule, not a list. A route that
//! the table lacks fails the walk.

#[path = "rights/routes.rs"]
mod routes;
#[path = "rights/table.rs"]
mod table;
#[path = "rights/who.rs"]
mod who;

use std::collections::BTreeSet;

use axum::http::StatusCode;

use crate::world::people::Home;
use table::{Needs, Outcome, TABLE};
use who::{Asker, Sent, Told, Who};

/// Where the environments' own addresses begin.
const ENVIRONMENTS: [&str; 4] = [
    "/environments/staging",
    "/environments/gstg",
    "/environments/production",
    "/environments/gprd",
];

/// A route as the table has it: without its environment, in GitLab's newer name, without a slash
/// too many.
fn canonical(route: &str) -> String {
    let own = ENVIRONMENTS
        .iter()
        .find_map(|start| route.strip_prefix(start));
    let route = own.unwrap_or(route).replace("/services", "/integrations");
    let route = route.replace("/features//", "/features/");
    match route.strip_suffix('/') {
        Some(rest) if !rest.is_empty() => rest.to_owned(),
        Some(_) | None => route,
    }
}

/// What the table says of a route: a query to ask with, and what it wants.
fn rows(method: &str, route: &str) -> Vec<(&'static str, Needs)> {
    let wanted = format!("{method} {}", canonical(route));
    let all = TABLE
        .iter()
        .flat_map(|(needs, entries)| entries.iter().map(|entry| (*entry, *needs)));
    let of_route = all.filter_map(|(entry, needs)| {
        let (known, query) = entry.split_once('?').unwrap_or((entry, ""));
        (known == wanted).then_some((query, needs))
    });
    of_route.collect()
}

/// An address of a route, or of a query's value: something for every name.
fn filled_in(method: &str, route: &str) -> String {
    let act = match method == "POST" && !route.starts_with("/workspaces") {
        true => "/-/slack",
        false => "",
    };
    let project = format!("gitlab-org/gitlab{act}");
    let group = format!("gitlab-org{act}");
    let mut address = route.to_owned();
    for (name, value) in [
        ("/groups/{*path}", format!("/groups/{group}")),
        ("{*path}", project),
        (
            "/v4/projects/{id}",
            "/v4/projects/gitlab-org%2Fgitlab".to_owned(),
        ),
        ("/v4/groups/{id}", "/v4/groups/gitlab-org".to_owned()),
        ("/workspaces/{id}", "/workspaces/T0DEMO".to_owned()),
        ("/effects/{id}", "/effects/1".to_owned()),
        ("{id}", "unknown".to_owned()),
        ("{flag}", "tidy_sidebar".to_owned()),
        ("{name}", "tidy_sidebar".to_owned()),
        ("{*key}", "tidy_sidebar".to_owned()),
        ("{slug}", "slack".to_owned()),
        ("{*act}", "slack".to_owned()),
        ("{act}", "hold".to_owned()),
        ("{acts}", "holds".to_owned()),
        ("{hook}", "demo".to_owned()),
        ("{workspace}", "T0DEMO".to_owned()),
        ("{user}", "U0NOBODY".to_owned()),
        ("{token}", "guess".to_owned()),
    ] {
        address = address.replace(name, &value);
    }
    assert!(!address.contains('{'), "{route}: a name without a value");
    address
}

/// Every address to ask at: each route of the router, as often as the table has it.
fn addresses(home: &Home) -> Vec<(String, String, Needs)> {
    let routes = routes::of(&home.world.routes);
    let mut addresses = Vec::new();
    for (method, route) in &routes {
        let rows = rows(method, route);
        assert!(
            !rows.is_empty(),
            "nobody has said who may {method} {route}: add it to the table"
        );
        for (query, needs) in rows {
            let mut address = filled_in(method, route);
            if !query.is_empty() {
                address = format!("{address}?{}", filled_in(method, query));
            }
            addresses.push((method.clone(), address, needs));
        }
    }
    // Whoever signs out is somebody until then.
    addresses.sort_by_key(|(_, path, _)| path == "/auth/sign-outs");
    addresses
}

#[tokio::test]
async fn the_table_has_no_route_that_is_gone() {
    let home = Home::closed().await;
    let routes = routes::of(&home.world.routes).into_iter();
    let routes: BTreeSet<String> = routes
        .map(|(method, route)| format!("{method} {}", canonical(&route)))
        .collect();
    for entry in TABLE.iter().flat_map(|(_, entries)| entries.iter()) {
        let route = entry.split('?').next().unwrap_or_default();
        assert!(routes.contains(route), "there is no route {route}");
    }
}

fn outcome(told: &Told) -> Outcome {
    match told.status {
        StatusCode::UNAUTHORIZED => Outcome::Unknown,
        StatusCode::FORBIDDEN => Outcome::Refused,
        StatusCode::SEE_OTHER if told.location.starts_with("/auth/gitlab") => Outcome::SignInFirst,
        StatusCode::SEE_OTHER if told.location == "/slack" => Outcome::ChooseFirst,
        StatusCode::NOT_FOUND if NOT_THERE.contains(&told.text.as_str()) => Outcome::NotThere,
        _ => Outcome::LetIn,
    }
}

/// What GitLab's API says of a place that somebody may not know of.
const NOT_THERE: [&str; 2] = [
    "{\"message\":\"404 Project Not Found\"}",
    "{\"message\":\"404 Group Not Found\"}",
];

#[tokio::test]
async fn every_route_lets_in_those_it_is_for_and_nobody_else() {
    let home = who::home().await;
    let addresses = addresses(&home);
    let mut wrong = Vec::new();
    for who in Who::ALL {
        let asker = Asker::new(&home, who).await;
        for (method, path, needs) in &addresses {
            let told = asker.asks(method, path).await;
            let (is, wanted) = (outcome(&told), needs.outcome(who));
            if is != wanted {
                let text: String = told.text.chars().take(200).collect();
                wrong.push(format!(
                    "{who:?} {method} {path} ({needs:?}): {is:?} ({}) and not {wanted:?}: {text}",
                    told.status
                ));
            }
            if told.status.is_server_error() {
                wrong.push(format!("{who:?} {method} {path}: {}", told.status));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_a_route_wants_somebody_has_and_somebody_lacks() {
    for (needs, _) in TABLE {
        let outcomes: Vec<_> = Who::ALL.iter().map(|who| needs.outcome(*who)).collect();
        let is_let_in = outcomes.contains(&Outcome::LetIn);
        let is_refused = outcomes.iter().any(|outcome| *outcome != Outcome::LetIn);
        let wants_state = *needs == Needs::State;
        assert_eq!(is_let_in, !wants_state, "{needs:?}");
        assert_eq!(is_refused, *needs != Needs::Nothing, "{needs:?}");
    }
}

#[tokio::test]
async fn nothing_changes_by_a_cookie_alone_or_from_another_site() {
    let home = who::home().await;
    let asker = Asker::new(&home, Who::Ops).await;
    let mut tried = 0;
    for (method, path, needs) in addresses(&home) {
        if method == "GET" || !needs.takes_cookies() {
            continue;
        }
        for sent in [Sent::WithoutToken, Sent::FromAnotherSite] {
            let told = asker.sends(&method, &path, sent).await;
            assert_eq!(
                told.status,
                StatusCode::FORBIDDEN,
                "{method} {path}: {}",
                told.text
            );
        }
        tried += 1;
    }
    assert!(20 < tried, "{tried}");
}

#[tokio::test]
async fn where_everyone_may_read_the_pages_let_visitors_in_and_programs_need_tokens() {
    let home = Home::open().await;
    let visitor = Asker::new(&home, Who::Nobody).await;
    for (method, path, needs) in addresses(&home) {
        let is_open = !matches!(
            needs,
            Needs::SignIn
                | Needs::Token(_)
                | Needs::Stream
                | Needs::IntegrationOfProject
                | Needs::IntegrationOfGroup
                | Needs::HookSecret
                | Needs::Signature
                | Needs::State
        );
        let told = visitor.asks(&method, &path).await;
        let is_let_in = outcome(&told) == Outcome::LetIn;
        assert_eq!(is_let_in, is_open, "{method} {path}: {told:?}");
        if is_open && method != "GET" {
            let told = visitor.sends(&method, &path, Sent::FromAnotherSite).await;
            assert_eq!(told.status, StatusCode::FORBIDDEN, "{method} {path}");
        }
    }
}

#[tokio::test]
async fn a_refusal_does_not_tell_whether_a_private_project_is_there() {
    let home = who::home().await;
    for who in [Who::Nobody, Who::Ben, Who::Token(accounts::Scope::Flags)] {
        let asker = Asker::new(&home, who).await;
        for (method, start, end) in [
            ("GET", "/projects/", ""),
            ("POST", "/projects/", "/-/slack"),
            ("GET", "/slack?project=", ""),
            ("GET", "/slack/install?project=", ""),
            ("GET", "/workspaces/T0DEMO/projects/", ""),
            ("POST", "/workspaces/T0DEMO/projects/", ""),
            ("GET", "/api/v4/projects/", "/integrations"),
            ("PUT", "/api/v4/projects/", "/integrations/slack"),
        ] {
            let ask = async |project: &str| {
                let project = match start.starts_with("/api") {
                    true => project.replace('/', "%2F"),
                    false => project.to_owned(),
                };
                let path = format!("{start}{project}{end}");
                let told = asker.asks(method, &path).await;
                let encoded = project.replace("%2F", "/").replace('/', "%2F");
                let told = format!("{} {} {}", told.status, told.location, told.text);
                told.replace(&project, "it").replace(&encoded, "it")
            };
            let (is, is_not) = (
                ask("acquisitions/harbor").await,
                ask("acquisitions/nothing").await,
            );
            assert_eq!(is, is_not, "{who:?} {method} {start}…{end}");
        }
    }
}
