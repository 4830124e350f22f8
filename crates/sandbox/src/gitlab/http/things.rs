//! What links in webhooks lead to: a plain page of the thing, and people's pictures.
//!
//! Who is not signed in sees what is public; anybody else what they may.

mod issue;
mod members;
mod merge_request;
mod parts;
mod pipeline;
pub(super) mod ticking;

use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Redirect, Response};

use parts::TaskForm;

use super::frame;
use super::html::{Safe, query};
use super::session::Visitor;
use crate::gitlab::GitLabSandbox;
use crate::gitlab::world::{Access, Issue, Project, User, Visibility, World};

/// A page's title and what stands below it, in HTML.
type Page = (String, String);

/// A person's picture: the initials on a colour of their own.
pub(super) async fn avatar(State(sandbox): State<GitLabSandbox>, Path(id): Path<u64>) -> Response {
    let state = sandbox.lock();
    let Some(user) = state.world.user(id) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let initials: String = user
        .name
        .split_whitespace()
        .filter_map(|word| word.chars().next())
        .take(2)
        .collect();
    let hue = id * 47 % 360;
    let picture = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 80 80\"><rect width=\"80\" \
         height=\"80\" rx=\"40\" fill=\"hsl({hue} 45% 38%)\"/><text x=\"40\" y=\"52\" \
         font-family=\"sans-serif\" font-size=\"32\" fill=\"white\" text-anchor=\"middle\">{}</text></svg>",
        Safe(&initials),
    );
    ([(header::CONTENT_TYPE, "image/svg+xml")], picture).into_response()
}

/// Whatever a link of a webhook names.
pub(super) async fn show(
    State(sandbox): State<GitLabSandbox>,
    visitor: Visitor,
    uri: Uri,
) -> Response {
    let path =
        url::form_urlencoded::parse(format!("p={}", uri.path().replace('+', "%2B")).as_bytes())
            .next()
            .map(|(_, path)| path.trim_matches('/').to_owned())
            .unwrap_or_default();
    let state = sandbox.lock();
    let viewer = Viewer {
        world: &state.world,
        user: visitor.user.as_ref(),
        form_token: visitor.form_token(),
    };
    let here = uri.path_and_query().map_or("/", |here| here.as_str());
    let corner = frame::corner(visitor.user.as_ref(), here);
    match viewer.look(&path) {
        Some((title, main)) => Html(frame::page(&title, &corner, &main)).into_response(),
        // Signing in may show more, as in GitLab.
        None if visitor.user.is_none() && viewer.is_hidden(&path) => {
            Redirect::to(&format!("/users/sign_in?return_to={}", query(here))).into_response()
        }
        None => {
            let main = "<p class=\"about\">There is nothing here, or nothing for you to see.</p>\
                <p><a href=\"/\">Back to the projects</a></p>";
            let page = frame::page("Not found", &corner, main);
            (StatusCode::NOT_FOUND, Html(page)).into_response()
        }
    }
}

/// Somebody who looks at pages.
struct Viewer<'a> {
    world: &'a World,
    user: Option<&'a User>,
    /// What the viewer's own forms carry.
    form_token: String,
}

impl Viewer<'_> {
    /// The page at this path, when the viewer may see it.
    fn look(&self, path: &str) -> Option<Page> {
        if let Some(group) = path.strip_prefix("groups/") {
            let group = group.split("/-/").next().unwrap_or(group);
            let group = self.world.group_named(group)?;
            let known = self.user.is_some();
            return known.then(|| members::of_group(self.world, group));
        }
        let (key, below) = path.split_once("/-/").unwrap_or((path, ""));
        let project = self.world.project(key)?;
        if !self.sees(project) {
            return None;
        }
        let (title, main) = self.thing(project, below)?;
        let back = format!(
            "<p><a href=\"/?project={}\">Back to the project</a> · \
             <a href=\"/{}/-/project_members\">Members</a></p>",
            query(&project.path_with_namespace),
            Safe(&project.path_with_namespace),
        );
        Some((title, main + &back))
    }

    fn thing(&self, project: &Project, below: &str) -> Option<Page> {
        let mut parts = below.split('/');
        let kind = parts.next().unwrap_or_default();
        let number: Option<u64> = below.rsplit('/').find_map(|part| part.parse().ok());
        match (kind, number) {
            ("issues" | "work_items", Some(iid)) => {
                let found = project.issues.iter().find(|issue| issue.iid == iid)?;
                let user_id = self.user.map_or(0, |user| user.id);
                let may = self.world.sees_issue(user_id, project, found);
                let form = self.task_form(project, found);
                let viewer = (self.is_inside(project), form.as_ref());
                may.then(|| issue::page(self.world, project, found, viewer))
            }
            ("merge_requests", Some(iid)) => {
                let found = project.merge_requests.iter().find(|mr| mr.iid == iid)?;
                let inside = self.is_inside(project);
                Some(merge_request::page(self.world, project, found, inside))
            }
            ("pipelines", Some(id)) => {
                let found = project.pipelines.iter().find(|p| p.id == id)?;
                Some(pipeline::page(self.world, found))
            }
            ("jobs", Some(id)) => pipeline::job(project, id),
            ("project_members", _) => Some(members::of_project(self.world, project)),
            _ => {
                let (title, fact, text) = thing(project, below);
                let main = format!(
                    "<p class=\"about\">{}</p><pre>{}</pre>",
                    Safe(&fact),
                    Safe(&text)
                );
                Some((title, main))
            }
        }
    }

    /// The form by which the viewer ticks boxes; `None` for who may not.
    fn task_form(&self, project: &Project, issue: &Issue) -> Option<TaskForm<'_>> {
        let user = self.user?;
        let may = ticking::may_edit(self.world, user.id, project, issue);
        may.then(|| TaskForm {
            action: format!("/sandbox/issues/{}/{}/tick", project.id, issue.iid),
            token: &self.form_token,
        })
    }

    fn sees(&self, project: &Project) -> bool {
        match self.user {
            Some(user) => self.world.sees(user.id, project),
            None => project.visibility == Visibility::Public,
        }
    }

    /// Whether the viewer works on the project, and sees internal comments.
    fn is_inside(&self, project: &Project) -> bool {
        let access = self.user.map(|user| self.world.access_to(user.id, project));
        access.flatten() >= Some(Access::Reporter)
    }

    /// Whether there is something that somebody else may see.
    fn is_hidden(&self, path: &str) -> bool {
        let key = path.split_once("/-/").map_or(path, |(key, _)| key);
        self.world.project(key).is_some() || path.starts_with("groups/")
    }
}

/// Title, a fact and the text of what `below` names: `merge_requests/7`.
fn thing(project: &Project, below: &str) -> (String, String, String) {
    let mut parts = below.split('/');
    let (kind, last) = (
        parts.next().unwrap_or_default(),
        below.rsplit('/').next().unwrap_or_default(),
    );
    let found = match kind {
        "commit" => project
            .commits
            .iter()
            .find(|commit| commit.sha == last)
            .map(|commit| {
                (
                    commit.title().to_owned(),
                    commit.sha.clone(),
                    commit.message.clone(),
                )
            }),
        "releases" => project
            .releases
            .iter()
            .find(|release| release.tag == last)
            .map(|release| {
                (
                    release.name.clone(),
                    release.tag.clone(),
                    release.description.clone(),
                )
            }),
        "wikis" => project
            .wiki
            .iter()
            .find(|page| page.slug == last)
            .map(|page| {
                (
                    page.title.clone(),
                    "wiki page".to_owned(),
                    page.content.clone(),
                )
            }),
        _ => None,
    };
    found.unwrap_or_else(|| {
        let fact = if below.is_empty() { "project" } else { below };
        (
            project.name.clone(),
            fact.to_owned(),
            project.description.clone(),
        )
    })
}
