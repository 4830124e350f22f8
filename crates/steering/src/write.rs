//! A rollout and its history, as they are stored.

use domain::RolloutId;
use rollouts::{Entry, Rollout};
use serde::Serialize;
use serde::de::DeserializeOwned;
use store::{NewRolloutEntry, RolloutEntryRecord, RolloutRecord};

use crate::SteeringError;
use crate::sinks::kind;

/// An entry as it is stored: what kind it is stands beside it, for lists.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn written(entry: &Entry) -> Result<NewRolloutEntry, serde_json::Error> {
    Ok(NewRolloutEntry {
        number: entry.number,
        at: entry.at,
        author: entry.by.name.clone(),
        kind: kind(&entry.event).to_owned(),
        body: serde_json::to_string(entry)?,
    })
}

pub(crate) fn rollout(record: &RolloutRecord) -> Result<Rollout, SteeringError> {
    read(&record.id, &record.state)
}

pub(crate) fn entry(id: &RolloutId, record: &RolloutEntryRecord) -> Result<Entry, SteeringError> {
    read(id, &record.body)
}

pub(crate) fn read<T: DeserializeOwned>(id: &RolloutId, json: &str) -> Result<T, SteeringError> {
    serde_json::from_str(json).map_err(|error| unreadable(id, error))
}

pub(crate) fn json<T: Serialize>(id: &RolloutId, value: &T) -> Result<String, SteeringError> {
    serde_json::to_string(value).map_err(|error| unreadable(id, error))
}

pub(crate) fn unreadable(id: &RolloutId, error: serde_json::Error) -> SteeringError {
    SteeringError::Unreadable {
        rollout: id.to_string(),
        error,
    }
}
