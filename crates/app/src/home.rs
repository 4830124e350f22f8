//! App Home: what waits for somebody in GitLab, on one page of their Slack.
//!
//! It is gathered with the person's own rights, built by a pure function of what was gathered, and
//! kept up to date: when they open it, when they do something in it, and when something happens
//! that it shows.

mod buttons;
mod facts;
mod gather;
mod health;
mod news;
mod owned_flags;
mod publish;
mod refresh;
mod rollouts;
mod rows;
mod shown;
mod view;

use domain::WorkspaceId;
use slack::interaction::Place;
use slack::{UserId, ViewRef};

use crate::app::App;
use crate::who::Who;
use publish::Owner;

pub(crate) use buttons::CLICKS;
pub(crate) use refresh::Homes;

/// Shows somebody the Home that they have opened; `on_screen` is what they saw there before.
pub(crate) async fn opened(
    app: &App,
    workspace: &WorkspaceId,
    user: &UserId,
    on_screen: Option<&ViewRef>,
) {
    let owner = Owner {
        app,
        workspace,
        user,
    };
    if let Err(error) = owner.open(on_screen).await {
        let error = &error as &dyn std::error::Error;
        tracing::error!(error, slack.workspace = %workspace, slack.user = user.as_str(), "a Home was not shown");
    }
}

/// Shows in somebody's Home what came of their click: at once when it was there, else when it is
/// looked after next.
pub(crate) async fn clicked(app: &App, who: &Who, place: &Place) {
    match place {
        Place::View(view) if view.is_home => {
            opened(app, &who.workspace, &who.user, Some(&view.shown)).await;
        }
        Place::View(_) | Place::Message(_) => {
            app.home_changed(&who.workspace, who.user.as_str());
        }
    }
}
