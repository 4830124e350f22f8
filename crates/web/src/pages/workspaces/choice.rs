//! Which workspaces somebody may bring a project to without going through Slack.
//!
//! A project's news reach everybody in the channel, and a Maintainer in GitLab is nobody in
//! somebody else's workspace. Whoever goes through Slack is let in by the workspace itself.

use std::collections::HashSet;
use std::sync::Arc;

use domain::WorkspaceId;
use installations::Installed;
use store::Place;

use crate::access::{Caller, Refused};
use crate::pages::Site;

/// The workspaces of somebody.
pub(in crate::pages) struct Choice {
    is_administrator: bool,
    linked: HashSet<WorkspaceId>,
}

impl Choice {
    pub(in crate::pages) async fn of(site: &Site, caller: &Caller) -> Result<Self, Refused> {
        let accounts = site.access.accounts();
        let linked = match (caller.person(), accounts) {
            (Some(person), Some(accounts)) => accounts.linked_of(person.id).await?,
            (None, _) | (_, None) => Vec::new(),
        };
        Ok(Self {
            is_administrator: is_administrator(site, caller).await?,
            linked: linked.into_iter().map(|linked| linked.workspace).collect(),
        })
    }

    /// Whether they are known to the workspace: by a linked account, or because the configuration
    /// names it for everybody.
    pub(in crate::pages) fn has(&self, installed: &Installed) -> bool {
        self.is_administrator || installed.is_fixed || self.is_linked(&installed.workspace)
    }

    /// Whether they have an account there.
    pub(in crate::pages) fn is_linked(&self, workspace: &WorkspaceId) -> bool {
        self.linked.contains(workspace)
    }

    pub(in crate::pages) fn is_administrator(&self) -> bool {
        self.is_administrator
    }

    /// Those that have the app.
    pub(in crate::pages) fn installed(&self, site: &Site) -> Vec<Arc<Installed>> {
        let all = site.app.parts().installations.all().into_iter();
        all.filter(|installed| self.has(installed)).collect()
    }
}

async fn is_administrator(site: &Site, caller: &Caller) -> Result<bool, Refused> {
    match caller.may_change(&site.access, &Place::Instance).await {
        Ok(_) => Ok(true),
        Err(Refused::NotAllowed { .. } | Refused::Unknown) => Ok(false),
        Err(refused) => Err(refused),
    }
}
