//! A GitLab, environments that are kept here, a monitor that says what a test wants, and a driver.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use clock::{Chance, Clock};
use commands::rules::Rules;
use commands::{ChatOps, People};
use domain::{Role, RolloutId};
use driver::{Aftermath, Driver, Sources, Telling};
use environments::{
    Directory, Environment, Environments, Hosted, HostedParts, Place, Remote, RemoteParts, Stage,
    Tier,
};
use flags::{Catalogue, Definition, FeatureGroups, FlagKey};
use gitlab::rest::{Client, IdOrPath, Issue, Timeouts, http_client};
use jiff::Timestamp;
use rollouts::plan::PlanFile;
use rollouts::{Act, Asker, Author, CheckOutcome, Entry, Event, Link, Status, Through};
use sandbox::gitlab::{Do, GitLabSandbox, Options, Running};
use secrecy::SecretString;
use serde_json::{Value, json};
use steering::Rollouts;
use store::Store;
use tokio::net::TcpListener;

pub const FLAG: &str = "integration_slack_app_notifications";

const PLAN: &str = include_str!("plan.yml");

/// Name, tier and the stages of an environment.
const ENVIRONMENTS: &[(&str, Tier, &[&str])] = &[
    ("dev", Tier::Development, &["dev"]),
    ("staging", Tier::Staging, &["staging-canary", "staging"]),
    ("staging-ref", Tier::Staging, &["staging-ref"]),
    ("production", Tier::Production, &["canary", "production"]),
];

pub type Counts = Arc<Mutex<Option<[u64; 4]>>>;

pub struct World {
    pub gitlab: Running,
    pub clock: Clock,
    pub store: Store,
    pub driver: Driver,
    pub rollouts: Rollouts,
    pub environments: Environments,
    /// What the monitor answers: failed and all, with the flag and without; `None`: it is down.
    pub counts: Counts,
    pub sources: Sources,
}

impl World {
    pub async fn start() -> Self {
        Self::start_with(None).await
    }

    /// With the flags of production kept at this address.
    pub async fn start_with(production: Option<&str>) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let clock = Clock::new(|| "2026-11-24T10:00:00Z".parse().unwrap());
        let chance = Chance::from_seed(7);
        let http = http_client("http://127.0.0.1", Timeouts::default()).unwrap();
        let options = Options::new(clock.clone(), Chance::from_seed(1), http);
        let gitlab = GitLabSandbox::start(options).await.unwrap();
        let store = Store::open("sqlite::memory:", store::OpenOptions::default())
            .await
            .unwrap();
        let client = client(&gitlab.url, "ops");
        let environments = environments(&store, &client, &clock, &chance, production).await;
        let counts: Counts = Arc::new(Mutex::new(Some([0, 100, 0, 300])));
        let sources = sources(&gitlab.url, &counting(Arc::clone(&counts)).await);
        let chatops = ChatOps::new(commands::Parts {
            environments: environments.clone(),
            store: store.clone(),
            clock: clock.clone(),
            chance: chance.clone(),
            gitlab: Some(client.clone()),
            prometheus: sources.prometheus.clone(),
            people: People::default(),
            rules: rules(),
            seen: Arc::new(Vec::new),
        });
        let aftermath = Aftermath::new(Telling {
            workspace: Some("T0TEST".parse().unwrap()),
            people: driver::Reachable::new(BTreeMap::from([(
                "ana".to_owned(),
                "U0ANA".to_owned(),
            )])),
            groups: BTreeMap::new(),
            public_url: "https://signalbox.test".to_owned(),
            has_gitlab: true,
            reroutes: None,
            chance: chance.clone(),
        });
        let follows = aftermath.clone();
        let rollouts = Rollouts::new(steering::Parts {
            store: store.clone(),
            environments: environments.clone(),
            aftermath: Arc::new(move |rollout, entry| follows.follow(rollout, entry)),
            workspace: Some("T0TEST".parse().unwrap()),
            reach: steering::Reach {
                gitlab: Some(gitlab.url.clone()),
                projects: Vec::new(),
            },
            public_url: "https://signalbox.test".to_owned(),
            clock: clock.clone(),
            chance: chance.clone(),
        });
        let driver = Driver::new(driver::Parts {
            store: store.clone(),
            environments: environments.clone(),
            chatops,
            gitlab: Some(client),
            sources: sources.clone(),
            aftermath,
            reroute: None,
            public_url: "https://signalbox.test".to_owned(),
            clock: clock.clone(),
            chance,
        });
        Self {
            gitlab,
            clock,
            store,
            driver,
            rollouts,
            environments,
            counts,
            sources,
        }
    }

    /// Starts the rollout by the plan of the story.
    pub async fn starts(&self) -> RolloutId {
        self.starts_by(PLAN, "").await
    }

    /// Starts the rollout by this plan, with what its first stage requires.
    pub async fn starts_by(&self, plan: &str, require: &str) -> RolloutId {
        let text = plan.replace("GITLAB", &self.gitlab.url);
        let text = text.replace("REQUIRE", require);
        let file = PlanFile::parse(&format!("{FLAG}.rollout.yml"), &text).unwrap();
        let started = self.rollouts.start(file.plan, &asker("ops"), None).await;
        started.unwrap().id
    }

    /// Somebody asks; then everything due is done.
    pub async fn asks(&self, user: &str, act: Act) {
        let flag: FlagKey = FLAG.parse().unwrap();
        self.rollouts.ask(&flag, &act, &asker(user)).await.unwrap();
        self.settle().await;
    }

    /// Does everything that is due: rollouts and what follows them.
    pub async fn settle(&self) {
        for _ in 0..50 {
            let mut carried = 0;
            for _ in 0..20 {
                if self.driver.is_any_due().await.unwrap() {
                    carried += self.driver.run_due().await.unwrap();
                }
            }
            if carried + self.effects().await == 0 {
                return;
            }
        }
        panic!("there is always something left to do");
    }

    async fn effects(&self) -> usize {
        let now = self.clock.now();
        let lease = jiff::SignedDuration::from_mins(5);
        let claimed = self.store.claim_effects(now, lease, 100).await.unwrap();
        let count = claimed.len();
        for effect in claimed {
            let outcome = self.driver.perform(&effect, now, 0.0).await.unwrap();
            self.store
                .settle_effect(&effect, outcome, now)
                .await
                .unwrap();
        }
        count
    }

    /// Lets time pass, from one moment at which something is due to the next.
    pub async fn wait(&self, minutes: u64) {
        let until = self.clock.now() + Duration::from_secs(minutes * 60);
        loop {
            self.settle().await;
            match self.next_due().await {
                Some(due) if due <= until => self.clock.advance_to(due),
                Some(_) | None => break,
            }
        }
        self.clock.advance_to(until);
        self.settle().await;
    }

    /// Deliveries are nobody's here.
    async fn next_due(&self) -> Option<Timestamp> {
        let rollouts = self.store.next_rollout_due().await.unwrap();
        let effects = self.store.next_effect_due().await.unwrap();
        rollouts.into_iter().chain(effects).min()
    }

    /// Something happens to those who run production.
    pub async fn production_happens(&self, what: &str, options: &Value) {
        let mut act = Do::new("ops", "gitlab-com/gl-infra/production", what);
        for (name, value) in options.as_object().unwrap() {
            act = act.with(name, value.clone());
        }
        self.gitlab.sandbox.perform(act).await.unwrap();
    }

    /// Lets one part of the GitLab's sandbox go wrong.
    pub async fn fault(&self, service: &str, fault: &Value) {
        let mut fault = fault.clone();
        fault["service"] = json!(service);
        fault["times"] = json!(1_000);
        self.post("fault", &fault).await;
    }

    pub async fn clear_faults(&self) {
        self.post("fault", &json!({"clear": true})).await;
    }

    async fn post(&self, path: &str, body: &Value) {
        let http = http_client(&self.gitlab.url, Timeouts::default()).unwrap();
        let url = format!("{}/sandbox/{path}", self.gitlab.url);
        let answer = http.post(url).body(body.to_string());
        let answer = answer.header("content-type", "application/json").send();
        assert!(answer.await.unwrap().status().is_success());
    }

    /// What the last check of this precondition found.
    pub async fn found(&self, precondition: &str) -> (CheckOutcome, String) {
        let flag = FLAG.parse().unwrap();
        let rollout = self.rollouts.rollout(&flag).await.unwrap().unwrap();
        let history = self.history(&rollout.id).await;
        let checked = history.iter().rev().find_map(|entry| match &entry.event {
            Event::Checked { results } => {
                let of = results.iter().find(|result| result.id == precondition)?;
                Some((of.outcome, of.found.clone()))
            }
            _ => None,
        });
        checked.unwrap()
    }

    pub async fn happens(&self, user: &str, what: &str, options: &[(&str, Value)]) {
        let mut act = Do::new(user, "gitlab-org/gitlab", what);
        for (name, value) in options {
            act = act.with(name, value.clone());
        }
        self.gitlab.sandbox.perform(act).await.unwrap();
    }

    pub async fn status(&self) -> Status {
        let flag = FLAG.parse().unwrap();
        self.rollouts.status(&flag).await.unwrap().unwrap()
    }

    pub async fn history(&self, id: &RolloutId) -> Vec<Entry> {
        self.rollouts.history(id, 0, 1_000).await.unwrap()
    }

    /// The rollout issue's description and comments, the oldest first, without what differs from
    /// run to run.
    pub async fn rollout_issue(&self) -> (Issue, String) {
        let status = self.status().await;
        let link = status
            .links
            .iter()
            .find(|(link, _)| *link == Link::RolloutIssue);
        let (issue, comments) = self.issue(number(&link.unwrap().1)).await;
        let description = issue.description.clone().unwrap();
        let text = [description].into_iter().chain(comments);
        let text = self.shown(&text.collect::<Vec<_>>().join("\n\n————\n\n"));
        (issue, text)
    }

    /// A text without the port and the ids of this run.
    pub fn shown(&self, text: &str) -> String {
        let text = text.replace(&self.gitlab.url, "https://gitlab.test");
        let is_id = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        let mut shown = String::new();
        let mut rest = text.as_str();
        while let Some(at) = ["aud_", "rlt_"].iter().filter_map(|id| rest.find(id)).min() {
            let (before, id) = rest.split_at(at + 4);
            shown.push_str(before);
            shown.push('…');
            rest = id.trim_start_matches(is_id);
        }
        shown + rest
    }

    pub async fn gates(&self, environment: &str) -> Option<flags::Gates> {
        let flag = FLAG.parse().unwrap();
        let environment = self.environments.named(environment).unwrap();
        environment.get(&flag).await.unwrap().gates
    }

    /// An issue and what people and programs said on it, the oldest first.
    pub async fn issue(&self, iid: u64) -> (Issue, Vec<String>) {
        let client = self.client();
        let project: IdOrPath = "gitlab-org/gitlab".parse().unwrap();
        let issue = client.issue(&project, iid).await.unwrap();
        let notes = client.issue_notes(&project, iid, 100).await.unwrap().items;
        let said = notes.into_iter().rev().filter(|note| !note.system);
        (issue, said.map(|note| note.body).collect())
    }

    pub fn client(&self) -> Client {
        client(&self.gitlab.url, "ops")
    }
}

/// The number at the end of an address.
pub fn number(url: &str) -> u64 {
    url.rsplit('/').next().unwrap().parse().unwrap()
}

pub fn asker(user: &str) -> Asker {
    Asker {
        author: Author {
            name: user.to_owned(),
            through: Through::Shell,
        },
        known: true,
        roles: BTreeSet::from([Role::Operator]),
    }
}

fn client(url: &str, user: &str) -> Client {
    let http = http_client(url, Timeouts::default()).unwrap();
    let token = SecretString::from(format!("glpat-demo-{user}"));
    Client::new(http, url, &token).unwrap()
}

fn rules() -> Rules {
    serde_json::from_value(json!({
        "checks": {
            "incidents": {
                "project": "gitlab-com/gl-infra/production",
                "labels": ["Incident::Active", "blocks feature-flags"],
            },
            "changes": {
                "project": "gitlab-com/gl-infra/production",
                "labels": ["change::in-progress", "blocks feature-flags"],
            },
            "health": {"query": "gitlab_service_ok"},
        },
        "code": {"projects": [{"path": "gitlab-org/gitlab"}]},
    }))
    .unwrap()
}

async fn environments(
    store: &Store,
    client: &Client,
    clock: &Clock,
    chance: &Chance,
    elsewhere: Option<&str>,
) -> Environments {
    let definition: Definition = serde_json::from_value(json!({
        "name": FLAG, "type": "beta", "group": "group::integrations", "default_enabled": false,
        "milestone": "15.8",
    }))
    .unwrap();
    let mut all = Vec::new();
    for (name, tier, stages) in ENVIRONMENTS {
        let elsewhere = elsewhere.filter(|_| *tier == Tier::Production);
        let remote = elsewhere.map(|url| {
            Place::Remote(Remote::new(RemoteParts {
                name: name.parse().unwrap(),
                client: self::client(url, "ops"),
                catalogue: Arc::new(Catalogue::from_iter([definition.clone()])),
                store: store.clone(),
                after_change: Arc::new(|_, _, _| store::Followed::default()),
                clock: clock.clone(),
                chance: chance.clone(),
            }))
        });
        let hosted = Hosted::load(HostedParts {
            name: name.parse().unwrap(),
            store: store.clone(),
            catalogue: Arc::new(Catalogue::from_iter([definition.clone()])),
            groups: Arc::new(FeatureGroups::new()),
            directory: Directory::of(client.clone()),
            after_change: Arc::new(|_, _, _| store::Followed::default()),
            clock: clock.clone(),
            chance: chance.clone(),
        });
        let stage = |name: &&str| Stage {
            name: (*name).to_owned(),
            short: (*name).to_owned(),
            deployed_as: (*name).to_owned(),
        };
        all.push(Environment {
            name: name.parse().unwrap(),
            short: (*name).to_owned(),
            tier: *tier,
            qa_channel: None,
            host: format!("{name}.test"),
            stages: stages.iter().map(stage).collect(),
            place: match remote {
                Some(remote) => remote,
                None => Place::Hosted(hosted.await.unwrap()),
            },
        });
    }
    Environments::new(all).unwrap()
}

fn sources(gitlab: &str, counts: &str) -> Sources {
    let http = |url: &str| monitors::http_client(url, monitors::Timeouts::default()).unwrap();
    let none = || monitors::Credentials::None;
    let prometheus = format!("{gitlab}/-/prometheus");
    let prometheus = monitors::prometheus::Client::new(http(gitlab), &prometheus, none()).unwrap();
    let bearer = |token: &str| monitors::Credentials::Bearer(token.into());
    let sentry = monitors::sentry::Client::new(
        http(gitlab),
        &format!("{gitlab}/-/sentry"),
        bearer("demo-sentry-token"),
        "demo",
    );
    let elasticsearch = monitors::elasticsearch::Client::new(
        http(gitlab),
        &format!("{gitlab}/-/elasticsearch"),
        bearer("demo-grafana-token"),
    );
    let counts = monitors::http_json::Client::new(http(counts), counts, none()).unwrap();
    Sources {
        sentry: Some(sentry.unwrap()),
        elasticsearch: Some(elasticsearch.unwrap()),
        prometheus: Some(prometheus),
        endpoints: BTreeMap::from([("counts".to_owned(), counts)]),
        ..Sources::default()
    }
}

/// Serves the numbers; answers where.
async fn counting(counts: Counts) -> String {
    async fn answer(State(counts): State<Counts>) -> Result<Json<Value>, StatusCode> {
        let counts = *counts.lock().unwrap();
        let [on_failed, on_all, off_failed, off_all] =
            counts.ok_or(StatusCode::SERVICE_UNAVAILABLE)?;
        Ok(Json(json!({
            "on": {"failed": on_failed, "all": on_all},
            "off": {"failed": off_failed, "all": off_all},
        })))
    }
    let router = Router::new()
        .route("/counts", get(answer))
        .with_state(counts);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}
