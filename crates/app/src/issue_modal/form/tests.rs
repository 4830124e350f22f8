use insta::assert_json_snapshot;
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::modals::sent::{complaints, filled, unchanged};

fn picked(value: &str, label: &str) -> Picked {
    Picked {
        value: value.to_owned(),
        label: label.to_owned(),
    }
}

/// An incident form with something in every field.
fn incident() -> Form {
    let form = Form {
        title: "Checkout is down".to_owned(),
        is_confidential: true,
        details: Details::Incident {
            severity: Severity::High,
            status: Status::Acknowledged,
            zoom: "https://zoom.us/j/123".to_owned(),
        },
        ..Form::new(Kind::Incident, None)
    };
    Form {
        assignee: Some(picked("5", "Ana")),
        labels: vec![picked("bug", "bug"), picked("search", "search")],
        ..form.in_project(7, "acme/shop", "## Summary\n\n/label ~incident\n")
    }
}

fn described(form: &Form) -> &str {
    &form.description
}

#[test]
fn an_incident_form_has_the_fields_of_an_incident() {
    assert_json_snapshot!(incident().view());
}

#[test]
fn an_empty_issue_form_asks_for_a_title_and_a_project() {
    assert_json_snapshot!(Form::new(Kind::Issue, None).view());
}

#[test]
fn a_form_that_is_sent_as_it_was_opened_is_read_as_it_was_made() {
    for form in [
        incident(),
        Form::new(Kind::Incident, None),
        Form::new(Kind::Issue, None),
    ] {
        let view = form.view();
        let read = Form::read(&unchanged(&view)).unwrap();
        assert_eq!(read.view(), view);
    }
}

#[test]
fn what_is_wrong_is_said_under_its_field() {
    let empty = Form::new(Kind::Incident, None).view();
    let bad_zoom = json!({"type": "url_text_input", "value": "https://zoom.example/j/1"});
    let long = json!({"type": "plain_text_input", "value": "x".repeat(256)});
    for (changes, expected) in [
        (
            vec![],
            Some(json!({"title": "Give it a title.", "project": "Choose a project."})),
        ),
        (
            vec![("title", long), ("zoom", bad_zoom)],
            Some(json!({
                "title": "At most 255 characters.",
                "project": "Choose a project.",
                "zoom": "Give the address of a Zoom meeting, such as https://example.zoom.us/j/123456789.",
            })),
        ),
    ] {
        let read = Form::read(&filled(&empty, &changes)).unwrap();
        let answer = read
            .objections()
            .map(|answer| serde_json::to_value(answer).unwrap());
        assert_eq!(answer.map(|answer| answer["errors"].clone()), expected);
    }
    let complete = Form::read(&unchanged(&incident().view())).unwrap();
    assert_eq!(complete.objections(), None);
}

#[test]
fn another_project_brings_its_template_unless_somebody_wrote_in_it() {
    let form = Form::read(&unchanged(&incident().view())).unwrap();
    let moved = form.clone().in_project(8, "acme/web", "## What happened");
    assert_eq!(described(&moved), "## What happened");
    assert_eq!(moved.held.description_block(), "description-8");
    assert_eq!((moved.assignee, moved.labels), (None, vec![]));

    let written = json!({"type": "plain_text_input", "value": "## Summary\n\nAll is lost."});
    let form = Form::read(&filled(&form.view(), &[("description-7", written)])).unwrap();
    let moved = form.in_project(8, "acme/web", "## What happened");
    assert_eq!(described(&moved), "## Summary\n\nAll is lost.");
    assert_eq!(moved.held.description_block(), "description-7");
    assert_eq!(moved.held.menus_block(LABELS), "labels-8");
}

#[test]
fn a_template_that_slack_cuts_still_counts_as_ours() {
    let template = "word ".repeat(2_000);
    let form = Form::new(Kind::Incident, None).in_project(7, "acme/shop", &template);
    let form = Form::read(&unchanged(&form.view())).unwrap();
    assert_eq!(described(&form.in_project(8, "acme/web", "short")), "short");
}

#[test]
fn a_form_of_another_version_is_refused_with_the_remedy() {
    let view = View::modal("New issue")
        .callback_id("issue.new")
        .private_metadata(r#"{"v":0,"held":{}}"#)
        .unwrap();
    let refused = Form::read(&unchanged(&view)).err().unwrap();
    assert_eq!(
        refused.to_string(),
        "this form is from another version of Signalbox; open it again"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn slack_takes_a_form_whatever_stands_in_it(
        texts in proptest::collection::vec("(?s).{0,400}", 5),
        labels in proptest::collection::vec("(?s).{0,200}", 0..150),
        times in 1usize..40,
        project in any::<u64>(),
    ) {
        let form = Form {
            title: texts[0].repeat(times),
            assignee: Some(picked(&texts[1], &texts[2])),
            labels: labels.iter().map(|label| picked(label, label)).collect(),
            details: Details::Incident {
                severity: Severity::Unknown,
                status: Status::Triggered,
                zoom: texts[1].clone(),
            },
            notice: Some(texts[2].repeat(times)),
            ..Form::new(Kind::Incident, None)
        };
        let form = form.in_project(project, &texts[3], &texts[4].repeat(times));
        prop_assert_eq!(complaints(&form.view()), Vec::<String>::new());
    }
}
