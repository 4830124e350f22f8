//! The buttons of a pipeline's card: whoever presses them does it with their own rights.

use domain::{Mrkdwn, ProjectPath};
use gitlab::rest::{Pipeline, PipelineStatus};
use slack::view::{Button, Confirm, Control};

use super::{cancel, one, retry};
use crate::answer::Stopped;
use crate::clicks::{self, Click, Clicked, Outcome};

const RETRY: &str = "pipeline.retry";
const CANCEL: &str = "pipeline.cancel";
const REFRESH: &str = "pipeline.refresh";
/// Opens the page; nothing else is done.
const OPEN: &str = "pipeline.open";

/// What the buttons do.
pub(crate) static CLICKS: &[Click] = &[
    Click {
        action_id: RETRY,
        run: |clicked| Box::pin(press_retry(clicked)),
    },
    Click {
        action_id: CANCEL,
        run: |clicked| Box::pin(press_cancel(clicked)),
    },
    Click {
        action_id: REFRESH,
        run: |clicked| Box::pin(refresh(clicked)),
    },
];

/// The row below a card.
pub(super) fn row(project: &ProjectPath, pipeline: &Pipeline) -> Vec<Control> {
    let button = |label: &str, id: &str| {
        let value = clicks::value(project.as_str(), '#', pipeline.id);
        Button::new(label, id).value(value)
    };
    let mut row = Vec::new();
    if can_be_retried(pipeline.status) {
        row.push(button("Retry", RETRY).into());
    }
    if can_be_canceled(pipeline.status) {
        let title = format!("Cancel pipeline #{}?", pipeline.id);
        let text = "Its jobs that have not ended are stopped.";
        let confirm = Confirm::new(&title, text, "Cancel it")
            .deny("Leave it")
            .danger();
        row.push(button("Cancel", CANCEL).danger().confirm(confirm).into());
    }
    row.push(button("Refresh", REFRESH).into());
    if let Some(url) = &pipeline.web_url {
        row.push(Button::new("Open", OPEN).url(url).into());
    }
    row
}

/// Whether jobs of it failed or were canceled, so that they can be run again.
pub(super) fn can_be_retried(status: PipelineStatus) -> bool {
    match status {
        PipelineStatus::Failed | PipelineStatus::Canceled => true,
        PipelineStatus::Created
        | PipelineStatus::WaitingForResource
        | PipelineStatus::Preparing
        | PipelineStatus::Pending
        | PipelineStatus::Running
        | PipelineStatus::Success
        | PipelineStatus::Canceling
        | PipelineStatus::Skipped
        | PipelineStatus::Manual
        | PipelineStatus::Scheduled
        | PipelineStatus::Other => false,
    }
}

/// Whether jobs of it have not ended.
pub(super) fn can_be_canceled(status: PipelineStatus) -> bool {
    match status {
        PipelineStatus::Created
        | PipelineStatus::WaitingForResource
        | PipelineStatus::Preparing
        | PipelineStatus::Pending
        | PipelineStatus::Running
        | PipelineStatus::Manual
        | PipelineStatus::Scheduled
        | PipelineStatus::Other => true,
        PipelineStatus::Success
        | PipelineStatus::Failed
        | PipelineStatus::Canceling
        | PipelineStatus::Canceled
        | PipelineStatus::Skipped => false,
    }
}

async fn press_retry(clicked: &Clicked<'_>) -> Result<Outcome, Stopped> {
    let (context, id) = clicked.named('#').await?;
    let answer = retry::retry(&context, id).await?;
    Ok(Outcome::Replace(Box::new(answer)))
}

async fn press_cancel(clicked: &Clicked<'_>) -> Result<Outcome, Stopped> {
    let (context, id) = clicked.named('#').await?;
    let answer = cancel::cancel(&context, id).await?;
    Ok(Outcome::Replace(Box::new(answer)))
}

async fn refresh(clicked: &Clicked<'_>) -> Result<Outcome, Stopped> {
    let (context, id) = clicked.named('#').await?;
    let answer = one::fresh(&context, id, Mrkdwn::empty()).await?;
    Ok(Outcome::Replace(Box::new(answer)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::card::tests::pipeline;
    use super::*;

    #[test]
    fn buttons_fit_how_the_pipeline_stands() {
        for (status, expected) in [
            ("failed", vec![RETRY, REFRESH, OPEN]),
            ("running", vec![CANCEL, REFRESH, OPEN]),
            ("success", vec![REFRESH, OPEN]),
        ] {
            let project = "acme/shop".parse().unwrap();
            let row = row(&project, &pipeline(&json!({"status": status})));
            let row = serde_json::to_value(row).unwrap();
            let ids = row.as_array().unwrap().iter();
            let ids: Vec<_> = ids.map(|one| one["action_id"].as_str().unwrap()).collect();
            assert_eq!(ids, expected, "{status}");
        }
    }
}
