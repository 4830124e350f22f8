//! What Sentry is told: errors of our own, received by kent, and changes of flags.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use hmac::{Hmac, KeyInit, Mac};
use monitors::Retry;
use monitors::sentry::{
    Dsn, Event, EventId, FlagAction, FlagAuthor, FlagChange, FlagHook, Level, Reporter,
};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::script::{Answer, Server};
use crate::strict::{Asked, Call, Given, Product, Strict};
use crate::{SECRET, at, http, line};

const KEY: &str = "0123456789abcdef0123456789abcdef";

fn event() -> Event<'static> {
    Event {
        id: EventId(0xfeed),
        at: at("2026-11-24T10:00:00.25Z"),
        level: Level::Error,
        logger: "Integrations::SlackDelivery",
        environment: "production",
        release: Some("signalbox@1.2.3"),
        server_name: Some("node-1"),
        kind: "PostError::ChannelGone",
        message: "channel C01 was archived or deleted",
        tags: &[
            ("flag.a_flag", "on"),
            ("project", "gitlab-org/gitlab"),
            ("delivery", "dlv_1"),
        ],
        user: Some("Project:12"),
        fingerprint: &["slack", "channel_gone"],
        flags: &[("a_flag", true), ("b_flag", false)],
    }
}

fn payload() -> Value {
    json!({
        "event_id": "0000000000000000000000000000feed",
        "timestamp": "2026-11-24T10:00:00.25Z",
        "platform": "other",
        "level": "error",
        "logger": "Integrations::SlackDelivery",
        "environment": "production",
        "release": "signalbox@1.2.3",
        "server_name": "node-1",
        "exception": {"values": [{"type": "PostError::ChannelGone",
            "value": "channel C01 was archived or deleted"}]},
        "tags": {"flag.a_flag": "on", "project": "gitlab-org/gitlab", "delivery": "dlv_1"},
        "user": {"id": "Project:12"},
        "fingerprint": ["slack", "channel_gone"],
        "contexts": {"flags": {"values": [
            {"flag": "a_flag", "result": true}, {"flag": "b_flag", "result": false},
        ]}},
    })
}

fn reporter(url: &str) -> Reporter {
    let dsn = url.replace("http://", &format!("http://{KEY}@"));
    let dsn: Dsn = format!("{dsn}/42").parse().unwrap();
    let reporter = Reporter::new(http(url), &dsn).unwrap();
    assert!(!format!("{reporter:?} {dsn:?}").contains(KEY));
    reporter
}

struct Kent {
    url: String,
    process: Child,
}

impl Kent {
    /// A Sentry that only remembers; `None` without the clients.
    fn start() -> Option<Self> {
        let Some(clients) = std::env::var_os("SIGNALBOX_CLIENTS").map(PathBuf::from) else {
            println!("official clients absent: run make test");
            return None;
        };
        let script = "../../tests/clients/python/kent_server.py";
        let mut process = Command::new(clients.join("venv/bin/python"))
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join(script))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("kent's interpreter is there: run tests/clients/setup.sh");
        let mut line = String::new();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        output.read_line(&mut line).unwrap();
        let port: u16 = line.trim().parse().expect("kent's port");
        Some(Self {
            url: format!("http://127.0.0.1:{port}"),
            process,
        })
    }

    async fn get(&self, path: &str) -> Value {
        let answer = http(&self.url).get(format!("{}{path}", self.url)).send();
        answer.await.unwrap().json().await.unwrap()
    }
}

impl Drop for Kent {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[tokio::test]
async fn kent_receives_an_error_of_ours() {
    let Some(kent) = Kent::start() else {
        return;
    };
    let now = at("2026-11-24T10:00:01Z");
    reporter(&kent.url).report(&event(), now).await.unwrap();
    let list = kent.get("/api/eventlist/").await;
    let events = list["events"].as_array().unwrap();
    assert_eq!(events.len(), 1, "{list}");
    assert_eq!(
        (&events[0]["project_id"], &events[0]["summary"]),
        (
            &json!(42),
            &json!("PostError::ChannelGone: channel C01 was archived or deleted")
        )
    );
    let id = events[0]["event_id"].as_str().unwrap();
    let received = kent.get(&format!("/api/event/{id}")).await;
    let received = &received["payload"];
    assert_eq!(received["body"], payload());
    assert_eq!(
        received["envelope_header"],
        json!({"event_id": "0000000000000000000000000000feed", "sent_at": "2026-11-24T10:00:01Z"})
    );
    assert_eq!(received["header"]["type"], "event");
}

const INGEST: Product = Product {
    headers: &[
        ("content-type", "application/x-sentry-envelope"),
        (
            "x-sentry-auth",
            "Sentry sentry_version=7, sentry_client=signalbox/1.0, sentry_key=0123456789abcdef0123456789abcdef",
        ),
    ],
    calls: &[Call {
        method: "POST",
        path: "/api/42/envelope/",
        parameters: &["sentry_key", "sentry_version", "sentry_client"],
        answer: envelope,
    }],
    refuse: |reason| json!({"detail": "invalid event envelope", "causes": [reason]}),
};

/// Three lines, the second of which says how long the third is.
fn envelope(asked: &Asked) -> Result<Given, String> {
    let text = String::from_utf8(asked.body.clone()).map_err(|error| error.to_string())?;
    let lines: Vec<&str> = text.split('\n').collect();
    let [header, item, event, ""] = lines.as_slice() else {
        return Err(format!("{} lines", lines.len()));
    };
    let read = |line: &str| serde_json::from_str::<Value>(line).map_err(|error| error.to_string());
    let (header, item, event) = (read(header)?, read(item)?, event.to_owned());
    if item["type"] != "event" || item["length"] != event.len() {
        return Err(format!("{item} for {} bytes", event.len()));
    }
    if read(event)? != payload() {
        return Err("another event".to_owned());
    }
    Given::json(json!({"id": header["event_id"]}))
}

#[tokio::test]
async fn an_envelope_is_what_sentry_documents() {
    let double = Strict::start(INGEST).await;
    let now = at("2026-11-24T10:00:01Z");
    reporter(&double.url).report(&event(), now).await.unwrap();
    let other = Event {
        message: "something else",
        ..event()
    };
    let error = reporter(&double.url).report(&other, now).await.unwrap_err();
    assert_eq!(
        line(&error, &double.url),
        "HOST does not take the event: invalid event envelope: another event; report this to the maintainers"
    );
    assert_eq!(error.retry(), Retry::Never);
}

#[tokio::test]
async fn a_key_is_checked_without_an_event() {
    let server = Server::start([
        Answer::new(200, "{}"),
        Answer::new(
            403,
            r#"{"detail":"event submission rejected with_reason: ProjectId"}"#,
        ),
    ])
    .await;
    let now = at("2026-11-24T10:00:01Z");
    reporter(&server.url).check(now).await.unwrap();
    let request = server.request();
    let body = "{}\n{\"type\":\"client_report\",\"length\":58}\n\
        {\"timestamp\":\"2026-11-24T10:00:01Z\",\"discarded_events\":[]}\n";
    assert!(request.ends_with(body), "{request}");
    let error = reporter(&server.url).check(now).await.unwrap_err();
    assert_eq!(
        line(&error, &server.url),
        "HOST does not allow this (event submission rejected with_reason: ProjectId); \
         give the credentials of an active client key"
    );
}

fn hook(server: &Server) -> FlagHook {
    let url = format!(
        "{}/api/0/organizations/acme/flags/hooks/provider/generic/",
        server.url
    );
    let hook = FlagHook::new(http(&url), &url, SECRET.into()).unwrap();
    assert!(!format!("{hook:?}").contains(SECRET));
    hook
}

fn change() -> FlagChange<'static> {
    FlagChange {
        id: 7,
        action: FlagAction::Updated,
        at: at("2026-11-24T10:00:00Z"),
        by: FlagAuthor::Name("ana"),
        flag: "a_flag",
    }
}

#[tokio::test]
async fn a_change_of_a_flag_is_told_and_signed() {
    let server = Server::start([Answer::new(200, "")]).await;
    hook(&server).tell(change()).await.unwrap();
    let request = server.request();
    let (head, body) = request.rsplit_once('\n').unwrap();
    assert_eq!(
        head,
        "POST /api/0/organizations/acme/flags/hooks/provider/generic/\nno credentials"
    );
    assert_eq!(
        serde_json::from_str::<Value>(body).unwrap(),
        json!({
            "data": [{
                "action": "updated", "change_id": 7, "created_at": "2026-11-24T10:00:00Z",
                "created_by": {"id": "ana", "type": "name"}, "flag": "a_flag",
            }],
            "meta": {"version": 1},
        })
    );
    let signed = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
    let signed = signed.chain_update(body).finalize().into_bytes();
    assert_eq!(server.header("x-sentry-signature"), hex::encode(signed));
}

#[tokio::test]
async fn names_longer_than_sentry_takes_are_cut() {
    let server = Server::start([Answer::new(200, "")]).await;
    let long = "é".repeat(150);
    let change = FlagChange {
        by: FlagAuthor::Email(&long),
        flag: &long,
        ..change()
    };
    hook(&server).tell(change).await.unwrap();
    let request = server.request();
    let (_, body) = request.rsplit_once('\n').unwrap();
    let body: Value = serde_json::from_str(body).unwrap();
    let cut = "é".repeat(100);
    assert_eq!(body["data"][0]["flag"], cut);
    assert_eq!(
        body["data"][0]["created_by"],
        json!({"id": cut, "type": "email"})
    );
}

#[tokio::test]
async fn a_change_that_sentry_answers_200_to_and_cannot_use_is_an_error() {
    for (answer, retry, text) in [
        (
            Answer::new(200, r#"{"data":[{"flag":["This field is required."]}]}"#),
            Retry::Never,
            r#"HOST does not take the change: {"data":[{"flag":["This field is required."]}]}; report this to the maintainers"#,
        ),
        (
            Answer::new(401, "\"Not authorized.\""),
            Retry::Never,
            "HOST does not accept the credentials; check them in the configuration",
        ),
        (
            Answer::new(404, r#"{"detail":"The requested resource does not exist"}"#),
            Retry::Never,
            "HOST refused the call with status 404 (no reason given); check the configuration",
        ),
    ] {
        let server = Server::start([answer]).await;
        let error = hook(&server).tell(change()).await.unwrap_err();
        assert_eq!(line(&error, &server.url), text);
        assert_eq!(error.retry(), retry, "{text}");
    }
}
