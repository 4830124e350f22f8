//! `GET /rollouts/{id}`: one rollout, whole: its stages, what it waits for, what its monitors
//! say, what happened, and what may be asked of it.

mod past;

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use domain::{Role, RolloutId};
use jiff::Timestamp;
use rollouts::plan::MonitorName;
use rollouts::{Rollout, Status};
use serde::Deserialize;
use steering::{ReadingAt, Rollouts};
use store::RolloutRecord;

use super::courses::Span;
use super::forms::{Form, Forms, Tried};
use super::history::{History, Told};
use super::href;
use super::plan::PlanView;
use super::stages::{ItemRow, StageRow};
use super::tiles::Tile;
use super::told::{self, Said};
use super::waiting::{WaitingRow, besides_the_hold, decides};
use crate::access::Onlooker;
use crate::error::ApiError;
use crate::pages::markup::Piece;
use crate::pages::time::Moment;
use crate::pages::{Frame, Site, address, etag, html};
use crate::steered::Steered;
use past::{Past, Ways};

/// The most entries of a history that are shown.
const MOST_ENTRIES: u32 = 5_000;
/// The most readings, of all monitors, that are loaded and drawn at once; what is older is on a
/// page of its own.
const MOST_READINGS: u32 = 8_000;

#[derive(Template)]
#[template(path = "rollout.html")]
pub(super) struct RolloutPage {
    frame: Frame,
    pub(super) href: String,
    /// The page's own address, by which a script asks for it again.
    own: String,
    flag: String,
    flag_href: String,
    said: Said,
    percentage: String,
    stage: String,
    stage_title: String,
    number: usize,
    count: usize,
    /// Why it is held, and who decides.
    hold: Option<(String, Option<String>)>,
    waiting: Vec<WaitingRow>,
    soak_until: Option<Moment>,
    watched: Option<(String, Moment)>,
    owner: String,
    started: (String, Moment),
    ended: Option<Moment>,
    links: Vec<(&'static str, Option<String>, String)>,
    stages: Vec<StageRow>,
    /// What must hold and does not, as yet.
    items: Vec<ItemRow>,
    held: Vec<ItemRow>,
    held_title: String,
    tiles: Vec<(Tile, Vec<Form>)>,
    forms: Forms,
    history: Vec<Told>,
    plan: PlanView,
    spans: Vec<(&'static str, String, bool)>,
    /// What came before what is drawn, and the newest if that is not.
    earlier: Option<String>,
    newest: Option<String>,
    is_over: bool,
}

/// What is asked for.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(in crate::pages) struct Look {
    pub(super) past: Past,
    /// Nothing after this is drawn; all that there is unless said.
    pub(super) until: Option<Timestamp>,
}

/// What a page is made from.
pub(super) struct Seen {
    pub(super) look: Look,
    pub(super) roles: BTreeSet<Role>,
    pub(super) tried: Option<Tried>,
}

pub(in crate::pages) async fn show(
    by: Onlooker,
    State(site): State<Site>,
    Steered { rollouts, .. }: Steered,
    Path(id): Path<String>,
    look: Result<Query<Look>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let Query(look) =
        look.map_err(|error| ApiError::bad_request("bad_question", error.body_text()))?;
    let record = find(&site, &id).await?;
    let counts = site.pages.store.counts().await?;
    let frame = Frame::new(&site.pages, &counts, "rollouts", by.viewer);
    let tag = tag(&record, &frame, look, &by.roles);
    if etag::is_known(&headers, &tag) {
        return Ok((StatusCode::NOT_MODIFIED, etag::headers(&tag)).into_response());
    }
    let seen = Seen {
        look,
        roles: by.roles,
        tried: None,
    };
    let page = html(&page(&rollouts, &record.id, frame, seen).await?)?;
    Ok((etag::headers(&tag), page).into_response())
}

/// What the page depends on: the rollout, who looks, and, to the minute, the time.
fn tag(record: &RolloutRecord, frame: &Frame, look: Look, roles: &BTreeSet<Role>) -> HeaderValue {
    let person = frame.viewer.person.as_ref();
    let minute = frame.now.as_second() / 60;
    etag::of(&[
        &record.id,
        &record.revision,
        &minute,
        &frame.dead,
        &person.map_or("", |known| known.csrf.as_str()),
        &format!("{look:?} {roles:?}"),
    ])
}

/// The rollout that an address names, as it is stored.
pub(super) async fn find(site: &Site, id: &str) -> Result<RolloutRecord, ApiError> {
    let unknown = || ApiError::not_found("unknown_rollout", "there is no such rollout");
    let id: RolloutId = id.parse().map_err(|_| unknown())?;
    site.pages.store.rollout(&id).await?.ok_or_else(unknown)
}

pub(super) async fn page(
    rollouts: &Rollouts,
    id: &RolloutId,
    frame: Frame,
    seen: Seen,
) -> Result<RolloutPage, ApiError> {
    let unknown = || ApiError::not_found("unknown_rollout", "there is no such rollout");
    let rollout = rollouts.rollout_of(id).await?.ok_or_else(unknown)?;
    let now = frame.now;
    let status = rollout.status(now);
    let entries = rollouts.history(id, 0, MOST_ENTRIES).await?;
    let mut history = History::of(id, &entries, now);
    history.told.reverse();
    let to = status.ended_at.unwrap_or(now);
    let to = seen.look.until.map_or(to, |until| to.min(until));
    let mut span = Span {
        from: seen.look.past.from(rollout.started_at, to),
        to,
        marks: &history.marks,
    };
    let readings = readings(rollouts, &rollout, &mut span).await?;
    let forms = Forms::of(&status, &seen.roles, seen.tried.as_ref());
    let tiles = status.monitors.iter().map(|monitor| {
        let readings = readings.get(&monitor.name).map_or(&[][..], Vec::as_slice);
        let tile = Tile::of(&rollout, monitor, readings, &span, now);
        (tile, forms.about(monitor.name.as_str()))
    });
    let tiles = tiles.collect();
    let from = Some(span.from).filter(|from| rollout.started_at < *from);
    Ok(RolloutPage::new(
        &rollout,
        &status,
        frame,
        forms,
        tiles,
        history.told,
        seen.look.ways(id, from),
    ))
}

/// What the monitors said in the span, by monitor. Where that is too much for one page, the span
/// begins later.
async fn readings(
    rollouts: &Rollouts,
    rollout: &Rollout,
    span: &mut Span<'_>,
) -> Result<BTreeMap<MonitorName, Vec<ReadingAt>>, ApiError> {
    let mut readings = rollouts
        .newest_readings(&rollout.id, span.from, span.to, MOST_READINGS)
        .await?;
    if MOST_READINGS as usize <= readings.len()
        && let Some(oldest) = readings.first().map(|reading| reading.kept.reading.to)
    {
        // Perhaps not all of this moment's are there.
        span.from = oldest;
        readings.retain(|reading| oldest < reading.kept.reading.to);
    }
    let mut all: BTreeMap<MonitorName, Vec<ReadingAt>> = BTreeMap::new();
    for reading in readings {
        let name = reading.kept.reading.monitor.clone();
        all.entry(name).or_default().push(reading);
    }
    Ok(all)
}

impl RolloutPage {
    fn new(
        rollout: &Rollout,
        status: &Status,
        frame: Frame,
        forms: Forms,
        tiles: Vec<(Tile, Vec<Form>)>,
        history: Vec<Told>,
        ways: Ways,
    ) -> Self {
        let now = frame.now;
        let moment = |at| Moment::new(at, now);
        let present = status.stages.get(status.stage_number.saturating_sub(1));
        let is_over = rollout.is_over();
        // What a rollout that is over once waited for is told by its history.
        let items = status.preconditions.iter().filter(|_| !is_over);
        let items = items.map(|item| ItemRow::of(item, &forms, now));
        let (held, items): (Vec<_>, Vec<_>) = items.partition(|item| item.folds);
        Self {
            href: href(&status.id),
            own: ways.own,
            flag: status.flag.to_string(),
            flag_href: address::flag(status.flag.as_str()),
            said: told::state(status),
            percentage: status.percentage.number().to_string(),
            stage: status.stage.to_string(),
            stage_title: present.map_or_else(String::new, |stage| stage.title.clone()),
            number: status.stage_number,
            count: status.stages.len(),
            hold: (status.hold.as_ref()).map(|hold| (hold.note.clone(), decides(status))),
            waiting: besides_the_hold(status),
            soak_until: status.soak_until.filter(|_| !is_over).map(moment),
            watched: (status.watched.as_ref().filter(|_| !is_over))
                .map(|(by, until)| (by.to_string(), moment(*until))),
            owner: status.owner.to_string(),
            started: (status.started_by.to_string(), moment(status.started_at)),
            ended: status.ended_at.map(moment),
            links: super::links(status),
            stages: (status.stages.iter())
                .map(|stage| StageRow::of(stage, now))
                .collect(),
            held_title: held_title(held.len(), held.len() + items.len()),
            held,
            items,
            tiles,
            forms,
            history,
            plan: PlanView::of(&rollout.plan),
            spans: ways.spans,
            earlier: ways.earlier,
            newest: ways.newest,
            is_over,
            frame,
        }
    }
}

/// "6 of 7 hold".
fn held_title(held: usize, all: usize) -> String {
    if held == all {
        format!("All that must hold in this stage holds ({all})")
    } else {
        format!("{held} of {all} hold")
    }
}
