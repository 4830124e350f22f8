//! `POST /api/v1/rollouts`: a rollout begins, or is tried; and the plans there are.

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use commands::{Caller, ChatOps, Progress, grammar};
use flags::{FlagKey, Problem};
use rollouts::plan::{Person, Plan, PlanFile};
use rollouts::wording::stage_title;
use serde::{Deserialize, Serialize};
use store::Origin;
use tokio_util::task::TaskTracker;

use super::RolloutView;
use crate::access::Operator;
use crate::api::commands::checked;
use crate::error::ApiError;
use crate::steered::Steered;

/// What is asked for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct Start {
    flag: FlagKey,
    reason: Option<String>,
    #[serde(default)]
    dry_run: bool,
    /// Who asks, where several people share a token of the configuration.
    #[serde(rename = "as")]
    user: Option<String>,
}

/// What a rollout would do, stage by stage, and what is missing now.
#[derive(Serialize)]
struct DryRun {
    text: String,
}

/// Goes the way of `rollout start`, so that the same plans are refused.
pub(in crate::api) async fn start(
    by: Operator,
    Steered { rollouts, .. }: Steered,
    State(chatops): State<ChatOps>,
    State(tasks): State<TaskTracker>,
    body: Result<Json<Start>, JsonRejection>,
) -> Result<Response, ApiError> {
    let Json(start) =
        body.map_err(|error| ApiError::bad_request("bad_rollout", error.body_text()))?;
    let caller = caller(&by, start.user.clone())?;
    let line = line(&start.flag, start.reason.as_deref(), start.dry_run);
    // To its end, whatever becomes of the connection.
    let running =
        tasks.spawn(async move { chatops.run(&caller, &line, &Progress::silent()).await });
    let answer = running.await.map_err(|error| {
        tracing::error!(%error, "a rollout's start came to no answer");
        let message = "something went wrong here; the service's log has it";
        ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, "internal_error", message)
    })?;
    let text = answer.to_text();
    if !answer.ok {
        return Err(ApiError::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "not_started",
            text,
        ));
    }
    if start.dry_run {
        return Ok(Json(DryRun { text }).into_response());
    }
    let status = rollouts.status(&start.flag).await?;
    let view = status.map(|status| RolloutView::new(status, &rollouts));
    Ok((StatusCode::CREATED, Json(view)).into_response())
}

fn caller(by: &Operator, named: Option<String>) -> Result<Caller, ApiError> {
    let author = by.author();
    let user = match named {
        Some(_) if !by.names_others() => {
            let message = "as: only a token of the configuration speaks for others";
            return Err(ApiError::bad_request("bad_rollout", message));
        }
        Some(named) => checked(named)?,
        None => author.name.clone(),
    };
    let approves = by.approves();
    Ok(match author.origin {
        Origin::Page { .. } => Caller::Page { user, approves },
        Origin::Api { .. }
        | Origin::Shell { .. }
        | Origin::Slack { .. }
        | Origin::Schedule { .. }
        | Origin::Rollout { .. } => Caller::Shell { user, approves },
    })
}

/// The line that somebody would type.
pub(crate) fn line(flag: &FlagKey, reason: Option<&str>, dry_run: bool) -> String {
    let mut words: Vec<String> = ["rollout", "start", flag.as_str()]
        .map(str::to_owned)
        .into();
    let reason = reason.map(str::trim).filter(|reason| !reason.is_empty());
    words.extend(reason.map(|reason| format!("--reason={reason}")));
    if dry_run {
        words.push("--dry-run".to_owned());
    }
    grammar::line(&words)
}

/// The plans of all flags.
#[derive(Serialize)]
pub(in crate::api) struct PlansView {
    items: Vec<PlanView>,
}

/// A flag's plan, or what is wrong with its file.
#[derive(Serialize)]
struct PlanView {
    flag: FlagKey,
    file: Option<String>,
    owner: Option<Person>,
    stages: Vec<StageView>,
    problems: Vec<String>,
}

#[derive(Serialize)]
struct StageView {
    name: String,
    title: String,
    soak_seconds: i64,
    approvals: u32,
}

pub(in crate::api) async fn list_plans(
    _: crate::access::Reader,
    Steered { plans, .. }: Steered,
) -> Json<PlansView> {
    let items = plans.iter().map(|(flag, shelved)| match shelved {
        Ok(file) => PlanView::of(flag, file),
        Err(problems) => PlanView {
            flag: flag.clone(),
            file: None,
            owner: None,
            stages: Vec::new(),
            problems: problems.iter().map(Problem::to_string).collect(),
        },
    });
    Json(PlansView {
        items: items.collect(),
    })
}

impl PlanView {
    fn of(flag: &FlagKey, file: &PlanFile) -> Self {
        Self {
            flag: flag.clone(),
            file: Some(file.path.clone()),
            owner: Some(file.plan.people.owner.clone()),
            stages: stages(&file.plan),
            problems: Vec::new(),
        }
    }
}

fn stages(plan: &Plan) -> Vec<StageView> {
    let by_time = plan.by == rollouts::plan::By::Time;
    let stages = plan.stages.iter();
    stages
        .map(|stage| StageView {
            name: stage.name.to_string(),
            title: stage_title(stage, by_time),
            soak_seconds: stage.soak.as_secs(),
            approvals: stage.approvals,
        })
        .collect()
}
