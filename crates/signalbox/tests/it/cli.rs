//! The command line as an operator meets it: help, bad settings, `doctor`, `replay`.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use signalbox::config::Config;

use crate::process::{self, ADMIN_TOKEN, HOOK_TOKEN, PROGRAM, Service, Slack};

/// Runs the program to its end, with nothing of this machine's environment but the path.
async fn signalbox(arguments: &[&str]) -> Output {
    let mut command = Command::new(PROGRAM);
    command.args(arguments).env_clear().env("COLUMNS", "100");
    let run = tokio::task::spawn_blocking(move || command.output());
    run.await.expect("a run").expect("the program")
}

/// Everything that it said, with its exit code, and with `hidden` left out.
fn told(output: &Output, hidden: &[(&str, &str)]) -> String {
    let said = [&output.stdout, &output.stderr].map(|said| String::from_utf8_lossy(said));
    let mut told = format!(
        "{}{}(ends with {:?})",
        said[0],
        said[1],
        output.status.code()
    );
    for (from, to) in hidden {
        told = told.replace(from, to);
    }
    told
}

#[tokio::test]
async fn every_command_says_what_it_is_for() {
    let commands = [
        &["--help"][..],
        &["demo", "--help"],
        &["serve", "--help"],
        &["slack-sandbox", "--help"],
        &["gitlab-sandbox", "--help"],
        &["migrate", "--help"],
        &["doctor", "--help"],
        &["manifest", "--help"],
        &["replay", "--help"],
        &["rollout", "--help"],
        &["rollout", "new", "--help"],
        &["rollout", "lint", "--help"],
    ];
    let mut manual = String::new();
    for arguments in commands {
        let output = signalbox(arguments).await;
        let said = told(&output, &[]);
        manual.push_str(&format!("$ signalbox {}\n{said}\n\n", arguments.join(" ")));
    }
    insta::assert_snapshot!(manual);
}

#[tokio::test]
async fn a_plan_is_written_beside_its_definition_and_checked_there() {
    let folder = tempfile::tempdir().expect("a folder");
    let flags = folder.path().join("flags");
    let flags = flags.to_str().expect("a path");
    let definition = "name: tidy_sidebar\ntype: beta\ngroup: group::ui\nmilestone: '17.2'\n\
                      feature_issue_url: https://gitlab.example/a/b/-/issues/1\n\
                      introduced_by_url: https://gitlab.example/a/b/-/merge_requests/1\n\
                      rollout_issue_url: https://gitlab.example/a/b/-/issues/2\n\
                      default_enabled: false\n";
    std::fs::create_dir_all(format!("{flags}/beta")).expect("a folder");
    std::fs::write(format!("{flags}/beta/tidy_sidebar.yml"), definition).expect("a file");
    let plan = format!("{flags}/beta/tidy_sidebar.rollout.yml");
    let new = |flag| {
        [
            "rollout",
            "new",
            flag,
            "--owner",
            "ana",
            "--definitions",
            flags,
            "--item",
            "publish=Do",
        ]
    };
    let hidden = [(flags, "flags")];
    let mut story = String::new();
    let mut tell = |output: &Output| story.push_str(&format!("{}\n\n", told(output, &hidden)));
    tell(&signalbox(&["rollout", "lint", flags]).await);
    tell(&signalbox(&new("tidy_sidebr")).await);
    tell(&signalbox(&new("tidy_sidebar")).await);
    tell(&signalbox(&new("tidy_sidebar")).await);
    tell(&signalbox(&["rollout", "lint", flags]).await);
    tell(&signalbox(&["rollout", "lint", "--strict", flags]).await);
    let text = std::fs::read_to_string(&plan).expect("the plan");
    let hurried = text
        .replacen("soak: 1h", "soak: 1m", 1)
        .replacen("1d", "1h", 1);
    std::fs::write(&plan, hurried).expect("a file");
    tell(&signalbox(&["rollout", "lint", &plan]).await);
    std::fs::write(&plan, text.replacen("set: true", "sett: true", 1)).expect("a file");
    tell(&signalbox(&["rollout", "lint", &plan]).await);
    tell(&signalbox(&["flag", "lint", flags]).await);
    insta::assert_snapshot!(story);
}

#[test]
fn a_bad_configuration_names_the_setting_and_what_to_do() {
    let twice = "[[hook]]\nname = \"a\"\ntoken = \"x\"\n[[hook]]\nname = \"a\"\ntoken = \"y\"";
    let token = "[slack]\nworkspace = \"T1\"\ntoken = \"xoxb-1\"";
    let subscription = |settings: &str| format!("{token}\n[[subscription]]\n{settings}");
    let mut told = String::new();
    for text in [
        "listen = ",
        "listen = 7400",
        "listne = \"127.0.0.1:7400\"",
        "log_format = \"xml\"",
        "keep_events_days = -1",
        "public_url = \"signalbox.example\"",
        "[slack]\ntoken = \"xoxb-1\"",
        "[slack]\nworkspace = \"T1\"",
        "[slack]\nworkspace = \"not a workspace\"",
        "[slack]\nburst = 0\nmessages_per_second = -1.0\ndigest_from = 1\nconcurrent_channels = 0",
        "[slack]\nbase_url = \"slack.com/api\"",
        "[[hook]]\nname = \"gitlab\"",
        "[[hook]]\nname = \"a b\"\ntoken = \"x\"",
        twice,
        "[[subscription]]\nchannel = \"#a\"",
        &subscription("channle = \"#a\""),
        &subscription("channel = \"#a\"\npush_events = \"yes please\""),
        &subscription("path = \"a b\"\nchannel = \"#a\""),
        &subscription("branches_to_be_notified = \"most\""),
    ] {
        let error = Config::parse(text, |_| None).expect_err(text);
        let text = text.lines().collect::<Vec<_>>().join(" ⏎ ");
        told.push_str(&format!(
            "{text}\n    {}\n",
            error.to_string().trim_end().replace('\n', "\n    ")
        ));
    }
    insta::assert_snapshot!(told);
}

#[test]
fn the_environment_goes_before_the_file() {
    let environment = |name: &str| (name == "SIGNALBOX_LISTEN").then(|| "[::1]:1".to_owned());
    let config = Config::parse("listen = \"127.0.0.1:2\"", environment).expect("a configuration");
    assert_eq!(config.listen, "[::1]:1");
    let config = Config::parse("", |_| None).expect("the defaults");
    assert_eq!(config.listen, "127.0.0.1:7400");
}

#[tokio::test]
async fn a_configuration_that_cannot_be_used_ends_the_service_with_a_sentence() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("signalbox.toml");
    std::fs::write(&path, "lisen = \"127.0.0.1:0\"").expect("a file");
    let missing = folder.path().join("nothing.toml");
    let mut all = String::new();
    for path in [&path, &missing] {
        for command in ["serve", "migrate", "doctor"] {
            let output = signalbox(&[command, "--config", &path.display().to_string()]).await;
            let hidden = folder.path().display().to_string();
            all.push_str(&format!(
                "{command}: {}\n",
                told(&output, &[(&hidden, "…")])
            ));
        }
    }
    insta::assert_snapshot!(all);
}

async fn doctor(config: &Path, slack: &Slack) -> String {
    let output = signalbox(&["doctor", "--config", &config.display().to_string()]).await;
    told(&output, &[(&slack.url, "http://slack.example")])
}

#[tokio::test]
async fn a_manifest_is_printed_for_the_service_that_it_is_for() {
    let of = |arguments: &'static [&'static str]| async move {
        let public = ["manifest", "--public-url", "https://signalbox.example"];
        let output = signalbox(&[&public[..], arguments].concat()).await;
        assert_eq!(output.status.code(), Some(0), "{}", told(&output, &[]));
        String::from_utf8(output.stdout).expect("text")
    };
    let json: Value = serde_json::from_str(&of(&["--name", "GitLab"]).await).expect("JSON");
    assert_eq!(json["display_information"]["name"], "GitLab");
    let commands = json.pointer("/features/slash_commands/0/url");
    let address = "https://signalbox.example/slack/commands";
    assert_eq!(commands.and_then(Value::as_str), Some(address));
    let yaml = of(&["--format", "yaml"]).await;
    assert!(
        yaml.contains(
            "\n  redirect_urls:\n    - \"https://signalbox.example/slack/oauth/callback\"\n"
        ),
        "{yaml}"
    );
    let page = of(&["--create-url"]).await;
    assert!(
        page.starts_with("https://api.slack.com/apps?new_app=1&manifest_json=%7B"),
        "{page}"
    );
    assert_eq!(page.lines().count(), 1);
}

#[tokio::test]
async fn a_service_that_slack_cannot_reach_has_no_manifest_but_for_a_socket() {
    let folder = tempfile::tempdir().expect("a folder");
    let refused = told(&signalbox(&["manifest"]).await, &[]);
    assert_eq!(
        refused,
        "signalbox: public_url is http://127.0.0.1:7400/; Slack takes addresses that begin with \
         https:// only; set it in the configuration or with --public-url, or set transport = \
         \"socket\" in [slack], which needs none\n(ends with Some(1))"
    );
    let config = folder.path().join("signalbox.toml");
    let text = "[slack]\ntransport = \"socket\"\napp_token = \"xapp-1\"";
    std::fs::write(&config, text).expect("a configuration");
    let output = signalbox(&["manifest", "--config", &config.display().to_string()]).await;
    let json: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(json["settings"]["socket_mode_enabled"], true);
    assert!(!told(&output, &[]).contains("xapp-1"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn doctor_finds_what_is_wrong_and_says_what_to_mend() {
    let folder = tempfile::tempdir().expect("a folder");
    let slack = Slack::start().await;
    let config = process::write_config(folder.path(), &slack, 1, &database(folder.path()));
    let mut all = format!("all is well\n{}\n\n", doctor(&config, &slack).await);
    slack.sandbox.change_workspace(|workspace| {
        for token in &mut workspace.tokens {
            token
                .scopes
                .retain(|scope| !["chat:write", "channels:history"].contains(&scope.as_str()));
        }
    });
    all.push_str(&format!(
        "without scopes\n{}\n\n",
        doctor(&config, &slack).await
    ));
    slack
        .sandbox
        .change_workspace(|workspace| workspace.tokens.clear());
    all.push_str(&format!(
        "with a token that is not known\n{}\n\n",
        doctor(&config, &slack).await
    ));
    let text = std::fs::read_to_string(&config).expect("the configuration");
    let text = text
        .replace(&slack.url, "http://127.0.0.1:9")
        .replace("sqlite:/", "sqlite:/no/");
    std::fs::write(&config, text).expect("the configuration");
    let output = doctor(&config, &slack).await;
    let hidden = folder.path().display().to_string();
    all.push_str(&format!(
        "with nothing there\n{}",
        output.replace(&hidden, "/…")
    ));
    insta::assert_snapshot!(all);
}

fn database(folder: &Path) -> String {
    format!("sqlite:{}", folder.join("signalbox.db").display())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replay_brings_back_what_died() {
    process::install_tls();
    let folder = tempfile::tempdir().expect("a folder");
    let slack = Slack::start().await;
    slack.archive_channel("load-0");
    let config = process::write_config(folder.path(), &slack, 1, &database(folder.path()));
    let service = Service::start(&config);
    let mut events = Vec::new();
    for title in ["load-0-000001-", "load-0-000002-"] {
        let answer = process::client()
            .post(format!("{}/gitlab/hooks/load", service.url))
            .header("X-Gitlab-Token", HOOK_TOKEN)
            .header("X-Gitlab-Event", "Push Hook")
            .body(process::push(0, title))
            .send()
            .await
            .expect("an answer");
        let answer: Value = answer.json().await.expect("JSON");
        events.push(answer["event"].as_str().expect("an event").to_owned());
    }
    let mut dead = Vec::new();
    for event in &events {
        let event = outcome(&service.url, event, "waiting").await;
        assert_eq!(event["outcome"], "dead");
        dead.push(
            event["deliveries"][0]["id"]
                .as_str()
                .expect("an id")
                .to_owned(),
        );
    }
    slack.sandbox.change_workspace(|workspace| {
        let channel = workspace.channels.get_mut("C0ARCHIVED");
        channel.expect("the channel").is_archived = false;
    });

    let url = ["--url", &service.url];
    let token = ["--token", ADMIN_TOKEN];
    let mut all = String::new();
    for (what, token) in [
        (dead[0].as_str(), ["--token", "another"]),
        ("dlv_00000000000000000000000000", token),
        ("nonsense", token),
        (dead[0].as_str(), token),
        ("--all", token),
        ("--all", token),
    ] {
        let output = signalbox(&[&["replay", what][..], &url, &token].concat()).await;
        all.push_str(&told(
            &output,
            &[(&dead[0], "dlv_…"), (&service.url, "http://…")],
        ));
        all.push('\n');
    }
    insta::assert_snapshot!(all);
    for event in &events {
        let event = outcome(&service.url, event, "waiting").await;
        assert_eq!(event["outcome"], "delivered");
    }
    service.terminate();
}

/// Asks for an event until its outcome is another.
async fn outcome(url: &str, event: &str, than: &str) -> Value {
    // The service has no other work: every answer is followed by progress.
    loop {
        let request = process::client().get(format!("{url}/api/v1/events/{event}"));
        let answer = request.header("PRIVATE-TOKEN", ADMIN_TOKEN).send().await;
        let event: Value = answer.expect("an answer").json().await.expect("JSON");
        if event["outcome"] != than {
            return event;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn doctor_compares_the_app_and_lists_what_publishing_it_takes() {
    let folder = tempfile::tempdir().expect("a folder");
    let slack = Slack::start().await;
    let config = process::write_config(folder.path(), &slack, 1, &database(folder.path()));
    let text = std::fs::read_to_string(&config).expect("the configuration");
    let key = "ab".repeat(32);
    let app = "[slack]\nclient_id = \"158.400\"\nclient_secret = \"demo-client-secret\"\n";
    let text = format!("secret_key = \"{key}\"\n{text}").replace("[slack]\n", app);
    let text = format!("public_url = \"https://signalbox.example\"\n{text}");
    std::fs::write(&config, text).expect("the configuration");
    let path = config.display().to_string();
    let exported = folder.path().join("exported.json");
    let manifest = signalbox(&["manifest", "--config", &path, "--name", "Ours"]).await;
    let mut doctor_told = String::new();
    let mut app: Value = serde_json::from_slice(&manifest.stdout).expect("JSON");
    for what in ["as it should be", "without an event", "not JSON"] {
        let text = match what {
            "as it should be" => app.to_string(),
            "without an event" => {
                let events = app.pointer_mut("/settings/event_subscriptions/bot_events");
                let events = events.and_then(Value::as_array_mut).expect("events");
                events.retain(|event| event != "app_uninstalled");
                app.to_string()
            }
            _ => "display_information:".to_owned(),
        };
        std::fs::write(&exported, text).expect("an export");
        let exported = exported.display().to_string();
        let output = signalbox(&["doctor", "--config", &path, "--manifest", &exported]).await;
        let folder = folder.path().display().to_string();
        doctor_told.push_str(&format!(
            "{what}\n{}\n\n",
            told(&output, &[(&folder, "/…")])
        ));
    }
    insta::assert_snapshot!(doctor_told);
}
