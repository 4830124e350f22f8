//! What a sandbox is made of.

use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use clock::{Chance, Clock};

use super::{Limits, Seed, SlashCommand, TOTAL_CHARACTERS};

/// Moves a clock; answers after everything due has run.
pub type Advance = Arc<dyn Fn(Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync>;

/// What a sandbox is made of.
#[derive(Clone)]
pub struct Options {
    pub clock: Clock,
    pub chance: Chance,
    /// Where people reach this sandbox, without a final slash: permalinks begin with it.
    pub public_url: String,
    /// Where the app's `/slack/…` endpoints are, without a final slash.
    pub app_url: Option<String>,
    /// What people can type behind a slash; a command whose app has no address cannot be typed.
    /// Sending one takes the process's TLS provider, which `main` installs.
    pub commands: Vec<SlashCommand>,
    /// How the demo's app is reached.
    pub transport: Transport,
    /// The hosts whose links the demo's app is told of; empty means those of its settings.
    pub unfurl_domains: Vec<String>,
    /// How long the app has to answer a command, in real time.
    pub answer_limit: Duration,
    /// The file that keeps the workspace over restarts.
    pub state: Option<PathBuf>,
    /// How often a changed workspace is written to `state`.
    pub save_every: Duration,
    pub limits: Limits,
    /// The most characters that the blocks of a message may show; `None` switches the rule off.
    pub total_characters: Option<usize>,
    /// What a workspace begins with when `state` holds none.
    pub seed: Seed,
    /// Does the work of `POST /sandbox/clock`; without it only `clock` moves.
    pub advance: Option<Advance>,
}

impl Options {
    /// The demo's workspace with Slack's limits, in memory, on no particular address.
    #[must_use]
    pub fn new(clock: Clock, chance: Chance) -> Self {
        Self {
            clock,
            chance,
            public_url: "http://127.0.0.1:7401".to_owned(),
            app_url: None,
            commands: SlashCommand::demo(),
            transport: Transport::Http,
            unfurl_domains: Vec::new(),
            answer_limit: Duration::from_secs(3),
            state: None,
            save_every: Duration::from_secs(5),
            limits: Limits::Slack,
            total_characters: Some(TOTAL_CHARACTERS),
            seed: Seed::demo(),
            advance: None,
        }
    }
}

/// How an app is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// By signed requests to its addresses.
    Http,
    /// Over sockets that it opens (Socket Mode).
    Socket,
}
