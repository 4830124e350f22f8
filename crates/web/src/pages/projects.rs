//! `GET /projects`: the places that have an integration or events, and who speaks for each.

mod connected;
pub(super) mod form;
mod identity;
pub(super) mod place;
mod settings;
mod spoken;

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use domain::ProjectPath;
use notify::Integration;
use serde::Deserialize;
use store::{EventFilter, Place};

use super::{Frame, Site, address, html};
use crate::access::{Reader, Viewer};
use crate::error::ApiError;
use identity::id_in_events;
use spoken::Spoken;

/// Projects are found among so many of the latest events.
const LATEST: u32 = 200;

/// How many places are shown.
const ROWS: usize = 200;

#[derive(Template)]
#[template(path = "projects.html")]
struct ProjectsPage {
    frame: Frame,
    rows: Vec<PlaceRow>,
    text: String,
    latest: u32,
    own_channels: bool,
    /// How many are like what was searched for.
    found: usize,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Search {
    text: String,
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

pub(super) async fn show(
    _: Reader,
    viewer: Viewer,
    State(site): State<Site>,
    query: Result<Query<Search>, QueryRejection>,
) -> Result<Response, ApiError> {
    let Query(search) =
        query.map_err(|error| ApiError::bad_request("bad_filter", error.body_text()))?;
    let counts = site.pages.store.counts().await?;
    let frame = Frame::new(&site.pages, &counts, "projects", viewer);
    let text = search.text.trim().to_lowercase();
    let mut places = places(&site).await?;
    places.retain(|place| said(place).to_lowercase().contains(&text));
    let found = places.len();
    places.truncate(ROWS);
    let mut rows = Vec::new();
    for place in places {
        rows.push(PlaceRow::of(&site, place).await?);
    }
    let held = site.flags.integrations.now();
    html(&ProjectsPage {
        frame,
        rows,
        text: search.text,
        latest: LATEST,
        own_channels: held.settings.has_channel_per_project(),
        found,
    })
}

/// What is known of a path.
struct Known {
    path: ProjectPath,
    is_project: Option<bool>,
    id: Option<u64>,
}

/// Every place that is known: the instance first, then by path.
async fn places(site: &Site) -> Result<Vec<Place>, ApiError> {
    let mut known: BTreeMap<String, Known> = BTreeMap::new();
    let mut add = |path: &ProjectPath, is_project: Option<bool>, id: Option<u64>| {
        let fresh = || Known {
            path: path.clone(),
            is_project: None,
            id: None,
        };
        let entry = known.entry(path.as_str().to_lowercase());
        let one = entry.or_insert_with(fresh);
        one.is_project = one.is_project.or(is_project);
        one.id = one.id.or(id);
    };
    for stored in site.pages.store.integrations().await? {
        match &stored.place {
            Place::Project { path, id } => add(path, Some(true), *id),
            Place::Group { path, id } => add(path, Some(false), *id),
            Place::Instance => (),
        }
    }
    for project in latest_projects(site).await? {
        add(&project, Some(true), None);
    }
    for subscription in &site.flags.integrations.now().subscriptions {
        if let Some(path) = &subscription.path {
            add(path, None, None);
        }
    }
    let above: BTreeSet<String> = known
        .keys()
        .filter_map(|path| path.rsplit_once('/'))
        .map(|(above, _)| above.to_owned())
        .collect();
    let places = known.into_iter().map(|(key, one)| {
        // The configuration does not say which of the two a path is.
        let is_group = !key.contains('/') || above.contains(&key);
        let (path, id) = (one.path, one.id);
        if one.is_project.unwrap_or(!is_group) {
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
