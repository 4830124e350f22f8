//! The workspace that the configuration names, and what Slack says of its token.

use domain::WorkspaceId;
use jiff::Timestamp;
use slack::{Client, Identity};
use store::{Installation, InstallationState};

use super::{Installed, Removed};

/// The configured workspace.
#[derive(Clone)]
pub(super) struct HeldFixed {
    pub(super) workspace: WorkspaceId,
    pub(super) client: Client,
    pub(super) identity: Option<Identity>,
    pub(super) standing: Standing,
}

/// What is known of the configured token.
#[derive(Clone)]
pub(super) enum Standing {
    /// Slack was not asked: it is taken for good, unless a removal is stored.
    Unasked,
    Good {
        since: Timestamp,
    },
    Refused {
        why: String,
        at: Timestamp,
    },
}

impl HeldFixed {
    /// Whether the configured token speaks; a removal that was stored since Slack was asked
    /// ends that.
    pub(super) fn holds(&self, stored: Option<&Installation>) -> bool {
        let removal = stored.filter(|one| one.state == InstallationState::Removed);
        match (&self.standing, removal) {
            (Standing::Refused { .. }, _) | (Standing::Unasked, Some(_)) => false,
            (Standing::Unasked, None) | (Standing::Good { .. }, None) => true,
            (Standing::Good { since }, Some(removal)) => removal.updated_at < *since,
        }
    }

    pub(super) fn installed(&self) -> Installed {
        let identity = self.identity.as_ref();
        let name = identity.map(|identity| identity.workspace.clone());
        Installed {
            workspace: self.workspace.clone(),
            name: name.unwrap_or_else(|| self.workspace.to_string()),
            enterprise: None,
            bot_user: identity.map(|identity| identity.user_id.clone()),
            bot_id: identity.and_then(|identity| identity.bot_id.clone()),
            client: self.client.clone(),
            installed_by: None,
            installed_at: None,
            expires_at: None,
            trouble: None,
            is_fixed: true,
            granted: None,
        }
    }

    pub(super) fn removed(&self) -> Option<Removed> {
        match &self.standing {
            Standing::Unasked | Standing::Good { .. } => None,
            Standing::Refused { why, at } => Some(Removed {
                workspace: self.workspace.clone(),
                name: self.installed().name,
                because: why.clone(),
                at: *at,
            }),
        }
    }
}
