//! Every question and every notice, against servers that are down, slow, closed to us or talk
//! nonsense: always an error with a remedy, never a reading, never a panic.

use std::time::Duration;

use monitors::{Retry, Timeouts};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::asks::{ALL, Ask, http};
use crate::script::{Answer, Server};

#[tokio::test]
async fn whatever_a_server_does_it_is_an_error_and_never_a_reading() {
    let http = http(Timeouts::default().total);
    let page = Answer::new(200, "<html>Sign in</html>").header("content-type", "text/html");
    let moved = Answer::new(302, "").header("location", "http://127.0.0.1:1/");
    let busy = Answer::new(429, "").header("retry-after", "30");
    let pause = Retry::After(Duration::from_secs(30));
    for (answer, retry, text) in [
        (
            Answer::new(401, ""),
            Retry::Never,
            "HOST does not accept the credentials; check them in the configuration",
        ),
        (
            Answer::new(403, ""),
            Retry::Never,
            "HOST does not allow this (no reason given); give the credentials ",
        ),
        (
            Answer::new(404, "not found"),
            Retry::Never,
            "HOST refused the call with status 404 (no reason given); check the configuration",
        ),
        (
            busy,
            pause,
            "HOST has too much to do; it is asked again later",
        ),
        (
            Answer::new(500, "{\"x\":"),
            Retry::Backoff,
            "HOST failed with status 500 (no reason given); look into its log",
        ),
        (
            Answer::new(503, "<html>").header("content-type", "text/html"),
            Retry::Backoff,
            "HOST failed with status 503 (no reason given); look into its log",
        ),
        (
            page,
            Retry::Backoff,
            "the answer of HOST is not PRODUCT's (a web page); check the address",
        ),
        (
            moved,
            Retry::Backoff,
            "the answer of HOST is not PRODUCT's (a redirect, which is not followed); check the address",
        ),
        (
            Answer::new(200, "{\"data\":[,"),
            Retry::Backoff,
            "the answer of HOST is not PRODUCT's (not the JSON that was expected); check the address",
        ),
        (
            Answer::new(200, &"x".repeat(17 * 1024 * 1024)),
            Retry::Backoff,
            "the answer of HOST is not PRODUCT's (longer than 16777216 bytes); check the address",
        ),
    ] {
        for ask in ALL {
            let server = Server::start([answer.clone()]).await;
            let failure = ask.of(&http, &server.url).await;
            let (found, found_retry) = failure.unwrap_or_else(|| panic!("{ask:?}: {text}"));
            let expected = text.replace("PRODUCT", ask.product());
            assert!(
                found.starts_with(&expected),
                "{ask:?}: {found} for {expected}"
            );
            assert_eq!(found_retry, retry, "{ask:?}: {text}");
        }
    }
}

#[tokio::test]
async fn json_of_another_kind_is_no_answer() {
    let http = http(Timeouts::default().total);
    for body in ["\"open\"", "17", "null", "[1]", "{\"other\":1}", "[[[[]]]]"] {
        for ask in ALL {
            // An endpoint of one's own may answer anything, and an ingest any object.
            let any_object = matches!(ask, Ask::SentryReport) && body.starts_with('{');
            if any_object || matches!(ask, Ask::JsonValue) {
                continue;
            }
            let server = Server::start([Answer::new(200, body)]).await;
            let failure = ask.of(&http, &server.url).await;
            assert!(failure.is_some(), "{ask:?} takes {body}");
        }
    }
}

#[tokio::test]
async fn a_server_that_never_answers_or_is_gone_is_named() {
    let short = http(Duration::from_millis(50));
    let silent = Server::start([]).await;
    for ask in ALL {
        assert_eq!(
            ask.of(&short, &silent.url).await,
            Some((
                "HOST did not answer in time; check whether it is overloaded".to_owned(),
                Retry::Backoff
            )),
            "{ask:?}"
        );
        assert_eq!(
            ask.of(&short, "http://127.0.0.1:1").await,
            Some((
                "HOST cannot be reached; check its address and the network between".to_owned(),
                Retry::Backoff
            )),
            "{ask:?}"
        );
    }
}

#[tokio::test]
async fn a_connection_that_breaks_off_is_no_answer() {
    let http = http(Timeouts::default().total);
    for ask in ALL {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let broken = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let _ = stream.read(&mut [0; 16_384]).await.unwrap();
            let half = b"HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n{\"data\":";
            stream.write_all(half).await.unwrap();
        });
        assert_eq!(
            ask.of(&http, &url).await,
            Some((
                "HOST did not answer in time; check whether it is overloaded".to_owned(),
                Retry::Backoff
            )),
            "{ask:?}"
        );
        broken.await.unwrap();
    }
}
