//! Installing apps and taking them out, as a person of the workspace; and what was sent to them.

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};
use url::Url;

use super::fields::{Bad, Fields};
use super::{person, workspace, workspace_mut};
use crate::slack::SlackSandbox;
use crate::slack::apps::DEMO_APP;
use crate::slack::events::Sent;
use crate::slack::install::{Approval, Asked, Order, Wish, denied};
use crate::slack::sockets::Reason;

/// `POST /sandbox/install` `{"workspace", "user", "url", "without"?, "deny"?}`: reads an
/// authorization address as that person and allows it, but for the optional scopes `without`, or
/// with `"deny": 1` refuses it. Answers the `location` that the browser goes to.
pub async fn install(
    State(sandbox): State<SlackSandbox>,
    fields: Fields,
) -> Result<Json<Value>, Bad> {
    fields.only(&["workspace", "user", "url", "without", "deny"])?;
    let given = fields.text("url")?;
    let url = Url::parse(&given).map_err(|error| Bad::field("url", &error.to_string()))?;
    if url.path() != "/oauth/v2/authorize" {
        return Err(Bad::field("url", "must lead to /oauth/v2/authorize"));
    }
    let asked = Asked::of_query(url.query().unwrap_or_default());
    let without = fields.texts("without")?.unwrap_or_default();
    let mut state = sandbox.lock();
    let wish = Wish::check(&asked, &state.apps);
    let wish = wish.map_err(|refused| Bad::field("url", &refused.to_string()))?;
    if fields.flag("deny")? == Some(true) {
        return Ok(Json(json!({ "ok": true, "location": denied(&wish) })));
    }
    let place = workspace(&state.workspaces, &fields)?;
    let (team, user) = (place.id.clone(), person(place, &fields, "user")?.id.clone());
    if let Some(app) = state.apps.get(&wish.app) {
        let optional = [&app.settings.bot_optional, &app.settings.user_optional];
        let is_optional = |scope: &&String| optional.iter().any(|list| list.contains(scope));
        if let Some(scope) = without.iter().find(|scope| !is_optional(scope)) {
            return Err(Bad::field("without", &format!("{scope} is not optional")));
        }
    }
    let approval = Approval {
        wish: &wish,
        workspace: &team,
        person: &user,
        without: &without,
    };
    let location = state.approve(sandbox.options(), &approval);
    Ok(Json(json!({ "ok": true, "location": location })))
}

/// `POST /sandbox/uninstall` `{"workspace", "app"?, "order"?}`: takes an app out and tells it, in
/// the `order` `uninstalled_first` or `revoked_first`.
pub async fn uninstall(
    State(sandbox): State<SlackSandbox>,
    fields: Fields,
) -> Result<Json<Value>, Bad> {
    fields.only(&["workspace", "app", "order"])?;
    let order = match fields.text_if_any("order")?.as_deref() {
        Some("uninstalled_first") => Order::UninstalledFirst,
        None | Some("revoked_first") => Order::RevokedFirst,
        Some(_) => {
            return Err(Bad::field(
                "order",
                "must be uninstalled_first or revoked_first",
            ));
        }
    };
    let app = fields.text_if_any("app")?;
    let app = app.as_deref().unwrap_or(DEMO_APP);
    {
        let mut state = sandbox.lock();
        let team = workspace_mut(&mut state.workspaces, &fields)?.id.clone();
        if !state.uninstall(sandbox.options(), (&team, app), order) {
            return Err(Bad::field(
                "app",
                &format!("{app} is not installed in {team}"),
            ));
        }
    }
    sandbox.settle_events().await;
    Ok(Json(json!({ "ok": true })))
}

/// `POST /sandbox/socket` `{"app"?, "reason"}`: tells an app's sockets that they are to end, with
/// `warning`, `refresh_requested`, `link_disabled` or `too_many_websockets`; answers how many there were. After
/// `link_disabled` Socket Mode is off.
pub async fn socket(
    State(sandbox): State<SlackSandbox>,
    fields: Fields,
) -> Result<Json<Value>, Bad> {
    fields.only(&["app", "reason"])?;
    let app = fields.text_if_any("app")?;
    let app = app.as_deref().unwrap_or(DEMO_APP);
    let reason = Reason::of(&fields.text("reason")?);
    let reason = reason.ok_or_else(|| Bad::field("reason", "is not one of Slack's"))?;
    let mut state = sandbox.lock();
    let known = state.apps.get_mut(app);
    let known = known.ok_or_else(|| Bad::field("app", "there is no such app"))?;
    if reason == Reason::Disabled {
        known.settings.socket_mode = false;
    }
    let connections = state.sockets.disconnect(app, reason);
    Ok(Json(json!({ "ok": true, "connections": connections })))
}

/// `GET /sandbox/deliveries[?app&what&after]`: what was sent to apps, oldest first.
pub async fn deliveries(
    State(sandbox): State<SlackSandbox>,
    fields: Fields,
) -> Result<Json<Value>, Bad> {
    fields.only(&["app", "what", "after"])?;
    let (app, what) = (fields.text_if_any("app")?, fields.text_if_any("what")?);
    let after = fields.count("after")?.unwrap_or(0);
    let state = sandbox.lock();
    let wanted = |sent: &&Sent| {
        app.as_ref().is_none_or(|app| sent.app == *app)
            && what.as_ref().is_none_or(|what| sent.what == what)
    };
    let deliveries: Vec<&Sent> = state.sent.after(after).filter(wanted).collect();
    Ok(Json(json!({ "ok": true, "deliveries": deliveries })))
}
