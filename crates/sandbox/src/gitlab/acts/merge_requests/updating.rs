//! Changes of an open merge request.

use serde_json::{Map, Value, json};

use super::super::ci::End;
use super::super::{
    ASSIGNEES, Act, DESCRIPTION, LABELS, MILESTONE, MR, PIPELINE, REVIEWERS, TITLE, code, field,
};
use super::{is_open, new_reviewer, send};
use crate::gitlab::args::{Args, DoError, Takes};
use crate::gitlab::payload::{self, changes, utc};
use crate::gitlab::scene::Scene;
use crate::gitlab::words;
use crate::gitlab::world::{MergeRequest, ReviewState, Reviewer};

pub(in super::super) const UPDATE: Act = Act {
    what: "update_mr",
    label: "Update MR",
    group: "Merge requests",
    common: false,
    summary: "Change a merge request, or push to it; without options a draft becomes ready",
    fields: &[
        MR,
        TITLE,
        DESCRIPTION,
        field("draft", Takes::YesNo, "true marks it a draft, false ready"),
        field("ready", Takes::YesNo, "true marks it ready"),
        LABELS,
        ASSIGNEES,
        REVIEWERS,
        MILESTONE,
        field(
            "commits",
            Takes::Number(1, 60),
            "push so many commits to its branch",
        ),
        PIPELINE,
    ],
    run: update,
};

fn update(scene: &mut Scene<'_>, args: &Args) -> Result<(), DoError> {
    let mut merge_request = scene.merge_request(args.text("mr"), "open", is_open)?;
    let mut changed = Map::new();
    change_text(args, &mut merge_request, &mut changed);
    change_draft(args, &mut merge_request, &mut changed);
    change_people(scene, args, &mut merge_request, &mut changed)?;
    change_sorting(scene, args, &mut merge_request, &mut changed)?;
    if !changed.is_empty() {
        changed.extend(changes([(
            "updated_at",
            json!(utc(merge_request.updated_at)),
            json!(utc(scene.now)),
        )]));
        merge_request.updated_at = scene.now;
        send(scene, &merge_request, "update", changed);
    }
    let branch = merge_request.source_branch.clone();
    let iid = merge_request.iid;
    scene.keep_merge_request(merge_request);
    if let Some(count) = args.number("commits") {
        let message = words::pick(scene.chance, words::CHANGES).to_owned();
        let end = End::of_option(args.text("pipeline").or(Some("none")));
        code::push_commits(scene, &branch, message, count, end.as_ref());
        scene.say("iid", iid);
    }
    Ok(())
}

fn change_text(args: &Args, merge_request: &mut MergeRequest, changed: &mut Map<String, Value>) {
    if let Some(title) = args.text("title") {
        let before = merge_request.shown_title();
        title.clone_into(&mut merge_request.title);
        let after = merge_request.shown_title();
        changed.extend(changes([("title", json!(before), json!(after))]));
    }
    if let Some(description) = args.text("description") {
        let before = std::mem::replace(&mut merge_request.description, description.to_owned());
        changed.extend(changes([(
            "description",
            json!(before),
            json!(description),
        )]));
    }
}

/// Without any option a draft becomes ready and a ready one a draft.
fn change_draft(args: &Args, merge_request: &mut MergeRequest, changed: &mut Map<String, Value>) {
    let toggled = args.is_only("mr").then_some(!merge_request.draft);
    let ready = args.yes_no("ready").map(|ready| !ready);
    let Some(draft) = args.yes_no("draft").or(ready).or(toggled) else {
        return;
    };
    if draft == merge_request.draft {
        return;
    }
    let before = merge_request.shown_title();
    merge_request.draft = draft;
    let after = merge_request.shown_title();
    changed.extend(changes([
        ("title", json!(before), json!(after)),
        ("draft", json!(!draft), json!(draft)),
    ]));
}

fn change_people(
    scene: &Scene<'_>,
    args: &Args,
    merge_request: &mut MergeRequest,
    changed: &mut Map<String, Value>,
) -> Result<(), DoError> {
    if let Some(names) = args.many("assignees") {
        let ids = scene.people("assignees", names)?;
        let before = scene.source().people(&merge_request.assignee_ids);
        let after = scene.source().people(&ids);
        merge_request.assignee_ids = ids;
        changed.extend(changes([("assignees", json!(before), json!(after))]));
    }
    if let Some(names) = args.many("reviewers") {
        let ids = scene.people("reviewers", names)?;
        let before = payload::reviewers(scene.source(), &merge_request.reviewers);
        merge_request.reviewers = next_reviewers(&merge_request.reviewers, &ids);
        let after = payload::reviewers(scene.source(), &merge_request.reviewers);
        changed.extend(changes([("reviewers", json!(before), json!(after))]));
    }
    Ok(())
}

/// Who reviews next; asking somebody who has reviewed already asks again.
fn next_reviewers(before: &[Reviewer], ids: &[u64]) -> Vec<Reviewer> {
    ids.iter()
        .map(
            |&user_id| match before.iter().find(|reviewer| reviewer.user_id == user_id) {
                Some(known) => Reviewer {
                    re_requested: known.state != ReviewState::Unreviewed,
                    ..known.clone()
                },
                None => new_reviewer(user_id),
            },
        )
        .collect()
}

fn change_sorting(
    scene: &mut Scene<'_>,
    args: &Args,
    merge_request: &mut MergeRequest,
    changed: &mut Map<String, Value>,
) -> Result<(), DoError> {
    if let Some(titles) = args.many("labels") {
        let ids = scene.labels(titles);
        let before = scene.source().labels(&merge_request.label_ids);
        let after = scene.source().labels(&ids);
        merge_request.label_ids = ids;
        changed.extend(changes([("labels", json!(before), json!(after))]));
    }
    if let Some(title) = args.text("milestone") {
        let id = scene.milestone(title)?;
        let before = merge_request.milestone_id.replace(id);
        changed.extend(changes([("milestone_id", json!(before), json!(id))]));
    }
    Ok(())
}
