//! Pipelines, jobs, deployments, releases, and where alerts and vulnerabilities belong.

use domain::event::{
    Deployment, DeploymentStatus, Job, Pipeline, PipelineStatus, ReleaseAction, TargetKind, What,
};
use domain::{Event, EventKind};
use serde_json::{Value, json};

use crate::fixtures::{event, event_of, named};

#[track_caller]
fn pipeline_of(event: Event) -> Pipeline {
    match event.what {
        What::Pipeline(pipeline) => pipeline,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn job_of(event: Event) -> Job {
    match event.what {
        What::Job(job) => job,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn deployment_of(event: Event) -> Deployment {
    match event.what {
        What::Deployment(deployment) => deployment,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_pipeline_has_a_page_even_when_old_gitlab_sends_none() {
    let mut body = named("pipeline__failed").value();
    let url = "https://gitlab.example.com/acme/shop/-/pipelines/773";
    assert_eq!(pipeline_of(event_of("", &body)).url, url);
    body["object_attributes"]
        .as_object_mut()
        .unwrap()
        .remove("url");
    assert_eq!(pipeline_of(event_of("", &body)).url, url);
    body.as_object_mut().unwrap().remove("project");
    assert_eq!(pipeline_of(event_of("", &body)).url, "");
}

#[test]
fn a_pipeline_passes_with_warnings_only_when_it_passes() {
    let mut body = named("pipeline__success_with_warnings").value();
    assert!(pipeline_of(event_of("", &body)).with_warnings);
    body["object_attributes"]["status"] = json!("failed");
    assert!(!pipeline_of(event_of("", &body)).with_warnings);
    assert!(!pipeline_of(event("pipeline__success")).with_warnings);
}

#[test]
fn a_pipeline_keeps_the_jobs_that_failed_or_passed_in_their_order() {
    let jobs: Vec<(u64, bool, bool)> = pipeline_of(event("pipeline__failed"))
        .jobs
        .iter()
        .map(|job| (job.id, job.failed, job.allow_failure))
        .collect();
    assert_eq!(
        jobs,
        [
            (8825, true, false),
            (8824, true, false),
            (8826, false, false),
            (8823, true, false),
            (8822, true, true),
            (8821, false, false),
        ],
    );
}

#[test]
fn a_pipeline_without_a_duration_has_none() {
    let mut body = named("pipeline__failed").value();
    for (sent, expected) in [
        (json!(7210), Some(7210)),
        (json!(null), None),
        (json!(61.7), Some(62)),
        (json!("90"), Some(90)),
        (json!(-1), None),
    ] {
        body["object_attributes"]["duration"] = sent;
        assert_eq!(pipeline_of(event_of("", &body)).seconds, expected);
    }
}

#[test]
fn a_pipeline_says_what_happened_to_its_ref() {
    let mut body = named("pipeline__running").value();
    assert_eq!(pipeline_of(event_of("", &body)).ref_status, None);
    body["ref_status_name"] = json!("still_failing");
    assert_eq!(
        pipeline_of(event_of("", &body)).ref_status.as_deref(),
        Some("still_failing")
    );
    assert_eq!(
        pipeline_of(event("pipeline__failed")).ref_status.as_deref(),
        Some("broken")
    );
}

#[test]
fn a_pipeline_of_a_merge_request_names_it() {
    let merge_request = pipeline_of(event("pipeline__for_merge_request"))
        .merge_request
        .unwrap();
    assert_eq!(
        (merge_request.kind, merge_request.id.as_str()),
        (TargetKind::MergeRequest, "17")
    );
    let errors = pipeline_of(event("pipeline__failed_configuration"))
        .yaml_errors
        .unwrap();
    assert_eq!(errors, "jobs:rspec config contains unknown keys: scripts");
}

#[test]
fn every_status_has_its_variant() {
    for (word, status) in [
        ("created", PipelineStatus::Created),
        ("waiting_for_resource", PipelineStatus::WaitingForResource),
        ("preparing", PipelineStatus::Preparing),
        ("pending", PipelineStatus::Pending),
        ("running", PipelineStatus::Running),
        ("success", PipelineStatus::Success),
        ("failed", PipelineStatus::Failed),
        ("canceling", PipelineStatus::Canceling),
        ("canceled", PipelineStatus::Canceled),
        ("skipped", PipelineStatus::Skipped),
        ("manual", PipelineStatus::Manual),
        ("scheduled", PipelineStatus::Scheduled),
        ("resting", PipelineStatus::Other("resting".to_owned())),
    ] {
        let mut body = named("pipeline__running").value();
        body["object_attributes"]["status"] = json!(word);
        assert_eq!(pipeline_of(event_of("", &body)).status, status);
        let mut body = named("job__running").value();
        body["build_status"] = json!(word);
        assert_eq!(job_of(event_of("", &body)).status, status);
    }
}

#[test]
fn a_job_has_a_page_a_commit_and_its_pipelines_number() {
    let job = job_of(event("job__failed"));
    assert_eq!(job.url, "https://gitlab.example.com/acme/shop/-/jobs/8825");
    assert_eq!(job.pipeline_id, Some(773));
    assert_eq!(job.failure_reason.as_deref(), Some("script_failure"));
    let commit = job.commit.unwrap();
    assert_eq!(commit.title, "Charge the card only once");
    assert_eq!(commit.author.as_deref(), Some("Ben Okafor"));
    assert!(commit.url.ends_with(&format!("/-/commit/{}", commit.sha)));
    assert_eq!(job_of(event("job__success")).failure_reason, None);
    assert_eq!(
        job_of(event("job__deploys")).environment.as_deref(),
        Some("production")
    );
}

#[test]
fn a_job_without_a_project_is_placed_by_its_repository() {
    let mut body = named("job__failed").value();
    body.as_object_mut().unwrap().remove("project");
    body.as_object_mut().unwrap().remove("pipeline_id");
    let event = event_of("Build Hook", &body);
    let project = event.project.clone().unwrap();
    assert_eq!((project.path.as_str(), project.id), ("acme/shop", Some(31)));
    assert_eq!(job_of(event).pipeline_id, Some(773));
}

#[test]
fn a_deployment_may_say_little() {
    for (word, status) in [
        ("created", DeploymentStatus::Created),
        ("running", DeploymentStatus::Running),
        ("success", DeploymentStatus::Success),
        ("failed", DeploymentStatus::Failed),
        ("canceled", DeploymentStatus::Canceled),
        ("blocked", DeploymentStatus::Blocked),
        ("skipped", DeploymentStatus::Skipped),
        ("approved", DeploymentStatus::Other("approved".to_owned())),
        ("", DeploymentStatus::Other(String::new())),
    ] {
        let deployment = deployment_of(event_of(
            "",
            &json!({"object_kind": "deployment", "status": word}),
        ));
        assert_eq!(
            (deployment.status, deployment.environment.as_str()),
            (status, "")
        );
    }
}

#[test]
fn a_deployments_commit_has_the_full_hash_of_its_address() {
    let mut body = named("deployment__success").value();
    let commit = deployment_of(event_of("", &body)).commit.unwrap();
    assert_eq!(
        (commit.sha.len(), commit.title.as_str()),
        (40, "Charge the card only once")
    );
    body["commit_url"] = json!(null);
    let commit = deployment_of(event_of("", &body)).commit.unwrap();
    assert_eq!((commit.sha.len(), commit.url.as_str()), (8, ""));
    body["short_sha"] = json!(null);
    assert_eq!(deployment_of(event_of("", &body)).commit, None);
}

#[test]
fn a_release_keeps_what_was_attached_to_it() {
    let What::Release(release) = event("release__create").what else {
        panic!()
    };
    assert_eq!(release.action, ReleaseAction::Create);
    assert_eq!(release.milestones, ["2.4"]);
    let asset = (
        "Linux package".to_owned(),
        "https://downloads.example.com/shop-2.4.0.deb".to_owned(),
    );
    assert_eq!(release.assets, [asset]);
}

#[test]
fn alerts_and_vulnerabilities_are_placed_by_their_address() {
    for name in ["alert__resolved", "vulnerability__detected"] {
        let event = event(name);
        let project = event.project.unwrap();
        assert_eq!(
            (project.path.as_str(), project.name.as_str()),
            ("acme/shop", "shop"),
            "{name}"
        );
        assert_eq!(
            project.url, "https://gitlab.example.com/acme/shop",
            "{name}"
        );
    }
}

#[test]
fn a_token_belongs_to_a_project_or_a_group() {
    let of_project = event("access_token__expiring_project");
    assert_eq!(of_project.project.unwrap().path, "acme/shop");
    let of_group = event("access_token__expiring_group");
    assert_eq!(
        (of_group.project, of_group.group.unwrap().path.as_str()),
        (None, "acme")
    );
    assert_eq!(
        event("deploy_token__expiring_project").kind(),
        EventKind::DeployToken
    );
}

#[test]
fn visibility_is_read_from_levels_and_words() {
    use domain::event::Visibility::{Internal, Private, Public, Unknown};
    for (sent, expected) in [
        (json!(0), Private),
        (json!(10), Internal),
        (json!(20), Public),
        (json!("0"), Private),
        (json!("public"), Public),
        (json!(5), Unknown),
        (Value::Null, Unknown),
    ] {
        let mut body = named("push__update").value();
        body["project"]["visibility_level"] = sent.clone();
        assert_eq!(
            event_of("", &body).project.unwrap().visibility,
            expected,
            "{sent}"
        );
    }
}
