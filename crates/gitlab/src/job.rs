//! Jobs; GitLab's payloads call them builds.

use domain::Event;
use domain::event::{Commit, Job, PipelineStatus, What};
use serde::Deserialize;

use crate::body::{Body, Failure, needed};
use crate::lax::{Flag, Number, Object, Text, first_line};
use crate::pipeline::status;
use crate::place::{self, WirePerson, WireProject};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Wire<'a> {
    #[serde(borrow)]
    r#ref: Text<'a>,
    tag: Flag,
    sha: Text<'a>,
    build_id: Number,
    build_name: Text<'a>,
    build_stage: Text<'a>,
    build_status: Text<'a>,
    build_created_at: Text<'a>,
    build_started_at: Text<'a>,
    build_finished_at: Text<'a>,
    build_duration: Number,
    build_allow_failure: Flag,
    build_failure_reason: Text<'a>,
    pipeline_id: Number,
    project_id: Number,
    user: Object<WirePerson<'a>>,
    commit: Object<WireCommit<'a>>,
    project: Object<WireProject<'a>>,
    repository: Object<WireProject<'a>>,
    environment: Object<WireEnvironment<'a>>,
}

/// The `commit` of a job is its pipeline: the id is the pipeline's.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct WireCommit<'a> {
    #[serde(borrow)]
    sha: Text<'a>,
    id: Number,
    message: Text<'a>,
    author_name: Text<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct WireEnvironment<'a> {
    #[serde(borrow)]
    name: Text<'a>,
}

pub(crate) fn read(body: Body<'_>) -> Result<Event, Failure> {
    let wire: Wire<'_> = body.read()?;
    let id = needed(wire.build_id.get(), "build_id")?;
    let status = status(&needed(wire.build_status.line(), "build_status")?);
    let project = place::project(&wire.project, &wire.repository, wire.project_id);
    let page = project
        .as_ref()
        .map(|project| project.url.as_str())
        .unwrap_or_default();
    let link = |rest: String| (!page.is_empty()).then(|| format!("{page}/-/{rest}"));
    let pipeline_id = wire
        .pipeline_id
        .get()
        .or_else(|| wire.commit.get()?.id.get());
    let job = Job {
        id,
        name: needed(wire.build_name.line(), "build_name")?,
        stage: wire.build_stage.line().unwrap_or_default(),
        url: link(format!("jobs/{id}")).unwrap_or_default(),
        allow_failure: wire.build_allow_failure.yes(),
        failure_reason: match status {
            PipelineStatus::Failed => wire.build_failure_reason.line(),
            _ => None,
        }
        .filter(|reason| reason != "unknown_failure"),
        seconds: wire.build_duration.real(),
        ref_name: wire.r#ref.line().unwrap_or_default(),
        tag: wire.tag.yes(),
        pipeline_id,
        commit: wire.commit(|sha| link(format!("commit/{sha}"))),
        environment: wire
            .environment
            .get()
            .and_then(|environment| environment.name.line()),
        status,
    };
    let moments = [
        &wire.build_finished_at,
        &wire.build_started_at,
        &wire.build_created_at,
    ];
    Ok(Event {
        project,
        group: None,
        actor: wire.user.get().and_then(WirePerson::person),
        happened_at: moments.into_iter().find_map(Text::moment),
        what: What::Job(job),
    })
}

impl Wire<'_> {
    fn commit(&self, page: impl Fn(&str) -> Option<String>) -> Option<Commit> {
        let none = WireCommit::default();
        let commit = self.commit.get().unwrap_or(&none);
        let sha = commit.sha.line().or_else(|| self.sha.line())?;
        Some(Commit {
            title: commit
                .message
                .get()
                .and_then(first_line)
                .unwrap_or_default(),
            url: page(&sha).unwrap_or_default(),
            author: commit.author_name.line(),
            sha,
        })
    }
}
