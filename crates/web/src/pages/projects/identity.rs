//! A project's number in GitLab, which a percentage of actors goes by.

use std::time::Duration;

use flags::FlagKey;
use flags::request::Targets;
use store::{EventFilter, Place};

use crate::error::ApiError;
use crate::pages::Site;
use crate::pages::flags::named;

/// A page waits no longer for GitLab.
const PATIENCE: Duration = Duration::from_secs(3);

/// The number of a project, as its latest event says it.
pub(super) async fn id_in_events(site: &Site, place: &Place) -> Result<Option<u64>, ApiError> {
    let Place::Project { path, id: None } = place else {
        return Ok(None);
    };
    let filter = EventFilter {
        project: Some(path.to_string()),
        limit: 1,
        ..EventFilter::default()
    };
    let latest = site.pages.store.events(filter).await?.events;
    let Some(latest) = latest.first() else {
        return Ok(None);
    };
    let stored = site.pages.store.stored_event(&latest.id).await?;
    let event: Option<domain::Event> =
        stored.and_then(|stored| serde_json::from_str(&stored.body).ok());
    Ok(event.and_then(|event| event.project?.id))
}

/// The number of a project or group, as GitLab says it; `None` when it does not, or when none is
/// configured.
pub(super) async fn id_in_gitlab(site: &Site, place: &Place) -> Option<u64> {
    let mut targets = Targets::default();
    match place {
        Place::Project { path, .. } => targets.projects.push(path.to_string()),
        Place::Group { path, .. } => targets.groups.push(path.to_string()),
        Place::Instance => return None,
    }
    let flag: FlagKey = integrations::FLAG.parse().ok()?;
    let (own, _) = site.flags.environments.hosted().next()?;
    let asked = tokio::time::timeout(PATIENCE, named(own, &flag, targets));
    let (actor, _) = asked.await.ok()?.ok()?;
    let (_, id) = actor.as_str().rsplit_once(':')?;
    id.parse().ok()
}
