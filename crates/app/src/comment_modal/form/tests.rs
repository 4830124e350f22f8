use gitlab::rest::{MergeRequest, Noteable};
use insta::assert_json_snapshot;
use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::json;
use store::{ConnectedBy, Connection};

use super::*;
use crate::modals::sent::{complaints, filled, unchanged};

fn found(title: &str) -> Found {
    let connection = Connection {
        workspace: "T0DEMO".parse().unwrap(),
        project: "acme/shop".parse().unwrap(),
        project_id: 7,
        alias: "shop".parse().unwrap(),
        connected_by: ConnectedBy {
            name: "ana".to_owned(),
            slack_user: None,
        },
        connected_at: Timestamp::UNIX_EPOCH,
    };
    let merge_request: MergeRequest = serde_json::from_value(json!({
        "id": 1, "iid": 3, "project_id": 7, "title": title, "state": "opened",
        "target_branch": "main",
    }))
    .unwrap();
    Found::of_merge_request(connection, merge_request)
}

#[test]
fn a_form_from_a_message_asks_what_to_comment_on() {
    let mut form = Form::new(Held::default());
    "Ben wrote in Slack:\n\n> It hangs.".clone_into(&mut form.body);
    assert_json_snapshot!(form.view());
}

#[test]
fn a_form_from_a_button_knows_what_it_is_about() {
    let view = Form::new(Held::default()).on(&found("Fix *it*")).view();
    assert_eq!(
        serde_json::to_value(&view).unwrap()["blocks"][0]["text"]["text"],
        "On *Fix ∗it∗ · acme/shop!3*"
    );
    let read = Form::read(&unchanged(&view)).unwrap();
    let on = Noteable::MergeRequest(3);
    assert_eq!(read.target(), Some(Target { project: 7, on }));
}

#[test]
fn what_was_chosen_and_written_comes_back() {
    let view = Form::new(Held::default()).view();
    let option = json!({"text": {"type": "plain_text", "text": "Slow"}, "value": "7#12"});
    let target = json!({"type": "external_select", "selected_option": option});
    let body = json!({"type": "plain_text_input", "value": "me too"});
    let sent = filled(&view, &[("target", target), ("body", body)]);
    let read = Form::read(&sent).unwrap();
    let on = Noteable::Issue(12);
    assert_eq!(read.target(), Some(Target { project: 7, on }));
    assert_eq!(
        Form::read(&unchanged(&read.view())).unwrap().view(),
        read.view()
    );
    assert_eq!(read.body, "me too");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn slack_takes_a_form_whatever_stands_in_it(
        title in "(?s).{0,400}",
        body in "(?s).{0,4000}",
        notice in "(?s).{0,4000}",
    ) {
        let mut form = Form::new(Held::default());
        form.body = body;
        form.notice = Some(notice);
        form.chosen = Some(("7#12".to_owned(), title.clone()));
        prop_assert_eq!(complaints(&form.view()), Vec::<String>::new());
        let form = form.on(&found(&title));
        prop_assert_eq!(complaints(&form.view()), Vec::<String>::new());
    }
}
