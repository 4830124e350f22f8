//! Deployments to environments.
//!
//! A project that is deployed by auto-deploy branches deploys the newest of them unless another
//! branch or a commit is named; any other project deploys its default branch.

use domain::EventKind;

use super::ci::head;
use super::{Act, auto_deploy, field};
use crate::gitlab::args::{Args, DoError, Takes};
use crate::gitlab::payload;
use crate::gitlab::scene::Scene;
use crate::gitlab::world::{Commit, Deployment, Environment, Project};

pub(super) const DEPLOY: Act = Act {
    what: "deploy",
    label: "Deploy",
    group: "CI/CD",
    common: true,
    summary: "Deploy a branch to an environment: it runs, then ends as asked",
    fields: &[
        field(
            "environment",
            Takes::Line,
            "the environment; production unless given",
        ),
        field(
            "status",
            Takes::OneOf(&["success", "failed", "canceled", "running"]),
            "how it ends; success unless given",
        ),
        field(
            "branch",
            Takes::Ref,
            "the branch; the newest auto-deploy branch, else the default branch unless given",
        ),
        field(
            "sha",
            Takes::Line,
            "the commit; the branch's head unless given",
        ),
    ],
    run: deploy,
};

fn deploy(scene: &mut Scene<'_>, args: &Args) -> Result<(), DoError> {
    let environment = args.text_or("environment", || "production".to_owned());
    let status = args.text("status").unwrap_or("success");
    let tier = tier(scene, &environment);
    let running =
        scene.project().deployments.iter().rev().find(|deployment| {
            deployment.status == "running" && deployment.environment == environment
        });
    let mut deployment = match running.cloned() {
        Some(running) if status != "running" => running,
        _ => start_deployment(scene, args, environment, &tier)?,
    };
    scene.say("deployment_id", deployment.id);
    if status != "running" {
        status.clone_into(&mut deployment.status);
        deployment.at = scene.now;
        let body = payload::deployment(scene.source(), &deployment, &tier);
        scene.send(EventKind::Deployment, body);
    }
    let deployments = &mut scene.project_mut().deployments;
    deployments.retain(|kept| kept.id != deployment.id);
    deployments.push(deployment);
    Ok(())
}

fn start_deployment(
    scene: &mut Scene<'_>,
    args: &Args,
    environment: String,
    tier: &str,
) -> Result<Deployment, DoError> {
    let sha = args.text("sha");
    let commit = sha.map(|sha| auto_deploy::commit(scene, sha)).transpose()?;
    let git_ref = match args.text("branch") {
        Some(branch) => branch.to_owned(),
        None => deployed_branch(scene.project(), commit.as_ref()),
    };
    let head = head(scene, &git_ref)?;
    let commit = match commit {
        Some(commit) if !scene.project().contains(&head.sha, &commit.sha) => {
            let problem = format!("{} is not in {git_ref}", commit.short());
            return Err(DoError::impossible("sha", problem));
        }
        Some(commit) => commit,
        None => head,
    };
    let deployment = Deployment {
        id: scene.world.next_id(),
        environment,
        status: "running".to_owned(),
        git_ref,
        commit,
        user_id: scene.user.id,
        job_id: scene.world.next_id(),
        at: scene.ago(90),
        created_at: Some(scene.ago(90)),
        pipeline_id: None,
    };
    let body = payload::deployment(scene.source(), &deployment, tier);
    scene.send(EventKind::Deployment, body);
    Ok(deployment)
}

/// The newest auto-deploy branch that has the commit, or the newest at all.
fn deployed_branch(project: &Project, commit: Option<&Commit>) -> String {
    let mut branches = project.branches.iter().rev();
    let newest = branches.find(|branch| {
        auto_deploy::is_auto_deploy(&branch.name)
            && commit.is_none_or(|commit| project.contains(&branch.sha, &commit.sha))
    });
    newest.map_or_else(|| project.default_branch.clone(), |b| b.name.clone())
}

/// The environment's tier; a new environment is made with the tier its name suggests.
pub(super) fn tier(scene: &mut Scene<'_>, name: &str) -> String {
    let environments = &mut scene.project_mut().environments;
    if let Some(found) = environments
        .iter()
        .find(|environment| environment.name == name)
    {
        return found.tier.clone();
    }
    let environment = Environment::named(name);
    let tier = environment.tier.clone();
    environments.push(environment);
    tier
}
