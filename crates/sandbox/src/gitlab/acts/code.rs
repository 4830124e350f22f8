//! Pushes and branches.

use domain::EventKind;
use serde_json::Map;

use super::ci::{self, End, Start};
use super::{Act, BRANCH, PIPELINE, field};
use crate::gitlab::args::{Args, DoError, Takes};
use crate::gitlab::payload::{self, MergeRequestEvent, Moved, RefMove};
use crate::gitlab::scene::Scene;
use crate::gitlab::words;
use crate::gitlab::world::{Commit, MergeRequestState};

pub(super) const PUSH: Act = Act {
    what: "push",
    label: "Push",
    group: "Code",
    common: true,
    summary: "Push commits to a branch; a merge request of the branch is updated, a pipeline runs",
    fields: &[
        BRANCH,
        field("title", Takes::Line, "first line of the newest commit"),
        field("message", Takes::Text, "the rest of its message"),
        field(
            "commits",
            Takes::Number(1, 60),
            "how many commits; 1 or 2 unless given",
        ),
        PIPELINE,
    ],
    run: push,
};

pub(super) const NEW_BRANCH: Act = Act {
    what: "new_branch",
    label: "New branch",
    group: "Code",
    common: false,
    summary: "Make a branch at the head of the default branch",
    fields: &[field("branch", Takes::Ref, "its name")],
    run: new_branch,
};

pub(super) const DELETE_BRANCH: Act = Act {
    what: "delete_branch",
    label: "Delete branch",
    group: "Code",
    common: false,
    summary: "Delete a branch; never the default branch",
    fields: &[field(
        "branch",
        Takes::Ref,
        "its name; the newest unless given",
    )],
    run: delete_branch,
};

fn push(scene: &mut Scene<'_>, args: &Args) -> Result<(), DoError> {
    let branch = args.text_or("branch", || scene.project().default_branch.clone());
    let title = args.text_or("title", || {
        words::pick(scene.chance, words::CHANGES).to_owned()
    });
    let message = match args.text("message") {
        Some(more) => format!("{title}\n\n{more}"),
        None => title,
    };
    let count = args
        .number("commits")
        .unwrap_or_else(|| 1 + scene.chance.below(2));
    push_commits(
        scene,
        &branch,
        message,
        count,
        End::of_option(args.text("pipeline")).as_ref(),
    );
    Ok(())
}

/// Seconds between a commit and its push: longer than any pipeline takes, whose end is now.
const WRITTEN: u64 = 900;

/// Pushes `count` commits, the newest with this message, and sends what follows from it.
pub(super) fn push_commits(
    scene: &mut Scene<'_>,
    branch: &str,
    message: String,
    count: u64,
    pipeline: Option<&End>,
) {
    // A new branch begins where the default branch is.
    let project = scene.project();
    let base = project
        .branch(branch)
        .or_else(|| project.branch(&project.default_branch));
    let mut parents: Vec<String> = base.map(|base| base.sha.clone()).into_iter().collect();
    let mut commits: Vec<Commit> = Vec::new();
    for index in 1..count {
        let message = words::pick(scene.chance, words::CHANGES).to_owned();
        let written = WRITTEN + (count - index) * 420;
        let commit = scene.commit(message, written, parents);
        parents = vec![commit.sha.clone()];
        commits.push(commit);
    }
    let newest = scene.commit(message, WRITTEN, parents);
    commits.push(newest.clone());
    let before = move_branch(scene, branch, &commits);
    scene.say("sha", newest.sha.clone());
    let updated = update_merge_request(scene, branch, &newest, before.as_deref());
    if let Some(end) = pipeline {
        let start = Start {
            git_ref: branch,
            tag: false,
            before_sha: before.as_deref().unwrap_or(&newest.sha),
            commit: newest.clone(),
            merge_request_iid: updated,
            name: None,
            source: None,
            variables: &[],
        };
        ci::run_pipeline(scene, start, end);
    }
}

/// Moves the branch to the last of `commits` and sends the push; answers the head before.
pub(super) fn move_branch(
    scene: &mut Scene<'_>,
    branch: &str,
    commits: &[Commit],
) -> Option<String> {
    let before = scene
        .project()
        .branch(branch)
        .map(|branch| branch.sha.clone());
    let after = commits.last().map(|commit| commit.sha.clone());
    if let Some(after) = &after {
        scene.project_mut().set_branch(branch, after);
    }
    scene.say("branch", branch);
    send_branch(
        scene,
        branch,
        (before.as_deref(), after.as_deref()),
        commits,
    );
    before
}

fn send_branch(
    scene: &mut Scene<'_>,
    branch: &str,
    (before, after): (Option<&str>, Option<&str>),
    commits: &[Commit],
) {
    let moved = Moved {
        git_ref: RefMove::Branch(branch),
        before,
        after,
        commits,
    };
    let body = payload::push(scene.source(), &moved);
    scene.send(EventKind::Push, body);
}

/// The open merge request of the branch learns of its new head.
pub(super) fn update_merge_request(
    scene: &mut Scene<'_>,
    branch: &str,
    head: &Commit,
    before: Option<&str>,
) -> Option<u64> {
    let open = scene
        .project()
        .merge_requests
        .iter()
        .rev()
        .find(|mr| mr.source_branch == branch && mr.state == MergeRequestState::Opened);
    let mut merge_request = open.cloned()?;
    merge_request.last_commit = head.clone();
    merge_request.updated_at = scene.now;
    let event = MergeRequestEvent {
        merge_request: &merge_request,
        action: "update",
        changes: Map::new(),
        oldrev: before,
    };
    let body = payload::merge_request(scene.source(), &event);
    scene.send(EventKind::MergeRequest, body);
    let iid = merge_request.iid;
    scene.keep_merge_request(merge_request);
    Some(iid)
}

fn new_branch(scene: &mut Scene<'_>, args: &Args) -> Result<(), DoError> {
    let branch = args.text_or("branch", || {
        let title = words::pick(scene.chance, words::CHANGES);
        format!("{}-{}", words::slug(title), scene.chance.below(1000))
    });
    let head = ci::head(scene, &scene.project().default_branch)?;
    cut_branch(scene, &branch, &head.sha)
}

/// Makes a branch at a commit and sends the push of it.
pub(in crate::gitlab) fn cut_branch(
    scene: &mut Scene<'_>,
    branch: &str,
    sha: &str,
) -> Result<(), DoError> {
    if scene.project().branch(branch).is_some() {
        let problem = format!("{branch} exists already");
        return Err(DoError::impossible("branch", problem));
    }
    scene.project_mut().set_branch(branch, sha);
    scene.say("branch", branch);
    scene.say("sha", sha);
    send_branch(scene, branch, (None, Some(sha)), &[]);
    Ok(())
}

fn delete_branch(scene: &mut Scene<'_>, args: &Args) -> Result<(), DoError> {
    let project = scene.project();
    let found = match args.text("branch") {
        Some(name) => project.branch(name),
        None => project
            .branches
            .iter()
            .rev()
            .find(|b| b.name != project.default_branch),
    };
    let Some(branch) = found.map(|branch| branch.name.clone()) else {
        return Err(DoError::impossible(
            "branch",
            "there is no such branch; push one first",
        ));
    };
    if branch == project.default_branch {
        return Err(DoError::impossible(
            "branch",
            format!("{branch} is the default branch"),
        ));
    }
    remove_branch(scene, &branch);
    Ok(())
}

/// Removes the branch and sends the push of it.
pub(in crate::gitlab) fn remove_branch(scene: &mut Scene<'_>, name: &str) {
    let Some(branch) = scene.project().branch(name).cloned() else {
        return;
    };
    scene
        .project_mut()
        .branches
        .retain(|kept| kept.name != branch.name);
    scene.say("branch", branch.name.as_str());
    send_branch(scene, &branch.name, (Some(&branch.sha), None), &[]);
}
