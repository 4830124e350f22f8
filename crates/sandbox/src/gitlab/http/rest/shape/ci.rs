//! GitLab's shapes of pipelines, deployments and environments.

use serde_json::{Value, json};

use super::{Shape, time};
use crate::gitlab::words;
use crate::gitlab::world::{Deployment, Environment, Job, Pipeline, Project};

/// The number of a project's environment: environments are never removed, so its place gives it.
pub(in super::super) fn environment_id(project: &Project, name: &str) -> Option<u64> {
    let mut environments = project.environments.iter();
    let index = environments.position(|environment| environment.name == name)?;
    Some(project.id * 100 + index as u64 + 1)
}

impl Shape<'_> {
    /// A pipeline as lists and other records show it.
    pub fn pipeline(self, project: &Project, pipeline: &Pipeline) -> Value {
        json!({
            "id": pipeline.id,
            "iid": pipeline.iid,
            "project_id": project.id,
            "sha": pipeline.commit.sha,
            "ref": pipeline.git_ref,
            "status": pipeline.status,
            "source": pipeline.source,
            "created_at": time(pipeline.created_at),
            "updated_at": time(pipeline.finished_at.unwrap_or(pipeline.created_at)),
            "web_url": self.page(project, &format!("pipelines/{}", pipeline.id)),
            "name": pipeline.name,
        })
    }

    /// A pipeline by itself.
    pub fn pipeline_alone(self, project: &Project, pipeline: &Pipeline) -> Value {
        let mut shape = self.pipeline(project, pipeline);
        shape["before_sha"] = json!(pipeline.before_sha);
        shape["tag"] = json!(pipeline.tag);
        shape["yaml_errors"] = Value::Null;
        shape["user"] = self.person_with(pipeline.user_id);
        shape["started_at"] = json!(time(pipeline.created_at));
        shape["finished_at"] = json!(pipeline.finished_at.map(time));
        shape["committed_at"] = Value::Null;
        shape["duration"] = json!(pipeline.duration);
        shape["queued_duration"] = json!(pipeline.queued);
        shape["coverage"] = Value::Null;
        shape["archived"] = json!(false);
        let status = &pipeline.status;
        let passed = if status == "success" {
            "passed"
        } else {
            status
        };
        shape["detailed_status"] = json!({
            "icon": format!("status_{status}"),
            "text": passed,
            "label": passed,
            "group": status,
            "tooltip": passed,
            "has_details": true,
            "details_path": format!("/{}/-/pipelines/{}", project.path_with_namespace, pipeline.id),
        });
        shape
    }

    pub fn job(self, project: &Project, pipeline: &Pipeline, job: &Job) -> Value {
        let mut shape = json!({
            "id": job.id,
            "status": job.status,
            "stage": job.stage,
            "name": job.name,
            "ref": pipeline.git_ref,
            "tag": pipeline.tag,
            "coverage": null,
            "allow_failure": job.allow_failure,
            "created_at": time(pipeline.created_at),
            "started_at": job.started_at.map(time),
            "finished_at": job.finished_at.map(time),
            "erased_at": null,
            "duration": job.finished_at.map(|_| job.duration as f64),
            "queued_duration": job.started_at.map(|_| job.queued as f64),
            "user": self.person_with(pipeline.user_id),
            "commit": self.commit(project, &pipeline.commit),
            "pipeline": self.pipeline(project, pipeline),
            "web_url": self.page(project, &format!("jobs/{}", job.id)),
            "project": { "ci_job_token_scope_enabled": false },
            "artifacts": [],
            "runner": null,
            "artifacts_expire_at": null,
            "archived": false,
            "tag_list": [],
        });
        // Only failed jobs have a reason.
        if let Some(reason) = &job.failure_reason {
            shape["failure_reason"] = json!(reason);
        }
        shape
    }

    /// A deployment; `iid` is its place among those of the project.
    pub fn deployment(self, project: &Project, deployment: &Deployment) -> Value {
        let before = project.deployments.iter();
        let iid = before.filter(|other| other.id <= deployment.id).count();
        let created_at = time(deployment.created_at.unwrap_or(deployment.at));
        let user = self.person_with(deployment.user_id);
        let ended = !["created", "running"].contains(&deployment.status.as_str());
        let finished_at = ended.then(|| time(deployment.at));
        let mut pipelines = project.pipelines.iter().rev();
        let pipeline = pipelines.find(|pipeline| match deployment.pipeline_id {
            Some(id) => pipeline.id == id,
            None => pipeline.commit.sha == deployment.commit.sha,
        });
        let waits = deployment.status == "created";
        let status = if waits { "manual" } else { &deployment.status };
        json!({
            "id": deployment.id,
            "iid": iid,
            "ref": deployment.git_ref,
            "sha": deployment.commit.sha,
            "created_at": created_at,
            "updated_at": time(deployment.at),
            "status": deployment.status,
            "user": user,
            "environment": {
                "id": environment_id(project, &deployment.environment),
                "name": deployment.environment,
                "slug": words::slug(&deployment.environment),
                "external_url": external_url(&deployment.environment),
            },
            "deployable": {
                "id": deployment.job_id,
                "name": format!("deploy-{}", deployment.environment),
                "status": status,
                "stage": "deploy",
                "ref": deployment.git_ref,
                "tag": false,
                "coverage": null,
                "allow_failure": false,
                "created_at": created_at,
                "started_at": created_at,
                "finished_at": finished_at,
                "user": user,
                "commit": self.commit(project, &deployment.commit),
                "pipeline": pipeline.map(|pipeline| self.pipeline(project, pipeline)),
                "web_url": self.page(project, &format!("jobs/{}", deployment.job_id)),
                "runner": null,
            },
        })
    }

    pub fn environment(self, project: &Project, environment: &Environment) -> Value {
        let of_it = project.deployments.iter();
        let of_it = of_it.filter(|deployment| deployment.environment == environment.name);
        let times = of_it.map(|deployment| deployment.created_at.unwrap_or(deployment.at));
        let first = project.commits.first().map(|commit| commit.at);
        json!({
            "id": environment_id(project, &environment.name),
            "name": environment.name,
            "slug": words::slug(&environment.name),
            "description": null,
            "external_url": external_url(&environment.name),
            "state": "available",
            "tier": environment.tier,
            "created_at": first.map(time),
            "updated_at": times.max().or(first).map(time),
            "auto_stop_at": null,
        })
    }

    /// An environment by itself, with its newest successful deployment.
    pub fn environment_alone(self, project: &Project, environment: &Environment) -> Value {
        let mut shape = self.environment(project, environment);
        let successful = project.deployments.iter().filter(|deployment| {
            deployment.environment == environment.name && deployment.status == "success"
        });
        let last = successful.max_by_key(|deployment| deployment.id);
        shape["last_deployment"] = json!(last.map(|last| self.deployment(project, last)));
        shape
    }
}

fn external_url(environment: &str) -> String {
    format!("https://{}.example.com", words::slug(environment))
}
