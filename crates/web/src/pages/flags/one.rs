//! `GET /flags/{flag}`: one flag, what it is for, how it stands everywhere, for whom it opens.

use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use environments::FlagRecord;
use flags::{Definition, FlagKey};
use jiff::Timestamp;
use store::AuditFilter;

use super::change::{Choice, Tried, Wanted};
use super::commands::commands;
use super::effects::{EffectRow, effects};
use super::everywhere::{Answered, Column, catalogue, everywhere};
use super::explain::{Asking, Explained, Question, explain};
use super::rollout::{RolloutLine, rollout};
use super::schedules::{ScheduleRow, schedules};
use super::{Age, lifespan};
use crate::access::{Reader, Viewer};
use crate::error::ApiError;
use crate::pages::audit::ChangeRow;
use crate::pages::words::{self, GateLine};
use crate::pages::{Frame, Site, address, html};

/// How many of the latest changes are shown; their effects are looked up as well.
const CHANGES: u32 = 10;

#[derive(Template)]
#[template(path = "flag.html")]
pub(super) struct FlagPage {
    frame: Frame,
    name: String,
    href: String,
    definition: Option<DefinitionView>,
    rollout: Option<RolloutLine>,
    places: Vec<PlaceView>,
    asking: Asking,
    explained: Vec<Explained>,
    commands: Vec<(&'static str, String)>,
    changes: Vec<ChangeRow>,
    all_changes: String,
    schedules: Vec<ScheduleRow>,
    effects: Vec<EffectRow>,
    wanted: Wanted,
    environments: Vec<Choice>,
    tried: Option<Tried>,
}

pub(in crate::pages) async fn show(
    _: Reader,
    viewer: Viewer,
    State(site): State<Site>,
    Path(name): Path<String>,
    question: Result<Query<Question>, QueryRejection>,
) -> Result<Response, ApiError> {
    let Query(question) =
        question.map_err(|error| ApiError::bad_request("bad_question", error.body_text()))?;
    html(&page(&site, &name, &question, None, viewer).await?)
}

/// The page, with what came of its form if that was sent.
pub(super) async fn page(
    site: &Site,
    name: &str,
    question: &Question,
    tried: Option<Tried>,
    viewer: Viewer,
) -> Result<FlagPage, ApiError> {
    let flag = flag_key(name)?;
    let environments = &site.flags.environments;
    let asked = everywhere(environments, |environment| environment.get(&flag)).await;
    let filter = AuditFilter {
        flag: Some(flag.clone()),
        limit: CHANGES,
        ..AuditFilter::default()
    };
    let changes = site.pages.store.audit(filter).await?.entries;
    if changes.is_empty() && asked.iter().all(|answered| answered.has_none()) {
        return Err(unknown(site, &flag));
    }
    let counts = site.pages.store.counts().await?;
    let frame = Frame::new(&site.pages, &counts, "flags", viewer);
    let definition = asked.iter().find_map(Answered::definition);
    let wanted = tried
        .as_ref()
        .map(|tried| tried.wanted.clone())
        .unwrap_or_default();
    Ok(FlagPage {
        name: flag.to_string(),
        href: address::flag(flag.as_str()),
        definition: definition.map(|known| DefinitionView::of(known, frame.now)),
        rollout: rollout(&site.flags.chatops, &flag).await?,
        places: asked.iter().map(PlaceView::of).collect(),
        asking: Asking::of(question),
        explained: explain(site, &flag, question).await?,
        commands: commands(site, &flag),
        effects: effects(&site.pages.store, &changes, frame.now).await?,
        changes: changes
            .into_iter()
            .map(|entry| ChangeRow::new(entry, frame.now))
            .collect(),
        all_changes: address::with("/audit", &[("flag", flag.as_str())]),
        schedules: schedules(site, &flag, frame.now).await?,
        environments: wanted.environments(site),
        wanted,
        tried,
        frame,
    })
}

/// The flag that an address names.
pub(in crate::pages) fn flag_key(name: &str) -> Result<FlagKey, ApiError> {
    name.parse().map_err(|_| {
        let message = format!(
            "{:?} is no name of a flag: letters, digits, _, -, : and ., 255 at most",
            name.chars().take(80).collect::<String>()
        );
        ApiError::not_found("unknown_flag", message)
    })
}

fn unknown(site: &Site, flag: &FlagKey) -> ApiError {
    let mut nearest: Vec<FlagKey> = Vec::new();
    for environment in site.flags.environments.iter() {
        let near = catalogue(environment).nearest(flag.as_str());
        nearest.extend(
            near.into_iter()
                .filter(|name| !nearest.contains(name))
                .collect::<Vec<_>>(),
        );
    }
    let names: Vec<&str> = nearest.iter().take(3).map(FlagKey::as_str).collect();
    let meant = if names.is_empty() {
        "the list of flags has every name there is".to_owned()
    } else {
        format!("did you mean {}?", names.join(" or "))
    };
    ApiError::not_found("unknown_flag", format!("there is no flag {flag}; {meant}"))
}

impl Answered<'_, FlagRecord> {
    /// Whether the environment knows that it has nothing of this name.
    fn has_none(&self) -> bool {
        let answer = self.answer.as_ref();
        answer.is_ok_and(|record| record.gates.is_none() && record.definition.is_none())
    }

    fn definition(&self) -> Option<&Definition> {
        self.answer.as_ref().ok()?.definition.as_ref()
    }
}

/// What a definition says, for people.
struct DefinitionView {
    description: String,
    owner: String,
    flag_type: &'static str,
    lifespan: String,
    default: &'static str,
    age: Age,
    links: Vec<(&'static str, Link)>,
}

/// An address from outside: followed only if it is one of the web.
struct Link {
    said: String,
    href: Option<String>,
}

impl DefinitionView {
    fn of(definition: &Definition, now: Timestamp) -> Self {
        let links = [
            ("Rollout issue", &definition.rollout_issue_url),
            ("Feature issue", &definition.feature_issue_url),
            ("Introduced by", &definition.introduced_by_url),
        ];
        let links = links.into_iter().filter_map(|(what, url)| {
            let said = url.clone()?;
            let href = address::foreign(&said).map(str::to_owned);
            Some((what, Link { said, href }))
        });
        Self {
            description: definition.description.clone().unwrap_or_default(),
            owner: definition.group.clone().unwrap_or_default(),
            flag_type: definition.flag_type.name(),
            lifespan: lifespan(definition.flag_type),
            default: if definition.default_enabled {
                "on"
            } else {
                "off"
            },
            age: Age::of(definition, now),
            links: links.collect(),
        }
    }
}

/// A flag in one environment.
struct PlaceView {
    column: Column,
    host: String,
    state: words::State,
    gates: Vec<GateLine>,
    /// The definition says on, and what is set overrides it.
    shadows_default: bool,
}

impl PlaceView {
    fn of(answered: &Answered<'_, FlagRecord>) -> Self {
        let record = answered.answer.as_ref().ok();
        let gates = record.and_then(|record| record.gates.as_ref());
        let state = record.map_or_else(words::State::unknown, |record| {
            words::State::of(gates, record.definition.as_ref())
        });
        let is_on_by_default = answered
            .definition()
            .is_some_and(|known| known.default_enabled);
        Self {
            column: Column::of(answered),
            host: answered.environment.host.clone(),
            gates: record
                .and_then(|record| Some(words::gate_lines(gates?, &record.names)))
                .unwrap_or_default(),
            shadows_default: is_on_by_default && gates.is_some() && state.said != "on",
            state,
        }
    }
}
