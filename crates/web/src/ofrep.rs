//! OpenFeature's remote evaluation (OFREP 0.3.0) of every environment that is kept here.
//!
//! A request is answered from the snapshot in memory: no I/O, no lock. Deciding is `flags`'; here
//! is what is asked, and what an answer looks like.

mod answer;
mod caller;
mod context;
mod decide;
mod events;
mod tag;

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::rejection::PathRejection;
use axum::extract::{FromRef, Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use clock::{Chance, Clock};
use environments::Hosted;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tower_http::cors::{Any, CorsLayer};

use crate::access::Access;
use crate::hosting::{At, Hosting};
use answer::{Bulk, Failure, Flag, Stream};
use caller::MayEvaluate;
use context::Context;
use decide::decide;
use tag::Tag;

/// The largest context that is taken, in bytes.
const LARGEST_BODY: usize = 64 * 1024;

/// Answers for one environment.
struct Evaluator {
    environment: String,
    hosted: Hosted,
    clock: Clock,
    chance: Chance,
    access: Access,
    tag: Tag,
    /// The path of the stream of changes.
    events: String,
    /// Ends the streams: one that is open must not hold up a stop.
    stop: CancellationToken,
    /// Places for streams, of all environments together.
    streams: Arc<Semaphore>,
}

impl FromRef<Arc<Evaluator>> for Access {
    fn from_ref(evaluator: &Arc<Evaluator>) -> Self {
        evaluator.access.clone()
    }
}

/// The routes. `stop` ends the streams of changes.
pub(crate) fn router(hosting: &Hosting, access: &Access, stop: &CancellationToken) -> Router {
    let mut router = Router::new();
    let streams = Arc::new(Semaphore::new(events::MOST_STREAMS));
    for at in hosting.places() {
        let flags = format!("{}/ofrep/v1/evaluate/flags", at.prefix);
        let evaluator = Arc::new(Evaluator::new(&at, hosting, access, stop, &streams));
        let routes = Router::new()
            .route(&flags, post(evaluate_all))
            .route(&format!("{flags}/{{*key}}"), post(evaluate))
            .route(&evaluator.events, get(events::changes))
            .with_state(evaluator);
        router = router.merge(routes);
    }
    router.layer(any_origin())
}

/// Applications in browsers ask from their own sites. Nothing here is done for a cookie or a
/// password that a browser would send by itself.
fn any_origin() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods(Any)
        .allow_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            header::IF_NONE_MATCH,
            axum::http::HeaderName::from_static("private-token"),
            axum::http::HeaderName::from_static("x-api-key"),
        ])
        .expose_headers([header::ETAG])
}

impl Evaluator {
    fn new(
        at: &At<'_>,
        hosting: &Hosting,
        access: &Access,
        stop: &CancellationToken,
        streams: &Arc<Semaphore>,
    ) -> Self {
        Self {
            environment: at.environment.name.to_string(),
            hosted: at.hosted.clone(),
            clock: hosting.clock.clone(),
            chance: hosting.chance.clone(),
            access: access.clone(),
            tag: Tag::new(at.hosted),
            events: format!("{}/ofrep/v1/events", at.prefix),
            stop: stop.clone(),
            streams: Arc::clone(streams),
        }
    }
}

/// `POST …/evaluate/flags/{key}`: one flag. No flag's name has a slash, but providers send one as it
/// stands, and are told so in the protocol's shape.
async fn evaluate(
    _: MayEvaluate,
    State(evaluator): State<Arc<Evaluator>>,
    key: Result<Path<String>, PathRejection>,
    body: Body,
) -> Response {
    let Path(key) = match key {
        Ok(key) => key,
        Err(rejection) => return answer::refused(rejection.status(), &rejection.body_text()),
    };
    let Ok(body) = to_bytes(body, LARGEST_BODY).await else {
        return answer::too_large(LARGEST_BODY);
    };
    let context = match Context::read(&body) {
        Ok(context) => context,
        Err(failure) => return failure.of_flag(&key).into_response(),
    };
    let snapshot = evaluator.hosted.live().load();
    let asked = context.ancestors();
    let draw = || evaluator.chance.fraction();
    match decide(&snapshot, &key, &context, &asked, draw) {
        Ok(decided) => {
            Flag::new(&key, decided, &evaluator.environment, snapshot.revision()).into_response()
        }
        Err(failure) => failure.of_flag(&key).into_response(),
    }
}

/// `POST …/evaluate/flags`: every flag. The same request is answered with 304 while nothing has
/// changed; a flag that is open for a percentage of time keeps its answer as long.
async fn evaluate_all(
    MayEvaluate { has_stream }: MayEvaluate,
    State(evaluator): State<Arc<Evaluator>>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let Ok(body) = to_bytes(body, LARGEST_BODY).await else {
        return answer::too_large(LARGEST_BODY);
    };
    let context = match Context::read(&body) {
        Ok(context) => context,
        Err(failure) => return failure.into_response(),
    };
    let snapshot = evaluator.hosted.live().load();
    let revision = snapshot.revision();
    let tag = evaluator.tag.of(revision, &context);
    if tag::matches(&headers, &tag) {
        return (StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response();
    }
    let mut keys: Vec<&str> = snapshot.keys().collect();
    keys.sort_unstable();
    let asked = context.ancestors();
    let environment = evaluator.environment.as_str();
    let flags = keys.into_iter().map(|key| {
        let draw = || evaluator.chance.fraction();
        let decided = decide(&snapshot, key, &context, &asked, draw);
        decided
            .map(|decided| Flag::new(key, decided, environment, revision))
            .map_err(|failure| failure.of_flag(key))
    });
    let secret = events::secret(caller::token(&headers).unwrap_or_default());
    let stream = has_stream.then(|| Stream::new(&evaluator.events, &secret, revision));
    let bulk = Bulk::new(flags, environment, revision, stream);
    ([(header::ETAG, tag)], bulk).into_response()
}

impl IntoResponse for Failure<'_> {
    fn into_response(self) -> Response {
        answer::json(self.status(), &self)
    }
}
