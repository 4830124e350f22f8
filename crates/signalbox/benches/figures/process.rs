//! The program as a process: start to ready, memory idle and with a long queue.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tokio::io::AsyncWriteExt;

use crate::Effort;

/// `signalbox serve` in a process of its own.
pub struct Program {
    child: Child,
    pub address: SocketAddr,
}

impl Program {
    pub fn start(config: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_signalbox"))
            .args(["serve", "--config"])
            .arg(config)
            .env("RUST_LOG", "info")
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut log = BufReader::new(child.stderr.take().expect("a log")).lines();
        let address = loop {
            let line = log.next().expect("the program listens").expect("text");
            let entry: serde_json::Value = serde_json::from_str(&line).unwrap_or_default();
            if entry["message"] == "listening" {
                break entry["address"]
                    .as_str()
                    .expect("an address")
                    .parse()
                    .expect("an address");
            }
        };
        std::thread::spawn(move || log.for_each(drop));
        Self { child, address }
    }

    pub fn stop(mut self) {
        let _ = Command::new("kill")
            .arg(self.child.id().to_string())
            .status();
        let _ = self.child.wait();
    }

    /// The processor time that it has used.
    pub fn cpu(&self) -> Duration {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id()));
        let stat = stat.expect("the process's times");
        // The second field is its name, in parentheses; the 14th and 15th are in 1/100 s.
        let (_, fields) = stat.rsplit_once(") ").expect("a name");
        let ticks = fields.split(' ').skip(11).take(2);
        let ticks = ticks.map(|ticks| ticks.parse::<u64>().expect("a number"));
        Duration::from_millis(ticks.sum::<u64>() * 10)
    }

    /// Resident memory in MB.
    pub fn memory(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()));
        let status = status.expect("the process's status");
        let line = status
            .lines()
            .find(|line| line.starts_with("VmRSS:"))
            .expect("VmRSS");
        let kilobytes: f64 = line
            .split_whitespace()
            .nth(1)
            .and_then(|n| n.parse().ok())
            .expect("a number");
        kilobytes / 1024.0
    }
}

/// Writes a configuration; `lanes` projects `bench/p0` … go to channels of their own.
pub fn write_config(folder: &Path, slack: &str, lanes: usize, database: &str) -> PathBuf {
    let mut text = format!(
        r#"
listen = "127.0.0.1:0"
database_url = "{database}"
log_format = "json"
[api]
admin_token = "bench-admin"
[slack]
base_url = "{slack}/api/"
workspace = "T0DEMO"
token = "xoxb-demo"
messages_per_second = 0.0
digest_from = 1000000000
create_channels = true
[[hook]]
name = "bench"
token = "bench-token"
"#
    );
    for lane in 0..lanes {
        text.push_str(&format!(
            "[[subscription]]\npath = \"bench/p{lane}\"\nchannel = \"#bench-{lane}\"\npush_events = true\nbranches_to_be_notified = \"all\"\n"
        ));
    }
    let path = folder.join("signalbox.toml");
    std::fs::write(&path, text).expect("the configuration is written");
    path
}

/// A push to `bench/p{lane}`.
pub fn push(lane: usize, number: usize) -> String {
    let project = format!("https://gitlab.example/bench/p{lane}");
    serde_json::json!({
        "object_kind": "push", "event_name": "push",
        "before": "1".repeat(40), "after": "2".repeat(40), "ref": "refs/heads/main",
        "user_name": "Ada Byron", "user_username": "ada",
        "project": {
            "id": lane + 1, "name": format!("p{lane}"), "web_url": project,
            "path_with_namespace": format!("bench/p{lane}"), "default_branch": "main",
            "visibility_level": 20
        },
        "commits": [{
            "id": "2".repeat(40), "title": format!("Change number {number}"),
            "message": format!("Change number {number}"),
            "url": format!("{project}/-/commit/{}", "2".repeat(40)),
            "author": { "name": "Ada Byron", "email": "ada@example.com" }
        }],
        "total_commits_count": 1
    })
    .to_string()
}

pub async fn figures(effort: Effort) {
    let folder = tempfile::tempdir().expect("a folder");
    let database = format!("sqlite:{}", folder.path().join("bench.db").display());
    // A Slack that takes connections and never answers: everything waits.
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let slack = format!("http://{}", silent.local_addr().expect("an address"));
    let config = write_config(folder.path(), &slack, 100, &database);

    let mut starts: Vec<f64> = Vec::new();
    for _ in 0..effort.starts {
        let began = Instant::now();
        let program = Program::start(&config);
        ready(program.address).await;
        starts.push(began.elapsed().as_secs_f64() * 1e3);
        program.stop();
    }
    starts.sort_by(f64::total_cmp);
    println!("The process");
    println!(
        "{:<44} {:>10.0}",
        "start to ready, ms (median)",
        starts[starts.len() / 2]
    );

    let program = Program::start(&config);
    ready(program.address).await;
    println!("{:<44} {:>10.1}", "memory idle, MB", program.memory());
    fill(program.address, effort.waiting).await;
    routed(program.address).await;
    let label = format!("memory with {} waiting deliveries, MB", effort.waiting);
    println!("{label:<44} {:>10.1}", program.memory());
    program.stop();
    println!();
}

pub async fn ready(address: SocketAddr) {
    let client = reqwest::Client::builder()
        .no_proxy()
        .build()
        .expect("a client");
    loop {
        let answer = client.get(format!("http://{address}/readyz")).send().await;
        if answer.is_ok_and(|answer| answer.status().is_success()) {
            return;
        }
    }
}

async fn fill(address: SocketAddr, waiting: usize) {
    const CONNECTIONS: usize = 32;
    let tasks: Vec<_> = (0..CONNECTIONS)
        .map(|connection| {
            tokio::spawn(async move {
                for number in (connection..waiting).step_by(CONNECTIONS) {
                    send(address, number).await;
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.expect("a sender");
    }
}

async fn send(address: SocketAddr, number: usize) {
    let body = push(number % 100, number);
    let mut stream = tokio::net::TcpStream::connect(address)
        .await
        .expect("a connection");
    let request = format!(
        "POST /gitlab/hooks/bench HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\
         X-Gitlab-Event: Push Hook\r\nX-Gitlab-Token: bench-token\r\n\
         Idempotency-Key: waiting-{number}\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut answer = String::new();
    tokio::io::AsyncReadExt::read_to_string(&mut stream, &mut answer)
        .await
        .expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

/// Waits until no event is unrouted: then as many deliveries wait.
async fn routed(address: SocketAddr) {
    let client = reqwest::Client::builder()
        .no_proxy()
        .build()
        .expect("a client");
    loop {
        let text = client
            .get(format!("http://{address}/metrics"))
            .send()
            .await
            .expect("an answer")
            .text()
            .await
            .expect("metrics");
        if text
            .lines()
            .any(|line| line == "signalbox_unrouted_events 0")
        {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
