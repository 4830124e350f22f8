use super::super::details::Type;
use super::super::form::Picked;
use super::*;

fn incident(severity: Severity, zoom: &str, description: &str) -> Form {
    Form {
        title: "Down".to_owned(),
        description: description.to_owned(),
        details: Details::Incident {
            severity,
            status: Status::Triggered,
            zoom: zoom.to_owned(),
        },
        ..Form::new(Kind::Incident, None)
    }
}

#[test]
fn severity_and_meeting_are_quick_actions_above_the_description() {
    for (form, expected) in [
        (incident(Severity::Unknown, "", "```\nopen"), "```\nopen"),
        (
            incident(Severity::Critical, "https://zoom.us/j/1", "```\nopen"),
            "/severity critical\n/zoom https://zoom.us/j/1\n```\nopen",
        ),
        (
            incident(Severity::Low, "not a meeting", ""),
            "/severity low\n",
        ),
    ] {
        assert_eq!(description(&form), expected);
    }
}

#[test]
fn labels_of_another_project_are_left_out_and_that_is_said() {
    let label = || Picked {
        value: "bug".to_owned(),
        label: "bug".to_owned(),
    };
    let form = Form {
        labels: vec![label()],
        details: Details::Issue(Type::Task),
        ..Form::new(Kind::Issue, None).in_project(7, "acme/shop", "")
    };
    let form = Form {
        labels: vec![label()],
        ..form
    };
    let mut left_out = Vec::new();
    let new = new_issue(&form, Some(5), &mut left_out);
    assert_eq!(
        (new.labels, new.assignee_ids),
        (vec!["bug".to_owned()], vec![5])
    );
    assert_eq!(new.issue_type, Some(IssueType::Task));
    assert!(left_out.is_empty());

    let mut elsewhere = form;
    elsewhere.held.project = Some(8);
    let new = new_issue(&elsewhere, None, &mut left_out);
    assert!(new.labels.is_empty() && new.assignee_ids.is_empty());
    assert_eq!(left_out, ["the labels were those of another project"]);
}

#[test]
fn an_objection_to_the_title_is_told_from_others() {
    assert!(is_of_title("Title is too long (maximum is 255 characters)"));
    assert!(!is_of_title("milestone_id is invalid"));
}
