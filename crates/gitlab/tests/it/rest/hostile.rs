//! Whatever answers, and whatever is asked for, nothing breaks and nothing leads elsewhere.

use gitlab::rest::{Client, IdOrPath, RestError};
use proptest::prelude::*;
use tokio::runtime::Runtime;

use super::stub::{Reply, Stub};
use super::{TOKEN, client, shop};

#[tokio::test]
async fn a_name_that_would_lead_elsewhere_is_not_asked_for() {
    let stub = Stub::start([]).await;
    let client = client(&stub.url);
    for name in ["", ".", ".."] {
        let error = client.branch(&shop(), name).await.unwrap_err();
        assert!(matches!(error, RestError::NotFound { .. }), "{error:?}");
        let error = client.delete_feature(name).await.unwrap_err();
        assert!(matches!(error, RestError::NotFound { .. }), "{error:?}");
        let error = client
            .project(&IdOrPath::Path(name.to_owned()))
            .await
            .unwrap_err();
        assert!(matches!(error, RestError::NotFound { .. }), "{error:?}");
    }
    assert!(stub.requests().is_empty());
}

/// One server and one client for many cases: making a client reads the system's certificates.
struct Bench {
    runtime: Runtime,
    stub: Stub,
    client: Client,
    project: IdOrPath,
}

impl Bench {
    fn new() -> Self {
        let runtime = Runtime::new().unwrap();
        let stub = runtime.block_on(Stub::start([]));
        let client = client(&stub.url);
        Self {
            runtime,
            stub,
            client,
            project: shop(),
        }
    }
}

#[test]
fn any_name_stays_one_segment() {
    let bench = Bench::new();
    proptest!(|(name in "\\PC{1,12}")| {
        prop_assume!(!matches!(name.as_str(), "." | ".."));
        bench.stub.will(Reply::json(404, "{}"));
        let asked = bench.client.branch(&bench.project, &name);
        let error = bench.runtime.block_on(asked).unwrap_err();
        prop_assert!(!error.to_string().chars().any(char::is_control));
        let line = bench.stub.lines().pop().unwrap();
        let branch = line.strip_prefix("GET projects/acme%2Fshop/repository/branches/").unwrap();
        prop_assert!(!branch.contains(['/', '?', '#']), "{branch}");
    });
}

/// What a person may name, and where it stands in the address.
#[test]
fn any_name_stays_where_it_belongs() {
    let bench = Bench::new();
    let (client, project) = (&bench.client, &bench.project);
    proptest!(ProptestConfig::with_cases(64), |(name in "[./%?#\\\\a-c\u{e9} ]{1,8}")| {
        prop_assume!(!matches!(name.as_str(), "." | ".."));
        for _ in 0..3 {
            bench.stub.will(Reply::json(404, "{}"));
        }
        drop(bench.runtime.block_on(client.file_text(project, &name, &name)));
        drop(bench.runtime.block_on(client.issue_template(project, &name)));
        drop(bench.runtime.block_on(client.release(project, &name)));
        let lines = bench.stub.lines();
        let [.., file, template, release] = lines.as_slice() else {
            panic!("{lines:?}");
        };
        for (line, before) in [
            (file, "repository/files/"),
            (template, "templates/issues/"),
            (release, "releases/"),
        ] {
            let before = format!("GET projects/acme%2Fshop/{before}");
            let rest = line.strip_prefix(before.as_str()).unwrap();
            let segment = rest.split_once("/raw?ref=").map_or(rest, |(segment, _)| segment);
            prop_assert!(!segment.contains(['/', '?', '#', '\\']), "{line}");
        }
    });
}

#[test]
fn any_answer_is_read_or_told_in_one_line() {
    let bench = Bench::new();
    let content_types = vec!["application/json", "text/html", "x", ""];
    proptest!(|(
        status in 200_u16..600,
        body in ".{0,200}",
        content_type in prop::sample::select(content_types),
    )| {
        // Neither may have a body, and an HTTP server sees to it.
        prop_assume!(!matches!(status, 204 | 304));
        bench.stub.will(Reply::typed(status, content_type, &body));
        let asked = bench.client.project(&bench.project);
        let line = bench.runtime.block_on(asked).unwrap_err().to_string();
        prop_assert!(!line.chars().any(char::is_control), "{line:?}");
        prop_assert!(!line.contains(TOKEN) && line.contains("127.0.0.1"), "{line}");
    });
}
