//! Events reach a receiver over HTTP, signed, and what it answers is understood.

mod standard;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use secrecy::SecretString;
use sinks::{InvalidSink, Key, Notice, Retry, SendError, Sink, Timeouts, http_client};

const KEY: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// A status, and the pause that it names.
type Answer = (u16, Option<&'static str>);

#[derive(Clone, Default)]
struct Receiver {
    heard: Arc<Mutex<Vec<(HeaderMap, String)>>>,
    answers: Arc<Mutex<Vec<Answer>>>,
}

async fn hear(
    State(receiver): State<Receiver>,
    headers: HeaderMap,
    body: String,
) -> impl IntoResponse {
    receiver.heard.lock().unwrap().push((headers, body));
    let (status, pause) = receiver
        .answers
        .lock()
        .unwrap()
        .pop()
        .unwrap_or((204, None));
    let mut headers = HeaderMap::new();
    if let Some(pause) = pause {
        headers.insert("retry-after", pause.parse().unwrap());
    }
    if status == 302 {
        headers.insert("location", "/elsewhere".parse().unwrap());
    }
    (StatusCode::from_u16(status).unwrap(), headers)
}

impl Receiver {
    async fn listen(&self) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().fallback(hear).with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        format!("http://{address}/events?token=hidden-in-the-address")
    }
}

fn sink(address: &str) -> Result<Sink, InvalidSink> {
    // Another test of the process may have done so.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let timeouts = Timeouts {
        connect: Duration::from_secs(5),
        total: Duration::from_secs(5),
    };
    let http = http_client(address, timeouts).unwrap();
    let key = Key::read(&SecretString::from(KEY)).unwrap();
    Sink::new(http, "audit", &SecretString::from(address), key)
}

fn notice() -> Notice<'static> {
    Notice {
        id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
        at: jiff::Timestamp::from_second(1_614_265_330).unwrap(),
        body: "{\"test\": 2432232314}",
    }
}

#[tokio::test]
async fn an_event_arrives_with_its_id_time_and_signature() {
    let receiver = Receiver::default();
    let sink = sink(&receiver.listen().await).unwrap();
    sink.send(notice()).await.unwrap();
    let heard = receiver.heard.lock().unwrap();
    let (headers, body) = &heard[0];
    let header = |name: &str| headers[name].to_str().unwrap();
    assert_eq!(body, notice().body);
    assert_eq!(header("webhook-id"), notice().id);
    assert_eq!(header("webhook-timestamp"), "1614265330");
    assert_eq!(
        header("webhook-signature"),
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    );
    assert_eq!(header("content-type"), "application/json");
}

#[tokio::test]
async fn what_a_receiver_answers_decides_about_the_next_try() {
    let receiver = Receiver::default();
    let sink = sink(&receiver.listen().await).unwrap();
    let minute = Duration::from_secs(60);
    for (status, pause, expected) in [
        (410, None, Retry::Never),
        (302, None, Retry::Never),
        (400, None, Retry::Backoff),
        (401, None, Retry::Backoff),
        (500, None, Retry::Backoff),
        (503, None, Retry::Backoff),
        (503, Some("60"), Retry::After(minute)),
        (429, Some("0"), Retry::After(Duration::from_secs(1))),
        (429, Some("99999999"), Retry::After(24 * 60 * minute)),
        (429, Some("tomorrow"), Retry::Backoff),
    ] {
        receiver.answers.lock().unwrap().push((status, pause));
        let error = sink.send(notice()).await.unwrap_err();
        assert_eq!(error.retry(), expected, "{status} {pause:?}");
        let told = format!("{error} {error:?} {sink:?}");
        assert!(told.contains("audit") && !told.contains("hidden"), "{told}");
    }
    assert_eq!(
        receiver.heard.lock().unwrap().len(),
        10,
        "no redirect is followed"
    );
}

#[tokio::test]
async fn nobody_there_is_another_try() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/?token=hidden", listener.local_addr().unwrap());
    drop(listener);
    let error = sink(&address).unwrap().send(notice()).await.unwrap_err();
    assert!(matches!(error, SendError::Unreachable { .. }), "{error:?}");
    assert_eq!(error.retry(), Retry::Backoff);
    assert!(!format!("{error:?}").contains("hidden"));
}

#[test]
fn an_address_is_a_web_address_without_a_password() {
    for (address, expected) in [
        ("ftp://sink.example/", InvalidSink::NotAnAddress),
        ("sink.example", InvalidSink::NotAnAddress),
        (
            "https://me:secret@sink.example/",
            InvalidSink::CredentialsInAddress,
        ),
    ] {
        let sink = sink(address).map(|sink| sink.name().to_owned());
        assert_eq!(sink, Err(expected), "{address}");
    }
}
