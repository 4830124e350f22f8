//! What arrives at kent, a Sentry that only remembers.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use monitors::sentry::{Dsn, Reporter};
use serde_json::{Value, json};
use signalbox::errors::ErrorsSetup;

use crate::process;
use crate::world::{Engine, Plan, World, posting_fault, push};

const KEY: &str = "0123456789abcdef0123456789abcdef";

struct Kent {
    url: String,
    process: Child,
}

impl Kent {
    /// `None` without the clients.
    fn start() -> Option<Self> {
        let Some(clients) = std::env::var_os("SIGNALBOX_CLIENTS").map(PathBuf::from) else {
            println!("official clients absent: run make test");
            return None;
        };
        process::install_tls();
        let script = "../../tests/clients/python/kent_server.py";
        let mut process = Command::new(clients.join("venv/bin/python"))
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join(script))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("kent's interpreter is there: run tests/clients/setup.sh");
        let mut line = String::new();
        let mut output = BufReader::new(process.stdout.take().expect("its output"));
        output.read_line(&mut line).expect("a line");
        let port: u16 = line.trim().parse().expect("kent's port");
        Some(Self {
            url: format!("http://127.0.0.1:{port}"),
            process,
        })
    }

    fn reporter(&self) -> Reporter {
        let dsn = self.url.replacen("://", &format!("://{KEY}@"), 1);
        let dsn: Dsn = format!("{dsn}/42").parse().expect("a DSN");
        let http = monitors::http_client(dsn.base_url(), signalbox::errors::TIMEOUTS);
        Reporter::new(http.expect("a client"), &dsn).expect("a reporter")
    }

    async fn get(&self, path: &str) -> Value {
        let answer = process::client().get(format!("{}{path}", self.url)).send();
        let answer = answer.await.expect("an answer");
        answer.json().await.expect("JSON")
    }

    /// The events, oldest first.
    async fn events(&self) -> Vec<Value> {
        let list = self.get("/api/eventlist/").await;
        let mut events = Vec::new();
        for listed in list["events"].as_array().expect("a list") {
            let id = listed["event_id"].as_str().expect("an id");
            let event = self.get(&format!("/api/event/{id}")).await;
            events.push(event["payload"]["body"].clone());
        }
        events.sort_by_key(|event| event["tags"]["attempt"].to_string());
        events
    }
}

impl Drop for Kent {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[tokio::test]
async fn a_delivery_that_fails_arrives_at_sentry_with_its_tags() {
    let Some(kent) = Kent::start() else {
        return;
    };
    let reporter = kent.reporter();
    let world = World::telling(Plan::on(Engine::Memory), move || ErrorsSetup {
        sentry: Some(reporter.clone()),
        ..ErrorsSetup::default()
    })
    .await;
    let twice = json!({ "error": "fatal_error", "times": 2 });
    world.fault(posting_fault("general", &twice)).await;
    world.gitlab(push("acme/web", 1)).await;
    world.advance(std::time::Duration::from_secs(10)).await;
    let events = kent.events().await;
    let [first, second] = &events[..] else {
        panic!("{events:?}");
    };
    let delivery = first["tags"]["delivery"].as_str().expect("a delivery");
    assert!(delivery.starts_with("dlv_"), "{delivery}");
    assert_eq!(
        first["tags"],
        json!({
            "flag.integration_slack_app_notifications": "on",
            "project": "acme/web", "delivery": delivery, "workspace": "T0DEMO",
            "channel": "#general", "via": "app", "code": "fatal_error", "attempt": "1",
            "outcome": "retry",
        })
    );
    assert_eq!(first["user"], json!({ "id": "acme/web" }));
    assert_eq!(
        first["contexts"]["flags"]["values"],
        json!([{ "flag": "integration_slack_app_notifications", "result": true }])
    );
    assert_eq!(first["fingerprint"], json!(["slack", "fatal_error", "app"]));
    assert_eq!(
        first["exception"]["values"][0],
        json!({
            "type": "Slack::FatalError",
            "value": "Slack cannot do this right now (fatal_error)",
        })
    );
    assert_eq!(first["logger"], "Integrations::ExecuteWorker");
    assert_eq!(first["timestamp"], "2026-11-20T09:00:00Z");
    assert_eq!(second["tags"]["attempt"], "2");
    assert_eq!(second["tags"]["delivery"], delivery);
    assert!(!format!("{events:?}").contains("change-001"));
    world.end().await;
}
