//! Pipelines.

use domain::Event;
use domain::event::{Pipeline, PipelineJob, PipelineStatus, Target, TargetKind, What};
use serde::Deserialize;

use crate::body::{Body, Failure, needed};
use crate::lax::{Flag, List, Number, Object, Text};
use crate::place::{self, WirePerson, WireProject};
use crate::push::WireCommit;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Wire<'a> {
    #[serde(borrow)]
    object_attributes: Object<Attributes<'a>>,
    merge_request: Object<WireMergeRequest<'a>>,
    user: Object<WirePerson<'a>>,
    project: Object<WireProject<'a>>,
    repository: Object<WireProject<'a>>,
    project_id: Number,
    commit: Object<WireCommit<'a>>,
    builds: List<Object<WireBuild<'a>>>,
    ref_status_name: Text<'a>,
    yaml_errors: Text<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Attributes<'a> {
    #[serde(borrow)]
    name: Text<'a>,
    id: Number,
    r#ref: Text<'a>,
    tag: Flag,
    source: Text<'a>,
    status: Text<'a>,
    detailed_status: Text<'a>,
    ref_status_name: Text<'a>,
    created_at: Text<'a>,
    finished_at: Text<'a>,
    duration: Number,
    url: Text<'a>,
    yaml_errors: Text<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct WireMergeRequest<'a> {
    #[serde(borrow)]
    title: Text<'a>,
    iid: Text<'a>,
    url: Text<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct WireBuild<'a> {
    #[serde(borrow)]
    name: Text<'a>,
    id: Number,
    stage: Text<'a>,
    status: Text<'a>,
    allow_failure: Flag,
}

pub(crate) fn read(body: Body<'_>) -> Result<Event, Failure> {
    let wire: Wire<'_> = body.read()?;
    let attributes = needed(wire.object_attributes.get(), "object_attributes")?;
    let id = needed(attributes.id.get(), "object_attributes.id")?;
    let status = status(&needed(
        attributes.status.line(),
        "object_attributes.status",
    )?);
    let project = place::project(&wire.project, &wire.repository, wire.project_id);
    let page = project
        .as_ref()
        .map(|project| &project.url)
        .filter(|url| !url.is_empty());
    let page = page.map(|url| format!("{url}/-/pipelines/{id}"));
    let warned = attributes
        .detailed_status
        .get()
        .is_some_and(|words| words.contains("warnings"));
    let pipeline = Pipeline {
        id,
        url: attributes.url.link().or(page).unwrap_or_default(),
        name: attributes.name.line(),
        ref_name: attributes.r#ref.line().unwrap_or_default(),
        tag: attributes.tag.yes(),
        with_warnings: status == PipelineStatus::Success && warned,
        status,
        ref_status: attributes
            .ref_status_name
            .line()
            .or_else(|| wire.ref_status_name.line()),
        source: attributes.source.line(),
        seconds: attributes.duration.rounded(),
        finished_at: attributes.finished_at.moment(),
        commit: wire.commit.get().and_then(WireCommit::commit),
        merge_request: wire.merge_request.get().and_then(WireMergeRequest::target),
        yaml_errors: attributes
            .yaml_errors
            .long()
            .or_else(|| wire.yaml_errors.long()),
        jobs: wire.builds.objects().filter_map(WireBuild::job).collect(),
    };
    Ok(Event {
        project,
        group: None,
        actor: wire.user.get().and_then(WirePerson::person),
        happened_at: pipeline
            .finished_at
            .or_else(|| attributes.created_at.moment()),
        what: What::Pipeline(pipeline),
    })
}

/// A status of a pipeline or a job.
pub(crate) fn status(word: &str) -> PipelineStatus {
    match word {
        "created" => PipelineStatus::Created,
        "waiting_for_resource" => PipelineStatus::WaitingForResource,
        "preparing" => PipelineStatus::Preparing,
        "pending" => PipelineStatus::Pending,
        "running" => PipelineStatus::Running,
        "success" => PipelineStatus::Success,
        "failed" => PipelineStatus::Failed,
        "canceling" => PipelineStatus::Canceling,
        "canceled" => PipelineStatus::Canceled,
        "skipped" => PipelineStatus::Skipped,
        "manual" => PipelineStatus::Manual,
        "scheduled" => PipelineStatus::Scheduled,
        other => PipelineStatus::Other(other.to_owned()),
    }
}

impl WireMergeRequest<'_> {
    fn target(&self) -> Option<Target> {
        Some(Target {
            kind: TargetKind::MergeRequest,
            id: self.iid.line()?,
            title: self.title.line().unwrap_or_default(),
            url: self.url.link().unwrap_or_default(),
            labels: Vec::new(),
        })
    }
}

impl WireBuild<'_> {
    fn job(&self) -> Option<PipelineJob> {
        let failed = match self.status.get()? {
            "failed" => true,
            "success" => false,
            _ => return None,
        };
        Some(PipelineJob {
            id: self.id.get()?,
            name: self.name.line()?,
            stage: self.stage.line().unwrap_or_default(),
            failed,
            allow_failure: self.allow_failure.yes(),
        })
    }
}
