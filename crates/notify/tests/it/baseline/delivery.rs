//! Pipelines and deployments.

use domain::event::{Deployment, DeploymentStatus, Pipeline, PipelineJob, PipelineStatus, What};
use domain::message::Tone;

use super::{W, check, commit, event, facts, message};
use crate::screen::plain;

fn pipeline(status: PipelineStatus) -> Pipeline {
    Pipeline {
        id: 5,
        url: format!("{W}/-/pipelines/5"),
        name: None,
        ref_name: "dev".to_owned(),
        tag: false,
        status,
        with_warnings: false,
        ref_status: None,
        source: None,
        seconds: Some(7_210),
        finished_at: None,
        commit: Some(commit("abcdef0123456789", "t1", "Bo")),
        merge_request: None,
        yaml_errors: None,
        jobs: Vec::new(),
    }
}

fn job(id: u64, name: &str, stage: &str, failed: bool) -> PipelineJob {
    PipelineJob {
        id,
        name: name.to_owned(),
        stage: stage.to_owned(),
        failed,
        allow_failure: false,
    }
}

#[test]
fn a_pipeline_says_how_it_ended_and_how_long_it_took() {
    let warned = Pipeline {
        with_warnings: true,
        ..pipeline(PipelineStatus::Success)
    };
    let unmeasured = Pipeline {
        seconds: None,
        ..pipeline(PipelineStatus::Success)
    };
    let long = Pipeline {
        seconds: Some(90_061),
        ..pipeline(PipelineStatus::Success)
    };
    for (pipeline, words, tone) in [
        (
            pipeline(PipelineStatus::Success),
            "has passed in 02:00:10",
            Tone::Good,
        ),
        (
            warned,
            "has passed with warnings in 02:00:10",
            Tone::Warning,
        ),
        (
            pipeline(PipelineStatus::Failed),
            "has failed in 02:00:10",
            Tone::Danger,
        ),
        // GitLab's own does not send these two.
        (
            pipeline(PipelineStatus::Canceled),
            "was canceled in 02:00:10",
            Tone::Warning,
        ),
        (
            pipeline(PipelineStatus::Manual),
            "waits for a manual job",
            Tone::Neutral,
        ),
        // GitLab's own says "in 00:00" and "in 01:01:01".
        (unmeasured, "has passed", Tone::Good),
        (long, "has passed in 25:01:01", Tone::Good),
    ] {
        let message = check(
            What::Pipeline(pipeline),
            &format!("Pipeline <W/-/pipelines/5|#5> of <W|a/web> by ADA {words}"),
        );
        assert_eq!(message.tone, tone, "{words}");
        assert_eq!(
            facts(&message),
            [
                "Branch: <W/-/commits/dev|dev>",
                "Commit: <W/-/commit/abcdef0123456789|t1>"
            ]
        );
    }
    let message = message(&event(What::Pipeline(pipeline(PipelineStatus::Success))));
    assert_eq!(
        message.summary.as_str(),
        "Pipeline #5 of a/web for branch dev by Ada Byron has passed in 02:00:10"
    );
}

#[test]
fn a_pipeline_without_a_person_was_started_by_the_api() {
    let mut event = event(What::Pipeline(pipeline(PipelineStatus::Success)));
    event.actor = None;
    assert_eq!(
        plain(message(&event).headline.as_str()),
        "Pipeline #5 of a/web by API has passed in 02:00:10"
    );
}

#[test]
fn a_named_pipeline_a_tags_and_a_broken_ones_configuration_are_told() {
    let named = Pipeline {
        name: Some("Nightly".to_owned()),
        ..pipeline(PipelineStatus::Success)
    };
    let tag = Pipeline {
        tag: true,
        ref_name: "v1".to_owned(),
        ..pipeline(PipelineStatus::Success)
    };
    let broken = Pipeline {
        yaml_errors: Some("no script".to_owned()),
        ..pipeline(PipelineStatus::Failed)
    };
    for (pipeline, fact) in [
        (named, "Pipeline name: Nightly"),
        (tag, "Tag: <W/-/tags/v1|v1>"),
        (broken, "Invalid CI config YAML file: no script"),
    ] {
        let facts = facts(&message(&event(What::Pipeline(pipeline))));
        assert!(facts.iter().any(|told| told == fact), "{facts:?}");
    }
}

#[test]
fn a_failed_job_and_its_stage_are_linked_and_so_is_the_list_of_failures() {
    let pipeline = Pipeline {
        jobs: vec![
            job(1, "compile", "build", false),
            job(2, "unit", "test", true),
        ],
        ..pipeline(PipelineStatus::Failed)
    };
    let message = check(
        What::Pipeline(pipeline),
        "Pipeline <W/-/pipelines/5/failures|#5> of <W|a/web> by ADA has failed in 02:00:10",
    );
    assert_eq!(
        facts(&message)[2..],
        [
            "Failed stage: <W/-/pipelines/5/failures|test>",
            "Failed job: <W/-/jobs/2|unit>"
        ]
    );
}

#[test]
fn of_many_failed_jobs_the_last_ten_are_named_and_the_others_counted() {
    let stage = |id| match id {
        1..=8 => "build",
        9..=16 => "test",
        _ => "deploy",
    };
    let jobs = (1..=25)
        .map(|id| job(id, &format!("job-{id}"), stage(id), true))
        .collect();
    let message = message(&event(What::Pipeline(Pipeline {
        jobs,
        ..pipeline(PipelineStatus::Failed)
    })));
    let facts: Vec<_> = facts(&message).iter().map(|fact| plain(fact)).collect();
    assert_eq!(
        facts[2..],
        [
            "Failed stages: deploy, test, build",
            "Failed jobs: job-25, job-24, job-23, job-22, job-21, job-20, job-19, job-18, job-17, \
             job-16 and 15 more",
        ]
    );
    assert!(
        message.facts[3]
            .value
            .as_str()
            .ends_with("/-/pipelines/5/failures|15 more>")
    );
}

#[test]
fn a_job_that_a_retry_healed_did_not_fail_and_one_that_failed_twice_is_named_once() {
    let jobs = vec![
        job(1, "job-1", "test", true),
        job(2, "job-2", "test", true),
        job(3, "job-1", "test", true),
        job(4, "job-2", "test", true),
        job(5, "job-1", "test", false),
    ];
    let message = message(&event(What::Pipeline(Pipeline {
        jobs,
        ..pipeline(PipelineStatus::Failed)
    })));
    assert_eq!(facts(&message)[3..], ["Failed job: <W/-/jobs/2|job-2>"]);
}

fn deployment(status: DeploymentStatus) -> What {
    What::Deployment(Deployment {
        id: None,
        status,
        environment: "prod".to_owned(),
        tier: None,
        external_url: None,
        job_id: Some(3),
        job_url: Some(format!("{W}/-/jobs/3")),
        ref_name: None,
        commit: Some(commit("abcdef0123456789", "t1", "Bo")),
    })
}

#[test]
fn a_deployment_says_where_to_and_how_it_went() {
    for (status, words, color) in [
        (
            DeploymentStatus::Running,
            "Starting deploy to prod",
            "#334455",
        ),
        (
            DeploymentStatus::Success,
            "Deploy to prod succeeded",
            "#2EB67D",
        ),
        (DeploymentStatus::Failed, "Deploy to prod failed", "#D22852"),
        (
            DeploymentStatus::Canceled,
            "Deploy to prod canceled",
            "#DAA038",
        ),
        (
            DeploymentStatus::Other("paused".to_owned()),
            "Deploy to prod paused",
            "#334455",
        ),
    ] {
        let message = check(deployment(status), &format!("{words} in <W|a/web> by ADA"));
        assert_eq!(message.tone.color(), color, "{words}");
        assert_eq!(
            facts(&message),
            [
                "Job: <W/-/jobs/3|#3>",
                "Commit: <W/-/commit/abcdef0123456789|abcdef01>: t1"
            ]
        );
    }
}
