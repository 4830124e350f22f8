//! The specification's own Python package takes what we sign, and refuses what was changed.
//!
//! `SIGNALBOX_CLIENTS` names the folder that `tests/clients/setup.sh` filled. Without it this test
//! says so and passes.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use sinks::{Key, Notice, SendError, Sink, Timeouts, http_client};

const KEY: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const OTHER_KEY: &str = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
const BODY: &str = "{\"type\":\"rollout.held\",\"data\":{\"flag\":\"größe\"}}";

struct Receiver {
    child: Child,
    lines: BufReader<std::process::ChildStdout>,
}

impl Receiver {
    fn start(clients: &Path) -> Self {
        let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/clients/python");
        let mut child = Command::new(clients.join("venv/bin/python"))
            .arg(scripts.join("standard_webhooks_receiver.py"))
            .arg(KEY)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the client's interpreter is there: run tests/clients/setup.sh");
        let lines = BufReader::new(child.stdout.take().unwrap());
        Self { child, lines }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.lines.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn sink(port: &str, key: &str) -> Sink {
    // Another test of the process may have done so.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let address = format!("http://127.0.0.1:{port}/");
    let http = http_client(&address, Timeouts::default()).unwrap();
    let key = Key::read(&SecretString::from(key)).unwrap();
    Sink::new(http, "audit", &SecretString::from(address), key).unwrap()
}

#[tokio::test]
async fn the_specification_s_own_package_takes_what_we_sign() {
    let Some(clients) = std::env::var_os("SIGNALBOX_CLIENTS").map(PathBuf::from) else {
        println!("official clients absent: run make test");
        return;
    };
    let mut receiver = Receiver::start(&clients);
    let first = receiver.line();
    let (port, seconds) = first.split_once(' ').unwrap();
    let at = Timestamp::from_second(seconds.parse().unwrap()).unwrap();
    let notice = |at| Notice {
        id: "eff_01m87hwpfc61kj128ty9by6zfn",
        at,
        body: BODY,
    };
    sink(port, KEY).send(notice(at)).await.unwrap();
    assert_eq!(receiver.line(), "held: rollout.held of größe");

    let by_another = sink(port, OTHER_KEY).send(notice(at)).await;
    assert!(matches!(
        by_another,
        Err(SendError::Refused { status: 401, .. })
    ));
    assert!(receiver.line().starts_with("refused: "));
    let late = notice(at - SignedDuration::from_mins(10));
    let late = sink(port, KEY).send(late).await;
    assert!(matches!(late, Err(SendError::Refused { status: 401, .. })));
    assert!(receiver.line().contains("too old"));
}
