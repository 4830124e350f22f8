//! The parts of a service that are about flags.

use std::sync::Arc;

use app::{App, Patience};
use clock::{Chance, Clock};
use commands::rules::Rules;
use commands::{ChatOps, People, Steered};
use environments::{
    Directory, Environment, Environments, Hosted, HostedParts, Place, Remote, RemoteParts, Stage,
    Tier,
};
use flags::{Catalogue, FeatureGroups};
use integrations::{Fixed, Integrations};
use rollouts::plan::Plans;
use slack::{HookHost, Timeouts};
use store::{Followed, Store};
use tokio_util::task::TaskTracker;
use web::SlackApp;

pub const SIGNING_SECRET: &str = "signing-secret";
const NEXT_SIGNING_SECRET: &str = "next-signing-secret";

/// What stands around a service.
pub struct Outside {
    pub gitlab: Option<gitlab::rest::Client>,
    /// Slack's Web API, whose host takes later answers too.
    pub slack: String,
    /// How long a typed command is left without a word.
    pub patience: Patience,
    /// The GitLab of an environment that is not kept here.
    pub remote: Option<gitlab::rest::Client>,
    /// What the configuration says of subscriptions.
    pub fixed: Fixed,
    /// The GitLab that people sign in with.
    pub people: Option<super::people::SignIn>,
    /// Whether workspaces can install the app.
    pub installs: bool,
}

impl Outside {
    /// Nothing, and all the time that a command needs.
    pub fn none() -> Self {
        Self {
            gitlab: None,
            slack: "https://slack.com/api/".to_owned(),
            patience: Arc::new(|| Box::pin(std::future::pending())),
            remote: None,
            people: None,
            installs: false,
            fixed: Fixed {
                workspace: Some("T0DEMO".parse().expect("a workspace")),
                ..Fixed::default()
            },
        }
    }
}

pub struct Shared {
    pub store: Store,
    pub clock: Clock,
    pub chance: Chance,
}

const DEFINITIONS: &[(&str, &str)] = &[
    (
        "flags/beta/tidy_sidebar.yml",
        "name: tidy_sidebar\ntype: beta\ngroup: group::editor\nmilestone: '17.2'\n\
         introduced_by_url: https://gitlab.example/acme/web/-/merge_requests/3\n\
         rollout_issue_url: https://gitlab.example/acme/web/-/issues/4\ndefault_enabled: false\n",
    ),
    (
        "flags/ops/keep_cache.yml",
        "name: keep_cache\ntype: ops\ndefault_enabled: true\n",
    ),
];

/// Production, and a staging that comes before it.
pub async fn environments(shared: &Shared, outside: &Outside) -> Environments {
    let catalogue = Catalogue::build(DEFINITIONS.iter().copied());
    let catalogue = Arc::new(catalogue.expect("definitions"));
    let members = vec!["User:7".parse().expect("an actor")];
    let groups = [("gitlab_team_members".parse().expect("a group"), members)];
    let groups = Arc::new(FeatureGroups::from(groups));
    let directory = outside.gitlab.clone();
    let directory = directory.map_or_else(Directory::without_gitlab, Directory::of);
    let mut all = Vec::new();
    for (name, short, tier) in [
        ("staging", "gstg", Tier::Staging),
        ("production", "gprd", Tier::Production),
    ] {
        let hosted = Hosted::load(HostedParts {
            name: name.parse().expect("a name"),
            store: shared.store.clone(),
            catalogue: Arc::clone(&catalogue),
            groups: Arc::clone(&groups),
            directory: directory.clone(),
            after_change: Arc::new(|_, _, _| Followed::default()),
            clock: shared.clock.clone(),
            chance: shared.chance.clone(),
        });
        all.push(Environment {
            name: name.parse().expect("a name"),
            short: short.to_owned(),
            tier,
            qa_channel: None,
            host: format!("{name}.example"),
            stages: vec![Stage {
                name: name.to_owned(),
                short: short.to_owned(),
                deployed_as: name.to_owned(),
            }],
            place: Place::Hosted(hosted.await.expect("an environment")),
        });
    }
    all.extend(outside.remote.clone().map(|client| Environment {
        name: "elsewhere".parse().expect("a name"),
        short: "elsewhere".to_owned(),
        tier: Tier::Other,
        qa_channel: None,
        host: "elsewhere.example".to_owned(),
        stages: Vec::new(),
        place: Place::Remote(Remote::new(RemoteParts {
            name: "elsewhere".parse().expect("a name"),
            client,
            catalogue: Arc::clone(&catalogue),
            store: shared.store.clone(),
            after_change: Arc::new(|_, _, _| Followed::default()),
            clock: shared.clock.clone(),
            chance: shared.chance.clone(),
        })),
    }));
    Environments::new(all).expect("environments")
}

pub async fn integrations(
    shared: &Shared,
    environments: &Environments,
    outside: &Outside,
) -> Integrations {
    let (_, own) = environments.hosted().last().expect("production");
    let key = "9f".repeat(32).parse().expect("a key");
    let parts = integrations::Parts {
        fixed: outside.fixed.clone(),
        store: shared.store.clone(),
        keys: Some(Arc::new(store::seal::Keys::new(key, Vec::new()))),
        flags: own.live().clone(),
        instance: "FlipperGitlabInstance:gitlab.example".to_owned(),
        slack_url: None,
        clock: shared.clock.clone(),
        chance: shared.chance.clone(),
    };
    Integrations::load(parts).await.expect("integrations")
}

/// The people that Slack's commands come from: `ops`, who may change flags.
const PEOPLE: &str = r#"{"ops": {"gitlab": "ops", "roles": ["operator"]}}"#;

pub async fn slack(
    shared: &Shared,
    environments: &Environments,
    integrations: &Integrations,
    outside: &Outside,
    tasks: &TaskTracker,
) -> SlackApp {
    let people: People = serde_json::from_str(PEOPLE).expect("people");
    let chatops = ChatOps::new(commands::Parts {
        environments: environments.clone(),
        store: shared.store.clone(),
        clock: shared.clock.clone(),
        chance: shared.chance.clone(),
        gitlab: outside.gitlab.clone(),
        prometheus: None,
        people,
        rules: Rules::default(),
        seen: Arc::new(Vec::new),
    });
    chatops.steer(steered(shared, environments));
    let http = slack::http_client(&outside.slack, Timeouts::default()).expect("a client");
    let host = HookHost::of_slack(&outside.slack).expect("a host");
    let app = App::new(app::Parts {
        accounts: accounts(shared),
        installations: installations(shared, outside, &http).await,
        integrations: integrations.clone(),
        environments: environments.clone(),
        chatops,
        store: shared.store.clone(),
        gitlab: outside.gitlab.clone(),
        names: Default::default(),
        public_url: PUBLIC_URL.to_owned(),
        host: host.clone(),
        http,
        patience: Arc::clone(&outside.patience),
        tasks: tasks.clone(),
        clock: shared.clock.clone(),
        chance: shared.chance.clone(),
    });
    SlackApp {
        app,
        signing_secrets: [SIGNING_SECRET, NEXT_SIGNING_SECRET].map(Into::into).into(),
        host,
        clock: shared.clock.clone(),
    }
}

/// Rollouts that nobody carries out: a test writes what would happen.
fn steered(shared: &Shared, environments: &Environments) -> Steered {
    Steered {
        rollouts: steering::Rollouts::new(steering::Parts {
            store: shared.store.clone(),
            environments: environments.clone(),
            aftermath: Arc::new(|_, _| Followed::default()),
            workspace: Some("T0DEMO".parse().expect("a workspace")),
            reach: steering::Reach::default(),
            public_url: PUBLIC_URL.to_owned(),
            clock: shared.clock.clone(),
            chance: shared.chance.clone(),
        }),
        plans: Plans::read(PLANS.iter().copied()),
        facts: rollouts::plan::Facts::default(),
        foresight: Arc::new(|_| Box::pin(async { Vec::new() })),
    }
}

const PLANS: &[(&str, &str)] = &[
    (
        "flags/beta/tidy_sidebar.rollout.yml",
        include_str!("tidy_sidebar.rollout.yml"),
    ),
    ("flags/ops/keep_cache.rollout.yml", "flag: keep_cache\n"),
];

/// Where people reach the service.
pub const PUBLIC_URL: &str = "http://signalbox.test";

/// Nobody can sign in or link.
fn accounts(shared: &Shared) -> accounts::Accounts {
    accounts::Accounts::new(accounts::Parts {
        store: shared.store.clone(),
        keys: None,
        gitlab: None,
        service: None,
        rules: Default::default(),
        public_url: PUBLIC_URL.to_owned(),
        clock: shared.clock.clone(),
        chance: shared.chance.clone(),
    })
}

/// The app is in `T0DEMO`, as the configuration says.
async fn installations(
    shared: &Shared,
    outside: &Outside,
    http: &reqwest::Client,
) -> installations::Installations {
    let key = "9f".repeat(32).parse().expect("a key");
    let parts = installations::Parts {
        store: shared.store.clone(),
        keys: Some(Arc::new(store::seal::Keys::new(key, Vec::new()))),
        http: http.clone(),
        base_url: outside.slack.clone(),
        fixed: Some(installations::Fixed {
            workspace: "T0DEMO".parse().expect("a workspace"),
            token: "xoxb-demo".into(),
        }),
        application: outside.installs.then(|| application(&outside.slack, http)),
        clock: shared.clock.clone(),
        chance: shared.chance.clone(),
    };
    let installations = installations::Installations::load(parts).await;
    installations.expect("installations")
}

fn application(base_url: &str, http: &reqwest::Client) -> installations::Application {
    let secret = "demo-client-secret".into();
    let slack = slack::oauth::Application::new(http.clone(), base_url, "158.400", secret);
    installations::Application {
        slack: slack.expect("an application"),
        app_id: Some("A0SIGNALBOX".to_owned()),
        redirect_uri: format!("{PUBLIC_URL}/slack/oauth/callback"),
        pkce: true,
    }
}
