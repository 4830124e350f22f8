//! Wiki pages.

use domain::EventKind;

use super::{Act, TITLE, field};
use crate::gitlab::args::{Args, DoError, Takes};
use crate::gitlab::payload;
use crate::gitlab::scene::Scene;
use crate::gitlab::words;
use crate::gitlab::world::WikiPage;

pub(super) const WIKI: Act = Act {
    what: "wiki",
    label: "Edit wiki",
    group: "Code",
    common: false,
    summary: "Create, edit or delete a wiki page",
    fields: &[
        TITLE,
        field("content", Takes::Text, "the page in Markdown"),
        field("message", Takes::Line, "the commit's message"),
        field(
            "action",
            Takes::OneOf(&["create", "update", "delete"]),
            "create for a new title, else update, unless given",
        ),
    ],
    run: wiki,
};

fn wiki(scene: &mut Scene<'_>, args: &Args) -> Result<(), DoError> {
    let title = args.text_or("title", || "Release checklist".to_owned());
    let slug = words::slug(&title);
    let known = scene
        .project()
        .wiki
        .iter()
        .find(|page| page.slug == slug)
        .cloned();
    let action = args
        .text("action")
        .unwrap_or(if known.is_some() { "update" } else { "create" });
    if known.is_none() && action != "create" {
        return Err(DoError::impossible(
            "title",
            format!("there is no wiki page {title}"),
        ));
    }
    let content = args.text_or("content", || {
        known.map_or_else(
            || "## Before the release\n\n1. Check the **error rate**\n1. Announce it".to_owned(),
            |page| format!("{}\n\n- updated by {}", page.content, scene.user.name),
        )
    });
    let page = WikiPage {
        slug,
        title,
        content,
        version: words::sha(scene.chance),
    };
    let verb = match action {
        "create" => "Create",
        "delete" => "Delete",
        _ => "Update",
    };
    let message = args.text_or("message", || format!("{verb} {}", page.title));
    let body = payload::wiki_page(scene.source(), &page, action, &message);
    scene.send(EventKind::WikiPage, body);
    scene.say("slug", page.slug.as_str());
    let wiki = &mut scene.project_mut().wiki;
    wiki.retain(|kept| kept.slug != page.slug);
    if action != "delete" {
        wiki.push(page);
    }
    Ok(())
}
