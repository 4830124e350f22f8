//! `/sandbox/…`: what a script does with the workspace that no API call could.
//!
//! Type, click and look as a person; see what the app called; make things fail; move the clock.
//! People and channels are named by id or by name. A request that makes no sense is answered 400
//! with the field's name.

mod acting;
mod apps;
mod channels;
mod fields;
mod installing;
mod interacting;
mod looking;
mod making;
mod registering;
mod trouble;

use axum::Router;
use axum::routing::{get, post};

use super::SlackSandbox;
use super::apps::DEMO_APP;
use super::workspace::{App, Channel, Person, Workspace};
use super::workspaces::Workspaces;
use fields::Fields;

pub use fields::Bad;
pub use interacting::{CLICKS_KEPT, Click};

/// `/sandbox/…`
pub fn router(sandbox: SlackSandbox) -> Router {
    Router::new()
        .route("/sandbox/type", post(acting::type_text))
        .route("/sandbox/click", post(interacting::click))
        .route("/sandbox/select", post(interacting::click))
        .route("/sandbox/submit", post(interacting::submit))
        .route("/sandbox/close", post(interacting::close))
        .route("/sandbox/suggest", post(interacting::suggest))
        .route("/sandbox/shortcut", post(interacting::shortcut))
        .route("/sandbox/home", post(interacting::home))
        .route("/sandbox/clicks", get(looking::clicks))
        .route("/sandbox/screen", get(looking::look))
        .route("/sandbox/calls", get(looking::calls))
        .route("/sandbox/fault", post(trouble::fault))
        .route("/sandbox/limits", post(trouble::limits))
        .route("/sandbox/clock", get(trouble::time).post(trouble::advance))
        .route("/sandbox/channels", post(channels::channel))
        .route("/sandbox/people", post(making::person))
        .route("/sandbox/tokens", post(making::token))
        .route("/sandbox/apps", get(apps::list).post(apps::register))
        .route("/sandbox/apps/{id}", post(apps::change))
        .route("/sandbox/install", post(installing::install))
        .route("/sandbox/uninstall", post(installing::uninstall))
        .route("/sandbox/socket", post(installing::socket))
        .route("/sandbox/deliveries", get(installing::deliveries))
        .route("/sandbox/webhook", post(registering::webhook))
        .route(
            "/sandbox/commands",
            get(looking::commands).post(registering::command),
        )
        .with_state(sandbox)
}

/// The person that a field names.
fn person<'w>(workspace: &'w Workspace, fields: &Fields, name: &str) -> Result<&'w Person, Bad> {
    let called = fields.text(name)?;
    workspace
        .person_called(&called)
        .ok_or_else(|| Bad::field(name, &format!("nobody is called {called:?}")))
}

/// The channel that `channel` names, as long as this person sees it.
fn channel<'w>(
    workspace: &'w Workspace,
    fields: &Fields,
    person: &Person,
) -> Result<&'w Channel, Bad> {
    let called = fields.text("channel")?;
    let named = workspace.channel_called(&called).or_else(|| {
        let other = workspace.person_called(&called)?;
        workspace.conversation_of(&[other.id.clone(), person.id.clone()].into())
    });
    named
        .filter(|channel| workspace.sees(&person.id, channel))
        .ok_or_else(|| {
            Bad::field(
                "channel",
                &format!("{} sees no channel {called:?}", person.name),
            )
        })
}

/// The workspace that `workspace` names by id; the first when none is named.
fn workspace<'w>(workspaces: &'w Workspaces, fields: &Fields) -> Result<&'w Workspace, Bad> {
    match fields.text_if_any("workspace")? {
        Some(id) => workspaces.get(&id).ok_or_else(|| no_workspace(workspaces)),
        None => Ok(workspaces.first()),
    }
}

/// The same, to change it.
fn workspace_mut<'w>(
    workspaces: &'w mut Workspaces,
    fields: &Fields,
) -> Result<&'w mut Workspace, Bad> {
    let id = workspace(workspaces, fields)?.id.clone();
    Ok(workspaces.get_or_first(&id))
}

/// The installed app that `app` names by id; the demo's when none is named.
fn installed<'w>(workspace: &'w Workspace, fields: &Fields) -> Result<&'w App, Bad> {
    let id = fields.text_if_any("app")?;
    let id = id.as_deref().unwrap_or(DEMO_APP);
    let missing = || format!("{id} is not installed in {}", workspace.id);
    let app = workspace.installed(id);
    app.ok_or_else(|| Bad::field("app", &missing()))
}

fn no_workspace(workspaces: &Workspaces) -> Bad {
    let known: Vec<&str> = workspaces.iter().map(|known| known.id.as_str()).collect();
    Bad::field("workspace", &format!("must be one of {}", known.join(", ")))
}
