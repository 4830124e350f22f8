//! `apps.connections.open` and `apps.event.authorizations.list`: what an app-level token is for.

use serde_json::{Value, json};

use super::call::{Answer, Call, answer};
use crate::slack::commands::secret;
use crate::slack::events::{authorization, context};
use crate::slack::refusal::Refusal;

/// `apps.connections.open`: where to open a socket, once.
pub fn open(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let app = call.holder.clone().ok_or("invalid_auth")?;
    let ticket = format!("{}{}", secret(call.chance()), secret(call.chance()));
    let base = &call.options.public_url;
    // `http` becomes `ws`, and `https` `wss`.
    let base = base.strip_prefix("http").unwrap_or(base);
    let url = format!("ws{base}/link/?ticket={ticket}&app_id={app}");
    call.state.sockets.add_ticket(ticket, app);
    Ok(answer(json!({ "url": url })))
}

/// `apps.event.authorizations.list`: the installations that an event is visible to.
pub fn authorizations(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let app = call.holder.clone().ok_or("invalid_auth")?;
    let text = call.args.text("event_context").unwrap_or_default();
    let (team, of) = context(&text).ok_or("invalid_event_context")?;
    if of != app {
        return Err(Refusal::of("auth_mismatch"));
    }
    let workspace = call.state.workspaces.get(&team);
    let installed = workspace.and_then(|workspace| workspace.installed(&app));
    let shown = installed.map(|app| authorization(&team, &app.user_id));
    let shown: Vec<Value> = shown.into_iter().collect();
    Ok(answer(
        json!({ "authorizations": shown, "cursor_next": "" }),
    ))
}
