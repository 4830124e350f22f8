//! What must hold before a change opens a flag to somebody: a list of small checks with one
//! reason each.
//!
//! A change that only closes is asked nothing: taking something back is always possible. A check
//! whose source does not answer has refused; every refusal names the option that overrides it.

mod cron;
pub(crate) mod freeze;
pub mod locks;

pub(crate) mod deployed;
pub(crate) mod health;
pub(crate) mod issues;
mod rollout;
mod staging;

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use domain::mrkdwn::{self, Mrkdwn};
use domain::{Message, say};
use environments::{Environment, Preview, Tier};
use flags::FlagKey;
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;

use crate::answer::Refused;
use crate::chatops::Parts;
use crate::grammar::Opt;
use crate::progress::Progress;

/// A change that is to be checked.
pub(crate) struct Subject<'a> {
    pub(crate) environment: &'a Environment,
    pub(crate) flag: &'a FlagKey,
    pub(crate) preview: &'a Preview,
    pub(crate) ignores: Ignores,
}

/// Which checks somebody decided not to heed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Ignores {
    pub(crate) production: bool,
    pub(crate) consistency: bool,
}

/// What was found when nothing stands in the way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Passed {
    /// What could not be checked and does not have to be.
    pub(crate) remarks: Vec<String>,
    /// The checks that were not heeded.
    pub(crate) overrides: Vec<String>,
}

/// What stands in the way. Texts are plain, with names between backticks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Blocked {
    /// Whom to ask before they are overridden.
    on_call: String,
    reasons: Vec<String>,
    /// The options that override them.
    options: Vec<String>,
}

/// What one check says. Texts are plain, with names between backticks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Passed,
    /// It has nothing to say, and why.
    Skipped(String),
    Blocked(String),
    /// Its source did not answer, which is as bad.
    Silent(String),
}

/// What a check is part of, by the option that overrides it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Guard {
    /// Is now a good time?
    Production,
    /// Is this the right order?
    Consistency,
}

struct Check {
    name: &'static str,
    guard: Guard,
    tiers: &'static [Tier],
    run: for<'a> fn(&'a Parts, &'a Subject<'a>) -> Judging<'a>,
}

type Judging<'a> = Pin<Box<dyn Future<Output = Verdict> + Send + 'a>>;

const PRODUCTION: &[Tier] = &[Tier::Production];
const EVERYWHERE: &[Tier] = &[
    Tier::Development,
    Tier::Staging,
    Tier::Production,
    Tier::Other,
];

const CHECKS: &[Check] = &[
    Check {
        name: "active incidents",
        guard: Guard::Production,
        tiers: PRODUCTION,
        run: |parts, _| Box::pin(issues::incidents(parts)),
    },
    Check {
        name: "changes in progress",
        guard: Guard::Production,
        tiers: PRODUCTION,
        run: |parts, _| Box::pin(issues::changes(parts)),
    },
    Check {
        name: "change locks",
        guard: Guard::Production,
        tiers: PRODUCTION,
        run: |parts, _| Box::pin(async move { locks::check(parts) }),
    },
    Check {
        name: "health",
        guard: Guard::Production,
        tiers: PRODUCTION,
        run: |parts, subject| Box::pin(health::check(parts, subject.environment)),
    },
    Check {
        name: "running rollout",
        guard: Guard::Consistency,
        tiers: EVERYWHERE,
        run: |parts, subject| Box::pin(rollout::check(parts, subject)),
    },
    Check {
        name: "staging first",
        guard: Guard::Consistency,
        tiers: PRODUCTION,
        run: |parts, subject| Box::pin(staging::check(parts, subject)),
    },
    Check {
        name: "deployed first",
        guard: Guard::Consistency,
        tiers: &[Tier::Production, Tier::Staging],
        run: |parts, subject| Box::pin(deployed::check(parts, subject)),
    },
];

impl Guard {
    /// What the audit calls it when it is overridden.
    fn name(self) -> &'static str {
        match self {
            Self::Production => "production check",
            Self::Consistency => "consistency check",
        }
    }

    fn option(self) -> &'static str {
        match self {
            Self::Production => Opt::IgnoreProductionCheck.spec().name,
            Self::Consistency => Opt::IgnoreConsistencyCheck.spec().name,
        }
    }

    fn is_ignored(self, ignores: Ignores) -> bool {
        match self {
            Self::Production => ignores.production,
            Self::Consistency => ignores.consistency,
        }
    }
}

/// Asks every check at once, and tells how far they are.
///
/// # Errors
/// When something stands in the way.
pub(crate) async fn pass(
    parts: &Parts,
    progress: &Progress,
    subject: &Subject<'_>,
) -> Result<Passed, Blocked> {
    let preview = subject.preview;
    let default = preview
        .definition
        .as_ref()
        .is_some_and(|of| of.default_enabled);
    if flags::only_closes(preview.before.as_ref(), preview.after.as_ref(), default) {
        return Ok(Passed::default());
    }
    let tier = subject.environment.tier;
    let (ignored, asked): (Vec<&Check>, Vec<&Check>) = CHECKS
        .iter()
        .filter(|check| check.tiers.contains(&tier))
        .partition(|check| check.guard.is_ignored(subject.ignores));
    let mut overrides: Vec<String> = ignored
        .iter()
        .map(|check| check.guard.name().to_owned())
        .collect();
    overrides.dedup();
    let verdicts = ask(parts, progress, subject, &asked).await;
    decide(parts, &verdicts, overrides)
}

/// Every verdict, in the order of the list.
async fn ask<'c>(
    parts: &Parts,
    progress: &Progress,
    subject: &Subject<'_>,
    asked: &[&'c Check],
) -> Vec<(&'c Check, Verdict)> {
    let limit = Duration::from_secs(parts.rules.checks.timeout_s);
    let mut running: FuturesUnordered<_> = asked
        .iter()
        .enumerate()
        .map(|(place, check)| async move {
            let verdict = tokio::time::timeout(limit, (check.run)(parts, subject)).await;
            (
                place,
                verdict.unwrap_or_else(|_| Verdict::Silent("gave no answer in time".to_owned())),
            )
        })
        .collect();
    let mut verdicts: Vec<Option<Verdict>> = vec![None; asked.len()];
    progress.report(how_far(subject, asked, &verdicts));
    while let Some((place, verdict)) = running.next().await {
        if let Some(of) = verdicts.get_mut(place) {
            *of = Some(verdict);
        }
        progress.report(how_far(subject, asked, &verdicts));
    }
    asked
        .iter()
        .copied()
        .zip(verdicts.into_iter().flatten())
        .collect()
}

fn how_far(subject: &Subject<'_>, asked: &[&Check], verdicts: &[Option<Verdict>]) -> Message {
    let lines = asked.iter().zip(verdicts).map(|(check, verdict)| {
        let mark = match verdict {
            None => "⏳",
            Some(Verdict::Passed) => "✅",
            Some(Verdict::Skipped(_)) => "➖",
            Some(Verdict::Blocked(_) | Verdict::Silent(_)) => "❌",
        };
        say!("{} {}", mark, check.name)
    });
    let headline = say!(
        "Checking whether {} may be changed on {}",
        mrkdwn::code(subject.flag.as_str()),
        mrkdwn::bold(subject.environment.name.as_str())
    );
    let lines: Vec<Mrkdwn> = lines.collect();
    Message::new(headline.clone(), headline).body(mrkdwn::join(lines, "\n"))
}

fn decide(
    parts: &Parts,
    verdicts: &[(&Check, Verdict)],
    overrides: Vec<String>,
) -> Result<Passed, Blocked> {
    let mut blocked = Blocked {
        on_call: parts.rules.checks.on_call.clone(),
        ..Blocked::default()
    };
    let mut remarks = Vec::new();
    for (check, verdict) in verdicts {
        match verdict {
            Verdict::Passed => (),
            Verdict::Skipped(why) => remarks.push(format!("{} not checked: {why}", check.name)),
            Verdict::Blocked(why) | Verdict::Silent(why) => {
                blocked.reasons.push(format!("{}: {why}", check.name));
                blocked
                    .options
                    .push(format!("`--{}`", check.guard.option()));
            }
        }
    }
    blocked.options.dedup();
    if blocked.reasons.is_empty() {
        Ok(Passed { remarks, overrides })
    } else {
        Err(blocked)
    }
}

impl Blocked {
    /// Every reason, and the options that override them.
    pub(crate) fn line(&self) -> String {
        format!(
            "{}; if it must be, confirm with {} and add {}",
            self.reasons.join("; "),
            self.on_call,
            self.options.join(" ")
        )
    }

    /// The refusal of a change.
    pub(crate) fn refused(&self, subject: &Subject<'_>) -> Refused {
        let (flag, environment) = (subject.flag, &subject.environment.name);
        Refused(format!(
            "`{flag}` was not changed on `{environment}`: {}",
            self.line()
        ))
    }
}
