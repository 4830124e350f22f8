//! What stands around every page: the style, and the scripts where a page is live.

use super::super::markup::{Element, Node, element, to_html};

const STYLES: [&str; 2] = ["/assets/slack/page.css", "/assets/slack/views.css"];

/// In the order in which they need each other.
const SCRIPTS: [&str; 4] = [
    "/assets/slack/page.js",
    "/assets/slack/commands.js",
    "/assets/slack/forms.js",
    "/assets/slack/interact.js",
];

/// A document of its own with the page's style; nothing in it is live.
#[must_use]
pub fn document(title: &str, body: Vec<Node>) -> String {
    written(head(title), body)
}

/// The page that the scripts keep current.
pub(super) fn live(title: &str, body: Vec<Node>) -> String {
    let scripts = SCRIPTS.map(|address| element("script").attr("src", address).into());
    written(head(title).nodes(scripts), body)
}

fn head(title: &str) -> Element {
    let meta = |name: &'static str, content: &'static str| {
        element("meta").attr("name", name).attr("content", content)
    };
    let link = |rel: &'static str, address: &'static str| {
        element("link").attr("rel", rel).attr("href", address)
    };
    let styles = STYLES.map(|address| link("stylesheet", address).into());
    element("head")
        .with(element("meta").attr("charset", "utf-8"))
        .with(meta("viewport", "width=device-width, initial-scale=1"))
        .with(meta("color-scheme", "light dark"))
        .with(element("title").text(title))
        .with(link("icon", "/assets/slack/icon.svg"))
        .nodes(styles)
}

fn written(head: Element, body: Vec<Node>) -> String {
    let html = element("html")
        .attr("lang", "en")
        .with(head)
        .with(element("body").nodes(body));
    format!("<!doctype html>\n{}\n", to_html(&[html.into()]))
}
