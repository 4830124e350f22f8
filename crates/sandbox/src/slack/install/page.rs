//! `/oauth/v2/authorize`: the page on which somebody lets an app into their workspace.

use axum::Router;
use axum::extract::{Form, RawQuery, State};
use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use serde::Deserialize;
use url::Url;

use super::request::{Asked, Refused, Wish};
use super::{Approval, denied, scopes};
use crate::slack::SlackSandbox;
use crate::slack::apps::RegisteredApp;
use crate::slack::screen::markup::{Element, Node, div, element};
use crate::slack::screen::{document, html};
use crate::slack::workspace::Workspace;
use crate::slack::workspaces::Workspaces;

/// The page and its style.
pub fn router(sandbox: SlackSandbox) -> Router {
    Router::new()
        .route("/oauth/v2/authorize", get(show).post(decide))
        .with_state(sandbox)
}

async fn show(State(sandbox): State<SlackSandbox>, RawQuery(query): RawQuery) -> Response {
    let asked = Asked::of_query(query.as_deref().unwrap_or_default());
    let state = sandbox.lock();
    let wish = match Wish::check(&asked, &state.apps) {
        Ok(wish) => wish,
        Err(refused) => return error_page(&refused),
    };
    let Some(app) = state.apps.get(&wish.app) else {
        return error_page(&Refused::Client);
    };
    let page = draw(&asked, &wish, app, &state.workspaces);
    let title = format!("Install {}", app.settings.name);
    let mut response = html(document(&title, vec![page.into()]));
    let policy = HeaderValue::from_str(&policy(&wish.redirect_uri));
    if let Ok(policy) = policy {
        response
            .headers_mut()
            .insert(CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// The form leads away from here, to the app: some browsers hold that against `form-action`.
fn policy(redirect_uri: &str) -> String {
    let origin = Url::parse(redirect_uri).map(|url| url.origin().ascii_serialization());
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
         connect-src 'self'; form-action 'self' {}; base-uri 'none'; frame-ancestors 'none'",
        origin.unwrap_or_default()
    )
}

/// What the form sends.
#[derive(Deserialize)]
struct Decision {
    #[serde(flatten)]
    asked: Asked,
    /// `{workspace}/{person}`
    who: String,
    decision: String,
}

async fn decide(State(sandbox): State<SlackSandbox>, Form(decision): Form<Decision>) -> Response {
    let mut state = sandbox.lock();
    let wish = match Wish::check(&decision.asked, &state.apps) {
        Ok(wish) => wish,
        Err(refused) => return error_page(&refused),
    };
    if decision.decision != "allow" {
        return Redirect::to(&denied(&wish)).into_response();
    }
    let known = decision.who.split_once('/').filter(|(workspace, person)| {
        let workspace = state.workspaces.get(workspace);
        workspace.is_some_and(|workspace| workspace.people.contains_key(*person))
    });
    let Some((workspace, person)) = known else {
        let words = "Choose who you are.";
        return (StatusCode::BAD_REQUEST, words).into_response();
    };
    let approval = Approval {
        wish: &wish,
        workspace,
        person,
        without: &[],
    };
    let location = state.approve(sandbox.options(), &approval);
    Redirect::to(&location).into_response()
}

fn error_page(refused: &Refused) -> Response {
    let body = element("main")
        .class("authorize")
        .with(element("h1").text("Something went wrong when authorizing this app."))
        .with(element("p").text(refused.to_string()));
    let page = html(document("Authorization error", vec![body.into()]));
    (StatusCode::BAD_REQUEST, page).into_response()
}

fn draw(asked: &Asked, wish: &Wish, app: &RegisteredApp, workspaces: &Workspaces) -> Element {
    let name = app.settings.name.as_str();
    let meant = workspaces.get(wish.team.as_deref().unwrap_or_default());
    let title = match meant {
        Some(workspace) => format!(
            "{name} is requesting permission to access the {} workspace",
            workspace.name
        ),
        None => format!("{name} is requesting permission to access a Slack workspace"),
    };
    let mut form = element("form")
        .attr("method", "post")
        .attr("action", "/oauth/v2/authorize");
    for (field, value) in asked.fields() {
        form = form.with(
            element("input")
                .attr("type", "hidden")
                .attr("name", field)
                .attr("value", value),
        );
    }
    let form = form
        .with(whom(workspaces, wish))
        .maybe(listed(
            &format!("What will {name} be able to do?"),
            &wish.bot_scopes,
        ))
        .maybe(listed(
            &format!("What will {name} do as you?"),
            &wish.user_scopes,
        ))
        .with(
            div("authorize-buttons")
                .with(button("cancel", "Cancel", "button"))
                .with(button("allow", "Allow", "button primary")),
        );
    element("main")
        .class("authorize")
        .with(element("h1").text(title))
        .with(form)
}

fn button(value: &'static str, label: &'static str, class: &'static str) -> Element {
    element("button")
        .class(class)
        .attr("type", "submit")
        .attr("name", "decision")
        .attr("value", value)
        .text(label)
}

/// Who approves, in which workspace: the workspace that is meant comes first.
fn whom(workspaces: &Workspaces, wish: &Wish) -> Element {
    let mut all: Vec<&Workspace> = workspaces.iter().collect();
    all.sort_by_key(|workspace| Some(&workspace.id) != wish.team.as_ref());
    let mut select = element("select").attr("id", "who").attr("name", "who");
    for workspace in all {
        let people = workspace.people.values();
        for person in people.filter(|person| !person.is_bot && !person.deleted) {
            let label = format!("{} in {}", person.real_name, workspace.name);
            let value = format!("{}/{}", workspace.id, person.id);
            select = select.with(element("option").attr("value", value).text(label));
        }
    }
    div("authorize-who")
        .with(element("label").attr("for", "who").text("You are"))
        .with(select)
}

fn listed(title: &str, asked: &[String]) -> Option<Node> {
    if asked.is_empty() {
        return None;
    }
    let mut list = element("ul");
    for scope in asked {
        list = list.with(
            element("li")
                .text(scopes::words(scope))
                .with(element("code").text(scope.as_str())),
        );
    }
    let section = element("section")
        .with(element("h2").text(title))
        .with(list);
    Some(section.into())
}
