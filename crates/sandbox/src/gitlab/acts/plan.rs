//! Releases, milestones and the project's own feature flags.

use domain::EventKind;

use super::{Act, DESCRIPTION, TITLE, ci, field, tags};
use crate::gitlab::args::{Args, DoError, Takes};
use crate::gitlab::payload;
use crate::gitlab::scene::{Scene, next_iid};
use crate::gitlab::words;
use crate::gitlab::world::{Flag, Milestone, Release};
use jiff::SignedDuration;

pub(super) const RELEASE: Act = Act {
    what: "release",
    label: "Release",
    group: "Planning",
    common: false,
    summary: "Publish a release, tagging it when the tag is new; or edit or delete one",
    fields: &[
        field("tag", Takes::Ref, "its tag; the next version unless given"),
        field("name", Takes::Line, "its name; the tag unless given"),
        DESCRIPTION,
        field(
            "action",
            Takes::OneOf(&["create", "update", "delete"]),
            "create unless given",
        ),
    ],
    run: release,
};

pub(super) const MILESTONE: Act = Act {
    what: "milestone",
    label: "Milestone",
    group: "Planning",
    common: false,
    summary: "Create, close, reopen or delete a milestone",
    fields: &[
        TITLE,
        DESCRIPTION,
        field(
            "action",
            Takes::OneOf(&["create", "close", "reopen", "delete"]),
            "create unless given",
        ),
    ],
    run: milestone,
};

pub(super) const FEATURE_FLAG: Act = Act {
    what: "feature_flag",
    label: "Feature flag",
    group: "Planning",
    common: false,
    summary: "Turn one of the project's own feature flags on or off",
    fields: &[
        field("name", Takes::Line, "its name; a new one is made"),
        field(
            "active",
            Takes::YesNo,
            "true turns it on; the other way round unless given",
        ),
        DESCRIPTION,
    ],
    run: feature_flag,
};

fn release(scene: &mut Scene<'_>, args: &Args) -> Result<(), DoError> {
    let action = args.text("action").unwrap_or("create");
    let release = match action {
        "create" => new_release(scene, args)?,
        _ => known_release(scene, args)?,
    };
    let body = payload::release(scene.source(), &release, action);
    scene.say("tag", release.tag.as_str());
    scene.send(EventKind::Release, body);
    let releases = &mut scene.project_mut().releases;
    releases.retain(|kept| kept.id != release.id);
    if action != "delete" {
        releases.push(release);
    }
    Ok(())
}

fn new_release(scene: &mut Scene<'_>, args: &Args) -> Result<Release, DoError> {
    let tag = args.text_or("tag", || tags::next_version(scene));
    if scene
        .project()
        .releases
        .iter()
        .any(|release| release.tag == tag)
    {
        return Err(DoError::impossible(
            "tag",
            format!("{tag} is released already"),
        ));
    }
    let head = ci::head(scene, &scene.project().default_branch)?;
    if scene.project().tags.iter().all(|known| known.name != tag) {
        tags::make_tag(scene, &tag, "", &head);
    }
    Ok(Release {
        id: scene.world.next_id(),
        name: args.text_or("name", || tag.clone()),
        description: args.text_or("description", || {
            let change = words::pick(scene.chance, words::CHANGES);
            format!("### Added\n\n- {change}\n\n### Fixed\n\n- Two small regressions")
        }),
        tag,
        commit: head,
        at: scene.now,
    })
}

fn known_release(scene: &Scene<'_>, args: &Args) -> Result<Release, DoError> {
    let releases = &scene.project().releases;
    let found = match args.text("tag") {
        Some(tag) => releases.iter().find(|release| release.tag == tag),
        None => releases.last(),
    };
    let missing = || DoError::impossible("tag", "there is no such release; make one first");
    let mut release = found.cloned().ok_or_else(missing)?;
    if let Some(name) = args.text("name") {
        name.clone_into(&mut release.name);
    }
    if let Some(description) = args.text("description") {
        description.clone_into(&mut release.description);
    }
    Ok(release)
}

fn milestone(scene: &mut Scene<'_>, args: &Args) -> Result<(), DoError> {
    let action = args.text("action").unwrap_or("create");
    let mut milestone = match action {
        "create" => new_milestone(scene, args)?,
        _ => known_milestone(scene, args, action != "reopen")?,
    };
    milestone.active = action != "close";
    milestone.updated_at = scene.now;
    let body = payload::milestone(scene.source(), &milestone, action);
    scene.say("milestone_id", milestone.id);
    scene.send(EventKind::Milestone, body);
    let milestones = &mut scene.project_mut().milestones;
    milestones.retain(|kept| kept.id != milestone.id);
    if action != "delete" {
        milestones.push(milestone);
    }
    Ok(())
}

fn new_milestone(scene: &mut Scene<'_>, args: &Args) -> Result<Milestone, DoError> {
    let iid = next_iid(
        scene
            .project()
            .milestones
            .iter()
            .map(|milestone| milestone.iid),
    );
    let title = args.text_or("title", || format!("Sprint {iid}"));
    if scene
        .project()
        .milestones
        .iter()
        .any(|milestone| milestone.title == title)
    {
        return Err(DoError::impossible(
            "title",
            format!("milestone {title} exists already"),
        ));
    }
    let due = scene
        .now
        .saturating_add(SignedDuration::from_hours(24 * 30))
        .unwrap_or(scene.now);
    Ok(Milestone {
        id: scene.world.next_id(),
        iid,
        title,
        description: args.text("description").unwrap_or_default().to_owned(),
        active: true,
        start_date: scene.now.strftime("%Y-%m-%d").to_string(),
        due_date: due.strftime("%Y-%m-%d").to_string(),
        created_at: scene.now,
        updated_at: scene.now,
    })
}

fn known_milestone(scene: &Scene<'_>, args: &Args, active: bool) -> Result<Milestone, DoError> {
    let milestones = &scene.project().milestones;
    let found = match args.text("title") {
        Some(title) => milestones.iter().find(|milestone| milestone.title == title),
        None => milestones
            .iter()
            .rev()
            .find(|milestone| milestone.active == active),
    };
    let missing = || DoError::impossible("title", "there is no such milestone; make one first");
    found.cloned().ok_or_else(missing)
}

fn feature_flag(scene: &mut Scene<'_>, args: &Args) -> Result<(), DoError> {
    let name = args.text_or("name", || "new_navigation".to_owned());
    let known = scene
        .project()
        .flags
        .iter()
        .find(|flag| flag.name == name)
        .cloned();
    let turned = known.as_ref().is_none_or(|flag| !flag.active);
    let flag = Flag {
        id: known
            .as_ref()
            .map_or_else(|| scene.world.next_id(), |flag| flag.id),
        description: args.text_or("description", || {
            known.map_or_else(String::new, |flag| flag.description)
        }),
        name,
        active: args.yes_no("active").unwrap_or(turned),
    };
    let body = payload::feature_flag(scene.source(), &flag);
    scene.say("flag_id", flag.id);
    scene.send(EventKind::FeatureFlag, body);
    let flags = &mut scene.project_mut().flags;
    flags.retain(|kept| kept.id != flag.id);
    flags.push(flag);
    Ok(())
}
