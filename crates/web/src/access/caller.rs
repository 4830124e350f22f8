//! Whoever asks, proven; what they may is asked for the place that it is about.

use accounts::{Person, Role, Scope};
use axum::extract::{FromRef, FromRequestParts};
use axum::http::request::Parts;
use store::{Author, Origin, Place};

use super::tokens::{Holder, given_token};
use super::{Access, Refused, csrf, origin};

/// What the audit calls whoever uses a page that is open to everyone.
const VISITOR: &str = "visitor";

/// Somebody who asks for something. For what changes anything it is certain that they mean it: no
/// other site's page has sent it.
#[derive(Clone)]
pub struct Caller(pub(super) Who);

/// Who that is.
#[derive(Clone)]
pub(super) enum Who {
    Program(Holder),
    Person(Box<accounts::SignedIn>),
    /// Anyone, where the pages are open to everyone.
    Visitor,
    Nobody,
}

/// Proof that somebody may change the integrations of a place.
pub struct Maintainer(Author);

impl Maintainer {
    /// The author of what the request changes.
    #[must_use]
    pub fn author(&self) -> &Author {
        &self.0
    }
}

impl Caller {
    /// Who is signed in.
    #[must_use]
    pub fn person(&self) -> Option<&accounts::SignedIn> {
        match &self.0 {
            Who::Person(signed_in) => Some(signed_in),
            Who::Program(_) | Who::Visitor | Who::Nobody => None,
        }
    }

    /// Whoever it is, if that is known, as the author of what they do.
    pub(crate) fn known(&self) -> Result<Author, Refused> {
        self.author(true, not_a_reader)
    }

    /// Somebody who may change the integrations of `place`: whoever maintains the project in
    /// GitLab, owns the group, or is an administrator.
    pub(crate) async fn may_change(
        &self,
        access: &Access,
        place: &Place,
    ) -> Result<Maintainer, Refused> {
        let lacks = match place {
            Place::Project { .. } => "be a Maintainer of the project in GitLab",
            Place::Group { .. } => "be an Owner of the group in GitLab",
            Place::Instance => "be an administrator of GitLab",
        };
        let may = self.is_administrator(access).await? || self.administers(access, place).await?;
        let refused = || Refused::NotAllowed {
            needs: format!("to change this you must {lacks}"),
        };
        self.author(may, refused).map(Maintainer)
    }

    /// Whether somebody may see a place: every reader, and whoever may change it.
    pub(crate) async fn may_see(&self, access: &Access, place: &Place) -> Result<(), Refused> {
        if self.is_reader(access).await? || self.administers(access, place).await? {
            return Ok(());
        }
        self.author(false, not_a_reader).map(drop)
    }

    /// Whether somebody may hear that something has changed, though not what: readers, and
    /// whoever is signed in, who may see one place or another.
    pub(crate) async fn may_listen(&self, access: &Access) -> Result<(), Refused> {
        let may = self.person().is_some() || self.is_reader(access).await?;
        self.author(may, not_a_reader).map(drop)
    }

    async fn administers(&self, access: &Access, place: &Place) -> Result<bool, Refused> {
        let (Who::Person(signed_in), Some(accounts)) = (&self.0, access.accounts()) else {
            return Ok(false);
        };
        let person = Person::from(&**signed_in);
        Ok(match place {
            Place::Project { path, .. } => accounts.may_administer_project(person, path).await?,
            Place::Group { path, .. } => accounts.may_administer_group(person, path).await?,
            Place::Instance => accounts.is_administrator(person).await?,
        })
    }

    pub(super) async fn is_reader(&self, access: &Access) -> Result<bool, Refused> {
        match &self.0 {
            Who::Program(holder) => Ok(access.open || holder.may(Scope::Read)),
            Who::Visitor => Ok(true),
            Who::Person(_) => self.has_role(access, Role::Viewer).await,
            Who::Nobody => Ok(false),
        }
    }

    pub(super) async fn is_operator(&self, access: &Access) -> Result<bool, Refused> {
        match &self.0 {
            Who::Program(holder) => Ok(holder.may(Scope::Flags)),
            Who::Visitor => Ok(true),
            Who::Person(_) => self.has_role(access, Role::Operator).await,
            Who::Nobody => Ok(false),
        }
    }

    /// Whether it comes with a token of the configuration.
    pub(super) fn is_configured_program(&self) -> bool {
        match &self.0 {
            Who::Program(holder) => holder.is_configured(),
            Who::Person(_) | Who::Visitor | Who::Nobody => false,
        }
    }

    /// Where pages are open to everyone, they are to whoever is signed in, too.
    pub(super) async fn is_administrator(&self, access: &Access) -> Result<bool, Refused> {
        match (&self.0, access.accounts()) {
            (Who::Program(holder), _) => Ok(holder.may(Scope::Admin)),
            (Who::Visitor, _) => Ok(true),
            (Who::Person(_), _) if access.open => Ok(true),
            (Who::Person(signed_in), Some(accounts)) => {
                Ok(accounts.is_administrator(&**signed_in).await?)
            }
            (Who::Person(_), None) | (Who::Nobody, _) => Ok(false),
        }
    }

    async fn has_role(&self, access: &Access, role: Role) -> Result<bool, Refused> {
        let (Who::Person(signed_in), Some(accounts)) = (&self.0, access.accounts()) else {
            return Ok(false);
        };
        // Roles by name hold while GitLab is away; who administers it only GitLab knows.
        Ok(accounts.roles_of(&**signed_in).await?.has(role)
            || self.is_administrator(access).await?)
    }

    /// The author of what they do, if they may.
    pub(super) fn author(
        &self,
        may: bool,
        refused: impl FnOnce() -> Refused,
    ) -> Result<Author, Refused> {
        let on_page = |user: &str| Author {
            name: user.to_owned(),
            origin: Origin::Page {
                user: user.to_owned(),
            },
        };
        if !may && !matches!(self.0, Who::Nobody) {
            return Err(refused());
        }
        match &self.0 {
            Who::Nobody => Err(Refused::Unknown),
            Who::Program(holder) => Ok(holder.author().clone()),
            Who::Person(signed_in) => Ok(on_page(&signed_in.username)),
            Who::Visitor => Ok(on_page(VISITOR)),
        }
    }

    async fn of(parts: &Parts, access: &Access) -> Result<Self, Refused> {
        let changes = !csrf::only_looks(&parts.method);
        if changes && origin::is_from_another_site(&parts.headers) {
            return Err(Refused::OtherSite);
        }
        if let Some(given) = given_token(&parts.headers)
            && let Some(holder) = access.holder(&given).await?
        {
            return Ok(Self(Who::Program(holder)));
        }
        if let Some(signed_in) = access.signed_in(&parts.headers).await? {
            if changes && !csrf::has(parts, signed_in.csrf()) {
                return Err(Refused::WithoutToken);
            }
            return Ok(Self(Who::Person(Box::new(signed_in))));
        }
        let is_open = access.open && (!changes || origin::is_from_our_page(&parts.headers));
        Ok(Self(if is_open { Who::Visitor } else { Who::Nobody }))
    }
}

pub(super) fn not_a_reader() -> Refused {
    let needs = "to see this you need the role of a viewer; ask an administrator of Signalbox";
    Refused::NotAllowed {
        needs: needs.to_owned(),
    }
}

impl<S> FromRequestParts<S> for Caller
where
    Access: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Refused;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refused> {
        // Several proofs of one request ask once.
        if let Some(known) = parts.extensions.get::<Self>() {
            return Ok(known.clone());
        }
        let caller = Self::of(parts, &Access::from_ref(state)).await?;
        parts.extensions.insert(caller.clone());
        Ok(caller)
    }
}
