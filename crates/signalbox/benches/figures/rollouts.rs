//! Many rollouts at once on one node: whether every monitor is asked in time, and what that costs.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use clock::{Chance, Clock};
use domain::RolloutId;
use futures_util::{StreamExt, TryStreamExt, stream};
use jiff::SignedDuration;
use sandbox::gitlab::GitLabSandbox;
use sandbox::slack::{Limits, SlackSandbox};
use serde_json::{Value, json};
use store::{OpenOptions, RolloutReadingRecord, Store};

use crate::Effort;
use crate::process::{Program, ready, write_config};

const MONITORS: usize = 5;
/// How often each monitor is asked, as plans have it unless they say something else.
const INTERVAL: SignedDuration = SignedDuration::from_secs(60);
/// Rollouts that are being started at the same time.
const AT_ONCE: usize = 16;

/// A plan with a source of each kind that the sandbox has, and its own deliveries.
const PLAN: &str = r"---
flag: FLAG
owners: { team: Bench, channel: '#bench', individual: ana }
require: []
monitors:
  - { name: deliveries, source: deliveries, rule: arms }
  - { name: new-issues, source: sentry, project: signalbox, rule: new-issues }
  - { name: errors, source: sentry, project: signalbox, rule: arms }
  - name: log
    source: elasticsearch
    index: 'signalbox-*'
    query: 'log.level:error'
    distinct: labels.project
    flag_field: labels.feature_flag_states
    rule: arms
  - { name: health, source: prometheus, value: gitlab_service_ok, rule: limit, below: 0.5 }
stages:
  - { name: 25-percent, percentage: 25, soak: 1d }
  - { name: global, set: true, soak: 1h }
";

const DEFINITION: &str = "---
name: FLAG
introduced_by_url: https://gitlab.example/bench/p0/-/merge_requests/1
rollout_issue_url: https://gitlab.example/bench/p0/-/issues/1
milestone: '15.8'
group: group::bench
type: development
default_enabled: false
";

pub async fn figures(effort: Effort) {
    let (rollouts, rounds) = if effort.seconds < 2 {
        (100, 2)
    } else {
        (1_000, 5)
    };
    let chance = Chance::from_seed(5);
    let clock = system_clock();
    let mut options = sandbox::slack::Options::new(clock.clone(), chance.clone());
    options.limits = Limits::Off;
    let slack = SlackSandbox::start(options).await.expect("a Slack");
    let http = reqwest::Client::new();
    let options = sandbox::gitlab::Options::new(clock, chance, http);
    let gitlab = GitLabSandbox::start(options).await.expect("a GitLab");
    let folder = tempfile::tempdir().expect("a folder");
    write_plans(folder.path(), rollouts);
    let database = format!("sqlite:{}", folder.path().join("bench.db").display());
    let config = write_config(folder.path(), &slack.url, 0, &database);
    add_sources(&config, folder.path(), &gitlab.url);
    let program = Program::start(&config);
    ready(program.address).await;

    println!("{rollouts} rollouts, {MONITORS} monitors each, asked every {INTERVAL:#}");
    let ids = start(&program, rollouts).await;
    // Until the first round of all of them is over, and what was to be said of their beginning.
    tokio::time::sleep(interval() * 2).await;
    let began = program.cpu();
    tokio::time::sleep(interval() * rounds).await;
    let seconds = f64::from(rounds) * INTERVAL.as_secs_f64();
    let share = (program.cpu() - began).as_secs_f64() / seconds * 100.0;
    let memory = program.memory();
    program.stop();
    println!("{:<44} {share:>10.1}", "CPU of the service, % of one core");
    println!("{:<44} {memory:>10.1}", "its memory, MB");
    print_lateness(&database, &ids, rounds).await;
    println!();
}

#[expect(
    clippy::disallowed_methods,
    reason = "the benchmark's `main`: processes share the system's time"
)]
fn system_clock() -> Clock {
    Clock::new(jiff::Timestamp::now)
}

fn interval() -> Duration {
    Duration::try_from(INTERVAL).expect("it is no debt")
}

fn flag(number: usize) -> String {
    format!("bench_{number}")
}

fn write_plans(folder: &Path, rollouts: usize) {
    let folder = folder.join("flags/development");
    std::fs::create_dir_all(&folder).expect("a folder");
    for number in 0..rollouts {
        let flag = flag(number);
        for (ending, text) in [("yml", DEFINITION), ("rollout.yml", PLAN)] {
            let file = folder.join(format!("{flag}.{ending}"));
            std::fs::write(file, text.replace("FLAG", &flag)).expect("a file");
        }
    }
}

fn add_sources(config: &Path, folder: &Path, gitlab: &str) {
    let mut text = std::fs::read_to_string(config).expect("the configuration");
    let definitions = folder.join("flags");
    let key = "5160a1b05160a1b05160a1b05160a1b0";
    let dsn = gitlab.replacen("://", &format!("://{key}@"), 1);
    let written = write!(
        text,
        r#"
[flags]
definitions = "{}"
[monitors]
prometheus = {{ url = "{gitlab}/-/prometheus" }}
elasticsearch = {{ url = "{gitlab}/-/elasticsearch", token = "demo-grafana-token" }}
sentry = {{ url = "{gitlab}/-/sentry", token = "demo-sentry-token", organization = "demo" }}
[errors]
sentry_dsn = "{dsn}/-/sentry/1"
elasticsearch_index = "signalbox-errors"
"#,
        definitions.display()
    );
    written.expect("text takes text");
    std::fs::write(config, text).expect("the configuration");
}

async fn start(program: &Program, rollouts: usize) -> Vec<RolloutId> {
    let client = reqwest::Client::builder().no_proxy().build();
    let client = client.expect("a client");
    let url = format!("http://{}/api/v1/rollouts", program.address);
    let start = async |number| {
        let body = json!({ "flag": flag(number), "reason": "to see how many there can be" });
        let request = client.post(&url).header("PRIVATE-TOKEN", "bench-admin");
        let answer: Value = request.json(&body).send().await?.json().await?;
        let id = answer["id"].as_str().and_then(|id| id.parse().ok());
        anyhow::Ok(id.unwrap_or_else(|| panic!("it does not begin: {answer}")))
    };
    let started = stream::iter(0..rollouts).map(start).buffered(AT_ONCE);
    started.try_collect().await.expect("all begin")
}

/// How late readings were taken after the first round, and whether some were left out.
async fn print_lateness(database: &str, ids: &[RolloutId], rounds: u32) {
    let store = Store::open(database, OpenOptions::default()).await;
    let store = store.expect("the database");
    let (mut late, mut fewest) = (Vec::new(), usize::MAX);
    for id in ids {
        let readings = store.rollout_readings(id, None, None, 10_000).await;
        let readings = readings.expect("readings");
        let mut windows: BTreeMap<&str, Vec<_>> = BTreeMap::new();
        for reading in readings.iter().filter(|of| !is_baseline(of)) {
            let after = reading.at.duration_since(reading.from) - INTERVAL;
            windows.entry(&reading.monitor).or_default().push(after);
        }
        assert_eq!(windows.len(), MONITORS, "every monitor is asked");
        for after in windows.into_values() {
            fewest = fewest.min(after.len());
            late.extend(after.into_iter().skip(1));
        }
    }
    store.close().await;
    late.sort_unstable();
    let at =
        |share: usize| late.get((late.len() * share / 1_000).min(late.len().saturating_sub(1)));
    let ms = |share| at(share).map_or(0.0, |late| late.as_secs_f64() * 1_000.0);
    println!("{:<44} {:>10}", "readings taken", late.len());
    println!(
        "{:<44} {:>10.0} {:>9.0} {:>9.0}",
        "late by, median p99 max, ms",
        ms(500),
        ms(990),
        ms(1_000)
    );
    println!(
        "{:<44} {fewest:>10}",
        format!("windows of the slowest monitor, of {}", rounds + 1)
    );
}

/// What a monitor said of the time before the rollout.
fn is_baseline(reading: &RolloutReadingRecord) -> bool {
    INTERVAL * 30 < reading.to.duration_since(reading.from)
}
