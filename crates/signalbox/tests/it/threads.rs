//! A rollout's thread in Slack: its root becomes a card that is kept current, what happens is
//! told below it, and no digest takes any of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::http::{HeaderMap, StatusCode};
use domain::mrkdwn::escape;
use domain::{DeliveryId, Message, RolloutId};
use jiff::{SignedDuration, Timestamp};
use rollouts::plan::PlanFile;
use rollouts::{Act, Asker, Author, Entry, Event, Rollout, Through, ask};
use sandbox::slack::screen;
use serde_json::json;
use store::{
    CardPlace, Followed, NewDelivery, NewRollout, RolloutWrite, Speaker, Thread, ThreadPlace,
};
use tokio::sync::mpsc::UnboundedReceiver;

use crate::world::{Engine, Plan, World, engines, posting_fault, push};

const PLAN: &str = "
flag: tidy_sidebar
owners:
  channel: '#general'
  individual: ana
stages:
  - name: half
    percentage: 50
    soak: 1h
";

fn id() -> RolloutId {
    RolloutId::mint(1, 1)
}

fn in_thread(number: u128, text: &str, place: ThreadPlace) -> NewDelivery {
    let message = Message::new(escape(text), escape(text));
    NewDelivery {
        id: DeliveryId::mint(1, number),
        workspace: "T0DEMO".parse().unwrap(),
        channel: "#general".parse().unwrap(),
        speaker: Speaker::App,
        message: serde_json::to_string(&message).unwrap(),
        thread: Some(Thread {
            key: id().to_string(),
            place,
        }),
    }
}

fn entry(number: u64, at: Timestamp, event: Event) -> Entry {
    Entry {
        number,
        at,
        by: Author {
            name: "ops".to_owned(),
            through: Through::Shell,
        },
        event,
    }
}

/// A rollout that nobody carries out: it is to be looked at in a year.
async fn begin(world: &World, told: Vec<NewDelivery>) -> Rollout {
    let file = PlanFile::parse("tidy_sidebar.rollout.yml", PLAN).unwrap();
    let now = world.clock.now();
    let started = Event::Started {
        plan: Box::new(file.plan),
        origin: [("production".parse().unwrap(), None)].into(),
        reason: None,
    };
    let first = entry(1, now, started);
    let rollout = Rollout::begin(id(), &first).unwrap();
    let new = NewRollout {
        id: id(),
        flag: "tidy_sidebar".parse().unwrap(),
        state: serde_json::to_string(&rollout).unwrap(),
        entry: steering::written(&first).unwrap(),
        next_at: in_a_year(now),
        followed: Followed {
            deliveries: told,
            ..Followed::default()
        },
        cards: vec![CardPlace {
            workspace: "T0DEMO".parse().unwrap(),
            channel: "#general".parse().unwrap(),
        }],
    };
    world.store().start_rollout(new).await.unwrap();
    rollout
}

fn in_a_year(now: Timestamp) -> Timestamp {
    now + SignedDuration::from_hours(24 * 365)
}

/// Ops holds the rollout, and this is told of it.
async fn hold(world: &World, rollout: &mut Rollout, told: Vec<NewDelivery>) {
    let followed = |_: &Rollout, _: &Entry| Followed {
        deliveries: told.clone(),
        ..Followed::default()
    };
    hold_with(world, rollout, followed).await;
}

async fn hold_with(
    world: &World,
    rollout: &mut Rollout,
    followed: impl Fn(&Rollout, &Entry) -> Followed,
) {
    let asker = Asker {
        author: entry(0, world.clock.now(), Event::RolledBack).by,
        known: true,
        roles: [domain::Role::Operator].into(),
    };
    let now = world.clock.now();
    let act = Act::Hold {
        reason: "lunch".to_owned(),
    };
    let events = ask(rollout, &act, &asker, now).unwrap();
    let held = entry(rollout.version + 1, now, events[0].clone());
    rollout.record(&held);
    let stored = world.store().rollout(&id()).await.unwrap().unwrap();
    let claimed = RolloutWrite {
        id: id(),
        expected: stored.revision,
        state: serde_json::to_string(rollout).unwrap(),
        entries: vec![steering::written(&held).unwrap()],
        readings: Vec::new(),
        next_at: None,
        open: true,
        followed: followed(rollout, &held),
        cards: Vec::new(),
        token: None,
        at: now,
    };
    world.store().record_rollout(claimed).await.unwrap();
}

/// The oldest message that somebody wrote.
fn first_of(channel: &sandbox::slack::workspace::Channel) -> &sandbox::slack::workspace::Message {
    let mut written = channel.messages.iter();
    written.find(|message| message.subtype.is_none()).unwrap()
}

/// What ana sees below the channel's oldest message.
fn thread(world: &World) -> String {
    let now = world.clock.now();
    world.slack.with_workspace(|workspace| {
        let channel = workspace.channel_called("general").unwrap();
        let root = first_of(channel).ts.clone();
        let seen = screen::see(workspace, "U0ANA", channel, Some(&root), now);
        screen::to_text(&seen)
    })
}

#[tokio::test]
async fn the_card_is_kept_current_and_the_thread_tells_what_happened() {
    for engine in engines() {
        let world = World::on(engine).await;
        let root = in_thread(1, "A rollout begins", ThreadPlace::Root);
        let mut rollout = begin(&world, vec![root]).await;
        world.settle().await;
        assert_eq!(world.messages("#general").len(), 1, "{engine:?}");
        let shown = world.channel("#general");
        assert!(
            shown.contains("Roll back"),
            "{engine:?} its buttons: {shown}"
        );

        let told = vec![
            in_thread(2, "ops held it", ThreadPlace::Reply),
            in_thread(3, "everybody hears this", ThreadPlace::Broadcast),
        ];
        hold(&world, &mut rollout, told).await;
        world.settle().await;
        let shown = world.channel("#general");
        assert!(shown.contains("held"), "{engine:?} at once: {shown}");
        assert!(shown.contains("everybody hears this"), "{shown}");
        assert!(!shown.contains("ops held it"), "{shown}");
        let below = thread(&world);
        assert!(below.contains("ops held it"), "{engine:?} {below}");
        assert!(below.contains("everybody hears this"), "{below}");
        let updates = world.calls("chat.update", None).await.len();
        world.settle().await;
        let after = world.calls("chat.update", None).await.len();
        assert_eq!(after, updates, "{engine:?} what is current is left alone");
        world.end().await;
    }
}

#[tokio::test]
async fn a_card_that_somebody_deleted_is_posted_again_and_the_thread_goes_on_there() {
    let world = World::on(Engine::Memory).await;
    let root = in_thread(1, "A rollout begins", ThreadPlace::Root);
    let mut rollout = begin(&world, vec![root]).await;
    world.settle().await;
    world.slack.change_workspace(|workspace| {
        let id = workspace.channel_called("general").unwrap().id.clone();
        workspace.channels.get_mut(&id).unwrap().messages.clear();
    });
    hold(&world, &mut rollout, Vec::new()).await;
    world.settle().await;
    world.advance(Duration::from_secs(10)).await;
    assert_eq!(world.messages("#general").len(), 1);
    assert!(world.channel("#general").contains("held"));
    let told = vec![in_thread(2, "below the new one", ThreadPlace::Reply)];
    hold(&world, &mut rollout, told).await;
    world.settle().await;
    assert!(thread(&world).contains("below the new one"));
    world.end().await;
}

#[tokio::test]
async fn a_reply_whose_root_did_not_arrive_stands_alone() {
    let world = World::on(Engine::Memory).await;
    let died = json!({ "error": "restricted_action" });
    world.fault(posting_fault("general", &died)).await;
    let told = vec![
        in_thread(1, "A rollout begins", ThreadPlace::Root),
        in_thread(2, "it was held", ThreadPlace::Reply),
    ];
    begin(&world, told).await;
    world.settle().await;
    let messages = world.messages("#general");
    assert_eq!(messages.len(), 1, "{messages:?}");
    assert!(messages[0].contains("it was held"), "{messages:?}");
    world.end_with_dead(1).await;
}

#[tokio::test]
async fn a_channel_that_is_behind_folds_all_but_the_thread() {
    let world = World::on(Engine::Memory).await;
    let refused = json!({ "status": 503, "times": 1 });
    world.fault(posting_fault("general", &refused)).await;
    world.gitlab(push("acme/web", 1)).await;
    world.settle().await;
    for number in 2..=40 {
        world.gitlab(push("acme/web", number)).await;
    }
    let told = vec![
        in_thread(1, "A rollout begins", ThreadPlace::Root),
        in_thread(2, "it was held", ThreadPlace::Reply),
    ];
    begin(&world, told).await;
    world.advance(Duration::from_secs(120)).await;
    let messages = world.messages("#general");
    assert!(messages.len() < 10, "a digest was made: {messages:?}");
    let below = thread_of(&world, "Rollout of");
    assert!(below.contains("it was held"), "{below}");
    world.end().await;
}

/// What ana sees below the message that contains this.
fn thread_of(world: &World, text: &str) -> String {
    let now = world.clock.now();
    world.slack.with_workspace(|workspace| {
        let channel = workspace.channel_called("general").unwrap();
        let found = channel.messages.iter().find(|message| {
            let shown = serde_json::to_string(&message).unwrap_or_default();
            shown.contains(text)
        });
        let root = found.unwrap().ts.clone();
        let seen = screen::see(workspace, "U0ANA", channel, Some(&root), now);
        screen::to_text(&seen)
    })
}

/// An event's id and body.
type Heard = (String, String);

/// A program that hears of rollouts: it refuses the first event, and tells what it heard.
async fn receiver() -> (&'static str, UnboundedReceiver<Heard>) {
    let (hear, heard) = tokio::sync::mpsc::unbounded_channel();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/hooks", listener.local_addr().unwrap());
    let first = Arc::new(AtomicBool::new(true));
    let receive = move |headers: HeaderMap, body: String| {
        let is_first = first.swap(false, Ordering::Relaxed);
        let id = headers["webhook-id"].to_str().unwrap().to_owned();
        hear.send((id, body)).unwrap();
        std::future::ready(match is_first {
            true => StatusCode::INTERNAL_SERVER_ERROR,
            false => StatusCode::NO_CONTENT,
        })
    };
    let router = axum::Router::new().fallback(receive);
    tokio::spawn(async move { axum::serve(listener, router).await });
    (Box::leak(address.into_boxed_str()), heard)
}

#[tokio::test]
async fn a_program_hears_of_what_it_asked_for_until_it_has_it() {
    let (address, mut heard) = receiver().await;
    let plan = Plan {
        event_sink: Some(address),
        ..Plan::on(Engine::Memory)
    };
    let world = World::start(plan).await;
    let mut rollout = begin(&world, Vec::new()).await;
    hold_telling(&world, &mut rollout).await;
    world.settle().await;
    let first = heard.recv().await.unwrap();
    assert!(heard.try_recv().is_err(), "it is tried again later");
    world.advance(Duration::from_secs(20)).await;
    let again = heard.recv().await.unwrap();
    assert_eq!(again, first, "the same event, by its id");
    let body: serde_json::Value = serde_json::from_str(&again.1).unwrap();
    assert_eq!(body["type"], "rollout.held");
    assert_eq!(body["data"]["state"], "held");
    world.advance(Duration::from_secs(600)).await;
    assert!(heard.try_recv().is_err(), "it has it");
    world.end().await;
}

/// The rollout is held, and the program is told of it.
async fn hold_telling(world: &World, rollout: &mut Rollout) {
    let wants = steering::sinks::Wants {
        sink: "audit".to_owned(),
        kinds: ["rollout.held".to_owned()].into(),
    };
    let sinks = steering::sinks::EventSinks::new(vec![wants], "https://signalbox.example");
    let followed = |rollout: &Rollout, entry: &Entry| Followed {
        effects: sinks.follow(rollout, entry, &clock::Chance::from_seed(3)),
        ..Followed::default()
    };
    hold_with(world, rollout, followed).await;
}
