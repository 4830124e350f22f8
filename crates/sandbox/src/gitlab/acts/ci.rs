//! Pipelines with their jobs, from their start to their end.

mod again;
mod manual;
mod steps;
mod trace;

use super::{Act, BRANCH, field};
use crate::gitlab::args::{Args, DoError, Takes};
use crate::gitlab::scene::{Scene, next_iid};
use crate::gitlab::world::{Commit, Job, Pipeline};

pub(in crate::gitlab) use again::{cancel_job, retry, retry_job};
pub(super) use manual::PLAY;
pub(in crate::gitlab) use manual::play;
use steps::{finish, keep, seconds_before, send_job, set_status, step_job};
pub(in crate::gitlab) use trace::trace;

pub(super) const PASS: Act = Act {
    what: "pass_pipeline",
    label: "Pass pipeline",
    group: "CI/CD",
    common: true,
    summary: "Finish the running pipeline, or run a new one, with success",
    fields: &[
        BRANCH,
        NAME,
        field("warnings", Takes::YesNo, "whether a job that may fail did"),
        DEPLOYS,
    ],
    run: |scene, args| {
        let end = if args.yes_no("warnings") == Some(true) {
            End::Warnings
        } else {
            End::Success
        };
        end_pipeline(scene, args, &end)
    },
};

pub(super) const FAIL: Act = Act {
    what: "fail_pipeline",
    label: "Fail pipeline",
    group: "CI/CD",
    common: true,
    summary: "Finish the running pipeline, or run a new one, with failed jobs",
    fields: &[
        BRANCH,
        NAME,
        field("job", Takes::Line, "name of the job that fails"),
        field(
            "jobs",
            Takes::Number(1, 60),
            "how many jobs fail; 1 unless given",
        ),
        DEPLOYS,
    ],
    run: |scene, args| {
        let job = args.text("job").map(str::to_owned);
        let end = End::Failed {
            job,
            jobs: args.number("jobs").unwrap_or(1),
        };
        end_pipeline(scene, args, &end)
    },
};

pub(super) const CANCEL: Act = Act {
    what: "cancel_pipeline",
    label: "Cancel pipeline",
    group: "CI/CD",
    common: false,
    summary: "Cancel the running pipeline, or one that starts for it",
    fields: &[BRANCH, NAME],
    run: |scene, args| end_pipeline(scene, args, &End::Canceled),
};

const NAME: super::Field = field(
    "name",
    Takes::Line,
    "name of the pipeline, as workflow:name sets it",
);

const DEPLOYS: super::Field = field(
    "deploys",
    Takes::Many,
    "environments that it gets a job for, which waits until somebody starts it",
);

/// How a pipeline ends.
pub(in crate::gitlab) enum End {
    Success,
    Warnings,
    Failed {
        job: Option<String>,
        jobs: u64,
    },
    Canceled,
    /// It does not end yet.
    Running,
}

impl End {
    /// From the `pipeline` option; nothing for `none`.
    pub(super) fn of_option(option: Option<&str>) -> Option<Self> {
        match option {
            Some("none") => None,
            Some("failed") => Some(Self::Failed { job: None, jobs: 1 }),
            Some("canceled") => Some(Self::Canceled),
            Some("running") => Some(Self::Running),
            _ => Some(Self::Success),
        }
    }
}

/// What a new pipeline is for.
pub(in crate::gitlab) struct Start<'a> {
    pub git_ref: &'a str,
    pub tag: bool,
    pub commit: Commit,
    pub before_sha: &'a str,
    pub merge_request_iid: Option<u64>,
    pub name: Option<&'a str>,
    /// Where it came from, when not from a push or merge request.
    pub source: Option<&'a str>,
    pub variables: &'a [(String, String)],
}

/// Runs a pipeline from its start to its end, sending what GitLab would on the way; answers its
/// id.
pub(in crate::gitlab) fn run_pipeline(scene: &mut Scene<'_>, start: Start<'_>, end: &End) -> u64 {
    let pipeline = begin(scene, start, end);
    let id = pipeline.id;
    end_or_keep(scene, pipeline, end);
    id
}

fn begin(scene: &mut Scene<'_>, start: Start<'_>, end: &End) -> Pipeline {
    let mut pipeline = new_pipeline(scene, start, end);
    scene.say("pipeline_id", pipeline.id);
    for job in &pipeline.jobs {
        send_job(scene, &pipeline, job);
    }
    set_status(scene, &mut pipeline, "pending");
    step_job(scene, &mut pipeline, 0, "pending");
    step_job(scene, &mut pipeline, 0, "running");
    set_status(scene, &mut pipeline, "running");
    pipeline
}

fn end_or_keep(scene: &mut Scene<'_>, pipeline: Pipeline, end: &End) {
    match end {
        End::Running => keep(scene, pipeline),
        End::Success | End::Warnings | End::Failed { .. } | End::Canceled => {
            finish(scene, pipeline, end);
        }
    }
}

/// Cancels what of the pipeline has not ended.
pub(in crate::gitlab) fn cancel(scene: &mut Scene<'_>, pipeline: Pipeline) {
    finish(scene, pipeline, &End::Canceled);
}

fn new_pipeline(scene: &mut Scene<'_>, start: Start<'_>, end: &End) -> Pipeline {
    let id = scene.world.next_id();
    let jobs = new_jobs(scene, end);
    let queued = scene.chance.below(12) + 1;
    let planned = seconds_before(&jobs, None);
    let already = if matches!(end, End::Running) {
        0
    } else {
        planned
    };
    Pipeline {
        id,
        iid: next_iid(
            scene
                .project()
                .pipelines
                .iter()
                .map(|pipeline| pipeline.iid),
        ),
        name: start.name.map(str::to_owned),
        git_ref: start.git_ref.to_owned(),
        tag: start.tag,
        commit: start.commit,
        before_sha: start.before_sha.to_owned(),
        source: match (start.source, start.merge_request_iid) {
            (Some(source), _) => source.to_owned(),
            (None, Some(_)) => "merge_request_event".to_owned(),
            (None, None) => "push".to_owned(),
        },
        status: "created".to_owned(),
        user_id: scene.user.id,
        merge_request_iid: start.merge_request_iid,
        created_at: scene.ago(already + queued),
        finished_at: None,
        duration: None,
        queued,
        jobs,
        variables: start.variables.to_vec(),
    }
}

fn new_jobs(scene: &mut Scene<'_>, end: &End) -> Vec<Job> {
    let mut names = vec![("build", "compile-assets".to_owned())];
    match end {
        End::Failed { jobs, .. } if *jobs > 1 => {
            names.extend((1..=*jobs).map(|n| ("test", format!("rspec unit {n}/{jobs}"))));
        }
        End::Failed { job: Some(job), .. } => names.push(("test", job.clone())),
        _ => names.push(("test", "rspec unit".to_owned())),
    }
    names.push(("test", "eslint".to_owned()));
    names
        .into_iter()
        .map(|(stage, name)| Job {
            id: scene.world.next_id(),
            stage: stage.to_owned(),
            allow_failure: name == "eslint",
            name,
            status: "created".to_owned(),
            failure_reason: None,
            started_at: None,
            finished_at: None,
            duration: 20 + scene.chance.below(220),
            queued: scene.chance.below(9) + 1,
            manual: false,
            environment: None,
            retried: false,
        })
        .collect()
}

/// Ends what runs on the branch, else a new pipeline.
fn end_pipeline(scene: &mut Scene<'_>, args: &Args, end: &End) -> Result<(), DoError> {
    let branch = args.text("branch");
    let running = scene.project().pipelines.iter().rev().find(|pipeline| {
        pipeline.status == "running" && branch.is_none_or(|branch| pipeline.git_ref == branch)
    });
    if let Some(mut running) = running.cloned() {
        if let Some(name) = args.text("name") {
            running.name = Some(name.to_owned());
        }
        manual::add(
            scene,
            &mut running,
            args.many("deploys").unwrap_or_default(),
        );
        scene.say("pipeline_id", running.id);
        finish(scene, running, end);
        return Ok(());
    }
    let branch = branch.unwrap_or(&scene.project().default_branch).to_owned();
    let commit = head(scene, &branch)?;
    let merge_request = scene.merge_request(Some(&branch), "open", |_| true).ok();
    let start = Start {
        git_ref: &branch,
        tag: false,
        before_sha: &commit.sha.clone(),
        commit,
        merge_request_iid: merge_request.map(|merge_request| merge_request.iid),
        name: args.text("name"),
        source: None,
        variables: &[],
    };
    let mut pipeline = begin(scene, start, end);
    manual::add(
        scene,
        &mut pipeline,
        args.many("deploys").unwrap_or_default(),
    );
    end_or_keep(scene, pipeline, end);
    Ok(())
}

/// The commit that a branch points at.
pub(super) fn head(scene: &Scene<'_>, branch: &str) -> Result<Commit, DoError> {
    scene
        .project()
        .head(branch)
        .cloned()
        .ok_or_else(|| DoError::UnknownValue {
            field: "branch".to_owned(),
            value: branch.to_owned(),
            allowed: scene
                .project()
                .branches
                .iter()
                .map(|branch| branch.name.clone())
                .collect(),
        })
}
