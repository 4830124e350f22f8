//! Jobs that wait until somebody starts them: they deploy.
//!
//! As in GitLab, the deployment of such a job is there from the beginning of its pipeline.

use domain::EventKind;

use super::steps::{keep, send_job, set_status, step_job};
use crate::gitlab::acts::{Act, deployments, field};
use crate::gitlab::args::{Args, DoError, Takes};
use crate::gitlab::payload;
use crate::gitlab::scene::Scene;
use crate::gitlab::world::{Deployment, Job, Pipeline};

pub(in crate::gitlab::acts) const PLAY: Act = Act {
    what: "play_job",
    label: "Start job",
    group: "CI/CD",
    common: false,
    summary: "Start a job that waits for somebody, which deploys",
    fields: &[field(
        "job",
        Takes::Line,
        "the job's name or its environment; the first that waits unless given",
    )],
    run: |scene, args| {
        let (pipeline, job) = waiting(scene, args)?;
        play(scene, pipeline, job);
        Ok(())
    },
};

fn waiting(scene: &Scene<'_>, args: &Args) -> Result<(Pipeline, u64), DoError> {
    let wanted = args.text("job");
    let fits = |job: &&Job| {
        let name = wanted.is_none_or(|name| job.name == name);
        job.status == "manual" && (name || job.environment.as_deref() == wanted)
    };
    let pipelines = scene.project().pipelines.iter().rev();
    let mut found = pipelines.filter_map(|p| Some((p.clone(), p.jobs.iter().find(fits)?.id)));
    let missing = || DoError::impossible("job", "no such job waits; pass_pipeline with deploys");
    found.next().ok_or_else(missing)
}

/// Adds a job for each of the environments, which waits to be started.
pub(super) fn add(scene: &mut Scene<'_>, pipeline: &mut Pipeline, environments: &[String]) {
    for environment in environments {
        deployments::tier(scene, environment);
        let job = Job {
            id: scene.world.next_id(),
            stage: "deploy".to_owned(),
            name: format!("deploy-{environment}"),
            status: "manual".to_owned(),
            allow_failure: true,
            failure_reason: None,
            started_at: None,
            finished_at: None,
            duration: 45,
            queued: 1,
            manual: true,
            environment: Some(environment.clone()),
            retried: false,
        };
        let deployment = Deployment {
            id: scene.world.next_id(),
            environment: environment.clone(),
            status: "created".to_owned(),
            git_ref: pipeline.git_ref.clone(),
            commit: pipeline.commit.clone(),
            user_id: scene.user.id,
            job_id: job.id,
            at: scene.now,
            created_at: Some(scene.now),
            pipeline_id: Some(pipeline.id),
        };
        scene.project_mut().deployments.push(deployment);
        send_job(scene, pipeline, &job);
        pipeline.jobs.push(job);
    }
}

/// Runs a job that waits, to its end: the pipeline runs again meanwhile.
pub(in crate::gitlab) fn play(scene: &mut Scene<'_>, mut pipeline: Pipeline, job: u64) {
    let Some(index) = pipeline.jobs.iter().position(|known| known.id == job) else {
        return;
    };
    let before = pipeline.status.clone();
    scene.say("pipeline_id", pipeline.id);
    scene.say("job_id", job);
    step_job(scene, &mut pipeline, index, "pending");
    step_job(scene, &mut pipeline, index, "running");
    set_status(scene, &mut pipeline, "running");
    deploy(scene, job, "running");
    deploy(scene, job, "success");
    pipeline.jobs[index].started_at = Some(scene.now);
    step_job(scene, &mut pipeline, index, "success");
    pipeline.jobs[index].finished_at = Some(scene.now);
    if before == "running" {
        return keep(scene, pipeline);
    }
    set_status(scene, &mut pipeline, &before);
    keep(scene, pipeline);
}

/// The job's deployment gets this far.
fn deploy(scene: &mut Scene<'_>, job: u64, status: &str) {
    let (now, user_id) = (scene.now, scene.user.id);
    let mut deployments = scene.project_mut().deployments.iter_mut();
    let Some(deployment) = deployments.find(|deployment| deployment.job_id == job) else {
        return;
    };
    status.clone_into(&mut deployment.status);
    deployment.at = now;
    deployment.user_id = user_id;
    let deployment = deployment.clone();
    scene.say("deployment_id", deployment.id);
    let tier = deployments::tier(scene, &deployment.environment);
    let body = payload::deployment(scene.source(), &deployment, &tier);
    scene.send(EventKind::Deployment, body);
}
