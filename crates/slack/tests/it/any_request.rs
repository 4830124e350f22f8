//! Whatever somebody sends in Slack's place, it is read or refused, and nothing breaks.

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use slack::event::Envelope;
use slack::{HookHost, Interaction, SlashCommand};

const NAMES: &[&str] = &[
    "type",
    "team",
    "id",
    "team_id",
    "user",
    "user_id",
    "view",
    "state",
    "values",
    "actions",
    "action_id",
    "block_id",
    "container",
    "channel",
    "channel_id",
    "message",
    "message_ts",
    "selected_option",
    "selected_options",
    "selected_channels",
    "value",
    "text",
    "response_urls",
    "response_url",
    "event",
    "event_id",
    "event_time",
    "authorizations",
    "links",
    "tokens",
    "bot",
    "hash",
    "callback_id",
    "private_metadata",
    "command",
    "challenge",
];

const TEXTS: &[&str] = &[
    "block_actions",
    "view_submission",
    "view_closed",
    "message_action",
    "block_suggestion",
    "event_callback",
    "url_verification",
    "app_home_opened",
    "link_shared",
    "tokens_revoked",
    "message",
    "im",
    "user_change",
    "T0DEMO",
    "U0ANA",
    "C0GENERAL",
    "V0VIEW",
    "show~2",
    "~",
    "1700000000.000100",
    "https://hooks.slack.com/actions/T0DEMO/1/x",
    "/gitlab",
];

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => proptest::sample::select(TEXTS).prop_map(str::to_owned),
        1 => ".{0,20}",
        1 => "[<>&|@#!~é]{0,12}",
    ]
}

fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        6 => text().prop_map(Value::from),
        1 => any::<i64>().prop_map(Value::from),
        1 => any::<bool>().prop_map(Value::from),
        1 => Just(Value::Null),
    ];
    leaf.prop_recursive(5, 80, 8, |inner| {
        let name = proptest::sample::select(NAMES);
        prop_oneof![
            vec(inner.clone(), 0..3).prop_map(Value::from),
            vec((name, inner), 0..8).prop_map(|fields| {
                let fields = fields
                    .into_iter()
                    .map(|(name, value)| (name.to_owned(), value));
                Value::Object(fields.collect::<Map<_, _>>())
            }),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]
    #[test]
    fn any_json_is_read_or_refused(payload in json_value(), body: Vec<u8>) {
        let host = HookHost::of_slack("https://slack.com/api/").unwrap();
        for kind in TEXTS {
            let mut payload = payload.clone();
            if let Some(fields) = payload.as_object_mut() {
                fields.insert("type".to_owned(), json!(kind));
            }
            let read = Interaction::parse(&payload, &host).map(drop);
            let told = Envelope::from_json(&payload).map(drop);
            for error in [read.err(), told.err()].into_iter().flatten() {
                prop_assert!(error.to_string().len() < 2_000, "{}", error);
            }
        }
        let _ = SlashCommand::from_json(&payload, &host);
        prop_assert!(Interaction::parse_form(&body, &host).is_err());
        prop_assert!(Envelope::parse(&body).is_err());
    }
}
