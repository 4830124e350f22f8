//! Deployed before enabled: the merge request that brought the flag must be there.

use environments::Stage;
use gitlab::rest::if_found;

use crate::answer::Refused;
use crate::auto_deploy;
use crate::chatops::Parts;
use crate::code::Code;

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
    judge(code, stage, url).await
}

async fn judge(code: Code<'_>, stage: &Stage, url: &str) -> Verdict {
    let skipped = |refused: Refused| Verdict::Skipped(refused.0);
    let (project, home, iid) = match auto_deploy::place_of(code, url) {
        Ok(found) => found,
        Err(refused) => return skipped(refused),
    };
    let merge_request = match if_found(code.gitlab.merge_request(&home, iid).await) {
        Ok(Some(merge_request)) => merge_request,
        Ok(None) => return Verdict::Skipped(format!("there is no merge request `!{iid}`")),
        Err(error) => return Verdict::Blocked(format!("cannot be asked: {error}")),
    };
    let Some(sha) = merge_request.merged_as() else {
        return Verdict::Blocked(format!("`!{iid}` is not merged"));
    };
    let standing = match code.standing(&project, &stage.deployed_as).await {
        Ok(standing) => standing,
        Err(error) => return Verdict::Blocked(format!("cannot be asked: {error}")),
    };
    let Some(current) = standing.current else {
        return Verdict::Skipped(format!("nothing was ever deployed to `{}`", stage.name));
    };
    match code.contained(&project, sha, &current.sha).await {
        Ok(Some(_)) => Verdict::Passed,
        Ok(None) => Verdict::Blocked(format!("`!{iid}` is not deployed to `{}` yet", stage.name)),
        Err(error) => Verdict::Blocked(format!("cannot be asked: {error}")),
    }
}
