//! A call of the API: who asks, for what, and the ways to answer.

use axum::Json;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use super::params::Params;
use super::refused::Refused;
use super::shape::Shape;
use super::who;
use crate::gitlab::GitLabSandbox;
use crate::gitlab::scene::Scene;
use crate::gitlab::world::{Access, Group, Project, User, World};

const PER_PAGE: u64 = 20;
const MOST_PER_PAGE: u64 = 100;

pub(super) type Answer = Result<Response, Refused>;

/// A call by somebody whose token is right: `PRIVATE-TOKEN`, `Authorization: Bearer`, or a
/// `private_token` or `access_token` parameter. Without any it is nobody's, who looks at what is
/// public.
pub(super) struct Call {
    pub sandbox: GitLabSandbox,
    pub user: User,
    pub params: Params,
    uri: Uri,
}

impl FromRequest<GitLabSandbox> for Call {
    type Rejection = Refused;

    async fn from_request(
        request: Request,
        sandbox: &GitLabSandbox,
    ) -> Result<Self, Self::Rejection> {
        let uri = request.uri().clone();
        let method = request.method().clone();
        let given = token(request.headers()).map(str::to_owned);
        let params = Params::from_request(request, sandbox).await;
        let given = given.or_else(|| {
            let params = params.as_ref().ok()?;
            params
                .text("private_token")
                .or_else(|| params.text("access_token"))
        });
        let asked = (&method, uri.path());
        let user = match given {
            Some(token) => who::may_ask(sandbox, &token, asked)?,
            None => who::nobody(asked).ok_or_else(Refused::unauthorized)?,
        };
        Ok(Self {
            sandbox: sandbox.clone(),
            user,
            params: params?,
            uri,
        })
    }
}

fn token(headers: &HeaderMap) -> Option<&str> {
    let read = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    read("private-token").or_else(|| read("authorization")?.strip_prefix("Bearer "))
}

impl Call {
    /// Reads the world.
    pub fn read<T>(&self, read: impl FnOnce(&World, Shape<'_>) -> T) -> T {
        let state = self.sandbox.lock();
        let shape = Shape {
            base: &self.sandbox.options().public_url,
            world: &state.world,
        };
        read(&state.world, shape)
    }

    /// Changes the world in a project, which is named by its path or id, and sends what follows.
    pub async fn change<T>(
        &self,
        project: &str,
        act: impl FnOnce(&mut Scene<'_>) -> Result<T, Refused>,
    ) -> Result<T, Refused> {
        self.read(|world, _| self.project(world, project).map(drop))?;
        let place = (self.user.username.as_str(), project);
        let (made, _) = self.sandbox.change(place, act).await?;
        Ok(made)
    }

    /// The project with this path or id, when the asker may see it.
    pub fn project<'w>(&self, world: &'w World, key: &str) -> Result<&'w Project, Refused> {
        let found = world.project(key);
        found
            .filter(|project| world.sees(self.user.id, project))
            .ok_or_else(|| Refused::not_found("Project"))
    }

    /// The group with this path or id.
    pub fn group<'w>(&self, world: &'w World, key: &str) -> Result<&'w Group, Refused> {
        let found = world.group_named(key);
        found
            .filter(|group| self.sees_group(world, group))
            .ok_or_else(|| Refused::not_found("Group"))
    }

    /// A group is private when all that is in it is.
    pub fn sees_group(&self, world: &World, group: &Group) -> bool {
        let projects = projects_below(world, group);
        projects.is_empty()
            || world.access(self.user.id, group.id).is_some()
            || projects.iter().any(|p| world.sees(self.user.id, p))
    }

    /// Refuses who may do less than `least` in the project.
    pub fn needs(&self, world: &World, project: &Project, least: Access) -> Result<(), Refused> {
        if world.access_to(self.user.id, project) >= Some(least) {
            return Ok(());
        }
        Err(Refused::forbidden())
    }

    /// One page of the items, with the headers that say where the others are.
    pub fn page<T>(&self, items: &[T], shape: impl Fn(&T) -> Value) -> Answer {
        let page = self.params.number("page")?.unwrap_or(1).max(1);
        let per_page = match self.params.number("per_page")? {
            Some(0) => return Err(Refused::error("per_page has a value not allowed")),
            given => given.unwrap_or(PER_PAGE).min(MOST_PER_PAGE),
        };
        let total = items.len() as u64;
        let pages = total.div_ceil(per_page).max(1);
        let skipped = usize::try_from((page - 1).saturating_mul(per_page)).unwrap_or(usize::MAX);
        let shown = items.iter().skip(skipped).take(per_page as usize);
        let body: Vec<Value> = shown.map(shape).collect();
        let next = (page < pages).then(|| page + 1);
        let before = (page > 1).then(|| page - 1);
        let mut headers = HeaderMap::new();
        let mut say = |name: &'static str, value: String| {
            if let Ok(value) = HeaderValue::try_from(value) {
                headers.insert(name, value);
            }
        };
        let said = |page: Option<u64>| page.map_or_else(String::new, |page| page.to_string());
        say("x-total", total.to_string());
        say("x-total-pages", pages.to_string());
        say("x-page", page.to_string());
        say("x-per-page", per_page.to_string());
        say("x-next-page", said(next));
        say("x-prev-page", said(before));
        let links = [
            (before, "prev"),
            (next, "next"),
            (Some(1), "first"),
            (Some(pages), "last"),
        ];
        let links: Vec<String> = links
            .into_iter()
            .filter_map(|(page, rel)| Some((self.address_of(page?, per_page), rel)))
            .map(|(address, rel)| format!("<{address}>; rel=\"{rel}\""))
            .collect();
        say(header::LINK.as_str(), links.join(", "));
        Ok((headers, Json(body)).into_response())
    }

    fn address_of(&self, page: u64, per_page: u64) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in
            url::form_urlencoded::parse(self.uri.query().unwrap_or_default().as_bytes())
        {
            if !["page", "per_page", "private_token", "access_token"].contains(&name.as_ref()) {
                query.append_pair(&name, &value);
            }
        }
        query.append_pair("page", &page.to_string());
        query.append_pair("per_page", &per_page.to_string());
        format!(
            "{}{}?{}",
            self.sandbox.options().public_url,
            self.uri.path(),
            query.finish()
        )
    }
}

/// The projects in the group and in the groups below it.
pub(super) fn projects_below<'w>(world: &'w World, group: &Group) -> Vec<&'w Project> {
    let below = |project: &&Project| {
        let groups = world.group_and_ancestors(project.group_id);
        groups.iter().any(|above| above.id == group.id)
    };
    world.projects.iter().filter(below).collect()
}

/// 200 with this body.
pub(super) fn ok(body: Value) -> Answer {
    Ok(Json(body).into_response())
}

/// 201 with this body.
pub(super) fn created(body: Value) -> Answer {
    Ok((StatusCode::CREATED, Json(body)).into_response())
}
