//! The page: projects on the left, buttons in the middle, what was sent on the right.
//!
//! It works without its script: buttons are a form's, options a link's. The script saves the
//! reload and keeps the log live.

mod forms;
pub(super) mod log;
pub(super) mod time;

use axum::extract::{Form, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::frame;
use super::html::{Safe, query};
use super::session::Visitor;
use crate::gitlab::acts::{self, Act};
use crate::gitlab::world::{MergeRequestState, Project, Visibility, World};
use crate::gitlab::{Do, GitLabSandbox};

const STYLE: &str = include_str!("../../../assets/gitlab/page.css");
const SCRIPT: &str = include_str!("../../../assets/gitlab/page.js");

/// What the page shows.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct View {
    project: Option<String>,
    user: Option<String>,
    /// The act whose options are open.
    what: Option<String>,
}

/// `GET /`.
pub(super) async fn show(
    State(sandbox): State<GitLabSandbox>,
    visitor: Visitor,
    Query(view): Query<View>,
) -> Html<String> {
    Html(render(&sandbox, &visitor, &view, None))
}

/// `POST /act`: a button without the script.
pub(super) async fn act(
    State(sandbox): State<GitLabSandbox>,
    visitor: Visitor,
    Form(fields): Form<Vec<(String, String)>>,
) -> Response {
    let mut body: Map<String, Value> = fields
        .into_iter()
        .map(|(name, value)| (name, Value::String(value)))
        .collect();
    let text = |body: &Map<String, Value>, name: &str| body.get(name)?.as_str().map(str::to_owned);
    let view = View {
        project: text(&body, "project"),
        user: text(&body, "user"),
        what: text(&body, "options").or(text(&body, "what")),
    };
    if body.remove("options").is_none() {
        body.retain(|name, _| ["user", "project", "what"].contains(&name.as_str()));
    }
    let done = match Do::from_json(body) {
        Ok(request) => sandbox.perform(request).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(done) => {
            let said = match done.sent.len() {
                1 => "Done: 1 webhook sent".to_owned(),
                count => format!("Done: {count} webhooks sent"),
            };
            let view = View { what: None, ..view };
            Html(render(&sandbox, &visitor, &view, Some((true, &said)))).into_response()
        }
        Err(error) => {
            let page = render(&sandbox, &visitor, &view, Some((false, &error.to_string())));
            (StatusCode::BAD_REQUEST, Html(page)).into_response()
        }
    }
}

/// `POST /hooks`: switches every hook on again, without the script.
pub(super) async fn enable_hooks(State(sandbox): State<GitLabSandbox>) -> Redirect {
    sandbox.enable_hooks();
    Redirect::to("/")
}

pub(super) async fn style() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], STYLE)
}

pub(super) async fn script() -> impl IntoResponse {
    (
        [(header::CONTENT_TYPE, "text/javascript; charset=utf-8")],
        SCRIPT,
    )
}

fn render(
    sandbox: &GitLabSandbox,
    visitor: &Visitor,
    view: &View,
    notice: Option<(bool, &str)>,
) -> String {
    let corner = frame::corner(visitor.user.as_ref(), "/");
    let hooks = log::hooks(sandbox);
    let rows: String = sandbox
        .log()
        .iter()
        .rev()
        .take(100)
        .map(|sent| log::row(sent, sandbox.options().service_url.as_deref()))
        .collect();
    let time = time::section(sandbox);
    let state = sandbox.lock();
    let world = &state.world;
    let wanted = view.project.as_deref().and_then(|path| world.project(path));
    let Some(project) = wanted.or(world.projects.first()) else {
        return around(&corner, "<main><p>There is no project.</p></main>");
    };
    let user = view
        .user
        .as_deref()
        .filter(|user| world.user_named(user).is_some());
    let own = visitor.user.as_ref().map(|user| user.username.as_str());
    let user = user.or(own).unwrap_or("ana");
    let middle = middle(world, project, user, view, notice);
    let body = format!(
        "{nav}<main id=\"main\">{middle}{time}</main>\
         <aside aria-labelledby=\"sent\"><div class=\"aside-top\"><h2 id=\"sent\">Webhooks sent</h2>\
         <label class=\"check\"><input type=\"checkbox\" id=\"jobs\"> show jobs</label></div>\
         <div id=\"hooks\">{hooks}</div>\
         <ol id=\"log\" class=\"log\">{rows}</ol>\
         <p class=\"empty\">Nothing yet. Make something happen.</p></aside>",
        nav = projects(world, project, user),
    );
    around(&corner, &body)
}

fn around(corner: &str, body: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>GitLab sandbox</title>\
         <link rel=\"icon\" href=\"data:,\">\
         <link rel=\"stylesheet\" href=\"/static/page.css\">\
         <script src=\"/static/page.js\" defer></script></head><body>\
         <a class=\"skip\" href=\"#main\">Skip to the buttons</a>\
         <header class=\"top\"><a class=\"brand\" href=\"/\"><span class=\"mark\" aria-hidden=\"true\">\
         </span>GitLab sandbox</a><span class=\"tag\">nothing here is real but the webhooks</span>\
         {corner}</header><div class=\"columns\">{body}</div></body></html>"
    )
}

fn projects(world: &World, chosen: &Project, user: &str) -> String {
    let mut items = String::new();
    for project in &world.projects {
        let path = &project.path_with_namespace;
        let here = if project.id == chosen.id {
            " aria-current=\"page\""
        } else {
            ""
        };
        let (group, name) = path.rsplit_once('/').unwrap_or(("", path));
        let lock = match project.visibility {
            Visibility::Public => "",
            Visibility::Internal => "<span class=\"badge\">internal</span>",
            Visibility::Private => "<span class=\"badge\">private</span>",
        };
        items.push_str(&format!(
            "<li><a href=\"/?project={}&amp;user={}\"{here}><span class=\"group\">{} / </span>\
             <span class=\"name\">{}</span>{lock}</a></li>",
            query(path),
            query(user),
            Safe(group),
            Safe(name),
        ));
    }
    format!("<nav aria-label=\"Projects\"><h2>Projects</h2><ul>{items}</ul></nav>")
}

fn middle(
    world: &World,
    project: &Project,
    user: &str,
    view: &View,
    notice: Option<(bool, &str)>,
) -> String {
    let open = |act: &&&Act| view.what.as_deref() == Some(act.what);
    let options = acts::ALL
        .iter()
        .find(open)
        .map(|act| forms::options(act, project, user));
    let (class, said) = match notice {
        Some((true, said)) => ("notice good", said),
        Some((false, said)) => ("notice bad", said),
        None => ("notice", ""),
    };
    format!(
        "<h1>{name}</h1><p class=\"about\">{about}</p>{facts}\
         <p><a href=\"/{path}/-/project_members\">Members</a> · <a href=\"/-/monitoring\">Monitoring</a></p>\
         {options}\
         <form id=\"acts\" class=\"acts\" method=\"post\" action=\"/act\">\
         <input type=\"hidden\" name=\"project\" value=\"{path}\">{people}{buttons}</form>\
         <p id=\"notice\" class=\"{class}\" role=\"status\">{said}</p>",
        name = Safe(&project.name),
        about = Safe(&project.description),
        facts = facts(project),
        said = Safe(said),
        options = options.unwrap_or_default(),
        path = Safe(&project.path_with_namespace),
        people = people(world, user),
        buttons = buttons(project, user),
    )
}

fn facts(project: &Project) -> String {
    let open_mrs = project
        .merge_requests
        .iter()
        .filter(|mr| mr.state == MergeRequestState::Opened)
        .count();
    let open_issues = project.issues.iter().filter(|issue| issue.open).count();
    let pipeline = project
        .pipelines
        .last()
        .map_or("none yet", |p| p.status.as_str());
    format!(
        "<dl class=\"facts\"><div><dt>Path</dt><dd>{}</dd></div><div><dt>Default branch</dt>\
         <dd>{}</dd></div><div><dt>Open merge requests</dt><dd>{open_mrs}</dd></div>\
         <div><dt>Open issues</dt><dd>{open_issues}</dd></div>\
         <div><dt>Last pipeline</dt><dd>{}</dd></div></dl>",
        Safe(&project.path_with_namespace),
        Safe(&project.default_branch),
        Safe(pipeline),
    )
}

fn people(world: &World, chosen: &str) -> String {
    let people: String = world
        .users
        .iter()
        .map(|user| {
            let checked = if user.username == chosen { " checked" } else { "" };
            format!(
                "<label class=\"person\"><input type=\"radio\" name=\"user\" value=\"{0}\"{checked}>\
                 <img src=\"/uploads/-/system/user/avatar/{1}/avatar.png\" alt=\"\" width=\"24\" \
                 height=\"24\"><span><b>{2}</b> <small>{3}</small></span></label>",
                Safe(&user.username),
                user.id,
                Safe(&user.name),
                Safe(&user.role),
            )
        })
        .collect();
    format!("<fieldset class=\"people\"><legend>Who acts</legend>{people}</fieldset>")
}

fn buttons(project: &Project, user: &str) -> String {
    let tiles =
        |acts: &[&Act]| -> String { acts.iter().map(|act| tile(act, project, user)).collect() };
    let common: Vec<&Act> = acts::ALL.iter().copied().filter(|act| act.common).collect();
    let rest: Vec<&Act> = acts::ALL
        .iter()
        .copied()
        .filter(|act| !act.common)
        .collect();
    let mut more = String::new();
    for group in groups(&rest) {
        let of_group: Vec<&Act> = rest
            .iter()
            .copied()
            .filter(|act| act.group == group)
            .collect();
        more.push_str(&format!(
            "<h3>{}</h3><div class=\"tiles\">{}</div>",
            Safe(group),
            tiles(&of_group)
        ));
    }
    format!(
        "<h2>Make something happen</h2><div class=\"tiles common\">{}</div>\
         <details class=\"more\"><summary>More</summary>{more}</details>",
        tiles(&common),
    )
}

fn groups(acts: &[&Act]) -> Vec<&'static str> {
    let mut groups: Vec<&str> = Vec::new();
    for act in acts {
        if !groups.contains(&act.group) {
            groups.push(act.group);
        }
    }
    groups
}

fn tile(act: &Act, project: &Project, user: &str) -> String {
    format!(
        "<div class=\"tile\"><button name=\"what\" value=\"{what}\" title=\"{summary}\">{label}\
         </button><a class=\"options-link\" href=\"/?project={path}&amp;user={user}&amp;what={what}#options\" \
         aria-label=\"Options of {label}\">options</a></div>",
        what = act.what,
        summary = Safe(act.summary),
        label = Safe(act.label),
        path = query(&project.path_with_namespace),
        user = query(user),
    )
}
