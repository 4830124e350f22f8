//! The status of an incident.

use gitlab::rest::{EscalationStatus, RestError};
use serde_json::json;

use super::client;
use super::stub::Stub;

#[tokio::test]
async fn the_status_of_an_incident_is_set() {
    let set = json!({"data": {"issueSetEscalationStatus": {"errors": []}}});
    let stub = Stub::giving([set]).await;
    let client = client(&stub.url);
    client
        .set_escalation_status("acme/shop", 12, EscalationStatus::Acknowledged)
        .await
        .unwrap();
    let [line] = stub.lines().try_into().unwrap();
    let body = line.strip_prefix("POST /api/graphql ").unwrap();
    let body: serde_json::Value = serde_json::from_str(body).unwrap();
    assert_eq!(
        body["variables"],
        json!({"project": "acme/shop", "iid": "12", "status": "ACKNOWLEDGED"})
    );
    assert!(
        body["query"]
            .as_str()
            .unwrap()
            .contains("issueSetEscalationStatus"),
        "{body}"
    );
}

#[tokio::test]
async fn what_gitlab_objects_to_is_told_in_its_words() {
    let stub = Stub::giving([
        json!({"data": {"issueSetEscalationStatus": {"errors": ["Status is off"]}}}),
        json!({
            "data": {"issueSetEscalationStatus": null},
            "errors": [{"message": "you don't have\npermission", "path": ["x"]}],
        }),
        json!({"data": {"issueSetEscalationStatus": null}}),
    ])
    .await;
    let client = client(&stub.url);
    for expected in ["Status is off", "you don't have permission", ""] {
        let status = EscalationStatus::Resolved;
        let error = client.set_escalation_status("acme/shop", 12, status).await;
        let Err(RestError::Refused { message, .. }) = error else {
            panic!("{error:?}");
        };
        assert_eq!(message, expected);
    }
}
