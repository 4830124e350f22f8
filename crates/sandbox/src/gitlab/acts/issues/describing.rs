//! Edits of a description: all of it, or one of its boxes.

use super::super::{ASSIGNEES, Act, DESCRIPTION, Field, ISSUE, LABELS, MILESTONE, TITLE, field};
use super::{Update, update};
use crate::gitlab::args::{Args, DoError, Takes};
use crate::gitlab::scene::Scene;
use crate::gitlab::tasks::{self, Task};
use crate::gitlab::world::Issue;

const ITEM: Field = field(
    "item",
    Takes::Line,
    "the box: its number from 1, the name of its marker, or how it begins; the first that fits unless given",
);

pub(in super::super) const TICK: Act = Act {
    what: "tick",
    label: "Tick a box",
    group: "Planning",
    common: false,
    summary: "Tick a box in the description of an issue",
    fields: &[ISSUE, ITEM],
    run: |scene, args| turn(scene, args, true),
};

pub(in super::super) const UNTICK: Act = Act {
    what: "untick",
    label: "Untick a box",
    group: "Planning",
    common: false,
    summary: "Take the tick out of a box in the description of an issue",
    fields: &[ISSUE, ITEM],
    run: |scene, args| turn(scene, args, false),
};

pub(in super::super) const EDIT: Act = Act {
    what: "edit_issue",
    label: "Edit issue",
    group: "Planning",
    common: false,
    summary: "Edit an issue; without options a line is added to its description",
    fields: &[
        ISSUE,
        TITLE,
        DESCRIPTION,
        LABELS,
        ASSIGNEES,
        MILESTONE,
        field("due_date", Takes::Line, "a day: 2026-12-24"),
    ],
    run: edit,
};

fn turn(scene: &mut Scene<'_>, args: &Args, done: bool) -> Result<(), DoError> {
    let fits = |issue: &Issue| pick(issue, args, done).is_some();
    let wanted = match done {
        true => "issue with a box to tick",
        false => "issue with a ticked box",
    };
    // An issue that is named is looked at whatever boxes it has, to say what is wrong.
    let named = args.text("issue");
    let issue = scene.issue(named, wanted, |issue| named.is_some() || fits(issue))?;
    let Some(task) = pick(&issue, args, done) else {
        let problem = format!(
            "#{} has no box {}",
            issue.iid,
            args.text("item").unwrap_or("to turn")
        );
        return Err(DoError::impossible("item", problem));
    };
    if task.done == done {
        let state = if done { "ticked" } else { "not ticked" };
        let problem = format!("{:?} is {state} already", task.text);
        return Err(DoError::impossible("item", problem));
    }
    let description = tasks::set(&issue.description, &task, done);
    scene.say("item", task.text);
    let changes = Update {
        description: Some(description),
        ..Update::default()
    };
    update(scene, issue, changes);
    Ok(())
}

fn pick(issue: &Issue, args: &Args, done: bool) -> Option<Task> {
    let all = tasks::tasks(&issue.description);
    match args.text("item") {
        Some(key) => tasks::find(&issue.description, &all, key).cloned(),
        None => all.into_iter().find(|task| task.done != done),
    }
}

fn edit(scene: &mut Scene<'_>, args: &Args) -> Result<(), DoError> {
    let issue = scene.issue(args.text("issue"), "issue", |_| true)?;
    let drawn = args.is_only("issue").then(|| {
        let said = "Edited by hand.";
        format!("{}\n\n{said}\n", issue.description.trim_end())
    });
    let people = args.many("assignees");
    let people = people.map(|names| scene.people("assignees", names));
    let milestone = args.text("milestone").map(|title| scene.milestone(title));
    let changes = Update {
        title: args.text("title").map(str::to_owned),
        description: args.text("description").map(str::to_owned).or(drawn),
        labels: args.many("labels").map(<[String]>::to_vec),
        assignee_ids: people.transpose()?,
        milestone_id: milestone.transpose()?.map(Some),
        due_date: args.text("due_date").map(|day| Some(day.to_owned())),
        ..Update::default()
    };
    update(scene, issue, changes);
    Ok(())
}
