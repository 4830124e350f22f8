//! What the error tracker was told: events, grouped into issues, releases and flags' changes.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// So many events are kept, so many issues, releases and changes of flags.
const EVENTS: usize = 20_000;
const ISSUES: usize = 2000;
const OTHERS: usize = 1000;

/// An error that was reported.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ErrorEvent {
    /// 32 hexadecimal digits.
    pub id: String,
    pub issue: u64,
    pub project: u64,
    pub at: Timestamp,
    pub title: String,
    pub message: String,
    /// What it can be searched by: its own tags, `level`, `environment`, `release`, `user` …
    pub tags: BTreeMap<String, String>,
    /// How flags were when it happened.
    #[serde(default)]
    pub flags: BTreeMap<String, bool>,
}

/// Whether somebody has dealt with an issue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum IssueStatus {
    #[default]
    Unresolved,
    Resolved,
    Ignored,
}

impl IssueStatus {
    pub const ALL: [Self; 3] = [Self::Unresolved, Self::Resolved, Self::Ignored];

    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Unresolved => "unresolved",
            Self::Resolved => "resolved",
            Self::Ignored => "ignored",
        }
    }
}

/// Events with the same cause.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ErrorIssue {
    pub id: u64,
    pub project: u64,
    /// Counts the project's issues.
    pub number: u64,
    /// What makes its events the same.
    pub cause: String,
    pub title: String,
    pub kind: String,
    pub value: String,
    pub culprit: String,
    pub level: String,
    pub logger: Option<String>,
    pub platform: String,
    #[serde(default)]
    pub status: IssueStatus,
    pub first_seen: Timestamp,
    pub last_seen: Timestamp,
    /// All its events, those that are forgotten too.
    pub count: u64,
}

/// A version that was deployed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ErrorRelease {
    pub version: String,
    pub created: Timestamp,
    #[serde(default)]
    pub deploys: Vec<Deploy>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Deploy {
    pub id: u64,
    pub environment: String,
    pub name: Option<String>,
    pub url: Option<String>,
    pub started: Option<Timestamp>,
    pub finished: Timestamp,
}

/// A flag was changed, as whoever keeps flags said it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FlagChange {
    pub id: u64,
    pub flag: String,
    pub action: String,
    pub by: String,
    pub by_kind: String,
    pub at: Timestamp,
}

/// Everything the error tracker knows.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Sentry {
    pub issues: Vec<ErrorIssue>,
    /// As they came in.
    pub events: VecDeque<ErrorEvent>,
    pub releases: Vec<ErrorRelease>,
    pub flag_changes: Vec<FlagChange>,
    last_id: u64,
}

/// An event on its way in: its issue is not known yet.
#[derive(Clone, Debug)]
pub struct Reported {
    pub event: ErrorEvent,
    pub cause: String,
    pub kind: String,
    pub value: String,
    pub culprit: String,
    pub platform: String,
}

impl Sentry {
    /// A number that nothing else has.
    pub fn next_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }

    /// Puts an event into its issue, which may be a new one. A repeat changes nothing. A resolved
    /// issue is unresolved again.
    pub fn report(&mut self, reported: Reported) {
        let mut event = reported.event.clone();
        let known = |kept: &ErrorEvent| kept.project == event.project && kept.id == event.id;
        if self.events.iter().any(known) {
            return;
        }
        let same = |issue: &&mut ErrorIssue| {
            issue.project == event.project && issue.cause == reported.cause
        };
        match self.issues.iter_mut().find(same) {
            Some(issue) => {
                issue.count += 1;
                issue.first_seen = issue.first_seen.min(event.at);
                if issue.last_seen <= event.at {
                    issue.last_seen = event.at;
                    issue.value = reported.value;
                    issue.title.clone_from(&event.title);
                }
                if issue.status == IssueStatus::Resolved {
                    issue.status = IssueStatus::Unresolved;
                }
                event.issue = issue.id;
            }
            None => event.issue = self.begin(reported),
        }
        self.see_release(&event);
        if EVENTS <= self.events.len() {
            self.events.pop_front();
        }
        self.events.push_back(event);
    }

    /// A new issue; the one that was quiet for longest makes room.
    fn begin(&mut self, reported: Reported) -> u64 {
        let id = self.next_id();
        let event = reported.event;
        let of_project = self
            .issues
            .iter()
            .filter(|issue| issue.project == event.project);
        let number = of_project.map(|issue| issue.number).max().unwrap_or(0) + 1;
        if ISSUES <= self.issues.len() {
            let oldest = self.issues.iter().min_by_key(|issue| issue.last_seen);
            let oldest = oldest.map(|issue| issue.id);
            self.issues.retain(|issue| Some(issue.id) != oldest);
            self.events.retain(|event| Some(event.issue) != oldest);
        }
        let tag = |name: &str| event.tags.get(name).cloned();
        self.issues.push(ErrorIssue {
            id,
            project: event.project,
            number,
            cause: reported.cause,
            kind: reported.kind,
            value: reported.value,
            culprit: reported.culprit,
            level: tag("level").unwrap_or_else(|| "error".to_owned()),
            logger: tag("logger"),
            platform: reported.platform,
            status: IssueStatus::Unresolved,
            first_seen: event.at,
            last_seen: event.at,
            count: 1,
            title: event.title,
        });
        id
    }

    fn see_release(&mut self, event: &ErrorEvent) {
        if let Some(version) = event.tags.get("release") {
            self.release(version, event.at);
        }
    }

    /// The release with this version, made if it is not there.
    pub fn release(&mut self, version: &str, now: Timestamp) -> Option<&mut ErrorRelease> {
        let known = self
            .releases
            .iter()
            .position(|release| release.version == version);
        let at = known.unwrap_or_else(|| {
            if OTHERS <= self.releases.len() {
                self.releases.remove(0);
            }
            self.releases.push(ErrorRelease {
                version: version.to_owned(),
                created: now,
                deploys: Vec::new(),
            });
            self.releases.len() - 1
        });
        self.releases.get_mut(at)
    }

    pub fn note_flag_change(&mut self, change: FlagChange) {
        if OTHERS <= self.flag_changes.len() {
            self.flag_changes.remove(0);
        }
        self.flag_changes.push(change);
    }
}

/// How many different people had these events.
pub fn users<'a>(events: impl Iterator<Item = &'a ErrorEvent>) -> usize {
    let users = events.filter_map(|event| event.tags.get("user"));
    users.collect::<BTreeSet<_>>().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reported(id: usize, cause: &str, second: i64) -> Reported {
        Reported {
            event: ErrorEvent {
                id: id.to_string(),
                issue: 0,
                project: 1,
                at: Timestamp::from_second(second).unwrap(),
                title: cause.to_owned(),
                message: String::new(),
                tags: BTreeMap::from([("release".to_owned(), "v1".to_owned())]),
                flags: BTreeMap::new(),
            },
            cause: cause.to_owned(),
            kind: String::new(),
            value: String::new(),
            culprit: String::new(),
            platform: String::new(),
        }
    }

    #[test]
    fn events_of_one_cause_are_one_issue_and_a_repeat_is_nothing() {
        let mut sentry = Sentry::default();
        for (id, cause, second) in [(1, "a", 10), (2, "a", 5), (3, "b", 7), (1, "a", 10)] {
            sentry.report(reported(id, cause, second));
        }
        let shown = sentry.issues.iter().map(|issue| {
            let seen = (issue.first_seen.as_second(), issue.last_seen.as_second());
            (issue.number, issue.count, seen)
        });
        assert_eq!(shown.collect::<Vec<_>>(), [(1, 2, (5, 10)), (2, 1, (7, 7))]);
        assert_eq!((sentry.events.len(), sentry.releases.len()), (3, 1));
        sentry.issues[0].status = IssueStatus::Resolved;
        sentry.report(reported(4, "a", 11));
        assert_eq!(sentry.issues[0].status, IssueStatus::Unresolved);
    }

    #[test]
    fn what_is_old_makes_room() {
        let mut sentry = Sentry::default();
        for n in 0..ISSUES + 5 {
            let second = i64::try_from(n).unwrap();
            sentry.report(reported(n, &n.to_string(), second));
        }
        assert_eq!(sentry.issues.len(), ISSUES);
        assert!(sentry.issues.iter().all(|issue| issue.cause != "0"));
        assert_eq!(sentry.events.len(), ISSUES);
    }
}
