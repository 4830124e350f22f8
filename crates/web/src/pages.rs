//! The service's pages: the log of events and their ways, flags, what was changed, projects with
//! their integrations, dead letters.
//!
//! Made on the server; one small script swaps in what changed while somebody looks. What a
//! button does is a form's POST, answered with the page it came from.

mod account;
mod address;
mod assets;
mod audit;
mod chart;
mod etag;
mod event;
mod flags;
mod icon;
mod install;
mod landing;
mod letters;
mod link;
mod live;
mod log;
mod markup;
mod projects;
pub(crate) mod refusal;
mod rollouts;
mod sign_in;
mod time;
mod words;
mod workspaces;

use app::App;
use askama::Template;
use axum::Router;
use axum::extract::FromRef;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use clock::{Chance, Clock};
use commands::ChatOps;
use environments::Environments;
use integrations::Integrations;
use jiff::Timestamp;
use store::{Author, Counts, Origin, Store};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower_http::set_header::SetResponseHeaderLayer;

use crate::access::{Access, Viewer};
use crate::error::ApiError;
use crate::replays::Replays;
use crate::request_id;

/// What the pages say besides what the store knows.
#[derive(Clone, Debug, Default)]
pub struct Setup {
    /// Other places to look at, each with its name: the demo's `Slack` and `GitLab`. Links to
    /// channels lead to the place named `Slack`; without one, to Slack itself.
    pub places: Vec<(String, String)>,
    /// Commands of a rollout issue, ready to be pasted, each with what it is for.
    pub commands: Vec<(String, String)>,
    /// What stands for the placeholders, each with its placeholder.
    pub placeholders: Vec<(String, String)>,
    /// Ends the streams that keep a page current: an open page must not hold up a stop.
    pub stop: CancellationToken,
}

impl Setup {
    fn place(&self, name: &str) -> Option<&str> {
        let mut places = self.places.iter();
        let (_, url) = places.find(|(known, _)| known == name)?;
        Some(url)
    }

    /// Where a channel can be seen; ids as Slack gives them.
    fn channel(&self, workspace: &str, channel: &str) -> String {
        match self.place("Slack") {
            Some(sandbox) => format!("{sandbox}/?channel={channel}"),
            None => format!("https://app.slack.com/client/{workspace}/{channel}"),
        }
    }
}

/// What the pages need.
#[derive(Clone)]
pub struct Pages {
    store: Store,
    clock: Clock,
    setup: Setup,
}

impl Pages {
    #[must_use]
    pub fn new(store: Store, clock: Clock, setup: Setup) -> Self {
        Self {
            store,
            clock,
            setup,
        }
    }
}

/// Flags and integrations, as the pages show and change them.
#[derive(Clone)]
pub(crate) struct FlagsState {
    pub(crate) environments: Environments,
    pub(crate) integrations: Integrations,
    pub(crate) chatops: ChatOps,
    /// Commands that are being run; a stop waits for them.
    pub(crate) tasks: TaskTracker,
    /// What the app's command is called in Slack.
    pub(crate) command: String,
    /// Names the requests that nobody has named.
    pub(crate) chance: Chance,
}

/// Whose doing a change on a page is.
fn author_of(by: &Author) -> Author {
    let name = by.name.clone();
    let origin = Origin::Page { user: name.clone() };
    Author { name, origin }
}

#[derive(Clone)]
struct Site {
    pages: Pages,
    flags: FlagsState,
    access: Access,
    app: App,
}

impl FromRef<Site> for Pages {
    fn from_ref(site: &Site) -> Self {
        site.pages.clone()
    }
}

impl FromRef<Site> for Replays {
    fn from_ref(site: &Site) -> Self {
        Self {
            store: site.pages.store.clone(),
            clock: site.pages.clock.clone(),
            integrations: site.flags.integrations.clone(),
        }
    }
}

impl FromRef<Site> for ChatOps {
    fn from_ref(site: &Site) -> Self {
        site.flags.chatops.clone()
    }
}

impl FromRef<Site> for Chance {
    fn from_ref(site: &Site) -> Self {
        site.flags.chance.clone()
    }
}

impl FromRef<Site> for Access {
    fn from_ref(site: &Site) -> Self {
        site.access.clone()
    }
}

/// Nothing but our own files: no script or style from a page's text can run.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
     connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
);

pub(crate) fn router(pages: Pages, flags: FlagsState, access: Access, app: App) -> Router {
    let header =
        |name, value| SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value));
    Router::new()
        .route("/", get(log::show))
        .route("/events/{id}", get(event::show))
        .route("/dead-letters", get(letters::show))
        .route("/dead-letters/replays", post(letters::replay_all))
        .route("/deliveries/{id}/replays", post(letters::replay))
        .route("/live", get(live::changes))
        .merge(flag_routes())
        .merge(rollout_routes())
        .merge(people_routes())
        .merge(slack_routes())
        .layer(middleware::from_fn_with_state(
            flags.chance.clone(),
            request_id::give,
        ))
        .with_state(Site {
            pages,
            flags,
            access,
            app,
        })
        .merge(assets::router())
        .layer(SetResponseHeaderLayer::overriding(
            header::CONTENT_SECURITY_POLICY,
            POLICY,
        ))
        .layer(header(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(header(header::REFERRER_POLICY, "same-origin"))
}

fn flag_routes() -> Router<Site> {
    Router::new()
        .route("/flags", get(flags::show))
        .route("/flags/{flag}", get(flags::one::show))
        .route("/flags/{flag}/changes", post(flags::change::change))
        .route(
            "/flags/{flag}/schedules/{id}/cancellations",
            post(flags::acts::cancel),
        )
        .route(
            "/flags/{flag}/effects/{id}/retries",
            post(flags::acts::retry),
        )
        .route("/audit", get(audit::show))
        .route("/projects", get(projects::show))
        .route(
            "/projects/{*path}",
            get(projects::place::project).post(projects::form::project),
        )
        .route(
            "/groups/{*path}",
            get(projects::place::group).post(projects::form::group),
        )
        .route("/instance", get(projects::place::instance))
        .route("/instance/-/{*act}", post(projects::form::instance))
}

fn rollout_routes() -> Router<Site> {
    Router::new()
        .route("/rollouts", get(rollouts::show).post(rollouts::new::begin))
        .route("/rollouts/new", get(rollouts::new::show))
        .route("/rollouts/{id}", get(rollouts::one::show))
        .route("/rollouts/{id}/{acts}", post(rollouts::acts::act))
}

fn people_routes() -> Router<Site> {
    Router::new()
        .route("/auth/gitlab", get(sign_in::begin))
        .route("/auth/gitlab/callback", get(sign_in::finish))
        .route("/auth/sign-outs", post(sign_in::sign_out))
        .route("/account", get(account::show))
        .route(
            "/account/links/{workspace}/{user}/removals",
            post(account::acts::unlink),
        )
        .route("/account/tokens", post(account::acts::create_token))
        .route(
            "/account/tokens/{id}/revocations",
            post(account::acts::revoke_token),
        )
        .route("/link/{token}", get(link::show).post(link::decide))
}

fn slack_routes() -> Router<Site> {
    Router::new()
        .route("/slack", get(landing::show))
        .route("/slack/install", get(install::begin))
        .route("/slack/oauth/callback", get(install::finish))
        .route("/workspaces", get(workspaces::show))
        .route("/workspaces/{id}", get(workspaces::one::show))
        .route(
            "/workspaces/{id}/removals",
            post(workspaces::removal::remove),
        )
        .route(
            "/workspaces/{id}/projects/{*path}",
            get(workspaces::project::show).post(workspaces::acts::act),
        )
}

/// What every page's frame shows.
struct Frame {
    places: Vec<(String, String)>,
    dead: u64,
    here: &'static str,
    viewer: Viewer,
    /// The service's time, by which the script says how long ago something was.
    now: Timestamp,
}

impl Frame {
    fn new(pages: &Pages, counts: &Counts, here: &'static str, viewer: Viewer) -> Self {
        Self {
            places: pages.setup.places.clone(),
            dead: counts.dead + counts.effects.dead,
            here,
            viewer,
            now: pages.clock.now(),
        }
    }

    /// The frame of a page that is about a person, who may see nothing else.
    fn of_person(pages: &Pages, here: &'static str, viewer: Viewer) -> Self {
        Self {
            places: pages.setup.places.clone(),
            dead: 0,
            here,
            viewer,
            now: pages.clock.now(),
        }
    }
}

fn html(page: &impl Template) -> Result<Response, ApiError> {
    page.render()
        .map(|text| Html(text).into_response())
        .map_err(|error| {
            tracing::error!(%error, "a page could not be made");
            let message = "the page could not be made; the service's log has the reason";
            ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, "internal_error", message)
        })
}
