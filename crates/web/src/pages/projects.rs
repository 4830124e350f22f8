//! `GET /projects`: the places that have an integration or events, and who speaks for each.

pub(super) mod form;
mod identity;
pub(super) mod place;
mod settings;

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use domain::ProjectPath;
use notify::Integration;
use store::{EventFilter, Place};

use super::{Frame, Site, address, html};
use crate::access::Reader;
use crate::error::ApiError;
use identity::id_in_events;

/// Projects are found among so many of the latest events.
const LATEST: u32 = 200;

#[derive(Template)]
#[template(path = "projects.html")]
struct ProjectsPage {
    frame: Frame,
    rows: Vec<PlaceRow>,
    latest: u32,
    own_channels: bool,
}

/// A place, and who speaks for it.
struct PlaceRow {
    said: String,
    href: String,
    kind: &'static str,
    speaks: String,
    class: &'static str,
    integrations: Vec<(&'static str, &'static str)>,
}

pub(super) async fn show(_: Reader, State(site): State<Site>) -> Result<Response, ApiError> {
    let counts = site.pages.store.counts().await?;
    let frame = Frame::new(&site.pages, &counts, "projects");
    let mut rows = Vec::new();
    for place in places(&site).await? {
        rows.push(PlaceRow::of(&site, place).await?);
    }
    let held = site.flags.integrations.now();
    html(&ProjectsPage {
        frame,
        rows,
        latest: LATEST,
        own_channels: held.settings.has_channel_per_project(),
    })
}

/// Every place that is known: the instance first, then by path.
async fn places(site: &Site) -> Result<Vec<Place>, ApiError> {
    let mut kinds: BTreeMap<String, (ProjectPath, Option<bool>)> = BTreeMap::new();
    let mut add = |path: &ProjectPath, is_project: Option<bool>| {
        let known = kinds
            .entry(path.as_str().to_lowercase())
            .or_insert_with(|| (path.clone(), None));
        known.1 = known.1.or(is_project);
    };
    for stored in site.pages.store.integrations().await? {
        match &stored.place {
            Place::Project { path, .. } => add(path, Some(true)),
            Place::Group { path, .. } => add(path, Some(false)),
            Place::Instance => (),
        }
    }
    for project in latest_projects(site).await? {
        add(&project, Some(true));
    }
    for subscription in &site.flags.integrations.now().subscriptions {
        if let Some(path) = &subscription.path {
            add(path, None);
        }
    }
    let above: BTreeSet<String> = kinds
        .keys()
        .filter_map(|path| path.rsplit_once('/'))
        .map(|(above, _)| above.to_owned())
        .collect();
    let places = kinds.iter().map(|(key, (path, is_project))| {
        // The configuration does not say which of the two a path is.
        let is_group = !key.contains('/') || above.contains(key);
        let (path, id) = (path.clone(), None);
        if is_project.unwrap_or(!is_group) {
            Place::Project { path, id }
        } else {
            Place::Group { path, id }
        }
    });
    Ok(std::iter::once(Place::Instance).chain(places).collect())
}

async fn latest_projects(site: &Site) -> Result<BTreeSet<ProjectPath>, ApiError> {
    let filter = EventFilter {
        limit: LATEST,
        ..EventFilter::default()
    };
    let events = site.pages.store.events(filter).await?.events;
    let projects = events
        .into_iter()
        .filter_map(|event| event.project?.parse().ok());
    Ok(projects.collect())
}

impl PlaceRow {
    async fn of(site: &Site, place: Place) -> Result<Self, ApiError> {
        let id = id_in_events(site, &place).await?;
        let spoken = Spoken::of(site, &place, id);
        let held = site.flags.integrations.now();
        let integrations = Integration::ALL.into_iter().filter_map(|integration| {
            let own = settings::of_place(&held, &place, integration)?;
            let state = match (own.inherits(), own.is_active()) {
                (true, _) => "inherits",
                (false, true) => "active",
                (false, false) => "off",
            };
            Some((integration.title(), state))
        });
        Ok(Self {
            said: said(&place),
            href: href(&place),
            kind: kind(&place),
            class: spoken.class(),
            integrations: integrations.collect(),
            speaks: spoken.said,
        })
    }
}

/// Who speaks for a place, and why.
struct Spoken {
    by: Option<Integration>,
    said: String,
    /// Nothing is set up, and events go to a channel of the place's own: the demo's rule.
    own_channel: bool,
}

impl Spoken {
    fn of(site: &Site, place: &Place, id: Option<u64>) -> Self {
        let integrations = &site.flags.integrations;
        let place_asked = asked(place, id);
        let own_channel = {
            let held = integrations.now();
            held.settings.has_channel_per_project() && !settings::is_connected(&held, place)
        };
        let speaking = if own_channel {
            Some(integrations.asked(place_asked))
        } else {
            integrations.speaking(place_asked)
        };
        let said = match &speaking {
            Some(speaking) => as_sentence(&speaking.to_string()),
            None => "Nothing is set up here, so nobody speaks".to_owned(),
        };
        Self {
            by: speaking.map(|speaking| speaking.integration),
            said,
            own_channel,
        }
    }

    /// Which colour it has.
    fn class(&self) -> &'static str {
        match self.by {
            Some(Integration::App) => "app",
            Some(Integration::Webhook) => "webhook",
            None => "none",
        }
    }
}

/// With a capital letter.
fn as_sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(letters).collect()
}

/// The place as who speaks is asked for it.
fn asked(place: &Place, id: Option<u64>) -> notify::Place<'_> {
    match place {
        Place::Project { path, id: known } => notify::Place::Project {
            id: known.or(id),
            path: path.as_str(),
        },
        Place::Group { path, id: known } => notify::Place::Group {
            id: known.or(id),
            path: path.as_str(),
        },
        Place::Instance => notify::Place::Instance,
    }
}

fn kind(place: &Place) -> &'static str {
    match place {
        Place::Project { .. } => "project",
        Place::Group { .. } => "group",
        Place::Instance => "instance",
    }
}

/// A place in a sentence.
pub(super) fn said(place: &Place) -> String {
    match place {
        Place::Project { path, .. } | Place::Group { path, .. } => path.to_string(),
        Place::Instance => "the whole instance".to_owned(),
    }
}

/// The page of a place.
pub(super) fn href(place: &Place) -> String {
    match place {
        Place::Project { path, .. } => format!("/projects/{}", address::percent(path.as_str())),
        Place::Group { path, .. } => format!("/groups/{}", address::percent(path.as_str())),
        Place::Instance => "/instance".to_owned(),
    }
}
