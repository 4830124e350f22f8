//! Production's flags are kept elsewhere, where a change and the rollout are no one transaction.

use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::routing::{get, post};
use axum::{Json, Router};
use jiff::SignedDuration;
use rollouts::{Act, HoldReason, State as RolloutState};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use crate::world::{FLAG, World, asker};

const PLAN: &str = "
flag: integration_slack_app_notifications
owners: {channel: '#g_manage_integrations', individual: ana}
stages:
  - {name: half, percentage: 50, soak: 15m, require: [watched]}
  - {name: most, percentage: 75, soak: 15m, require: [watched]}
";

/// Another system's Features API, with one flag that has a percentage or is off. A change comes
/// in, and is made when it may be.
#[derive(Clone)]
struct Elsewhere {
    percentage: Arc<Mutex<Option<f64>>>,
    came_in: Arc<Semaphore>,
    may_be_made: Arc<Semaphore>,
    /// So many times it is looked at before somebody else changes it.
    looks: Arc<Mutex<Option<usize>>>,
}

/// The percentage that somebody else sets.
const BY_OTHERS: f64 = 10.0;

impl Elsewhere {
    async fn start() -> (Self, String) {
        let elsewhere = Self {
            percentage: Arc::default(),
            came_in: Arc::new(Semaphore::new(0)),
            may_be_made: Arc::new(Semaphore::new(0)),
            looks: Arc::default(),
        };
        let router = Router::new()
            .route("/api/v4/features", get(list))
            .route("/api/v4/features/{name}", post(set).delete(delete))
            .with_state(elsewhere.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        (elsewhere, url)
    }

    fn percentage(&self) -> Option<f64> {
        *self.percentage.lock().unwrap()
    }

    fn keep(&self, percentage: Option<f64>) {
        *self.percentage.lock().unwrap() = percentage;
    }

    fn is_edited_after(&self, looks: usize) {
        *self.looks.lock().unwrap() = Some(looks);
    }

    /// What whoever looks now sees; then it may be changed by others.
    fn look(&self) -> Option<f64> {
        let seen = self.percentage();
        let mut looks = self.looks.lock().unwrap();
        *looks = looks.map(|left| left - 1);
        if looks.take_if(|left| *left == 0).is_some() {
            self.keep(Some(BY_OTHERS));
        }
        seen
    }

    fn lets_everything_happen(&self) {
        self.may_be_made.add_permits(100);
    }
}

fn feature(percentage: f64) -> Value {
    json!({"name": FLAG, "state": "conditional", "definition": null, "gates": [
        {"key": "boolean", "value": false},
        {"key": "percentage_of_actors", "value": percentage},
    ]})
}

async fn list(State(elsewhere): State<Elsewhere>) -> Json<Value> {
    Json(elsewhere.look().map(feature).into_iter().collect())
}

async fn set(State(elsewhere): State<Elsewhere>, Json(body): Json<Value>) -> Json<Value> {
    elsewhere.came_in.add_permits(1);
    elsewhere.may_be_made.acquire().await.unwrap().forget();
    let percentage = match &body["value"] {
        Value::Number(number) => number.as_f64().unwrap(),
        Value::String(text) => text.parse().unwrap_or(0.0),
        _ => 0.0,
    };
    elsewhere.keep(Some(percentage));
    Json(feature(percentage))
}

async fn delete(State(elsewhere): State<Elsewhere>) -> axum::http::StatusCode {
    elsewhere.keep(None);
    axum::http::StatusCode::NO_CONTENT
}

async fn asks(world: &World, act: Act) {
    let flag = FLAG.parse().unwrap();
    world
        .rollouts
        .ask(&flag, &act, &asker("ana"))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_change_that_comes_after_the_rollback_is_taken_back() {
    let (elsewhere, url) = Elsewhere::start().await;
    let world = World::start_with(Some(&url)).await;
    world.starts_by(PLAN, "").await;
    world.settle().await;
    asks(&world, Act::Acknowledge).await;
    let meanwhile = async {
        elsewhere.came_in.acquire().await.unwrap().forget();
        asks(&world, Act::RollBack { reason: None }).await;
        // The first one's lease is over; another one carries the rollback out to its end.
        let lease = SignedDuration::from_mins(6);
        world.clock.advance_to(world.clock.now() + lease);
        world.driver.clone().run_due().await.unwrap();
        assert_eq!(world.status().await.state, RolloutState::RolledBack);
        assert_eq!(elsewhere.percentage(), None, "nothing was to be closed");
        elsewhere.lets_everything_happen();
    };
    let (carried, ()) = tokio::join!(world.driver.run_due(), meanwhile);
    carried.unwrap();
    assert_eq!(elsewhere.percentage(), None);
    let page = world.store.audit(store::AuditFilter::default()).await;
    let entry = page.unwrap().entries.into_iter().next().unwrap();
    assert_eq!(
        entry.note.reason.as_deref(),
        Some(
            "50 percent of actors on production: closed again, because the rollout went on while \
             it was being made"
        )
    );
}

/// But between the third look, which is the last before the change, and the change itself.
#[tokio::test]
async fn a_change_by_others_that_nobody_has_noticed_is_not_overwritten() {
    for looks in [1, 2, 4, 5] {
        let (elsewhere, url) = Elsewhere::start().await;
        let world = World::start_with(Some(&url)).await;
        elsewhere.lets_everything_happen();
        world.starts_by(PLAN, "").await;
        world.settle().await;
        elsewhere.is_edited_after(looks);
        world.asks("ana", Act::Acknowledge).await;
        world.wait(20).await;
        let status = world.status().await;
        assert_eq!(status.state, RolloutState::Held, "after {looks} looks");
        assert_eq!(status.hold.unwrap().reason, HoldReason::Conflict);
        assert_eq!(
            elsewhere.percentage(),
            Some(BY_OTHERS),
            "after {looks} looks"
        );
    }
}
