//! The demo: the whole product on this machine, with no account anywhere.
//!
//! The service with SQLite, a Slack and a GitLab on ports of their own, and one clock for all
//! three: moving it lets everything that is due in between happen, in order.

pub mod clockwork;
mod moved;
pub mod people;
mod rollout;
mod traffic;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use domain::{EventKind, WorkspaceId};
use jiff::SignedDuration;
use notify::settings::Unsubscribed;
use sandbox::gitlab::GitLabSandbox;
use sandbox::gitlab::story::{Story, day};
use sandbox::slack::SlackSandbox;
use store::seal::{Key, Keys};
use store::{OpenOptions, Store};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use url::Url;

use crate::ambient::Ambient;
use crate::config::Transport;
use crate::service::{AccountsSetup, Service, Setup, SlackSetup};
use crate::workers::pace::Pace;
use clockwork::Clockwork;

/// How many steps of the sample day are over when the demo starts, so that there is something
/// to see; the rest goes on while people look.
const MORNING: usize = 30;
const STORY_SEED: u64 = 158;
const DATABASE: &str = "signalbox.db";
const TIME: &str = "time";
/// The demo's hook, and the secret that GitLab sends with it.
pub const HOOK: &str = "demo";
pub const HOOK_TOKEN: &str = "demo-hook-secret";
/// The demo's Slack workspace, and the token of the app's bot in it.
pub const WORKSPACE: &str = "T0DEMO";
pub const BOT_TOKEN: &str = "xoxb-demo";
/// What the sandbox's Slack signs its requests with.
pub const SIGNING_SECRET: &str = "demo-signing-secret";
/// The old integration's webhook in the sandbox's Slack.
const WEBHOOK: &str = "/services/T0DEMO/B0LEGACY/demo-webhook-secret";
/// The token of the API's administrator.
pub const ADMIN_TOKEN: &str = "demo-admin-token";

/// A sandbox of the demo: run here, or running elsewhere already.
pub enum Place {
    Here(TcpListener),
    Elsewhere(Url),
}

/// What a demo is made of.
pub struct Options {
    pub listener: TcpListener,
    pub slack: Place,
    pub gitlab: Place,
    /// Where everything is kept; a temporary folder if nowhere.
    pub data: Option<PathBuf>,
    /// Whether the sample projects have a day of their own.
    pub story: Telling,
    /// Whether sample projects by the thousand send events, for a rollout to be watched by.
    pub rollout: Traffic,
    /// Who speaks for projects at the start.
    pub speaking: Speaking,
    /// How Slack's requests reach the service.
    pub transport: Transport,
    /// Waits as long as somebody who typed a command is left without any word.
    pub patience: app::Patience,
    /// The longest that a rollout waits for a monitor's answer.
    pub monitors_within: Duration,
    pub metrics: web::operations::Metrics,
    pub ambient: Ambient,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Telling {
    Told,
    Quiet,
}

/// Whether sample projects send events by themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Traffic {
    /// As many as a rollout's evidence needs.
    Busy,
    /// None, until somebody asks for them.
    Quiet,
}

/// Which integration speaks when a new demo begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speaking {
    /// The old one, as before the rollout.
    Webhook,
    /// The app, everywhere: every flag is on.
    App,
}

/// A running demo.
pub struct Demo {
    pub service_url: String,
    pub slack_url: String,
    pub gitlab_url: String,
    service: Arc<Service>,
    clockwork: Clockwork,
    stop: CancellationToken,
    tasks: TaskTracker,
    /// Dropped last: the folder goes with it.
    _folder: Option<TempDir>,
}

impl Demo {
    /// Starts everything. `/readyz` answers 200 when the start state is loaded.
    ///
    /// # Errors
    /// When a saved state cannot be read or the database cannot be opened.
    pub async fn start(options: Options) -> anyhow::Result<Self> {
        let (folder, temporary) = folder(options.data)?;
        let stop = CancellationToken::new();
        let tasks = TaskTracker::new();
        let mut ambient = options.ambient;
        let day = day(STORY_SEED);
        let told = options.story == Telling::Told;
        let morning = match (&options.slack, &options.gitlab) {
            // A sandbox elsewhere has a clock of its own, which cannot be set back.
            (Place::Here(_), Place::Here(_)) if told && is_new(&folder) => morning_of(&day),
            _ => Duration::ZERO,
        };
        ambient.clock = ambient.clock.behind(morning);
        let clockwork = Clockwork::new(ambient.clock.clone(), folder.join(TIME));
        let service_url = address(&options.listener)?;

        let host_of_gitlab = host_of_place(&options.gitlab)?;
        let (slack, slack_url) = start_slack(
            options.slack,
            &folder,
            (&service_url, &host_of_gitlab, options.transport),
            &ambient,
            &clockwork,
        )?;
        let (gitlab, gitlab_url) = start_gitlab(
            options.gitlab,
            &folder,
            (&service_url, &slack_url),
            &ambient,
            &clockwork,
        )?;
        let places = vec![
            ("Slack".to_owned(), slack_url.clone()),
            ("GitLab".to_owned(), gitlab_url.clone()),
        ];
        if let Some((slack, listener)) = slack {
            let stopped = stop.clone();
            let serving = slack.serve(listener, async move { stopped.cancelled().await });
            tasks.spawn(until_stopped("Slack", serving));
        }
        let gitlab = gitlab.map(|(gitlab, listener)| {
            let stopped = stop.clone();
            let serving = gitlab
                .clone()
                .serve(listener, async move { stopped.cancelled().await });
            tasks.spawn(until_stopped("GitLab", serving));
            gitlab
        });

        let begins = is_new(&folder);
        let database = format!("sqlite:{}", folder.join(DATABASE).display());
        let store = Store::open(&database, OpenOptions::default())
            .await
            .context("the demo's database cannot be opened")?;
        let addresses = Addresses {
            service: &service_url,
            slack: &slack_url,
            gitlab: &gitlab_url,
            merge_commit: gitlab.as_ref().and_then(GitLabSandbox::feature_commit),
            transport: options.transport,
        };
        let keys = keys(&folder, &ambient)?;
        let mut setup = setup(store, &addresses, keys, places, options.metrics, &ambient)?;
        setup.slack.patience = options.patience;
        setup.rollouts.sources.patience = options.monitors_within;
        if !begins {
            moved::follow(&setup.store, &gitlab_url, ambient.clock.now()).await?;
        }
        let service = Arc::new(Service::start(setup, options.listener).await?);
        if begins {
            people::connect_samples(service.store(), &ambient).await?;
        }
        if options.speaking == Speaking::App {
            enable_everywhere(&service).await?;
        }
        clockwork.drive(Arc::clone(&service), gitlab.clone());
        if let (true, Some(gitlab)) = (told, &gitlab) {
            if !morning.is_zero() {
                roll_out_in(&slack_url, gitlab).await?;
            }
            clockwork.live_through(&day, morning, gitlab).await;
        }
        if let (Traffic::Busy, Some(gitlab)) = (options.rollout, &gitlab) {
            gitlab.set_traffic(traffic::BUSY).await;
        }
        service.ready();
        Ok(Self {
            service_url,
            slack_url,
            gitlab_url,
            service,
            clockwork,
            stop,
            tasks,
            _folder: temporary,
        })
    }

    /// Stops everything; what `data` asked to keep is kept.
    pub async fn stop(self) {
        self.clockwork.hush().await;
        self.service.stop().await;
        self.clockwork.keep_time();
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}

/// Types what the rollout issue asks for before production, as people have this morning.
async fn roll_out_in(slack_url: &str, gitlab: &GitLabSandbox) -> anyhow::Result<()> {
    let http = slack::http_client(slack_url, slack::Timeouts::default())?;
    for command in rollout::morning(gitlab.feature_commit().as_deref()) {
        let typed = serde_json::json!({
            "user": "ops", "channel": "#g_manage_integrations", "text": command,
        });
        let answer = http.post(format!("{slack_url}/sandbox/type")).json(&typed);
        let answer = answer
            .send()
            .await
            .context("the demo's Slack does not answer")?;
        anyhow::ensure!(
            answer.status().is_success(),
            "{command}: {}",
            answer.status()
        );
    }
    Ok(())
}

/// Lets the app speak everywhere, from the start.
async fn enable_everywhere(service: &Service) -> anyhow::Result<()> {
    let line = rollout::enable_everywhere();
    let answer = service.command("signalbox", &line).await;
    anyhow::ensure!(answer.ok, "{line}: {}", answer.to_text());
    Ok(())
}

/// Serves a sandbox, which keeps its state now and then and at the end.
async fn until_stopped(name: &'static str, serving: impl Future<Output = std::io::Result<()>>) {
    if let Err(error) = serving.await {
        tracing::error!(%error, name, "a sandbox stopped, or could not keep its state");
    }
}

/// Whether nothing is kept in the folder from another time.
fn is_new(folder: &Path) -> bool {
    !folder.join(DATABASE).exists()
}

fn morning_of(day: &Story) -> Duration {
    day.steps
        .get(MORNING)
        .map(|step| step.after)
        .unwrap_or_default()
}

fn folder(data: Option<PathBuf>) -> anyhow::Result<(PathBuf, Option<TempDir>)> {
    match data {
        Some(folder) => {
            std::fs::create_dir_all(&folder)
                .with_context(|| format!("cannot make the folder {} (--data)", folder.display()))?;
            Ok((folder, None))
        }
        None => {
            let folder = tempfile::Builder::new()
                .prefix("signalbox-demo-")
                .tempdir()
                .context("cannot make a temporary folder; choose one with --data")?;
            Ok((folder.path().to_owned(), Some(folder)))
        }
    }
}

fn address(listener: &TcpListener) -> anyhow::Result<String> {
    Ok(format!(
        "http://{}",
        listener.local_addr().context("a listener has no address")?
    ))
}

/// The host of a sandbox, with its port, as links to it have it.
fn host_of_place(place: &Place) -> anyhow::Result<String> {
    let url = match place {
        Place::Here(listener) => address(listener)?,
        Place::Elsewhere(url) => bare(url),
    };
    let rest = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest);
    Ok(rest.split('/').next().unwrap_or_default().to_owned())
}

type Started<T> = (Option<(T, TcpListener)>, String);

fn start_slack(
    place: Place,
    folder: &Path,
    (service_url, gitlab_host, transport): (&str, &str, Transport),
    ambient: &Ambient,
    clockwork: &Clockwork,
) -> anyhow::Result<Started<SlackSandbox>> {
    let listener = match place {
        Place::Elsewhere(url) => return Ok((None, bare(&url))),
        Place::Here(listener) => listener,
    };
    let url = address(&listener)?;
    let mut options = sandbox::slack::Options::new(ambient.clock.clone(), ambient.chance.clone());
    options.public_url.clone_from(&url);
    options.app_url = Some(service_url.to_owned());
    options.unfurl_domains = vec![gitlab_host.to_owned()];
    options.transport = match transport {
        Transport::Http => sandbox::slack::Transport::Http,
        Transport::Socket => sandbox::slack::Transport::Socket,
    };
    options.state = Some(folder.join("slack.json"));
    options.advance = Some(clockwork.advance());
    let sandbox =
        SlackSandbox::new(options).context("the saved Slack workspace cannot be used (--data)")?;
    Ok((Some((sandbox, listener)), url))
}

fn start_gitlab(
    place: Place,
    folder: &Path,
    (service_url, slack_url): (&str, &str),
    ambient: &Ambient,
    clockwork: &Clockwork,
) -> anyhow::Result<Started<GitLabSandbox>> {
    let listener = match place {
        Place::Elsewhere(url) => return Ok((None, bare(&url))),
        Place::Here(listener) => listener,
    };
    let url = address(&listener)?;
    let http = slack::http_client(service_url, slack::Timeouts::default())?;
    let mut options =
        sandbox::gitlab::Options::new(ambient.clock.clone(), ambient.chance.clone(), http);
    options.public_url.clone_from(&url);
    options.service_url = Some(service_url.to_owned());
    let mut hook =
        sandbox::gitlab::Hook::new(format!("{service_url}/gitlab/hooks/{HOOK}"), HOOK_TOKEN);
    // Each pipeline tells of its jobs; a channel that hears of every job besides hears little else.
    hook.kinds = EventKind::ALL
        .iter()
        .copied()
        .filter(|kind| *kind != EventKind::Job)
        .collect();
    options.hooks = vec![hook];
    options.state = Some(folder.join("gitlab.json"));
    options.advance = Some(clockwork.advance());
    options.before_traffic = Some(traffic::channels_in(slack_url)?);
    let sandbox =
        GitLabSandbox::new(options).context("the saved GitLab state cannot be used (--data)")?;
    Ok((Some((sandbox, listener)), url))
}

fn bare(url: &Url) -> String {
    url.as_str().trim_end_matches('/').to_owned()
}

/// Where everything is.
struct Addresses<'a> {
    service: &'a str,
    slack: &'a str,
    gitlab: &'a str,
    /// Of the feature that is rolled out.
    merge_commit: Option<String>,
    transport: Transport,
}

/// The key of the secrets that people enter into this demo, kept beside its database.
fn keys(folder: &Path, ambient: &Ambient) -> anyhow::Result<Keys> {
    let file = folder.join("secret.key");
    let text = match std::fs::read_to_string(&file) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let (one, other) = (ambient.chance.next_u128(), ambient.chance.next_u128());
            let text = format!("{one:032x}{other:032x}");
            write_for_us_alone(&file, &text).context("the demo's key cannot be kept (--data)")?;
            text
        }
        Err(error) => return Err(error).context("the demo's key cannot be read (--data)"),
    };
    let key: Key = text
        .parse()
        .context("the demo's key is damaged; begin a new folder with --data")?;
    Ok(Keys::new(key, Vec::new()))
}

fn write_for_us_alone(file: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    let mut options = std::fs::OpenOptions::new();
    let mut file = options
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(file)?;
    file.write_all(text.as_bytes())
}

fn setup(
    store: Store,
    at: &Addresses<'_>,
    keys: Keys,
    places: Vec<(String, String)>,
    metrics: web::operations::Metrics,
    ambient: &Ambient,
) -> anyhow::Result<Setup> {
    let workspace: WorkspaceId = WORKSPACE.parse()?;
    let base = format!("{}/api/", at.slack);
    let webhook = format!("{}{WEBHOOK}", at.slack).parse();
    let webhook = webhook.map_err(|error| anyhow::anyhow!("the demo's webhook {error}"))?;
    Ok(Setup {
        store,
        hooks: vec![web::Hook {
            name: HOOK.parse()?,
            tokens: vec![HOOK_TOKEN.into()],
        }],
        subscriptions: integrations::Fixed {
            workspace: Some(workspace.clone()),
            subscriptions: vec![rollout::silent_log()?],
            unsubscribed: Unsubscribed::ChannelPerProject {
                workspace: workspace.clone(),
            },
            webhook_of_unsubscribed: Some(webhook),
        },
        keys: Some(Arc::new(keys)),
        flags: rollout::flags(at.gitlab, at.service)?,
        chatops: rollout::chatops(at.gitlab, &workspace)?,
        rollouts: rollout::rollouts(at.gitlab)?,
        accounts: AccountsSetup {
            gitlab: Some(people::sign_in(at.gitlab, at.service)?),
            rules: people::roles(),
        },
        slack: SlackSetup {
            base_url: base,
            timeouts: slack::Timeouts::default(),
            signing_secrets: vec![SIGNING_SECRET.into()],
            fixed: Some(installations::Fixed {
                workspace,
                token: BOT_TOKEN.into(),
            }),
            credentials: Some(people::credentials()),
            socket: match at.transport {
                Transport::Http => None,
                Transport::Socket => Some(people::APP_TOKEN.into()),
            },
            names: app::CommandNames::default(),
            patience: crate::service::slack::patience(),
            pace: Pace::new(1.0, 4),
            digest_from: 30,
            concurrent_channels: 64,
            create_channels: true,
        },
        errors: rollout::errors(at.gitlab)?,
        access: web::Access::administrator(Some(ADMIN_TOKEN.into())).open_to_readers(),
        metrics,
        pages: web::pages::Setup {
            places,
            commands: rollout::commands(),
            placeholders: rollout::placeholders(at.gitlab, at.merge_commit.as_deref()),
            ..Default::default()
        },
        public_url: at.service.to_owned(),
        keep_events: SignedDuration::from_hours(30 * 24),
        clock: ambient.clock.clone(),
        chance: ambient.chance.clone(),
    })
}
