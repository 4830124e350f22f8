//! How the cards of rollouts are drawn.

use std::sync::Arc;

use rollouts::Rollout;
use rollouts::card::card;

use crate::workers::cards::{Draw, Drawn};

/// Draws cards whose links lead to the pages at `public_url`.
pub(super) fn draw(public_url: &str) -> Draw {
    let public_url = public_url.to_owned();
    Arc::new(move |record, now| {
        let rollout: Rollout = serde_json::from_str(&record.state)
            .inspect_err(
                |error| tracing::warn!(rollout.id = %record.id, %error, "a rollout cannot be read"),
            )
            .ok()?;
        let page = steering::page(&public_url, &record.id);
        let status = rollout.status(now);
        Some(Drawn {
            message: card(&status, now, Some(&page)),
            controls: app::rollouts::controls(&status),
        })
    })
}
