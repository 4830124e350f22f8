//! Merging a merge request, now or after its pipeline.

use serde_json::{Value, json};

use super::{is_open, send};
use crate::gitlab::acts::ci::{self, End, Start};
use crate::gitlab::acts::{Act, MR, PIPELINE, code, commits, field, issues};
use crate::gitlab::args::{Args, DoError, Takes};
use crate::gitlab::payload::{changes, utc};
use crate::gitlab::scene::Scene;
use crate::gitlab::world::{MergeRequest, MergeRequestState};

pub(in crate::gitlab::acts) const MERGE: Act = Act {
    what: "merge",
    label: "Merge",
    group: "Merge requests",
    common: true,
    summary: "Merge a merge request: it is merged, pushed to its target, and a pipeline runs",
    fields: &[
        MR,
        field(
            "keep_branch",
            Takes::YesNo,
            "whether the source branch stays; false unless given",
        ),
        PIPELINE,
    ],
    run: merge,
};

fn merge(scene: &mut Scene<'_>, args: &Args) -> Result<(), DoError> {
    let ready = |mr: &MergeRequest| is_open(mr) && !mr.draft;
    let merge_request = scene.merge_request(args.text("mr"), "open and ready", ready)?;
    let merging = Merging {
        keep_branch: args.yes_no("keep_branch") == Some(true),
        squash: false,
    };
    let end = End::of_option(args.text("pipeline"));
    merge_now(scene, merge_request, merging, end.as_ref());
    Ok(())
}

/// How a merge request is merged.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::gitlab) struct Merging {
    pub keep_branch: bool,
    /// Its commits become one.
    pub squash: bool,
}

/// Merges what waits for this pipeline, which passed.
pub(in crate::gitlab::acts) fn merge_after_pipeline(scene: &mut Scene<'_>, iid: u64) {
    let project = scene.project();
    let waiting = project.merge_requests.iter().find(|mr| mr.iid == iid);
    let Some((merge_request, by)) = waiting.and_then(|mr| Some((mr.clone(), mr.auto_merge_by?)))
    else {
        return;
    };
    if project.merge_status(&merge_request) == "mergeable" {
        let said = scene.said_iid();
        scene.as_person(by, |scene| {
            merge_now(scene, merge_request, Merging::default(), None);
        });
        scene.say("iid", said);
    }
}

/// Merges it: the merge commit has the target's and the source's head as parents.
pub(in crate::gitlab) fn merge_now(
    scene: &mut Scene<'_>,
    mut merge_request: MergeRequest,
    merging: Merging,
    pipeline: Option<&End>,
) {
    let path = scene.project().path_with_namespace.clone();
    let message = format!(
        "Merge branch '{}' into '{}'\n\n{}\n\nSee merge request {path}!{}",
        merge_request.source_branch,
        merge_request.target_branch,
        merge_request.title,
        merge_request.iid,
    );
    let heads = [&merge_request.target_branch, &merge_request.source_branch];
    let mut heads = heads.map(|branch| Some(scene.project().branch(branch)?.sha.clone()));
    if merging.squash {
        let onto = heads[0].clone().into_iter().collect();
        let squashed = scene.commit(merge_request.title.clone(), 0, onto);
        if let [Some(onto), Some(from)] = &heads {
            commits::take_over(scene, (from, onto, &squashed.sha));
        }
        heads[1] = Some(squashed.sha.clone());
        merge_request.squash_commit_sha = Some(squashed.sha);
    }
    let merged = scene.commit(message, 0, heads.into_iter().flatten().collect());
    let changes = changes([
        ("state_id", json!(1), json!(3)),
        ("merge_commit_sha", Value::Null, json!(merged.sha)),
        (
            "updated_at",
            json!(utc(merge_request.updated_at)),
            json!(utc(scene.now)),
        ),
    ]);
    merge_request.state = MergeRequestState::Merged;
    merge_request.merge_commit_sha = Some(merged.sha.clone());
    merge_request.merged_at = Some(scene.now);
    merge_request.merge_user_id = Some(scene.user.id);
    merge_request.auto_merge_by = None;
    merge_request.updated_at = scene.now;
    send(scene, &merge_request, "merge", changes);
    scene.keep_merge_request(merge_request.clone());
    let commits = [merge_request.last_commit.clone(), merged.clone()];
    let target = merge_request.target_branch.clone();
    let before = code::move_branch(scene, &target, &commits);
    if !merging.keep_branch && !merge_request.keep_branch {
        code::remove_branch(scene, &merge_request.source_branch);
    }
    issues::close_mentioned(scene, &merge_request.description);
    scene.say("branch", target.as_str());
    scene.say("merge_commit_sha", merged.sha.as_str());
    if let Some(end) = pipeline {
        let start = Start {
            git_ref: &target,
            tag: false,
            before_sha: before.as_deref().unwrap_or(&merged.sha),
            commit: merged.clone(),
            merge_request_iid: None,
            name: None,
            source: None,
            variables: &[],
        };
        ci::run_pipeline(scene, start, end);
    }
}
