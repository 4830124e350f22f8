//! Sending webhooks as GitLab does, and giving up on receivers as GitLab does.
//!
//! One try, ten seconds, no retry. After four failures in a row a hook is switched off for a
//! minute, after each further one for twice as long, up to a day; after forty for good. A
//! success, or somebody on the page, switches it on again.

use std::time::{Duration, Instant};

use clock::Chance;
use domain::EventKind;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde_json::Value;

use super::scene::Outgoing;
use super::words;

/// The version that the sandbox claims to be.
pub const VERSION: &str = "18.5.0";

const TIMEOUT: Duration = Duration::from_secs(10);
const TEMPORARY: u32 = 4;
const FOR_GOOD: u32 = 40;
const LONGEST_MINUTES: u32 = 24 * 60;

/// A webhook of the instance: it gets what happens in every project and group.
#[derive(Clone, Debug)]
pub struct Hook {
    pub url: String,
    /// Sent as `X-Gitlab-Token`.
    pub token: String,
    /// The kinds that it gets; none listed means every kind.
    pub kinds: Vec<EventKind>,
}

impl Hook {
    /// A hook that gets everything.
    #[must_use]
    pub fn new(url: impl Into<String>, token: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            token: token.into(),
            kinds: Vec::new(),
        }
    }

    fn wants(&self, kind: EventKind) -> bool {
        self.kinds.is_empty() || self.kinds.contains(&kind)
    }
}

/// How a hook's receiver has been answering.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Health {
    failures: u32,
    off_until: Option<Timestamp>,
}

impl Health {
    pub fn is_off(self, now: Timestamp) -> bool {
        self.is_off_for_good() || self.off_until.is_some_and(|until| now < until)
    }

    pub fn is_off_for_good(self) -> bool {
        self.failures >= FOR_GOOD
    }

    pub fn off_until(self) -> Option<Timestamp> {
        self.off_until
    }

    pub fn failures(self) -> u32 {
        self.failures
    }

    pub fn note(&mut self, succeeded: bool, now: Timestamp) {
        if succeeded {
            *self = Self::default();
            return;
        }
        self.failures += 1;
        if let Some(beyond) = self.failures.checked_sub(TEMPORARY) {
            let minutes = 1_u32
                .checked_shl(beyond)
                .unwrap_or(u32::MAX)
                .min(LONGEST_MINUTES);
            let pause = SignedDuration::from_mins(i64::from(minutes));
            self.off_until = now.checked_add(pause).ok();
        }
    }
}

/// One webhook that was sent, or not sent because its hook is off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Sent {
    /// Counts up from 1 over everything that was sent.
    pub number: u64,
    pub at: Timestamp,
    pub kind: EventKind,
    /// The `X-Gitlab-Event` header.
    pub event: &'static str,
    /// Full path of the project.
    pub project: String,
    /// What happened, in a few words: "merge request merge".
    pub about: String,
    /// The HTTP status; none when there was no answer.
    pub status: Option<u16>,
    /// The id that the receiver gave it, from `{"event": "…"}`.
    pub event_id: Option<String>,
    pub ms: u64,
    /// Why there is no good answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// GitLab's `X-Gitlab-Event` for a kind.
#[must_use]
pub fn header(kind: EventKind) -> &'static str {
    match kind {
        EventKind::Push => "Push Hook",
        EventKind::TagPush => "Tag Push Hook",
        // Incidents and work items travel as issues.
        EventKind::Issue | EventKind::Incident | EventKind::WorkItem => "Issue Hook",
        EventKind::ConfidentialIssue | EventKind::ConfidentialWorkItem => "Confidential Issue Hook",
        EventKind::MergeRequest => "Merge Request Hook",
        EventKind::Note => "Note Hook",
        EventKind::ConfidentialNote => "Confidential Note Hook",
        EventKind::Pipeline => "Pipeline Hook",
        EventKind::Job => "Job Hook",
        EventKind::WikiPage => "Wiki Page Hook",
        EventKind::Deployment => "Deployment Hook",
        EventKind::Release => "Release Hook",
        EventKind::FeatureFlag => "Feature Flag Hook",
        EventKind::Milestone => "Milestone Hook",
        EventKind::Emoji => "Emoji Hook",
        EventKind::AccessToken => "Resource Access Token Hook",
        EventKind::DeployToken => "Resource Deploy Token Hook",
        EventKind::Member => "Member Hook",
        EventKind::Subgroup => "Subgroup Hook",
        EventKind::Project => "Project Hook",
        EventKind::Alert => "Alert Hook",
        EventKind::Vulnerability => "Vulnerability Hook",
        EventKind::GroupMention => "Group Mention Hook",
        EventKind::GroupConfidentialMention => "Group Confidential Mention Hook",
        EventKind::System | EventKind::Other => "System Hook",
    }
}

/// Whether this hook gets this webhook.
pub(super) fn wants(hook: &Hook, outgoing: &Outgoing) -> bool {
    hook.wants(outgoing.kind)
}

/// What an attempt came to.
pub(super) struct Attempt {
    pub status: Option<u16>,
    pub event_id: Option<String>,
    pub error: Option<String>,
    pub ms: u64,
}

impl Attempt {
    /// The attempt that a hook which is off does not make.
    pub fn not_made() -> Self {
        let error = "the hook is off after failures in a row".to_owned();
        Self {
            status: None,
            event_id: None,
            error: Some(error),
            ms: 0,
        }
    }

    pub fn succeeded(&self) -> bool {
        self.status
            .is_some_and(|status| (200..300).contains(&status))
    }
}

/// Sends it once.
pub(super) async fn attempt(
    http: &reqwest::Client,
    hook: &Hook,
    instance: &str,
    outgoing: &Outgoing,
    chance: &Chance,
) -> Attempt {
    let request = http
        .post(&hook.url)
        .timeout(TIMEOUT)
        .header("Content-Type", "application/json")
        .header("User-Agent", format!("GitLab/{VERSION}"))
        .header("Idempotency-Key", words::uuid(chance))
        .header("X-Gitlab-Event", header(outgoing.kind))
        .header("X-Gitlab-Webhook-UUID", words::uuid(chance))
        .header("X-Gitlab-Instance", instance)
        .header("X-Gitlab-Event-UUID", words::uuid(chance))
        .header("X-Gitlab-Token", &hook.token)
        .body(outgoing.body.to_string());
    let begun = Instant::now();
    let (status, answer, error) = match request.send().await {
        Ok(response) => {
            let status = response.status();
            let answer = response.text().await.unwrap_or_default();
            let error = (!status.is_success()).then(|| format!("the receiver answered {status}"));
            (Some(status.as_u16()), answer, error)
        }
        Err(error) if error.is_timeout() => (None, String::new(), Some("timed out".to_owned())),
        Err(_) => (
            None,
            String::new(),
            Some("the receiver cannot be reached".to_owned()),
        ),
    };
    let ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    let event_id = serde_json::from_str::<Value>(&answer)
        .ok()
        .and_then(|answer| answer.get("event")?.as_str().map(str::to_owned));
    Attempt {
        status,
        event_id,
        error,
        ms,
    }
}

/// What the webhook is about, in a few words for the log.
pub(super) fn about(outgoing: &Outgoing) -> String {
    let body = &outgoing.body;
    let said = [
        &body["object_attributes"]["status"],
        &body["build_status"],
        &body["object_attributes"]["action"],
        &body["status"],
        &body["action"],
        &body["object_attributes"]["state"],
    ];
    let said = said.iter().find_map(|value| value.as_str());
    let of_instance = || match outgoing.kind {
        EventKind::System | EventKind::Member | EventKind::Subgroup | EventKind::Project => {
            body["event_name"].as_str()
        }
        _ => None,
    };
    let words = match (&body["object_attributes"]["iid"], outgoing.kind) {
        (Value::Number(iid), EventKind::MergeRequest) => format!("merge request !{iid}"),
        (Value::Number(iid), kind) if kind != EventKind::Pipeline => {
            format!("{} #{iid}", kind.words())
        }
        _ => outgoing.kind.words().to_owned(),
    };
    let pushed = body["ref"].as_str().and_then(|git_ref| {
        let name = git_ref
            .strip_prefix("refs/heads/")
            .or(git_ref.strip_prefix("refs/tags/"))?;
        let gone = body["checkout_sha"].is_null();
        Some(if gone {
            format!("{name} removed")
        } else {
            name.to_owned()
        })
    });
    if let Some(pushed) = pushed {
        return format!("{words}: {pushed}");
    }
    match said.or_else(of_instance) {
        Some(said) => format!("{words}: {said}"),
        None => words,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hook_that_keeps_failing_is_off_for_longer_and_longer() {
        let mut now = Timestamp::UNIX_EPOCH;
        let mut health = Health::default();
        for _ in 0..3 {
            health.note(false, now);
            assert!(!health.is_off(now));
        }
        for minutes in [1, 2, 4, 8] {
            health.note(false, now);
            let almost = now + SignedDuration::from_secs(minutes * 60 - 1);
            assert!(health.is_off(almost), "off for {minutes} minutes");
            now += SignedDuration::from_mins(minutes);
            assert!(!health.is_off(now), "on again after {minutes} minutes");
        }
        for _ in 0..33 {
            health.note(false, now);
        }
        let next_day = now + SignedDuration::from_hours(24);
        assert!(
            health.is_off(next_day),
            "40 failures switch it off for good"
        );
        health.note(true, now);
        assert_eq!(health, Health::default());
    }

    #[test]
    fn every_kind_has_a_header_that_ends_in_hook() {
        assert!(
            EventKind::ALL
                .iter()
                .all(|kind| header(*kind).ends_with(" Hook"))
        );
    }
}
