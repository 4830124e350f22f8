//! One pipeline: by its number, or the latest of a branch.

use domain::Mrkdwn;
use gitlab::rest::{Job, JobStatus, Listed, Pipeline, RestError, if_found};

use super::card;
use crate::answer::{Answer, Refused, Stopped};
use crate::context::Context;
use crate::slash::given::WhichPipeline;
use commands::wording::Name;

/// As many jobs as one page has.
const MOST_JOBS: usize = 100;

/// A pipeline with its jobs.
pub(super) struct Looked {
    pub(super) pipeline: Pipeline,
    /// In any order; `is_complete` is false for a very large one.
    pub(super) jobs: Listed<Job>,
    pub(super) failed: Listed<Job>,
}

/// The number of the one that is meant: the latest of the default branch when nothing is said.
pub(super) async fn number(
    context: &Context<'_>,
    which: Option<&WhichPipeline>,
) -> Result<u64, Stopped> {
    let branch = match which {
        Some(WhichPipeline::Number(numbered)) => return Ok(numbered.number),
        Some(WhichPipeline::LatestOf(branch)) => branch.clone(),
        None => default_branch(context).await?,
    };
    let (gitlab, project) = (context.gitlab()?, context.place()?);
    let latest = if_found(gitlab.latest_pipeline(&project, &branch).await);
    let latest = latest.map_err(|error| said(context, "pipeline", error))?;
    latest.map(|pipeline| pipeline.id).ok_or_else(|| {
        Stopped::Refused(Refused(format!(
            "there is no pipeline of the branch or tag {} in {}, or your GitLab account may not see it",
            Name(&branch),
            Name(context.project().map_or("", domain::ProjectPath::as_str))
        )))
    })
}

async fn default_branch(context: &Context<'_>) -> Result<String, Stopped> {
    let project = context.gitlab()?.project(&context.place()?).await;
    let project = project.map_err(|error| said(context, "default branch", error))?;
    project.default_branch.ok_or_else(|| {
        Stopped::because(
            "the project has no default branch yet, or your GitLab account may not see its code; name a branch or a pipeline",
        )
    })
}

pub(super) async fn find(context: &Context<'_>, id: u64) -> Result<Pipeline, Stopped> {
    let found = context.gitlab()?.pipeline(&context.place()?, id).await;
    found.map_err(|error| said(context, &called(id), error))
}

/// The pipeline with its jobs. Where those are not told, it is shown without them.
pub(super) async fn look_up(context: &Context<'_>, id: u64) -> Result<Looked, Stopped> {
    let pipeline = find(context, id).await?;
    let jobs = jobs(context, id, &[]).await?;
    let failed = if jobs.is_complete {
        let items = jobs.items.iter();
        Listed {
            items: items
                .filter(|job| job.status == JobStatus::Failed)
                .cloned()
                .collect(),
            is_complete: true,
        }
    } else {
        self::jobs(context, id, &[JobStatus::Failed]).await?
    };
    Ok(Looked {
        pipeline,
        jobs,
        failed,
    })
}

async fn jobs(
    context: &Context<'_>,
    id: u64,
    statuses: &[JobStatus],
) -> Result<Listed<Job>, Stopped> {
    let (gitlab, project) = (context.gitlab()?, context.place()?);
    match gitlab.jobs(&project, id, statuses, MOST_JOBS).await {
        Ok(jobs) => Ok(jobs),
        Err(RestError::Unauthorized { .. }) => Err(Stopped::Relink),
        Err(error) => {
            tracing::debug!(%error, "jobs of a pipeline are not told");
            Ok(Listed {
                items: Vec::new(),
                is_complete: true,
            })
        }
    }
}

/// The card as it is now, with what was done.
pub(super) async fn fresh(context: &Context<'_>, id: u64, deed: Mrkdwn) -> Result<Answer, Stopped> {
    let looked = look_up(context, id).await?;
    Ok(card::answer(context.project()?, &looked, deed))
}

pub(super) fn said(context: &Context<'_>, what: &str, error: RestError) -> Stopped {
    context.gitlab_said(what, error)
}

/// What a sentence calls a pipeline.
pub(super) fn called(id: u64) -> String {
    format!("pipeline #{id}")
}
