//! How a deployment looks in a channel.

use domain::event::{Deployment, DeploymentStatus, Event};
use domain::message::Tone;
use domain::mrkdwn::Mrkdwn;
use domain::{Message, say};

use super::sentence::tell;
use super::{Nothing, address, names, text};

pub(super) fn render(event: &Event, deployment: &Deployment) -> Result<Message, Nothing> {
    let environment = environment(deployment);
    let place = names::in_place(event);
    let by = names::by_actor(event);
    let (status, tone) = match &deployment.status {
        DeploymentStatus::Created => return Err(Nothing::DeploymentNotStarted),
        DeploymentStatus::Running => {
            let sentence = tell!(
                "Starting deploy to {environment}{place}{by}",
                environment place by
            );
            return Ok(details(event, deployment, sentence.message()));
        }
        DeploymentStatus::Success => (say!("succeeded"), Tone::Good),
        DeploymentStatus::Failed => (say!("failed"), Tone::Danger),
        DeploymentStatus::Canceled => (say!("canceled"), Tone::Warning),
        DeploymentStatus::Blocked => (say!("waits for approval"), Tone::Warning),
        DeploymentStatus::Skipped => (say!("skipped"), Tone::Neutral),
        DeploymentStatus::Other(word) => (other(word), Tone::Neutral),
    };
    let sentence = tell!(
        "Deploy to {environment} {status}{place}{by}",
        environment status place by
    );
    Ok(details(event, deployment, sentence.message().tone(tone)))
}

fn environment(deployment: &Deployment) -> Mrkdwn {
    match text::name(&deployment.environment) {
        nothing if nothing.is_empty() => say!("an environment"),
        environment => environment,
    }
}

fn other(word: &str) -> Mrkdwn {
    match text::words(word) {
        nothing if nothing.is_empty() => say!("changed"),
        word => word,
    }
}

fn details(event: &Event, deployment: &Deployment, message: Message) -> Message {
    let commit = deployment
        .commit
        .as_ref()
        .map(|commit| names::commit_line(event, commit));
    let external_url = deployment.external_url.as_deref().unwrap_or("");
    message
        .fact("Ref", git_ref(event, deployment))
        .fact("Job", job(event, deployment))
        .fact("Tier", tier(deployment))
        .wide_fact("Commit", commit.unwrap_or_default())
        .link("Open environment", external_url)
}

/// The payload does not say whether it is a branch or a tag; GitLab shows the commits of both.
fn git_ref(event: &Event, deployment: &Deployment) -> Mrkdwn {
    deployment
        .ref_name
        .as_deref()
        .map(|name| names::branch(event, name))
        .unwrap_or_default()
}

fn job(event: &Event, deployment: &Deployment) -> Mrkdwn {
    let Some(id) = deployment.job_id else {
        return Mrkdwn::empty();
    };
    let made = event
        .project
        .as_ref()
        .map(|project| address::job(project, id));
    let url = deployment
        .job_url
        .as_deref()
        .or(made.as_deref())
        .unwrap_or("");
    address::link(url, &say!("#{}", id))
}

/// The tier, unless the environment bears its name.
fn tier(deployment: &Deployment) -> Mrkdwn {
    match deployment.tier.as_deref() {
        Some(tier) if !tier.eq_ignore_ascii_case(deployment.environment.trim()) => {
            text::capitalized(tier)
        }
        Some(_) | None => Mrkdwn::empty(),
    }
}
