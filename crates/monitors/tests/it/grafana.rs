//! Annotations: made, found again, refused.

use jiff::Timestamp;
use monitors::Retry;
use monitors::grafana::{Annotation, AnnotationId, Client};

use crate::script::{Answer, Server};
use crate::{SECRET, bearer, http, line};

const TAGS: &[&str] = &["feature-flag", "a_flag", "production"];

fn annotation() -> Annotation<'static> {
    Annotation {
        at: Timestamp::new(1_700_000_000, 123_000_000).unwrap(),
        until: None,
        tags: TAGS,
        text: "ana set a_flag to 25",
    }
}

fn client(server: &Server) -> Client {
    Client::new(http(&server.url), &server.url, bearer()).unwrap()
}

#[tokio::test]
async fn an_annotation_is_the_organizations_and_gives_its_number() {
    let made = Answer::new(200, r#"{"message":"Annotation added","id":7}"#);
    let server = Server::start([made]).await;
    let client = client(&server);
    let id = client.annotate(annotation()).await.unwrap();
    assert_eq!(id, AnnotationId(7));
    assert_eq!(
        server.request(),
        "POST /api/annotations\nBearer s3cr3t-t0k3n\n\
         {\"time\":1700000000123,\"tags\":[\"feature-flag\",\"a_flag\",\"production\"],\
         \"text\":\"ana set a_flag to 25\"}"
    );
    assert!(!format!("{client:?}").contains(SECRET));
}

#[tokio::test]
async fn one_whose_answer_was_lost_is_found_again() {
    let others = r#"[{"id":1,"time":1700000000123,"text":"ben set a_flag to 50","tags":[]},
        {"id":2,"time":1700000000124,"text":"ana set a_flag to 25"},
        {"id":3,"time":1700000000123,"text":"ana set a_flag to 25"}]"#;
    let server = Server::start([Answer::new(200, others)]).await;
    let found = client(&server).find(annotation()).await.unwrap();
    assert_eq!(found, Some(AnnotationId(3)));
    assert_eq!(
        server.request(),
        "GET /api/annotations?from=1700000000123&to=1700000000123&type=annotation&limit=100\
         &tags=feature-flag&tags=a_flag&tags=production\nBearer s3cr3t-t0k3n\n"
    );
    let server = Server::start([Answer::new(200, "[]")]).await;
    assert_eq!(client(&server).find(annotation()).await.unwrap(), None);
}

#[tokio::test]
async fn every_failure_is_one_line_and_says_whether_it_may_stand_there() {
    let message = |status, text: &str| Answer::new(status, &format!(r#"{{"message":"{text}"}}"#));
    for (answer, retry, certain, text) in [
        (
            message(400, "text field should not be empty"),
            Retry::Never,
            true,
            "HOST does not take the annotation: text field should not be empty; report this to the maintainers",
        ),
        (
            message(401, "Invalid API key"),
            Retry::Never,
            true,
            "HOST does not accept the credentials; check them in the configuration",
        ),
        (
            message(403, "Permission denied"),
            Retry::Never,
            true,
            "HOST does not allow this (Permission denied); give the credentials the permissions annotations:create and annotations:read",
        ),
        (
            message(404, "Not found"),
            Retry::Never,
            true,
            "HOST refused the call with status 404 (Not found); check the configuration",
        ),
        (
            message(500, "Failed to save annotation"),
            Retry::Backoff,
            false,
            "HOST failed with status 500 (Failed to save annotation); look into its log",
        ),
        (
            Answer::new(200, "{}"),
            Retry::Backoff,
            false,
            "the answer of HOST is not Grafana's (not the JSON that was expected); check the address",
        ),
    ] {
        let server = Server::start([answer]).await;
        let error = client(&server).annotate(annotation()).await.unwrap_err();
        assert_eq!(line(&error, &server.url), text);
        assert_eq!(
            (error.retry(), error.certainly_not_made()),
            (retry, certain),
            "{text}"
        );
    }
}
