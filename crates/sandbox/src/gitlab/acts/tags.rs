//! Tags.

use domain::EventKind;

use super::ci::{self, End, Start};
use super::{Act, BRANCH, PIPELINE, field};
use crate::gitlab::args::{Args, DoError, Takes};
use crate::gitlab::payload::{self, Moved, RefMove};
use crate::gitlab::scene::Scene;
use crate::gitlab::world::{Commit, Tag};

pub(super) const TAG: Act = Act {
    what: "tag",
    label: "Tag",
    group: "Code",
    common: false,
    summary: "Tag the head of a branch",
    fields: &[
        field("tag", Takes::Ref, "its name; the next version unless given"),
        field("message", Takes::Text, "the tag's message"),
        BRANCH,
        PIPELINE,
    ],
    run: tag,
};

pub(super) const DELETE_TAG: Act = Act {
    what: "delete_tag",
    label: "Delete tag",
    group: "Code",
    common: false,
    summary: "Delete a tag",
    fields: &[field(
        "tag",
        Takes::Ref,
        "its name; the newest unless given",
    )],
    run: delete_tag,
};

fn tag(scene: &mut Scene<'_>, args: &Args) -> Result<(), DoError> {
    let name = args.text_or("tag", || next_version(scene));
    if scene.project().tags.iter().any(|tag| tag.name == name) {
        return Err(DoError::impossible("tag", format!("{name} exists already")));
    }
    let branch = args.text_or("branch", || scene.project().default_branch.clone());
    let head = ci::head(scene, &branch)?;
    make_tag(
        scene,
        &name,
        args.text("message").unwrap_or_default(),
        &head,
    );
    if let Some(pipeline) = args.text("pipeline")
        && let Some(end) = End::of_option(Some(pipeline))
    {
        let start = Start {
            git_ref: &name,
            tag: true,
            before_sha: &head.sha,
            commit: head.clone(),
            merge_request_iid: None,
            name: None,
            source: None,
            variables: &[],
        };
        ci::run_pipeline(scene, start, &end);
    }
    Ok(())
}

/// The version after the newest tag: v15.8.1 is followed by v15.8.2.
pub(super) fn next_version(scene: &Scene<'_>) -> String {
    let mut tags = scene.project().tags.iter().rev();
    let newest = tags.find_map(|tag| {
        let (start, last) = tag.name.rsplit_once('.')?;
        Some((start.to_owned(), last.parse::<u64>().ok()?))
    });
    let (start, mut last) = newest.unwrap_or(("v1.0".to_owned(), 0));
    loop {
        last += 1;
        let name = format!("{start}.{last}");
        if scene.project().tags.iter().all(|tag| tag.name != name) {
            return name;
        }
    }
}

/// Makes the tag and sends the push of it.
pub(super) fn make_tag(scene: &mut Scene<'_>, name: &str, message: &str, commit: &Commit) {
    let (name, message, sha) = (name.to_owned(), message.to_owned(), commit.sha.clone());
    scene.say("tag", name.as_str());
    send_tag(scene, (&name, &message), (None, Some(&sha)));
    scene.project_mut().tags.push(Tag { name, sha, message });
}

fn delete_tag(scene: &mut Scene<'_>, args: &Args) -> Result<(), DoError> {
    let tags = &scene.project().tags;
    let found = match args.text("tag") {
        Some(name) => tags.iter().find(|tag| tag.name == name),
        None => tags.last(),
    };
    let Some(tag) = found.cloned() else {
        return Err(DoError::impossible(
            "tag",
            "there is no such tag; make one first",
        ));
    };
    scene
        .project_mut()
        .tags
        .retain(|kept| kept.name != tag.name);
    scene.say("tag", tag.name.as_str());
    send_tag(scene, (&tag.name, ""), (Some(&tag.sha), None));
    Ok(())
}

fn send_tag(
    scene: &mut Scene<'_>,
    (name, message): (&str, &str),
    (before, after): (Option<&str>, Option<&str>),
) {
    let moved = Moved {
        git_ref: RefMove::Tag { name, message },
        before,
        after,
        commits: &[],
    };
    let body = payload::push(scene.source(), &moved);
    scene.send(EventKind::TagPush, body);
}
