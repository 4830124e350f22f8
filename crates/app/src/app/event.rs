//! Events: what Slack tells the app without anybody waiting for it.

use installations::SlackSays;
use jiff::SignedDuration;
use serde_json::json;
use slack::event::{Envelope, Event, EventCallback, HomeTab};
use store::RequestKind;

use super::{App, Reply};
use crate::{channels, home, mention, previews, removal};

/// Slack repeats an event within minutes, and after an outage of ours within a day.
const REPEATS_KEPT: SignedDuration = SignedDuration::from_hours(48);

impl App {
    /// Hears an event, unless it came before; the work goes on in the background.
    pub async fn event(&self, envelope: Envelope) -> Reply {
        match envelope {
            Envelope::UrlVerification { challenge } => Reply::Json(json!({"challenge": challenge})),
            Envelope::RateLimited { workspace, minute } => {
                tracing::error!(slack.workspace = %workspace, minute, "Slack held events back: too many came from this workspace");
                Reply::Heard
            }
            Envelope::Event(callback) => {
                let seen = self.seen_before(RequestKind::Event, &callback.event_id, REPEATS_KEPT);
                if !seen.await {
                    let app = self.clone();
                    let tasks = &self.parts.tasks;
                    tasks.spawn(async move { app.happened(*callback).await });
                }
                Reply::Heard
            }
        }
    }

    async fn happened(&self, callback: EventCallback) {
        let Some(workspace) = callback.workspace.clone() else {
            tracing::debug!("an event of an organization without a workspace");
            return;
        };
        let installed = self.parts.installations.get(&workspace);
        let is_ours = |bot: &String| callback.is_from(bot);
        if installed.is_some_and(|installed| installed.bot_user.as_ref().is_some_and(is_ours)) {
            return;
        }
        let at = callback.event_time;
        match callback.event {
            Event::AppHomeOpened {
                user, tab, shown, ..
            } => match tab {
                // Gathering a Home asks GitLab much: nobody has several under way.
                HomeTab::Home => match self.turns.take_of(&workspace, &user) {
                    Some(_turn) => home::opened(self, &workspace, &user, shown.as_ref()).await,
                    None => self.home_changed(&workspace, user.as_str()),
                },
                HomeTab::Messages | HomeTab::Other => (),
            },
            Event::AppMention(mention) => mention::named(self, &workspace, mention).await,
            Event::DirectMessage(message) => mention::written(self, &workspace, message).await,
            Event::AppUninstalled => {
                removal::said(self, &workspace, SlackSays::Uninstalled, at).await;
            }
            Event::TokensRevoked { bots, .. } => {
                let says = SlackSays::TokensRevoked { bots: &bots };
                removal::said(self, &workspace, says, at).await;
            }
            Event::ChannelIdChanged { old, new } => {
                channels::id_changed(self, &workspace, &old, &new).await;
            }
            Event::LinkShared(links) => previews::shared(self, &workspace, links).await,
            Event::MemberJoinedChannel(_)
            | Event::MemberLeftChannel(_)
            | Event::ChannelRenamed { .. }
            | Event::ChannelArchived { .. }
            | Event::ChannelUnarchived { .. }
            | Event::ChannelDeleted { .. }
            | Event::UserChanged(_)
            | Event::Other(_) => (),
        }
    }
}
