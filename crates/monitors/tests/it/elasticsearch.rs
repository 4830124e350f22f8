//! Documents: written once, however often they are sent.

use std::collections::BTreeMap;

use monitors::elasticsearch::{Client, WriteError, Written};
use monitors::{Credentials, Retry};

use serde_json::json;

use crate::script::{Answer, Server};
use crate::{SECRET, http, line};

async fn create(server: &Server) -> Result<Written, WriteError> {
    let credentials = Credentials::ApiKey(SECRET.into());
    let client = Client::new(http(&server.url), &server.url, credentials).unwrap();
    assert!(!format!("{client:?}").contains(SECRET));
    let index = "events-production".parse().unwrap();
    let id = "aud_1/2".parse().unwrap();
    let document = BTreeMap::from([("message", "a_flag set to 25")]);
    client.create(&index, &id, &document).await
}

async fn create_all(server: &Server) -> Result<Vec<Result<Written, WriteError>>, WriteError> {
    let credentials = Credentials::ApiKey(SECRET.into());
    let client = Client::new(http(&server.url), &server.url, credentials).unwrap();
    let index = "signalbox-errors".parse().unwrap();
    let documents = ["1", "2"].map(|n| (n.parse().unwrap(), format!(r#"{{"n":{n}}}"#)));
    client.create_all(&index, &documents).await
}

#[tokio::test]
async fn many_documents_are_created_in_one_request_and_each_has_its_answer() {
    let item = |status: u16, kind: &str| {
        let error = json!({ "type": kind, "reason": "the reason" });
        let error = if kind.is_empty() {
            json!({})
        } else {
            json!({ "error": error })
        };
        let mut item = json!({ "_index": "signalbox-errors", "_id": "1", "status": status });
        let fields = error.as_object().unwrap().clone();
        item.as_object_mut().unwrap().extend(fields);
        json!({ "create": item })
    };
    for (second, expected) in [
        (item(409, "version_conflict_engine_exception"), None),
        (
            item(400, "document_parsing_exception"),
            Some((
                Retry::Never,
                "HOST does not take the document in signalbox-errors: the reason; check the index's mapping",
            )),
        ),
        (
            item(429, "es_rejected_execution_exception"),
            Some((
                Retry::Backoff,
                "HOST has too much to do; it is asked again later",
            )),
        ),
        (
            item(503, "unavailable_shards_exception"),
            Some((
                Retry::Backoff,
                "HOST failed with status 503 (the reason); look into its log",
            )),
        ),
    ] {
        let done = json!({ "took": 3, "errors": true, "items": [item(201, ""), second] });
        let server = Server::start([Answer::new(200, &done.to_string())]).await;
        let written = create_all(&server).await.unwrap();
        assert_eq!(
            server.request(),
            "POST /signalbox-errors/_bulk\nApiKey s3cr3t-t0k3n\n\
             {\"create\":{\"_id\":\"1\"}}\n{\"n\":1}\n{\"create\":{\"_id\":\"2\"}}\n{\"n\":2}\n"
        );
        assert_eq!(server.header("content-type"), "application/x-ndjson");
        let [first, second] = &written[..] else {
            panic!("{written:?}");
        };
        assert_eq!(first.as_ref().unwrap(), &Written::Created);
        match (second, expected) {
            (Ok(written), None) => assert_eq!(written, &Written::AlreadyThere),
            (Err(error), Some((retry, text))) => {
                assert_eq!(line(error, &server.url), text);
                assert_eq!(error.retry(), retry);
            }
            (second, expected) => panic!("{second:?}, not {expected:?}"),
        }
    }
}

#[tokio::test]
async fn an_answer_that_leaves_documents_out_is_none() {
    for answer in [
        Answer::new(
            200,
            r#"{"errors":false,"items":[{"create":{"status":201}}]}"#,
        ),
        Answer::new(200, "{}"),
        refused(503, "unavailable_shards_exception"),
        refused(409, "version_conflict_engine_exception"),
    ] {
        let server = Server::start([answer.clone()]).await;
        assert!(create_all(&server).await.is_err(), "{answer:?}");
    }
}

fn refused(status: u16, kind: &str) -> Answer {
    let body = format!(
        r#"{{"error":{{"root_cause":[],"type":"{kind}","reason":"the reason"}},"status":{status}}}"#
    );
    Answer::new(status, &body)
}

#[tokio::test]
async fn a_document_is_created_under_its_id() {
    let created = r#"{"_index":"events-production","_id":"aud_1/2","result":"created",
        "_shards":{"total":2,"successful":1,"failed":0}}"#;
    let server = Server::start([Answer::new(201, created)]).await;
    assert_eq!(create(&server).await.unwrap(), Written::Created);
    assert_eq!(
        server.request(),
        "POST /events-production/_doc/aud_1%2F2?op_type=create\nApiKey s3cr3t-t0k3n\n\
         {\"message\":\"a_flag set to 25\"}"
    );
}

#[tokio::test]
async fn a_repeat_changes_nothing() {
    let server = Server::start([refused(409, "version_conflict_engine_exception")]).await;
    assert_eq!(create(&server).await.unwrap(), Written::AlreadyThere);
}

#[tokio::test]
async fn every_failure_is_one_line_with_a_remedy() {
    for (answer, retry, text) in [
        (
            refused(400, "document_parsing_exception"),
            Retry::Never,
            "HOST does not take the document in events-production: the reason; check the index's mapping",
        ),
        (
            refused(404, "index_not_found_exception"),
            Retry::Never,
            "HOST has no index events-production and may not make it; create it, or check its name",
        ),
        (
            refused(403, "security_exception"),
            Retry::Never,
            "HOST does not allow this (the reason); give the credentials the privileges create_doc and read on the index",
        ),
        (
            refused(403, "cluster_block_exception"),
            Retry::Backoff,
            "HOST has closed events-production for writing: the reason; look for a full disk",
        ),
        (
            refused(429, "cluster_block_exception"),
            Retry::Backoff,
            "HOST has closed events-production for writing: the reason; look for a full disk",
        ),
        (
            refused(429, "es_rejected_execution_exception"),
            Retry::Backoff,
            "HOST has too much to do; it is asked again later",
        ),
        (
            refused(503, "unavailable_shards_exception"),
            Retry::Backoff,
            "HOST failed with status 503 (the reason); look into its log",
        ),
        (
            refused(409, "invented_exception"),
            Retry::Never,
            "HOST refused the call with status 409 (the reason); check the configuration",
        ),
        (
            Answer::new(400, r#"{"error":"no handler","status":400}"#),
            Retry::Never,
            "HOST does not take the document in events-production: no handler; check the index's mapping",
        ),
        (
            Answer::new(401, r#"{"error":"Unauthorized"}"#),
            Retry::Never,
            "HOST does not accept the credentials; check them in the configuration",
        ),
        (
            Answer::new(200, r#"{"result":"updated"}"#),
            Retry::Backoff,
            "the answer of HOST is not Elasticsearch's (not the JSON that was expected); check the address",
        ),
    ] {
        let server = Server::start([answer]).await;
        let error = create(&server).await.unwrap_err();
        assert_eq!(line(&error, &server.url), text);
        assert_eq!(error.retry(), retry, "{text}");
    }
}
