//! Cleaning up after a rollout: the flag goes, what it guarded stays.

use super::{Act, code, field, merge_requests};
use crate::gitlab::args::{Args, DoError, Takes};
use crate::gitlab::scene::Scene;
use crate::gitlab::world::FileVersion;

pub(super) const REMOVE_FLAG: Act = Act {
    what: "remove_flag",
    label: "Remove flag",
    group: "Code",
    common: false,
    summary: "Merge a merge request that removes a flag's definition and all that asks it",
    fields: &[
        field("name", Takes::Line, "the flag's name"),
        field(
            "merge",
            Takes::YesNo,
            "false leaves the merge request open; merged unless given",
        ),
    ],
    run: remove_flag,
};

fn remove_flag(scene: &mut Scene<'_>, args: &Args) -> Result<(), DoError> {
    let missing = || DoError::impossible("name", "name the flag");
    let name = args.text("name").ok_or_else(missing)?;
    let project = scene.project();
    let target = project.default_branch.clone();
    let base = super::ci::head(scene, &target)?;
    let files: Vec<FileVersion> = project
        .files_at(&base.sha)
        .into_iter()
        .filter(|file| file.content.contains(name))
        .cloned()
        .collect();
    if files.is_empty() {
        let problem = format!("nothing on {target} names {name}");
        return Err(DoError::impossible("name", problem));
    }
    let branch = format!("remove-{}", name.replace('_', "-"));
    if scene.project().branch(&branch).is_some() {
        let problem = format!("{branch} exists already; merge it");
        return Err(DoError::impossible("name", problem));
    }
    let title = format!("Remove feature flag {name}");
    let mut commit = scene.commit(format!("{title}\n\nChangelog: other"), 60, vec![base.sha]);
    commit.added.clear();
    (commit.removed, commit.modified) = files
        .iter()
        .map(|file| file.path.clone())
        .partition(|path| is_definition(path));
    for kept in &mut scene.project_mut().commits {
        if kept.sha == commit.sha {
            kept.clone_from(&commit);
        }
    }
    for file in &files {
        rewrite(scene, file, name, &commit.sha);
    }
    code::move_branch(scene, &branch, std::slice::from_ref(&commit));
    let iid = merge_requests::open_for(scene, &title, &branch, commit);
    if args.yes_no("merge") != Some(false) {
        let merge_request = scene.merge_request(Some(&iid.to_string()), "open", |_| true)?;
        let merging = merge_requests::Merging::default();
        merge_requests::merge_now(scene, merge_request, merging, None);
    }
    scene.say("iid", iid);
    Ok(())
}

fn is_definition(path: &str) -> bool {
    path.contains("config/feature_flags/")
}

/// Ends the file's version at `sha`; code goes on without the lines that name the flag.
fn rewrite(scene: &mut Scene<'_>, file: &FileVersion, name: &str, sha: &str) {
    let files = &mut scene.project_mut().files;
    for kept in files.iter_mut().filter(|kept| *kept == file) {
        kept.until = Some(sha.to_owned());
    }
    if is_definition(&file.path) {
        return;
    }
    let lines = file.content.lines().filter(|line| !line.contains(name));
    files.push(FileVersion {
        path: file.path.clone(),
        content: lines.map(|line| format!("{line}\n")).collect(),
        since: sha.to_owned(),
        until: None,
    });
}
