//! The pages of rollouts: the list, one whole, how one begins, and what is asked of it.

use axum::http::StatusCode;
use rollouts::CheckOutcome;

use crate::world::people::Home;
use crate::world::rollouts::{Played, asker, checked};
use crate::world::{Answer, World};

/// What a browser adds to a form of our own page.
const FORM: &[(&str, &str)] = &[
    ("Content-Type", "application/x-www-form-urlencoded"),
    ("Sec-Fetch-Site", "same-origin"),
    ("Accept", "text/html"),
];

/// A page's text without its tags, so that one can read it.
fn text(page: &str) -> String {
    let mut out = String::new();
    for part in page.split('<') {
        let words = part.split_once('>').map_or(part, |(_, words)| words);
        out.push_str(words);
        out.push(' ');
    }
    for (entity, letter) in [
        ("&#60;", "<"),
        ("&#62;", ">"),
        ("&#39;", "'"),
        ("&#38;", "&"),
    ] {
        out = out.replace(entity, letter);
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn assert_says(page: &Answer, parts: &[&str]) {
    let text = text(&page.text);
    for part in parts {
        assert!(text.contains(part), "{part:?} is not in {text}");
    }
}

fn percent(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[tokio::test]
async fn the_list_says_how_each_rollout_stands_and_whom_it_waits_for() {
    let world = World::demo().await;
    assert_says(
        &world.page("/rollouts").await,
        &["No flag was rolled out by a plan yet."],
    );
    let played = Played::begin(&world).await;
    played.reaches_a_quarter().await;
    played.reads(&[(0.0, 1.0), (0.0, 0.0), (1.0, 2.0)]).await;
    let page = world.page("/rollouts").await;
    assert_says(
        &page,
        &[
            "Running",
            "tidy_sidebar",
            "25-percent 2 of 5",
            "25 %",
            "0 of 1 healthy",
            "mina",
        ],
    );
    let hold = rollouts::Act::Hold {
        reason: "support asks for a day".to_owned(),
    };
    let mina = asker("mina");
    let held = world.rollouts.ask_of(&played.id, &hold, &mina);
    held.await.expect("a hold");
    let page = world.page("/rollouts?flag=tidy_sidebar").await;
    assert_says(
        &page,
        &[
            "Held, or on the way back",
            "held: support asks for a day",
            "mina",
        ],
    );
    assert_says(
        &world.page("/rollouts?flag=keep_cache").await,
        &["This flag was not rolled out by a plan yet."],
    );
}

#[tokio::test]
async fn a_rollout_is_tried_first_and_then_begun_from_its_plan() {
    let world = World::demo().await;
    let page = world.page("/rollouts/new").await;
    assert_says(
        &page,
        &[
            "tidy_sidebar",
            "5 stages, 2 monitors, owned by mina",
            "Sidebars <tidy> themselves.",
            "keep_cache",
            "Its plan cannot be used:",
            "keep_cache.rollout.yml",
        ],
    );
    let form = "flag=tidy_sidebar&reason=as+planned";
    let tried = world.post("/rollouts", FORM, form).await;
    assert_eq!(tried.status, StatusCode::OK, "{}", tried.text);
    assert_says(
        &tried,
        &["nothing was changed yet", "25-percent", "Start it"],
    );
    assert_eq!(world.rollouts.status(&flag()).await.expect("a store"), None);
    let line = percent("rollout start tidy_sidebar \"--reason=as planned\"");
    let begun = world
        .post("/rollouts", FORM, &format!("{form}&tried={line}"))
        .await;
    assert_eq!(begun.status, StatusCode::SEE_OTHER, "{}", begun.text);
    let address = begun.headers["location"].to_str().expect("an address");
    let page = world.page(address).await;
    assert_says(
        &page,
        &["Rollout of tidy_sidebar", "visitor started the rollout"],
    );
    assert_says(
        &world.page("/rollouts/new?flag=tidy_sidebar").await,
        &["It is on its way already"],
    );
    let again = world
        .post("/rollouts", FORM, &format!("{form}&tried={line}"))
        .await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_says(&again, &["It was not started", "has a rollout already"]);
    let broken = world.post("/rollouts", FORM, "flag=keep_cache").await;
    assert_eq!(broken.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_says(&broken, &["It was not started"]);
}

fn flag() -> flags::FlagKey {
    "tidy_sidebar".parse().expect("a flag")
}

#[tokio::test]
async fn a_rollout_shows_its_stages_what_it_waits_for_and_its_plan() {
    let world = World::demo().await;
    let played = Played::begin(&world).await;
    let path = format!("/rollouts/{}", played.id);
    let page = world.page(&path).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    assert_says(
        &page,
        &[
            "non-production now everyone on staging",
            "25-percent to come 25 percent of actors on production",
            "mina started the rollout of tidy_sidebar : ready <for> everybody",
            "Look at it on staging.",
            "Sidebars <tidy> themselves.",
            "no-incident , watched",
        ],
    );
    assert!(!page.text.contains("<for>") && !page.text.contains("<tidy>"));
    played.reaches_a_quarter().await;
    let found = "incident https://gitlab.example/acme/ops/-/issues/1 is active";
    played
        .happens(vec![checked("no-incident", CheckOutcome::Fails, found)])
        .await;
    let page = world.page(&path).await;
    assert_says(
        &page,
        &[
            "non-production done",
            "25-percent now",
            "25 %",
            "fails no incident is active",
        ],
    );
    let link =
        r#"<a href="https://gitlab.example/acme/ops/-/issues/1" target="_blank" rel="noopener">"#;
    assert!(page.text.contains(link));
    for unknown in ["/rollouts/rlt_nothing", "/rollouts/x%20y"] {
        assert_eq!(world.page(unknown).await.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn monitors_are_drawn_with_both_arms_every_change_and_the_limits_of_the_evidence() {
    let world = World::demo().await;
    let played = Played::begin(&world).await;
    played.reaches_a_quarter().await;
    let mut failures = vec![(0.0, 0.0); 20];
    failures.extend(vec![(3.0, 0.0); 8]);
    played.reads(&failures).await;
    let path = format!("/rollouts/{}", played.id);
    let page = world.page(&path).await;
    assert_says(
        &page,
        &[
            "deliveries breached: roll back",
            "Signalbox's own deliveries",
            "24 of 1,120 failed with the flag and 0 of 3,360 without",
            "changed for 25-percent",
            "times as frequent with the flag",
            "As a table : Failures, of those exposed",
            "3 of 80 (3.75 %)",
        ],
    );
    for drawn in [
        r#"<path class="course treatment" d="M"#,
        r#"<path class="course control" d="M"#,
        r#"<path class="course harm" d="M"#,
        r#"<g class="change-mark"><title>"#,
        r#"<g class="limit hold"><title>hold "#,
        r#"<g class="limit roll-back"><title>roll back "#,
        r#"<title id="evidence-deliveries-title">Evidence of harm "#,
    ] {
        assert!(page.text.contains(drawn), "{drawn} is not in {}", page.text);
    }
    assert!(!page.text.contains("style="), "the policy lets no style in");
    assert_eq!(
        world.page(&format!("{path}?past=all")).await.status,
        StatusCode::OK
    );
    assert_eq!(
        world.page(&format!("{path}?past=x")).await.status,
        StatusCode::BAD_REQUEST
    );
}

#[tokio::test]
async fn a_long_past_is_shown_in_parts_that_lead_to_each_other() {
    let world = World::demo().await;
    let played = Played::begin(&world).await;
    played.reaches_a_quarter().await;
    played.reads(&vec![(0.0, 0.0); 8_010]).await;
    let path = format!("/rollouts/{}", played.id);
    let newest = world.page(&format!("{path}?past=all")).await;
    assert!(!newest.text.contains(">newest</a>"));
    let (before, _) = newest.text.split_once(">earlier</a>").expect("a link");
    let (_, earlier) = before.rsplit_once("<a href=\"").expect("an address");
    let earlier = earlier.trim_end_matches('"').replace("&#38;", "&");
    let (earlier, _) = earlier.split_once('#').expect("the place");
    assert!(earlier.starts_with(&format!("{path}?past=all&until=")));
    let oldest = world.page(earlier).await;
    assert_eq!(oldest.status, StatusCode::OK);
    assert!(oldest.text.contains(">newest</a>"));
    assert!(
        !oldest.text.contains(">earlier</a>"),
        "it is the first part"
    );
    assert_says(&oldest, &["0 of 40"]);
    let drawn = |page: &Answer| page.text.matches("0 of 40").count();
    assert!(0 < drawn(&newest) && 0 < drawn(&oldest));
    assert_eq!(
        world.page(&format!("{path}?until=soon")).await.status,
        StatusCode::BAD_REQUEST
    );
}

#[tokio::test]
async fn what_is_asked_without_words_is_said_at_its_field_and_what_was_typed_stays() {
    let world = World::demo().await;
    let played = Played::begin(&world).await;
    let path = format!("/rollouts/{}", played.id);
    let refused = world.post(&format!("{path}/holds"), FORM, "words=+").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let at_field = r#"aria-invalid="true" aria-describedby="holds-why""#;
    assert!(refused.text.contains(at_field), "{}", refused.text);
    assert_says(
        &refused,
        &["the reason is empty; say why it should be held"],
    );
    let refused = world
        .post(
            &format!("{path}/ticks"),
            FORM,
            "about=nothing&words=seen+it",
        )
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_says(
        &refused,
        &["nothing here is called `nothing`; there is `qa`"],
    );
    let ticked = world
        .post(&format!("{path}/ticks"), FORM, "about=qa&words=seen+it")
        .await;
    assert_eq!(ticked.status, StatusCode::SEE_OTHER, "{}", ticked.text);
    assert_says(
        &world.page(&path).await,
        &["visitor ticked qa : seen it", "ticked by visitor"],
    );
    for (acts, form) in [("nonsense", ""), ("hold", "words=x")] {
        let unknown = world.post(&format!("{path}/{acts}"), FORM, form).await;
        assert_eq!(unknown.status, StatusCode::NOT_FOUND, "{acts}");
    }
}

#[tokio::test]
async fn a_rollout_is_held_resumed_and_rolled_back_by_its_buttons() {
    let world = World::demo().await;
    let played = Played::begin(&world).await;
    played.reaches_a_quarter().await;
    let path = format!("/rollouts/{}", played.id);
    let post = async |acts: &str, form: &str| {
        let path = format!("{path}/{acts}");
        world.post(&path, FORM, form).await.status
    };
    let page = world.page(&path).await;
    assert!(page.text.contains(r#"id="rollbacks""#), "{}", page.text);
    assert_eq!(post("resumptions", "").await, StatusCode::CONFLICT);
    assert_eq!(
        post("holds", "words=support+asks").await,
        StatusCode::SEE_OTHER
    );
    let page = world.page(&path).await;
    assert_says(
        &page,
        &["Held: support asks", "Resume", "is held by visitor"],
    );
    assert_eq!(post("resumptions", "words=").await, StatusCode::SEE_OTHER);
    assert_eq!(
        post("rollbacks", "words=enough").await,
        StatusCode::SEE_OTHER
    );
    let page = world.page(&path).await;
    assert_says(
        &page,
        &["being rolled back", "asked for by visitor : enough"],
    );
    assert!(!page.text.contains(r#"id="rollbacks""#));
    played.happens(vec![rollouts::Event::RolledBack]).await;
    let page = world.page(&path).await;
    assert_says(
        &page,
        &["rolled back", "stands as it did before the rollout"],
    );
    assert!(!page.text.contains("/holds"), "nothing is on offer");
    let over = world.post(&format!("{path}/holds"), FORM, "words=x").await;
    assert_eq!(over.status, StatusCode::CONFLICT);
    assert_says(&over, &["the rollout of `tidy_sidebar` is over"]);
}

#[tokio::test]
async fn a_page_that_has_not_changed_is_not_made_again() {
    let world = World::demo().await;
    let played = Played::begin(&world).await;
    let path = format!("/rollouts/{}", played.id);
    let page = world.page(&path).await;
    let tag = page.headers["etag"].to_str().expect("a tag").to_owned();
    assert_eq!(page.headers["cache-control"], "private, no-cache");
    let ask = async |path: &str| {
        let headers = [("Accept", "text/html"), ("If-None-Match", tag.as_str())];
        world.get(path, &headers).await
    };
    let same = ask(&path).await;
    assert_eq!(
        (same.status, same.text.as_str()),
        (StatusCode::NOT_MODIFIED, "")
    );
    assert_eq!(
        ask(&format!("{path}?past=all")).await.status,
        StatusCode::OK
    );
    played.reaches_a_quarter().await;
    assert_eq!(ask(&path).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_viewer_sees_a_rollout_and_is_offered_nothing_that_only_operators_may() {
    let home = Home::closed().await;
    let played = Played::begin(&home.world).await;
    let path = format!("/rollouts/{}", played.id);
    let viewer = home.browser_of("cleo").await;
    let page = viewer.get(&path).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    assert_says(
        &page,
        &["More can be asked of it by whoever has the role operator."],
    );
    assert!(!page.text.contains("/holds") && !page.text.contains("/rollbacks"));
    let refused = viewer.post(&format!("{path}/rollbacks"), "words=x").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert_says(&refused, &["you need the role operator"]);
    let operator = home.browser_of("mina").await;
    let held = operator.post(&format!("{path}/holds"), "words=wait").await;
    assert_eq!(held.status, StatusCode::SEE_OTHER, "{}", held.text);
    assert_says(&operator.get(&path).await, &["is held by mina : wait"]);
    let stranger = home.browser_of("ben").await;
    assert_eq!(stranger.get(&path).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_flags_page_leads_to_its_rollout_or_to_its_plan() {
    let world = World::demo().await;
    let page = world.page("/flags/tidy_sidebar").await;
    assert!(
        page.text
            .contains(r#"href="/rollouts/new?flag=tidy_sidebar""#),
        "{}",
        page.text
    );
    let played = Played::begin(&world).await;
    let page = world.page("/flags/tidy_sidebar").await;
    assert!(
        page.text
            .contains(&format!(r#"href="/rollouts/{}""#, played.id))
    );
    assert_says(&page, &["Rollout", "non-production, 1 of 5"]);
}
