//! What is held in memory, so that reading it waits for nobody.

mod fixed;
mod opening;

use std::collections::HashMap;
use std::sync::Arc;

use domain::WorkspaceId;
use jiff::Timestamp;
use slack::{Client, Identity, InvalidClient, Scopes};
use store::seal::Sealed;
use store::{Installation, InstallationState};

use crate::{Fixed, Parts};
use fixed::{HeldFixed, Standing};
use opening::open;

pub(crate) use opening::Opening;

/// The app in one workspace.
#[derive(Debug)]
pub struct Installed {
    pub workspace: WorkspaceId,
    /// The workspace's name; its id while nobody has asked Slack.
    pub name: String,
    /// The organization that the workspace belongs to.
    pub enterprise: Option<String>,
    /// The bot's id as a person.
    pub bot_user: Option<String>,
    pub bot_id: Option<String>,
    pub client: Client,
    /// Slack's id of whoever installed it; nobody of the configured one.
    pub installed_by: Option<String>,
    pub installed_at: Option<Timestamp>,
    /// When the token ends, if it does.
    pub expires_at: Option<Timestamp>,
    /// Why the token cannot be renewed.
    pub trouble: Option<String>,
    /// Whether it is the configuration's.
    pub is_fixed: bool,
    granted: Option<Arc<Scopes>>,
}

/// A workspace that had the app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Removed {
    pub workspace: WorkspaceId,
    pub name: String,
    pub because: String,
    pub at: Timestamp,
}

impl Installed {
    /// What the app may do, as Slack said last.
    #[must_use]
    pub fn scopes(&self) -> Arc<Scopes> {
        self.client
            .scopes()
            .or_else(|| self.granted.clone())
            .unwrap_or_else(|| Arc::new(Scopes::from_list("")))
    }

    /// Whether Slack has said what the app may do.
    #[must_use]
    pub fn knows_scopes(&self) -> bool {
        self.granted.is_some() || self.client.scopes().is_some()
    }
}

/// Everything as it holds now.
#[derive(Default)]
pub(crate) struct Held {
    pub(crate) installed: Vec<Arc<Installed>>,
    pub(crate) removed: Vec<Removed>,
    pub(crate) revision: u64,
    stored: Arc<Vec<Installation>>,
    clients: HashMap<WorkspaceId, (Sealed, Client)>,
    fixed: Option<HeldFixed>,
    /// By workspace: the token that cannot be renewed, and why.
    troubles: HashMap<WorkspaceId, (Sealed, String)>,
}

/// The client of the configured workspace.
pub(crate) fn fixed_client(
    parts: &Parts,
    fixed: &Fixed,
) -> Result<(WorkspaceId, Client), InvalidClient> {
    let client = Client::new(parts.http.clone(), &parts.base_url, &fixed.token)?;
    Ok((fixed.workspace.clone(), client))
}

impl Held {
    pub(crate) fn of_fixed(fixed: Option<(WorkspaceId, Client)>) -> Self {
        Self {
            fixed: fixed.map(|(workspace, client)| HeldFixed {
                workspace,
                client,
                identity: None,
                standing: Standing::Unasked,
            }),
            ..Self::default()
        }
        .rebuilt()
    }

    pub(crate) fn get(&self, workspace: &WorkspaceId) -> Option<Arc<Installed>> {
        let mut all = self.installed.iter();
        all.find(|installed| installed.workspace == *workspace)
            .cloned()
    }

    pub(crate) fn stored(&self, workspace: &WorkspaceId) -> Option<&Installation> {
        let mut all = self.stored.iter();
        all.find(|stored| stored.workspace == *workspace)
    }

    /// Those that have the app, with their tokens.
    pub(crate) fn active(&self) -> impl Iterator<Item = &Installation> {
        let is_active = |stored: &&Installation| stored.state == InstallationState::Active;
        self.stored.iter().filter(is_active)
    }

    pub(crate) fn fixed_client(&self) -> Option<Client> {
        self.fixed.as_ref().map(|fixed| fixed.client.clone())
    }

    pub(crate) fn is_fixed(&self, workspace: &WorkspaceId) -> bool {
        let fixed = self.fixed.as_ref();
        fixed.is_some_and(|fixed| fixed.workspace == *workspace)
    }

    /// With what is stored now.
    pub(crate) fn with_stored(
        &self,
        stored: Vec<Installation>,
        revision: u64,
        opening: Opening<'_>,
    ) -> Self {
        let is_active = |one: &&Installation| one.state == InstallationState::Active;
        let clients = stored.iter().filter(is_active).filter_map(|one| {
            let known = self.clients.get(&one.workspace);
            let known = known.filter(|(token, _)| *token == one.token).cloned();
            // A client that stays keeps what it has learned, and its connections.
            let client = known.or_else(|| Some((one.token.clone(), open(one, opening)?)));
            Some((one.workspace.clone(), client?))
        });
        let mut next = self.copied();
        next.clients = clients.collect();
        next.revision = revision;
        next.stored = Arc::new(stored);
        next.rebuilt()
    }

    /// With what Slack says of the configured workspace.
    pub(crate) fn with_fixed(&self, identity: Identity, now: Timestamp) -> Self {
        let mut next = self.copied();
        if let Some(fixed) = &mut next.fixed {
            // A token of another workspace is not the configured one's.
            if identity.workspace_id == fixed.workspace {
                fixed.standing = Standing::Good { since: now };
                fixed.identity = Some(identity);
            } else {
                fixed.standing = Standing::Refused {
                    why: format!("the configured token belongs to {}", identity.workspace_id),
                    at: now,
                };
            }
        }
        next.rebuilt()
    }

    /// Without the configured workspace.
    pub(crate) fn without_fixed(&self, why: String, now: Timestamp) -> Self {
        let mut next = self.copied();
        if let Some(fixed) = &mut next.fixed {
            fixed.standing = Standing::Refused { why, at: now };
        }
        next.rebuilt()
    }

    /// With the reason why `token` cannot be renewed.
    pub(crate) fn with_trouble(&self, stored: &Installation, why: String) -> Self {
        let mut next = self.copied();
        let trouble = (stored.token.clone(), why);
        next.troubles.insert(stored.workspace.clone(), trouble);
        next.rebuilt()
    }

    fn copied(&self) -> Self {
        Self {
            installed: Vec::new(),
            removed: Vec::new(),
            revision: self.revision,
            stored: Arc::clone(&self.stored),
            clients: self.clients.clone(),
            fixed: self.fixed.clone(),
            troubles: self.troubles.clone(),
        }
    }

    /// Makes what people read of what is known.
    fn rebuilt(mut self) -> Self {
        let stored = Arc::clone(&self.stored);
        let mut installed: Vec<_> = stored
            .iter()
            .filter_map(|one| self.installed(one))
            .collect();
        if let Some(fixed) = &self.fixed
            && !self.clients.contains_key(&fixed.workspace)
            && fixed.holds(self.stored(&fixed.workspace))
        {
            installed.push(fixed.installed());
        }
        installed.sort_by(|one, other| one.name.cmp(&other.name));
        let has_app =
            |workspace: &WorkspaceId| installed.iter().any(|one| one.workspace == *workspace);
        let mut removed: Vec<_> = stored
            .iter()
            .filter(|one| one.state == InstallationState::Removed && !has_app(&one.workspace))
            .map(removed)
            .collect();
        if let Some(fixed) = &self.fixed
            && !has_app(&fixed.workspace)
            && removed.iter().all(|one| one.workspace != fixed.workspace)
        {
            removed.extend(fixed.removed());
        }
        self.installed = installed.into_iter().map(Arc::new).collect();
        self.removed = removed;
        self
    }

    fn installed(&self, stored: &Installation) -> Option<Installed> {
        let (_, client) = self.clients.get(&stored.workspace)?;
        let trouble = self.troubles.get(&stored.workspace);
        let trouble = trouble.filter(|(token, _)| *token == stored.token);
        Some(Installed {
            workspace: stored.workspace.clone(),
            name: stored.name.clone(),
            enterprise: stored.enterprise.clone(),
            bot_user: Some(stored.bot_user.clone()).filter(|id| !id.is_empty()),
            bot_id: stored.bot_id.clone(),
            client: client.clone(),
            installed_by: Some(stored.installed_by.clone()),
            installed_at: Some(stored.installed_at),
            expires_at: stored.expires_at,
            trouble: trouble.map(|(_, why)| why.clone()),
            is_fixed: false,
            granted: Some(Arc::new(Scopes::from_list(&stored.scopes.join(",")))),
        })
    }
}

fn removed(stored: &Installation) -> Removed {
    Removed {
        workspace: stored.workspace.clone(),
        name: stored.name.clone(),
        because: stored.removed_because.clone().unwrap_or_default(),
        at: stored.updated_at,
    }
}
