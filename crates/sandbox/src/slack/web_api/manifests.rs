//! `apps.manifest.*`: apps made and changed by whoever makes apps here.

use serde_json::{Value, json};

use super::call::{Answer, Call, answer};
use crate::slack::apps::{RegisteredApp, Settings, manifest};
use crate::slack::commands::VERIFICATION_TOKEN;
use crate::slack::refusal::Refusal;

/// `apps.manifest.validate`
pub fn validate(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    given(call)?;
    Ok(answer(json!({ "errors": [] })))
}

/// `apps.manifest.create`
pub fn create(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let settings = given(call)?;
    let app = RegisteredApp::new(settings, &call.options.chance);
    let (id, credentials) = (app.id.clone(), app.credentials.clone());
    call.state.apps.insert(id.clone(), app);
    call.state.unsaved = true;
    let base = &call.options.public_url;
    let client_id = credentials.client_id;
    Ok(answer(json!({
        "app_id": id,
        "oauth_authorize_url": format!("{base}/oauth/v2/authorize?client_id={client_id}"),
        "credentials": {
            "client_id": client_id,
            "client_secret": credentials.client_secret,
            "verification_token": VERIFICATION_TOKEN,
            "signing_secret": credentials.signing_secret,
        },
    })))
}

/// `apps.manifest.export`
pub fn export(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let id = app_id(call)?;
    let app = call.state.apps.get(&id).ok_or("app_not_found")?;
    Ok(answer(json!({ "manifest": manifest::write(app) })))
}

/// `apps.manifest.update`: the whole manifest anew.
pub fn update(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let id = app_id(call)?;
    let settings = given(call)?;
    let app = call.state.apps.get_mut(&id).ok_or("app_not_found")?;
    let scopes = |settings: &Settings| (settings.bot_scopes.clone(), settings.user_scopes.clone());
    let permissions_updated = scopes(&app.settings) != scopes(&settings);
    app.settings = settings;
    call.state.unsaved = true;
    Ok(answer(
        json!({ "app_id": id, "permissions_updated": permissions_updated }),
    ))
}

fn app_id(call: &Call<'_>) -> Result<String, Refusal> {
    let id = call.args.text("app_id").unwrap_or_default();
    if id.starts_with('A') {
        return Ok(id);
    }
    Err(Refusal::of("invalid_app_id"))
}

/// The manifest of a call, as settings.
fn given(call: &Call<'_>) -> Result<Settings, Refusal> {
    let given = call.args.json("manifest");
    let given = given.ok().flatten().ok_or("invalid_manifest")?;
    manifest::read(&given).map_err(|problems| {
        let errors: Vec<Value> = problems
            .iter()
            .map(|problem| json!({ "message": problem.message, "pointer": problem.pointer }))
            .collect();
        let mut fields = serde_json::Map::new();
        fields.insert("errors".to_owned(), Value::from(errors));
        Refusal {
            fields,
            ..Refusal::of("invalid_manifest")
        }
    })
}
