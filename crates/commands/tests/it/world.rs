//! ChatOps over environments that are hosted here, with a GitLab beside them.

use std::sync::Arc;
use std::time::Duration;

use clock::{Chance, Clock};
use commands::aftermath::{EnvironmentFacts, after_change};
use commands::rules::Rules;
use commands::{Answer, Caller, ChatOps, Foresight, Parts, People, Progress, SlackCaller, Steered};
use environments::{Directory, Environment, Environments, Hosted, HostedParts, Place, Stage, Tier};
use flags::{ActorId, Catalogue, Definition, FeatureGroups};
use rollouts::plan::Plans;
use serde_json::{Value, json};
use store::Store;

use crate::gitlab::GitLab;

pub const FLAG: &str = "integration_slack_app_notifications";

pub struct World {
    pub chatops: ChatOps,
    pub gitlab: GitLab,
    pub clock: Clock,
    pub store: Store,
    environments: Environments,
}

/// Name, short name, tier and the stages of an environment.
const ENVIRONMENTS: &[(&str, &str, Tier, &[&str])] = &[
    ("dev", "dev", Tier::Development, &[]),
    (
        "staging",
        "gstg",
        Tier::Staging,
        &["staging-canary", "staging"],
    ),
    ("staging-ref", "gstg-ref", Tier::Staging, &["staging-ref"]),
    (
        "production",
        "gprd",
        Tier::Production,
        &["canary", "production"],
    ),
];

/// The rules of most tests.
pub fn rules() -> Value {
    json!({
        "announcements": {
            "workspace": "T0TEST",
            "teams": {"integrations": "#g_manage_integrations"},
        },
        "effects": {
            "rollout_issue": true, "state_label": true, "log_project": "ops/log",
            "end_to_end": {
                "project": "qa/e2e", "ref": "main", "environments": ["staging"], "user": "qa-bot", "group": "qa",
            },
        },
        "checks": {"incidents": {"project": "ops/incidents", "labels": ["active", "blocks feature-flags"]}},
        "code": {"projects": [{"path": "gitlab-org/gitlab"}]},
    })
}

fn definition(gitlab: &GitLab) -> Definition {
    serde_json::from_value(json!({
        "name": FLAG, "type": "beta", "group": "group::integrations", "default_enabled": false,
        "milestone": "15.8", "introduced_by_url": gitlab.merge_request_url(1),
        "rollout_issue_url": format!("{}/gitlab-org/gitlab/-/issues/1", gitlab.url),
    }))
    .unwrap()
}

impl World {
    pub async fn start() -> Self {
        Self::with(rules()).await
    }

    pub async fn with(rules: Value) -> Self {
        // Another test of the process may have done so.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let rules: Rules = serde_json::from_value(rules).unwrap();
        let gitlab = GitLab::start().await;
        deployed_everywhere(&gitlab);
        let store = Store::open("sqlite::memory:", store::OpenOptions::default())
            .await
            .unwrap();
        let clock = Clock::new(|| "2026-01-06T10:00:00Z".parse().unwrap());
        let chance = Chance::from_seed(7);
        let mut all = Vec::new();
        for (name, short, tier, stages) in ENVIRONMENTS {
            let facts = EnvironmentFacts {
                name: name.parse().unwrap(),
                short: (*short).to_owned(),
                tier: *tier,
                host: format!("{name}.test"),
                qa_channel: (*name == "staging").then(|| "#qa-staging".parse().unwrap()),
            };
            let hosted = Hosted::load(HostedParts {
                name: facts.name.clone(),
                store: store.clone(),
                catalogue: Arc::new(Catalogue::from_iter([definition(&gitlab)])),
                groups: Arc::new(FeatureGroups::from([(
                    "team".parse().unwrap(),
                    vec![ActorId::user(1)],
                )])),
                directory: Directory::of(gitlab.client()),
                after_change: after_change(Arc::new(rules.clone()), facts.clone(), chance.clone()),
                clock: clock.clone(),
                chance: chance.clone(),
            });
            all.push(Environment {
                name: facts.name,
                short: facts.short,
                tier: *tier,
                qa_channel: facts.qa_channel,
                host: facts.host,
                stages: stages.iter().map(|stage| stage_named(stage)).collect(),
                place: Place::Hosted(hosted.await.unwrap()),
            });
        }
        let people: People = serde_json::from_value(json!({
            "U0OPS": {"name": "Olga", "gitlab": "olga", "roles": ["operator"]},
            "ana": {"gitlab": "ana"},
            "U0CLEO": {"name": "Cleo", "gitlab": "cleo", "roles": ["approver"]},
            "olga": {"roles": ["operator"]},
        }))
        .unwrap();
        let http = monitors::http_client(&gitlab.url, monitors::Timeouts::default()).unwrap();
        let credentials = monitors::Credentials::None;
        let prometheus = monitors::prometheus::Client::new(http, &gitlab.url, credentials).unwrap();
        let environments = Environments::new(all).unwrap();
        let chatops = ChatOps::new(Parts {
            environments: environments.clone(),
            store: store.clone(),
            clock: clock.clone(),
            chance,
            gitlab: Some(gitlab.client()),
            prometheus: Some(prometheus),
            people,
            rules,
            seen: Arc::new(|| (1..=100).map(ActorId::project).collect()),
        });
        Self {
            chatops,
            gitlab,
            clock,
            store,
            environments,
        }
    }

    /// Lets rollouts be started by these plans. Nobody carries them out here, and whatever must
    /// hold does, but for what `foresight` says.
    pub fn steer(&self, plans: Plans, foresight: Foresight) {
        let rollouts = steering::Rollouts::new(steering::Parts {
            store: self.store.clone(),
            environments: self.environments.clone(),
            aftermath: Arc::new(|_, _| store::Followed::default()),
            workspace: Some("T0TEST".parse().unwrap()),
            reach: steering::Reach::default(),
            public_url: "https://signalbox.test".to_owned(),
            clock: self.clock.clone(),
            chance: Chance::from_seed(8),
        });
        self.chatops.steer(Steered {
            rollouts,
            plans,
            facts: rollouts::plan::Facts {
                groups: Some(std::collections::BTreeSet::from(["sre-oncall"
                    .parse()
                    .unwrap()])),
                ..Default::default()
            },
            foresight,
        });
    }

    /// Somebody types in a channel.
    pub async fn type_as(&self, user: &str, channel: &str, text: &str) -> Answer {
        self.type_in("T0TEST", user, channel, text).await
    }

    /// The same in one workspace or another; the configuration names `T0TEST`.
    pub async fn type_in(&self, workspace: &str, user: &str, channel: &str, text: &str) -> Answer {
        let caller = Caller::Slack(SlackCaller {
            workspace: workspace.parse().unwrap(),
            is_configured_workspace: workspace == "T0TEST",
            user: format!("U0{}", user.to_uppercase()),
            user_name: user.to_owned(),
            channel: format!("C0{}", channel.to_uppercase()).parse().unwrap(),
            channel_name: channel.to_owned(),
            person: None,
        });
        self.chatops.run(&caller, text, &Progress::silent()).await
    }

    /// The release engineer types in the production channel.
    pub async fn ops(&self, text: &str) -> String {
        let answer = self.type_as("ops", "production", text).await;
        self.shown(&answer)
    }

    /// An answer as text, without what differs from run to run.
    pub fn shown(&self, answer: &Answer) -> String {
        let text = self.without_port(&answer.to_text());
        let visibility = match answer.visibility {
            commands::Visibility::Ephemeral => "only you see this",
            commands::Visibility::InChannel => "everyone sees this",
        };
        format!(
            "[{visibility}{}]\n{text}",
            if answer.ok { "" } else { ", failed" }
        )
    }

    /// A text in which the fake has a name in place of a port of this run.
    pub fn without_port(&self, text: &str) -> String {
        let text = text.replace(&self.gitlab.url, "https://gitlab.test");
        text.replace(self.gitlab.url.trim_start_matches("http://"), "gitlab.test")
    }

    /// Lets time pass, and makes what is due.
    pub async fn wait(&self, hours: u64) {
        self.clock.advance(Duration::from_secs(hours * 3_600));
        while commands::schedule::run_due(&self.chatops).await.unwrap() != 0 {}
    }

    fn http(&self) -> reqwest::Client {
        monitors::http_client(&self.gitlab.url, monitors::Timeouts::default()).unwrap()
    }

    /// Carries out every effect that is due, and gives what came of each.
    pub async fn settle_effects(&self, rules: Value) -> Vec<String> {
        let rules: Rules = serde_json::from_value(rules).unwrap();
        let clients = commands::effects::Clients {
            gitlab: Some(self.gitlab.client()),
            grafana: Some(
                monitors::grafana::Client::new(self.http(), &self.gitlab.url, none()).unwrap(),
            ),
            elasticsearch: Some(
                monitors::elasticsearch::Client::new(self.http(), &self.gitlab.url, none())
                    .unwrap(),
            ),
        };
        let now = self.clock.now();
        let claimed = self
            .store
            .claim_effects(now, jiff::SignedDuration::from_mins(5), 100)
            .await
            .unwrap();
        let mut outcomes = Vec::new();
        for effect in &claimed {
            let outcome = commands::effects::perform(effect, &clients, &rules, now, 0.5).await;
            let shown = format!("{}: {outcome:?}", effect.kind)
                .replace(&self.gitlab.url, "https://gitlab.test");
            outcomes.push(shown);
            self.store
                .settle_effect(effect, outcome, now)
                .await
                .unwrap();
        }
        outcomes.sort();
        outcomes
    }
}

fn none() -> monitors::Credentials {
    monitors::Credentials::None
}

fn stage_named(name: &str) -> Stage {
    let short = name
        .replace("staging", "gstg")
        .replace("production", "gprd")
        .replace("-canary", "-cny");
    Stage {
        name: name.to_owned(),
        short: if name == "canary" {
            "gprd-cny".to_owned()
        } else {
            short
        },
        deployed_as: format!("deploy/{name}"),
    }
}

/// The feature's merge request is merged and deployed to every stage.
fn deployed_everywhere(gitlab: &GitLab) {
    gitlab.with(|content| {
        content.commit("master", None, "Begin");
        let merged = content.commit("master", None, "Merge branch 'notifications'");
        content.merge_request(1, Some(&merged));
        content.branch("15-8-auto-deploy-2026010500", "master");
        for stage in [
            "staging-canary",
            "staging",
            "staging-ref",
            "canary",
            "production",
        ] {
            content.deploy(
                &format!("deploy/{stage}"),
                "15-8-auto-deploy-2026010500",
                "success",
            );
        }
    });
}
