//! Pipelines, jobs, deployments, releases, feature flags.

use domain::event::{
    Deployment, DeploymentStatus, FeatureFlag, Job, JobStatus, Pipeline, PipelineJob,
    PipelineStatus, Release, ReleaseAction, What,
};

use super::talk::on_merge_request;
use super::{Example, commit, example, strings};

pub fn examples() -> Vec<Example> {
    [
        pipelines(),
        unfinished_pipelines(),
        jobs(),
        deployments(),
        releases(),
        feature_flags(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

pub fn pipeline(status: PipelineStatus) -> Pipeline {
    Pipeline {
        id: 5,
        url: "https://gitlab.example/acme/web/-/pipelines/5".to_owned(),
        name: None,
        ref_name: "develop".to_owned(),
        tag: false,
        status,
        with_warnings: false,
        ref_status: None,
        source: Some("push".to_owned()),
        seconds: Some(7_210),
        finished_at: None,
        commit: Some(commit("a", "Add a basket", "Bo Li")),
        merge_request: None,
        yaml_errors: None,
        jobs: Vec::new(),
    }
}

pub fn job(id: u64, name: &str, stage: &str, failed: bool) -> PipelineJob {
    PipelineJob {
        id,
        name: name.to_owned(),
        stage: stage.to_owned(),
        failed,
        allow_failure: false,
    }
}

fn pipelines() -> Vec<Example> {
    let of = |status| What::Pipeline(pipeline(status));
    let failed = || pipeline(PipelineStatus::Failed);
    let one = Pipeline {
        jobs: vec![
            job(1, "compile", "build", false),
            job(2, "unit", "test", true),
        ],
        ..failed()
    };
    let stages = ["build", "test", "deploy"];
    let many = (0..25_u64).map(|id| {
        let stage = stages[usize::try_from(id / 9).unwrap()];
        job(id + 1, &format!("job-{}", id + 1), stage, true)
    });
    let healed = vec![job(1, "unit", "test", true), job(2, "unit", "test", false)];
    let warned = Pipeline {
        with_warnings: true,
        jobs: vec![PipelineJob {
            allow_failure: true,
            ..job(3, "lint", "test", true)
        }],
        ..pipeline(PipelineStatus::Success)
    };
    let broken = Pipeline {
        yaml_errors: Some("jobs:unit config should contain script".to_owned()),
        seconds: None,
        ..failed()
    };
    let named = Pipeline {
        name: Some("Nightly".to_owned()),
        ..pipeline(PipelineStatus::Success)
    };
    let tag = Pipeline {
        ref_name: "v1.4".to_owned(),
        tag: true,
        ..pipeline(PipelineStatus::Success)
    };
    let own_title = Pipeline {
        merge_request: Some(on_merge_request()),
        commit: Some(commit("a", "Fix the basket", "Bo Li")),
        ref_name: "fix-basket".to_owned(),
        ..pipeline(PipelineStatus::Success)
    };
    let merge_request = Pipeline {
        ref_name: "refs/merge-requests/7/head".to_owned(),
        merge_request: Some(on_merge_request()),
        ..pipeline(PipelineStatus::Success)
    };
    let mut by_api = example("passed, started by the API", of(PipelineStatus::Success));
    by_api.event.actor = None;
    vec![
        example("passed", of(PipelineStatus::Success)),
        example("passed with warnings", What::Pipeline(warned)),
        example("passed, a named one", What::Pipeline(named)),
        example("passed, for a tag", What::Pipeline(tag)),
        example("passed, for a merge request", What::Pipeline(merge_request)),
        example(
            "passed, a merge request of one commit",
            What::Pipeline(own_title),
        ),
        by_api,
        example("failed", What::Pipeline(one)),
        example(
            "failed, 25 jobs",
            What::Pipeline(Pipeline {
                jobs: many.collect(),
                ..failed()
            }),
        ),
        example(
            "failed, healed by a retry",
            What::Pipeline(Pipeline {
                jobs: healed,
                ..failed()
            }),
        ),
        example("failed, configuration", What::Pipeline(broken)),
        example("canceled", of(PipelineStatus::Canceled)),
        example("manual", of(PipelineStatus::Manual)),
        example(
            "any other status",
            of(PipelineStatus::Other("paused".to_owned())),
        ),
    ]
}

fn unfinished_pipelines() -> Vec<Example> {
    [
        ("created", PipelineStatus::Created),
        ("waiting for a resource", PipelineStatus::WaitingForResource),
        ("preparing", PipelineStatus::Preparing),
        ("pending", PipelineStatus::Pending),
        ("running", PipelineStatus::Running),
        ("canceling", PipelineStatus::Canceling),
        ("skipped", PipelineStatus::Skipped),
        ("scheduled", PipelineStatus::Scheduled),
    ]
    .into_iter()
    .map(|(action, status)| example(action, What::Pipeline(pipeline(status))))
    .collect()
}

fn jobs() -> Vec<Example> {
    let job = |status| Job {
        id: 31,
        name: "unit".to_owned(),
        stage: "test".to_owned(),
        url: "https://gitlab.example/acme/web/-/jobs/31".to_owned(),
        status,
        allow_failure: false,
        failure_reason: Some("script_failure".to_owned()),
        seconds: Some(75.4),
        ref_name: "develop".to_owned(),
        tag: false,
        pipeline_id: Some(5),
        commit: Some(commit("a", "Add a basket", "Bo Li")),
        environment: None,
    };
    let allowed = Job {
        allow_failure: true,
        ..job(JobStatus::Failed)
    };
    let mut jobs: Vec<_> = [
        ("passed", JobStatus::Success),
        ("failed", JobStatus::Failed),
        ("canceled", JobStatus::Canceled),
        ("any other status", JobStatus::Other("paused".to_owned())),
        ("created", JobStatus::Created),
        ("waiting for a resource", JobStatus::WaitingForResource),
        ("preparing", JobStatus::Preparing),
        ("pending", JobStatus::Pending),
        ("running", JobStatus::Running),
        ("canceling", JobStatus::Canceling),
        ("skipped", JobStatus::Skipped),
        ("manual", JobStatus::Manual),
        ("scheduled", JobStatus::Scheduled),
    ]
    .into_iter()
    .map(|(action, status)| example(action, What::Job(job(status))))
    .collect();
    jobs.insert(2, example("failed, and may", What::Job(allowed)));
    jobs
}

pub fn deployment(status: DeploymentStatus) -> Deployment {
    Deployment {
        id: Some(15),
        status,
        environment: "prod".to_owned(),
        tier: Some("production".to_owned()),
        external_url: Some("https://shop.example".to_owned()),
        job_id: Some(3),
        job_url: Some("https://gitlab.example/acme/web/-/jobs/3".to_owned()),
        ref_name: Some("main".to_owned()),
        commit: Some(commit("a", "Add a basket", "Bo Li")),
    }
}

fn deployments() -> Vec<Example> {
    [
        ("created", DeploymentStatus::Created),
        ("running", DeploymentStatus::Running),
        ("success", DeploymentStatus::Success),
        ("failed", DeploymentStatus::Failed),
        ("canceled", DeploymentStatus::Canceled),
        ("blocked", DeploymentStatus::Blocked),
        ("skipped", DeploymentStatus::Skipped),
        (
            "any other status",
            DeploymentStatus::Other("paused".to_owned()),
        ),
    ]
    .into_iter()
    .map(|(action, status)| example(action, What::Deployment(deployment(status))))
    .collect()
}

fn releases() -> Vec<Example> {
    let release = |action| {
        What::Release(Release {
            action,
            name: "The basket release".to_owned(),
            tag: "v1.4".to_owned(),
            url: "https://gitlab.example/acme/web/-/releases/v1.4".to_owned(),
            description: Some("## New\n\n- a **basket**".to_owned()),
            milestones: strings(&["15.8"]),
            commit: Some(commit("a", "Add a basket", "Bo Li")),
            assets: vec![(
                "shop.tar.gz".to_owned(),
                "https://gitlab.example/acme/web/-/archive/shop.tar.gz".to_owned(),
            )],
        })
    };
    [
        ("create", ReleaseAction::Create),
        ("update", ReleaseAction::Update),
        ("delete", ReleaseAction::Delete),
        (
            "any other action",
            ReleaseAction::Other("archive".to_owned()),
        ),
    ]
    .into_iter()
    .map(|(action, act)| {
        let mut example = example(action, release(act));
        // GitLab does not say who made a release.
        example.event.actor = None;
        example
    })
    .collect()
}

fn feature_flags() -> Vec<Example> {
    let flag = |active| {
        What::FeatureFlag(FeatureFlag {
            name: "new_basket".to_owned(),
            description: Some("Shows the **new** one".to_owned()),
            active,
        })
    };
    vec![example("on", flag(true)), example("off", flag(false))]
}
