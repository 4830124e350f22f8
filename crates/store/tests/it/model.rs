//! Random lives of events, against a model that fits on a page.

use std::collections::BTreeMap;

use ::flags::Change;
use domain::DeliveryId;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use store::{
    After, ClaimedLane, Delivery, DeliveryState, EventOutcome, FlagChanged, Followed, NewDelivery,
    NewDigest, OpenOptions, Outcome, Posted, Routing, Speaker, Store,
};

use crate::flags::{changes, entry};
use crate::world::{
    Database, KEEP, LEASE, as_before, at, dead, delivery, delivery_id, event, event_id, number,
    retry, sent, settlement,
};

const CHANNELS: [&str; 2] = ["#a", "#b"];

#[derive(Clone, Debug)]
enum Step {
    Accept,
    Route,
    Claim,
    Settle(usize, Attempt),
    Fold(usize, u32),
    Announce(usize),
    GiveBack(usize),
    Replay(usize),
    ReplayAll,
    Advance(i64),
}

#[derive(Clone, Copy, Debug)]
enum Attempt {
    Sent,
    Updated,
    Retry(Posted),
    Dead,
    SentAndReleased,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let attempt = prop_oneof![
        3 => Just(Attempt::Sent),
        1 => Just(Attempt::Updated),
        1 => Just(Attempt::Retry(Posted::No)),
        1 => Just(Attempt::Retry(Posted::Unknown)),
        2 => Just(Attempt::Dead),
        1 => Just(Attempt::SentAndReleased),
    ];
    let step = prop_oneof![
        5 => Just(Step::Accept),
        4 => Just(Step::Route),
        4 => Just(Step::Claim),
        6 => (0..2_usize, attempt).prop_map(|(lane, attempt)| Step::Settle(lane, attempt)),
        2 => (0..2_usize, 1..5_u32).prop_map(|(lane, limit)| Step::Fold(lane, limit)),
        1 => (0..2_usize).prop_map(Step::Announce),
        1 => (0..2_usize).prop_map(Step::GiveBack),
        2 => (0..40_usize).prop_map(Step::Replay),
        1 => Just(Step::ReplayAll),
        2 => (1..90_i64).prop_map(Step::Advance),
    ];
    proptest::collection::vec(step, 1..60)
}

/// One delivery as the model sees it.
#[derive(Clone, Debug)]
struct Known {
    event: Option<u128>,
    announces: bool,
    lane: usize,
    speaker: Speaker,
    /// How many were made before it.
    made: usize,
    state: DeliveryState,
    digest: Option<DeliveryId>,
    /// Slack may have it.
    uncertain: bool,
}

/// A lane as the model sees it: what waits, in order, and when it may be claimed.
#[derive(Default)]
struct Lane {
    queue: Vec<DeliveryId>,
    next_at: i64,
    held: Option<(ClaimedLane, Delivery, i64)>,
}

struct Model {
    store: Store,
    now: i64,
    accepted: u128,
    digests: u128,
    announced: u128,
    unrouted: Vec<u128>,
    ignored: u64,
    known: BTreeMap<DeliveryId, Known>,
    lanes: [Lane; 2],
}

impl Model {
    fn new(store: Store) -> Self {
        Self {
            store,
            now: 0,
            accepted: 0,
            digests: 0,
            announced: 0,
            unrouted: Vec::new(),
            ignored: 0,
            known: BTreeMap::new(),
            lanes: [Lane::default(), Lane::default()],
        }
    }

    async fn step(&mut self, step: Step) {
        match step {
            Step::Accept => {
                self.accepted += 1;
                self.store
                    .accept(event(self.accepted, at(self.now)))
                    .await
                    .unwrap();
                self.unrouted.push(self.accepted);
            }
            Step::Route => self.route().await,
            Step::Claim => self.claim().await,
            Step::Settle(lane, attempt) => self.settle(lane, attempt).await,
            Step::Fold(lane, limit) => self.fold(lane, limit).await,
            Step::Announce(lane) => self.announce(lane).await,
            Step::GiveBack(lane) => self.give_back(lane).await,
            Step::Replay(index) => self.replay(index).await,
            Step::ReplayAll => {
                let dead: Vec<_> = self.dead_letters();
                let filter = store::DeadFilter::default();
                let replayed = self
                    .store
                    .replay_all_dead(filter, at(self.now), as_before)
                    .await
                    .unwrap();
                assert_eq!(replayed, dead.len() as u64);
                dead.into_iter().for_each(|id| self.requeue(id));
            }
            Step::Advance(seconds) => self.now += seconds,
        }
    }

    /// Event n goes to `#a`, `#b`, both or nobody.
    fn channels(n: u128) -> Vec<usize> {
        [vec![0], vec![1], vec![0, 1], vec![]][usize::try_from(n % 4).unwrap()].clone()
    }

    /// Two of three events are said by the app.
    fn speaker(n: u128) -> Speaker {
        match n % 3 {
            0 => Speaker::Webhook {
                place: "acme".to_owned(),
            },
            _ => Speaker::App,
        }
    }

    /// Puts a new delivery at the end of its lane.
    fn enqueue(&mut self, id: DeliveryId, event: Option<u128>, speaker: Speaker, lane: usize) {
        let known = Known {
            event,
            announces: event.is_none(),
            lane,
            speaker,
            made: self.known.len(),
            state: DeliveryState::Waiting,
            digest: None,
            uncertain: false,
        };
        self.known.insert(id.clone(), known);
        self.lanes[lane].queue.push(id);
    }

    async fn announce(&mut self, lane: usize) {
        self.announced += 1;
        let number = 2_000_000 + self.announced;
        let follow = move |_: &FlagChanged| Followed {
            deliveries: vec![delivery(number, CHANNELS[lane])],
            ..Followed::default()
        };
        let write = changes([Change::SetBoolean(true)]);
        let made = self
            .store
            .change_flag(write, at(self.now), entry(number), follow);
        made.await.unwrap();
        self.enqueue(delivery_id(number), None, Speaker::App, lane);
    }

    async fn route(&mut self) {
        let decide = |event: &store::StoredEvent| {
            let n = number(event);
            let to = Self::channels(n).into_iter();
            let deliveries: Vec<_> = to
                .map(|c| NewDelivery {
                    speaker: Self::speaker(n),
                    ..delivery(n * 10 + c as u128, CHANNELS[c])
                })
                .collect();
            match deliveries.is_empty() {
                true => Routing::Ignored("nobody".to_owned()),
                false => Routing::Deliver(deliveries),
            }
        };
        let routed = self.store.route(at(self.now), 3, decide).await.unwrap();
        assert_eq!(routed, self.unrouted.len().min(3));
        for n in self.unrouted.drain(..routed).collect::<Vec<_>>() {
            let channels = Self::channels(n);
            self.ignored += u64::from(channels.is_empty());
            for c in channels {
                let id = delivery_id(n * 10 + c as u128);
                self.enqueue(id, Some(n), Self::speaker(n), c);
            }
        }
    }

    async fn claim(&mut self) {
        let claimed = self
            .store
            .claim_lanes(at(self.now), LEASE, 9, "node")
            .await
            .unwrap();
        let due = |lane: &Lane| {
            let free = lane
                .held
                .as_ref()
                .is_none_or(|(_, _, until)| *until <= self.now);
            free && !lane.queue.is_empty() && lane.next_at <= self.now
        };
        let expected = self.lanes.iter().filter(|lane| due(lane)).count();
        assert_eq!(claimed.len(), expected);
        for lane in claimed {
            let index = CHANNELS
                .iter()
                .position(|&c| c == lane.channel.as_str())
                .unwrap();
            assert_eq!(lane.waiting, self.lanes[index].queue.len() as u64);
            self.lanes[index].held = None;
            let head = lane.head.clone();
            self.begin(index, lane, head);
        }
    }

    /// The head that the store gave is the lane's oldest, and says whether Slack may have it.
    fn begin(&mut self, index: usize, lane: ClaimedLane, head: Delivery) {
        assert_eq!(head.id, self.lanes[index].queue[0]);
        let known = self.known.get_mut(&head.id).unwrap();
        known.uncertain |= known.state == DeliveryState::Sending;
        assert_eq!(head.uncertain_since.is_some(), known.uncertain, "{head:?}");
        assert_eq!(
            (&head.speaker, head.announces.is_some()),
            (&known.speaker, known.announces)
        );
        known.state = DeliveryState::Sending;
        self.lanes[index].held = Some((lane, head, self.now + 60));
    }

    async fn settle(&mut self, index: usize, attempt: Attempt) {
        let Some((lane, head, _)) = self.lanes[index].held.take() else {
            return;
        };
        let updated = Outcome::Updated {
            ts: "1.2".to_owned(),
            channel_id: "C1".to_owned(),
        };
        let later = self.now + 20;
        let (outcome, after) = match attempt {
            Attempt::Sent => (sent(), KEEP),
            Attempt::Updated => (updated, KEEP),
            Attempt::Dead => (dead(), KEEP),
            Attempt::Retry(posted) => (retry(at(later), posted), KEEP),
            Attempt::SentAndReleased => (sent(), After::Release { next_at: at(later) }),
        };
        let known = self.known.get_mut(&head.id).unwrap();
        match attempt {
            Attempt::Sent | Attempt::SentAndReleased => known.state = DeliveryState::Sent,
            Attempt::Updated => known.state = DeliveryState::Updated,
            Attempt::Dead => known.state = DeliveryState::Dead,
            Attempt::Retry(posted) => {
                known.state = DeliveryState::Waiting;
                known.uncertain = posted == Posted::Unknown;
            }
        }
        let state = known.state;
        if state != DeliveryState::Waiting {
            known.uncertain = false;
            self.lanes[index].queue.remove(0);
            self.share_fate(&head.id, state);
        }
        let settlement = settlement(&head, outcome, after, at(self.now));
        let settled = self.store.settle(lane.token, settlement).await.unwrap();
        assert_eq!(settled.waiting, self.lanes[index].queue.len() as u64);
        self.lanes[index].next_at = match attempt {
            Attempt::Retry(_) | Attempt::SentAndReleased => later,
            _ if settled.next.is_none() => self.now,
            _ => self.lanes[index].next_at,
        };
        let keeps_on = matches!(attempt, Attempt::Sent | Attempt::Updated | Attempt::Dead);
        let expected = keeps_on && !self.lanes[index].queue.is_empty();
        assert_eq!(settled.next.is_some(), expected);
        if let Some(next) = settled.next {
            self.begin(index, lane, next);
        }
    }

    fn share_fate(&mut self, digest: &DeliveryId, state: DeliveryState) {
        let told = match state {
            DeliveryState::Sent | DeliveryState::Updated => DeliveryState::Digested,
            other => other,
        };
        let folded = self
            .known
            .values_mut()
            .filter(|known| known.digest.as_ref() == Some(digest));
        folded.for_each(|known| known.state = told);
    }

    async fn fold(&mut self, index: usize, limit: u32) {
        let Some((lane, head, until)) = self.lanes[index].held.take() else {
            return;
        };
        let waiting = self.store.waiting(lane.token, limit).await.unwrap();
        let queue = self.lanes[index].queue.iter();
        let certain: Vec<_> = queue.filter(|id| !self.known[*id].uncertain).collect();
        let speaker = certain.first().map(|id| self.known[*id].speaker.clone());
        let expected: Vec<_> = certain
            .into_iter()
            .filter(|id| Some(&self.known[*id].speaker) == speaker.as_ref())
            .take(limit as usize)
            .cloned()
            .collect();
        let ids: Vec<_> = waiting.iter().map(|delivery| delivery.id.clone()).collect();
        assert_eq!(ids, expected);
        let Some(last) = waiting.last() else {
            self.lanes[index].held = Some((lane, head, until));
            return;
        };
        self.digests += 1;
        let id = delivery_id(1_000_000 + self.digests);
        let digest = NewDigest {
            id: id.clone(),
            speaker: last.speaker.clone(),
            message: "digest".to_owned(),
        };
        let folded = self
            .store
            .fold(lane.token, digest, last.position, at(self.now))
            .await;
        let folded = folded.unwrap();
        let first = self.lanes[index]
            .queue
            .iter()
            .position(|id| *id == ids[0])
            .unwrap();
        self.lanes[index].queue.retain(|id| !ids.contains(id));
        self.lanes[index].queue.insert(first, id.clone());
        for known in self.known.iter_mut() {
            let within = known
                .1
                .digest
                .as_ref()
                .is_some_and(|digest| ids.contains(digest));
            if ids.contains(known.0) || within {
                known.1.digest = Some(id.clone());
                known.1.state = DeliveryState::Waiting;
            }
        }
        let known = Known {
            event: None,
            announces: false,
            lane: index,
            speaker: last.speaker.clone(),
            made: self.known.len(),
            state: DeliveryState::Waiting,
            digest: None,
            uncertain: false,
        };
        self.known.insert(id.clone(), known);
        assert_eq!(folded.waiting, self.lanes[index].queue.len() as u64);
        let told = self
            .known
            .values()
            .filter(|known| known.digest.as_ref() == Some(&id));
        let told = told.filter(|known| known.event.is_some() || known.announces);
        let told = told.count();
        assert_eq!(folded.folded, told as u64);
        self.begin(index, lane, folded.head);
        // Folding does not renew the lease.
        self.lanes[index].held.as_mut().unwrap().2 = until;
    }

    async fn give_back(&mut self, index: usize) {
        let Some((lane, head, _)) = self.lanes[index].held.take() else {
            return;
        };
        self.store
            .release_lane(lane.token, at(self.now + 5))
            .await
            .unwrap();
        self.known.get_mut(&head.id).unwrap().state = DeliveryState::Waiting;
        self.lanes[index].next_at = self.now + 5;
    }

    /// Dead deliveries that are letters of their own, in the order in which they were made.
    fn dead_letters(&self) -> Vec<DeliveryId> {
        let dead = self
            .known
            .iter()
            .filter(|(_, known)| known.state == DeliveryState::Dead);
        let mut letters: Vec<_> = dead.filter(|(_, known)| known.digest.is_none()).collect();
        letters.sort_by_key(|(_, known)| known.made);
        letters.into_iter().map(|(id, _)| id.clone()).collect()
    }

    async fn replay(&mut self, index: usize) {
        let Some((id, known)) = self.known.iter().nth(index) else {
            return;
        };
        let target = known.digest.clone().unwrap_or_else(|| id.clone());
        let is_dead = known.state == DeliveryState::Dead;
        let replayed = self.store.replay(id, at(self.now), as_before).await;
        assert_eq!(replayed.ok(), is_dead.then(|| target.clone()));
        if is_dead {
            self.requeue(target);
        }
    }

    fn requeue(&mut self, id: DeliveryId) {
        self.known.get_mut(&id).unwrap().state = DeliveryState::Waiting;
        self.share_fate(&id, DeliveryState::Waiting);
        let lane = self.known[&id].lane;
        self.lanes[lane].queue.push(id);
    }

    fn outcome(&self, n: u128) -> EventOutcome {
        if self.unrouted.contains(&n) {
            return EventOutcome::Waiting;
        }
        let states = self.known.values().filter(|known| known.event == Some(n));
        let outcomes = states.map(|known| match known.state {
            DeliveryState::Waiting | DeliveryState::Sending => EventOutcome::Waiting,
            DeliveryState::Sent | DeliveryState::Updated => EventOutcome::Delivered,
            DeliveryState::Digested => EventOutcome::Digested,
            DeliveryState::Dead => EventOutcome::Dead,
        });
        outcomes.max().unwrap_or(EventOutcome::Ignored)
    }

    async fn compare(&self) {
        let counts = self.store.counts().await.unwrap();
        assert_eq!(
            u128::from(counts.events()),
            self.accepted,
            "nothing is lost"
        );
        assert_eq!(counts.ignored, self.ignored);
        let count = |state| {
            self.known
                .values()
                .filter(|known| known.state == state)
                .count() as u64
        };
        let deliveries = counts.deliveries;
        for (state, n) in [
            (DeliveryState::Waiting, deliveries.waiting),
            (DeliveryState::Sending, deliveries.sending),
            (DeliveryState::Sent, deliveries.sent),
            (DeliveryState::Updated, deliveries.updated),
            (DeliveryState::Digested, deliveries.digested),
            (DeliveryState::Dead, deliveries.dead),
        ] {
            assert_eq!(n, count(state), "{state}");
        }
        for n in 1..=self.accepted {
            let event = self.store.event(&event_id(n)).await.unwrap().unwrap();
            assert_eq!(event.outcome, self.outcome(n), "event {n}: {event:?}");
            for delivery in event.deliveries {
                assert_eq!(
                    delivery.state, self.known[&delivery.id].state,
                    "{}",
                    delivery.id
                );
                assert_eq!(delivery.digest, self.known[&delivery.id].digest);
            }
        }
    }
}

fn live(cases: u32, database: impl Fn() -> Option<Database>) {
    let config = Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let run = |steps: Vec<Step>| {
        let database = database();
        let url = database
            .as_ref()
            .map_or("sqlite::memory:", |database| &database.url);
        runtime.block_on(async {
            let store = Store::open(url, OpenOptions::default()).await.unwrap();
            let mut model = Model::new(store.clone());
            for step in steps {
                model.step(step).await;
                model.compare().await;
            }
            store.close().await;
        });
        Ok(())
    };
    TestRunner::new_with_rng(config, rng)
        .run(&steps(), run)
        .unwrap();
}

#[test]
fn every_event_is_waiting_delivered_digested_dead_or_ignored() {
    live(150, || None);
}

#[test]
fn every_event_is_so_on_postgres_too() {
    if Database::postgres().is_some() {
        live(6, Database::postgres);
    }
}
