//! What people type into titles and descriptions.

use domain::event::{Issue, IssueAction, What};

use super::planning::issue;
use super::{body, check, event, message};
use crate::screen::plain;

#[test]
fn an_uploaded_image_is_linked_below_its_project() {
    let issue = Issue {
        description: Some("![s](/uploads/s.png) and ![t](/uploads/t.png)".to_owned()),
        ..issue(IssueAction::Open)
    };
    let body = body(&message(&event(What::Issue(issue))));
    assert!(
        body.contains("W/uploads/s.png") && body.contains("W/uploads/t.png"),
        "{body}"
    );
}

#[test]
fn markup_in_a_title_stays_text() {
    // GitLab's own deletes the brackets; ours shows what was typed, as text.
    for title in ["[l](u)", "<u|l>", r#"<a href="u">l</a>"#] {
        let issue = Issue {
            title: title.to_owned(),
            ..issue(IssueAction::Open)
        };
        let headline = message(&event(What::Issue(issue))).headline;
        assert_eq!(
            plain(headline.as_str()),
            format!("[a/web] Issue #7 {title} opened by Ada Byron (ada)")
        );
    }
    let untitled = Issue {
        title: String::new(),
        ..issue(IssueAction::Open)
    };
    check(
        What::Issue(untitled),
        "[<W|a/web>] Issue <W/-/issues/7|#7> opened by ADA",
    );
}
