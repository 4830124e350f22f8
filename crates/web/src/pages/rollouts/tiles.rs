//! A monitor as a tile: its verdict, the evidence against its limits, and what is still needed.

use jiff::Timestamp;
use rollouts::evidence::Verdict;
use rollouts::{MonitorStatus, Rollout};
use steering::ReadingAt;

use super::courses::{self, Span};
use super::told::{self, Said};
use crate::pages::address;
use crate::pages::chart::Chart;
use crate::pages::chart::bar::{self, Bar};
use crate::pages::time::Moment;

/// A monitor.
pub(super) struct Tile {
    pub(super) name: String,
    pub(super) source: String,
    pub(super) verdict: Said,
    pub(super) shadow: bool,
    pub(super) active: bool,
    pub(super) sentence: String,
    pub(super) silent: Option<String>,
    pub(super) overridden: Option<(String, String)>,
    pub(super) evidence: Option<Bar>,
    pub(super) ratio: Option<Bar>,
    /// What it still needs, in words, and how far it is, in hundredths.
    pub(super) needed: Option<(String, u8)>,
    pub(super) issues: Vec<IssueRow>,
    pub(super) charts: Vec<Chart>,
    pub(super) read_at: Option<Moment>,
}

/// An issue that nobody saw before.
pub(super) struct IssueRow {
    pub(super) title: String,
    pub(super) href: Option<String>,
    pub(super) said: String,
}

impl Tile {
    pub(super) fn of(
        rollout: &Rollout,
        status: &MonitorStatus,
        readings: &[ReadingAt],
        span: &Span<'_>,
        now: Timestamp,
    ) -> Self {
        let monitor = rollout.plan.monitor(&status.name);
        let judgement = &status.judgement;
        let id = status.name.as_str().replace('.', "-");
        let evidence = judgement.e_bad.map(|harm| {
            let evidence = bar::Evidence {
                harm,
                hold: judgement.limits.hold,
                roll_back: judgement.limits.roll_back,
            };
            evidence.bar(format!("evidence-{id}"))
        });
        let ratio = judgement.ratio.filter(|ratio| courses::is_known(*ratio));
        Self {
            name: status.name.to_string(),
            source: monitor.map_or_else(String::new, |known| told::source(&known.source)),
            verdict: told::verdict(status),
            shadow: status.shadow,
            active: status.active,
            sentence: judgement.sentence.clone(),
            silent: status.silent.clone(),
            overridden: status.overridden.clone(),
            evidence,
            ratio: ratio.map(|ratio| bar::ratio(format!("ratio-{id}"), ratio.lower, ratio.upper)),
            needed: (judgement.verdict == Verdict::Watching)
                .then(|| (judgement.needed.to_string(), hundredths(judgement.progress))),
            issues: judgement.issues.iter().map(IssueRow::of).collect(),
            charts: monitor.map_or_else(Vec::new, |known| {
                courses::charts(known, status, readings, span)
            }),
            read_at: status.read_at.map(|at| Moment::new(at, now)),
        }
    }
}

impl IssueRow {
    fn of(issue: &rollouts::evidence::Issue) -> Self {
        let url = issue.url.as_deref();
        Self {
            title: issue.title.clone(),
            href: url.and_then(address::foreign).map(str::to_owned),
            said: format!("{} events, {} users", issue.events, issue.users),
        }
    }
}

fn hundredths(share: f64) -> u8 {
    // Between 0 and 100: a cast of anything else would be cut off there.
    (share.clamp(0.0, 1.0) * 100.0).floor() as u8
}
