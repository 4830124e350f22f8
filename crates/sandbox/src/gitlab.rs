//! The part of a GitLab that demos and tests need: it makes things happen and sends the real
//! webhooks of them.
//!
//! `acts` is what can happen, `payload` how GitLab says it, `hooks` sends it; `http` serves the
//! endpoints, the page, the REST API and a small monitoring over the same state. `story` is a day
//! of a company in acts. The receiver is known by its address alone.

mod acts;
mod args;
mod faults;
mod hooks;
mod http;
mod payload;
mod requests;
mod running;
mod saved;
mod scene;
mod seed;
pub mod story;
mod tasks;
mod words;
mod world;

use std::collections::VecDeque;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use clock::{Chance, Clock};
use tokio::sync::{broadcast, watch};

use args::Args;
use faults::Faults;
use hooks::{Attempt, Health};
use scene::{Outgoing, Scene};
use story::traffic::{Sample, Traffic};
use world::World;

pub use args::{DoError, Field, Takes};
pub use hooks::{Hook, Sent, VERSION, header};
pub use requests::{Do, Done, refusal};
pub use running::Running;
pub use saved::SaveError;

/// The log keeps so many webhooks.
const LOGGED: usize = 200;

/// Moves a clock; answers after everything due has run.
pub type Advance = Arc<dyn Fn(Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync>;

/// Gets the receiver ready for what these sample projects will send.
pub type BeforeTraffic =
    Arc<dyn Fn(Vec<Sample>) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync>;

/// What a sandbox is made of.
#[derive(Clone)]
pub struct Options {
    pub clock: Clock,
    pub chance: Chance,
    /// Where people reach this sandbox, without a final slash: links begin with it.
    pub public_url: String,
    /// Where people see the service's page of an event, without a final slash: `…/events/{id}`.
    pub service_url: Option<String>,
    pub hooks: Vec<Hook>,
    /// Sends the webhooks. It should follow no redirects.
    pub http: reqwest::Client,
    /// The file that keeps the state over restarts.
    pub state: Option<PathBuf>,
    /// How often a changed state is written to `state`.
    pub save_every: Duration,
    /// Does the work of `POST /sandbox/clock`; without it only `clock` moves.
    pub advance: Option<Advance>,
    /// Called before sample projects begin to send, with all of them.
    pub before_traffic: Option<BeforeTraffic>,
}

impl Options {
    /// The demo's people and projects, no hooks, in memory, on no particular address.
    #[must_use]
    pub fn new(clock: Clock, chance: Chance, http: reqwest::Client) -> Self {
        Self {
            clock,
            chance,
            public_url: "http://127.0.0.1:7402".to_owned(),
            service_url: None,
            hooks: Vec::new(),
            http,
            state: None,
            save_every: Duration::from_secs(5),
            advance: None,
            before_traffic: None,
        }
    }
}

/// What an act made, what it sends, and the ids that its answer says.
type Made<T> = (T, Vec<Outgoing>, serde_json::Map<String, serde_json::Value>);

/// The sandbox. Clones share one state.
#[derive(Clone)]
pub struct GitLabSandbox {
    options: Arc<Options>,
    state: Arc<Mutex<State>>,
    log: broadcast::Sender<Sent>,
    closing: watch::Sender<bool>,
    traffic: Traffic,
}

/// What is behind the lock.
struct State {
    world: World,
    /// One a hook, in the order of the options.
    health: Vec<Health>,
    log: VecDeque<Sent>,
    sent: u64,
    unsaved: bool,
    faults: Faults,
}

impl GitLabSandbox {
    /// A sandbox with what `options.state` holds, or else the demo's people and projects.
    ///
    /// # Errors
    /// When the state file is there and cannot be read.
    pub fn new(options: Options) -> Result<Self, SaveError> {
        let saved = match &options.state {
            Some(file) => saved::load(file)?,
            None => None,
        };
        let world = saved.unwrap_or_else(|| seed::world(&options.chance, options.clock.now()));
        let state = State {
            world,
            health: vec![Health::default(); options.hooks.len()],
            log: VecDeque::new(),
            sent: 0,
            unsaved: false,
            faults: Faults::default(),
        };
        Ok(Self {
            options: Arc::new(options),
            state: Arc::new(Mutex::new(state)),
            log: broadcast::Sender::new(1024),
            closing: watch::Sender::new(false),
            traffic: Traffic::new(),
        })
    }

    /// What it was made of.
    #[must_use]
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// Makes something happen and sends its webhooks, one after the other. Answers when the last
    /// one was answered; a receiver that fails is no error here.
    ///
    /// # Errors
    /// When the request names a person, project, thing or option that is not there; nothing has
    /// happened then.
    pub async fn perform(&self, request: Do) -> Result<Done, DoError> {
        let act = acts::named(&request.what)?;
        let mut options = request.options;
        if act.what != request.what {
            options.insert("event".to_owned(), request.what.into());
        }
        let args = Args::parse(act.what, act.fields, &options)?;
        let place = (request.user.as_str(), request.project.as_str());
        let ((), done) = self.change(place, |scene| (act.run)(scene, &args)).await?;
        Ok(done)
    }

    /// Lets a person change the world in a project, all of it or nothing, and sends what follows.
    async fn change<T, E: From<DoError>>(
        &self,
        (user, project): (&str, &str),
        act: impl FnOnce(&mut Scene<'_>) -> Result<T, E>,
    ) -> Result<(T, Done), E> {
        let (made, outgoing, ids) = self.run((user, project), act)?;
        let mut sent = Vec::with_capacity(outgoing.len());
        for outgoing in &outgoing {
            for index in 0..self.options.hooks.len() {
                sent.extend(self.send(index, outgoing).await);
            }
        }
        Ok((made, Done { sent, ids }))
    }

    fn run<T, E: From<DoError>>(
        &self,
        (user, project): (&str, &str),
        act: impl FnOnce(&mut Scene<'_>) -> Result<T, E>,
    ) -> Result<Made<T>, E> {
        let mut state = self.lock();
        // An act that fails half way leaves nothing behind.
        let mut world = state.world.clone();
        let mut scene = Scene::set(
            &mut world,
            &self.options.public_url,
            &self.options.chance,
            self.options.clock.now(),
            (user, project),
        )?;
        let made = act(&mut scene)?;
        let (outgoing, mut ids) = scene.finish();
        let found = world.project(project);
        let path = found.map(|project| project.path_with_namespace.clone());
        ids.insert("project".to_owned(), path.into());
        state.world = world;
        state.unsaved = true;
        Ok((made, outgoing, ids))
    }

    /// Sends it to one hook, when the hook wants it.
    async fn send(&self, index: usize, outgoing: &Outgoing) -> Option<Sent> {
        let hook = &self.options.hooks[index];
        if !hooks::wants(hook, outgoing) {
            return None;
        }
        let off = self.lock().health[index].is_off(self.options.clock.now());
        let attempt = if off {
            Attempt::not_made()
        } else {
            let Options {
                http,
                public_url,
                chance,
                ..
            } = &*self.options;
            hooks::attempt(http, hook, public_url, outgoing, chance).await
        };
        Some(self.record(index, outgoing, attempt, off))
    }

    fn record(&self, index: usize, outgoing: &Outgoing, attempt: Attempt, off: bool) -> Sent {
        let now = self.options.clock.now();
        let mut state = self.lock();
        if !off {
            state.health[index].note(attempt.succeeded(), now);
        }
        state.sent += 1;
        let sent = Sent {
            number: state.sent,
            at: now,
            kind: outgoing.kind,
            event: header(outgoing.kind),
            project: outgoing.project.clone(),
            about: hooks::about(outgoing),
            status: attempt.status,
            event_id: attempt.event_id,
            ms: attempt.ms,
            error: attempt.error,
        };
        if state.log.len() == LOGGED {
            state.log.pop_front();
        }
        state.log.push_back(sent.clone());
        drop(state);
        // Nobody may be watching.
        let _ = self.log.send(sent.clone());
        sent
    }

    /// The commit that merged the feature whose rollout the demo plays; `None` in a world that
    /// began without it.
    #[must_use]
    pub fn feature_commit(&self) -> Option<String> {
        let state = self.lock();
        let project = state.world.project(seed::FEATURE_PROJECT)?;
        let requests = &mut project.merge_requests.iter();
        let feature = requests.find(|request| request.iid == seed::FEATURE)?;
        feature.merge_commit_sha.clone()
    }

    /// What was sent, oldest first, as far as it is remembered.
    #[must_use]
    pub fn log(&self) -> Vec<Sent> {
        self.lock().log.iter().cloned().collect()
    }

    /// What is sent from now on.
    #[must_use]
    pub fn watch(&self) -> broadcast::Receiver<Sent> {
        self.log.subscribe()
    }

    /// Switches every hook on again, as GitLab does after a test that succeeds.
    pub fn enable_hooks(&self) {
        self.lock().health.fill(Health::default());
    }

    /// Ends the pages' live logs, which would keep a server from stopping.
    pub fn close(&self) {
        self.closing.send_replace(true);
    }

    /// Waits until [`Self::close`].
    fn closing(&self) -> impl Future<Output = ()> + Send + use<> {
        let mut closing = self.closing.subscribe();
        async move {
            // An error means that the sandbox is gone.
            let _ = closing.wait_for(|closing| *closing).await;
        }
    }

    /// Moves the clock; answers after everything due has run.
    pub async fn advance(&self, by: Duration) {
        match &self.options.advance {
            Some(advance) => advance(by).await,
            None => self.options.clock.advance(by),
        }
    }

    /// Writes the state to its file, if it has one and changed since the last time.
    ///
    /// # Errors
    /// When the file cannot be written; the next call tries again.
    pub fn save(&self) -> Result<(), SaveError> {
        let Some(file) = &self.options.state else {
            return Ok(());
        };
        let world = {
            let mut state = self.lock();
            if !state.unsaved && file.exists() {
                return Ok(());
            }
            state.unsaved = false;
            state.world.clone()
        };
        saved::save(file, &world).inspect_err(|_| self.lock().unsaved = true)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
