//! Times in which a project is not to be deployed.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::IntoResponse as _;

use super::call::{Answer, Call, created, ok};
use super::refused::Refused;
use crate::gitlab::world::{Access, FreezePeriod, Project};

/// `GET /projects/:id/freeze_periods`, oldest first.
pub(super) async fn list(Path(id): Path<String>, call: Call) -> Answer {
    call.read(|world, shape| {
        let project = call.project(world, &id)?;
        call.needs(world, project, Access::Reporter)?;
        call.page(&project.freeze_periods, |period| {
            shape.freeze_period(period)
        })
    })
}

/// `GET /projects/:id/freeze_periods/:freeze_period_id`
pub(super) async fn one(Path((id, number)): Path<(String, u64)>, call: Call) -> Answer {
    call.read(|world, shape| {
        let project = call.project(world, &id)?;
        call.needs(world, project, Access::Reporter)?;
        ok(shape.freeze_period(find(project, number)?))
    })
}

fn find(project: &Project, id: u64) -> Result<&FreezePeriod, Refused> {
    let mut periods = project.freeze_periods.iter();
    let found = periods.find(|period| period.id == id);
    found.ok_or_else(|| Refused::not_found("Freeze Period"))
}

/// `POST /projects/:id/freeze_periods`
pub(super) async fn create(Path(id): Path<String>, call: Call) -> Answer {
    let start = call.params.required("freeze_start")?;
    let end = call.params.required("freeze_end")?;
    let timezone = call.params.text("cron_timezone");
    for (name, cron) in [("freeze_start", &start), ("freeze_end", &end)] {
        if !FreezePeriod::is_cron(cron) {
            return Err(Refused::invalid(name, "is invalid syntax"));
        }
    }
    let period = call.change(&id, |scene| {
        call.needs(scene.world, scene.project(), Access::Maintainer)?;
        let period = FreezePeriod {
            id: scene.world.next_id(),
            start,
            end,
            timezone: timezone.unwrap_or_else(|| "UTC".to_owned()),
            at: scene.now,
        };
        scene.project_mut().freeze_periods.push(period.clone());
        Ok(period)
    });
    let period = period.await?;
    call.read(|_, shape| created(shape.freeze_period(&period)))
}

/// `DELETE /projects/:id/freeze_periods/:freeze_period_id`
pub(super) async fn remove(Path((id, number)): Path<(String, u64)>, call: Call) -> Answer {
    let removed = call.change(&id, |scene| {
        call.needs(scene.world, scene.project(), Access::Maintainer)?;
        find(scene.project(), number)?;
        let periods = &mut scene.project_mut().freeze_periods;
        periods.retain(|period| period.id != number);
        Ok(())
    });
    removed.await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
