//! Whatever answers, and whatever is asked for, nothing breaks and nothing leads elsewhere.

use gitlab::rest::{IdOrPath, RestError};
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

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_name_stays_one_segment(name in "\\PC{1,12}") {
        prop_assume!(!matches!(name.as_str(), "." | ".."));
        let line = Runtime::new().unwrap().block_on(async {
            let stub = Stub::start([Reply::json(404, "{}")]).await;
            let error = client(&stub.url).branch(&shop(), &name).await.unwrap_err();
            assert!(!error.to_string().chars().any(char::is_control));
            stub.lines().remove(0)
        });
        let branch = line.strip_prefix("GET projects/acme%2Fshop/repository/branches/").unwrap();
        prop_assert!(!branch.contains(['/', '?', '#']), "{branch}");
    }

    #[test]
    fn any_answer_is_read_or_told_in_one_line(
        status in 200_u16..600,
        body in ".{0,200}",
        content_type in prop::sample::select(vec!["application/json", "text/html", "x", ""]),
    ) {
        let result = Runtime::new().unwrap().block_on(async {
            let stub = Stub::start([Reply::typed(status, content_type, &body)]).await;
            client(&stub.url).project(&shop()).await
        });
        let line = result.unwrap_err().to_string();
        prop_assert!(!line.chars().any(char::is_control), "{line:?}");
        prop_assert!(!line.contains(TOKEN) && line.contains("127.0.0.1"), "{line}");
    }
}
