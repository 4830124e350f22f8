//! The pages of flags and of what was changed.

use axum::http::StatusCode;
use clock::Chance;
use domain::{AuditId, EffectId, ScheduleId};
use environments::{Along, ChangeRequest};
use flags::Gates;
use flags::request::Request;
use store::{
    Author, FlagRefused, FlagWrite, Followed, NewEffect, NewSchedule, Note, Origin, Write,
};

use crate::pages::{HOSTILE, OWN_PAGE, assert_harmless, escape};

use crate::world::{Answer, Outside, World};

pub const FORM: &[(&str, &str)] = &[
    ("Sec-Fetch-Site", "same-origin"),
    ("Accept", "text/html"),
    ("Content-Type", "application/x-www-form-urlencoded"),
];

fn note(author: &str, reason: &str) -> Note {
    Note {
        author: Author {
            name: author.to_owned(),
            origin: Origin::Slack {
                workspace: "T0DEMO".parse().expect("a workspace"),
                user: "U0ANA".to_owned(),
                channel: "#production".parse().expect("a channel"),
            },
        },
        reason: Some(reason.to_owned()),
        request_id: "req_1".to_owned(),
        overrides: Vec::new(),
        command: None,
    }
}

/// Sets a flag as somebody in Slack would.
async fn set(world: &World, environment: &str, flag: &str, request: Request) -> AuditId {
    let environment = world
        .environments
        .named(environment)
        .expect("an environment");
    let request = ChangeRequest {
        flag: flag.parse().expect("a flag"),
        request,
        force: true,
        along: Along::noting(note("ana", "as planned")),
    };
    environment.change(request).await.expect("a change").entry
}

fn for_projects(list: &str) -> Request {
    let mut request = Request::everyone("true");
    request.targets.projects = flags::request::Targets::names(list);
    request
}

/// The words of a page, without its markup.
pub fn words(page: &Answer) -> String {
    let mut out = String::new();
    let mut is_in_tag = false;
    for c in page.text.chars() {
        match c {
            '<' => is_in_tag = true,
            '>' => {
                is_in_tag = false;
                out.push(' ');
            }
            c if !is_in_tag => out.push(c),
            _ => (),
        }
    }
    let out = out
        .replace("&#39;", "'")
        .replace("&#34;", "\"")
        .replace("&#60;", "&lt;")
        .replace("&#62;", "&gt;");
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[track_caller]
pub fn assert_says(page: &Answer, expected: &[&str]) {
    let words = words(page);
    for part in expected {
        assert!(words.contains(part), "{part:?} is not in: {words}");
    }
}

#[tokio::test]
async fn every_flag_is_listed_with_each_environment_beside_the_others() {
    let world = World::demo().await;
    set(&world, "staging", "tidy_sidebar", Request::everyone("true")).await;
    let mut share = Request::everyone("12.5");
    share.key = Some("percentage_of_actors".to_owned());
    set(&world, "production", "tidy_sidebar", share).await;
    set(&world, "production", "tidy_sidebar", for_projects("7,8")).await;
    set(&world, "production", "stray", Request::everyone("false")).await;
    let page = world.page("/flags").await;
    assert_eq!(page.status, StatusCode::OK);
    assert_says(
        &page,
        &[
            "Flag staging gstg production gprd",
            "keep_cache ops on by default on by default",
            "stray not defined nothing not set, not defined off",
            "tidy_sidebar beta · group::editor · since 17.2 on conditional 12.5 % of actors, 2 actors",
            "3 in all.",
        ],
    );
    let found = world.page("/flags?text=EDITOR").await;
    assert_says(&found, &["1 of 3.", "tidy_sidebar"]);
    assert!(!found.text.contains("keep_cache"));
    assert_says(
        &world.page("/flags?text=zzz").await,
        &["No flag is like that."],
    );
}

#[tokio::test]
async fn the_demo_begins_with_the_rollout_issues_commands() {
    let page = World::demo().await.page("/").await;
    assert_says(
        &page,
        &[
            "The rollout issue's commands, ready to paste into Slack",
            "&lt;rollout-percentage&gt; 25",
            "Enable it /chatops run feature set tidy_sidebar true",
        ],
    );
    let page = World::open(Outside::none()).await.page("/").await;
    assert!(!page.text.contains("rollout issue"));
}

#[tokio::test]
async fn an_environment_that_is_down_says_so_and_hides_nothing() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let http = slack::http_client("http://127.0.0.1:1", Default::default()).expect("a client");
    let client = gitlab::rest::Client::new(http, "http://127.0.0.1:1", &"glpat-x".into());
    let world = World::open(Outside {
        remote: Some(client.expect("a client")),
        ..Outside::none()
    })
    .await;
    set(
        &world,
        "production",
        "tidy_sidebar",
        Request::everyone("true"),
    )
    .await;
    let page = world.page("/flags").await;
    assert_eq!(page.status, StatusCode::OK);
    assert_says(
        &page,
        &[
            "elsewhere does not say what its flags are:",
            "since 17.2 off by default on not known",
        ],
    );
    for path in [
        "/flags/tidy_sidebar",
        "/flags/tidy_sidebar?kind=project&who=7",
    ] {
        let page = world.page(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert_says(
            &page,
            &[
                "production on Open for everyone",
                "elsewhere not known It does not say what its flags are:",
            ],
        );
    }
    // Nobody can tell whether it is a flag there.
    let page = world.page("/flags/only_there").await;
    assert_eq!(page.status, StatusCode::OK);
    assert_says(
        &page,
        &["Nothing defines this flag.", "elsewhere not known"],
    );
}

#[tokio::test]
async fn a_flags_page_says_what_it_is_how_it_stands_and_who_changed_it() {
    let world = World::demo().await;
    set(&world, "production", "tidy_sidebar", for_projects("7,8")).await;
    let page = world.page("/flags/tidy_sidebar").await;
    assert_eq!(page.status, StatusCode::OK);
    assert_says(
        &page,
        &[
            "Owner group::editor",
            "Type beta, may live 6 months",
            "Default off where nothing is set",
            "https://gitlab.example/acme/web/-/issues/4",
            "staging off by default staging.example",
            "production conditional Open for 7 Project:7 , 8 Project:8 production.example",
            "tidy_sidebar production nothing set → conditional: 2 actors ana in Slack, #production as planned",
            "/chatops run feature set tidy_sidebar 25 --actors",
            "/chatops run feature set tidy_sidebar true --staging",
            "/chatops run feature delete tidy_sidebar --staging --production",
        ],
    );
}

#[tokio::test]
async fn a_flag_that_nobody_knows_has_no_page_and_the_nearest_names_are_told() {
    let world = World::demo().await;
    for (path, part) in [
        ("/flags/tidy_sidebr", "did you mean tidy_sidebar?"),
        ("/flags/zzzzzzzzz", "the list of flags has every name"),
        ("/flags/not%20a%20flag", "is no name of a flag"),
    ] {
        let page = world.page(path).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
        assert_says(&page, &[part]);
    }
    let bad = world.page("/flags/tidy_sidebar?kind=robot").await;
    assert_eq!(bad.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn it_is_explained_for_whom_a_flag_opens_in_each_environment() {
    let world = World::demo().await;
    set(&world, "production", "tidy_sidebar", for_projects("7")).await;
    let mut share = Request::everyone("40");
    share.key = Some("percentage_of_actors".to_owned());
    set(&world, "production", "tidy_sidebar", share).await;
    let bucket = flags::bucket("tidy_sidebar", "Project:9");
    let is = if bucket < 40_000 { "open" } else { "closed" };
    for (query, expected) in [
        (
            "kind=project&who=7",
            vec!["production enabled Project:7 : it is named, or a group above it is."],
        ),
        (
            "kind=actor&who=Project:9",
            vec![
                "staging disabled Project:9 : nobody has set it, so its definition's default holds.",
                "Actors: closed, 1 named",
            ],
        ),
        (
            "kind=user&who=ana",
            vec!["no GitLab is configured; give their number"],
        ),
        (
            "kind=actor&who=nonsense",
            vec!["an actor is written Class:id"],
        ),
    ] {
        let page = world.page(&format!("/flags/tidy_sidebar?{query}")).await;
        assert_eq!(page.status, StatusCode::OK, "{query}");
        assert_says(&page, &expected);
    }
    let page = world
        .page("/flags/tidy_sidebar?kind=actor&who=Project:9")
        .await;
    let line =
        format!("40 % of actors: {is}: bucket {bucket} of 100,000, those below 40000 are in");
    assert_says(&page, &[&line]);
}

#[tokio::test]
async fn a_page_tries_a_change_first_and_makes_it_when_that_was_seen() {
    let world = World::demo().await;
    let form = "environment=staging&value=true&kind=&names=&percentage=&reason=looks+good";
    let path = "/flags/tidy_sidebar/changes";
    let tried = world.post(path, FORM, form).await;
    assert_eq!(tried.status, StatusCode::OK, "{}", tried.text);
    assert_says(
        &tried,
        &["This is what it would do; nothing was changed yet"],
    );
    let staging = world.environments.named("staging").expect("staging");
    let flag = "tidy_sidebar".parse().expect("a flag");
    assert_eq!(staging.get(&flag).await.expect("a flag").gates, None);

    let line = "feature set tidy_sidebar true --staging \"--reason=looks good\"";
    let escaped = escape(line);
    assert!(
        tried.text.contains(&escaped),
        "{escaped} is not in {}",
        tried.text
    );
    let line: String = line.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let done = world
        .post(path, FORM, &format!("{form}&tried={line}"))
        .await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.text);
    assert_says(&done, &["Done", "visitor on a page", "looks good"]);
    assert_eq!(
        staging.get(&flag).await.expect("a flag").gates,
        Some(Gates::on())
    );
    // What was tried counts only for the very same change.
    let other = form.replace("true", "false");
    let tried = world
        .post(path, FORM, &format!("{other}&tried={line}"))
        .await;
    assert_says(&tried, &["nothing was changed yet"]);
}

#[tokio::test]
async fn a_change_that_is_incomplete_or_comes_from_elsewhere_is_refused() {
    let world = World::demo().await;
    let path = "/flags/tidy_sidebar/changes";
    for (form, part) in [
        ("value=true&reason=x", "choose at least one environment"),
        ("value=true&environment=staging", "give a reason"),
        (
            "value=actors&percentage=200&environment=staging&reason=x",
            "a number from 0 to 100",
        ),
        (
            "value=true&environment=mars&reason=x",
            "there is no such environment",
        ),
        (
            "value=true&environment=staging&environment=force&reason=x",
            "there is no such environment",
        ),
        ("", "choose what the flag is set to"),
    ] {
        let page = world.post(path, FORM, form).await;
        assert_eq!(
            page.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{form}: {}",
            page.text
        );
        assert_says(&page, &["It was not done", part]);
    }
    let elsewhere = [("Sec-Fetch-Site", "cross-site"), FORM[2]];
    for path in [
        path,
        "/flags/tidy_sidebar/schedules/sch_x/cancellations",
        "/flags/tidy_sidebar/effects/eff_x/retries",
    ] {
        let refused = world.post(path, &elsewhere, "value=true").await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{path}");
        let unknown = world.post(path, &FORM[2..], "value=true").await;
        assert_eq!(unknown.status, StatusCode::UNAUTHORIZED, "{path}");
    }
}

#[tokio::test]
async fn a_scheduled_change_is_shown_and_can_be_cancelled() {
    let world = World::demo().await;
    let now = world.clock.now();
    let id = ScheduleId::mint(now.as_millisecond(), Chance::from_seed(2).next_u128());
    let schedule = NewSchedule {
        id: id.clone(),
        due: now + jiff::SignedDuration::from_hours(2),
        environment: "production".parse().expect("a name"),
        flag: "tidy_sidebar".parse().expect("a flag"),
        what: r#"{"do":"undo","expected":null,"to":null}"#.to_owned(),
        author: note("ana", "").author,
        reason: Some("only for the test".to_owned()),
    };
    world
        .store
        .schedule(schedule, now)
        .await
        .expect("a schedule");
    let page = world.page("/flags/tidy_sidebar").await;
    assert_says(
        &page,
        &[
            "production, in 2 h put back to nothing set",
            "only for the test",
        ],
    );
    let path = format!("/flags/tidy_sidebar/schedules/{id}/cancellations");
    let cancelled = world.post(&path, OWN_PAGE, "").await;
    assert_eq!(cancelled.status, StatusCode::SEE_OTHER);
    assert_eq!(cancelled.headers["location"], "/flags/tidy_sidebar");
    assert!(
        !world
            .page("/flags/tidy_sidebar")
            .await
            .text
            .contains(id.as_str())
    );
    assert_eq!(
        world.post(&path, OWN_PAGE, "").await.status,
        StatusCode::CONFLICT
    );
    let nothing = "/flags/tidy_sidebar/schedules/sch_none/cancellations";
    assert_eq!(
        world.post(nothing, OWN_PAGE, "").await.status,
        StatusCode::NOT_FOUND
    );
}

/// A change that `ana` made, and an effect of it that cannot be done.
async fn dead_effect(world: &World, reason: &str) -> EffectId {
    let now = world.clock.now();
    let entry = AuditId::mint(now.as_millisecond(), 7);
    let id = EffectId::mint(now.as_millisecond(), 8);
    let effect = NewEffect {
        id: id.clone(),
        kind: "gitlab_comment".to_owned(),
        entry: entry.clone(),
        payload: "{}".to_owned(),
    };
    let write = FlagWrite {
        environment: "staging".parse().expect("a name"),
        flag: "tidy_sidebar".parse().expect("a flag"),
        write: Write::Changes(vec![flags::Change::SetBoolean(true)]),
        note: note("ana", reason),
        names: Vec::new(),
        finishing: None,
        fence: None,
    };
    let follow = move |_: &store::FlagChanged| Followed {
        effects: vec![effect.clone()],
        ..Followed::default()
    };
    world
        .store
        .change_flag(write, now, entry, follow)
        .await
        .expect("a change");
    let lease = jiff::SignedDuration::from_secs(60);
    let claimed = world
        .store
        .claim_effects(now, lease, 1)
        .await
        .expect("effects");
    let dead = store::EffectOutcome::Dead {
        reason: reason.to_owned(),
        remedy: "give the token the scope api".to_owned(),
    };
    world
        .store
        .settle_effect(&claimed[0], dead, now)
        .await
        .expect("settled");
    id
}

#[tokio::test]
async fn an_effect_that_failed_is_shown_with_its_remedy_and_tried_again() {
    let world = World::demo().await;
    let id = dead_effect(&world, "GitLab refused the token").await;
    let page = world.page("/flags/tidy_sidebar").await;
    assert_says(
        &page,
        &[
            "gitlab comment dead",
            "Problem GitLab refused the token",
            "Remedy give the token the scope api",
        ],
    );
    assert_says(
        &world.page("/dead-letters").await,
        &[
            "Dead letters 1",
            "gitlab comment of tidy_sidebar dead",
            "GitLab refused the token",
        ],
    );
    let path = format!("/flags/tidy_sidebar/effects/{id}/retries");
    assert_eq!(
        world.post(&path, OWN_PAGE, "").await.status,
        StatusCode::SEE_OTHER
    );
    assert_says(
        &world.page("/flags/tidy_sidebar").await,
        &["gitlab comment waiting"],
    );
    assert_eq!(
        world.post(&path, OWN_PAGE, "").await.status,
        StatusCode::CONFLICT
    );
}

#[tokio::test]
async fn changes_are_listed_newest_first_and_narrowed_and_refused_ones_are_marked() {
    let world = World::demo().await;
    set(&world, "staging", "tidy_sidebar", Request::everyone("true")).await;
    set(
        &world,
        "production",
        "keep_cache",
        Request::everyone("false"),
    )
    .await;
    let refused = FlagRefused {
        environment: "production".parse().expect("a name"),
        flag: "tidy_sidebar".parse().expect("a flag"),
        note: note("ben", "now"),
        refused: "staging comes first".to_owned(),
    };
    let now = world.clock.now();
    let entry = AuditId::mint(now.as_millisecond() + 1, 9);
    world
        .store
        .note_refusal(refused, now, entry)
        .await
        .expect("noted");
    let page = world.page("/audit").await;
    let text = words(&page);
    let at = |part: &str| {
        text.find(part)
            .unwrap_or_else(|| panic!("{part} is not in {text}"))
    };
    assert!(at("staging comes first") < at("nothing set → off"));
    assert!(at("nothing set → off") < at("nothing set → on"));
    assert_says(
        &page,
        &["tidy_sidebar production refused stays nothing set"],
    );
    for (query, shown, hidden) in [
        ("flag=keep_cache", "nothing set → off", "nothing set → on"),
        (
            "environment=staging",
            "nothing set → on",
            "nothing set → off",
        ),
        ("author=ben", "staging comes first", "nothing set"),
    ] {
        let text = words(&world.page(&format!("/audit?{query}")).await);
        assert!(text.contains(shown), "{query}: {text}");
        let hidden = format!(" {hidden} ana");
        assert!(!text.contains(&hidden), "{query}: {text}");
    }
    assert_says(
        &world.page("/audit?author=nobody").await,
        &["No change is like that."],
    );
    for bad in ["flag=a+b", "environment=MARS", "before=x", "page=2"] {
        let page = world.page(&format!("/audit?{bad}")).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{bad}");
    }
}

#[tokio::test]
async fn text_from_outside_stays_text_on_the_pages_of_flags() {
    for hostile in HOSTILE {
        let world = World::demo().await;
        dead_effect(&world, hostile).await;
        let query: String = hostile.bytes().map(|byte| format!("%{byte:02X}")).collect();
        for path in [
            "/flags/tidy_sidebar".to_owned(),
            "/audit".to_owned(),
            "/dead-letters".to_owned(),
            format!("/flags?text={query}"),
            format!("/flags/tidy_sidebar?kind=project&who={query}"),
            format!("/audit?author={query}"),
            format!("/audit?flag={query}"),
            format!("/flags/{query}"),
        ] {
            let page = world.page(&path).await;
            assert!(
                page.text.starts_with("<!DOCTYPE html>"),
                "{path}: {}",
                page.text
            );
            assert_harmless(&page.text, &format!("{hostile} on {path}"));
        }
        let page = world.page("/flags/tidy_sidebar").await;
        assert!(
            page.text.contains(&escape(hostile)),
            "{hostile}: {}",
            page.text
        );
        let form = format!("environment={query}&value=true&names={query}&kind=user&reason={query}");
        let page = world.post("/flags/tidy_sidebar/changes", FORM, &form).await;
        assert_harmless(&page.text, &format!("{hostile} in a form"));
    }
}
