//! The service in a process of its own, and a Slack sandbox that outlives it.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use clock::{Chance, Clock};

use sandbox::slack::workspace::{Channel, ChannelKind, Message};
use sandbox::slack::{Limits, Options, SlackSandbox};
use tokio_util::sync::CancellationToken;

pub const HOOK_TOKEN: &str = "crash-hook-token";
pub const ADMIN_TOKEN: &str = "crash-admin-token";

/// The built program.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_signalbox");

/// Installs what TLS clients need; any number of times.
pub fn install_tls() {
    let _ = rustls::crypto::ring::default_provider().install_default();
}

#[expect(
    clippy::disallowed_methods,
    reason = "a test's `main`: processes share the system's time"
)]
pub fn system_clock() -> Clock {
    Clock::new(jiff::Timestamp::now)
}

/// A Slack sandbox in this process, on a port of its own.
pub struct Slack {
    pub sandbox: SlackSandbox,
    pub url: String,
    stop: CancellationToken,
}

impl Slack {
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let mut options = Options::new(system_clock(), Chance::from_seed(11));
        options.public_url.clone_from(&url);
        options.limits = Limits::Off;
        let sandbox = SlackSandbox::new(options).expect("a sandbox");
        let stop = CancellationToken::new();
        tokio::spawn(web::server::serve(listener, sandbox.router(), stop.clone()));
        Self { sandbox, url, stop }
    }
}

impl Drop for Slack {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// `signalbox serve` as a child process.
pub struct Service {
    child: Child,
    pub url: String,
}

impl Service {
    /// Starts the program with `config` and waits until it listens.
    pub fn start(config: &Path) -> Self {
        Self::start_through(Command::new(PROGRAM), config)
    }

    /// As [`Service::start`], through another program, such as a tracer.
    pub fn start_through(mut command: Command, config: &Path) -> Self {
        let mut child = command
            .arg("serve")
            .arg("--config")
            .arg(config)
            .env("RUST_LOG", "info")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut log = BufReader::new(child.stderr.take().expect("a log"));
        let mut seen = String::new();
        let address = loop {
            let mut line = String::new();
            if log.read_line(&mut line).expect("the log can be read") == 0 {
                let _ = child.wait();
                panic!("the service ended at its start:\n{seen}");
            }
            if let Ok(entry) = serde_json::from_str::<serde_json::Value>(&line)
                && entry["message"] == "listening"
            {
                break entry["address"].as_str().expect("an address").to_owned();
            }
            seen.push_str(&line);
        };
        // Keep reading, or the child blocks on a full pipe.
        std::thread::spawn(move || {
            for line in log.lines().map_while(Result::ok) {
                if line.contains("\"ERROR\"") || line.contains("panicked") {
                    eprintln!("service: {line}");
                }
            }
        });
        Self {
            child,
            url: format!("http://{address}"),
        }
    }

    /// kill -9.
    pub fn kill(mut self) {
        self.child.kill().expect("a running child");
        self.child.wait().expect("its end");
    }

    /// SIGTERM, and waits for a good end.
    pub fn terminate(mut self) {
        let done = Command::new("kill")
            .arg(self.child.id().to_string())
            .status()
            .expect("kill");
        assert!(done.success());
        let status = self.child.wait().expect("its end");
        assert!(status.success(), "the service ended with {status}");
    }

    /// SIGTERM to the program that a tracer runs, and waits for the tracer's end.
    pub fn terminate_traced(mut self) {
        let traced = Command::new("pkill")
            .args(["-TERM", "-P", &self.child.id().to_string()])
            .status()
            .expect("pkill");
        assert!(traced.success(), "the traced program runs");
        self.child.wait().expect("its end");
    }
}

/// Writes a configuration for `lanes` projects `load/p0` … that go to channels `#load-0` ….
pub fn write_config(folder: &Path, slack: &Slack, lanes: usize, database_url: &str) -> PathBuf {
    let mut text = format!(
        r#"
listen = "127.0.0.1:0"
database_url = "{database_url}"
log_format = "json"
[api]
admin_token = "{ADMIN_TOKEN}"
[slack]
base_url = "{}/api/"
workspace = "T0DEMO"
token = "xoxb-demo"
messages_per_second = 0.0
create_channels = true
[[hook]]
name = "load"
token = "{HOOK_TOKEN}"
"#,
        slack.url
    );
    for lane in 0..lanes {
        text.push_str(&format!(
            r##"
[[subscription]]
path = "load/p{lane}"
channel = "#load-{lane}"
push_events = true
branches_to_be_notified = "all"
"##
        ));
    }
    let path = folder.join("signalbox.toml");
    std::fs::write(&path, text).expect("the configuration is written");
    path
}

/// A push to `load/p{lane}` whose only commit is called `title`.
pub fn push(lane: usize, title: &str) -> String {
    let project = format!("https://gitlab.example/load/p{lane}");
    serde_json::json!({
        "object_kind": "push",
        "event_name": "push",
        "before": "1111111111111111111111111111111111111111",
        "after": "2222222222222222222222222222222222222222",
        "ref": "refs/heads/main",
        "user_name": "Ada Byron",
        "user_username": "ada",
        "project": {
            "id": lane + 1,
            "name": format!("p{lane}"),
            "web_url": project,
            "path_with_namespace": format!("load/p{lane}"),
            "default_branch": "main",
            "visibility_level": 20
        },
        "commits": [{
            "id": "2222222222222222222222222222222222222222",
            "title": title,
            "message": title,
            "url": format!("{project}/-/commit/2222222222222222222222222222222222222222"),
            "author": { "name": "Ada Byron", "email": "ada@example.com" }
        }],
        "total_commits_count": 1
    })
    .to_string()
}

impl Slack {
    /// Makes a channel that exists and takes no messages.
    pub fn archive_channel(&self, name: &str) {
        let now = system_clock().now();
        self.sandbox.change_workspace(|workspace| {
            let mut channel = Channel::new("C0ARCHIVED", name, ChannelKind::Public, &[], now);
            channel.is_archived = true;
            workspace.channels.insert(channel.id.clone(), channel);
        });
    }

    /// The titles (`load-3-000017-`) that the channel's messages show, as posted, digests left
    /// out, since a digest may list some of what it folded.
    pub fn titles_in(&self, channel: &str) -> Vec<String> {
        messages(&self.sandbox, channel)
            .into_iter()
            .filter_map(|text| {
                let mut titles: Vec<&str> = text
                    .match_indices("load-")
                    .filter_map(|(at, _)| text.get(at..at + 14))
                    .collect();
                titles.retain(|title| title.ends_with('-'));
                titles.dedup();
                let &first = titles.first()?;
                titles
                    .iter()
                    .all(|title| *title == first)
                    .then(|| first.to_owned())
            })
            .collect()
    }
}

/// What the channel's messages consist of, oldest first; a channel that is not there has none,
/// and Slack's own, such as "has joined", are left out.
pub fn messages(sandbox: &SlackSandbox, channel: &str) -> Vec<String> {
    sandbox.with_workspace(|workspace| {
        let messages = workspace
            .channel_called(channel)
            .map(|channel| &channel.messages);
        let said = |message: &Message| {
            let parts = [message.blocks.as_ref(), message.attachments.as_ref()];
            parts
                .into_iter()
                .flatten()
                .map(ToString::to_string)
                .collect::<String>()
        };
        let posted = messages.into_iter().flatten();
        posted
            .filter(|message| message.subtype.is_none())
            .map(said)
            .collect()
    })
}

/// An HTTP client for this machine.
pub fn client() -> reqwest::Client {
    let client = reqwest::Client::builder().no_proxy().build();
    client.expect("a client")
}

/// A new database on the server that the tests were given, if they were given one.
pub async fn fresh_postgres_database(name: &str) -> Option<String> {
    let server = std::env::var("SIGNALBOX_TEST_POSTGRES").ok()?;
    let name = format!("{name}_{}", std::process::id());
    let (base, _) = server.rsplit_once('/').expect("a URL with a database");
    let url = format!("{base}/{name}");
    let create = format!("CREATE DATABASE {name}");
    let done = Command::new("psql")
        .args(["-q", "-d", &server, "-c", &create])
        .status();
    assert!(done.expect("psql").success(), "{create}");
    Some(url)
}
