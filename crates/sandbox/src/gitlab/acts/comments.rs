//! Comments, reactions and mentions of groups.

use domain::EventKind;

use super::{Act, field};
use crate::gitlab::args::{Args, DoError, Field, Takes};
use crate::gitlab::payload;
use crate::gitlab::scene::Scene;
use crate::gitlab::words;
use crate::gitlab::world::{Award, Note, Noteable, Visibility};
use serde_json::Map;

const ON: Field = field(
    "on",
    Takes::OneOf(&["mr", "issue", "commit", "snippet"]),
    "what is commented on; a merge request unless given",
);
const ITEM: Field = field(
    "item",
    Takes::Item,
    "its number, source branch, title or commit; the newest unless given",
);
const TEXT: Field = field("text", Takes::Text, "the comment, in Markdown");
const INTERNAL: Field = field("internal", Takes::YesNo, "true shows it to members only");

pub(super) const COMMENT: Act = Act {
    what: "comment",
    label: "Comment",
    group: "Conversation",
    common: true,
    summary: "Comment on a merge request, issue, commit or snippet",
    fields: &[
        ON,
        ITEM,
        TEXT,
        INTERNAL,
        field(
            "edit",
            Takes::YesNo,
            "true edits the newest comment there instead",
        ),
    ],
    run: comment,
};

pub(super) const EMOJI: Act = Act {
    what: "emoji",
    label: "React",
    group: "Conversation",
    common: false,
    summary: "Give a reaction, or take it back",
    fields: &[
        ON,
        ITEM,
        field(
            "name",
            Takes::Line,
            "the emoji's name; thumbsup unless given",
        ),
        field(
            "comment",
            Takes::YesNo,
            "true reacts to the newest comment there",
        ),
        field(
            "action",
            Takes::OneOf(&["award", "revoke"]),
            "award unless given",
        ),
    ],
    run: emoji,
};

pub(super) const GROUP_MENTION: Act = Act {
    what: "group_mention",
    label: "Mention group",
    group: "Conversation",
    common: false,
    summary: "Mention the project's group in a comment or description",
    fields: &[
        field(
            "on",
            Takes::OneOf(&["mr", "issue", "commit", "mr_comment", "issue_comment"]),
            "where it stands; a comment on an issue unless given",
        ),
        ITEM,
        TEXT,
        field(
            "group",
            Takes::Line,
            "the group's path; the project's own unless given",
        ),
        field(
            "confidential",
            Takes::YesNo,
            "true keeps it private; so is any in a private project",
        ),
    ],
    run: group_mention,
};

fn noteable(scene: &Scene<'_>, on: &str, item: Option<&str>) -> Result<Noteable, DoError> {
    let at_item = |error: DoError| match error {
        DoError::Impossible { problem, .. } => DoError::impossible("item", problem),
        other => other,
    };
    match on {
        "issue" => {
            // Nobody means a confidential one who does not say which.
            let issue = scene
                .issue(item, "issue", |issue| item.is_some() || !issue.confidential)
                .map_err(at_item)?;
            Ok(Noteable::Issue(issue.iid))
        }
        "commit" => {
            let wanted = |sha: &str| item.is_none_or(|item| sha.starts_with(item));
            let commit = scene
                .project()
                .commits
                .iter()
                .rev()
                .find(|c| wanted(&c.sha));
            let missing = || DoError::impossible("item", "there is no such commit");
            Ok(Noteable::Commit(commit.ok_or_else(missing)?.sha.clone()))
        }
        "snippet" => {
            let snippets = &scene.project().snippets;
            let wanted = |id: u64| item.is_none_or(|item| item.parse() == Ok(id));
            let snippet = snippets.iter().rev().find(|snippet| wanted(snippet.id));
            let missing = || DoError::impossible("item", "there is no such snippet");
            Ok(Noteable::Snippet(snippet.ok_or_else(missing)?.id))
        }
        _ => {
            let found = scene
                .merge_request(item, "usable", |_| true)
                .map_err(at_item)?;
            Ok(Noteable::MergeRequest(found.iid))
        }
    }
}

fn comment(scene: &mut Scene<'_>, args: &Args) -> Result<(), DoError> {
    let on = noteable(scene, args.text("on").unwrap_or("mr"), args.text("item"))?;
    let text = args.text_or("text", || {
        words::pick(scene.chance, words::COMMENTS).to_owned()
    });
    let internal = args.yes_no("internal").unwrap_or(false);
    if internal && !matches!(on, Noteable::Issue(_) | Noteable::MergeRequest(_)) {
        let problem = "only comments on issues and merge requests can be internal";
        return Err(DoError::impossible("internal", problem));
    }
    let edits = args.yes_no("edit") == Some(true);
    let known = scene
        .project()
        .notes
        .iter()
        .rev()
        .find(|note| edits && note.on == on)
        .cloned();
    if edits && known.is_none() {
        return Err(DoError::impossible("edit", "there is no comment to edit"));
    }
    match known {
        Some(known) => edit(scene, known, text),
        None => write(scene, on, text, internal),
    };
    Ok(())
}

/// Writes a comment, sends the event of it and answers it.
pub(in crate::gitlab) fn write(
    scene: &mut Scene<'_>,
    on: Noteable,
    text: String,
    internal: bool,
) -> Note {
    let note = new_note(scene, on, text, internal);
    keep(scene, note, "create")
}

/// Puts this text into the comment, sends the event of it and answers it.
pub(in crate::gitlab) fn edit(scene: &mut Scene<'_>, mut note: Note, text: String) -> Note {
    note.text = text;
    note.edited_at = Some(scene.now);
    keep(scene, note, "update")
}

fn keep(scene: &mut Scene<'_>, note: Note, action: &str) -> Note {
    let body = payload::note(scene.source(), &note, action);
    let hidden = body["event_type"] == "confidential_note";
    let kind = if hidden {
        EventKind::ConfidentialNote
    } else {
        EventKind::Note
    };
    scene.say("note_id", note.id);
    if let Noteable::MergeRequest(iid) | Noteable::Issue(iid) = note.on {
        scene.say("iid", iid);
    }
    scene.send(kind, body);
    let notes = &mut scene.project_mut().notes;
    notes.retain(|kept| kept.id != note.id);
    notes.push(note.clone());
    note
}

fn new_note(scene: &mut Scene<'_>, on: Noteable, text: String, internal: bool) -> Note {
    Note {
        id: scene.world.next_id(),
        on,
        text,
        internal,
        author_id: scene.user.id,
        at: scene.now,
        edited_at: None,
    }
}

fn emoji(scene: &mut Scene<'_>, args: &Args) -> Result<(), DoError> {
    let on = noteable(scene, args.text("on").unwrap_or("mr"), args.text("item"))?;
    let name = args.text_or("name", || "thumbsup".to_owned());
    let wants_note = args.yes_no("comment") == Some(true);
    let note = scene
        .project()
        .notes
        .iter()
        .rev()
        .find(|n| wants_note && n.on == on)
        .cloned();
    if wants_note && note.is_none() {
        return Err(DoError::impossible(
            "comment",
            "there is no comment to react to",
        ));
    }
    let id = scene.world.next_id();
    let action = args.text("action").unwrap_or("award");
    let name = name.trim_matches(':');
    let body = payload::emoji(scene.source(), id, name, action, (&on, note.as_ref()));
    let award = Award {
        id,
        name: name.to_owned(),
        user_id: scene.user.id,
        on,
        note_id: note.map(|note| note.id),
    };
    let awards = &mut scene.project_mut().awards;
    awards.retain(|known| {
        Award {
            id,
            ..known.clone()
        } != award
    });
    if action == "award" {
        awards.push(award);
    }
    scene.say("emoji_id", id);
    scene.send(EventKind::Emoji, body);
    Ok(())
}

fn group_mention(scene: &mut Scene<'_>, args: &Args) -> Result<(), DoError> {
    let group = match args.text("group") {
        Some(path) => scene
            .world
            .groups
            .iter()
            .find(|g| g.full_path == path)
            .cloned(),
        None => scene.world.group(scene.project().group_id).cloned(),
    };
    let group = group.ok_or_else(|| DoError::UnknownValue {
        field: "group".to_owned(),
        value: args.text("group").unwrap_or_default().to_owned(),
        allowed: scene
            .world
            .groups
            .iter()
            .map(|group| group.full_path.clone())
            .collect(),
    })?;
    let text = args.text_or("text", || {
        format!("@{} please have a look before the release", group.full_path)
    });
    let on = args.text("on").unwrap_or("issue_comment");
    let mentioned_in = mentioned_in(scene, on, args.text("item"), text)?;
    let hidden = mentioned_in["event_type"]
        .as_str()
        .is_some_and(|t| t.starts_with("confidential"));
    let confidential = args.yes_no("confidential").unwrap_or(false)
        || hidden
        || scene.project().visibility != Visibility::Public;
    let body = payload::group_mention(scene.source(), &group, mentioned_in, confidential);
    let kind = match confidential {
        true => EventKind::GroupConfidentialMention,
        false => EventKind::GroupMention,
    };
    scene.say("group", group.full_path);
    scene.send(kind, body);
    Ok(())
}

/// The body of what the mention stands in, which GitLab dresses up as the mention.
fn mentioned_in(
    scene: &mut Scene<'_>,
    on: &str,
    item: Option<&str>,
    text: String,
) -> Result<serde_json::Value, DoError> {
    match noteable(scene, on.trim_end_matches("_comment"), item)? {
        Noteable::MergeRequest(iid) if on == "mr" => {
            let mut found = scene.merge_request(Some(&iid.to_string()), "usable", |_| true)?;
            found.description = text;
            let event = payload::MergeRequestEvent {
                merge_request: &found,
                action: "open",
                changes: Map::new(),
                oldrev: None,
            };
            Ok(payload::merge_request(scene.source(), &event))
        }
        Noteable::Issue(iid) if on == "issue" => {
            let mut found = scene.issue(Some(&iid.to_string()), "issue", |_| true)?;
            found.description = text;
            Ok(payload::issue(scene.source(), &found, "open", &Map::new()))
        }
        on => {
            let note = new_note(scene, on, text, false);
            Ok(payload::note(scene.source(), &note, "create"))
        }
    }
}
