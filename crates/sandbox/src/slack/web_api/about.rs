//! Methods about the connection itself: `api.test`, `auth.test`, `bots.info`, `team.info`.

use serde_json::{Map, Value, json};

use super::call::{Answer, Call, answer};
use crate::slack::refusal::Refusal;
use crate::slack::wire;
use crate::slack::workspace::TokenKind;

/// `api.test`: gives the arguments back; `error` makes it fail with that text.
pub fn api_test(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let args = call.args.0.clone();
    let Some(error) = call.args.text("error") else {
        let mut said = Map::new();
        if !args.is_empty() {
            said.insert("args".to_owned(), Value::Object(args));
        }
        return Ok(said);
    };
    // The caller's own word comes back, so it cannot be one of a list.
    let mut fields = Map::new();
    fields.insert("args".to_owned(), Value::Object(args));
    fields.insert("error".to_owned(), json!(error));
    Err(Refusal {
        fields,
        ..Refusal::of("fatal_error")
    })
}

/// `auth.test`: who the token speaks as.
pub fn auth_test(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let token = call.caller()?;
    let workspace = call.workspace();
    let person = workspace.people.get(&token.person).ok_or("invalid_auth")?;
    let mut said = answer(json!({
        "url": format!("{}/", call.options.public_url),
        "team": workspace.name,
        "team_id": workspace.id,
        "user": person.name,
        "user_id": person.id,
        "is_enterprise_install": false,
    }));
    if token.kind == TokenKind::Bot {
        said.insert("bot_id".to_owned(), json!(call.app()?.bot_id));
    }
    Ok(said)
}

/// `bots.info`: the bot of an app.
pub fn bots_info(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let bot = call.args.text("bot").ok_or("missing_argument")?;
    let mut apps = call.workspace().apps.iter();
    let app = apps.find(|app| app.bot_id == bot).ok_or("bot_not_found")?;
    Ok(answer(json!({ "bot": {
        "id": app.bot_id,
        "app_id": app.id,
        "user_id": app.user_id,
        "name": app.name,
        "deleted": !app.is_installed,
        "updated": 0,
        "icons": wire::bot_icons(),
    } })))
}

/// `team.info`: the workspace.
pub fn team_info(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let workspace = call.workspace();
    if call
        .args
        .text("team")
        .is_some_and(|team| team != workspace.id)
    {
        return Err(Refusal::of("team_not_found"));
    }
    Ok(answer(json!({ "team": {
        "id": workspace.id,
        "name": workspace.name,
        "domain": workspace.domain,
        "email_domain": "",
        "url": format!("{}/", call.options.public_url),
        "icon": { "image_default": true },
    } })))
}
