//! Installing the app by OAuth, tokens that rotate, and taking the app out again.

use serde_json::{Value, json};

use crate::gitlab_world::http;
use crate::slack_app::App;
use crate::slack_world::{Said, World, said};

const CLIENT: (&str, &str) = ("158.400", "demo-client-secret");

/// Approves an authorization as dana of Acme and gives the code that comes back.
async fn approved(world: &World, query: &str) -> String {
    let location = located(world, query, json!({})).await;
    let url = url::Url::parse(&location).unwrap();
    let (_, code) = url.query_pairs().find(|(name, _)| name == "code").unwrap();
    code.into_owned()
}

async fn located(world: &World, query: &str, more: Value) -> String {
    let url = format!("{}/oauth/v2/authorize?{query}", world.running.url);
    let mut body = json!({ "workspace": "T0ACME", "user": "dana", "url": url });
    body.as_object_mut()
        .unwrap()
        .extend(more.as_object().cloned().unwrap());
    let said = world.sandbox("install", body).await;
    assert_eq!(said.outcome(), "ok", "{said:?}");
    said.body["location"].as_str().unwrap().to_owned()
}

/// `oauth.v2.access` with the app's secret in the header.
async fn access(world: &World, form: &[(&str, &str)]) -> Said {
    let request = world.request(reqwest::Method::POST, "/api/oauth.v2.access");
    said(request.basic_auth(CLIENT.0, Some(CLIENT.1)).form(form)).await
}

async fn call(world: &World, token: &str, method: &str) -> Said {
    let request = world.request(reqwest::Method::POST, &format!("/api/{method}"));
    said(request.bearer_auth(token)).await
}

const QUERY: &str = "client_id=158.400&scope=chat:write,commands&state=st";

#[tokio::test]
async fn the_app_is_installed_in_another_workspace_and_answers_there() {
    let (app, world) = App::start().await;
    let location = located(&world, QUERY, json!({})).await;
    assert!(location.starts_with(&format!("{}/slack/oauth/callback?code=", app.url)));
    assert!(location.ends_with("&state=st"));
    let code = approved(&world, QUERY).await;
    let said = access(&world, &[("code", &code)]).await;
    assert_eq!(said.outcome(), "ok", "{said:?}");
    let body = &said.body;
    for (pointer, expected) in [
        ("/app_id", json!("A0SIGNALBOX")),
        ("/token_type", json!("bot")),
        ("/scope", json!("chat:write,commands")),
        ("/team", json!({ "id": "T0ACME", "name": "Acme" })),
        ("/authed_user", json!({ "id": "U0DANA" })),
        ("/enterprise", Value::Null),
        ("/is_enterprise_install", json!(false)),
    ] {
        assert_eq!(body.pointer(pointer), Some(&expected), "{pointer}");
    }
    let token = body["access_token"].as_str().unwrap();
    assert!(token.starts_with("xoxb-") && body.get("refresh_token").is_none());
    let me = call(&world, token, "auth.test").await;
    assert_eq!(
        (&me.body["team_id"], &me.body["user_id"]),
        (&json!("T0ACME"), &body["bot_user_id"])
    );
    let typed = json!({ "workspace": "T0ACME", "user": "dana", "channel": "general",
        "text": "/gitlab help" });
    assert_eq!(world.sandbox("type", typed).await.outcome(), "ok");
    let asked = app.asked();
    assert_eq!(
        (asked.field("team_id"), asked.field("user_id")),
        ("T0ACME".to_owned(), "U0DANA".to_owned())
    );

    // Installed again: another token, the same bot, and no scope lost.
    let code = approved(&world, "client_id=158.400&scope=links:read").await;
    let again = access(&world, &[("code", &code)]).await.body;
    assert_ne!(again["access_token"], body["access_token"]);
    assert_eq!(again["bot_user_id"], body["bot_user_id"]);
    assert_eq!(again["scope"], "links:read,chat:write,commands");
}

#[tokio::test]
async fn who_says_no_sends_the_app_away() {
    let (_app, world) = App::start().await;
    let location = located(&world, QUERY, json!({ "deny": true })).await;
    assert!(
        location.ends_with("?error=access_denied&state=st"),
        "{location}"
    );
    let form = format!("{QUERY}&who=T0ACME%2FU0DANA&decision=allow");
    let page = world.get(&format!("/oauth/v2/authorize?{QUERY}")).await;
    let page = page.body.as_str().unwrap().to_owned();
    for words in [
        "Signalbox is requesting permission",
        "Send messages",
        "Dana Diaz in Acme",
    ] {
        assert!(page.contains(words), "{words}");
    }
    for (decision, expected) in [("allow", "code="), ("cancel", "error=access_denied")] {
        let form = form.replace("decision=allow", &format!("decision={decision}"));
        let request = http()
            .post(format!("{}/oauth/v2/authorize", world.running.url))
            .header("content-type", "application/x-www-form-urlencoded");
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .unwrap();
        let request = request.body(form).build().unwrap();
        let said = client.execute(request).await.unwrap();
        let location = said.headers()["location"].to_str().unwrap();
        assert_eq!(said.status(), 303);
        assert!(location.contains(expected), "{location}");
    }
    for (query, words) in [
        (
            "client_id=1.2&scope=commands",
            "Invalid client_id parameter",
        ),
        (
            "client_id=158.400&scope=commands&redirect_uri=https://evil.ex",
            "redirect_uri did not match any configured URIs",
        ),
    ] {
        let said = world.get(&format!("/oauth/v2/authorize?{query}")).await;
        assert_eq!(said.status, 400);
        assert!(said.body.as_str().unwrap().contains(words), "{query}");
    }
}

#[tokio::test]
async fn a_code_that_is_not_right_is_refused_in_slacks_words() {
    let (app, world) = App::start().await;
    let refused = |form: Vec<(&'static str, String)>| {
        let world = &world;
        async move {
            let request = world.request(reqwest::Method::POST, "/api/oauth.v2.access");
            said(request.form(&form)).await.outcome().to_owned()
        }
    };
    let id = ("client_id", CLIENT.0.to_owned());
    let secret = ("client_secret", CLIENT.1.to_owned());
    let wrong = |name: &'static str| (name, "wrong".to_owned());
    assert_eq!(refused(vec![]).await, "invalid_client_id");
    assert_eq!(refused(vec![id.clone()]).await, "bad_client_secret");
    assert_eq!(
        refused(vec![id.clone(), wrong("client_secret")]).await,
        "bad_client_secret"
    );
    let both = vec![id, secret];
    let with = |more: Vec<(&'static str, String)>| [both.clone(), more].concat();
    assert_eq!(refused(with(vec![wrong("code")])).await, "invalid_code");
    assert_eq!(
        refused(with(vec![wrong("grant_type")])).await,
        "invalid_grant_type"
    );
    let refresh = ("grant_type", "refresh_token".to_owned());
    assert_eq!(
        refused(with(vec![refresh, wrong("refresh_token")])).await,
        "invalid_refresh_token"
    );
    let redirect = format!("{}/slack/oauth/callback", app.url);
    let named = format!("{QUERY}&redirect_uri={redirect}");
    let code = approved(&world, &named).await;
    assert_eq!(
        refused(with(vec![("code", code)])).await,
        "bad_redirect_uri"
    );
    let code = ("code", approved(&world, &named).await);
    let right = with(vec![code, ("redirect_uri", redirect)]);
    assert_eq!(refused(right.clone()).await, "ok");
    assert_eq!(refused(right).await, "invalid_code", "a code is good once");
    let late = approved(&world, QUERY).await;
    world.advance(600);
    assert_eq!(refused(with(vec![("code", late)])).await, "invalid_code");
    let calls = world
        .get("/sandbox/calls?method=oauth.v2.access")
        .await
        .body;
    assert!(!calls.to_string().contains(CLIENT.1));
}

#[tokio::test]
async fn a_verifier_can_stand_in_for_the_secret() {
    let (_app, world) = App::start().await;
    // The example of RFC 7636, appendix B.
    let challenge = "code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM\
                     &code_challenge_method=S256";
    let exchange = async |verifier: &str| {
        let code = approved(&world, &format!("{QUERY}&{challenge}")).await;
        let request = world.request(reqwest::Method::POST, "/api/oauth.v2.access");
        let form = [
            ("client_id", CLIENT.0),
            ("code", &code),
            ("code_verifier", verifier),
        ];
        said(request.form(&form)).await.outcome().to_owned()
    };
    assert_eq!(
        exchange("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk").await,
        "ok"
    );
    assert_eq!(exchange("another").await, "invalid_code_verifier");
    world.running.sandbox.change_app("A0SIGNALBOX", |app| {
        app.settings.takes_pkce = false;
    });
    assert_eq!(exchange("another").await, "pkce_not_allowed");
}

#[tokio::test]
async fn a_rotated_token_ends_after_twelve_hours_and_is_renewed_once() {
    let (_app, world) = App::start().await;
    world.running.sandbox.change_app("A0SIGNALBOX", |app| {
        app.settings.rotates_tokens = true;
    });
    let code = approved(&world, QUERY).await;
    let first = access(&world, &[("code", &code)]).await.body;
    assert_eq!(first["expires_in"], 43_200);
    let (token, refresh) = (
        first["access_token"].as_str().unwrap(),
        first["refresh_token"].as_str().unwrap(),
    );
    assert!(token.starts_with("xoxe.xoxb-") && refresh.starts_with("xoxe-"));
    world.advance(43_199);
    assert_eq!(call(&world, token, "auth.test").await.outcome(), "ok");
    world.advance(1);
    assert_eq!(
        call(&world, token, "auth.test").await.outcome(),
        "token_expired"
    );
    let renew = [("grant_type", "refresh_token"), ("refresh_token", refresh)];
    let second = access(&world, &renew).await;
    assert_eq!(second.outcome(), "ok", "{second:?}");
    let token = second.body["access_token"].as_str().unwrap();
    assert_eq!(call(&world, token, "auth.test").await.outcome(), "ok");
    assert_eq!(
        access(&world, &renew).await.outcome(),
        "invalid_refresh_token"
    );

    // The demo's own token becomes one that rotates.
    let request = world.request(reqwest::Method::POST, "/api/oauth.v2.exchange");
    let form = [("client_id", CLIENT.0), ("client_secret", CLIENT.1)];
    let exchanged = said(request.bearer_auth("xoxb-demo").form(&form)).await;
    assert_eq!(exchanged.outcome(), "ok", "{exchanged:?}");
    assert_eq!(exchanged.body["expires_in"], 43_200);
    assert_eq!(
        call(&world, "xoxb-demo", "auth.test").await.outcome(),
        "invalid_auth"
    );
}

#[tokio::test]
async fn an_app_that_is_taken_out_hears_of_it_in_either_order() {
    for (order, kinds) in [
        ("uninstalled_first", ["app_uninstalled", "tokens_revoked"]),
        ("revoked_first", ["tokens_revoked", "app_uninstalled"]),
    ] {
        let (app, world) = App::start().await;
        let body = json!({ "order": order });
        assert_eq!(world.sandbox("uninstall", body).await.outcome(), "ok");
        let mut seen = world.running.sandbox.with_workspaces(|workspaces| {
            let workspace = workspaces.first();
            let bot = workspace.app("A0SIGNALBOX").unwrap();
            let inside = workspace.channels.values();
            let inside = inside.filter(|channel| {
                !channel.name.is_empty() && channel.members.contains(&bot.user_id)
            });
            (bot.is_installed, inside.count())
        });
        assert_eq!(seen, (false, 0));
        seen.1 = app.times_asked();
        assert_eq!(seen.1, 2);
        let sent = world.get("/sandbox/deliveries").await.body["deliveries"].take();
        let sent = sent.as_array().unwrap();
        let mut told: Vec<&str> = sent.iter().map(|it| it["kind"].as_str().unwrap()).collect();
        // Both are under way at once, as Slack's are.
        told.sort_unstable();
        let mut kinds = kinds;
        kinds.sort_unstable();
        assert_eq!(told, kinds);
        assert_eq!(
            call(&world, "xoxb-demo", "auth.test").await.outcome(),
            "account_inactive"
        );
        assert_eq!(
            call(&world, "xoxp-demo", "auth.test").await.outcome(),
            "token_revoked"
        );
        let again = world.sandbox("uninstall", json!({})).await;
        assert_eq!(again.status, 400);
    }
}

#[tokio::test]
async fn the_app_can_leave_by_itself() {
    let (_app, world) = App::start().await;
    let uninstall = async |id: &str, secret: &str| {
        let request = world.request(reqwest::Method::POST, "/api/apps.uninstall");
        let form = [("client_id", id), ("client_secret", secret)];
        said(request.bearer_auth("xoxb-demo").form(&form)).await
    };
    world.sandbox("limits", json!({ "limits": "off" })).await;
    assert_eq!(
        uninstall("1.2", CLIENT.1).await.outcome(),
        "invalid_client_id"
    );
    assert_eq!(
        uninstall(CLIENT.0, "wrong").await.outcome(),
        "bad_client_secret"
    );
    let other = world.sandbox("apps", json!({ "name": "Other" })).await.body;
    let (id, secret) = (&other["client_id"], &other["client_secret"]);
    let mismatch = uninstall(id.as_str().unwrap(), secret.as_str().unwrap()).await;
    assert_eq!(mismatch.outcome(), "client_id_token_mismatch");
    let test = [("test", "1")];
    let tried = world.form("auth.revoke", &test).await;
    assert_eq!(
        (tried.outcome(), &tried.body["revoked"]),
        ("ok", &json!(false))
    );
    assert_eq!(
        uninstall(CLIENT.0, CLIENT.1).await.body["uninstalled"],
        true
    );
    assert_eq!(
        world.form("auth.revoke", &[]).await.outcome(),
        "account_inactive"
    );
}

#[tokio::test]
async fn a_revoked_token_is_told_and_the_last_one_takes_the_app_along() {
    let (app, world) = App::start().await;
    assert_eq!(world.form("auth.revoke", &[]).await.body["revoked"], true);
    world.running.sandbox.settle_events().await;
    let event: Value = serde_json::from_str(&app.asked().body).unwrap();
    assert_eq!(event["event"]["type"], "tokens_revoked");
    assert_eq!(event["event"]["tokens"], json!({ "bot": ["U0SIGNALBOX"] }));
    assert_eq!(app.times_asked(), 1);
    assert_eq!(
        call(&world, "xoxb-demo", "auth.test").await.outcome(),
        "token_revoked"
    );
    assert_eq!(
        call(&world, "xoxp-demo", "auth.revoke").await.outcome(),
        "ok"
    );
    world.running.sandbox.settle_events().await;
    assert_eq!(app.times_asked(), 3);
}
