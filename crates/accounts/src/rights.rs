//! What somebody may do, as GitLab says now.
//!
//! GitLab is asked with the person's own grant, so that nobody learns here what they could not see
//! there. An answer is good for a minute; when GitLab does not answer, an older one is no yes.

use domain::{ProjectPath, Role};
use gitlab::rest::{AccessLevel, IdOrPath, Member, RestError, User, if_found};
use secrecy::SecretString;

use crate::roles::Roles;
use crate::{Accounts, AccountsError, Person};

/// Where a role is asked for.
#[derive(Clone, Copy)]
enum In {
    Project,
    Group,
}

/// Who somebody is, as GitLab says.
pub(crate) struct Granted {
    pub(crate) id: u64,
    pub(crate) username: String,
    pub(crate) name: String,
    pub(crate) is_admin: bool,
}

impl Accounts {
    /// Somebody's role in a project; none where they see no project.
    ///
    /// # Errors
    /// [`AccountsError`].
    pub async fn project_level(
        &self,
        person: impl Into<Person>,
        path: &ProjectPath,
    ) -> Result<AccessLevel, AccountsError> {
        self.level(&person.into(), In::Project, path).await
    }

    /// Somebody's role in a group; none where they see no group.
    ///
    /// # Errors
    /// [`AccountsError`].
    pub async fn group_level(
        &self,
        person: impl Into<Person>,
        path: &ProjectPath,
    ) -> Result<AccessLevel, AccountsError> {
        self.level(&person.into(), In::Group, path).await
    }

    /// Whether somebody maintains a project, or is an administrator.
    ///
    /// # Errors
    /// [`AccountsError`].
    pub async fn may_administer_project(
        &self,
        person: impl Into<Person>,
        path: &ProjectPath,
    ) -> Result<bool, AccountsError> {
        let person = person.into();
        let level = self.level(&person, In::Project, path).await?;
        Ok(AccessLevel::MAINTAINER <= level || self.is_administrator(person).await?)
    }

    /// Whether somebody owns a group, or is an administrator.
    ///
    /// # Errors
    /// [`AccountsError`].
    pub async fn may_administer_group(
        &self,
        person: impl Into<Person>,
        path: &ProjectPath,
    ) -> Result<bool, AccountsError> {
        let person = person.into();
        let level = self.level(&person, In::Group, path).await?;
        Ok(AccessLevel::OWNER <= level || self.is_administrator(person).await?)
    }

    /// Whether somebody is an administrator of GitLab. GitLab is asked once an hour at most.
    ///
    /// # Errors
    /// [`AccountsError`].
    pub async fn is_administrator(&self, person: impl Into<Person>) -> Result<bool, AccountsError> {
        let person = person.into();
        let now = self.0.clock.now();
        if let Some(known) = self.0.administrators.get(&person.id, now) {
            return Ok(known);
        }
        let client = self.client(&person).await?;
        let is_admin = granted(client.current_user().await)?.is_admin;
        self.0.administrators.put(person.id, is_admin, now);
        Ok(is_admin)
    }

    /// What somebody may do in Signalbox itself. Roles that they have by name do not wait for
    /// GitLab, and hold while it is away.
    ///
    /// # Errors
    /// When GitLab does not say who belongs to a group that gives a role, and they have none yet.
    pub async fn roles_of(&self, person: impl Into<Person>) -> Result<Roles, AccountsError> {
        let person = person.into();
        let mut roles = Roles::default();
        for role in Role::ALL {
            if self.0.rules.of(role).names(&person.username) {
                roles.give(role);
            }
        }
        let mut untold = None;
        for role in Role::ALL {
            if roles.has(role) {
                continue;
            }
            let groups = &self.0.rules.of(role).groups;
            match self.belongs_to_one(groups, person.id).await {
                Ok(true) => roles.give(role),
                Ok(false) => (),
                Err(error) => untold = Some(error),
            }
        }
        match untold {
            Some(error) if roles.iter().next().is_none() => Err(error),
            Some(error) => {
                tracing::warn!(%error, "GitLab does not say which other roles somebody has");
                Ok(roles)
            }
            None => Ok(roles),
        }
    }

    async fn belongs_to_one(
        &self,
        groups: &[ProjectPath],
        user: u64,
    ) -> Result<bool, AccountsError> {
        for group in groups {
            if self.belongs_to(group, user).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn belongs_to(&self, group: &ProjectPath, user: u64) -> Result<bool, AccountsError> {
        let service = self.0.service.as_ref();
        let service = service.ok_or(AccountsError::NoServiceClient)?;
        let key = (user, group.clone());
        let now = self.0.clock.now();
        if let Some(known) = self.0.members.get(&key, now) {
            return Ok(known);
        }
        let Some(id) = named(group) else {
            return Ok(false);
        };
        let member = service.group_member(&id, user).await;
        // The grant of whoever asks is not to blame for what this program's own token lacks.
        let member = if_found(member).map_err(AccountsError::GitLab)?;
        let belongs = AccessLevel::GUEST <= level_of(member.as_ref());
        self.0.members.put(key, belongs, now);
        Ok(belongs)
    }

    async fn level(
        &self,
        person: &Person,
        place: In,
        path: &ProjectPath,
    ) -> Result<AccessLevel, AccountsError> {
        let kind = match place {
            In::Project => "project",
            In::Group => "group",
        };
        let key = (
            person.id,
            format!("{kind} {}", path.as_str().to_lowercase()),
        );
        let now = self.0.clock.now();
        if let Some(known) = self.0.levels.get(&key, now) {
            return Ok(known);
        }
        let Some(id) = named(path) else {
            return Ok(AccessLevel::NONE);
        };
        let client = self.client(person).await?;
        let member = match place {
            In::Project => client.project_member(&id, person.id).await,
            In::Group => client.group_member(&id, person.id).await,
        };
        let member = if_found(member).map_err(not_let_in)?;
        let level = level_of(member.as_ref());
        self.0.levels.put(key, level, now);
        Ok(level)
    }

    /// Whose a token is that GitLab has just given.
    pub(crate) async fn who_granted(&self, token: &SecretString) -> Result<Granted, AccountsError> {
        let user = self.client_with(token)?.current_user().await;
        granted(user)
    }
}

/// A place by its path. One of digits alone is none: GitLab would take it for a number.
fn named(path: &ProjectPath) -> Option<IdOrPath> {
    match path.as_str().parse() {
        Ok(path @ IdOrPath::Path(_)) => Some(path),
        Ok(IdOrPath::Id(_)) | Err(_) => None,
    }
}

fn level_of(member: Option<&Member>) -> AccessLevel {
    let active = member.filter(|member| member.is_active());
    active.map_or(AccessLevel::NONE, |member| member.access_level)
}

/// Who somebody is, if GitLab lets them in.
fn granted(answer: Result<User, RestError>) -> Result<Granted, AccountsError> {
    let user = answer.map_err(not_let_in)?;
    if !user.is_active() {
        let said = format!("it is {}", user.state.as_deref().unwrap_or("not active"));
        return Err(AccountsError::Blocked { said });
    }
    Ok(Granted {
        id: user.id,
        username: user.username,
        name: user.name,
        is_admin: user.is_admin.unwrap_or(false),
    })
}

/// What GitLab's refusal says of an account: a blocked one is told 403, whatever it asks for.
fn not_let_in(error: RestError) -> AccountsError {
    match error {
        RestError::Forbidden { said, .. } => AccountsError::Blocked {
            said: said.unwrap_or_else(|| "it gives no reason".to_owned()),
        },
        error => error.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_that_reads_as_a_number_names_no_place() {
        for (path, is_one) in [
            ("acme/web", true),
            ("acme", true),
            ("12", false),
            ("acme/../x", false),
        ] {
            let path: ProjectPath = path.parse().unwrap();
            assert_eq!(named(&path).is_some(), is_one, "{path}");
        }
    }
}
