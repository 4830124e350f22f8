//! Lists are followed as far as the caller wants, and no further.

use gitlab::rest::{Issue, IssueQuery, Listed, Place, RestError};
use serde_json::json;

use super::stub::{Reply, Stub};
use super::{TOKEN, client, shop};

fn page(iids: impl IntoIterator<Item = u64>) -> String {
    let issues: Vec<_> = iids
        .into_iter()
        .map(|iid| json!({ "id": iid, "iid": iid, "project_id": 1, "title": "x", "state": "opened" }))
        .collect();
    json!(issues).to_string()
}

async fn issues(stub: &Stub, limit: usize) -> Result<Listed<Issue>, RestError> {
    let query = IssueQuery {
        limit,
        ..IssueQuery::open_in(Place::Project(shop()))
    };
    client(&stub.url).issues(&query).await
}

fn iids(listed: &Listed<Issue>) -> Vec<u64> {
    listed.items.iter().map(|issue| issue.iid).collect()
}

#[tokio::test]
async fn pages_are_followed_by_key_to_the_end() {
    let link = |cursor: &str| {
        format!(r#"<https://outside.example/api/v4/x?per_page=100&cursor={cursor}>; rel="next""#)
    };
    let stub = Stub::start([
        Reply::json(200, &page(1..=2)).with("link", link("abc")),
        Reply::json(200, &page(3..=4)).with("link", link("def")),
        Reply::json(200, &page(5..=5)),
    ])
    .await;
    let listed = issues(&stub, 1_000).await.unwrap();
    assert_eq!(
        (iids(&listed), listed.is_complete),
        (vec![1, 2, 3, 4, 5], true)
    );
    let issues = "GET projects/acme%2Fshop/issues?";
    assert_eq!(
        stub.lines(),
        [
            format!("{issues}order_by=created_at&sort=desc&state=opened&per_page=100"),
            format!("{issues}per_page=100&cursor=abc"),
            format!("{issues}per_page=100&cursor=def"),
        ]
    );
    assert!(
        stub.requests()
            .iter()
            .all(|request| request.token.as_deref() == Some(TOKEN))
    );
}

#[tokio::test]
async fn pages_are_followed_by_number() {
    let stub = Stub::start([
        Reply::json(200, &page(1..=2)).with("x-next-page", "2"),
        Reply::json(200, &page(3..=3)).with("x-next-page", ""),
    ])
    .await;
    let listed = issues(&stub, 50).await.unwrap();
    assert_eq!((iids(&listed), listed.is_complete), (vec![1, 2, 3], true));
    assert!(
        stub.lines()[1].ends_with("state=opened&per_page=50&page=2"),
        "{:?}",
        stub.lines()
    );
}

#[tokio::test]
async fn a_list_stops_at_the_callers_bound_and_says_so() {
    for (limit, pages, complete) in [(2, 1, false), (3, 2, false), (4, 2, false)] {
        let stub = Stub::start([
            Reply::json(200, &page(1..=2)).with("x-next-page", "2"),
            Reply::json(200, &page(3..=4)).with("x-next-page", "3"),
        ])
        .await;
        let listed = issues(&stub, limit).await.unwrap();
        assert_eq!((listed.items.len(), listed.is_complete), (limit, complete));
        assert_eq!(stub.requests().len(), pages, "limit {limit}");
    }
    // All that there is, exactly.
    let stub = Stub::start([Reply::json(200, &page(1..=2))]).await;
    assert!(issues(&stub, 2).await.unwrap().is_complete);
    // A server that does not keep to `per_page`.
    let stub = Stub::start([Reply::json(200, &page(1..=5))]).await;
    let listed = issues(&stub, 2).await.unwrap();
    assert_eq!((iids(&listed), listed.is_complete), (vec![1, 2], false));
}

#[tokio::test]
async fn pages_without_items_do_not_go_on_for_ever() {
    let empty = (2..10).map(|next| Reply::json(200, "[]").with("x-next-page", next.to_string()));
    let stub = Stub::start(empty).await;
    assert!(issues(&stub, 100).await.unwrap().items.is_empty());
    assert_eq!(stub.requests().len(), 1);
}

#[tokio::test]
async fn a_page_that_fails_fails_the_list() {
    let stub = Stub::start([
        Reply::json(200, &page(1..=2)).with("x-next-page", "2"),
        Reply::json(502, ""),
    ])
    .await;
    let error = issues(&stub, 100).await.unwrap_err();
    assert!(
        matches!(error, RestError::ServerFailed { status: 502, .. }),
        "{error:?}"
    );
}
