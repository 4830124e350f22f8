//! The app's integration of a project, as commands in Slack change it: one channel more, one less.

use domain::{ProjectPath, WorkspaceId};
use notify::Integration;
use notify::settings::SubscriptionConfig;
use notify::settings::api::{NewWebhook, Saved};
use store::{Note, Place, WorkspaceWrite};

use crate::{Integrations, PutError};

/// A project's integration that is to be changed from a workspace.
#[derive(Clone, Debug)]
pub struct AppEdit<'a> {
    pub project: &'a ProjectPath,
    /// GitLab's, once it is known.
    pub project_id: Option<u64>,
    /// Whose app is to speak.
    pub workspace: &'a WorkspaceId,
    pub note: Note,
}

/// Why an integration was not changed; nothing was.
#[derive(Debug, thiserror::Error)]
pub enum EditError<E> {
    /// The app of one workspace speaks of a place.
    #[error("{project} tells its news in another workspace; disconnect it there first")]
    Elsewhere {
        project: ProjectPath,
        workspace: WorkspaceId,
    },
    /// Settings of one place cannot be changed where the configuration has several.
    #[error(
        "the configuration file has several subscriptions that hold for {0}; change them there"
    )]
    Several(ProjectPath),
    /// Whoever changes it would not.
    #[error("the change was refused")]
    Refused(E),
    #[error(transparent)]
    Put(#[from] PutError),
}

impl Integrations {
    /// Changes what the app tells of a project, from what holds there now: settings of its own,
    /// else those of the group above it, else none. `edit` is given those, and gives what it has
    /// to say besides; `None` leaves everything as it is.
    ///
    /// # Errors
    /// See [`EditError`].
    pub async fn edit_app<T, E>(
        &self,
        asked: AppEdit<'_>,
        edit: impl FnOnce(&mut SubscriptionConfig) -> Result<Option<T>, E>,
    ) -> Result<Option<T>, EditError<E>> {
        let _changing = self.changing.lock().await;
        let mut configs = self.apps_of(asked.project);
        if 1 < configs.len() {
            return Err(EditError::Several(asked.project.clone()));
        }
        let mut config = configs.pop().unwrap_or_else(SubscriptionConfig::fresh_app);
        let elsewhere = self.workspace_of(&config);
        let elsewhere = elsewhere.filter(|of| config.wants_something() && *of != asked.workspace);
        if let Some(workspace) = elsewhere {
            return Err(EditError::Elsewhere {
                project: asked.project.clone(),
                workspace: workspace.clone(),
            });
        }
        let Some(said) = edit(&mut config).map_err(EditError::Refused)? else {
            return Ok(None);
        };
        let place = Place::Project {
            path: asked.project.clone(),
            id: asked.project_id,
        };
        let saved = Saved {
            active: config.is_active(),
            properties: config.in_workspace(None).properties(),
            webhook: NewWebhook::Kept,
        };
        let workspace = WorkspaceWrite::Set(asked.workspace.clone());
        self.save(place, Integration::App, saved, workspace, asked.note)
            .await?;
        Ok(Some(said))
    }

    /// What the app tells of a project now: by settings of its own, or of what is above it. The
    /// configuration may have several for one place, in several workspaces. Empty where nothing
    /// is set.
    #[must_use]
    pub fn apps_of(&self, project: &ProjectPath) -> Vec<SubscriptionConfig> {
        let held = self.now();
        let of = |path: Option<&str>| {
            let all = held.subscriptions.iter().filter(|one| {
                let own = one.path.as_ref().map(ProjectPath::as_str);
                one.integration == Integration::App && !one.inherits() && same(own, path)
            });
            let all: Vec<SubscriptionConfig> = all.cloned().collect();
            (!all.is_empty()).then_some(all)
        };
        let above = std::iter::successors(Some(project.as_str()), |path| {
            path.rsplit_once('/').map(|(up, _)| up)
        });
        let mut places = above.map(Some).chain([None]);
        places.find_map(of).unwrap_or_default()
    }

    /// The workspace in which a subscription speaks.
    #[must_use]
    pub fn workspace_of<'a>(&'a self, config: &'a SubscriptionConfig) -> Option<&'a WorkspaceId> {
        let fixed = self.parts.fixed.workspace.as_ref();
        config.workspace.as_ref().or(fixed)
    }
}

/// Whether two paths are of one place.
fn same(one: Option<&str>, other: Option<&str>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => one.to_lowercase() == other.to_lowercase(),
        (None, None) => true,
        (Some(_), None) | (None, Some(_)) => false,
    }
}
