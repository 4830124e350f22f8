//! Pipelines, and starting them.
//!
//! A pipeline that is started here runs until somebody ends it (`pass_pipeline`,
//! `fail_pipeline`, `cancel_pipeline`).

use axum::extract::{Path, State};
use serde_json::{Value, json};

use super::call::{Answer, Call, created, ok};
use super::params::Params;
use super::refused::Refused;
use super::shape::Shape;
use crate::gitlab::GitLabSandbox;
use crate::gitlab::acts::ci::{self, End, Start};
use crate::gitlab::scene::Scene;
use crate::gitlab::world::{Access, Pipeline, Project};

/// The trigger token of every project, and whose pipelines it starts.
const TRIGGER: (&str, &str) = ("glptt-demo", "ops");

/// `GET /projects/:id/pipelines`, the newest first unless asked otherwise.
pub(super) async fn list(Path(id): Path<String>, call: Call) -> Answer {
    let params = &call.params;
    let (git_ref, sha) = (params.text("ref"), params.text("sha"));
    let (status, source) = (params.text("status"), params.text("source"));
    let (username, name) = (params.text("username"), params.text("name"));
    let updated = params.time("updated_after")?;
    let ascending = params.one_of("sort", &["asc", "desc"])? == Some("asc");
    call.read(|world, shape| {
        let project = call.project(world, &id)?;
        let mut found: Vec<&Pipeline> = project.pipelines.iter().collect();
        found.retain(|pipeline| {
            let touched = pipeline.finished_at.unwrap_or(pipeline.created_at);
            git_ref
                .as_ref()
                .is_none_or(|name| pipeline.git_ref == *name)
                && sha.as_ref().is_none_or(|sha| pipeline.commit.sha == *sha)
                && status.as_ref().is_none_or(|s| pipeline.status == *s)
                && source.as_ref().is_none_or(|s| pipeline.source == *s)
                && (name.is_none() || pipeline.name == name)
                && username.as_ref().is_none_or(|username| {
                    let user = world.user(pipeline.user_id);
                    user.is_some_and(|user| user.username == *username)
                })
                && updated.is_none_or(|after| touched >= after)
        });
        found.sort_by_key(|pipeline| pipeline.id);
        if !ascending {
            found.reverse();
        }
        call.page(&found, |pipeline| shape.pipeline(project, pipeline))
    })
}

pub(super) fn find(project: &Project, id: u64) -> Result<&Pipeline, Refused> {
    let found = project.pipelines.iter().find(|pipeline| pipeline.id == id);
    found.ok_or_else(|| Refused::not_found("Pipeline"))
}

/// `GET /projects/:id/pipelines/:pipeline_id`
pub(super) async fn one(Path((id, number)): Path<(String, u64)>, call: Call) -> Answer {
    call.read(|world, shape| {
        let project = call.project(world, &id)?;
        ok(shape.pipeline_alone(project, find(project, number)?))
    })
}

/// `GET /projects/:id/pipelines/latest`; where there is none, GitLab answers 403.
pub(super) async fn latest(Path(id): Path<String>, call: Call) -> Answer {
    let git_ref = call.params.text("ref");
    call.read(|world, shape| {
        let project = call.project(world, &id)?;
        let git_ref = git_ref.as_ref().unwrap_or(&project.default_branch);
        let head = project.resolve(git_ref).map(|commit| &commit.sha);
        let of_ref = |p: &&Pipeline| p.git_ref == *git_ref && Some(&p.commit.sha) == head;
        let newest = project.pipelines.iter().filter(of_ref).max_by_key(|p| p.id);
        let newest = newest.ok_or_else(Refused::forbidden)?;
        ok(shape.pipeline_alone(project, newest))
    })
}

/// `POST /projects/:id/pipelines/:pipeline_id/retry`
pub(super) async fn retry(path: Path<(String, u64)>, call: Call) -> Answer {
    let body = change(path, &call, ci::retry).await?;
    created(body)
}

/// `POST /projects/:id/pipelines/:pipeline_id/cancel`; one that has ended stays as it is.
pub(super) async fn cancel(path: Path<(String, u64)>, call: Call) -> Answer {
    let cancel = |scene: &mut Scene<'_>, pipeline: Pipeline| {
        if pipeline.is_active() {
            ci::cancel(scene, pipeline);
        }
    };
    let body = change(path, &call, cancel).await?;
    ok(body)
}

async fn change(
    Path((id, number)): Path<(String, u64)>,
    call: &Call,
    act: impl FnOnce(&mut Scene<'_>, Pipeline),
) -> Result<Value, Refused> {
    let changed = call.change(&id, |scene| {
        let pipeline = find(scene.project(), number)?.clone();
        call.needs(scene.world, scene.project(), Access::Developer)?;
        act(scene, pipeline);
        Ok(())
    });
    changed.await?;
    call.read(|world, shape| {
        let project = call.project(world, &id)?;
        Ok(shape.pipeline_alone(project, find(project, number)?))
    })
}

/// `GET /projects/:id/pipelines/:pipeline_id/variables`
pub(super) async fn variables(Path((id, number)): Path<(String, u64)>, call: Call) -> Answer {
    call.read(|world, _| {
        let project = call.project(world, &id)?;
        let pipeline = find(project, number)?;
        let variables = pipeline.variables.iter().map(|(key, value)| {
            json!({
                "key": key, "value": value, "variable_type": "env_var", "raw": false,
            })
        });
        ok(variables.collect())
    })
}

/// `POST /projects/:id/pipeline`
pub(super) async fn create(Path(id): Path<String>, call: Call) -> Answer {
    let git_ref = call.params.required("ref")?;
    let variables = listed(&call.params);
    let number = call.change(&id, |scene| {
        call.needs(scene.world, scene.project(), Access::Developer)?;
        start(scene, &git_ref, "api", &variables)
    });
    let number = number.await?;
    call.read(|world, shape| answer(call.project(world, &id)?, shape, number))
}

/// `POST /projects/:id/trigger/pipeline`: the token is a parameter, and all it takes.
pub(super) async fn trigger(
    State(sandbox): State<GitLabSandbox>,
    Path(id): Path<String>,
    params: Params,
) -> Answer {
    let (git_ref, token) = (params.text("ref"), params.text("token"));
    let (git_ref, token) = match (git_ref, token) {
        (Some(git_ref), Some(token)) => (git_ref, token),
        (None, None) => return Err(Refused::error("ref is missing, token is missing")),
        (None, _) => return Err(Refused::error("ref is missing")),
        (_, None) => return Err(Refused::error("token is missing")),
    };
    let variables = mapped(&params);
    let known = sandbox.lock().world.project(&id).is_some();
    if !known || token != TRIGGER.0 {
        return Err(Refused::bad_trigger());
    }
    let started = sandbox.change((TRIGGER.1, &id), |scene| {
        start(scene, &git_ref, "trigger", &variables)
    });
    let (number, _) = started.await?;
    let state = sandbox.lock();
    let project = state.world.project(&id);
    let project = project.ok_or_else(|| Refused::not_found("Project"))?;
    let shape = Shape {
        base: &sandbox.options().public_url,
        world: &state.world,
    };
    answer(project, shape, number)
}

fn answer(project: &Project, shape: Shape<'_>, id: u64) -> Answer {
    let mut body = shape.pipeline_alone(project, find(project, id)?);
    // What GitLab says at once, before a runner has it.
    body["status"] = json!("created");
    created(body)
}

fn start(
    scene: &mut Scene<'_>,
    git_ref: &str,
    source: &str,
    variables: &[(String, String)],
) -> Result<u64, Refused> {
    let missing = || Refused::invalid("base", "Reference not found");
    let project = scene.project();
    let commit = project.resolve(git_ref).cloned().ok_or_else(missing)?;
    let tag = project.branch(git_ref).is_none();
    let start = Start {
        git_ref,
        tag,
        before_sha: &commit.sha.clone(),
        commit,
        merge_request_iid: None,
        name: None,
        source: Some(source),
        variables,
    };
    Ok(ci::run_pipeline(scene, start, &End::Running))
}

/// `variables` as a list of `{"key", "value"}`.
fn listed(params: &Params) -> Vec<(String, String)> {
    let Some(Value::Array(variables)) = params.raw("variables") else {
        return Vec::new();
    };
    let pair = |variable: &Value| {
        let text = |name: &str| variable[name].as_str().map(str::to_owned);
        Some((text("key")?, text("value")?))
    };
    variables.iter().filter_map(pair).collect()
}

/// `variables` as `{"KEY": "value"}`, or as `variables[KEY]=value` in a form.
fn mapped(params: &Params) -> Vec<(String, String)> {
    if let Some(Value::Object(variables)) = params.raw("variables") {
        let pairs = variables.iter();
        return pairs
            .filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())))
            .collect();
    }
    let pairs = params.below("variables[");
    pairs.map(|(key, value)| (key.to_owned(), value)).collect()
}
