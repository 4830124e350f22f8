//! The service's pages: the log of events, each event's way, lanes that wait, dead letters.
//!
//! Made on the server; one small script swaps in what changed while somebody looks. What a
//! button does is a form's POST, answered with the page it came from.

mod assets;
mod live;
mod view;

use askama::Template;
use axum::Router;
use axum::extract::rejection::QueryRejection;
use axum::extract::{FromRef, Path, Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use clock::Clock;
use domain::EventKind;
use store::{Counts, DeadFilter, EventOutcome, Store};
use tower_http::set_header::SetResponseHeaderLayer;

use crate::access::{Access, Administrator, Reader};
use crate::api::{EventQuery, find_event, replay_one};
use crate::error::ApiError;
use view::{EventRow, LaneRow, LetterRow, Way};

/// What the pages say besides what the store knows.
#[derive(Clone, Debug, Default)]
pub struct Setup {
    /// Other places to look at, each with its name: the demo's Slack and GitLab.
    pub places: Vec<(String, String)>,
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
        Self { store, clock, setup }
    }
}

#[derive(Clone)]
struct Site {
    pages: Pages,
    access: Access,
}

impl FromRef<Site> for Pages {
    fn from_ref(site: &Site) -> Self {
        site.pages.clone()
    }
}

impl FromRef<Site> for Access {
    fn from_ref(site: &Site) -> Self {
        site.access.clone()
    }
}

/// Nothing but our own files: no script or style from a page's text can run.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
     connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

pub(crate) fn router(pages: Pages, access: Access) -> Router {
    let header = |name, value| {
        SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value))
    };
    Router::new()
        .route("/", get(show_events))
        .route("/events/{id}", get(show_event))
        .route("/dead-letters", get(show_dead_letters))
        .route("/dead-letters/replays", post(replay_all))
        .route("/deliveries/{id}/replays", post(replay))
        .route("/live", get(live::changes))
        .with_state(Site { pages, access })
        .merge(assets::router())
        .layer(header(header::CONTENT_SECURITY_POLICY, POLICY))
        .layer(header(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(header(header::REFERRER_POLICY, "same-origin"))
}

/// What every page's frame shows.
struct Frame {
    places: Vec<(String, String)>,
    dead: u64,
    here: &'static str,
}

impl Frame {
    fn new(pages: &Pages, counts: &Counts, here: &'static str) -> Self {
        Self { places: pages.setup.places.clone(), dead: counts.dead, here }
    }
}

/// A count by outcome, as a link that narrows the list to it.
struct Tally {
    outcome: EventOutcome,
    count: u64,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "events.html")]
struct EventsPage {
    frame: Frame,
    tallies: Vec<Tally>,
    total: u64,
    lanes: Vec<LaneRow>,
    kinds: Vec<(EventKind, bool)>,
    project: String,
    outcome: &'static str,
    filtered: bool,
    rows: Vec<EventRow>,
    next: Option<String>,
}

async fn show_events(
    _: Reader,
    State(pages): State<Pages>,
    query: Result<Query<EventQuery>, QueryRejection>,
) -> Result<Response, PageError> {
    let Query(query) =
        query.map_err(|error| ApiError::bad_request("bad_filter", error.body_text()))?;
    let filter = query.filter()?;
    let counts = pages.store.counts().await.map_err(ApiError::from)?;
    let lanes = pages.store.lanes(8).await.map_err(ApiError::from)?;
    let page = pages.store.events(filter.clone()).await.map_err(ApiError::from)?;
    let now = pages.clock.now();
    let tallies = [
        (EventOutcome::Delivered, counts.delivered),
        (EventOutcome::Waiting, counts.waiting),
        (EventOutcome::Digested, counts.digested),
        (EventOutcome::Ignored, counts.ignored),
        (EventOutcome::Dead, counts.dead),
    ];
    let next = page.next.map(|cursor| view::query(&filter, Some(cursor)));
    let kinds = EventKind::ALL.iter().map(|&kind| (kind, filter.kind == Some(kind))).collect();
    html(&EventsPage {
        frame: Frame::new(&pages, &counts, "events"),
        tallies: tallies
            .into_iter()
            .map(|(outcome, count)| Tally {
                outcome,
                count,
                chosen: filter.outcome == Some(outcome),
            })
            .collect(),
        total: counts.events(),
        lanes: lanes
            .into_iter()
            .filter(|lane| 0 < lane.waiting)
            .map(|lane| LaneRow::new(lane, now))
            .collect(),
        kinds,
        filtered: filter.kind.is_some() || filter.outcome.is_some() || filter.project.is_some(),
        outcome: filter.outcome.map_or("", EventOutcome::name),
        project: filter.project.unwrap_or_default(),
        rows: page.events.into_iter().map(|event| EventRow::new(event, now)).collect(),
        next,
    })
}

#[derive(Template)]
#[template(path = "event.html")]
struct EventPage {
    frame: Frame,
    event: EventRow,
    way: Way,
}

async fn show_event(
    _: Reader,
    State(pages): State<Pages>,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let event = find_event(&pages.store, &id).await?;
    let counts = pages.store.counts().await.map_err(ApiError::from)?;
    let now = pages.clock.now();
    html(&EventPage {
        frame: Frame::new(&pages, &counts, ""),
        way: Way::new(&event),
        event: EventRow::new(event, now),
    })
}

#[derive(Template)]
#[template(path = "dead_letters.html")]
struct DeadLettersPage {
    frame: Frame,
    rows: Vec<LetterRow>,
    more: bool,
}

async fn show_dead_letters(
    _: Reader,
    State(pages): State<Pages>,
) -> Result<Response, PageError> {
    let counts = pages.store.counts().await.map_err(ApiError::from)?;
    let page = pages.store.dead_letters(None, 100).await.map_err(ApiError::from)?;
    let now = pages.clock.now();
    html(&DeadLettersPage {
        frame: Frame::new(&pages, &counts, "dead"),
        more: page.next.is_some(),
        rows: page.letters.into_iter().map(|letter| LetterRow::new(letter, now)).collect(),
    })
}

async fn replay(
    _: Administrator,
    State(pages): State<Pages>,
    Path(id): Path<String>,
) -> Result<Redirect, PageError> {
    replay_one(&pages.store, &pages.clock, &id).await?;
    Ok(Redirect::to("/dead-letters"))
}

async fn replay_all(_: Administrator, State(pages): State<Pages>) -> Result<Redirect, PageError> {
    let everything = DeadFilter::default();
    pages.store.replay_all_dead(everything, pages.clock.now()).await.map_err(ApiError::from)?;
    Ok(Redirect::to("/dead-letters"))
}

/// A refusal, as a page.
struct PageError(ApiError);

impl From<ApiError> for PageError {
    fn from(error: ApiError) -> Self {
        Self(error)
    }
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    frame: Frame,
    status: u16,
    message: String,
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        let page = ErrorPage {
            frame: Frame { places: Vec::new(), dead: 0, here: "" },
            status: self.0.status().as_u16(),
            message: self.0.message().to_owned(),
        };
        match page.render() {
            Ok(text) => (self.0.status(), Html(text)).into_response(),
            Err(_) => self.0.into_response(),
        }
    }
}

fn html(page: &impl Template) -> Result<Response, PageError> {
    page.render().map(|text| Html(text).into_response()).map_err(|error| {
        tracing::error!(%error, "a page could not be made");
        let message = "the page could not be made; the service's log has the reason";
        ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, "internal_error", message).into()
    })
}
