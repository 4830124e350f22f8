//! How a workspace stands to the app, as its pages show it.

use domain::WorkspaceId;
use installations::{Installed, missing_scopes};
use jiff::Timestamp;
use slack::manifest::SCOPES;

use crate::error::ApiError;
use crate::pages::time::Moment;
use crate::pages::{Site, address};

/// How a workspace stands to the app.
pub(in crate::pages) struct Standing {
    pub(in crate::pages) id: String,
    pub(in crate::pages) name: String,
    pub(in crate::pages) href: String,
    /// Why it has the app no longer, and since when.
    pub(in crate::pages) removed: Option<(String, Moment)>,
    /// Why its token cannot be renewed.
    pub(in crate::pages) trouble: Option<String>,
    /// Whether something is missing without which the app does not do its work.
    pub(in crate::pages) lacks_core: bool,
    pub(in crate::pages) missing: Vec<ScopeRow>,
    pub(in crate::pages) has_app: bool,
    /// The app as a person there.
    pub(in crate::pages) bot: Option<String>,
}

/// A permission and what it is for.
pub(in crate::pages) struct ScopeRow {
    pub(in crate::pages) scope: &'static str,
    pub(in crate::pages) what_for: &'static str,
    pub(in crate::pages) is_core: bool,
    pub(in crate::pages) is_granted: bool,
}

impl Standing {
    /// `None` when the app was never there.
    pub(in crate::pages) fn of(site: &Site, workspace: &WorkspaceId) -> Option<Self> {
        let installations = &site.app.parts().installations;
        if let Some(installed) = installations.get(workspace) {
            return Some(Self::installed(&installed));
        }
        let mut removed = installations.removed().into_iter();
        let removed = removed.find(|one| one.workspace == *workspace)?;
        let now = site.pages.clock.now();
        Some(Self::removed(removed, now))
    }

    pub(in crate::pages) fn installed(installed: &Installed) -> Self {
        let missing = match installed.knows_scopes() {
            true => missing_scopes(installed),
            false => Vec::new(),
        };
        Self {
            id: installed.workspace.to_string(),
            name: installed.name.clone(),
            href: address::workspace(&installed.workspace),
            removed: None,
            trouble: installed.trouble.clone(),
            lacks_core: missing.iter().any(|used| used.is_core),
            missing: missing
                .into_iter()
                .map(|used| ScopeRow {
                    scope: used.scope,
                    what_for: used.what_for,
                    is_core: used.is_core,
                    is_granted: false,
                })
                .collect(),
            has_app: true,
            bot: installed.bot_user.clone(),
        }
    }

    pub(in crate::pages) fn removed(removed: installations::Removed, now: Timestamp) -> Self {
        Self {
            id: removed.workspace.to_string(),
            href: address::workspace(&removed.workspace),
            name: removed.name,
            removed: Some((removed.because, Moment::new(removed.at, now))),
            trouble: None,
            lacks_core: false,
            missing: Vec::new(),
            has_app: false,
            bot: None,
        }
    }

    /// Where somebody adds the app to it, again.
    pub(in crate::pages) fn install(&self, project: &str) -> String {
        address::with(
            "/slack/install",
            &[("project", project), ("workspace", &self.id)],
        )
    }
}

/// Every permission that the app asks for, and whether it has it.
pub(in crate::pages) fn scopes(installed: &Installed) -> Vec<ScopeRow> {
    let granted = installed.scopes();
    let rows = SCOPES.iter().map(|used| ScopeRow {
        scope: used.scope,
        what_for: used.what_for,
        is_core: used.is_core,
        is_granted: granted.contains(used.scope),
    });
    rows.collect()
}

/// A workspace's id as an address has it.
pub(in crate::pages) fn id_of(text: &str) -> Result<WorkspaceId, ApiError> {
    text.parse().map_err(|_| unknown())
}

pub(in crate::pages) fn unknown() -> ApiError {
    ApiError::not_found("unknown_workspace", "the app was never in that workspace")
}
