//! kill -9 at any point loses nothing that was accepted.
//!
//! The service runs in a process of its own, under load, against a Slack sandbox that outlives
//! it, and is killed again and again at seeded moments: after so many acknowledged webhooks, or
//! the instant a message stands in Slack and before the service can have written that down.
//! Afterwards the sandbox's screen is compared with what was acknowledged.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use clock::Chance;
use sandbox::slack::What;
use serde_json::Value;
use tokio::sync::Notify;

use crate::process::{self, ADMIN_TOKEN, HOOK_TOKEN, Service, Slack};

const LANES: usize = 8;
/// A lane whose channel takes nothing, and one that nobody is subscribed to.
const DEAD_LANE: usize = LANES;
const IGNORED_LANE: usize = LANES + 1;

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_loses_nothing_in_two_hundred_kills() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = format!("sqlite:{}", folder.path().join("signalbox.db").display());
    let tally = kill_again_and_again(folder.path(), &database, kills(200), 20_261_124).await;
    tally.assert_nothing_lost();
}

#[tokio::test(flavor = "multi_thread")]
async fn postgresql_loses_nothing_in_a_few_kills() {
    let Some(database) = process::fresh_postgres_database("crash").await else {
        eprintln!("postgres absent: run make test");
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let tally = kill_again_and_again(folder.path(), &database, POSTGRESQL_KILLS, 7).await;
    tally.assert_nothing_lost();
}

/// A lane of a node that was killed is taken over when its lease runs out, a minute later, so
/// that each kill costs more time here than with SQLite, where a start clears all leases.
const POSTGRESQL_KILLS: usize = 4;

/// `SIGNALBOX_KILLS` asks for more or fewer.
fn kills(usual: usize) -> usize {
    std::env::var("SIGNALBOX_KILLS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(usual)
}

/// What was acknowledged, and what became of it.
#[derive(Default)]
struct Tally {
    kills: usize,
    unanswered: usize,
    accepted: usize,
    outcomes: BTreeMap<String, usize>,
    posted: usize,
    lost: Vec<String>,
    doubled: Vec<String>,
    out_of_order: Vec<String>,
}

impl Tally {
    fn assert_nothing_lost(&self) {
        println!("{self}");
        let outcome = |name: &str| self.outcomes.get(name).copied().unwrap_or(0);
        assert_eq!(
            self.accepted,
            outcome("delivered") + outcome("digested") + outcome("dead") + outcome("ignored"),
            "every accepted event has come to an end"
        );
        assert!(self.lost.is_empty(), "lost: {:?}", self.lost);
        assert!(
            self.out_of_order.is_empty(),
            "out of order: {:?}",
            self.out_of_order
        );
        assert!(self.doubled.is_empty(), "doubled: {:?}", self.doubled);
        for name in ["delivered", "dead", "ignored"] {
            assert!(
                0 < outcome(name),
                "the run had no {name} event: it shows too little"
            );
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "kills {}: accepted {} = {:?}; {} requests died unanswered; messages in Slack {}: lost {}, doubled {}, out of order {}",
            self.kills,
            self.accepted,
            self.outcomes,
            self.unanswered,
            self.posted,
            self.lost.len(),
            self.doubled.len(),
            self.out_of_order.len()
        )
    }
}

/// An acknowledged webhook.
struct Acknowledged {
    title: String,
    event: String,
}

async fn kill_again_and_again(folder: &Path, database: &str, kills: usize, seed: u64) -> Tally {
    process::install_tls();
    let slack = Slack::start().await;
    slack.archive_channel(&format!("load-{DEAD_LANE}"));
    let config = process::write_config(folder, &slack, DEAD_LANE + 1, database);
    let chance = Chance::from_seed(seed);
    let mut tally = Tally {
        kills,
        ..Tally::default()
    };
    let mut acknowledged = Vec::new();
    let next = Arc::new(
        (0..=IGNORED_LANE)
            .map(|_| AtomicUsize::new(0))
            .collect::<Vec<_>>(),
    );
    for _ in 0..kills {
        let service = Service::start(&config);
        let moment = Moment::draw(&chance, &slack);
        let load = Load::start(&service.url, &next, &moment);
        moment.wait().await;
        service.kill();
        let (answered, unanswered) = load.stop().await;
        acknowledged.extend(answered);
        tally.unanswered += unanswered;
    }
    let service = Service::start(&config);
    let outcomes = outcomes(&service.url, &acknowledged).await;
    service.terminate();
    tally.accepted = acknowledged.len();
    compare(&slack, &acknowledged, &outcomes, &mut tally);
    tally
}

/// When to kill.
struct Moment {
    acknowledged: Arc<AtomicUsize>,
    after: usize,
    reached: Arc<Notify>,
}

impl Moment {
    /// After some acknowledgements or, as often, right when some message stands in Slack.
    fn draw(chance: &Chance, slack: &Slack) -> Self {
        let reached = Arc::new(Notify::new());
        let number = 1 + usize::try_from(chance.below(60)).unwrap_or(0);
        let by_slack = chance.below(2) == 0;
        if by_slack {
            let (mut changes, reached) = (slack.sandbox.subscribe(), Arc::clone(&reached));
            tokio::spawn(async move {
                let mut posted = 0;
                while let Ok(change) = changes.recv().await {
                    posted += usize::from(change.what == What::Posted);
                    if posted == number {
                        reached.notify_one();
                        return;
                    }
                }
            });
        }
        let after = if by_slack { usize::MAX } else { number };
        Self {
            acknowledged: Arc::default(),
            after,
            reached,
        }
    }

    fn count_acknowledged(&self) {
        if self.acknowledged.fetch_add(1, Ordering::AcqRel) + 1 == self.after {
            self.reached.notify_one();
        }
    }

    async fn wait(&self) {
        self.reached.notified().await;
    }
}

/// Senders that push as fast as they are answered, one a project, so that each project's
/// webhooks have an order.
struct Load {
    stop: Arc<AtomicBool>,
    senders: Vec<tokio::task::JoinHandle<(Vec<Acknowledged>, usize)>>,
}

impl Load {
    fn start(url: &str, next: &Arc<Vec<AtomicUsize>>, moment: &Moment) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let client = reqwest::Client::builder()
            .no_proxy()
            .build()
            .expect("a client");
        let senders = (0..=IGNORED_LANE)
            .map(|lane| {
                let sender = Sender {
                    client: client.clone(),
                    url: format!("{url}/gitlab/hooks/load"),
                    lane,
                    next: Arc::clone(next),
                    stop: Arc::clone(&stop),
                    moment: Moment {
                        acknowledged: Arc::clone(&moment.acknowledged),
                        after: moment.after,
                        reached: Arc::clone(&moment.reached),
                    },
                };
                tokio::spawn(sender.run())
            })
            .collect();
        Self { stop, senders }
    }

    async fn stop(self) -> (Vec<Acknowledged>, usize) {
        self.stop.store(true, Ordering::Release);
        let (mut acknowledged, mut unanswered) = (Vec::new(), 0);
        for sender in self.senders {
            let (answered, without) = sender.await.expect("a sender");
            acknowledged.extend(answered);
            unanswered += without;
        }
        (acknowledged, unanswered)
    }
}

struct Sender {
    client: reqwest::Client,
    url: String,
    lane: usize,
    next: Arc<Vec<AtomicUsize>>,
    stop: Arc<AtomicBool>,
    moment: Moment,
}

impl Sender {
    /// Sends until told to stop or the service dies under it. At most so many a round that the
    /// lanes can follow: most rounds should see single messages, not digests.
    async fn run(self) -> (Vec<Acknowledged>, usize) {
        const MOST: usize = 120;
        let mut acknowledged = Vec::new();
        for _ in 0..MOST {
            if self.stop.load(Ordering::Acquire) {
                return (acknowledged, 0);
            }
            let number = self.next[self.lane].fetch_add(1, Ordering::AcqRel);
            let title = format!("load-{}-{number:06}-", self.lane);
            match self.send(&title).await {
                Some(event) => {
                    acknowledged.push(Acknowledged { title, event });
                    self.moment.count_acknowledged();
                }
                None => return (acknowledged, 1),
            }
        }
        // The kill may be waiting for more than this round can give.
        self.moment.reached.notify_one();
        (acknowledged, 0)
    }

    async fn send(&self, title: &str) -> Option<String> {
        let answer = self
            .client
            .post(&self.url)
            .header("X-Gitlab-Token", HOOK_TOKEN)
            .header("X-Gitlab-Event", "Push Hook")
            .header("Idempotency-Key", title)
            .body(process::push(self.lane, title))
            .send()
            .await
            .ok()?;
        if answer.status() != 200 {
            return None;
        }
        let body: Value = answer.json().await.ok()?;
        body["event"].as_str().map(str::to_owned)
    }
}

/// Asks the service for each event until none is waiting.
async fn outcomes(url: &str, acknowledged: &[Acknowledged]) -> HashMap<String, String> {
    let client = reqwest::Client::builder()
        .no_proxy()
        .build()
        .expect("a client");
    let mut outcomes = HashMap::new();
    for one in acknowledged {
        // The service has no other work: every answer of "waiting" is followed by progress.
        loop {
            let answer = client
                .get(format!("{url}/api/v1/events/{}", one.event))
                .header("PRIVATE-TOKEN", ADMIN_TOKEN)
                .send()
                .await
                .expect("an answer");
            let event: Value = answer.json().await.expect("an event");
            let outcome = event["outcome"].as_str().unwrap_or("lost").to_owned();
            if outcome != "waiting" {
                outcomes.insert(one.title.clone(), outcome);
                break;
            }
        }
    }
    outcomes
}

/// Holds the sandbox's screen against what was acknowledged.
fn compare(
    slack: &Slack,
    acknowledged: &[Acknowledged],
    outcomes: &HashMap<String, String>,
    tally: &mut Tally,
) {
    for outcome in outcomes.values() {
        *tally.outcomes.entry(outcome.clone()).or_default() += 1;
    }
    let mut times_seen: HashMap<String, usize> = HashMap::new();
    for lane in 0..LANES {
        let titles = slack.titles_in(&format!("load-{lane}"));
        for pair in titles.windows(2) {
            if pair[1] < pair[0] {
                tally
                    .out_of_order
                    .push(format!("{} after {}", pair[1], pair[0]));
            }
        }
        for title in titles {
            *times_seen.entry(title).or_default() += 1;
        }
    }
    tally.posted = times_seen.values().sum();
    tally.doubled.extend(
        times_seen
            .iter()
            .filter(|&(_, &times)| 1 < times)
            .map(|(title, _)| title.clone()),
    );
    for one in acknowledged {
        let outcome = outcomes.get(&one.title).map(String::as_str);
        let on_screen = times_seen.contains_key(&one.title);
        if outcome.is_none() || (outcome == Some("delivered") && !on_screen) {
            tally.lost.push(one.title.clone());
        }
    }
}
