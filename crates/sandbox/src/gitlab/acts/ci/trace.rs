//! What a job wrote.

use crate::gitlab::world::{Job, Pipeline};

/// What ChatOps sends into a pipeline, and what it reads the answer from.
const CHAT_INPUT: &str = "CHAT_INPUT";

/// The log of a job, with the colors of a terminal; empty until it runs.
pub(in crate::gitlab) fn trace(pipeline: &Pipeline, job: &Job) -> String {
    if job.started_at.is_none() {
        return String::new();
    }
    let mut lines = vec![
        "\u{1b}[0KRunning with gitlab-runner 18.5.0 on shared-runner-blue-3\u{1b}[0;m".to_owned(),
        format!(
            "Checking out {} as {}...",
            pipeline.commit.short(),
            pipeline.git_ref
        ),
        format!("\u{1b}[32;1m$ {}\u{1b}[0;m", command(job)),
    ];
    let mut variables = pipeline.variables.iter();
    if let Some((_, input)) = variables.find(|(name, _)| name == CHAT_INPUT) {
        lines.push("section_start:0:chat_reply\r\u{1b}[0K".to_owned());
        lines.push(format!("{}: {input}", job.name));
        lines.push("section_end:0:chat_reply\r\u{1b}[0K".to_owned());
    }
    match job.status.as_str() {
        "success" => lines.push("\u{1b}[32;1mJob succeeded\u{1b}[0;m".to_owned()),
        "failed" => {
            lines.push("Failures:".to_owned());
            lines.push("  1) expected the status to be 200, but it was 500".to_owned());
            lines.push("\u{1b}[31;1mERROR: Job failed: exit code 1\u{1b}[0;m".to_owned());
        }
        "canceled" => lines.push("\u{1b}[31;1mERROR: Job canceled\u{1b}[0;m".to_owned()),
        _ => (),
    }
    lines.push(String::new());
    lines.join("\n")
}

fn command(job: &Job) -> String {
    match &job.environment {
        Some(environment) => format!("bin/deploy {environment}"),
        None => format!("bin/run {:?}", job.name),
    }
}
