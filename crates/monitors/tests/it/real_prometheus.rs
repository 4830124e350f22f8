//! The client against Debian's Prometheus, with samples of our own in its database.
//!
//! Without the program the test says so and passes, unless `SIGNALBOX_REQUIRE_SERVERS` is set,
//! as it is in continuous integration.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use jiff::Timestamp;
use monitors::prometheus::{Client, InstantQuery, QueryResult, RangeQuery, Reading, Value};
use monitors::{Credentials, Measured, Nonsense, Retry, Timeouts};

const PASSWORD: &str = "correct-horse";
/// bcrypt of the password.
const HASH: &str = "$2b$04$abcdefghijklmnopqrstuuPoaPXzWjiVz4HaNq2LJXksWbO79E.S6";
/// The first of the samples.
const BEGIN: i64 = 1_700_000_000;

/// Ten minutes of requests: one a second, and every tenth an error; and of two arms of a flag, of
/// which the smaller one fails more often.
fn samples() -> String {
    let mut text = String::from("# TYPE http_requests counter\n");
    for (status, a_minute) in [("200", 54), ("500", 6)] {
        for minute in 0..=10_i64 {
            let (value, at) = (minute * a_minute, BEGIN + minute * 60);
            text += &format!("http_requests_total{{status=\"{status}\"}} {value} {at}\n");
        }
    }
    text += "# TYPE deliveries counter\n";
    for (flag, outcome, a_minute) in [
        ("on", "failed", 3),
        ("on", "sent", 9),
        ("off", "failed", 1),
        ("off", "sent", 47),
    ] {
        for minute in 0..=10_i64 {
            let (value, at) = (minute * a_minute, BEGIN + minute * 60);
            text += &format!(
                "deliveries_total{{flag=\"{flag}\",outcome=\"{outcome}\"}} {value} {at}\n"
            );
        }
    }
    text + "# EOF\n"
}

struct Server {
    url: String,
    process: Child,
    _folder: tempfile::TempDir,
}

impl Server {
    fn start() -> Option<Self> {
        if Command::new("prometheus")
            .arg("--version")
            .output()
            .is_err()
        {
            let required = std::env::var_os("SIGNALBOX_REQUIRE_SERVERS").is_some();
            assert!(!required, "prometheus is required and absent");
            println!("prometheus absent");
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        write_samples(folder.path());
        let mut process = start_process(folder.path());
        let log = BufReader::new(process.stderr.take().unwrap());
        let url = wait_until_ready(log);
        Some(Self {
            url,
            process,
            _folder: folder,
        })
    }

    fn client(&self, password: &str) -> Client {
        let credentials = Credentials::Basic {
            user: "signalbox".to_owned(),
            password: password.into(),
        };
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = monitors::http_client(&self.url, Timeouts::default()).unwrap();
        Client::new(http, &self.url, credentials).unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn write_samples(folder: &Path) {
    std::fs::write(folder.join("samples"), samples()).unwrap();
    let made = Command::new("promtool")
        .args([
            "tsdb",
            "create-blocks-from",
            "openmetrics",
            "samples",
            "data",
        ])
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(made.status.success(), "{made:?}");
}

fn start_process(folder: &Path) -> Child {
    std::fs::write(folder.join("prometheus.yml"), "scrape_configs: []\n").unwrap();
    let users = format!("basic_auth_users:\n  signalbox: {HASH}\n");
    std::fs::write(folder.join("web.yml"), users).unwrap();
    Command::new("prometheus")
        .args([
            "--config.file=prometheus.yml",
            "--web.config.file=web.yml",
            "--web.listen-address=127.0.0.1:0",
            "--storage.tsdb.path=data",
            "--storage.tsdb.retention.time=100y",
            "--query.max-samples=1000",
        ])
        .current_dir(folder)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Reads the log up to the line that says ready, then leaves it to a thread, as a full pipe would
/// stop the server.
fn wait_until_ready(log: impl BufRead + Send + 'static) -> String {
    let mut lines = log.lines().map_while(Result::ok);
    let (mut url, mut is_ready, mut seen) = (None, false, Vec::new());
    for line in lines.by_ref() {
        if let Some((_, address)) = line.split_once("msg=\"Listening on\" address=") {
            url = Some(format!("http://{}", address.trim()));
        }
        // Either may come first.
        is_ready |= line.contains("Server is ready to receive web requests");
        seen.push(line);
        if let Some(url) = url.take_if(|_| is_ready) {
            std::thread::spawn(move || lines.for_each(drop));
            return url;
        }
    }
    panic!("prometheus did not start:\n{}", seen.join("\n"));
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn query(query: &str) -> InstantQuery<'_> {
    InstantQuery {
        query,
        at: Some(at(BEGIN + 600)),
        timeout: Some(Duration::from_secs(5)),
    }
}

#[tokio::test]
async fn a_real_prometheus_is_understood() {
    let Some(server) = Server::start() else {
        return;
    };
    let client = server.client(PASSWORD);
    readings(&client).await;
    arms(&client).await;
    spans(&client).await;
    refusals(&client).await;
    let error = server.client("wrong").query(query("1")).await.unwrap_err();
    assert!(
        error
            .to_string()
            .ends_with("check them in the configuration"),
        "{error}"
    );
    assert_eq!(error.retry(), Retry::Never);
}

async fn readings(client: &Client) {
    for (promql, expected) in [
        ("sum(http_requests_total)", Reading::Number(600.0)),
        (
            "sum(rate(http_requests_total{status=\"500\"}[5m])) / sum(rate(http_requests_total[5m]))",
            Reading::Number(0.1),
        ),
        ("http_requests_total", Reading::Several(2)),
        ("http_requests_total{status=\"404\"}", Reading::Silent),
        ("vector(0) / 0", Reading::Silent),
        ("vector(1) / 0", Reading::Infinite),
        ("-1 / 0", Reading::Infinite),
        ("scalar(vector(7))", Reading::Number(7.0)),
        ("\"a text\"", Reading::NoNumber),
        ("http_requests_total[2m]", Reading::NoNumber),
    ] {
        let found = client.query(query(promql)).await.unwrap();
        match (found.reading(), expected) {
            (Reading::Number(found), Reading::Number(expected)) => {
                assert!((found - expected).abs() < 1e-9, "{promql}: {found}");
            }
            (found, expected) => assert_eq!(found, expected, "{promql}"),
        }
    }
}

/// What a rollout asks: counts of both arms in a window, and their charts.
async fn arms(client: &Client) {
    for (promql, expected) in [
        (
            "sum(increase(deliveries_total{flag=\"on\",outcome=\"failed\"}[5m]))",
            Measured::Number(15.0),
        ),
        (
            "sum(increase(deliveries_total{flag=\"on\"}[5m]))",
            Measured::Number(60.0),
        ),
        (
            "increase(deliveries_total{flag=\"off\"}[5m])",
            Measured::Number(240.0),
        ),
        (
            "increase(deliveries_total{flag=\"none\"}[5m])",
            Measured::Silent,
        ),
        (
            "deliveries_total{flag=\"on\"} / 0",
            Measured::Nonsense(Nonsense::Infinite),
        ),
        ("vector(0) / 0", Measured::Nonsense(Nonsense::NotANumber)),
        ("-1", Measured::Nonsense(Nonsense::Negative)),
    ] {
        let found = client.measure(query(promql)).await.unwrap();
        match (found, expected) {
            (Measured::Number(found), Measured::Number(expected)) => {
                assert!((found - expected).abs() < 1e-9, "{promql}: {found}");
            }
            (found, expected) => assert_eq!(found, expected, "{promql}"),
        }
    }
    let range = RangeQuery {
        query: "deliveries_total{outcome=\"failed\"}",
        start: at(BEGIN),
        end: at(BEGIN + 120),
        step: Duration::from_secs(60),
        timeout: None,
    };
    let points = client.series(range).await.unwrap();
    let points: Vec<_> = points
        .iter()
        .map(|point| (point.at.as_second() - BEGIN, point.value))
        .collect();
    assert_eq!(points, [(0, 0.0), (60, 4.0), (120, 8.0)]);
}

async fn spans(client: &Client) {
    let range = RangeQuery {
        query: "http_requests_total{status=\"500\"} / (time() != bool 1700000060)",
        start: at(BEGIN),
        end: at(BEGIN + 120),
        step: Duration::from_secs(60),
        timeout: None,
    };
    let QueryResult::Matrix(series) = client.query_range(range).await.unwrap().result else {
        panic!("no matrix");
    };
    assert_eq!(series.len(), 1);
    let found: Vec<_> = series[0]
        .samples
        .iter()
        .map(|sample| (sample.at.as_second() - BEGIN, sample.value))
        .collect();
    assert_eq!(
        found,
        [
            (0, Value::Number(0.0)),
            (60, Value::PositiveInfinity),
            (120, Value::Number(12.0)),
        ]
    );
}

async fn refusals(client: &Client) {
    for (promql, expected) in [
        ("sum(", "does not take the query: invalid parameter"),
        (
            "http_requests_total + on() http_requests_total",
            "cannot execute the query: ",
        ),
        (
            "sum_over_time(vector(1)[1h:1s])",
            "cannot execute the query: query processing would load too many samples",
        ),
    ] {
        let error = client.query(query(promql)).await.unwrap_err();
        assert!(error.to_string().contains(expected), "{promql}: {error}");
        assert_eq!(error.retry(), Retry::Never, "{promql}");
    }
    let too_fine = RangeQuery {
        query: "vector(1)",
        start: at(BEGIN),
        end: at(BEGIN + 86_400),
        step: Duration::from_secs(1),
        timeout: None,
    };
    let error = client.query_range(too_fine).await.unwrap_err();
    assert!(
        error.to_string().contains("exceeded maximum resolution"),
        "{error}"
    );
}
