//! New issues: did the error tracker see something it never saw before?
//!
//! An issue that was first seen after the stage began, with the flag on, in at least 3 events of
//! at least 2 users holds the rollout, and is shown. That is no claim of probability: it is what
//! a careful person would look at.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::number::whole;
use super::reading::Learned;
use super::{Judgement, Severity, Verdict};

/// More issues are not kept: the first ones are enough to hold.
const MOST_ISSUES: usize = 20;

/// Characters of a title that are kept.
const LONGEST_TITLE: usize = 200;

/// When an issue is worth a hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    pub min_events: u64,
    pub min_users: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            min_events: 3,
            min_users: 2,
        }
    }
}

impl Settings {
    fn is_new(&self, issue: &Issue, since: Timestamp) -> bool {
        since < issue.first_seen
            && issue.with_flag
            && self.min_events <= issue.events
            && self.min_users <= issue.users
    }
}

/// An issue as the error tracker tells of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issue {
    pub id: String,
    pub title: String,
    /// Where people read it.
    pub url: Option<String>,
    pub first_seen: Timestamp,
    /// Whether its events came from those with the flag.
    pub with_flag: bool,
    pub events: u64,
    pub users: u64,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct State {
    since: Option<Timestamp>,
    asked: bool,
    found: Vec<Issue>,
}

impl State {
    /// What was found stays found until somebody overrides it.
    pub(super) fn begin(&mut self, since: Timestamp) {
        self.since = Some(since);
        self.asked = false;
    }

    pub(super) fn add(&mut self, settings: &Settings, issues: &[Issue]) -> Learned {
        let Some(since) = self.since else {
            return Ok(false);
        };
        for issue in issues.iter().filter(|issue| settings.is_new(issue, since)) {
            let issue = kept(issue);
            if let Some(known) = self.found.iter_mut().find(|found| found.id == issue.id) {
                *known = issue;
            } else if self.found.len() < MOST_ISSUES {
                self.found.push(issue);
            }
        }
        self.asked = true;
        Ok(true)
    }

    pub(super) fn judge(&self) -> Judgement {
        let severity = self.severity();
        let verdict = Verdict::of(severity, self.asked);
        Judgement {
            severity,
            issues: self.found.clone(),
            progress: if verdict == Verdict::Healthy {
                1.0
            } else {
                0.0
            },
            ..Judgement::new(verdict, self.sentence())
        }
    }

    pub(super) fn severity(&self) -> Option<Severity> {
        (!self.found.is_empty()).then_some(Severity::Hold)
    }

    fn sentence(&self) -> String {
        match self.found.as_slice() {
            [] if self.asked => "No new issue since the stage began.".to_owned(),
            [] => "The error tracker was not asked in this stage yet.".to_owned(),
            [only] => format!("A new issue with the flag on: {}.", told(only)),
            [first, more @ ..] => format!(
                "{} new issues with the flag on; the first: {}.",
                more.len() + 1,
                told(first)
            ),
        }
    }
}

fn told(issue: &Issue) -> String {
    let (events, users) = (whole(issue.events), whole(issue.users));
    format!("{} ({events} events, {users} users)", issue.title)
}

fn kept(issue: &Issue) -> Issue {
    let short = |text: &str| text.chars().take(LONGEST_TITLE).collect();
    Issue {
        id: short(&issue.id),
        title: short(&issue.title),
        ..issue.clone()
    }
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};

    use super::{Issue, Settings, State};
    use crate::evidence::Verdict;

    fn issue(id: &str) -> Issue {
        Issue {
            id: id.to_owned(),
            title: "NoMethodError in Pipeline".to_owned(),
            url: None,
            first_seen: Timestamp::UNIX_EPOCH + SignedDuration::from_secs(60),
            with_flag: true,
            events: 3,
            users: 2,
        }
    }

    fn judged(issues: &[Issue]) -> (Verdict, String) {
        let mut state = State::default();
        state.begin(Timestamp::UNIX_EPOCH);
        state.add(&Settings::default(), issues).unwrap();
        let judgement = state.judge();
        (judgement.verdict, judgement.sentence)
    }

    #[test]
    fn an_issue_counts_when_it_is_new_and_of_those_with_the_flag() {
        let good = issue("1");
        let old = Issue {
            first_seen: Timestamp::UNIX_EPOCH,
            ..good.clone()
        };
        let without = Issue {
            with_flag: false,
            ..good.clone()
        };
        let rare = Issue {
            events: 2,
            ..good.clone()
        };
        let lonely = Issue {
            users: 1,
            ..good.clone()
        };
        assert_eq!(judged(&[old, without, rare, lonely]).0, Verdict::Healthy);
        let (verdict, sentence) = judged(&[good]);
        assert_eq!(verdict, Verdict::Breached);
        assert_eq!(
            sentence,
            "A new issue with the flag on: NoMethodError in Pipeline (3 events, 2 users)."
        );
    }

    #[test]
    fn what_was_found_stays_found_and_is_kept_once() {
        let settings = Settings::default();
        let mut state = State::default();
        state.begin(Timestamp::UNIX_EPOCH);
        state.add(&settings, &[issue("1")]).unwrap();
        state
            .add(
                &settings,
                &[Issue {
                    events: 9,
                    ..issue("1")
                }],
            )
            .unwrap();
        state.add(&settings, &[]).unwrap();
        let issues = state.judge().issues;
        assert_eq!(issues.len(), 1);
        assert_eq!(issues[0].events, 9);
    }

    #[test]
    fn a_flood_of_issues_is_cut_short() {
        let issues: Vec<Issue> = (0..500).map(|id| issue(&id.to_string())).collect();
        let (_, sentence) = judged(&issues);
        assert!(sentence.starts_with("20 new issues"), "{sentence}");
    }
}
