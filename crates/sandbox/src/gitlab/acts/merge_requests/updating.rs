//! Changes of an open merge request, and of what merging needs.

use super::super::ci::End;
use super::super::{
    ASSIGNEES, Act, DESCRIPTION, LABELS, MILESTONE, MR, PIPELINE, REVIEWERS, TITLE, code, field,
};
use super::{Change, change, is_open};
use crate::gitlab::args::{Args, DoError, Takes};
use crate::gitlab::scene::Scene;
use crate::gitlab::words;
use crate::gitlab::world::MergeRequest;

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
        field(
            "conflicts",
            Takes::YesNo,
            "whether its branch conflicts with its target",
        ),
        PIPELINE,
    ],
    run: update,
};

pub(in super::super) const MERGE_RULES: Act = Act {
    what: "merge_rules",
    label: "Merge rules",
    group: "Merge requests",
    common: false,
    summary: "Set what merge requests of the project need before people can merge them",
    fields: &[
        field(
            "approvals",
            Takes::Number(0, 100),
            "how many people must approve",
        ),
        field(
            "pipeline_must_pass",
            Takes::YesNo,
            "whether the pipeline must have passed",
        ),
    ],
    run: |scene, args| {
        let rules = &mut scene.project_mut().merge_rules;
        rules.approvals = args.number("approvals").unwrap_or(rules.approvals);
        let must_pass = args.yes_no("pipeline_must_pass");
        rules.pipeline_must_pass = must_pass.unwrap_or(rules.pipeline_must_pass);
        Ok(())
    },
};

fn update(scene: &mut Scene<'_>, args: &Args) -> Result<(), DoError> {
    let mut merge_request = scene.merge_request(args.text("mr"), "open", is_open)?;
    let conflicts = args.yes_no("conflicts");
    merge_request.conflicts = conflicts.unwrap_or(merge_request.conflicts);
    let changes = changes_of(scene, args, &merge_request)?;
    let branch = merge_request.source_branch.clone();
    let iid = merge_request.iid;
    change(scene, merge_request, &changes);
    if let Some(count) = args.number("commits") {
        let message = words::pick(scene.chance, words::CHANGES).to_owned();
        let end = End::of_option(args.text("pipeline").or(Some("none")));
        code::push_commits(scene, &branch, message, count, end.as_ref());
        scene.say("iid", iid);
    }
    Ok(())
}

fn changes_of(scene: &Scene<'_>, args: &Args, mr: &MergeRequest) -> Result<Change, DoError> {
    let people = |field: &str| {
        let names = args.many(field);
        names.map(|names| scene.people(field, names)).transpose()
    };
    let milestone = args.text("milestone");
    let milestone = milestone.map(|title| scene.milestone(title)).transpose()?;
    Ok(Change {
        title: args.text("title").map(str::to_owned),
        description: args.text("description").map(str::to_owned),
        draft: draft(args, mr),
        assignee_ids: people("assignees")?,
        reviewer_ids: people("reviewers")?,
        labels: args.many("labels").map(<[String]>::to_vec),
        milestone_id: milestone.map(Some),
        ..Change::default()
    })
}

/// Without any option a draft becomes ready and a ready one a draft.
fn draft(args: &Args, merge_request: &MergeRequest) -> Option<bool> {
    let toggled = args.is_only("mr").then_some(!merge_request.draft);
    let ready = args.yes_no("ready").map(|ready| !ready);
    args.yes_no("draft").or(ready).or(toggled)
}
