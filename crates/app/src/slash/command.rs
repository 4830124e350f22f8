//! What a command of `/gitlab` is.

use std::future::Future;
use std::pin::Pin;

use super::Given;
use crate::answer::{Answer, Stopped};
use crate::context::Context;

/// A command: what is typed, what is told about it, and who runs it.
pub struct Command {
    /// The words that call it: `issue show`.
    pub name: &'static str,
    /// Other words that mean the same: `issue create` for `issue new`.
    pub aliases: &'static [&'static str],
    /// One sentence.
    pub summary: &'static str,
    /// What follows the name, in order.
    pub arguments: &'static [Argument],
    pub place: Place,
    /// Whether it runs as somebody of GitLab, so that the account has to be linked.
    pub needs_account: bool,
    /// What stands after `/gitlab`.
    pub examples: &'static [&'static str],
    pub(crate) run: Run,
}

/// Runs a command.
pub(crate) type Run = for<'a> fn(&'a Context<'a>, &'a Given) -> Running<'a>;
pub(crate) type Running<'a> = Pin<Box<dyn Future<Output = Result<Answer, Stopped>> + Send + 'a>>;

/// Where a command happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In no project: `help`, `link`, `mr mine`.
    Anywhere,
    /// In a project: the one that is typed before it, that a reference names, that the channel
    /// stands for, or the only one of the workspace.
    Project,
    /// As [`Place::Project`], but it may do without.
    MaybeProject,
}

/// A part of what follows a command's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Argument {
    /// As the help shows it: `#12`, `TITLE`.
    pub name: &'static str,
    pub kind: Kind,
    pub is_optional: bool,
}

/// What a part may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An issue: `12`, `#12`, `group/project#12` or its address.
    Issue,
    /// A merge request: `12`, `!12`, `group/project!12` or its address.
    MergeRequest,
    /// A pipeline: `#12`, `12`, its address, or a branch, which means its latest one.
    Pipeline,
    /// A project: its path, its alias or its address.
    Project,
    /// One word.
    Word,
    /// A word that may be left out: what stands there for reading only, as `to` in
    /// `deploy staging to production`.
    Filler(&'static str),
    /// A GitLab user: `ana` or `@ana`.
    Person,
    /// The rest of the line.
    Line,
    /// The rest of the line, and whatever lines follow.
    Text,
}

impl Argument {
    pub(crate) const ISSUE: Self = Self::needed("#ISSUE", Kind::Issue);
    pub(crate) const MERGE_REQUEST: Self = Self::needed("!MR", Kind::MergeRequest);

    pub(crate) const fn needed(name: &'static str, kind: Kind) -> Self {
        Self {
            name,
            kind,
            is_optional: false,
        }
    }

    pub(crate) const fn optional(name: &'static str, kind: Kind) -> Self {
        Self {
            name,
            kind,
            is_optional: true,
        }
    }
}

impl PartialEq for Command {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Command {}

impl std::fmt::Debug for Command {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

impl Command {
    /// How it is typed after `/gitlab`: `[PROJECT] issue close #ISSUE`.
    #[must_use]
    pub fn usage(&self) -> String {
        let mut usage = match self.place {
            Place::Anywhere => String::new(),
            Place::Project | Place::MaybeProject => "[PROJECT] ".to_owned(),
        };
        usage.push_str(self.name);
        for argument in self.arguments {
            usage.push(' ');
            let name = argument.name;
            let shown = match (argument.is_optional, argument.kind) {
                (_, Kind::Filler(word)) => word.to_owned(),
                (true, _) => format!("[{name}]"),
                (false, _) => name.to_owned(),
            };
            usage.push_str(&shown);
        }
        usage
    }

    /// Its name and the words that mean the same.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        [self.name].into_iter().chain(self.aliases.iter().copied())
    }
}
