//! The sample projects that a rollout in the demo is watched by, and their channels.

use std::sync::Arc;

use anyhow::Context;
use sandbox::gitlab::BeforeTraffic;
use sandbox::gitlab::story::traffic::{Busy, SAMPLE_PROJECTS, Sample};

/// Brings five hundred deliveries an hour to the app while a tenth of the projects has it.
pub(super) const BUSY: Busy = Busy {
    projects: SAMPLE_PROJECTS,
    events_per_hour: 6_000,
};

/// Makes every sample project's channel in the demo's Slack: so many could not be made one by one
/// within Slack's limits when their first events come.
pub(super) fn channels_in(slack_url: &str) -> anyhow::Result<BeforeTraffic> {
    let http = slack::http_client(slack_url, slack::Timeouts::default())?;
    let url = format!("{slack_url}/sandbox/channels");
    Ok(Arc::new(move |samples| {
        let (http, url) = (http.clone(), url.clone());
        Box::pin(async move {
            if let Err(error) = make_channels(&http, &url, &samples).await {
                tracing::error!(%error, "the sample projects have no channels");
            }
        })
    }))
}

async fn make_channels(
    http: &reqwest::Client,
    url: &str,
    samples: &[Sample],
) -> anyhow::Result<()> {
    let names: Vec<String> = samples.iter().map(channel).collect();
    let made = http.post(url).json(&serde_json::json!({ "names": names }));
    let answer = made
        .send()
        .await
        .context("the demo's Slack does not answer")?;
    answer.error_for_status().context("the demo's Slack")?;
    Ok(())
}

/// Where a project that nobody connected is told of.
fn channel(sample: &Sample) -> String {
    format!("p-{}", sample.path.replace('/', "-"))
}
