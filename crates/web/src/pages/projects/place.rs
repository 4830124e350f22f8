//! `GET /projects/{path}`, `/groups/{path}`, `/instance`: both integrations side by side, which
//! one speaks, and why.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::ProjectPath;
use notify::Integration;
use store::{EventFilter, Place};

use super::connected::Connected;
use super::identity::{id_in_events, id_in_gitlab};
use super::settings::{self, Fields};
use super::spoken::Spoken;
use crate::access::{Caller, Viewer};
use crate::error::ApiError;
use crate::pages::log::EventRow;
use crate::pages::{Frame, Site, address, html};

/// How many of the latest events are shown.
const EVENTS: u32 = 5;

#[derive(Template)]
#[template(path = "place.html")]
struct PlacePage {
    frame: Frame,
    said: String,
    href: String,
    kind: &'static str,
    /// GitLab's number of it.
    id: Option<u64>,
    class: &'static str,
    speaks: String,
    flag: &'static str,
    flag_href: String,
    /// Where events go while nothing is set up, in the demo.
    own_channel: bool,
    connected: Connected,
    cards: [Card; 2],
    events: Vec<EventRow>,
    all_events: String,
}

/// One of the two integrations.
struct Card {
    slug: &'static str,
    title: &'static str,
    is_webhook: bool,
    speaks: bool,
    /// Where its settings come from, in words.
    source: String,
    has_webhook: bool,
    fields: Fields,
    /// Where the form is sent.
    action: String,
    /// What was wrong with the form that was sent.
    refused: Option<String>,
    /// The configuration file has it, so it is changed there.
    is_fixed: bool,
    /// Whether people have set it up, so that it can be taken back.
    is_stored: bool,
    above: Option<String>,
}

/// A form that was refused: shown again as it was filled in.
pub(super) struct Refusal {
    pub(super) integration: Integration,
    pub(super) status: StatusCode,
    pub(super) why: String,
    pub(super) sent: Vec<(String, String)>,
}

pub(in crate::pages) async fn project(
    caller: Caller,
    viewer: Viewer,
    State(site): State<Site>,
    Path(path): Path<String>,
) -> Result<Response, ApiError> {
    let path = path_of(&path)?;
    let place = Place::Project { path, id: None };
    caller.may_see(&site.access, &place).await?;
    page(&site, place, None, viewer).await
}

pub(in crate::pages) async fn group(
    caller: Caller,
    viewer: Viewer,
    State(site): State<Site>,
    Path(path): Path<String>,
) -> Result<Response, ApiError> {
    let path = path_of(&path)?;
    let place = Place::Group { path, id: None };
    caller.may_see(&site.access, &place).await?;
    page(&site, place, None, viewer).await
}

pub(in crate::pages) async fn instance(
    caller: Caller,
    viewer: Viewer,
    State(site): State<Site>,
) -> Result<Response, ApiError> {
    caller.may_see(&site.access, &Place::Instance).await?;
    page(&site, Place::Instance, None, viewer).await
}

/// A path as an address has it.
pub(in crate::pages) fn path_of(path: &str) -> Result<ProjectPath, ApiError> {
    let is_path = |path: &ProjectPath| {
        let path = path.as_str();
        let has_gaps = path.starts_with('/') || path.ends_with('/') || path.contains("//");
        // Buttons live below `/-/`, as in GitLab, where no path has it.
        !has_gaps && !path.contains("/-/")
    };
    let parsed = path.parse().ok().filter(is_path);
    parsed.ok_or_else(|| ApiError::not_found("unknown_place", "no project or group is called so"))
}

pub(super) async fn page(
    site: &Site,
    place: Place,
    refusal: Option<Refusal>,
    viewer: Viewer,
) -> Result<Response, ApiError> {
    let place = with_id(site, place).await?;
    let counts = site.pages.store.counts().await?;
    let frame = Frame::new(&site.pages, &counts, "projects", viewer);
    let spoken = Spoken::of(site, &place, None);
    let status = refusal.as_ref().map(|refusal| refusal.status);
    let cards = [
        Card::of(site, &place, Integration::App, spoken.by, refusal.as_ref()).await?,
        Card::of(
            site,
            &place,
            Integration::Webhook,
            spoken.by,
            refusal.as_ref(),
        )
        .await?,
    ];
    let app_speaks = spoken.by == Some(Integration::App) && !spoken.own_channel;
    let connected = Connected::of(site, &place, app_speaks).await?;
    let path = place.path();
    let page = html(&PlacePage {
        said: super::said(&place),
        href: super::href(&place),
        kind: super::kind(&place),
        id: id_of(&place),
        class: spoken.class(),
        speaks: spoken.said,
        flag: integrations::FLAG,
        flag_href: address::flag(integrations::FLAG),
        own_channel: spoken.own_channel,
        connected,
        cards,
        events: events(site, path, &frame).await?,
        all_events: address::with("/", &[("project", path)]),
        frame,
    })?;
    Ok(match status {
        Some(status) => (status, page).into_response(),
        None => page,
    })
}

/// The place with its number, where anybody knows it: what is stored, the events, GitLab.
pub(super) async fn with_id(site: &Site, place: Place) -> Result<Place, ApiError> {
    let mut known = None;
    for integration in Integration::ALL {
        let shown = site.flags.integrations.of(&place, integration).await?;
        known = known.or(shown.and_then(|shown| id_of(&shown.place)));
    }
    if known.is_none() {
        known = id_in_events(site, &place).await?;
    }
    if known.is_none() {
        known = id_in_gitlab(site, &place).await;
    }
    Ok(match place {
        Place::Project { path, .. } => Place::Project { path, id: known },
        Place::Group { path, .. } => Place::Group { path, id: known },
        Place::Instance => Place::Instance,
    })
}

fn id_of(place: &Place) -> Option<u64> {
    match place {
        Place::Project { id, .. } | Place::Group { id, .. } => *id,
        Place::Instance => None,
    }
}

async fn events(site: &Site, path: &str, frame: &Frame) -> Result<Vec<EventRow>, ApiError> {
    if path.is_empty() {
        return Ok(Vec::new());
    }
    let filter = EventFilter {
        project: Some(path.to_owned()),
        limit: EVENTS,
        ..EventFilter::default()
    };
    let events = site.pages.store.events(filter).await?.events;
    Ok(events
        .into_iter()
        .map(|event| EventRow::new(event, frame.now))
        .collect())
}

impl Card {
    async fn of(
        site: &Site,
        place: &Place,
        integration: Integration,
        speaker: Option<Integration>,
        refusal: Option<&Refusal>,
    ) -> Result<Self, ApiError> {
        let stored = site.flags.integrations.of(place, integration).await?;
        let held = site.flags.integrations.now();
        let own = settings::of_place(&held, place, integration);
        let above = settings::above(&held, place, integration);
        let source = match (&stored, own, &above) {
            (Some(_), _, _) => "Set up here.".to_owned(),
            (None, Some(_), _) => "Set in the configuration file; it is changed there.".to_owned(),
            (None, None, Some((_, above))) => format!("Not set up here; it inherits from {above}."),
            (None, None, None) => "Not set up.".to_owned(),
        };
        let refusal = refusal.filter(|refusal| refusal.integration == integration);
        let fields = match (refusal, own, &above) {
            (Some(refusal), _, _) => Fields::sent(&refusal.sent),
            (None, Some(own), _) => Fields::of(own),
            (None, None, Some((above, _))) => Fields {
                inherits: true,
                ..Fields::of(above)
            },
            (None, None, None) => Fields::fresh(integration),
        };
        let has_webhook = own.is_some_and(|own| own.webhook().is_some())
            || stored
                .as_ref()
                .is_some_and(|stored| stored.stored.webhook.is_some());
        Ok(Self {
            slug: integration.slug(),
            title: integration.title(),
            is_webhook: integration == Integration::Webhook,
            speaks: speaker == Some(integration),
            source,
            has_webhook,
            fields,
            action: format!("{}/-/{}", super::href(place), integration.slug()),
            refused: refusal.map(|refusal| refusal.why.clone()),
            is_fixed: stored.is_none() && own.is_some(),
            is_stored: stored.is_some(),
            above: above.map(|(_, above)| above),
        })
    }
}
