//! Who is meant by a name: GitLab is asked for the ids that gates are kept by.

use flags::request::{Plan, Targets};
use flags::{ActorId, Change};
use gitlab::rest::{Client, IdOrPath, NamespaceKind, RestError, if_found};

/// Looks people, groups and projects up in GitLab.
#[derive(Clone, Default)]
pub struct Directory(Option<Client>);

/// Why a name could not be made an actor.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotResolved {
    /// GitLab's own words.
    #[error("{name} is not found!")]
    NotFound { name: String },
    #[error("{kind} {name:?} cannot be looked up, as no GitLab is configured; give its number")]
    NoGitLab { kind: &'static str, name: String },
    #[error("a change can name at most {limit} targets, this one names {count}")]
    TooMany { count: usize, limit: usize },
    #[error(transparent)]
    Unanswered(#[from] RestError),
}

/// The most targets of one change: each is a question to GitLab.
const TARGET_LIMIT: usize = 100;

type Named = (ActorId, String);

impl Directory {
    /// A directory that asks this GitLab.
    #[must_use]
    pub fn of(client: Client) -> Self {
        Self(Some(client))
    }

    /// A directory that knows numbers only.
    #[must_use]
    pub fn without_gitlab() -> Self {
        Self(None)
    }

    /// The actors that a request names, each with the name it was called by.
    ///
    /// # Errors
    /// When one of them is not found: then the whole request is refused.
    pub async fn resolve(&self, targets: &Targets) -> Result<Vec<Named>, NotResolved> {
        let count = targets.users.len()
            + targets.groups.len()
            + targets.namespaces.len()
            + targets.projects.len()
            + targets.repositories.len();
        if TARGET_LIMIT < count {
            let limit = TARGET_LIMIT;
            return Err(NotResolved::TooMany { count, limit });
        }
        let mut actors = Vec::with_capacity(count);
        for name in &targets.projects {
            actors.push(self.project(name).await?);
        }
        for name in &targets.groups {
            actors.push(self.group(name).await?);
        }
        for name in &targets.users {
            actors.push(self.user(name).await?);
        }
        for name in &targets.namespaces {
            actors.push(self.namespace(name).await?);
        }
        for name in &targets.repositories {
            actors.push(self.repository(name).await?);
        }
        Ok(actors)
    }

    async fn project(&self, name: &str) -> Result<Named, NotResolved> {
        let Some(gitlab) = &self.0 else {
            return by_number("project", name, ActorId::project);
        };
        let project = found(name, gitlab.project(&path(name)?).await)?;
        Ok((ActorId::project(project.id), project.path_with_namespace))
    }

    async fn group(&self, name: &str) -> Result<Named, NotResolved> {
        let Some(gitlab) = &self.0 else {
            return by_number("group", name, ActorId::group);
        };
        let group = found(name, gitlab.group(&path(name)?).await)?;
        Ok((ActorId::group(group.id), group.full_path))
    }

    async fn user(&self, name: &str) -> Result<Named, NotResolved> {
        let Some(gitlab) = &self.0 else {
            return by_number("user", name, ActorId::user);
        };
        let user = match name.parse() {
            Ok(id) => gitlab.user(id).await,
            Err(_) => gitlab.user_named(name).await,
        };
        let user = found(name, user)?;
        Ok((ActorId::user(user.id), user.username))
    }

    /// A group, or what belongs to one person; only GitLab knows which.
    async fn namespace(&self, name: &str) -> Result<Named, NotResolved> {
        let Some(gitlab) = &self.0 else {
            return by_number("namespace", name, ActorId::group);
        };
        let namespace = found(name, gitlab.namespace(&path(name)?).await)?;
        let actor = match namespace.kind {
            NamespaceKind::User => ActorId::user_namespace(namespace.id),
            NamespaceKind::Group | NamespaceKind::Other => ActorId::group(namespace.id),
        };
        Ok((actor, namespace.full_path))
    }

    async fn repository(&self, name: &str) -> Result<Named, NotResolved> {
        let (_, path) = self.project(name).await?;
        Ok((ActorId::repository(&path), path))
    }
}

fn by_number(
    kind: &'static str,
    name: &str,
    actor: fn(u64) -> ActorId,
) -> Result<Named, NotResolved> {
    let name = name.to_owned();
    match name.parse() {
        Ok(id) => Ok((actor(id), name)),
        Err(_) => Err(NotResolved::NoGitLab { kind, name }),
    }
}

fn path(name: &str) -> Result<IdOrPath, NotResolved> {
    name.parse().map_err(|_| NotResolved::NotFound {
        name: name.to_owned(),
    })
}

fn found<T>(name: &str, answer: Result<T, RestError>) -> Result<T, NotResolved> {
    if_found(answer)?.ok_or_else(|| NotResolved::NotFound {
        name: name.to_owned(),
    })
}

/// The changes that a plan makes to these actors and to the feature group that is named.
pub(crate) fn changes(plan: &Plan, targets: &Targets, actors: &[Named]) -> Vec<Change> {
    match plan {
        Plan::Everyone(change) => vec![change.clone()],
        Plan::Each(verb) => {
            let group = targets.feature_group.as_ref();
            let group = group.and_then(|group| verb.group(group.clone()));
            actors
                .iter()
                .map(|(actor, _)| verb.actor(actor.clone()))
                .chain(group)
                .collect()
        }
    }
}
