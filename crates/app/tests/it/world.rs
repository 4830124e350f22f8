//! The app over a database in memory, with a clock that is moved by hand.

use std::sync::Arc;
use std::time::Duration;

use accounts::{Accounts, CameBack, Finished, RoleRules};
use app::{App, CommandNames, Parts, Reply};
use clock::{Chance, Clock};
use commands::aftermath::{EnvironmentFacts, after_change};
use commands::rules::Rules;
use commands::{ChatOps, People};
use environments::{Directory, Environment, Environments, Hosted, HostedParts, Place, Tier};
use flags::{Catalogue, FeatureGroups};
use installations::Installations;
use integrations::Integrations;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use slack::interaction::Interaction;
use slack::{HookHost, SlashCommand};
use store::seal::Keys;
use store::{Author, ConnectedBy, Entry, NewConnection, Note, OpenOptions, Origin, Store};
use tokio_util::task::TaskTracker;

use crate::outside::Outside;

const BROWSER: &str = "browser-1";
const PUBLIC_URL: &str = "https://box.test";

pub struct World {
    pub outside: Outside,
    pub store: Store,
    pub clock: Clock,
    app: App,
    tasks: TaskTracker,
    accounts: Accounts,
    triggers: u64,
}

impl World {
    /// The workspace T0DEMO with the project acme/shop, called `shop`, and Ana, who is linked.
    pub async fn start() -> Self {
        let mut world = Self::empty().await;
        world.connects("acme/shop", "shop").await;
        world.links("U0ANA", "ana").await;
        world
    }

    /// The same without project and without anybody who is linked.
    pub async fn empty() -> Self {
        // Another test of the process may have done so.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let outside = Outside::start().await;
        let store = Store::open("sqlite::memory:", OpenOptions::default()).await;
        let store = store.unwrap();
        let clock = Clock::new(|| "2026-01-06T10:00:00Z".parse().unwrap());
        let tasks = TaskTracker::new();
        let accounts = accounts(&outside, &store, &clock);
        let parts = parts(&outside, &store, &clock, &tasks, &accounts).await;
        Self {
            outside,
            store,
            clock,
            app: App::new(parts),
            tasks,
            accounts,
            triggers: 0,
        }
    }

    pub async fn connects(&self, project: &str, alias: &str) {
        let new = NewConnection {
            workspace: "T0DEMO".parse().unwrap(),
            project: project.parse().unwrap(),
            project_id: 1,
            alias: alias.parse().unwrap(),
            connected_by: ConnectedBy {
                name: "ana".to_owned(),
                slack_user: None,
            },
        };
        let entry = Entry {
            id: domain::AuditId::mint(0, u128::from(project.len() as u64)),
            at: self.clock.now(),
            note: note(),
        };
        self.store.connect_project(new, entry).await.unwrap();
    }

    /// Signs somebody in and links their Slack account, as the pages do.
    pub async fn links(&mut self, slack: &str, name: &str) {
        let user = json!({"id": 7, "username": name, "name": "Ana", "state": "active"});
        self.outside.answers("GET user", &user);
        let workspace = "T0DEMO".parse().unwrap();
        let accounts = &self.accounts;
        let asked = accounts.begin_sign_in(BROWSER, &"/".parse().unwrap()).await;
        let Finished::SignedIn(session) = self.comes_back(&asked.unwrap(), None).await else {
            panic!("nobody was signed in");
        };
        let signed_in = accounts.session(session.cookie.expose_secret()).await;
        let signed_in = signed_in.unwrap().unwrap();
        let link = accounts.begin_link(&workspace, slack, name).await.unwrap();
        let token = link.path_segments().unwrap().next_back().unwrap();
        let asked = accounts.accept_link(token, &signed_in, BROWSER).await;
        let linked = self.comes_back(&asked.unwrap(), Some(&signed_in)).await;
        assert!(matches!(linked, Finished::Linked(_)));
    }

    async fn comes_back(
        &self,
        asked: &url::Url,
        signed_in: Option<&accounts::SignedIn>,
    ) -> Finished {
        let state = asked.query_pairs().find(|(name, _)| name == "state");
        let code = SecretString::from("code-1");
        let back = CameBack {
            code: &code,
            state: &state.unwrap().1,
            browser: BROWSER,
            signed_in,
            request_id: "req_1",
        };
        match self.accounts.finish(back).await {
            Ok(finished) => finished,
            Err(error) => panic!("{error}"),
        }
    }

    /// Types `/gitlab …` as Ana in #general; what Slack shows.
    pub async fn types(&mut self, text: &str) -> Said {
        self.types_as("U0ANA", text).await
    }

    pub async fn types_as(&mut self, user: &str, text: &str) -> Said {
        self.triggers += 1;
        let payload = json!({
            "team_id": "T0DEMO", "channel_id": "C0GENERAL", "channel_name": "general",
            "user_id": user, "user_name": user.trim_start_matches("U0").to_lowercase(),
            "command": "/gitlab", "text": text, "trigger_id": format!("1.{}", self.triggers),
            "response_url": self.outside.response_url(),
        });
        let command = SlashCommand::from_json(&payload, &self.host()).unwrap();
        match self.app.command(command).await {
            Reply::Json(body) => Said(body),
            Reply::Heard => panic!("{text:?} was not answered"),
        }
    }

    /// Presses a button of a message as Ana; what is said or shown then.
    pub async fn clicks(&mut self, action_id: &str, value: &str) -> Said {
        self.clicks_on(action_id, value, false).await
    }

    /// The same on a message that Ana alone sees.
    pub async fn clicks_on(&mut self, action_id: &str, value: &str, ephemeral: bool) -> Said {
        self.triggers += 1;
        let payload = json!({
            "type": "block_actions", "team": {"id": "T0DEMO"},
            "user": {"id": "U0ANA", "username": "ana", "team_id": "T0DEMO"},
            "trigger_id": format!("1.{}", self.triggers),
            "container": {
                "type": "message", "message_ts": "1767693600.000100",
                "channel_id": "C0GENERAL", "is_ephemeral": ephemeral,
            },
            "channel": {"id": "C0GENERAL", "name": "general"},
            "response_url": self.outside.response_url(),
            "actions": [{
                "type": "button", "action_id": action_id, "block_id": "b", "value": value,
                "action_ts": "1767693600.000200",
            }],
        });
        let interaction = Interaction::parse(&payload, &self.host()).unwrap();
        assert_eq!(self.app.interaction(interaction).await, Reply::Heard);
        self.tasks.close();
        self.tasks.wait().await;
        self.tasks.reopen();
        Said(self.outside.next_said().await)
    }

    /// What is said next through a response URL, while time goes on.
    pub async fn waits_for_more(&mut self) -> Said {
        let clock = self.clock.clone();
        let time_goes_on = async {
            loop {
                clock.advance(Duration::from_millis(1));
                tokio::task::yield_now().await;
            }
        };
        tokio::select! {
            said = self.outside.next_said() => Said(said),
            () = time_goes_on => unreachable!("time does not end"),
        }
    }

    fn host(&self) -> HookHost {
        HookHost::of_slack(&format!("{}/api", self.outside.url)).unwrap()
    }
}

/// What Slack was given to show.
#[derive(Debug)]
pub struct Said(pub Value);

impl Said {
    pub fn is_for_all(&self) -> bool {
        self.0["response_type"] == "in_channel"
    }

    pub fn replaces(&self) -> bool {
        self.0["replace_original"] == true
    }

    /// Everything that can be read in it, a text a line.
    pub fn text(&self) -> String {
        let mut lines = Vec::new();
        collect(&self.0["blocks"], &mut lines);
        collect(&self.0["attachments"], &mut lines);
        if lines.is_empty() {
            collect(&self.0, &mut lines);
        }
        lines.join("\n")
    }

    #[track_caller]
    pub fn shows(&self, expected: &str) -> &Self {
        let text = self.text();
        assert!(text.contains(expected), "{expected:?} is not in\n{text}");
        self
    }

    #[track_caller]
    pub fn only_to_who_asked(&self) -> &Self {
        assert!(!self.is_for_all(), "{}", self.text());
        self
    }

    #[track_caller]
    pub fn to_all(&self) -> &Self {
        assert!(self.is_for_all(), "{}", self.text());
        self
    }
}

fn collect(value: &Value, lines: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                match field {
                    Value::String(text) if name == "text" => lines.push(text.clone()),
                    field => collect(field, lines),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, lines)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => (),
    }
}

fn note() -> Note {
    Note {
        author: Author {
            name: "ana".to_owned(),
            origin: Origin::Page {
                user: "ana".to_owned(),
            },
        },
        reason: None,
        request_id: "req_1".to_owned(),
        overrides: Vec::new(),
        command: None,
    }
}

fn keys() -> Arc<Keys> {
    Arc::new(Keys::new("9f".repeat(32).parse().unwrap(), Vec::new()))
}

fn accounts(outside: &Outside, store: &Store, clock: &Clock) -> Accounts {
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

async fn parts(
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
