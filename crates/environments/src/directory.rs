//! Who is meant by a name: GitLab is asked for the ids that gates are kept by.

use flags::request::{Plan, Targets};
use flags::{ActorId, Change};
use futures_util::stream::{self, StreamExt, TryStreamExt};
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
    #[error("{kind} {name:?} cannot be looked up, as no GitLab is configured; {remedy}")]
    NoGitLab {
        kind: &'static str,
        name: String,
        remedy: &'static str,
    },
    #[error("a change can name at most {limit} targets, this one names {count}")]
    TooMany { count: usize, limit: usize },
    #[error(transparent)]
    Unanswered(#[from] RestError),
}

/// The most targets of one change: each is a question to GitLab.
pub(crate) const TARGET_LIMIT: usize = 100;
/// The most questions at a time.
const AT_ONCE: usize = 8;
/// A longer name is no name; an error shows no more of it.
const LONGEST_SHOWN: usize = 255;

/// An actor, and the name that GitLab has for it.
pub(crate) type Named = (ActorId, String);

/// What a name is one of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Project,
    Group,
    User,
    Namespace,
    Repository,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Project => "project",
            Self::Group => "group",
            Self::User => "user",
            Self::Namespace => "namespace",
            Self::Repository => "repository",
        }
    }
}

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

    /// The actors that a request names, none twice, each with the name that GitLab has for it.
    ///
    /// # Errors
    /// For the first of them that is not found: then the whole request is refused.
    pub async fn resolve(&self, targets: &Targets) -> Result<Vec<Named>, NotResolved> {
        check_count(targets)?;
        let asked = lists(targets).into_iter().flat_map(|(kind, names)| {
            let ask = move |name: &String| (kind, name.clone());
            names.iter().map(ask)
        });
        let mut actors: Vec<Named> = Vec::new();
        for named in self.look_up(asked).await? {
            // Two names of one actor would undo its opt-out twice, which is refused.
            if actors.iter().all(|(actor, _)| *actor != named.0) {
                actors.push(named);
            }
        }
        Ok(actors)
    }

    /// Asks for several at a time; answers in the order of the questions.
    async fn look_up(
        &self,
        asked: impl Iterator<Item = (Kind, String)>,
    ) -> Result<Vec<Named>, NotResolved> {
        let asked: Vec<_> = asked.map(|(kind, name)| self.actor(kind, name)).collect();
        stream::iter(asked).buffered(AT_ONCE).try_collect().await
    }

    /// The same targets in words that every GitLab understands in a change: paths and usernames.
    /// A number that it does not know stays one: the environment itself is to refuse it.
    ///
    /// # Errors
    /// When there are too many, or GitLab does not answer.
    pub(crate) async fn spelled(&self, targets: &Targets) -> Result<Targets, NotResolved> {
        check_count(targets)?;
        Ok(Targets {
            users: self.spelled_each(Kind::User, &targets.users).await?,
            groups: self.spelled_each(Kind::Group, &targets.groups).await?,
            namespaces: self
                .spelled_each(Kind::Namespace, &targets.namespaces)
                .await?,
            projects: self.spelled_each(Kind::Project, &targets.projects).await?,
            repositories: targets.repositories.clone(),
            feature_group: targets.feature_group.clone(),
        })
    }

    async fn spelled_each(&self, kind: Kind, names: &[String]) -> Result<Vec<String>, NotResolved> {
        let names: Vec<_> = names
            .iter()
            .map(|name| self.spelled_one(kind, name.clone()))
            .collect();
        stream::iter(names).buffered(AT_ONCE).try_collect().await
    }

    async fn spelled_one(&self, kind: Kind, name: String) -> Result<String, NotResolved> {
        if number(&name).is_none() {
            return Ok(without_at(kind, &name).to_owned());
        }
        match self.actor(kind, name.clone()).await {
            Ok((_, spelled)) => Ok(spelled),
            Err(NotResolved::NotFound { .. }) => Ok(name),
            Err(error) => Err(error),
        }
    }

    /// What GitLab calls these actors, each given as its kind and number or path.
    ///
    /// # Errors
    /// For the first of them that is not found.
    pub(crate) async fn names(
        &self,
        actors: impl Iterator<Item = (Kind, String)>,
    ) -> Result<Vec<Named>, NotResolved> {
        self.look_up(actors).await
    }

    async fn actor(&self, kind: Kind, name: String) -> Result<Named, NotResolved> {
        let Some(gitlab) = &self.0 else {
            return by_number(kind, name);
        };
        match kind {
            Kind::Project => {
                let project = found(&name, gitlab.project(&path(&name)?).await)?;
                Ok((ActorId::project(project.id), project.path_with_namespace))
            }
            Kind::Group => {
                let group = found(&name, gitlab.group(&path(&name)?).await)?;
                Ok((ActorId::group(group.id), group.full_path))
            }
            Kind::User => {
                let user = match number(&name) {
                    Some(id) => gitlab.user(id).await,
                    None => gitlab.user_named(&name).await,
                };
                let user = found(&name, user)?;
                Ok((ActorId::user(user.id), user.username))
            }
            Kind::Namespace => namespace(gitlab, &name).await,
            Kind::Repository => {
                // As Git clients know it, too.
                let path = path(name.strip_suffix(".git").unwrap_or(&name))?;
                let project = found(&name, gitlab.project(&path).await)?;
                let path = project.path_with_namespace;
                Ok((ActorId::repository(&path), path))
            }
        }
    }
}

/// A group, or what belongs to one person; only GitLab knows which.
async fn namespace(gitlab: &Client, name: &str) -> Result<Named, NotResolved> {
    let path = path(without_at(Kind::Namespace, name))?;
    let namespace = found(name, gitlab.namespace(&path).await)?;
    let actor = match namespace.kind {
        NamespaceKind::User => ActorId::user_namespace(namespace.id),
        NamespaceKind::Group | NamespaceKind::Other => ActorId::group(namespace.id),
    };
    Ok((actor, namespace.full_path))
}

/// Each kind of target with its names, in the order in which they are looked up.
fn lists(targets: &Targets) -> [(Kind, &[String]); 5] {
    [
        (Kind::Project, &targets.projects),
        (Kind::Group, &targets.groups),
        (Kind::User, &targets.users),
        (Kind::Namespace, &targets.namespaces),
        (Kind::Repository, &targets.repositories),
    ]
}

fn check_count(targets: &Targets) -> Result<(), NotResolved> {
    let count = lists(targets).iter().map(|(_, names)| names.len()).sum();
    let limit = TARGET_LIMIT;
    if limit < count {
        return Err(NotResolved::TooMany { count, limit });
    }
    Ok(())
}

/// People write `@ana` of what belongs to people.
fn without_at(kind: Kind, name: &str) -> &str {
    match kind {
        Kind::User | Kind::Namespace => name.strip_prefix('@').unwrap_or(name),
        Kind::Project | Kind::Group | Kind::Repository => name,
    }
}

/// Digits alone; `+12` is none, though Rust reads it as one.
fn number(name: &str) -> Option<u64> {
    let is_number = name.bytes().all(|byte| byte.is_ascii_digit());
    name.parse().ok().filter(|_| is_number)
}

fn by_number(kind: Kind, name: String) -> Result<Named, NotResolved> {
    type Numbered = fn(u64) -> ActorId;
    let (actor, remedy): (Option<Numbered>, _) = match kind {
        Kind::Project => (Some(ActorId::project), "give its number"),
        Kind::Group => (Some(ActorId::group), "give its number"),
        Kind::User => (Some(ActorId::user), "give their number"),
        // A number does not say whether it is a group's or a person's.
        Kind::Namespace => (None, "name a group or a user by number"),
        Kind::Repository => (None, "name its project by number"),
    };
    match actor.zip(number(&name)) {
        Some((actor, id)) => Ok((actor(id), name)),
        None => Err(NotResolved::NoGitLab {
            kind: kind.name(),
            name: shown(&name),
            remedy,
        }),
    }
}

fn path(name: &str) -> Result<IdOrPath, NotResolved> {
    name.parse().map_err(|_| not_found(name))
}

fn found<T>(name: &str, answer: Result<T, RestError>) -> Result<T, NotResolved> {
    if_found(answer)?.ok_or_else(|| not_found(name))
}

fn not_found(name: &str) -> NotResolved {
    NotResolved::NotFound { name: shown(name) }
}

fn shown(name: &str) -> String {
    name.chars().take(LONGEST_SHOWN).collect()
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
