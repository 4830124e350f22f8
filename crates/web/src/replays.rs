//! Dead letters on their way again, for the API and the pages.
//!
//! Who tells of an event is asked again: the flag may have been changed since it died.

use clock::Clock;
use domain::DeliveryId;
use integrations::Integrations;
use store::{DeadFilter, ReplayError, Store, StoredEvent};

use axum::http::StatusCode;

use crate::error::ApiError;

/// Puts dead letters on their way again.
#[derive(Clone)]
pub(crate) struct Replays {
    pub(crate) store: Store,
    pub(crate) clock: Clock,
    pub(crate) integrations: Integrations,
}

impl Replays {
    /// One delivery, by its id.
    pub(crate) async fn one(&self, id: &str) -> Result<(), ApiError> {
        let unknown = || {
            ApiError::not_found(
                "unknown_delivery",
                format!("there is no delivery {id:?} in the log"),
            )
        };
        let id: DeliveryId = id.parse().map_err(|_| unknown())?;
        match self.store.replay(&id, self.clock.now(), self.ask()).await {
            Ok(_) => Ok(()),
            Err(ReplayError::Unknown(_)) => Err(unknown()),
            Err(error @ ReplayError::NotDead { .. }) => Err(ApiError::new(
                StatusCode::CONFLICT,
                "not_dead",
                error.to_string(),
            )),
            Err(ReplayError::Store(error)) => Err(error.into()),
        }
    }

    /// Every dead letter there is; answers how many.
    pub(crate) async fn all(&self) -> Result<u64, ApiError> {
        let everything = DeadFilter::default();
        let now = self.clock.now();
        Ok(self
            .store
            .replay_all_dead(everything, now, self.ask())
            .await?)
    }

    /// Who tells of an event now.
    fn ask(&self) -> impl FnMut(&StoredEvent) -> Option<store::Speaker> + Send + 'static + use<> {
        let integrations = self.integrations.clone();
        move |event| integrations.voice_of(event)
    }
}
