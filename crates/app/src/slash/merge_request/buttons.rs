//! The buttons of a merge request's card: whoever presses them does it with their own rights.
//!
//! A button carries the last commit that its card was made of, so that nobody approves or merges
//! what they have not seen.

use domain::{Mrkdwn, ProjectPath};
use gitlab::rest::{Approvals, MergeRequest, MergeRequestState};
use slack::view::{Button, Confirm, Control};

use super::accept::{self, When};
use super::{approve, card, one};
use crate::answer::Stopped;
use crate::clicks::{self, Click, Clicked, Outcome};

const APPROVE: &str = "mr.approve";
const MERGE: &str = "mr.merge";
const MERGE_LATER: &str = "mr.merge_later";
const REFRESH: &str = "mr.refresh";
/// Opens the page; nothing else is done.
const OPEN: &str = "mr.open";

/// What the buttons do.
pub(crate) static CLICKS: &[Click] = &[
    Click {
        action_id: APPROVE,
        run: |clicked| Box::pin(press_approve(clicked)),
    },
    Click {
        action_id: MERGE,
        run: |clicked| Box::pin(press_merge(clicked, When::Now)),
    },
    Click {
        action_id: MERGE_LATER,
        run: |clicked| Box::pin(press_merge(clicked, When::ChecksPass)),
    },
    Click {
        action_id: REFRESH,
        run: |clicked| Box::pin(refresh(clicked)),
    },
];

/// The row below a card.
pub(super) fn row(
    project: &ProjectPath,
    merge_request: &MergeRequest,
    approvals: Option<&Approvals>,
) -> Vec<Control> {
    let mut row = Vec::new();
    if merge_request.state == MergeRequestState::Opened {
        let did = approvals.and_then(|approvals| approvals.user_has_approved);
        if did != Some(true) || 1 < approvals.map_or(0, |of| of.approvals_left.unwrap_or(0)) {
            row.push(approve_button(project, merge_request).into());
        }
        row.push(merge_button(project, merge_request).into());
    }
    row.push(button(project, merge_request, "Refresh", REFRESH).into());
    if let Some(url) = &merge_request.web_url {
        row.push(Button::new("Open", OPEN).url(url).into());
    }
    row
}

/// A button that approves a merge request as it is now.
pub(crate) fn approve_button(project: &ProjectPath, merge_request: &MergeRequest) -> Button {
    button(project, merge_request, "Approve", APPROVE)
}

fn merge_button(project: &ProjectPath, merge_request: &MergeRequest) -> Button {
    let (label, id, yes) = if card::pipeline_runs(merge_request) {
        (
            "Merge when pipeline succeeds",
            MERGE_LATER,
            "Merge when it succeeds",
        )
    } else {
        ("Merge", MERGE, "Merge")
    };
    let title = format!("Merge !{}?", merge_request.iid);
    let text = format!(
        "{} goes into {}.",
        merge_request.title, merge_request.target_branch
    );
    let confirm = Confirm::new(&title, &text, yes);
    button(project, merge_request, label, id).confirm(confirm)
}

fn button(
    project: &ProjectPath,
    merge_request: &MergeRequest,
    label: &str,
    id: &'static str,
) -> Button {
    let value = clicks::value(project.as_str(), '!', merge_request.iid);
    let value = match &merge_request.sha {
        Some(sha) => format!("{value} {sha}"),
        None => value,
    };
    Button::new(label, id).value(value)
}

async fn press_approve(clicked: &Clicked<'_>) -> Result<Outcome, Stopped> {
    let (context, iid) = clicked.named('!').await?;
    let merge_request = one::find(&context, iid).await?;
    let answer = approve::approve(&context, &merge_request, clicked.detail()).await?;
    Ok(Outcome::Replace(Box::new(answer)))
}

async fn press_merge(clicked: &Clicked<'_>, when: When) -> Result<Outcome, Stopped> {
    let (context, iid) = clicked.named('!').await?;
    let merge_request = one::find(&context, iid).await?;
    let sha = clicked.detail().map(str::to_owned);
    if sha.is_none() && merge_request.sha.is_some() {
        return Err(Stopped::because(
            "this button is from another time; ask for the merge request again",
        ));
    }
    let answer = accept::merge(&context, &merge_request, sha, when).await?;
    Ok(Outcome::Replace(Box::new(answer)))
}

async fn refresh(clicked: &Clicked<'_>) -> Result<Outcome, Stopped> {
    let (context, iid) = clicked.named('!').await?;
    let answer = one::fresh(&context, iid, Mrkdwn::empty()).await?;
    Ok(Outcome::Replace(Box::new(answer)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::card::tests::merge_request;
    use super::*;

    fn ids(more: &serde_json::Value) -> Vec<String> {
        let project = "acme/shop".parse().unwrap();
        let row = row(&project, &merge_request(more), None);
        let row = serde_json::to_value(row).unwrap();
        let row = row.as_array().unwrap().iter();
        row.map(|one| {
            let value = one["value"].as_str().unwrap_or_default();
            format!("{} {value}", one["action_id"].as_str().unwrap())
        })
        .collect()
    }

    #[test]
    fn buttons_carry_the_commit_that_was_seen() {
        let row = ids(&json!({}));
        assert_eq!(
            row,
            [
                "mr.approve acme/shop!12 abc",
                "mr.merge acme/shop!12 abc",
                "mr.refresh acme/shop!12 abc",
                "mr.open "
            ]
        );
        let row = ids(&json!({"head_pipeline": {"id": 9, "status": "running"}}));
        assert_eq!(row[1], "mr.merge_later acme/shop!12 abc");
        let row = ids(&json!({"state": "merged", "sha": null}));
        assert_eq!(row, ["mr.refresh acme/shop!12", "mr.open "]);
    }
}
