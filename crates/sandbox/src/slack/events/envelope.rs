//! The envelope of an event.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clock::Chance;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::slack::commands::VERIFICATION_TOKEN;
use crate::slack::web_api::mint_id;
use crate::slack::workspace::Workspace;

/// Wraps an event for an app with this bot user.
pub fn wrap(
    workspace: &Workspace,
    (app, bot): (&str, Option<&str>),
    event: &Value,
    now: Timestamp,
    chance: &Chance,
) -> Value {
    let authorizations: Vec<Value> = bot
        .map(|bot| authorization(&workspace.id, bot))
        .into_iter()
        .collect();
    json!({
        "token": VERIFICATION_TOKEN,
        "team_id": workspace.id,
        "context_team_id": workspace.id,
        "context_enterprise_id": null,
        "api_app_id": app,
        "event": event,
        "type": "event_callback",
        "event_id": mint_event_id(chance),
        "event_time": now.as_second(),
        "authorizations": authorizations,
        "is_ext_shared_channel": false,
        "event_context": write_context(&workspace.id, app),
    })
}

/// One installation that an event is visible to.
pub fn authorization(team: &str, bot: &str) -> Value {
    json!({ "enterprise_id": null, "team_id": team, "user_id": bot, "is_bot": true,
        "is_enterprise_install": false })
}

fn mint_event_id(chance: &Chance) -> String {
    let id = mint_id('E', chance);
    format!("Ev{}", id.trim_start_matches('E'))
}

fn write_context(team: &str, app: &str) -> String {
    let said = json!({ "tid": team, "aid": app }).to_string();
    format!("4-{}", URL_SAFE_NO_PAD.encode(said))
}

/// The workspace and the app of an `event_context`.
#[must_use]
pub fn context(text: &str) -> Option<(String, String)> {
    let bytes = URL_SAFE_NO_PAD.decode(text.strip_prefix("4-")?).ok()?;
    let said: Value = serde_json::from_slice(&bytes).ok()?;
    let field = |name: &str| said.get(name)?.as_str().map(str::to_owned);
    Some((field("tid")?, field("aid")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_context_leads_back_to_its_workspace_and_app() {
        let written = write_context("T1", "A1");
        assert_eq!(context(&written), Some(("T1".to_owned(), "A1".to_owned())));
        for other in ["", "4-", "4-e30", "5-e30"] {
            assert_eq!(context(other), None, "{other:?}");
        }
    }
}
