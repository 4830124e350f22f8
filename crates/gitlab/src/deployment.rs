//! Deployments.

use domain::Event;
use domain::event::{Commit, Deployment, DeploymentStatus, What};
use serde::Deserialize;

use crate::body::{Body, Failure, needed};
use crate::lax::{Number, Object, Text};
use crate::place::{self, WirePerson, WireProject, last_part};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Wire<'a> {
    #[serde(borrow)]
    status: Text<'a>,
    status_changed_at: Text<'a>,
    deployment_id: Number,
    deployable_id: Number,
    deployable_url: Text<'a>,
    environment: Text<'a>,
    environment_tier: Text<'a>,
    environment_external_url: Text<'a>,
    project: Object<WireProject<'a>>,
    repository: Object<WireProject<'a>>,
    user: Object<WirePerson<'a>>,
    r#ref: Text<'a>,
    short_sha: Text<'a>,
    commit_url: Text<'a>,
    commit_title: Text<'a>,
}

pub(crate) fn read(body: Body<'_>) -> Result<Event, Failure> {
    let wire: Wire<'_> = body.read()?;
    let named = wire.status.raw().or(wire.environment.get());
    needed(named, "status")?;
    let deployment = Deployment {
        id: wire.deployment_id.get(),
        status: status(&wire.status.line().unwrap_or_default()),
        environment: wire.environment.line().unwrap_or_default(),
        tier: wire.environment_tier.line(),
        external_url: wire.environment_external_url.link(),
        job_id: wire.deployable_id.get(),
        job_url: wire.deployable_url.link(),
        ref_name: wire.r#ref.line(),
        commit: wire.commit(),
    };
    Ok(Event {
        project: place::project(&wire.project, &wire.repository, Number::default()),
        group: None,
        actor: wire.user.get().and_then(WirePerson::person),
        happened_at: wire.status_changed_at.moment(),
        what: What::Deployment(deployment),
    })
}

fn status(word: &str) -> DeploymentStatus {
    match word {
        "created" => DeploymentStatus::Created,
        "running" => DeploymentStatus::Running,
        "success" => DeploymentStatus::Success,
        "failed" => DeploymentStatus::Failed,
        "canceled" => DeploymentStatus::Canceled,
        "blocked" => DeploymentStatus::Blocked,
        "skipped" => DeploymentStatus::Skipped,
        other => DeploymentStatus::Other(other.to_owned()),
    }
}

impl Wire<'_> {
    /// The full hash stands only in the commit's address.
    fn commit(&self) -> Option<Commit> {
        let url = self.commit_url.link();
        let full = url
            .as_deref()
            .map(last_part)
            .filter(|sha| is_hash(sha))
            .map(str::to_owned);
        Some(Commit {
            sha: full.or_else(|| self.short_sha.line())?,
            title: self.commit_title.line().unwrap_or_default(),
            url: url.unwrap_or_default(),
            author: None,
        })
    }
}

fn is_hash(text: &str) -> bool {
    (8..=64).contains(&text.len()) && text.bytes().all(|digit| digit.is_ascii_hexdigit())
}
