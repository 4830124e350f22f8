//! Active incidents and changes in progress: open issues that carry labels.

use gitlab::rest::{IdOrPath, Issue, IssueQuery, Place};

use crate::chatops::Parts;
use crate::rules::IssuesWith;
use crate::wording::Name;

use super::Verdict;

/// Issues that are told one by one.
const MOST_TOLD: usize = 3;

pub(crate) async fn incidents(parts: &Parts) -> Verdict {
    check(parts, parts.rules.checks.incidents.as_ref(), "incident").await
}

pub(crate) async fn changes(parts: &Parts) -> Verdict {
    check(parts, parts.rules.checks.changes.as_ref(), "change").await
}

async fn check(parts: &Parts, rule: Option<&IssuesWith>, what: &str) -> Verdict {
    let Some(rule) = rule else {
        return Verdict::Passed;
    };
    let Some(gitlab) = &parts.gitlab else {
        return Verdict::Blocked("no GitLab is configured to ask".to_owned());
    };
    let place = match place(rule) {
        Ok(place) => place,
        Err(why) => return Verdict::Blocked(why),
    };
    let query = IssueQuery {
        labels: rule.labels.clone(),
        ..IssueQuery::open_in(place)
    };
    match gitlab.issues(&query).await {
        Ok(found) => judge(&found.items, what),
        Err(error) => Verdict::Silent(format!("cannot be asked: {error}")),
    }
}

fn place(rule: &IssuesWith) -> Result<Place, String> {
    let parsed = |name: &str| name.parse::<IdOrPath>().map_err(|error| error.to_string());
    match (&rule.project, &rule.group) {
        (Some(project), None) => parsed(project).map(Place::Project),
        (None, Some(group)) => parsed(group).map(Place::Group),
        (None, None) | (Some(_), Some(_)) => {
            Err("the configuration must name a project or a group, and not both".to_owned())
        }
    }
}

fn judge(issues: &[Issue], what: &str) -> Verdict {
    let told: Vec<String> = issues.iter().take(MOST_TOLD).map(told).collect();
    match issues.len() {
        0 => Verdict::Passed,
        1 => Verdict::Blocked(format!("1 {what}: {}", told.join(", "))),
        count if count <= MOST_TOLD => {
            Verdict::Blocked(format!("{count} {what}s: {}", told.join(", ")))
        }
        count => Verdict::Blocked(format!(
            "{count} {what}s: {} and {} more",
            told.join(", "),
            count - MOST_TOLD
        )),
    }
}

/// When it began, what it is called, and where it is.
fn told(issue: &Issue) -> String {
    let since = issue
        .created_at
        .map(|at| at.strftime("%Y-%m-%d ").to_string());
    let url = issue.web_url.as_deref().unwrap_or_default();
    format!("{}{} {url}", since.unwrap_or_default(), Name(&issue.title))
        .trim_end()
        .to_owned()
}
