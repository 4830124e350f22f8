//! A store, two environments and a plan.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use clock::{Chance, Clock};
use domain::{DeliveryId, Role};
use environments::{Directory, Environment, Environments, Hosted, HostedParts, Place, Tier};
use flags::{Catalogue, FeatureGroups, FlagKey};
use rollouts::plan::PlanFile;
use rollouts::{Asker, Author, Plan, Through};
use steering::{Aftermath, Parts, Rollouts};
use store::{Followed, NewDelivery, OpenOptions, Speaker, Store};

pub const PLAN: &str = "
flag: tidy_sidebar
owners:
  channel: '#rollouts'
  individual: ana
stages:
  - name: first
    set: true
    environments: [staging]
    soak: 1h
  - name: half
    percentage: 50
    soak: 1h
";

pub struct World {
    pub store: Store,
    pub rollouts: Rollouts,
    pub clock: Clock,
}

pub fn flag() -> FlagKey {
    "tidy_sidebar".parse().unwrap()
}

pub fn plan() -> Plan {
    read(PLAN)
}

pub fn read(text: &str) -> Plan {
    let file = PlanFile::parse("tidy_sidebar.rollout.yml", text);
    file.unwrap().plan
}

pub fn ops() -> Asker {
    asker("ops", [Role::Operator])
}

pub fn asker(name: &str, roles: impl Into<BTreeSet<Role>>) -> Asker {
    Asker {
        author: Author {
            name: name.to_owned(),
            through: Through::Shell,
        },
        known: true,
        roles: roles.into(),
    }
}

impl World {
    pub async fn start() -> Self {
        let store = Store::open("sqlite::memory:", OpenOptions::default());
        let store = store.await.unwrap();
        let clock = Clock::new(|| "2026-01-06T10:00:00Z".parse().unwrap());
        let chance = Chance::from_seed(7);
        let mut environments = Vec::new();
        for (name, tier) in [("staging", Tier::Staging), ("production", Tier::Production)] {
            environments.push(environment(&store, &clock, name, tier).await);
        }
        let rollouts = Rollouts::new(Parts {
            store: store.clone(),
            environments: Environments::new(environments).unwrap(),
            aftermath: tell(chance.clone()),
            workspace: Some("T0DEMO".parse().unwrap()),
            reach: steering::Reach::default(),
            public_url: "https://signalbox.example/".to_owned(),
            clock: clock.clone(),
            chance,
        });
        Self {
            store,
            rollouts,
            clock,
        }
    }
}

async fn environment(store: &Store, clock: &Clock, name: &str, tier: Tier) -> Environment {
    let hosted = Hosted::load(HostedParts {
        name: name.parse().unwrap(),
        store: store.clone(),
        catalogue: Arc::new(Catalogue::default()),
        groups: Arc::new(FeatureGroups::default()),
        directory: Directory::without_gitlab(),
        after_change: Arc::new(|_, _, _| Followed::default()),
        clock: clock.clone(),
        chance: Chance::from_seed(1),
    });
    Environment {
        name: name.parse().unwrap(),
        short: name.to_owned(),
        tier,
        qa_channel: None,
        host: format!("{name}.test"),
        stages: Vec::new(),
        place: Place::Hosted(hosted.await.unwrap()),
    }
}

/// Each entry is told in `#log`, with what the rollout is after it.
fn tell(chance: Chance) -> Aftermath {
    Arc::new(move |rollout, entry| Followed {
        deliveries: vec![NewDelivery {
            id: DeliveryId::mint(0, chance.next_u128()),
            workspace: "T0DEMO".parse().unwrap(),
            channel: "#log".parse().unwrap(),
            speaker: Speaker::App,
            message: format!("{} {:?}", entry.number, rollout.state),
            thread: None,
        }],
        ..Followed::default()
    })
}

/// What waits in each channel, in order.
pub async fn told(world: &World) -> BTreeMap<String, Vec<String>> {
    let now = world.clock.now();
    let lease = jiff::SignedDuration::from_secs(1);
    let lanes = world
        .store
        .claim_lanes(now, lease, 10, "test")
        .await
        .unwrap();
    let mut told = BTreeMap::new();
    for lane in lanes {
        let mut messages = vec![lane.head.message.clone()];
        let others = world.store.waiting(lane.token, 99).await.unwrap();
        let others = others.into_iter().filter(|other| other.id != lane.head.id);
        messages.extend(others.map(|other| other.message));
        told.insert(lane.channel.to_string(), messages);
        world.store.release_lane(lane.token, now).await.unwrap();
    }
    told
}
