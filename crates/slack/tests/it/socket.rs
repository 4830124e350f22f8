//! Socket Mode against a Slack that does what each test tells it to.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use slack::socket_mode::{Acknowledged, EnvelopeKind, Patience, Socket, connect, probe};
use slack::{CallError, ConnectError, Ended, Retry};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;

use crate::client;
use crate::stub::{Stub, read_request};
use crate::world::World;

/// Asks often, and lets a line that was replaced go at once.
const IMPATIENT: Patience = Patience {
    hello: Duration::from_secs(10),
    silence: Duration::from_millis(20),
    answer: Duration::from_secs(10),
    farewell: Duration::from_millis(20),
};

/// A Slack whose lines the test holds in its hands.
struct Slack {
    listener: TcpListener,
    url: String,
}

/// Slack's end of a line.
struct Line(WebSocketStream<TcpStream>);

impl Slack {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/api", listener.local_addr().unwrap());
        Self { listener, url }
    }

    /// Answers `apps.connections.open` with `body`.
    async fn answer(&self, body: &str) -> String {
        let (mut connection, _) = self.listener.accept().await.unwrap();
        let request = read_request(&mut connection).await.unwrap();
        let answer = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\
             connection: close\r\n\r\n{body}",
            body.len()
        );
        connection.write_all(answer.as_bytes()).await.unwrap();
        request
    }

    /// Names an address for a line, and takes what comes there.
    async fn take(&self) -> Line {
        let address = self.listener.local_addr().unwrap();
        let url = format!("ws://{address}/link/?ticket=geheim&app_id=A1");
        let request = self
            .answer(&json!({"ok": true, "url": url}).to_string())
            .await;
        assert!(
            request.starts_with("POST /api/apps.connections.open "),
            "{request}"
        );
        assert!(
            request.contains("authorization: Bearer xapp-1"),
            "{request}"
        );
        let (connection, _) = self.listener.accept().await.unwrap();
        Line(tokio_tungstenite::accept_async(connection).await.unwrap())
    }

    /// A line with its hello.
    async fn take_with_hello(&self, connections: u32) -> Line {
        let mut line = self.take().await;
        line.say(&json!({
            "type": "hello",
            "num_connections": connections,
            "connection_info": {"app_id": "A1"},
        }))
        .await;
        line
    }

    async fn open(&self, patience: Patience) -> (Socket, Line) {
        let client = client(&self.url, "xapp-1");
        let (socket, line) = tokio::join!(connect(&client, patience), self.take_with_hello(1));
        (socket.unwrap(), line)
    }
}

impl Line {
    async fn say(&mut self, frame: &Value) {
        self.0.send(Message::text(frame.to_string())).await.unwrap();
    }

    /// What the app says next, pings and pongs left out.
    async fn hear(&mut self) -> Value {
        loop {
            match self.0.next().await.unwrap().unwrap() {
                Message::Text(text) => return serde_json::from_str(&text).unwrap(),
                Message::Ping(_) | Message::Pong(_) => (),
                other => panic!("{other:?}"),
            }
        }
    }

    /// Reads on until the app has closed the line.
    async fn read_to_the_end(mut self) {
        while let Some(Ok(message)) = self.0.next().await {
            assert!(!message.is_text(), "{message:?}");
        }
    }
}

fn command(id: &str) -> Value {
    json!({
        "type": "slash_commands",
        "envelope_id": id,
        "payload": {"command": "/gitlab", "text": "help"},
        "accepts_response_payload": true,
    })
}

fn event(id: &str) -> Value {
    json!({
        "type": "events_api",
        "envelope_id": id,
        "payload": {"type": "event_callback"},
        "accepts_response_payload": false,
        "retry_attempt": 1,
        "retry_reason": "timeout",
    })
}

#[tokio::test]
async fn requests_are_taken_in_order_and_answered_in_any() {
    let slack = Slack::start().await;
    let (mut socket, mut line) = slack.open(Patience::default()).await;
    assert_eq!(socket.connections(), 1);
    line.say(&command("e1")).await;
    line.say(&event("e2")).await;
    let first = socket.next().await.unwrap();
    let second = socket.next().await.unwrap();
    assert_eq!((first.kind, &*first.id), (EnvelopeKind::Command, "e1"));
    assert_eq!(first.payload["text"], "help");
    assert_eq!(second.kind, EnvelopeKind::Event);
    assert_eq!(
        second.retried.as_ref().map(|retried| retried.attempt),
        Some(1)
    );
    let answer = json!({"text": "hi"});
    assert_eq!(
        second.acknowledge(Some(&answer)),
        Acknowledged::WithoutAnswer
    );
    assert_eq!(line.hear().await, json!({"envelope_id": "e2"}));
    assert_eq!(first.acknowledge(Some(&answer)), Acknowledged::Sent);
    assert_eq!(
        line.hear().await,
        json!({"envelope_id": "e1", "payload": answer})
    );
}

#[tokio::test]
async fn what_is_unknown_is_acknowledged_and_forgotten() {
    let slack = Slack::start().await;
    let (mut socket, mut line) = slack.open(Patience::default()).await;
    line.say(&json!({"type": "invented", "envelope_id": "e1"}))
        .await;
    line.say(&json!({"type": "invented"})).await;
    line.0.send(Message::text("not JSON")).await.unwrap();
    line.say(&command("e2")).await;
    assert_eq!(socket.next().await.unwrap().id, "e2");
    assert_eq!(line.hear().await, json!({"envelope_id": "e1"}));
}

#[tokio::test]
async fn pings_are_answered() {
    let slack = Slack::start().await;
    let (_socket, mut line) = slack.open(Patience::default()).await;
    line.0.send(Message::Ping("n1".into())).await.unwrap();
    let pong = line.0.next().await.unwrap().unwrap();
    assert_eq!(pong, Message::Pong("n1".into()));
}

#[tokio::test]
async fn a_line_is_replaced_before_it_goes() {
    let slack = Slack::start().await;
    let (mut socket, mut old) = slack.open(Patience::default()).await;
    old.say(&command("e1")).await;
    let open = socket.next().await.unwrap();
    for reason in ["warning", "refresh_requested"] {
        old.say(&json!({"type": "disconnect", "reason": reason}))
            .await;
    }
    // What comes on the old line meanwhile is taken, and what was taken is acknowledged there.
    let work = async {
        let mut taken = Vec::new();
        for _ in 0..3 {
            taken.push(socket.next().await.unwrap().id);
        }
        taken
    };
    let slacks_side = async {
        let mut new = slack.take_with_hello(2).await;
        old.say(&command("e2")).await;
        old.say(&command("e3")).await;
        new.say(&command("e4")).await;
        new
    };
    let (mut taken, mut new) = tokio::join!(work, slacks_side);
    taken.sort();
    assert_eq!(taken, ["e2", "e3", "e4"]);
    assert_eq!(open.acknowledge(None), Acknowledged::Sent);
    assert_eq!(old.hear().await, json!({"envelope_id": "e1"}));
    assert_eq!(socket.connections(), 2);
    old.0.close(None).await.unwrap();
    new.say(&command("e5")).await;
    let last = socket.next().await.unwrap();
    assert_eq!(last.id, "e5", "the end of the old line is no news");
    last.acknowledge(None);
    assert_eq!(new.hear().await, json!({"envelope_id": "e5"}));
}

#[tokio::test]
async fn a_line_that_was_replaced_is_closed_in_the_end() {
    let slack = Slack::start().await;
    let patience = Patience {
        silence: Duration::from_secs(30),
        ..IMPATIENT
    };
    let (mut socket, mut old) = slack.open(patience).await;
    old.say(&json!({"type": "disconnect", "reason": "warning"}))
        .await;
    let slacks_side = async {
        let mut new = slack.take_with_hello(2).await;
        new.say(&command("e1")).await;
        old.read_to_the_end().await;
        new
    };
    let (envelope, _new) = tokio::join!(socket.next(), slacks_side);
    assert_eq!(envelope.unwrap().id, "e1");
}

#[tokio::test]
async fn the_end_of_a_line_says_whether_to_come_back() {
    for (reason, expected, retry) in [
        (Some("link_disabled"), "LinkDisabled", Retry::Never),
        (Some("too_many_websockets"), "TooMany", Retry::Backoff),
        (None, "Closed", Retry::Backoff),
    ] {
        let slack = Slack::start().await;
        let (mut socket, mut line) = slack.open(Patience::default()).await;
        match reason {
            Some(reason) => {
                line.say(&json!({"type": "disconnect", "reason": reason}))
                    .await
            }
            None => line.0.close(None).await.unwrap(),
        }
        let ended = socket.next().await.unwrap_err();
        assert_eq!(
            (format!("{ended:?}"), ended.retry()),
            (expected.to_owned(), retry)
        );
        assert!(!ended.remedy().is_empty());
    }
}

#[tokio::test]
async fn a_line_that_breaks_is_lost() {
    let slack = Slack::start().await;
    let (mut socket, line) = slack.open(Patience::default()).await;
    drop(line);
    let ended = socket.next().await.unwrap_err();
    assert!(matches!(ended, Ended::Lost(_) | Ended::Closed), "{ended:?}");
    assert_eq!(ended.retry(), Retry::Backoff);
}

#[tokio::test]
async fn a_silent_slack_is_asked_and_then_given_up() {
    let slack = Slack::start().await;
    let patience = Patience {
        answer: Duration::from_millis(20),
        ..IMPATIENT
    };
    let (mut socket, mut line) = slack.open(patience).await;
    // Slack's end reads nothing from here on, so that no ping is answered.
    let ended = socket.next().await.unwrap_err();
    assert!(matches!(ended, Ended::Silent), "{ended:?}");
    let asked = line.0.next().await.unwrap().unwrap();
    assert!(asked.is_ping(), "{asked:?}");
}

#[tokio::test]
async fn a_slack_that_answers_pings_is_heard_for_as_long_as_it_likes() {
    let slack = Slack::start().await;
    let (mut socket, mut line) = slack.open(IMPATIENT).await;
    let slacks_side = async {
        // Reading answers the pings; nothing else is ever said.
        for _ in 0..5 {
            let message = line.0.next().await.unwrap().unwrap();
            assert!(message.is_ping(), "{message:?}");
        }
        line.say(&command("e1")).await;
    };
    let (envelope, ()) = tokio::join!(socket.next(), slacks_side);
    assert_eq!(envelope.unwrap().id, "e1");
}

#[tokio::test]
async fn an_endless_frame_ends_the_line() {
    let slack = Slack::start().await;
    let (mut socket, mut line) = slack.open(Patience::default()).await;
    let long = Message::text("x".repeat(5 * 1024 * 1024));
    let (ended, _) = tokio::join!(socket.next(), line.0.send(long));
    assert!(matches!(ended, Err(Ended::Lost(_))), "{ended:?}");
}

#[tokio::test]
async fn closing_lets_what_was_acknowledged_go_out() {
    let slack = Slack::start().await;
    let (mut socket, mut line) = slack.open(IMPATIENT).await;
    line.say(&command("e1")).await;
    let envelope = socket.next().await.unwrap();
    envelope.acknowledge(None);
    let slacks_side = async {
        assert_eq!(line.hear().await, json!({"envelope_id": "e1"}));
        line.read_to_the_end().await;
    };
    tokio::join!(socket.close(), slacks_side);
}

#[tokio::test]
async fn an_acknowledgement_after_the_end_says_so() {
    let slack = Slack::start().await;
    let (mut socket, mut line) = slack.open(Patience::default()).await;
    line.say(&command("e1")).await;
    let envelope = socket.next().await.unwrap();
    line.0.close(None).await.unwrap();
    socket.next().await.unwrap_err();
    assert_eq!(envelope.acknowledge(None), Acknowledged::LineGone);
}

#[tokio::test]
async fn a_line_is_opened_to_no_other_host() {
    let slack = Slack::start().await;
    let client = client(&slack.url, "xapp-1");
    let answer = r#"{"ok":true,"url":"wss://evil.example/link/?ticket=geheim"}"#;
    let (refused, _) = tokio::join!(connect(&client, IMPATIENT), slack.answer(answer));
    let error = refused.err().unwrap();
    assert!(matches!(error, ConnectError::OtherHost { .. }), "{error:?}");
    assert_eq!(error.retry(), Retry::Never);
    assert!(!format!("{error:?} {error}").contains("geheim"));
}

#[tokio::test]
async fn a_token_that_is_no_apps_is_told_with_its_remedy() {
    for code in [
        "invalid_auth",
        "account_inactive",
        "not_authed",
        "team_disabled",
    ] {
        let stub = Stub::saying(&format!(r#"{{"ok":false,"error":"{code}"}}"#)).await;
        let error = probe(&client(&stub.url, "xapp-1")).await.unwrap_err();
        assert!(
            matches!(error, ConnectError::Call(CallError::TokenRefused { .. })),
            "{error:?}"
        );
        assert_eq!(error.retry(), Retry::Never);
        assert!(
            error.remedy().contains("connections:write"),
            "{}",
            error.remedy()
        );
    }
}

#[tokio::test]
async fn a_slack_without_a_hello_is_left() {
    let slack = Slack::start().await;
    let client = client(&slack.url, "xapp-1");
    let patience = Patience {
        hello: Duration::from_millis(50),
        ..IMPATIENT
    };
    let (refused, _line) = tokio::join!(connect(&client, patience), slack.take());
    let error = refused.err().unwrap();
    assert!(matches!(error, ConnectError::NoHello), "{error:?}");
    assert_eq!(error.retry(), Retry::Backoff);
}

#[tokio::test]
async fn whoever_does_not_open_a_line_is_told_apart_and_no_ticket_is_shown() {
    let refused = "HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n";
    let moved = "HTTP/1.1 302 Found\r\nlocation: http://evil.example/\r\ncontent-length: 0\r\n\r\n";
    let deaf = "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\n\
                upgrade: websocket\r\nsec-websocket-accept: AAAA\r\n\r\n";
    for (answer, expected) in [
        (refused, "Refused { status: 403 }"),
        (moved, "Refused { status: 302 }"),
        (deaf, "NotSlack"),
        ("", "Unreachable"),
    ] {
        let slack = Slack::start().await;
        let client = client(&slack.url, "xapp-1");
        let address = slack.listener.local_addr().unwrap();
        let body = json!({"ok": true, "url": format!("ws://{address}/?ticket=geheim")});
        let slacks_side = async {
            slack.answer(&body.to_string()).await;
            let (mut connection, _) = slack.listener.accept().await.unwrap();
            read_request(&mut connection).await.unwrap();
            connection.write_all(answer.as_bytes()).await.unwrap();
            connection.shutdown().await.unwrap();
        };
        let (opened, ()) = tokio::join!(connect(&client, IMPATIENT), slacks_side);
        let error = opened.err().unwrap();
        let shown = format!("{error:?}");
        assert!(shown.starts_with(expected), "{shown}");
        assert!(!shown.contains("geheim"), "{shown}");
        assert_eq!(error.retry(), Retry::Backoff);
    }
}

#[tokio::test]
async fn a_command_that_is_typed_in_the_sandbox_is_answered_over_the_line() {
    let world = World::with_socket().await;
    let app = world.client_of("xapp-demo");
    probe(&app).await.unwrap();
    let mut socket = connect(&app, Patience::default()).await.unwrap();
    let typed = json!({"user": "ana", "channel": "#general", "text": "/gitlab help"});
    let apps_side = async {
        let envelope = socket.next().await.unwrap();
        assert_eq!(envelope.kind, EnvelopeKind::Command);
        assert_eq!(envelope.payload["user_name"], "ana");
        envelope.acknowledge(Some(&json!({"text": "Here is what I can do."})))
    };
    let (screen, acknowledged) = tokio::join!(world.script("type", typed), apps_side);
    assert_eq!(acknowledged, Acknowledged::Sent);
    assert!(
        screen.to_string().contains("Here is what I can do."),
        "{screen}"
    );
}
