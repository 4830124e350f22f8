//! `/api/v4/features`: GitLab's Features API, for every environment that is kept here.
//!
//! What a change means is `flags`', that all of it is done or nothing `environments`'; here is how
//! it is asked for and answered.

mod shown;

use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, FromRef, Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router, middleware};
use environments::{Along, ChangeRequest, Environment};
use flags::request::Request;
use flags::{Catalogue, Definition, FlagKey};
use store::Note;

use super::operator::Operator;
use super::parameters::{LARGEST_BODY, Parameters};
use super::refusal::Refusal;
use crate::access::Access;
use crate::hosting::Hosting;
use crate::request_id::{self, RequestId};
use shown::Feature;

/// The longest reason in characters, as everywhere.
const LONGEST_REASON: usize = 500;

/// The flags of one environment.
#[derive(Clone)]
struct FeaturesApi {
    environment: Arc<Environment>,
    catalogue: Arc<Catalogue>,
    access: Access,
}

impl FromRef<FeaturesApi> for Access {
    fn from_ref(api: &FeaturesApi) -> Self {
        api.access.clone()
    }
}

pub(crate) fn router(hosting: &Hosting, access: &Access) -> Router {
    let mut router = Router::new();
    for at in hosting.places() {
        let features = format!("{}/api/v4/features", at.prefix);
        let api = FeaturesApi {
            environment: Arc::new(at.environment.clone()),
            catalogue: Arc::new(at.hosted.catalogue().clone()),
            access: access.clone(),
        };
        let mut routes = Router::new();
        // python-gitlab asks for `/features/` and `/features//name`, which the server in front of
        // a GitLab makes one slash of.
        for features in [features.clone(), format!("{features}/")] {
            routes = routes
                .route(&features, get(list))
                .route(&format!("{features}/definitions"), get(list_definitions))
                .route(
                    &format!("{features}/{{name}}"),
                    post(set).delete(delete).get(show),
                );
        }
        let routes = routes.with_state(api);
        router = router.merge(routes);
    }
    router
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(middleware::from_fn_with_state(
            hosting.chance.clone(),
            request_id::give,
        ))
}

/// Every flag that somebody has touched.
async fn list(_: Operator, State(api): State<FeaturesApi>) -> Result<Json<Vec<Feature>>, Refusal> {
    let records = api.environment.list().await?;
    let stored = records.into_iter().filter(|record| record.gates.is_some());
    Ok(Json(stored.map(Feature::from).collect()))
}

async fn list_definitions(_: Operator, State(api): State<FeaturesApi>) -> Json<Vec<Definition>> {
    Json(api.catalogue.iter().cloned().collect())
}

/// One flag, which GitLab has no way to ask for; 404 when nobody has touched it.
async fn show(
    _: Operator,
    State(api): State<FeaturesApi>,
    Path(name): Path<String>,
) -> Result<Json<Feature>, Refusal> {
    let not_found = || Refusal::message(StatusCode::NOT_FOUND, "Feature Not Found");
    let flag: FlagKey = name.parse().map_err(|_| not_found())?;
    let record = api.environment.get(&flag).await?;
    if record.gates.is_none() {
        return Err(not_found());
    }
    Ok(Json(record.into()))
}

async fn set(
    Operator(author): Operator,
    State(api): State<FeaturesApi>,
    request_id: RequestId,
    Path(name): Path<String>,
    parameters: Parameters,
) -> Result<(StatusCode, Json<Feature>), Refusal> {
    let flag = flag(&name)?;
    let texts = parameters.texts()?;
    let given = |name: &str| texts.iter().rfind(|(known, _)| known == name);
    let force = given("force").map_or(Ok(false), |(_, text)| truth("force", text))?;
    let reason = given("reason").map(|(_, text)| text.clone());
    if reason
        .as_ref()
        .is_some_and(|text| LONGEST_REASON < text.chars().count())
    {
        let why = format_args!("reason is too long (maximum is {LONGEST_REASON} characters)");
        return Err(Refusal::parameters(why));
    }
    let pairs = texts
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()));
    let request = Request::from_parameters(pairs).map_err(Refusal::parameters)?;
    let changed = api
        .environment
        .change(ChangeRequest {
            flag,
            request,
            force,
            along: Along::noting(note(author, request_id, reason)),
        })
        .await?;
    Ok((StatusCode::CREATED, Json(changed.into())))
}

/// Forgets the flag; one that nobody has touched is forgotten already.
async fn delete(
    Operator(author): Operator,
    State(api): State<FeaturesApi>,
    request_id: RequestId,
    Path(name): Path<String>,
) -> Result<StatusCode, Refusal> {
    let flag = flag(&name)?;
    if api.environment.get(&flag).await?.gates.is_some() {
        let along = Along::noting(note(author, request_id, None));
        api.environment.delete(&flag, along).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

fn flag(name: &str) -> Result<FlagKey, Refusal> {
    name.parse()
        .map_err(|error| Refusal::parameters(format_args!("name is invalid: {error}")))
}

/// The words that GitLab reads a boolean from.
fn truth(parameter: &str, text: &str) -> Result<bool, Refusal> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "t" | "yes" | "y" | "1" | "on" => Ok(true),
        "false" | "f" | "no" | "n" | "0" | "off" => Ok(false),
        _ => Err(Refusal::parameters(format_args!("{parameter} is invalid"))),
    }
}

fn note(author: store::Author, RequestId(request_id): RequestId, reason: Option<String>) -> Note {
    Note {
        author,
        reason,
        request_id,
        overrides: Vec::new(),
        command: None,
    }
}
