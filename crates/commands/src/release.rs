//! `release check`: whether a merge request is, or will be, in a release.

mod outcome;
mod version;

use gitlab::rest::{RefKind, if_found};

use crate::answer::{Answer, Refused};
use crate::auto_deploy;
use crate::chatops::Parts;
use crate::code::{Code, Contained, Project};
use crate::command::{Argument, Command, Count};
use crate::context::Context;
use crate::findings::Finding;
use crate::grammar::Invocation;
use crate::plain;

use outcome::Outcome;
use version::{Milestone, Version};

pub(crate) const COMMAND: Command = Command {
    name: "release check",
    aliases: &[],
    summary: "Say whether a merge request is released, or will be in a milestone's release.",
    arguments: &[
        Argument::text("MERGE_REQUEST_URL", Count::One),
        Argument::text("MILESTONE", Count::Maybe),
    ],
    options: &[],
    has_environments: false,
    examples: &["release check https://gitlab.example.com/group/project/-/merge_requests/1 15.8"],
    run: |context, invocation| Box::pin(run(context, invocation)),
};

/// Tags that hold one commit: every release since, each with its candidates.
const MOST_TAGS: usize = 2_000;
/// Stable branches that are searched for cherry-picks when no milestone is named, newest first.
const MOST_BRANCHES: usize = 4;

async fn run(context: &Context<'_>, invocation: &Invocation) -> Result<Answer, Refused> {
    let url = invocation.argument(0).unwrap_or_default();
    let milestone = invocation
        .argument(1)
        .map(str::parse::<Milestone>)
        .transpose()?;
    let code = context.chatops.code()?;
    let (project, merge_request) = auto_deploy::merge_request(code, url).await?;
    let outcome = match merge_request.merged_as() {
        None => Outcome::NotMerged,
        Some(sha) => decide(context.parts(), code, &project, sha, milestone).await?,
    };
    let title = auto_deploy::titled(&merge_request, url);
    let message = outcome.message(code, &project, &title);
    Ok(Answer::in_channel(vec![message]))
}

/// Whether the merge request at this address is in the milestone's release, for other programs.
pub(crate) async fn check(parts: &Parts, url: &str, milestone: &str) -> Result<Finding, Refused> {
    let milestone: Milestone = milestone.parse()?;
    let code = Code::of(parts)?;
    let (project, merge_request) = auto_deploy::merge_request(code, url).await?;
    let outcome = match merge_request.merged_as() {
        None => Outcome::NotMerged,
        Some(sha) => decide(parts, code, &project, sha, Some(milestone)).await?,
    };
    let said = plain::text(&outcome.sentence(code, &project));
    let line = format!("`!{}` {said}", merge_request.iid);
    Ok(match outcome {
        Outcome::Released { .. } | Outcome::WillBe { .. } => Finding::Holds(line),
        Outcome::NotMerged
        | Outcome::NotReleased
        | Outcome::MostLikely { .. }
        | Outcome::NotDeployed { .. } => Finding::Waits(line),
        Outcome::WillNot { .. } => Finding::Fails(line),
    })
}

/// The first rule that holds.
async fn decide(
    parts: &Parts,
    code: Code<'_>,
    project: &Project<'_>,
    sha: &str,
    milestone: Option<Milestone>,
) -> Result<Outcome, Refused> {
    let branches = stable_branches(code, project, milestone).await?;
    let mut held: Vec<(String, Contained)> = Vec::new();
    for branch in &branches {
        let contained = code
            .contained(project, sha, branch)
            .await
            .map_err(Refused::because)?;
        held.extend(contained.map(|contained| (branch.clone(), contained)));
    }
    let picks = held.iter().filter_map(|(_, contained)| match contained {
        Contained::Picked(pick) => Some(pick.as_str()),
        Contained::AsItself => None,
    });
    let mut released: Vec<Version> = Vec::new();
    for commit in std::iter::once(sha).chain(picks) {
        released.extend(released_in(code, project, commit).await?);
    }
    if let Some(version) = released.into_iter().min() {
        return Ok(Outcome::Released { version });
    }
    let Some(milestone) = milestone else {
        return Ok(Outcome::NotReleased);
    };
    let branch = milestone.fill(&project.rules.stable_branch);
    if !branches.contains(&branch) {
        return before_the_branch(parts, code, project, sha, milestone).await;
    }
    Ok(match held.into_iter().find(|(of, _)| *of == branch) {
        Some((_, contained)) => Outcome::WillBe {
            milestone,
            branch,
            contained,
        },
        None => Outcome::WillNot { milestone, branch },
    })
}

/// The stable branch of the milestone, if there is one; without a milestone the newest ones.
async fn stable_branches(
    code: Code<'_>,
    project: &Project<'_>,
    milestone: Option<Milestone>,
) -> Result<Vec<String>, Refused> {
    let pattern = &project.rules.stable_branch;
    if let Some(milestone) = milestone {
        let branch = code
            .gitlab
            .branch(&project.lookup, &milestone.fill(pattern))
            .await;
        let branch = if_found(branch).map_err(Refused::because)?;
        return Ok(branch.into_iter().map(|branch| branch.name).collect());
    }
    const ALL: usize = 1_000;
    let found = code
        .gitlab
        .branches(&project.lookup, "stable", ALL)
        .await
        .map_err(Refused::because)?;
    let mut stable: Vec<(Milestone, String)> = found
        .items
        .into_iter()
        .filter_map(|branch| Some((Milestone::in_branch(pattern, &branch.name)?, branch.name)))
        .collect();
    stable.sort_unstable_by(|one, other| other.cmp(one));
    Ok(stable
        .into_iter()
        .take(MOST_BRANCHES)
        .map(|(_, name)| name)
        .collect())
}

/// The releases that have a commit; release candidates are none.
async fn released_in(
    code: Code<'_>,
    project: &Project<'_>,
    sha: &str,
) -> Result<Vec<Version>, Refused> {
    let tags = code
        .gitlab
        .refs_of(&project.lookup, sha, RefKind::Tag, MOST_TAGS)
        .await;
    let tags = if_found(tags).map_err(Refused::because)?;
    let names = tags.into_iter().flat_map(|tags| tags.items);
    Ok(names
        .filter_map(|tag| Version::in_tag(&project.rules.tag, &tag.name))
        .collect())
}

/// While the milestone has no branch, what production runs is what the release will be made of.
async fn before_the_branch(
    parts: &Parts,
    code: Code<'_>,
    project: &Project<'_>,
    sha: &str,
    milestone: Milestone,
) -> Result<Outcome, Refused> {
    let production = parts.environments.production();
    let stage = production
        .and_then(|production| production.stages.last())
        .ok_or_else(|| {
            Refused(
                "nobody knows what production runs: no production with a stage is configured"
                    .to_owned(),
            )
        })?;
    let standing = code
        .standing(project, &stage.deployed_as)
        .await
        .map_err(Refused::because)?;
    let contained = match standing.current {
        Some(current) => code
            .contained(project, sha, &current.sha)
            .await
            .map_err(Refused::because)?,
        None => None,
    };
    let stage = stage.name.clone();
    Ok(match contained {
        Some(_) => Outcome::MostLikely { milestone, stage },
        None => Outcome::NotDeployed { milestone, stage },
    })
}
