//! Socket Mode: what an app is sent over a socket, and how it answers.

use futures_util::{SinkExt, StreamExt};
use sandbox::slack::Transport;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::slack_world::{Said, World, options};

struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Socket {
    /// The next thing that Slack says; `None` when it hung up.
    async fn next(&mut self) -> Option<Value> {
        loop {
            match self.0.next().await? {
                Ok(Message::Text(text)) => return Some(serde_json::from_str(&text).unwrap()),
                Ok(Message::Close(_)) | Err(_) => return None,
                Ok(_) => (),
            }
        }
    }

    async fn says(&mut self, said: Value) {
        self.0.send(Message::text(said.to_string())).await.unwrap();
    }
}

async fn world() -> World {
    let mut options = options();
    options.transport = Transport::Socket;
    World::with(options).await.with_token("xapp-demo")
}

async fn address(world: &World) -> String {
    let said = world.call("apps.connections.open", json!({})).await;
    assert_eq!(said.outcome(), "ok", "{said:?}");
    said.body["url"].as_str().unwrap().to_owned()
}

/// An open socket and what it was greeted with.
async fn connect(world: &World) -> (Socket, Value) {
    let (stream, _) = connect_async(address(world).await).await.unwrap();
    let mut socket = Socket(stream);
    let hello = socket.next().await.unwrap();
    (socket, hello)
}

async fn types(world: &World, line: &str) -> Said {
    let typed = json!({ "user": "ana", "channel": "security", "text": line });
    world.sandbox("type", typed).await
}

#[tokio::test]
async fn a_command_goes_over_the_socket_and_its_acknowledgement_is_the_answer() {
    let world = world().await;
    let refused = types(&world, "/gitlab help").await;
    assert_eq!(
        refused.body["error"], "dispatch_failed",
        "nobody is connected"
    );
    let (mut socket, hello) = connect(&world).await;
    assert_eq!(
        (&hello["type"], &hello["num_connections"]),
        (&json!("hello"), &json!(1))
    );
    assert_eq!(hello["connection_info"]["app_id"], "A0SIGNALBOX");
    let app = async {
        let envelope = socket.next().await.unwrap();
        assert_eq!(envelope["type"], "slash_commands");
        assert_eq!(envelope["accepts_response_payload"], true);
        assert_eq!(envelope["payload"]["text"], "help");
        assert_eq!(envelope["payload"]["api_app_id"], "A0SIGNALBOX");
        let payload = json!({ "response_type": "in_channel", "text": "here" });
        let id = &envelope["envelope_id"];
        socket
            .says(json!({ "envelope_id": id, "payload": payload }))
            .await;
    };
    let (said, ()) = tokio::join!(types(&world, "/gitlab help"), app);
    assert_eq!(said.body["answer"]["text"], "here");
    assert!(said.body.get("error").is_none());
}

#[tokio::test]
async fn an_event_that_is_not_acknowledged_says_so_the_next_time() {
    let mut options = options();
    options.transport = Transport::Socket;
    options.answer_limit = std::time::Duration::from_millis(100);
    let world = World::with(options).await.with_token("xapp-demo");
    let (mut socket, _) = connect(&world).await;
    let app = async {
        let first = socket.next().await.unwrap();
        assert_eq!(first["type"], "events_api");
        assert_eq!(
            (&first["retry_attempt"], &first["retry_reason"]),
            (&json!(0), &json!(""))
        );
        assert_eq!(first["payload"]["event"]["type"], "app_mention");
        let second = socket.next().await.unwrap();
        assert_eq!(second["retry_attempt"], 1);
        assert_eq!(second["retry_reason"], "http_timeout");
        assert_eq!(first["payload"]["event_id"], second["payload"]["event_id"]);
        socket
            .says(json!({ "envelope_id": second["envelope_id"] }))
            .await;
    };
    let (said, ()) = tokio::join!(types(&world, "@signalbox hello"), app);
    assert_eq!(said.outcome(), "ok");
    let sent = world.get("/sandbox/deliveries?what=event").await.body["deliveries"].take();
    assert_eq!(
        (&sent[0]["ok"], &sent[1]["ok"]),
        (&json!(false), &json!(true))
    );
}

#[tokio::test]
async fn ten_sockets_are_enough() {
    let world = world().await;
    let mut sockets = Vec::new();
    for number in 1..=10 {
        let (socket, hello) = connect(&world).await;
        assert_eq!(hello["num_connections"], number);
        sockets.push(socket);
    }
    let (mut socket, said) = connect(&world).await;
    assert_eq!(
        (&said["type"], &said["reason"]),
        (&json!("disconnect"), &json!("too_many_websockets"))
    );
    assert_eq!(socket.next().await, None);
}

#[tokio::test]
async fn a_socket_is_asked_for_another_in_its_place() {
    let world = world().await;
    let (mut old, _) = connect(&world).await;
    let ask = async |reason: &str| {
        let said = world.sandbox("socket", json!({ "reason": reason })).await;
        said.body["connections"].clone()
    };
    assert_eq!(ask("warning").await, 1);
    assert_eq!(old.next().await.unwrap()["reason"], "warning");
    assert_eq!(ask("refresh_requested").await, 1);
    assert_eq!(old.next().await.unwrap()["reason"], "refresh_requested");
    let (mut new, hello) = connect(&world).await;
    assert_eq!(hello["num_connections"], 2);
    let app = async {
        let id = new.next().await.unwrap()["envelope_id"].take();
        new.says(json!({ "envelope_id": id })).await;
    };
    let (said, ()) = tokio::join!(types(&world, "/gitlab help"), app);
    assert!(said.body.get("error").is_none(), "the new one gets it");

    assert_eq!(ask("link_disabled").await, 2);
    assert_eq!(new.next().await.unwrap()["reason"], "link_disabled");
    assert_eq!(new.next().await, None);
    let (_, said) = connect(&world).await;
    assert_eq!(said["reason"], "link_disabled");
    assert_eq!(
        world
            .sandbox("socket", json!({ "reason": "x" }))
            .await
            .status,
        400
    );
}

#[tokio::test]
async fn a_ticket_is_good_once_and_only_an_apps_own_token_gets_one() {
    let world = world().await;
    let address = address(&world).await;
    assert!(address.starts_with("ws://127.0.0.1:") && address.contains("app_id=A0SIGNALBOX"));
    assert!(connect_async(&address).await.is_ok());
    assert!(connect_async(&address).await.is_err());
    for (token, error) in [
        ("xoxb-demo", "not_allowed_token_type"),
        ("xapp-x", "invalid_auth"),
    ] {
        let request = world.request(reqwest::Method::POST, "/api/apps.connections.open");
        let said = crate::slack_world::said(request.bearer_auth(token)).await;
        assert_eq!(said.outcome(), error);
    }
    assert_eq!(
        world.call("auth.test", json!({})).await.outcome(),
        "not_allowed_token_type"
    );
}
