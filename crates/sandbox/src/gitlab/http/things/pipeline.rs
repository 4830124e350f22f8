//! The pages of a pipeline and of a job.

use super::Page;
use super::parts::{facts, person, time};
use crate::gitlab::acts::ci;
use crate::gitlab::http::html::Safe;
use crate::gitlab::world::{Job, Pipeline, Project, World};

pub(super) fn page(world: &World, pipeline: &Pipeline) -> Page {
    let shown = [
        ("Status", Safe(&pipeline.status).to_string()),
        ("Branch or tag", Safe(&pipeline.git_ref).to_string()),
        ("Commit", Safe(pipeline.commit.title()).to_string()),
        ("Started by", person(world, pipeline.user_id)),
        ("Started", time(pipeline.created_at)),
    ];
    let jobs: String = pipeline.jobs.iter().map(row).collect();
    let main = format!(
        "<p class=\"about\">{status} on {git_ref}</p>{facts}<h2>Jobs</h2>\
         <table><thead><tr><th>Stage</th><th>Job</th><th>Status</th></tr></thead>\
         <tbody>{jobs}</tbody></table>",
        status = Safe(&pipeline.status),
        git_ref = Safe(&pipeline.git_ref),
        facts = facts(&shown),
    );
    (format!("Pipeline #{}", pipeline.id), main)
}

fn row(job: &Job) -> String {
    let again = if job.retried { " (tried again)" } else { "" };
    format!(
        "<tr><td>{}</td><td>{}</td><td>{}{again}</td></tr>",
        Safe(&job.stage),
        Safe(&job.name),
        Safe(&job.status),
    )
}

/// The job with this number, and what it wrote.
pub(super) fn job(project: &Project, id: u64) -> Option<Page> {
    let mut pipelines = project.pipelines.iter();
    let (pipeline, job) = pipelines.find_map(|pipeline| {
        let job = pipeline.jobs.iter().find(|job| job.id == id)?;
        Some((pipeline, job))
    })?;
    let main = format!(
        "<p class=\"about\">{} in pipeline #{}: {}</p><pre>{}</pre>",
        Safe(&job.stage),
        pipeline.id,
        Safe(&job.status),
        Safe(&ci::trace(pipeline, job)),
    );
    Some((job.name.clone(), main))
}
