//! What the app tells of a project from the moment that it is connected, and no longer when it is
//! disconnected.

use domain::{Mrkdwn, mrkdwn, say};
use integrations::{AppEdit, EditError};
use notify::settings::SubscriptionConfig;
use store::Connection;

use crate::answer::{Refused, Stopped};
use crate::context::Context;
use crate::slash::subscription::channel::Here;

/// What a project tells when it is connected.
enum Begun {
    /// As it was set up before.
    Again,
    /// The everyday events, here.
    Everyday,
}

/// Switches the project's integration on for this workspace. Where nobody has chosen yet, the
/// everyday events are told where that was typed. What is said about it.
pub(super) async fn begin(
    context: &Context<'_>,
    connection: &Connection,
    here: Option<&Here>,
) -> Result<Mrkdwn, Stopped> {
    let begun = context
        .parts()
        .integrations
        .edit_app(edit(context, connection), |config| {
            begun(config, connection, here)
        });
    Ok(match begun.await {
        Ok(Some(Begun::Everyday)) => {
            say!("Pushes, issues, merge requests, comments, pipelines and wiki pages are told here")
        }
        Ok(Some(Begun::Again)) => Mrkdwn::fixed("Its events are told as they were before"),
        Ok(None) if here.is_none() => say!(
            "Type {} in the channel that is to hear of it",
            mrkdwn::code(&format!("{} subscribe", context.parts().names.gitlab))
        ),
        Ok(None) => Mrkdwn::fixed("Its events are told where they were told before"),
        Err(EditError::Elsewhere { .. }) => Mrkdwn::fixed(
            "Its events go to another workspace, so here it can be named in commands only",
        ),
        Err(EditError::Several(_)) => {
            Mrkdwn::fixed("Where its events are told stands in the configuration")
        }
        Err(EditError::Refused(never)) => match never {},
        Err(EditError::Put(error)) => return Err(Stopped::Refused(Refused::because(error))),
    })
}

fn begun(
    config: &mut SubscriptionConfig,
    connection: &Connection,
    here: Option<&Here>,
) -> Result<Option<Begun>, std::convert::Infallible> {
    if config.wants_something() {
        return Ok(None);
    }
    let is_own = is_own(config, connection);
    if is_own && !config.is_active() {
        config.switch_on();
        if config.wants_something() {
            return Ok(Some(Begun::Again));
        }
    }
    let Some(here) = here else {
        return Ok(None);
    };
    config.begin_anew();
    for kind in SubscriptionConfig::everyday_kinds() {
        // Nothing goes anywhere yet, so there is room.
        if let Err(error) = config.add_channel(*kind, &here.id) {
            tracing::warn!(%error, "a connected project does not tell of everything");
        }
    }
    Ok(Some(Begun::Everyday))
}

/// Switches the project's integration off, if it speaks in this workspace. What is said about it.
pub(super) async fn end(context: &Context<'_>, connection: &Connection) -> Result<Mrkdwn, Stopped> {
    let ended = context
        .parts()
        .integrations
        .edit_app(edit(context, connection), |config| {
            let speaks = is_own(config, connection) && config.wants_something();
            if speaks {
                config.switch_off();
            }
            Ok::<_, std::convert::Infallible>(speaks.then_some(()))
        });
    Ok(match ended.await {
        Ok(Some(())) => {
            Mrkdwn::fixed("Its events are told no more; connected again, they are told as before")
        }
        Ok(None) => Mrkdwn::empty(),
        Err(EditError::Elsewhere { .. }) => {
            Mrkdwn::fixed("Its events go to another workspace as before")
        }
        Err(EditError::Several(_)) => Mrkdwn::fixed(
            "Where its events are told stands in the configuration, and stays as it is",
        ),
        Err(EditError::Refused(never)) => match never {},
        Err(EditError::Put(error)) => return Err(Stopped::Refused(Refused::because(error))),
    })
}

fn edit<'c>(context: &'c Context<'_>, connection: &'c Connection) -> AppEdit<'c> {
    AppEdit {
        project: &connection.project,
        project_id: Some(connection.project_id),
        workspace: &context.who.workspace,
        note: context.note(),
    }
}

fn is_own(config: &SubscriptionConfig, connection: &Connection) -> bool {
    let path = config.path.as_ref();
    path.is_some_and(|path| {
        path.as_str()
            .eq_ignore_ascii_case(connection.project.as_str())
    })
}
