//! Cleaning up after a rollout: the flag goes, what it guarded stays.

use super::commits::{self, NewCommit};
use super::merge_requests::{self, New};
use super::{Act, field};
use crate::gitlab::args::{Args, DoError, Takes};
use crate::gitlab::scene::Scene;
use crate::gitlab::world::Files;

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
    let before = project.texts_at(&base.sha);
    let files = without(&before, name);
    if files == before {
        let problem = format!("nothing on {target} names {name}");
        return Err(DoError::impossible("name", problem));
    }
    let branch = format!("remove-{}", name.replace('_', "-"));
    if scene.project().branch(&branch).is_some() {
        let problem = format!("{branch} exists already; merge it");
        return Err(DoError::impossible("name", problem));
    }
    let title = format!("Remove feature flag {name}");
    let new = NewCommit {
        branch: branch.clone(),
        parent: base.sha,
        message: format!("{title}\n\nChangelog: other"),
        files,
    };
    let last_commit = commits::commit(scene, new);
    let new = New {
        assignee_ids: vec![scene.user.id],
        ..New::from_branch(title, branch, target)
    };
    let iid = merge_requests::create(scene, new, last_commit).iid;
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

/// The files without the flag's definition; code goes on without the lines that name the flag.
fn without(files: &Files, name: &str) -> Files {
    let mut files = files.clone();
    files.retain(|path, text| !(is_definition(path) && text.contains(name)));
    for text in files.values_mut().filter(|text| text.contains(name)) {
        let lines = text.lines().filter(|line| !line.contains(name));
        *text = lines.map(|line| format!("{line}\n")).collect();
    }
    files
}
