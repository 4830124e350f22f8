//! `GET /api/v1/flags`: every flag, with all environments side by side.
//!
//! An environment that does not answer is named with its reason, and hides none of the others.

use std::collections::{BTreeMap, BTreeSet};

use axum::Json;
use axum::extract::{Path, State};
use environments::{Environment, Environments, FlagRecord, Place, Tier};
use flags::{ActorId, Definition, FlagKey, Gates};
use futures_util::future::join_all;
use serde::Serialize;

use crate::access::Reader;
use crate::error::ApiError;

/// Every flag that is defined or was touched.
#[derive(Serialize)]
pub(super) struct FlagsView {
    environments: Vec<EnvironmentView>,
    items: Vec<FlagView>,
}

/// An environment, and why it says nothing if it does not.
#[derive(Serialize)]
struct EnvironmentView {
    name: String,
    short: String,
    tier: &'static str,
    /// Whether its flags are kept here.
    hosted: bool,
    error: Option<String>,
}

/// A flag in every environment that answered.
#[derive(Serialize)]
pub(super) struct FlagView {
    flag: FlagKey,
    definition: Option<Definition>,
    environments: Vec<StateView>,
}

/// A flag in one environment.
#[derive(Serialize)]
struct StateView {
    environment: String,
    /// `on`, `conditional` or `off`; null while nobody has touched it, so that its default holds.
    state: Option<flags::State>,
    gates: Option<Gates>,
    /// What people call the actors, where it is known.
    names: BTreeMap<ActorId, String>,
    error: Option<String>,
}

pub(super) async fn list(_: Reader, State(environments): State<Environments>) -> Json<FlagsView> {
    let all: Vec<&Environment> = environments.iter().collect();
    let answers = join_all(all.iter().map(|environment| environment.list())).await;
    let mut flags: BTreeSet<FlagKey> = BTreeSet::new();
    for (_, hosted) in environments.hosted() {
        flags.extend(
            hosted
                .catalogue()
                .iter()
                .map(|definition| definition.name.clone()),
        );
    }
    for record in answers.iter().flatten().flatten() {
        flags.insert(record.name.clone());
    }
    // By name, so that many flags do not take the square of their number.
    let by_name = |records: Vec<FlagRecord>| -> BTreeMap<FlagKey, FlagRecord> {
        let named = records.into_iter();
        named.map(|record| (record.name.clone(), record)).collect()
    };
    let answers = answers.into_iter().map(|answer| answer.map(by_name));
    let mut answers: Vec<_> = all.iter().zip(answers).collect();
    let items = flags.into_iter().map(|flag| {
        let states = answers.iter_mut().filter_map(|(environment, answer)| {
            let records = answer.as_mut().ok()?;
            Some(StateView::new(environment, records.remove(&flag)))
        });
        FlagView {
            definition: all
                .iter()
                .find_map(|environment| environment.definition(&flag)),
            environments: states.collect(),
            flag,
        }
    });
    let items = items.collect();
    let environments = answers.into_iter().map(|(environment, answer)| {
        let error = answer.err().map(|error| error.to_string());
        EnvironmentView::new(environment, error)
    });
    Json(FlagsView {
        environments: environments.collect(),
        items,
    })
}

pub(super) async fn show(
    _: Reader,
    State(environments): State<Environments>,
    Path(name): Path<String>,
) -> Result<Json<FlagView>, ApiError> {
    let unknown = || {
        let message = format!("no environment has a flag {name:?}, and nothing defines it");
        ApiError::not_found("unknown_flag", message)
    };
    let flag: FlagKey = name.parse().map_err(|_| unknown())?;
    let all: Vec<&Environment> = environments.iter().collect();
    let answers = join_all(all.iter().map(|environment| environment.get(&flag))).await;
    let mut definition = None;
    let mut states = Vec::with_capacity(all.len());
    for (environment, answer) in all.into_iter().zip(answers) {
        states.push(match answer {
            Ok(record) => {
                definition = definition.or_else(|| record.definition.clone());
                StateView::new(environment, Some(record))
            }
            Err(error) => StateView {
                error: Some(error.to_string()),
                ..StateView::new(environment, None)
            },
        });
    }
    let is_known = definition.is_some()
        || states
            .iter()
            .any(|state| state.gates.is_some() || state.error.is_some());
    if !is_known {
        return Err(unknown());
    }
    Ok(Json(FlagView {
        flag,
        definition,
        environments: states,
    }))
}

impl EnvironmentView {
    fn new(environment: &Environment, error: Option<String>) -> Self {
        let tier = Tier::NAMES
            .iter()
            .find(|(_, tier)| *tier == environment.tier);
        Self {
            name: environment.name.to_string(),
            short: environment.short.clone(),
            tier: tier.map_or("other", |(name, _)| name),
            hosted: match environment.place {
                Place::Hosted(_) => true,
                Place::Remote(_) => false,
            },
            error,
        }
    }
}

impl StateView {
    fn new(environment: &Environment, record: Option<FlagRecord>) -> Self {
        let (gates, names) = record
            .map(|record| (record.gates, record.names))
            .unwrap_or_default();
        Self {
            environment: environment.name.to_string(),
            state: gates.as_ref().map(Gates::state),
            gates,
            names,
            error: None,
        }
    }
}
