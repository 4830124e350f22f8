//! The parts of the app, as `signalbox` puts them together.

use std::sync::Arc;

use accounts::{Accounts, RoleRules};
use app::{CommandNames, Parts};
use clock::{Chance, Clock};
use commands::aftermath::{EnvironmentFacts, after_change};
use commands::rules::Rules;
use commands::{ChatOps, People};
use environments::{Directory, Environment, Environments, Hosted, HostedParts, Place, Tier};
use flags::{Catalogue, FeatureGroups};
use installations::Installations;
use integrations::Integrations;
use slack::HookHost;
use store::Store;
use store::seal::Keys;
use tokio_util::task::TaskTracker;

use crate::outside::Outside;

const PUBLIC_URL: &str = "https://box.test";

fn keys() -> Arc<Keys> {
    Arc::new(Keys::new("9f".repeat(32).parse().unwrap(), Vec::new()))
}

pub fn accounts(outside: &Outside, store: &Store, clock: &Clock) -> Accounts {
    let http = gitlab::rest::http_client(&outside.url, Default::default()).unwrap();
    let credentials = gitlab::oauth::Credentials {
        client_id: "signalbox".to_owned(),
        client_secret: "client-s3cr3t".into(),
        redirect_uri: format!("{PUBLIC_URL}/auth/gitlab/callback"),
    };
    let application = gitlab::oauth::Application::new(http.clone(), &outside.url, credentials);
    let application = application.unwrap();
    Accounts::new(accounts::Parts {
        store: store.clone(),
        keys: Some(keys()),
        gitlab: Some(accounts::GitLab { application, http }),
        service: None,
        rules: RoleRules::default(),
        public_url: PUBLIC_URL.to_owned(),
        clock: clock.clone(),
        chance: Chance::from_seed(1),
    })
}

pub async fn parts(
    outside: &Outside,
    store: &Store,
    clock: &Clock,
    tasks: &TaskTracker,
    accounts: &Accounts,
) -> Parts {
    let base_url = format!("{}/api", outside.url);
    let http = slack::http_client(&base_url, Default::default()).unwrap();
    let hosted = hosted(store, clock).await;
    let flags = hosted.live().clone();
    let environments = environments(hosted);
    let service = gitlab::rest::Client::new(http.clone(), &outside.url, &"glpat-service".into());
    let service = service.unwrap();
    Parts {
        accounts: accounts.clone(),
        installations: installations(&base_url, store, clock).await,
        integrations: integrations(store, clock, flags).await,
        chatops: ChatOps::new(commands::Parts {
            environments: environments.clone(),
            store: store.clone(),
            clock: clock.clone(),
            chance: Chance::from_seed(2),
            gitlab: Some(service.clone()),
            prometheus: None,
            people: People::default(),
            rules: Rules::default(),
            seen: Arc::new(Vec::new),
        }),
        environments,
        store: store.clone(),
        gitlab: Some(service),
        names: CommandNames::default(),
        public_url: PUBLIC_URL.to_owned(),
        host: HookHost::of_slack(&base_url).unwrap(),
        http,
        patience: Arc::new(|| Box::pin(std::future::pending())),
        tasks: tasks.clone(),
        clock: clock.clone(),
        chance: Chance::from_seed(3),
    }
}

async fn installations(base_url: &str, store: &Store, clock: &Clock) -> Installations {
    let parts = installations::Parts {
        store: store.clone(),
        keys: Some(keys()),
        http: slack::http_client(base_url, Default::default()).unwrap(),
        base_url: base_url.to_owned(),
        fixed: Some(installations::Fixed {
            workspace: "T0DEMO".parse().unwrap(),
            token: "xoxb-demo".into(),
        }),
        application: None,
        clock: clock.clone(),
        chance: Chance::from_seed(4),
    };
    Installations::load(parts).await.unwrap()
}

async fn integrations(store: &Store, clock: &Clock, flags: flags::Live) -> Integrations {
    let parts = integrations::Parts {
        fixed: integrations::Fixed::default(),
        store: store.clone(),
        keys: Some(keys()),
        flags,
        instance: "FlipperGitlabInstance:gitlab.test".to_owned(),
        slack_url: None,
        clock: clock.clone(),
        chance: Chance::from_seed(5),
    };
    Integrations::load(parts).await.unwrap()
}

fn facts() -> EnvironmentFacts {
    EnvironmentFacts {
        name: "production".parse().unwrap(),
        short: "gprd".to_owned(),
        tier: Tier::Production,
        host: "gitlab.test".to_owned(),
        qa_channel: None,
    }
}

async fn hosted(store: &Store, clock: &Clock) -> Hosted {
    let chance = Chance::from_seed(6);
    let hosted = Hosted::load(HostedParts {
        name: facts().name,
        store: store.clone(),
        catalogue: Arc::new(Catalogue::default()),
        groups: Arc::new(FeatureGroups::default()),
        directory: Directory::without_gitlab(),
        after_change: after_change(Arc::new(Rules::default()), facts(), chance.clone()),
        clock: clock.clone(),
        chance,
    });
    hosted.await.unwrap()
}

fn environments(hosted: Hosted) -> Environments {
    let facts = facts();
    let environment = Environment {
        name: facts.name,
        short: facts.short,
        tier: facts.tier,
        qa_channel: None,
        host: facts.host,
        stages: Vec::new(),
        place: Place::Hosted(hosted),
    };
    Environments::new(vec![environment]).unwrap()
}
