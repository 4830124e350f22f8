//! What happens elsewhere after a change, done one by one.
//!
//! An effect is tried until it is done or cannot be: each looks for what an earlier try may have
//! left before it does anything again.

mod annotation;
mod event;
mod issue_comment;
mod log_issue;
mod pipeline;

use std::collections::BTreeMap;

use domain::EnvironmentName;
use domain::mrkdwn::Mrkdwn;
use flags::{ActorId, FlagKey, Gates};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use store::{ClaimedEffect, EffectOutcome, Note};

use crate::feature::card;
use crate::plain;
use crate::rules::Rules;

/// What can happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EffectKind {
    /// An issue in the log project, closed at once.
    LogIssue,
    /// A comment on the rollout issue, and its label.
    RolloutComment,
    /// A mark on Grafana's graphs.
    Annotation,
    /// A document in Elasticsearch.
    Event,
    /// A pipeline of end-to-end tests.
    EndToEnd,
}

impl EffectKind {
    pub const ALL: &'static [Self] = &[
        Self::LogIssue,
        Self::RolloutComment,
        Self::Annotation,
        Self::Event,
        Self::EndToEnd,
    ];

    /// The name that is stored.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::LogIssue => "gitlab_log_issue",
            Self::RolloutComment => "gitlab_comment",
            Self::Annotation => "grafana_annotation",
            Self::Event => "elasticsearch_event",
            Self::EndToEnd => "e2e_pipeline",
        }
    }
}

/// What an effect tells of, as it is stored with it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    pub flag: FlagKey,
    pub environment: EnvironmentName,
    pub short: String,
    pub host: String,
    pub is_production: bool,
    pub before: Option<Gates>,
    pub after: Option<Gates>,
    /// What people call the actors.
    #[serde(default)]
    pub names: BTreeMap<ActorId, String>,
    pub default: bool,
    pub at: Timestamp,
    pub note: Note,
    pub rollout_issue: Option<String>,
}

/// Whom effects are told to; what is absent is not configured.
#[derive(Clone, Default)]
pub struct Clients {
    pub gitlab: Option<gitlab::rest::Client>,
    pub grafana: Option<monitors::grafana::Client>,
    pub elasticsearch: Option<monitors::elasticsearch::Client>,
}

/// Where what was done can be seen.
type Tried = Result<Option<String>, Undone>;

/// Why an effect was not done this time.
enum Undone {
    /// Worth another try, after this pause if one is named.
    Again {
        reason: String,
        after: Option<SignedDuration>,
    },
    Dead {
        reason: String,
        remedy: String,
    },
}

impl Undone {
    fn not_configured(what: &str) -> Self {
        Self::Dead {
            reason: format!("no {what} is configured"),
            remedy: format!("configure {what} and retry, or leave it"),
        }
    }
}

impl From<gitlab::rest::RestError> for Undone {
    fn from(error: gitlab::rest::RestError) -> Self {
        use gitlab::rest::Retry;
        let reason = error.to_string();
        match error.retry() {
            Retry::After(pause) => Self::Again {
                reason,
                after: SignedDuration::try_from(pause).ok(),
            },
            Retry::Backoff => Self::Again {
                reason,
                after: None,
            },
            Retry::Never => Self::Dead {
                reason,
                remedy: "do what the reason says and retry".to_owned(),
            },
        }
    }
}

impl Undone {
    fn of_monitor(retry: monitors::Retry, reason: String) -> Self {
        match retry {
            monitors::Retry::After(pause) => Self::Again {
                reason,
                after: SignedDuration::try_from(pause).ok(),
            },
            monitors::Retry::Backoff => Self::Again {
                reason,
                after: None,
            },
            monitors::Retry::Never => Self::Dead {
                reason,
                remedy: "do what the reason says and retry".to_owned(),
            },
        }
    }
}

/// Tries for which a comment waits for the issue that it links.
const MOST_PATIENT: u32 = 5;
/// Tries that are made before a person must look: about two days.
const MOST_ATTEMPTS: u32 = 40;

/// Carries an effect out. `jitter` lies between 0 and 1 and spreads the next tries.
pub async fn perform(
    effect: &ClaimedEffect,
    clients: &Clients,
    rules: &Rules,
    now: Timestamp,
    jitter: f64,
) -> EffectOutcome {
    let kind = EffectKind::ALL
        .iter()
        .find(|kind| kind.name() == effect.kind);
    let facts = serde_json::from_str::<Facts>(&effect.payload);
    let (Some(kind), Ok(facts)) = (kind, facts) else {
        return EffectOutcome::Dead {
            reason: format!("this version does not know the effect {}", effect.kind),
            remedy: "retry with the version that wrote it".to_owned(),
        };
    };
    // The comment finds the log issue by it too.
    let marker = effect.entry.as_str();
    let is_patient = effect.attempts < MOST_PATIENT;
    let done = match kind {
        EffectKind::LogIssue => log_issue::create(clients, rules, &facts, marker).await,
        EffectKind::RolloutComment => {
            issue_comment::comment(clients, rules, &facts, marker, is_patient).await
        }
        EffectKind::Annotation => annotation::annotate(clients, &facts).await,
        EffectKind::Event => event::write(clients, rules, &facts, marker).await,
        EffectKind::EndToEnd => pipeline::start(clients, rules, &facts).await,
    };
    match done {
        Ok(link) => EffectOutcome::Done { link },
        Err(Undone::Again { reason, after }) if effect.attempts < MOST_ATTEMPTS => {
            EffectOutcome::Again {
                at: now
                    .saturating_add(after.unwrap_or_else(|| backoff(effect.attempts, jitter)))
                    .unwrap_or(Timestamp::MAX),
                reason,
            }
        }
        Err(Undone::Again { reason, .. }) => EffectOutcome::Dead {
            reason,
            remedy: "look whether the other side is well and retry".to_owned(),
        },
        Err(Undone::Dead { reason, remedy }) => EffectOutcome::Dead { reason, remedy },
    }
}

/// Doubles from ten seconds to two hours. `jitter` lies between 0 and 1 and spreads the tries.
#[must_use]
pub fn backoff(attempts: u32, jitter: f64) -> SignedDuration {
    let seconds = (10_u32 << attempts.min(10)).min(7_200);
    SignedDuration::from_secs_f64(f64::from(seconds) * (1.0 + jitter.clamp(0.0, 1.0) / 2.0))
}

impl Facts {
    /// `enabled for everyone`, as plain text.
    fn state(&self) -> String {
        self.described(self.after.as_ref())
    }

    fn described(&self, gates: Option<&Gates>) -> String {
        let markup: Mrkdwn = card::described(gates, self.default, &self.names);
        plain::text(&markup)
    }

    /// A title or a first line: names have no marks of Markdown in them.
    fn title(&self) -> String {
        let (flag, environment) = (&self.flag, &self.environment);
        match &self.after {
            None => format!("Feature flag '{flag}' has been deleted on {environment}"),
            Some(_) => format!(
                "Feature flag '{flag}' is now {} on {environment}",
                self.state()
            ),
        }
    }

    /// Facts as a list in GitLab's Markdown, with what came from outside as code.
    fn markdown(&self) -> String {
        let code = |text: &str| format!("`{}`", text.replace(['`', '\n', '\r'], " "));
        let mut lines = vec![
            format!("- Flag: {}", code(self.flag.as_str())),
            format!(
                "- Environment: {} ({})",
                code(self.environment.as_str()),
                code(&self.host)
            ),
            format!("- Before: {}", code(&self.described(self.before.as_ref()))),
            format!("- After: {}", code(&self.state())),
            format!("- By: {}", code(&self.note.author.name)),
            format!("- At: {}", self.at.strftime("%Y-%m-%d %H:%M:%S UTC")),
        ];
        lines.extend(
            self.note
                .reason
                .as_deref()
                .map(|reason| format!("- Reason: {}", code(reason))),
        );
        lines.extend(
            self.note
                .command
                .as_deref()
                .map(|command| format!("- Command: {}", code(command))),
        );
        lines.extend(
            self.rollout_issue
                .as_deref()
                // A second line could be one of GitLab's quick actions.
                .map(|url| format!("- Rollout issue: {}", url.replace(['\n', '\r'], " "))),
        );
        lines.extend(
            self.note
                .overrides
                .iter()
                .map(|name| format!("\n:warning: {name} ignored")),
        );
        lines.join("\n")
    }
}

/// A comment that people do not see, by which a later try finds what this one made.
fn hidden(marker: &str) -> String {
    format!("<!-- signalbox:{marker} -->")
}

#[cfg(test)]
mod tests {
    use store::{Author, Origin};

    use super::*;

    #[test]
    fn nothing_from_outside_begins_a_line_of_an_issue() {
        let outside = "x\n/close\r\n`@all";
        let facts = Facts {
            flag: "tidy_sidebar".parse().unwrap(),
            environment: "production".parse().unwrap(),
            short: "gprd".to_owned(),
            host: outside.to_owned(),
            is_production: true,
            before: None,
            after: Some(Gates::on()),
            names: BTreeMap::new(),
            default: false,
            at: Timestamp::UNIX_EPOCH,
            note: Note {
                author: Author {
                    name: outside.to_owned(),
                    origin: Origin::Shell {
                        user: outside.to_owned(),
                    },
                },
                reason: Some(outside.to_owned()),
                request_id: String::new(),
                overrides: Vec::new(),
                command: Some(outside.to_owned()),
            },
            rollout_issue: Some(outside.to_owned()),
        };
        let text = facts.markdown();
        assert!(text.lines().all(|line| line.starts_with("- ")), "{text}");
        assert_eq!(text.matches("/close").count(), 5, "{text}");
    }
}
