//! `/api/v1`: events and deliveries, flags and their audit, and commands, for programs.

mod audit;
mod commands;
mod flags;
mod rollouts;
mod views;

use ::commands::ChatOps;
use axum::extract::{FromRef, Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::{delete, get, post};
use axum::{Json, Router};
use clock::Clock;
use domain::EventId;
use environments::Environments;
use serde::{Deserialize, Serialize};
use store::{Cursor, EventFilter, Store};
use tokio_util::task::TaskTracker;

pub(crate) use rollouts::start_line;
pub(crate) use views::{DeadLetterView, EventView};

use crate::access::{Access, Administrator, Reader};
use crate::error::ApiError;
use crate::replays::Replays;

/// How many entries a page of a list has at most.
const LONGEST_PAGE: u32 = 100;

/// What this API needs.
#[derive(Clone)]
pub(crate) struct Api {
    pub(crate) store: Store,
    pub(crate) clock: Clock,
    pub(crate) access: Access,
    pub(crate) environments: Environments,
    pub(crate) chatops: ChatOps,
    pub(crate) tasks: TaskTracker,
    pub(crate) replays: Replays,
}

impl FromRef<Api> for Replays {
    fn from_ref(api: &Api) -> Self {
        api.replays.clone()
    }
}

impl FromRef<Api> for Environments {
    fn from_ref(api: &Api) -> Self {
        api.environments.clone()
    }
}

impl FromRef<Api> for ChatOps {
    fn from_ref(api: &Api) -> Self {
        api.chatops.clone()
    }
}

impl FromRef<Api> for TaskTracker {
    fn from_ref(api: &Api) -> Self {
        api.tasks.clone()
    }
}

impl FromRef<Api> for Store {
    fn from_ref(api: &Api) -> Self {
        api.store.clone()
    }
}

impl FromRef<Api> for Clock {
    fn from_ref(api: &Api) -> Self {
        api.clock.clone()
    }
}

impl FromRef<Api> for Access {
    fn from_ref(api: &Api) -> Self {
        api.access.clone()
    }
}

pub(crate) fn router(api: Api) -> Router {
    Router::new()
        .route("/api/v1/openapi.json", get(describe))
        .route("/api/v1/events", get(list_events))
        .route("/api/v1/events/{id}", get(show_event))
        .route("/api/v1/dead-letters", get(list_dead_letters))
        .route("/api/v1/dead-letters/replays", post(replay_all))
        .route("/api/v1/deliveries/{id}/replays", post(replay))
        .route("/api/v1/flags", get(flags::list))
        .route("/api/v1/flags/{flag}", get(flags::show))
        .route("/api/v1/audit", get(audit::list))
        .route("/api/v1/schedules", get(audit::list_schedules))
        .route("/api/v1/schedules/{id}", delete(audit::cancel_schedule))
        .route("/api/v1/commands", post(commands::run))
        .route("/api/v1/rollouts", get(rollouts::list))
        .route("/api/v1/rollouts", post(rollouts::start))
        .route("/api/v1/rollouts/plans", get(rollouts::list_plans))
        .route("/api/v1/rollouts/{flag}", get(rollouts::show))
        .route("/api/v1/rollouts/{flag}/history", get(rollouts::history))
        .route("/api/v1/rollouts/{flag}/readings", get(rollouts::readings))
        .route("/api/v1/rollouts/{flag}/{act}", post(rollouts::act))
        .with_state(api)
}

/// Says in `OpenAPI`'s words what this file answers; open to everyone, as it holds nothing else.
async fn describe() -> impl IntoResponse {
    (
        [(header::CONTENT_TYPE, "application/json")],
        include_str!("../assets/openapi.json"),
    )
}

/// What narrows a list of events; all of it optional.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EventQuery {
    kind: Option<String>,
    outcome: Option<String>,
    project: Option<String>,
    text: Option<String>,
    ignored: Option<Ignored>,
    before: Option<i64>,
    limit: Option<u32>,
}

/// Whether a list holds the events that nobody was told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Ignored {
    Shown,
    Hidden,
}

impl EventQuery {
    /// The filter that the store takes; an empty text narrows nothing, as a form's empty field.
    pub(crate) fn filter(&self, unless_said: Ignored) -> Result<EventFilter, ApiError> {
        let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        Ok(EventFilter {
            kind: parse("kind", self.kind.as_deref())?,
            outcome: parse("outcome", self.outcome.as_deref())?,
            project: given(&self.project),
            text: given(&self.text),
            without_ignored: self.ignored.unwrap_or(unless_said) == Ignored::Hidden,
            before: self.before.map(Cursor),
            limit: self.limit.unwrap_or(50).clamp(1, LONGEST_PAGE),
        })
    }
}

fn parse<T>(field: &str, text: Option<&str>) -> Result<Option<T>, ApiError>
where
    T: std::str::FromStr,
    T::Err: std::fmt::Display,
{
    text.filter(|text| !text.is_empty())
        .map(str::parse)
        .transpose()
        .map_err(|error| ApiError::bad_request("bad_filter", format!("{field}: {error}")))
}

/// A part of a list.
#[derive(Serialize)]
struct Page<T> {
    items: Vec<T>,
    /// Pass it as `before` for the next page; null at the end.
    next: Option<Cursor>,
}

async fn list_events(
    _: Reader,
    State(store): State<Store>,
    query: Result<Query<EventQuery>, axum::extract::rejection::QueryRejection>,
) -> Result<Json<Page<EventView>>, ApiError> {
    let Query(query) =
        query.map_err(|error| ApiError::bad_request("bad_filter", error.body_text()))?;
    let page = store.events(query.filter(Ignored::Shown)?).await?;
    Ok(Json(Page {
        items: page.events.into_iter().map(Into::into).collect(),
        next: page.next,
    }))
}

async fn show_event(
    _: Reader,
    State(store): State<Store>,
    Path(id): Path<String>,
) -> Result<Json<EventView>, ApiError> {
    Ok(Json(find_event(&store, &id).await?.into()))
}

/// The event with this id, or the refusal that says that there is none.
pub(crate) async fn find_event(store: &Store, id: &str) -> Result<store::EventRecord, ApiError> {
    let unknown = || {
        ApiError::not_found(
            "unknown_event",
            format!("there is no event {id:?} in the log"),
        )
    };
    let id: EventId = id.parse().map_err(|_| unknown())?;
    store.event(&id).await?.ok_or_else(unknown)
}

/// Where a page of dead letters begins and how long it is.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PageQuery {
    before: Option<i64>,
    limit: Option<u32>,
}

async fn list_dead_letters(
    _: Reader,
    State(store): State<Store>,
    query: Result<Query<PageQuery>, axum::extract::rejection::QueryRejection>,
) -> Result<Json<Page<DeadLetterView>>, ApiError> {
    let Query(query) =
        query.map_err(|error| ApiError::bad_request("bad_page", error.body_text()))?;
    let limit = query.limit.unwrap_or(50).clamp(1, LONGEST_PAGE);
    let page = store.dead_letters(query.before.map(Cursor), limit).await?;
    Ok(Json(Page {
        items: page.letters.into_iter().map(Into::into).collect(),
        next: page.next,
    }))
}

/// How many messages are on their way again.
#[derive(Serialize)]
struct Replayed {
    replayed: u64,
}

async fn replay(
    _: Administrator,
    State(replays): State<Replays>,
    Path(id): Path<String>,
) -> Result<(StatusCode, Json<Replayed>), ApiError> {
    replays.one(&id).await?;
    Ok((StatusCode::CREATED, Json(Replayed { replayed: 1 })))
}

async fn replay_all(
    _: Administrator,
    State(replays): State<Replays>,
) -> Result<(StatusCode, Json<Replayed>), ApiError> {
    let replayed = replays.all().await?;
    Ok((StatusCode::CREATED, Json(Replayed { replayed })))
}
