//! The stages of a pipeline in a line: `build ✓ → test ✗ → deploy …`.

use domain::{Mrkdwn, mrkdwn, say};
use gitlab::rest::{Job, JobStatus};

/// How a stage stands; the worst of its jobs decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Standing {
    Skipped,
    Succeeded,
    Manual,
    Waiting,
    Canceled,
    Running,
    Failed,
}

/// The most stages that are shown.
const MOST: usize = 12;

/// The stages in the order in which their jobs were made.
pub(super) fn line(jobs: &[Job]) -> Mrkdwn {
    let mut jobs: Vec<&Job> = jobs.iter().collect();
    jobs.sort_by_key(|job| job.id);
    let mut stages: Vec<(&str, Standing)> = Vec::new();
    for job in jobs {
        let Some(name) = job.stage.as_deref() else {
            continue;
        };
        let standing = standing(job);
        match stages.iter_mut().find(|(known, _)| *known == name) {
            Some((_, known)) => *known = standing.max(*known),
            None => stages.push((name, standing)),
        }
    }
    let more = stages.len().saturating_sub(MOST);
    let shown = stages
        .iter()
        .take(MOST)
        .map(|(name, standing)| say!("{} {}", mrkdwn::escape_line(name), mark(*standing)));
    let line = mrkdwn::join(shown, " → ");
    if more == 0 {
        line
    } else {
        say!("{line} → {} more", more)
    }
}

fn standing(job: &Job) -> Standing {
    match job.status {
        JobStatus::Failed if job.allow_failure => Standing::Succeeded,
        JobStatus::Failed => Standing::Failed,
        JobStatus::Running | JobStatus::Canceling => Standing::Running,
        JobStatus::Canceled => Standing::Canceled,
        JobStatus::Created
        | JobStatus::WaitingForResource
        | JobStatus::WaitingForCallback
        | JobStatus::Preparing
        | JobStatus::Pending
        | JobStatus::Scheduled
        | JobStatus::Other => Standing::Waiting,
        JobStatus::Manual => Standing::Manual,
        JobStatus::Success => Standing::Succeeded,
        JobStatus::Skipped => Standing::Skipped,
    }
}

fn mark(standing: Standing) -> &'static str {
    match standing {
        Standing::Skipped => ":fast_forward:",
        Standing::Succeeded => ":white_check_mark:",
        Standing::Manual => ":raised_hand:",
        Standing::Waiting => ":hourglass_flowing_sand:",
        Standing::Canceled => ":no_entry_sign:",
        Standing::Running => ":arrow_forward:",
        Standing::Failed => ":x:",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_worst_job_decides_how_its_stage_stands() {
        let job = |id: u64, stage: &str, status: &str, allow: bool| {
            serde_json::from_value::<Job>(json!({
                "id": id, "name": "j", "stage": stage, "status": status, "allow_failure": allow,
            }))
            .unwrap()
        };
        let jobs = [
            job(5, "deploy", "manual", false),
            job(4, "test", "success", false),
            job(3, "test", "failed", false),
            job(2, "lint", "failed", true),
            job(1, "bu:ild:", "success", false),
        ];
        assert_eq!(
            line(&jobs).as_str(),
            "bu:\u{2060}ild: :white_check_mark: → lint :white_check_mark: → test :x: → deploy :raised_hand:"
        );
        assert!(line(&[]).is_empty());
    }
}
