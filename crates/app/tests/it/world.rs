//! The app over a database in memory, with a clock that is moved by hand.

use std::time::Duration;

use accounts::{Accounts, CameBack, Finished};
use app::{App, Reply};
use clock::Clock;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use slack::event::Envelope;
use slack::interaction::Interaction;
use slack::{HookHost, SlashCommand};
use store::{Author, ConnectedBy, Entry, NewConnection, Note, OpenOptions, Origin, Store};
use tokio_util::task::TaskTracker;

use crate::outside::Outside;
use crate::parts;
use crate::said::Said;

const BROWSER: &str = "browser-1";

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
        let accounts = parts::accounts(&outside, &store, &clock);
        let parts = parts::parts(&outside, &store, &clock, &tasks, &accounts).await;
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

    /// Hears of an event, and does all that it leads to.
    pub async fn hears(&mut self, event: &Value) {
        self.triggers += 1;
        let payload = json!({
            "type": "event_callback", "team_id": "T0DEMO", "api_app_id": "A0SIGNALBOX",
            "event_id": format!("Ev{}", self.triggers), "event_time": 1_767_693_600,
            "event": event,
        });
        let envelope = Envelope::from_json(&payload).unwrap();
        assert_eq!(self.app.event(envelope).await, Reply::Heard);
        self.settles().await;
    }

    /// Presses a button of Ana's Home, and does all that it leads to.
    pub async fn clicks_at_home(&mut self, action_id: &str) {
        self.triggers += 1;
        let payload = json!({
            "type": "block_actions", "team": {"id": "T0DEMO"},
            "user": {"id": "U0ANA", "username": "ana", "team_id": "T0DEMO"},
            "trigger_id": format!("1.{}", self.triggers),
            "container": {"type": "view", "view_id": "V1"},
            "view": {"id": "V1", "type": "home", "hash": "1.a", "state": {"values": {}}},
            "actions": [{
                "type": "button", "action_id": action_id, "block_id": "b",
                "action_ts": "1767693600.000200",
            }],
        });
        let interaction = Interaction::parse(&payload, &self.host()).unwrap();
        assert_eq!(self.app.interaction(interaction).await, Reply::Heard);
        self.settles().await;
    }

    /// Looks after the Homes, as the service does every few seconds.
    pub async fn looks_after_homes(&self) {
        self.app.refresh_homes().await.unwrap();
    }

    /// Does what this payload of Slack's says, to its end.
    pub async fn interacts(&mut self, payload: &Value) -> Reply {
        let interaction = Interaction::parse(payload, &self.host()).unwrap();
        let reply = self.app.interaction(interaction).await;
        self.settles().await;
        reply
    }

    /// Waits for what goes on in the background.
    pub async fn settles(&self) {
        self.tasks.close();
        self.tasks.wait().await;
        self.tasks.reopen();
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
