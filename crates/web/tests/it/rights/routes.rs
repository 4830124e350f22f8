//! The routes that the router has. It has no list of them, but shows them when it is printed.

use std::collections::{BTreeMap, BTreeSet};

use axum::Router;

/// Every method and path, `HEAD` left out: it is `GET`'s.
pub fn of(router: &Router) -> BTreeSet<(String, String)> {
    let printed = format!("{router:?}");
    let (printed, _) = printed
        .split_once("fallback_router:")
        .expect("the router's own routes");
    let (handlers, paths) = printed
        .split_once("node: Node")
        .expect("the paths of the routes");
    let mut methods: BTreeMap<&str, &str> = numbered(handlers).collect();
    let mut routes = BTreeSet::new();
    for (number, path) in numbered(paths) {
        let handler = methods.remove(number).expect("a handler for each path");
        let path = quoted(path).expect("a path");
        let allowed = handler.split("allow_header: Bytes(b").nth(1);
        let allowed = allowed.and_then(quoted).expect("methods");
        for method in allowed.split(',').filter(|method| *method != "HEAD") {
            routes.insert((method.to_owned(), path.to_owned()));
        }
    }
    assert!(methods.is_empty(), "handlers without a path: {methods:?}");
    routes
}

/// `{RouteId(1): …, RouteId(2): …}`
fn numbered(printed: &str) -> impl Iterator<Item = (&str, &str)> {
    let listed = printed.split("RouteId(").skip(1);
    listed.filter_map(|route| route.split_once("): "))
}

/// The text in the first pair of quotes.
fn quoted(printed: &str) -> Option<&str> {
    printed.split('"').nth(1)
}

#[test]
fn printing_a_router_shows_its_methods_and_paths() {
    use axum::routing::{get, post};
    let router = Router::new()
        .route("/a/{id}", get(|| async {}).post(|| async {}))
        .merge(Router::new().route("/b", post(|| async {})))
        .fallback(|| async {});
    let routes: Vec<String> = of(&router)
        .into_iter()
        .map(|(method, path)| format!("{method} {path}"))
        .collect();
    assert_eq!(routes, ["GET /a/{id}", "POST /a/{id}", "POST /b"]);
}
