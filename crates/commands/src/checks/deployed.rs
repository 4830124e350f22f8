//! Deployed before enabled: the merge request that brought the flag must be there.

use environments::Stage;
use gitlab::rest::{RestError, if_found};

use crate::answer::Refused;
use crate::auto_deploy;
use crate::chatops::Parts;
use crate::code::{Code, Project};

use super::{Subject, Verdict};

pub(super) async fn check(parts: &Parts, subject: &Subject<'_>) -> Verdict {
    if !parts.rules.checks.deployed_first || parts.rules.code.projects.is_empty() {
        return Verdict::Passed;
    }
    let skipped = |why: &str| Verdict::Skipped(why.to_owned());
    let Ok(code) = Code::of(parts) else {
        return skipped("no GitLab is configured to ask");
    };
    let Some(stage) = subject.environment.stages.last() else {
        return skipped("nobody knows what is deployed there");
    };
    let definition = subject.preview.definition.as_ref();
    let Some(url) = definition.and_then(|definition| definition.introduced_by_url.as_deref())
    else {
        return skipped("the definition names no merge request");
    };
    judge(code, &[stage], url, Verdict::Skipped).await
}

/// Whether the merge request at this address is deployed to all of these stages. `absent` says
/// what it means that there is no such merge request.
pub(crate) async fn judge(
    code: Code<'_>,
    stages: &[&Stage],
    url: &str,
    absent: fn(String) -> Verdict,
) -> Verdict {
    let (project, home, iid) = match auto_deploy::place_of(code, url) {
        Ok(found) => found,
        Err(Refused(why)) => return absent(why),
    };
    let merge_request = match if_found(code.gitlab.merge_request(&home, iid).await) {
        Ok(Some(merge_request)) => merge_request,
        Ok(None) => return absent(format!("there is no merge request `!{iid}`")),
        Err(error) => return Verdict::Silent(format!("cannot be asked: {error}")),
    };
    let Some(sha) = merge_request.merged_as() else {
        return Verdict::Blocked(format!("`!{iid}` is not merged"));
    };
    match reached(code, &project, sha, stages).await {
        Ok(reached) => reached.verdict(iid),
        Err(error) => Verdict::Silent(format!("cannot be asked: {error}")),
    }
}

/// Where a commit has not come, and where nobody knows.
#[derive(Default)]
struct Reached {
    missing: Vec<String>,
    unknown: Vec<String>,
}

async fn reached(
    code: Code<'_>,
    project: &Project<'_>,
    sha: &str,
    stages: &[&Stage],
) -> Result<Reached, RestError> {
    let mut reached = Reached::default();
    for stage in stages {
        let name = format!("`{}`", stage.name);
        let standing = code.standing(project, &stage.deployed_as).await?;
        let Some(current) = standing.current else {
            reached.unknown.push(name);
            continue;
        };
        let found = code.contained(project, sha, &current.sha).await?;
        if found.is_none() {
            reached.missing.push(name);
        }
    }
    Ok(reached)
}

impl Reached {
    fn verdict(&self, iid: u64) -> Verdict {
        let Self { missing, unknown } = self;
        if !missing.is_empty() {
            let missing = missing.join(", ");
            Verdict::Blocked(format!("`!{iid}` is not deployed to {missing} yet"))
        } else if !unknown.is_empty() {
            let unknown = unknown.join(", ");
            Verdict::Skipped(format!("nothing was ever deployed to {unknown}"))
        } else {
            Verdict::Passed
        }
    }
}
