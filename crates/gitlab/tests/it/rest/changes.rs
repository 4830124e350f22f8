//! What is written.

use std::collections::BTreeMap;

use gitlab::rest::{
    FeatureValue, IssueState, LabelChange, NewIssue, PercentageKey, RestError, SetFeature,
};
use secrecy::SecretString;
use serde_json::{Value, json};

use super::stub::{Reply, Stub};
use super::{TOKEN, client, shop};

fn issue(state: &str) -> Value {
    json!({ "id": 41, "iid": 12, "project_id": 3, "title": "x", "state": state })
}

#[tokio::test]
async fn feature_flags_are_set_and_deleted() {
    let feature = json!({
        "name": "tidy_sidebar", "state": "conditional", "definition": null,
        "gates": [{ "key": "percentage_of_actors", "value": 12.5 }],
    });
    let stub = Stub::start([
        Reply::json(201, &feature.to_string()),
        Reply::json(201, &feature.to_string()),
        Reply::typed(204, "", ""),
        Reply::json(
            400,
            r#"{"message":"400 Bad request - ghost is not found!"}"#,
        ),
    ])
    .await;
    let client = client(&stub.url);
    let name = "run_sidekiq_jobs_Some::Worker";
    let some = SetFeature {
        key: Some(PercentageKey::PercentageOfActors),
        ..SetFeature::to(FeatureValue::Number(12.5))
    };
    assert_eq!(
        client.set_feature(name, &some).await.unwrap().gates.len(),
        1
    );
    let targets = SetFeature {
        groups: vec!["acme".into()],
        namespaces: vec!["ana".into()],
        projects: vec!["acme/shop".into(), "acme/web".into()],
        repositories: vec!["acme/shop.git".into()],
        ..SetFeature::to(FeatureValue::OptOut)
    };
    client.set_feature(name, &targets).await.unwrap();
    client.delete_feature(name).await.unwrap();
    let error = client.set_feature(name, &some).await.unwrap_err();
    assert!(
        matches!(&error, RestError::Refused { status: 400, message, .. } if message == "ghost is not found!"),
        "{error:?}"
    );
    let line = "features/run_sidekiq_jobs_Some%3A%3AWorker";
    assert_eq!(
        stub.lines()[..3],
        [
            format!(r#"POST {line} {{"key":"percentage_of_actors","value":"12.5"}}"#),
            format!(
                r#"POST {line} {{"group":"acme","namespace":"ana","project":"acme/shop,acme/web","repository":"acme/shop.git","value":"opt_out"}}"#
            ),
            format!("DELETE {line}"),
        ]
    );
}

#[tokio::test]
async fn issues_are_opened_labelled_commented_linked_and_closed() {
    let stub = Stub::start([
        Reply::json(201, &issue("opened").to_string()),
        Reply::json(200, &issue("opened").to_string()),
        Reply::json(201, r#"{"id":3,"body":"Done"}"#),
        Reply::json(201, r#"{"id":4,"body":"Done"}"#),
        Reply::json(201, r#"{"source_issue":{},"target_issue":{}}"#),
        Reply::json(409, r#"{"message":"Issue(s) already assigned"}"#),
        Reply::json(200, &issue("closed").to_string()),
    ])
    .await;
    let client = client(&stub.url);
    let new = NewIssue {
        title: "Set on production".into(),
        description: "By ana".into(),
        labels: vec!["change".into(), "host::gitlab.example".into()],
        ..NewIssue::default()
    };
    assert_eq!(client.create_issue(&shop(), &new).await.unwrap().iid, 12);
    let labels = LabelChange {
        add: vec!["done".into()],
        remove: vec!["doing".into(), "next".into()],
    };
    client
        .change_issue_labels(&shop(), 12, &labels)
        .await
        .unwrap();
    assert_eq!(
        client
            .create_issue_note(&shop(), 12, "Done")
            .await
            .unwrap()
            .id,
        3
    );
    assert_eq!(
        client
            .create_merge_request_note(&shop(), 7, "Done")
            .await
            .unwrap()
            .id,
        4
    );
    let log = "acme/log".parse().unwrap();
    client.link_issues((&shop(), 12), (&log, 1)).await.unwrap();
    // Once more: they are linked, which is what was wanted.
    client.link_issues((&shop(), 12), (&log, 1)).await.unwrap();
    let closed = client.close_issue(&shop(), 12).await.unwrap();
    assert_eq!(closed.state, IssueState::Closed);
    let link = r#"POST projects/acme%2Fshop/issues/12/links {"target_issue_iid":1,"target_project_id":"acme/log"}"#;
    assert_eq!(
        stub.lines(),
        [
            r#"POST projects/acme%2Fshop/issues {"confidential":false,"description":"By ana","labels":"change,host::gitlab.example","title":"Set on production"}"#,
            r#"PUT projects/acme%2Fshop/issues/12 {"add_labels":"done","remove_labels":"doing,next"}"#,
            r#"POST projects/acme%2Fshop/issues/12/notes {"body":"Done"}"#,
            r#"POST projects/acme%2Fshop/merge_requests/7/notes {"body":"Done"}"#,
            link,
            link,
            r#"PUT projects/acme%2Fshop/issues/12 {"state_event":"close"}"#,
        ]
    );
    assert!(
        stub.requests()
            .iter()
            .all(|request| request.token.as_deref() == Some(TOKEN))
    );
}

#[tokio::test]
async fn pipelines_are_started_by_either_token() {
    let pipeline =
        r#"{"id":5,"status":"created","ref":"main","web_url":"https://gitlab.example/p"}"#;
    let trigger = "glptt-secret";
    let echo = format!(r#"{{"message":"bad {trigger}"}}"#);
    let stub = Stub::start([
        Reply::json(201, pipeline),
        Reply::json(201, pipeline),
        Reply::json(400, &echo),
    ])
    .await;
    let client = client(&stub.url);
    let variables = BTreeMap::from([("FLAG".to_owned(), "tidy_sidebar".to_owned())]);
    let created = client.create_pipeline(&shop(), "main", &variables).await;
    assert_eq!(created.unwrap().id, 5);
    let token = SecretString::from(trigger);
    let triggered = client
        .trigger_pipeline(&shop(), "main", &token, &variables)
        .await;
    assert_eq!(triggered.unwrap().id, 5);
    let error = client
        .trigger_pipeline(&shop(), "main", &token, &variables)
        .await
        .unwrap_err();
    assert!(!error.to_string().contains(trigger), "{error}");
    assert_eq!(
        stub.lines()[..2],
        [
            r#"POST projects/acme%2Fshop/pipeline {"ref":"main","variables":[{"key":"FLAG","value":"tidy_sidebar"}]}"#,
            r#"POST projects/acme%2Fshop/trigger/pipeline {"ref":"main","token":"glptt-secret","variables":{"FLAG":"tidy_sidebar"}}"#,
        ]
    );
    assert_eq!(stub.requests()[1].token, None);
}

#[tokio::test]
async fn a_change_whose_answer_was_lost_may_have_been_made() {
    for (reply, certainly_not_done) in [
        (Reply::json(500, ""), false),
        (Reply::BreaksOff, false),
        (Reply::json(200, "{}"), false),
        (Reply::json(429, ""), true),
        (Reply::json(401, ""), true),
        (Reply::json(400, ""), true),
    ] {
        let stub = Stub::start([reply]).await;
        let error = client(&stub.url)
            .create_issue_note(&shop(), 1, "x")
            .await
            .unwrap_err();
        assert_eq!(error.certainly_not_done(), certainly_not_done, "{error}");
    }
}
