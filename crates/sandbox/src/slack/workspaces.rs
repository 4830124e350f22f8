//! All workspaces that the sandbox plays.

use super::workspace::{Token, Workspace};

/// At least one workspace; the first is meant when none is named.
#[derive(Clone, Debug)]
pub struct Workspaces {
    first: Workspace,
    others: Vec<Workspace>,
}

impl Workspaces {
    /// These workspaces.
    #[must_use]
    pub fn new(first: Workspace, others: Vec<Workspace>) -> Self {
        Self { first, others }
    }

    /// The one that is meant when none is named.
    #[must_use]
    pub fn first(&self) -> &Workspace {
        &self.first
    }

    /// The same, to change it.
    pub fn first_mut(&mut self) -> &mut Workspace {
        &mut self.first
    }

    /// All, the first first.
    pub fn iter(&self) -> impl Iterator<Item = &Workspace> {
        std::iter::once(&self.first).chain(&self.others)
    }

    /// All, to change them.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut Workspace> {
        std::iter::once(&mut self.first).chain(&mut self.others)
    }

    /// The workspace with this id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Workspace> {
        self.iter().find(|workspace| workspace.id == id)
    }

    /// The same, to change it.
    pub fn get_mut(&mut self, id: &str) -> Option<&mut Workspace> {
        self.iter_mut().find(|workspace| workspace.id == id)
    }

    /// The workspace with this id, or else the first.
    pub fn get_or_first(&mut self, id: &str) -> &mut Workspace {
        match self.others.iter_mut().find(|workspace| workspace.id == id) {
            Some(workspace) => workspace,
            None => &mut self.first,
        }
    }

    /// Adds a workspace unless there is one with its id.
    pub fn add(&mut self, workspace: Workspace) {
        if self.get(&workspace.id).is_none() {
            self.others.push(workspace);
        }
    }

    /// The token with this text, and where it works.
    #[must_use]
    pub fn token(&self, secret: &str) -> Option<(&Workspace, &Token)> {
        self.iter()
            .find_map(|workspace| Some((workspace, workspace.token(secret)?)))
    }

    /// The workspace that has this channel.
    #[must_use]
    pub fn with_channel(&self, id: &str) -> Option<&Workspace> {
        self.iter()
            .find(|workspace| workspace.channel(id).is_some())
    }
}
