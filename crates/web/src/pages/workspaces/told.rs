//! What a workspace is told of a project, and in which channels.

use domain::{ChannelName, EventKind, ProjectPath, WorkspaceId};
use notify::settings::SubscriptionConfig;
use store::Connection;

use super::standing::Standing;
use crate::pages::{Site, icon};

/// Characters of an alias that are shown; the longest have thousands.
const SHOWN: usize = 80;

/// What a workspace is told of a project.
pub(in crate::pages) struct Told {
    pub(in crate::pages) rows: Vec<ToldRow>,
    /// The other workspace that is told instead.
    pub(in crate::pages) elsewhere: Option<String>,
    /// The settings that hold, when they are not the project's own.
    pub(in crate::pages) inherited_from: Option<String>,
}

/// A kind of event and where it goes.
pub(in crate::pages) struct ToldRow {
    pub(in crate::pages) words: &'static str,
    pub(in crate::pages) picture: &'static str,
    /// Each with where it can be seen.
    pub(in crate::pages) channels: Vec<(String, String)>,
}

impl Told {
    pub(in crate::pages) fn of(
        site: &Site,
        workspace: &WorkspaceId,
        project: &ProjectPath,
    ) -> Self {
        let integrations = &site.flags.integrations;
        let configs = integrations.apps_of(project);
        let is_here =
            |config: &&SubscriptionConfig| integrations.workspace_of(config) == Some(workspace);
        let here: Vec<_> = configs.iter().filter(is_here).collect();
        let told = configs.iter().find(|config| config.wants_something());
        let elsewhere = told.filter(|_| here.iter().all(|config| !config.wants_something()));
        let elsewhere = elsewhere.and_then(|config| integrations.workspace_of(config));
        let rows = SubscriptionConfig::kinds().filter_map(|kind| {
            let channels: Vec<_> = here
                .iter()
                .flat_map(|config| config.goes_to(kind))
                .map(|channel| shown(site, workspace, channel))
                .collect();
            let wants = here
                .iter()
                .any(|config| config.is_active() && config.wants(kind));
            wants.then(|| ToldRow::new(kind, channels))
        });
        Self {
            rows: rows.collect(),
            elsewhere: elsewhere.map(|workspace| name(site, workspace)),
            inherited_from: here
                .iter()
                .filter(|config| config.path.as_ref() != Some(project))
                .map(|config| config.place())
                .next(),
        }
    }
}

impl ToldRow {
    fn new(kind: EventKind, channels: Vec<(String, String)>) -> Self {
        Self {
            words: kind.words(),
            picture: icon::of(kind),
            channels,
        }
    }
}

/// A channel and where it can be seen: Slack finds one by its id.
fn shown(site: &Site, workspace: &WorkspaceId, channel: &ChannelName) -> (String, String) {
    let id = channel.as_str().trim_start_matches('#');
    let href = site.pages.setup.channel(workspace.as_str(), id);
    (channel.to_string(), href)
}

/// What a workspace is called, though it may not have the app any more.
pub(in crate::pages) fn name(site: &Site, workspace: &WorkspaceId) -> String {
    Standing::of(site, workspace).map_or_else(|| workspace.to_string(), |known| known.name)
}

/// What a project is called in commands, if that is not its path.
pub(in crate::pages) fn alias(connection: &Connection) -> Option<String> {
    let alias = connection.alias.as_str();
    if alias.eq_ignore_ascii_case(connection.project.as_str()) {
        return None;
    }
    Some(match alias.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", alias.get(..end).unwrap_or_default()),
        None => alias.to_owned(),
    })
}
