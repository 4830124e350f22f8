use super::*;

fn input(public_url: &Url) -> ManifestInput<'_> {
    ManifestInput {
        name: "Signalbox",
        public_url,
        gitlab_host: Some("gitlab.example.com"),
        command: "/gitlab",
        chatops_command: "/chatops",
        transport: Transport::Http,
        token_rotation: false,
        pkce: false,
    }
}

fn public_url() -> Url {
    Url::parse("https://signalbox.example.com/").unwrap()
}

#[test]
fn a_manifest_says_where_slack_calls_the_app() {
    let manifest = Manifest::new(&input(&public_url())).unwrap();
    insta::assert_snapshot!(manifest.to_yaml());
}

#[test]
fn socket_mode_needs_no_address_but_the_one_that_people_come_back_to() {
    let url = public_url();
    let input = ManifestInput {
        transport: Transport::SocketMode,
        ..input(&url)
    };
    let text = Manifest::new(&input).unwrap().to_json();
    let addresses: Vec<_> = text
        .lines()
        .filter(|line| line.contains("signalbox.example.com"))
        .map(str::trim)
        .collect();
    assert_eq!(
        addresses,
        ["\"https://signalbox.example.com/slack/oauth/callback\""]
    );
    assert!(text.contains("\"socket_mode_enabled\": true"));
}

#[test]
fn a_host_without_a_name_has_no_link_previews() {
    let url = public_url();
    for (host, expected) in [
        ("gitlab.example.com", true),
        ("127.0.0.1", true),
        ("[::1]", false),
        ("localhost", false),
        ("GitLab.example.com", false),
    ] {
        let input = ManifestInput {
            gitlab_host: Some(host),
            ..input(&url)
        };
        let manifest = Manifest::new(&input).unwrap();
        let domains = manifest.json().pointer("/features/unfurl_domains");
        assert_eq!(domains.is_some(), expected, "{host}");
    }
}

#[test]
fn what_slack_would_refuse_is_refused_here() {
    let https = public_url();
    let http = Url::parse("http://signalbox.example.com").unwrap();
    let refused = |input: ManifestInput<'_>| Manifest::new(&input).unwrap_err().to_string();
    let long = "x".repeat(36);
    insta::assert_snapshot!(
        [
            refused(ManifestInput {
                name: "",
                ..input(&https)
            }),
            refused(ManifestInput {
                name: &long,
                ..input(&https)
            }),
            refused(ManifestInput {
                command: "gitlab",
                ..input(&https)
            }),
            refused(ManifestInput {
                command: "/Git lab",
                ..input(&https)
            }),
            refused(ManifestInput {
                command: "/chatops",
                ..input(&https)
            }),
            refused(input(&http)),
        ]
        .join("\n")
    );
}

#[test]
fn the_page_that_makes_the_app_gets_the_whole_manifest() {
    let manifest = Manifest::new(&input(&public_url())).unwrap();
    let url = Url::parse(&manifest.create_url()).unwrap();
    assert!(
        url.as_str()
            .starts_with("https://api.slack.com/apps?new_app=1&")
    );
    let json = url
        .query_pairs()
        .find_map(|(key, value)| (key == "manifest_json").then(|| value.into_owned()));
    let read: Value = serde_json::from_str(&json.unwrap()).unwrap();
    assert_eq!(&read, manifest.json());
}

#[test]
fn an_app_like_its_manifest_has_no_differences() {
    let manifest = Manifest::new(&input(&public_url())).unwrap();
    assert_eq!(manifest.differences(manifest.json()), []);
    let exported = json!({ "ok": true, "manifest": manifest.json() });
    assert_eq!(manifest.differences(&exported), []);
}

#[test]
fn differences_are_told_one_by_one() {
    let manifest = Manifest::new(&input(&public_url())).unwrap();
    let mut installed = manifest.json().clone();
    installed["oauth_config"]["scopes"]["bot"] = json!(["chat:write", "files:write"]);
    installed["oauth_config"]["redirect_urls"] = json!([]);
    installed["features"]["slash_commands"][0]["url"] = json!("https://old.example.com/slack");
    installed["features"]["slash_commands"][1]["command"] = json!("/ops");
    installed["features"]["shortcuts"] = json!(null);
    installed["settings"]["socket_mode_enabled"] = json!(true);
    installed["settings"]["interactivity"] = json!({ "is_enabled": false });
    let told: Vec<_> = manifest
        .differences(&installed)
        .iter()
        .map(ToString::to_string)
        .collect();
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn a_stranger_for_a_manifest_differs_in_everything_and_breaks_nothing() {
    let manifest = Manifest::new(&input(&public_url())).unwrap();
    for strange in [json!(null), json!([]), json!("x"), json!({ "features": 3 })] {
        let count = manifest.differences(&strange).len();
        assert!(SCOPES.len() + EVENTS.len() < count, "{strange}");
    }
}
