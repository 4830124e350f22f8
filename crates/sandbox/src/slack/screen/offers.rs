//! What the apps of a workspace offer in the menus: shortcuts, and Home tabs.

use crate::slack::apps::{RegisteredApp, Shortcut, ShortcutKind};
use crate::slack::workspaces::Workspaces;

/// What a person finds in the menus.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offers {
    /// Ids and names of the apps that have a Home tab.
    pub homes: Vec<(String, String)>,
    /// In the composer's menu.
    pub global: Vec<Shortcut>,
    /// In a message's menu.
    pub message: Vec<Shortcut>,
    /// Ids and names of all workspaces, when there are several; the first is the one that is
    /// meant when none is named.
    pub workspaces: Vec<(String, String)>,
}

/// No app offers anything.
pub static NOTHING: Offers = Offers {
    homes: Vec::new(),
    global: Vec::new(),
    message: Vec::new(),
    workspaces: Vec::new(),
};

impl Offers {
    /// With a way to the other workspaces.
    #[must_use]
    pub fn among(mut self, workspaces: &Workspaces) -> Self {
        let all = workspaces.iter();
        let all = all.map(|workspace| (workspace.id.clone(), workspace.name.clone()));
        self.workspaces = all.collect();
        if self.workspaces.len() < 2 {
            self.workspaces.clear();
        }
        self
    }

    /// Whether links name this workspace.
    #[must_use]
    pub fn names(&self, workspace: &str) -> bool {
        let first = self.workspaces.first();
        first.is_some_and(|(first, _)| first != workspace)
    }

    /// What these apps offer.
    #[must_use]
    pub fn of<'a>(apps: impl Iterator<Item = &'a RegisteredApp>) -> Self {
        let mut offers = Self::default();
        for app in apps {
            if app.settings.has_home {
                let name = app.settings.name.clone();
                offers.homes.push((app.id.clone(), name));
            }
            for shortcut in &app.settings.shortcuts {
                let menu = match shortcut.kind {
                    ShortcutKind::Global => &mut offers.global,
                    ShortcutKind::Message => &mut offers.message,
                };
                menu.push(shortcut.clone());
            }
        }
        offers
    }
}
