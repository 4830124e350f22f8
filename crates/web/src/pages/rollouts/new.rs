//! `GET /rollouts/new`: the plans that are there, and a rollout that begins by one of them, tried
//! first.

use std::time::Duration;

use askama::Template;
use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{Form, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use commands::{Answer, Caller, Progress};
use flags::{FlagKey, Problem};
use rollouts::plan::Plans;
use serde::Deserialize;
use steering::ListFilter;

use super::href;
use super::plan::PlanView;
use crate::access::{Operator, Reader, Viewer};
use crate::api::start_line;
use crate::error::ApiError;
use crate::pages::flags::one::flag_key;
use crate::pages::markup::Piece;
use crate::pages::{Frame, Site, html};
use crate::steered::Steered;

/// The longest reason that somebody gives.
const LONGEST_REASON: usize = 500;
/// How long a page waits for what would happen to be found out.
const PATIENCE: Duration = Duration::from_secs(25);

#[derive(Template)]
#[template(path = "rollout_new.html")]
struct NewPage {
    frame: Frame,
    plans: Vec<Shelved>,
    tried: Option<Tried>,
    is_narrowed: bool,
}

/// A plan, and whether it can be started.
struct Shelved {
    flag: String,
    plan: Option<PlanView>,
    problems: Vec<String>,
    /// The flag's rollout that goes on.
    running: Option<String>,
}

/// What came of a form.
struct Tried {
    flag: String,
    reason: String,
    said: String,
    ok: bool,
    /// Whether there is a rollout now whose answer was not waited for.
    is_begun: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(in crate::pages) struct Which {
    flag: String,
}

/// The form of a beginning.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(in crate::pages) struct Begin {
    flag: String,
    reason: String,
    /// The flag and the reason as they were when it was tried; what was not is tried first.
    tried: String,
}

pub(in crate::pages) async fn show(
    _: Reader,
    viewer: Viewer,
    State(site): State<Site>,
    steered: Steered,
    query: Result<Query<Which>, QueryRejection>,
) -> Result<Response, ApiError> {
    let Query(Which { flag }) =
        query.map_err(|error| ApiError::bad_request("bad_question", error.body_text()))?;
    html(&page(&site, &steered, flag.trim(), None, viewer).await?)
}

/// `POST /rollouts`: tries it, and begins it when it was tried before.
pub(in crate::pages) async fn begin(
    by: Operator,
    viewer: Viewer,
    State(site): State<Site>,
    steered: Steered,
    form: Result<Form<Begin>, FormRejection>,
) -> Result<Response, ApiError> {
    let Form(begin) = form.map_err(|error| ApiError::bad_request("bad_form", error.body_text()))?;
    let flag = flag_key(begin.flag.trim())?;
    let reason = begin.reason.trim().to_owned();
    let tried = if LONGEST_REASON < reason.chars().count() {
        let said = format!("The reason has more than {LONGEST_REASON} characters.");
        Tried::refused(&flag, reason, said)
    } else {
        let line = start_line(&flag, Some(&reason), false);
        let is_tried = begin.tried == line;
        let answer = run(&site, &by, start_line(&flag, Some(&reason), !is_tried)).await;
        if is_tried
            && answer.as_ref().is_some_and(|answer| answer.ok)
            && let Some(status) = steered.rollouts.status(&flag).await?
        {
            return Ok(Redirect::to(&href(&status.id)).into_response());
        }
        Tried::of(&flag, reason, answer, is_tried)
    };
    let code = match tried.ok {
        true => StatusCode::OK,
        false => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let page = page(&site, &steered, flag.as_str(), Some(tried), viewer).await?;
    Ok((code, html(&page)?).into_response())
}

/// Runs a line to its end, whatever becomes of the page; `None` when that takes long.
async fn run(site: &Site, by: &Operator, line: String) -> Option<Answer> {
    let chatops = site.flags.chatops.clone();
    let caller = Caller::Page {
        user: by.author().name.clone(),
        approves: false,
    };
    let running = site
        .flags
        .tasks
        .spawn(async move { chatops.run(&caller, &line, &Progress::silent()).await });
    tokio::time::timeout(PATIENCE, running).await.ok()?.ok()
}

async fn page(
    site: &Site,
    steered: &Steered,
    flag: &str,
    tried: Option<Tried>,
    viewer: Viewer,
) -> Result<NewPage, ApiError> {
    let counts = site.pages.store.counts().await?;
    let frame = Frame::new(&site.pages, &counts, "rollouts", viewer);
    let open = ListFilter {
        open: Some(true),
        limit: Some(super::OPEN),
        ..ListFilter::default()
    };
    let open = steered.rollouts.list(open).await?.rollouts;
    let running = |flag: &FlagKey| {
        let running = open.iter().find(|status| status.flag == *flag);
        running.map(|status| href(&status.id))
    };
    Ok(NewPage {
        plans: shelved(&steered.plans, flag, running),
        is_narrowed: !flag.is_empty(),
        tried,
        frame,
    })
}

fn shelved(
    plans: &Plans,
    flag: &str,
    running: impl Fn(&FlagKey) -> Option<String>,
) -> Vec<Shelved> {
    let wanted = plans
        .iter()
        .filter(|(name, _)| flag.is_empty() || name.as_str() == flag);
    wanted
        .map(|(name, shelved)| Shelved {
            flag: name.to_string(),
            plan: shelved.as_ref().ok().map(|file| PlanView::of(&file.plan)),
            problems: shelved
                .as_ref()
                .err()
                .into_iter()
                .flatten()
                .map(Problem::to_string)
                .collect(),
            running: running(name),
        })
        .collect()
}

impl Tried {
    fn refused(flag: &FlagKey, reason: String, said: String) -> Self {
        Self {
            flag: flag.to_string(),
            reason,
            said,
            ok: false,
            is_begun: false,
        }
    }

    fn of(flag: &FlagKey, reason: String, answer: Option<Answer>, is_begun: bool) -> Self {
        let (said, ok) = match answer {
            Some(answer) => (answer.to_text(), answer.ok),
            None => (
                "It is still being found out; look at the list of rollouts in a moment.".to_owned(),
                true,
            ),
        };
        Self {
            is_begun: is_begun && ok,
            ok,
            ..Self::refused(flag, reason, said)
        }
    }

    /// What is sent along to begin what was tried.
    fn line(&self) -> Option<String> {
        let flag = self.flag.parse().ok()?;
        (self.ok && !self.is_begun).then(|| start_line(&flag, Some(&self.reason), false))
    }
}
