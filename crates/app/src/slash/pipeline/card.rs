//! A pipeline as a card.

use domain::message::Tone;
use domain::{Message, Mrkdwn, ProjectPath, mrkdwn, say};
use gitlab::rest::{Job, Listed, Pipeline, PipelineStatus};

use super::one::Looked;
use super::{buttons, stages};
use crate::answer::Answer;
use crate::slash::people;

/// The most failed jobs that are named.
const MOST_FAILED: usize = 10;

/// A pipeline's card with its buttons, and what was just done to it.
pub(super) fn answer(project: &ProjectPath, looked: &Looked, deed: Mrkdwn) -> Answer {
    let Looked {
        pipeline,
        jobs,
        failed,
    } = looked;
    let card = of(pipeline)
        .body(deed)
        .wide_fact("Stages", stages::line(&jobs.items))
        .wide_fact("Failed jobs", failed_jobs(failed));
    Answer::in_channel(card).controls(buttons::row(project, pipeline))
}

/// What a channel sees of a pipeline: its status, what it runs on, who made it run, how long.
pub(crate) fn of(pipeline: &Pipeline) -> Message {
    let status = status(pipeline.status);
    let label = format!("Pipeline #{}", pipeline.id);
    let title = match &pipeline.web_url {
        Some(url) => mrkdwn::link(url, &label),
        None => mrkdwn::bold(&label),
    };
    let summary = say!("Pipeline #{} {}", pipeline.id, status);
    let errors = pipeline.yaml_errors.as_deref().unwrap_or_default();
    let user = pipeline.user.as_ref();
    Message::new(summary, say!("{title} {}", status))
        .tone(tone(pipeline.status))
        .fact("Branch", revision(pipeline))
        .fact("Commit", commit(pipeline))
        .fact(
            "Started by",
            user.map_or_else(Mrkdwn::empty, people::linked),
        )
        .fact("Duration", duration(pipeline))
        .wide_fact("Configuration", mrkdwn::escape_line(errors))
}

/// How a pipeline stands, as the rest of a sentence about it.
pub(crate) fn status(status: PipelineStatus) -> &'static str {
    match status {
        PipelineStatus::Created => "was created",
        PipelineStatus::WaitingForResource => "waits for a resource",
        PipelineStatus::Preparing => "is being prepared",
        PipelineStatus::Pending => "is pending",
        PipelineStatus::Running => "is running",
        PipelineStatus::Success => "succeeded",
        PipelineStatus::Failed => "failed",
        PipelineStatus::Canceling => "is being canceled",
        PipelineStatus::Canceled => "was canceled",
        PipelineStatus::Skipped => "was skipped",
        PipelineStatus::Manual => "waits for a manual job",
        PipelineStatus::Scheduled => "is scheduled",
        PipelineStatus::Other => "is on its way",
    }
}

fn tone(status: PipelineStatus) -> Tone {
    match status {
        PipelineStatus::Success => Tone::Good,
        PipelineStatus::Failed => Tone::Danger,
        PipelineStatus::Canceling | PipelineStatus::Canceled => Tone::Warning,
        PipelineStatus::Manual => Tone::Work,
        PipelineStatus::Created
        | PipelineStatus::WaitingForResource
        | PipelineStatus::Preparing
        | PipelineStatus::Pending
        | PipelineStatus::Running
        | PipelineStatus::Skipped
        | PipelineStatus::Scheduled
        | PipelineStatus::Other => Tone::Neutral,
    }
}

fn revision(pipeline: &Pipeline) -> Mrkdwn {
    mrkdwn::code(pipeline.revision.as_deref().unwrap_or_default())
}

fn commit(pipeline: &Pipeline) -> Mrkdwn {
    let sha = pipeline.sha.as_deref().unwrap_or_default();
    let short: String = sha.chars().take(8).collect();
    mrkdwn::code(&short)
}

fn duration(pipeline: &Pipeline) -> Mrkdwn {
    match pipeline.duration {
        None => Mrkdwn::empty(),
        Some(seconds) if seconds < 60 => say!("{} s", seconds),
        Some(seconds) if seconds < 3_600 => say!("{} min {} s", seconds / 60, seconds % 60),
        Some(seconds) => say!("{} h {} min", seconds / 3_600, seconds % 3_600 / 60),
    }
}

fn failed_jobs(failed: &Listed<Job>) -> Mrkdwn {
    let lines = failed.items.iter().take(MOST_FAILED).map(failed_job);
    let lines = mrkdwn::join(lines, "\n");
    let more = failed.items.len().saturating_sub(MOST_FAILED);
    match (more, failed.is_complete) {
        (0, _) => lines,
        (more, true) => say!("{lines}\nand {} more", more),
        (more, false) => say!("{lines}\nand more than {} others", more),
    }
}

fn failed_job(job: &Job) -> Mrkdwn {
    let name = match &job.web_url {
        Some(url) => mrkdwn::link(url, &job.name),
        None => mrkdwn::escape_line(&job.name),
    };
    let stage = job.stage.as_deref().unwrap_or_default();
    let stage = match mrkdwn::escape_line(stage) {
        none if none.is_empty() => none,
        stage => say!(" in {stage}"),
    };
    let reason = job.failure_reason.as_deref().unwrap_or_default();
    let reason = match mrkdwn::escape_line(&reason.replace('_', " ")) {
        none if none.is_empty() => none,
        reason => say!(": {reason}"),
    };
    let allowed = if job.allow_failure {
        Mrkdwn::fixed(" (allowed to fail)")
    } else {
        Mrkdwn::empty()
    };
    say!("{name}{stage}{reason}{allowed}")
}

#[cfg(test)]
pub(super) mod tests {
    use serde_json::{Value, json};

    use super::*;

    pub(in crate::slash::pipeline) fn pipeline(more: &Value) -> Pipeline {
        let mut all = json!({
            "id": 45, "status": "failed", "ref": "main", "sha": "0123456789ab", "duration": 3_723,
            "web_url": "https://g.ex/acme/shop/-/pipelines/45",
            "user": {"id": 1, "username": "ana", "name": "Ana"},
        });
        for (key, value) in more.as_object().unwrap() {
            all[key] = value.clone();
        }
        serde_json::from_value(all).unwrap()
    }

    fn job(name: &str) -> Job {
        serde_json::from_value(json!({
            "id": 1, "name": name, "stage": "test", "status": "failed",
            "failure_reason": "script_failure", "web_url": "https://g.ex/j/1",
        }))
        .unwrap()
    }

    #[test]
    fn a_card_tells_the_status_and_what_failed() {
        let failed = Listed {
            items: vec![job("<!here>")],
            is_complete: true,
        };
        let looked = Looked {
            pipeline: pipeline(&json!({})),
            jobs: failed.clone(),
            failed,
        };
        let answer = answer(&"acme/shop".parse().unwrap(), &looked, Mrkdwn::empty());
        let card = &answer.messages[0];
        let facts = card.facts.iter();
        let facts: Vec<_> = facts
            .map(|fact| format!("{}: {}", fact.label, fact.value))
            .collect();
        assert_eq!(
            card.headline.as_str(),
            "<https://g.ex/acme/shop/-/pipelines/45|Pipeline #45> failed"
        );
        assert_eq!(
            facts,
            [
                "Branch: `main`",
                "Commit: `01234567`",
                "Started by: Ana",
                "Duration: 1 h 2 min",
                "Stages: test :x:",
                "Failed jobs: <https://g.ex/j/1|&lt;!here&gt;> in test: script failure",
            ]
        );
    }

    #[test]
    fn ten_failed_jobs_are_named_and_the_others_counted() {
        let failed = |count: usize, is_complete| Listed {
            items: vec![job("j"); count],
            is_complete,
        };
        for (count, is_complete, lines, end) in [
            (10, true, 10, "script failure"),
            (13, true, 11, "and 3 more"),
            (100, false, 11, "and more than 90 others"),
        ] {
            let shown = failed_jobs(&failed(count, is_complete));
            assert_eq!(shown.as_str().lines().count(), lines, "{count}");
            assert!(shown.as_str().ends_with(end), "{shown}");
        }
    }
}
