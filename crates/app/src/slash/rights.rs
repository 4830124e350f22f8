//! What somebody needs to be in a project for what changes Signalbox itself.

use accounts::AccessLevel;
use commands::wording::Name;
use domain::ProjectPath;

use super::run::stopped;
use crate::answer::{Refused, Stopped};
use crate::context::Context;

/// Who decides what of a project is shown where.
pub(super) async fn must_maintain(
    context: &Context<'_>,
    project: &ProjectPath,
) -> Result<(), Stopped> {
    let accounts = &context.parts().accounts;
    let linked = &context.account()?.linked;
    let may = accounts.may_administer_project(linked, project).await;
    if may.map_err(stopped)? {
        return Ok(());
    }
    Err(lacks("Maintainer", project))
}

pub(super) async fn must_develop(
    context: &Context<'_>,
    project: &ProjectPath,
) -> Result<(), Stopped> {
    let accounts = &context.parts().accounts;
    let linked = &context.account()?.linked;
    let level = accounts.project_level(linked, project).await;
    if AccessLevel::DEVELOPER <= level.map_err(stopped)? {
        return Ok(());
    }
    let is_administrator = accounts.is_administrator(linked).await;
    if is_administrator.map_err(stopped)? {
        return Ok(());
    }
    Err(lacks("Developer", project))
}

fn lacks(role: &str, project: &ProjectPath) -> Stopped {
    Stopped::Refused(Refused(format!(
        "that needs the role {role} in {}, which your GitLab account does not have",
        Name(project.as_str())
    )))
}
