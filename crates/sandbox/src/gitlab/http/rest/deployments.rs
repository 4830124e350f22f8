//! Deployments and environments of a project.

use axum::extract::Path;

use super::call::{Answer, Call, ok};
use super::refused::Refused;
use super::shape::environment_id;
use crate::gitlab::world::{Deployment, Environment};

const STATUSES: [&str; 7] = [
    "created", "running", "success", "failed", "canceled", "skipped", "blocked",
];

/// `GET /projects/:id/deployments`, by id and the oldest first unless asked otherwise.
pub(super) async fn list(Path(id): Path<String>, call: Call) -> Answer {
    let params = &call.params;
    let environment = params.text("environment");
    let status = params.one_of("status", &STATUSES)?;
    let orders = [
        "id",
        "iid",
        "created_at",
        "updated_at",
        "finished_at",
        "ref",
    ];
    let order = params.one_of("order_by", &orders)?.unwrap_or("id");
    let updated = (
        params.time("updated_after")?,
        params.time("updated_before")?,
    );
    let finished = (
        params.time("finished_after")?,
        params.time("finished_before")?,
    );
    if (updated.0.or(updated.1)).is_some() && order != "updated_at" {
        return Err(Refused::bad(
            "`updated_at` filter and `updated_at` sorting must be paired",
        ));
    }
    if (finished.0.or(finished.1)).is_some()
        && (order != "finished_at" || status != Some("success"))
    {
        return Err(Refused::bad(
            "`finished_at` filter must be combined with `success` status filter.",
        ));
    }
    let descending = params.one_of("sort", &["asc", "desc"])? == Some("desc");
    call.read(|world, shape| {
        let project = call.project(world, &id)?;
        let mut found: Vec<&Deployment> = project.deployments.iter().collect();
        found.retain(|deployment| {
            let after = updated.0.or(finished.0);
            let before = updated.1.or(finished.1);
            environment
                .as_ref()
                .is_none_or(|e| deployment.environment == *e)
                && status.is_none_or(|status| deployment.status == status)
                && after.is_none_or(|after| deployment.at >= after)
                && before.is_none_or(|before| deployment.at <= before)
        });
        found.sort_by_key(|deployment| deployment.id);
        match order {
            "created_at" => found.sort_by_key(|d| d.created_at.unwrap_or(d.at)),
            "updated_at" | "finished_at" => found.sort_by_key(|deployment| deployment.at),
            "ref" => found.sort_by(|one, other| one.git_ref.cmp(&other.git_ref)),
            _ => (),
        }
        if descending {
            found.reverse();
        }
        call.page(&found, |deployment| shape.deployment(project, deployment))
    })
}

/// `GET /projects/:id/deployments/:deployment_id`
pub(super) async fn one(Path((id, number)): Path<(String, u64)>, call: Call) -> Answer {
    call.read(|world, shape| {
        let project = call.project(world, &id)?;
        let found = project.deployments.iter().find(|d| d.id == number);
        let found = found.ok_or_else(|| Refused::not_found("Deployment"))?;
        ok(shape.deployment(project, found))
    })
}

/// `GET /projects/:id/environments`
pub(super) async fn environments(Path(id): Path<String>, call: Call) -> Answer {
    let (name, search) = (call.params.text("name"), call.params.text("search"));
    let states = ["available", "stopping", "stopped"];
    let state = call.params.one_of("states", &states)?;
    call.read(|world, shape| {
        let project = call.project(world, &id)?;
        let mut found: Vec<&Environment> = project.environments.iter().collect();
        found.retain(|environment| {
            state.is_none_or(|state| state == "available")
                && name.as_ref().is_none_or(|name| environment.name == *name)
                && search
                    .as_ref()
                    .is_none_or(|text| environment.name.contains(text))
        });
        found.sort_by(|one, other| one.name.cmp(&other.name));
        call.page(&found, |environment| {
            shape.environment(project, environment)
        })
    })
}

/// `GET /projects/:id/environments/:environment_id`
pub(super) async fn environment(Path((id, number)): Path<(String, u64)>, call: Call) -> Answer {
    call.read(|world, shape| {
        let project = call.project(world, &id)?;
        let mut all = project.environments.iter();
        let found = all.find(|known| environment_id(project, &known.name) == Some(number));
        let found = found.ok_or_else(|| Refused::not_found("Environment"))?;
        ok(shape.environment_alone(project, found))
    })
}
