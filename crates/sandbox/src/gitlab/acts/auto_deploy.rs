//! Branches that are deployed or released, and what is picked onto them.

use super::ci::head;
use super::{Act, code, field};
use crate::gitlab::args::{Args, DoError, Takes};
use crate::gitlab::scene::Scene;
use crate::gitlab::world::{Commit, Project};

const VERSION: super::Field = field("version", Takes::Line, "the version, as in 15.8");

pub(super) const BRANCH: Act = Act {
    what: "auto_deploy_branch",
    label: "Cut auto-deploy branch",
    group: "Code",
    common: false,
    summary: "Cut an auto-deploy branch from the default branch; the next deployment takes it",
    fields: &[field(
        "version",
        Takes::Line,
        "the version, as in 15.8; that of the newest auto-deploy branch unless given",
    )],
    run: branch,
};

pub(super) const STABLE_BRANCH: Act = Act {
    what: "stable_branch",
    label: "Cut stable branch",
    group: "Code",
    common: false,
    summary: "Cut the stable branch of a version from the default branch",
    fields: &[
        VERSION,
        field(
            "sha",
            Takes::Line,
            "where it begins; the default branch's head unless given",
        ),
    ],
    run: stable_branch,
};

pub(super) const CHERRY_PICK: Act = Act {
    what: "cherry_pick",
    label: "Cherry-pick",
    group: "Code",
    common: false,
    summary: "Pick a commit onto a branch, with the line that GitLab adds to its message",
    fields: &[
        field(
            "sha",
            Takes::Line,
            "the commit; the newest merge unless given",
        ),
        field(
            "branch",
            Takes::Ref,
            "the branch; the newest auto-deploy branch unless given",
        ),
    ],
    run: cherry_pick,
};

/// Whether it is named as auto-deploy branches are: `15-8-auto-deploy-2023011203`.
pub(super) fn is_auto_deploy(branch: &str) -> bool {
    parts(branch).is_some()
}

/// Version and number of an auto-deploy branch.
fn parts(branch: &str) -> Option<(&str, u64)> {
    let (version, number) = branch.split_once("-auto-deploy-")?;
    let (major, minor) = version.split_once('-')?;
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if !digits(major) || !digits(minor) || !digits(number) {
        return None;
    }
    Some((version, number.parse().ok()?))
}

fn newest(project: &Project) -> Option<&str> {
    let mut branches = project.branches.iter().rev();
    let found = branches.find(|branch| is_auto_deploy(&branch.name));
    found.map(|branch| branch.name.as_str())
}

/// The commit with this id, in full or in short.
pub(super) fn commit(scene: &Scene<'_>, sha: &str) -> Result<Commit, DoError> {
    let missing = || DoError::impossible("sha", format!("there is no commit {sha}"));
    let found = scene.project().commit_named(sha);
    found.cloned().ok_or_else(missing)
}

fn dashed(version: &str) -> Result<String, DoError> {
    let wrong = || DoError::WrongValue {
        field: "version".to_owned(),
        expected: "two numbers with a dot, as in 15.8".to_owned(),
    };
    let (major, minor) = version.split_once('.').ok_or_else(wrong)?;
    let number = |text: &str| text.parse::<u32>().map_err(|_| wrong());
    Ok(format!("{}-{}", number(major)?, number(minor)?))
}

fn branch(scene: &mut Scene<'_>, args: &Args) -> Result<(), DoError> {
    let known = newest(scene.project()).and_then(parts);
    let version = match (args.text("version"), known) {
        (Some(version), _) => dashed(version)?,
        (None, Some((version, _))) => version.to_owned(),
        (None, None) => {
            return Err(DoError::impossible(
                "version",
                "the project has no auto-deploy branch yet; name a version",
            ));
        }
    };
    // The number is the hour in which it is cut; a second one in an hour takes the next.
    let hour: u64 = scene
        .now
        .strftime("%Y%m%d%H")
        .to_string()
        .parse()
        .unwrap_or(0);
    let number = known.map_or(hour, |(_, newest)| hour.max(newest + 1));
    let head = head(scene, &scene.project().default_branch)?;
    code::cut_branch(scene, &format!("{version}-auto-deploy-{number}"), &head.sha)
}

fn stable_branch(scene: &mut Scene<'_>, args: &Args) -> Result<(), DoError> {
    let missing = || DoError::impossible("version", "name the version, as in 15.8");
    let version = dashed(args.text("version").ok_or_else(missing)?)?;
    let from = match args.text("sha") {
        Some(sha) => commit(scene, sha)?,
        None => head(scene, &scene.project().default_branch)?,
    };
    // The app's own branches and tags say that they are of the Enterprise Edition.
    let enterprise = scene.project().tags.iter().any(|t| t.name.ends_with("-ee"));
    let suffix = if enterprise { "stable-ee" } else { "stable" };
    code::cut_branch(scene, &format!("{version}-{suffix}"), &from.sha)
}

fn cherry_pick(scene: &mut Scene<'_>, args: &Args) -> Result<(), DoError> {
    let picked = match args.text("sha") {
        Some(sha) => commit(scene, sha)?,
        None => {
            let mut commits = scene.project().commits.iter().rev();
            let merge = commits.find(|commit| commit.parents.len() > 1);
            let missing = || DoError::impossible("sha", "nothing was merged yet; name a commit");
            merge.cloned().ok_or_else(missing)?
        }
    };
    let branch = args.text("branch").or_else(|| newest(scene.project()));
    let missing = || DoError::impossible("branch", "name the branch to pick it onto");
    let branch = branch.ok_or_else(missing)?.to_owned();
    let head = head(scene, &branch)?;
    let message = format!(
        "{}\n\n(cherry picked from commit {})",
        picked.message.trim_end(),
        picked.sha
    );
    let commit = scene.commit(message, 0, vec![head.sha]);
    code::move_branch(scene, &branch, std::slice::from_ref(&commit));
    scene.say("sha", commit.sha);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn auto_deploy_branches_are_known_by_their_names() {
        assert!(is_auto_deploy("15-8-auto-deploy-2023011203"));
        for name in [
            "master",
            "15-8-stable-ee",
            "15-auto-deploy-1",
            "15-8-auto-deploy-",
            "15-8-auto-deploy-rc1",
            "x15-8-auto-deploy-1",
        ] {
            assert!(!is_auto_deploy(name), "{name}");
        }
    }
}
