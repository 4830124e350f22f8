//! Modals, the Home tab and cards from end to end: the sandbox is Slack.

use domain::{Message, mrkdwn};
use serde_json::json;
use slack::block_kit::render_with;
use slack::event::{Envelope, Event, HomeTab};
use slack::view::{Actions, Block, Button, Control, View};
use slack::{Interaction, PostCard, Preview, SlashCommand, Unfurl, UnfurlTarget, ViewError};

use crate::channel;
use crate::gallery::incident;
use crate::stub::Stub;
use crate::world::World;

/// An app that answers everything with an empty 200, and its Slack.
async fn start() -> (Stub, World) {
    let app = Stub::answering("200 OK", &[], "").await;
    let world = World::with_app(app.url.trim_end_matches("/api")).await;
    (app, world)
}

/// The trigger of a command that ops types in `#production`.
async fn trigger(app: &Stub, world: &World) -> String {
    let line = json!({ "user": "ops", "channel": "#production", "text": "/chatops run help" });
    world.script("type", line).await;
    let body = app.latest_body();
    let command = SlashCommand::parse(body.as_bytes(), &world.hook_host()).unwrap();
    command.trigger_id.unwrap()
}

fn interaction(app: &Stub, world: &World) -> Interaction {
    Interaction::parse_form(app.latest_body().as_bytes(), &world.hook_host()).unwrap()
}

#[tokio::test]
async fn a_modal_is_filled_in_and_read() {
    let (app, world) = start().await;
    let trigger = trigger(&app, &world).await;
    let opened = world.client.open_view(&trigger, &incident()).await.unwrap();

    let values = json!({ "title": { "title": "Shop is down" } });
    let sent = json!({ "user": "ops", "values": values });
    world.script("submit", sent).await;
    let Interaction::ViewSubmission(sent) = interaction(&app, &world) else {
        panic!("{}", app.latest_body())
    };
    assert_eq!(sent.view.shown.id, opened.id);
    let state = &sent.view.state;
    assert_eq!(state.text("title", "title"), Some("Shop is down"));
    assert_eq!(state.choice("severity", "severity"), Some("0"));
    assert_eq!(state.label("project", "project"), Some("acme / shop"));
    let channel = state.choice("channel", "channel").unwrap();
    assert_eq!(sent.response_urls[0].channel.as_str(), channel);

    let error = world
        .client
        .update_view(&opened.id, None, &incident())
        .await;
    assert!(matches!(error, Err(ViewError::NotFound)), "{error:?}");
}

#[tokio::test]
async fn a_trigger_is_good_once_and_for_three_seconds() {
    let (app, world) = start().await;
    let first = trigger(&app, &world).await;
    world.client.open_view(&first, &incident()).await.unwrap();
    let again = world.client.open_view(&first, &incident()).await;
    assert!(matches!(again, Err(ViewError::TriggerOver(_))), "{again:?}");

    let second = trigger(&app, &world).await;
    world.script("clock", json!({ "advance": 4 })).await;
    let late = world.client.open_view(&second, &incident()).await;
    assert!(matches!(late, Err(ViewError::TriggerOver(_))), "{late:?}");
}

#[tokio::test]
async fn a_home_tab_is_shown_anew_unless_something_newer_is_there() {
    let (app, world) = start().await;
    world.script("home", json!({ "user": "ana" })).await;
    let Ok(Envelope::Event(told)) = Envelope::parse(app.latest_body().as_bytes()) else {
        panic!("{}", app.latest_body())
    };
    let Event::AppHomeOpened { user, tab, .. } = &told.event else {
        panic!("{told:?}")
    };
    assert_eq!(*tab, HomeTab::Home);

    let home = |title: &str| {
        let mute = (1..=2).map(|n| Button::new("Mute", "mute").value(n.to_string()).into());
        View::home()
            .block(Block::header(title))
            .block(Actions::new(mute).block_id("row"))
    };
    let publish = async |hash: Option<&str>, title: &str| {
        world.client.publish_home(user, hash, &home(title)).await
    };
    let hash = publish(None, "First").await.unwrap().hash;
    publish(Some(&hash), "Second").await.unwrap();
    let third = publish(Some(&hash), "Third").await;
    assert!(matches!(third, Err(ViewError::HashConflict)), "{third:?}");

    let press = json!({ "user": "ana", "home": 1, "action_id": "mute~2" });
    world.script("click", press).await;
    let Interaction::BlockActions(pressed) = interaction(&app, &world) else {
        panic!("{}", app.latest_body())
    };
    assert_eq!(pressed.actions[0].action_id, "mute");
    assert_eq!(pressed.actions[0].entered.value(), Some("2"));
    assert!(pressed.place.view().unwrap().is_home);
}

#[tokio::test]
async fn a_button_on_a_card_is_pressed_in_its_thread() {
    let (app, world) = start().await;
    let message = Message::new(mrkdwn::escape("!7 Tidy"), mrkdwn::bold("!7 Tidy"))
        .fact("Target", mrkdwn::code("main"))
        .link("Open", "https://gitlab.example/7");
    let approve: Control = Button::new("Approve", "approve").value("12/7").into();
    let card = render_with(&message, [approve]);
    let general = channel("#general");
    let post = |thread| PostCard {
        channel: &general,
        message: &card,
        thread,
    };
    let first = world.client.post_card(post(None)).await.unwrap();
    let answer = world.client.post_card(post(Some(&first.ts))).await.unwrap();

    let press =
        json!({ "user": "ana", "channel": "#general", "ts": answer.ts, "action_id": "approve" });
    world.script("click", press).await;
    let Interaction::BlockActions(pressed) = interaction(&app, &world) else {
        panic!("{}", app.latest_body())
    };
    assert_eq!(pressed.actions[0].entered.value(), Some("12/7"));
    let place = pressed.place.message().unwrap();
    assert_eq!((&place.channel, &place.ts), (&answer.channel, &answer.ts));
    assert_eq!(place.thread.as_ref(), Some(&first.ts));
    assert!(pressed.response_url.is_some());
}

#[tokio::test]
async fn a_menu_asks_for_choices_while_somebody_types() {
    let (app, world) = start().await;
    let trigger = trigger(&app, &world).await;
    let opened = world.client.open_view(&trigger, &incident()).await.unwrap();
    let typed =
        json!({ "user": "ops", "view_id": opened.id, "action_id": "labels", "query": "urg" });
    // The app of this test has no choices to offer, which is not what is looked at.
    let _ = world.try_script("suggest", typed).await;
    let Interaction::Suggestion(asked) = interaction(&app, &world) else {
        panic!("{}", app.latest_body())
    };
    assert_eq!(
        (asked.action_id.as_str(), asked.query.as_str()),
        ("labels", "urg")
    );
    assert_eq!(asked.place.view().unwrap().callback_id, "incident");
}

#[tokio::test]
async fn a_link_gets_its_preview() {
    let (app, world) = start().await;
    let text = "see https://gitlab.example.com/acme/shop/-/merge_requests/7?x=1&y";
    let typed = json!({ "user": "ana", "channel": "#general", "text": text });
    world.script("type", typed).await;
    let Ok(Envelope::Event(told)) = Envelope::parse(app.latest_body().as_bytes()) else {
        panic!("{}", app.latest_body())
    };
    let Event::LinkShared(shared) = told.event else {
        panic!("{told:?}")
    };
    let message = Message::new(mrkdwn::escape("!7 Tidy"), mrkdwn::bold("!7 Tidy"));
    let preview = Preview::of_message(&message.fact("State", mrkdwn::escape("merged")));
    let previews = shared
        .links
        .iter()
        .map(|link| (link.url.clone(), preview.clone()));
    let unfurl = Unfurl {
        target: UnfurlTarget::of(&shared).unwrap(),
        previews: &previews.collect(),
        prompt: None,
    };
    world.client.unfurl(unfurl).await.unwrap();
    let screen = world.screen("#general").await;
    assert!(screen.contains("merged"), "{screen}");
}
