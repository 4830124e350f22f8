//! Previews of links to GitLab that people write.
//!
//! A preview is seen by everybody in the channel, so it shows what everybody may know; what is
//! not public it shows where the project is connected to the workspace and the bot was invited to
//! the channel, and as far as whoever wrote the link may see it themselves. Nothing is fetched
//! but what the configured GitLab's API tells: an address is only read.

mod card;
mod fetch;
mod lines;

use std::collections::BTreeMap;

use domain::WorkspaceId;
use gitlab::links::Link;
use gitlab::rest::Client;
use jiff::SignedDuration;
use slack::event::{LinkShared, LinkSource};
use slack::{Preview, SignInPrompt, Unfurl, UnfurlTarget};
use store::RequestKind;

use crate::app::App;
use crate::links::Addresses;

/// A message with more links than this is a list, and previews would bury it.
const MOST_LINKS: usize = 2;
/// The same link is not shown again in a channel for so long.
const NOT_AGAIN: SignedDuration = SignedDuration::from_mins(30);
/// Somebody is asked once a day to link their account.
const ASKED: SignedDuration = SignedDuration::from_hours(24);

/// Shows what the links of a message lead to.
pub(crate) async fn shared(app: &App, workspace: &WorkspaceId, shared: LinkShared) {
    if MOST_LINKS < shared.links.len() {
        return;
    }
    let Some(target) = UnfurlTarget::of(&shared) else {
        return;
    };
    let Some(poster) = Poster::of(app, workspace, &shared).await else {
        return;
    };
    let mut previews = BTreeMap::new();
    let mut needs_account = false;
    for link in &shared.links {
        match poster.preview(&link.url).await {
            Found::Preview(preview) if !poster.was_shown(&link.url).await => {
                previews.insert(link.url.clone(), *preview);
            }
            Found::Preview(_) | Found::Nothing => (),
            Found::NeedsAccount => needs_account = true,
        }
    }
    let url = match needs_account {
        true => poster.link_url().await,
        false => None,
    };
    let prompt = url.as_ref().map(|url| SignInPrompt {
        url: url.as_str(),
        text: "Link your GitLab account to show previews of private links.",
    });
    if previews.is_empty() && prompt.is_none() {
        return;
    }
    poster.show(target, &previews, prompt).await;
}

/// Whoever wrote a link, and where.
struct Poster<'a> {
    app: &'a App,
    workspace: &'a WorkspaceId,
    shared: &'a LinkShared,
    addresses: Addresses<'a>,
    /// Sees what is public.
    nobody: Client,
    /// With the poster's rights.
    own: Option<Client>,
}

/// What is known of what a link leads to.
enum Found {
    Preview(Box<Preview>),
    /// It may be shown once they have linked their account.
    NeedsAccount,
    Nothing,
}

impl<'a> Poster<'a> {
    async fn of(app: &'a App, workspace: &'a WorkspaceId, shared: &'a LinkShared) -> Option<Self> {
        let nobody = app.parts().gitlab.as_ref()?.as_nobody();
        let own = own_client(app, workspace, shared.user.as_str()).await;
        Some(Self {
            app,
            workspace,
            shared,
            addresses: Addresses::of(app),
            nobody,
            own,
        })
    }

    async fn preview(&self, url: &str) -> Found {
        let Some(link) = self.addresses.read(url) else {
            return Found::Nothing;
        };
        let may_be_private = self.may_be_private(&link).await;
        let (client, is_asked) = match &self.own {
            Some(own) if may_be_private => (own, false),
            // Whoever is linked does not have to be asked.
            Some(_) => (&self.nobody, false),
            None => (&self.nobody, may_be_private),
        };
        match fetch::message(client, &link, url).await {
            Ok(Some(message)) => Found::Preview(Box::new(Preview::of_message(&message))),
            Ok(None) => Found::Nothing,
            Err(error) => {
                tracing::debug!(%error, "a link has no preview");
                if is_asked {
                    Found::NeedsAccount
                } else {
                    Found::Nothing
                }
            }
        }
    }

    /// Whether the channel may see what is not public: not before it is known which one it is.
    async fn may_be_private(&self, link: &Link) -> bool {
        let is_sent = self.shared.source == LinkSource::History;
        if !is_sent || !self.shared.is_bot_user_member {
            return false;
        }
        let path = match link {
            Link::Place { path } => path,
            other => match other.project() {
                Some(project) => project,
                None => return false,
            },
        };
        let Ok(project) = path.parse() else {
            return false;
        };
        let store = &self.app.parts().store;
        let connection = store.connection(self.workspace, &project).await;
        let connection = connection.inspect_err(|error| {
            tracing::warn!(%error, "cannot tell whether a project is connected");
        });
        matches!(connection, Ok(Some(_)))
    }

    /// From now on it was. What is being written is seen by its author alone.
    async fn was_shown(&self, url: &str) -> bool {
        if self.shared.source == LinkSource::Composer {
            return false;
        }
        let key = format!("{}:{}:{url}", self.workspace, self.shared.channel);
        self.app
            .seen_before(RequestKind::Preview, &key, NOT_AGAIN)
            .await
    }

    /// Where they link their account; nothing when they were asked today.
    async fn link_url(&self) -> Option<String> {
        let user = self.shared.user.as_str();
        let key = format!("{}:{user}", self.workspace);
        if self.app.seen_before(RequestKind::Prompt, &key, ASKED).await {
            return None;
        }
        let parts = self.app.parts();
        let client = parts.installations.client(self.workspace)?;
        let known = client.user_info(user).await;
        let name = known.map(|user| user.name).unwrap_or_default();
        let url = parts.accounts.begin_link(self.workspace, user, &name).await;
        let url = url.inspect_err(|error| {
            tracing::debug!(%error, "nobody can link an account");
        });
        Some(url.ok()?.into())
    }

    async fn show(
        &self,
        target: UnfurlTarget<'_>,
        previews: &BTreeMap<String, Preview>,
        prompt: Option<SignInPrompt<'_>>,
    ) {
        let Some(client) = self.app.parts().installations.client(self.workspace) else {
            return;
        };
        let unfurl = Unfurl {
            target,
            previews,
            prompt,
        };
        if let Err(error) = client.unfurl(unfurl).await {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(error, slack.workspace = %self.workspace, "previews were not shown");
        }
    }
}

async fn own_client(app: &App, workspace: &WorkspaceId, user: &str) -> Option<Client> {
    let accounts = &app.parts().accounts;
    let linked = accounts.linked(workspace, user).await;
    let linked = linked.inspect_err(|error| {
        tracing::warn!(%error, "cannot tell whose account is linked");
    });
    let client = accounts.client(&linked.ok()??).await;
    client
        .inspect_err(|error| tracing::debug!(%error, "a linked account cannot be used"))
        .ok()
}
