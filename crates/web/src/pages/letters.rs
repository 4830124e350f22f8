//! `/dead-letters`: what cannot be delivered until a person has done something.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{Redirect, Response};
use jiff::Timestamp;
use serde::Deserialize;
use store::{Cursor, DeadLetter, Store, Subject};

use super::event::{DeliveryRow, message_of};
use super::flags::effects::EffectRow;
use super::{Frame, Pages, address, html};
use crate::access::{Administrator, Reader, Viewer};
use crate::error::ApiError;
use crate::replays::Replays;

/// How many letters a page has.
const PAGE: u32 = 50;

#[derive(Template)]
#[template(path = "dead_letters.html")]
struct DeadLettersPage {
    frame: Frame,
    /// How many letters there are, those of other pages included.
    letters: u64,
    rows: Vec<LetterRow>,
    next: Option<i64>,
    /// Effects of changes that wait for a person, each with its flag and that flag's page.
    effects: Vec<(EffectRow, String, String)>,
}

/// A delivery that waits for a person.
struct LetterRow {
    delivery: DeliveryRow,
    event: Option<String>,
    title: String,
}

#[derive(Deserialize)]
pub(super) struct Place {
    before: Option<i64>,
}

pub(super) async fn show(
    _: Reader,
    viewer: Viewer,
    State(pages): State<Pages>,
    place: Result<Query<Place>, axum::extract::rejection::QueryRejection>,
) -> Result<Response, ApiError> {
    let Query(place) =
        place.map_err(|error| ApiError::bad_request("bad_page", error.body_text()))?;
    let counts = pages.store.counts().await?;
    let frame = Frame::new(&pages, &counts, "letters", viewer);
    let page = pages
        .store
        .dead_letters(place.before.map(Cursor), PAGE)
        .await?;
    let mut rows = Vec::new();
    for letter in page.letters {
        rows.push(LetterRow::new(&pages, letter, frame.now).await?);
    }
    html(&DeadLettersPage {
        letters: counts.dead,
        effects: dead_effects(&pages.store, frame.now).await?,
        frame,
        rows,
        next: page.next.map(|Cursor(next)| next),
    })
}

async fn dead_effects(
    store: &Store,
    now: Timestamp,
) -> Result<Vec<(EffectRow, String, String)>, ApiError> {
    let mut rows = Vec::new();
    for effect in store.dead_effects(None, PAGE).await?.effects {
        if let Some(rollout) = effect.entry.rollout() {
            let of = store.rollout(&rollout).await?;
            let flag = of.map_or_else(|| rollout.to_string(), |of| of.flag.to_string());
            let href = format!("/rollouts/{rollout}");
            rows.push((EffectRow::new(effect, now), flag, href));
            continue;
        }
        let entry = store.audit_entry(&effect.entry).await?;
        if let Some(Subject::Flag { flag, .. }) = entry.map(|entry| entry.subject) {
            let href = address::flag(flag.as_str());
            rows.push((EffectRow::new(effect, now), flag.to_string(), href));
        }
    }
    Ok(rows)
}

impl LetterRow {
    async fn new(pages: &Pages, letter: DeadLetter, now: Timestamp) -> Result<Self, ApiError> {
        let said = message_of(&pages.store, &letter.delivery.id).await?;
        let title = match (letter.title, letter.announces) {
            (Some(title), _) => title,
            (None, Some(_)) => "An announcement of a change".to_owned(),
            (None, None) => format!("A digest of {} messages", letter.folded),
        };
        Ok(Self {
            delivery: DeliveryRow::new(&letter.delivery, said, &pages.setup, now),
            event: letter.event.map(|id| id.to_string()),
            title,
        })
    }
}

pub(super) async fn replay(
    _: Administrator,
    State(replays): State<Replays>,
    Path(id): Path<String>,
) -> Result<Redirect, ApiError> {
    replays.one(&id).await?;
    Ok(Redirect::to("/dead-letters"))
}

pub(super) async fn replay_all(
    _: Administrator,
    State(replays): State<Replays>,
) -> Result<Redirect, ApiError> {
    replays.all().await?;
    Ok(Redirect::to("/dead-letters"))
}
