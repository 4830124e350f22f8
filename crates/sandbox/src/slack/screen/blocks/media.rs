//! Pictures, videos and files.

use serde_json::Value;

use super::super::markup::{Node, Reads, div, element, link, picture, span};
use super::super::mrkdwn;
use super::{kind, str_of};

/// An `image` block: its title, and the picture under it.
pub fn image(block: &Value) -> Node {
    let title = match block.get("title") {
        Some(title) => mrkdwn::read_plain(str_of(title, "text"), true),
        None => Vec::new(),
    };
    let caption = (!title.is_empty()).then(|| div("image-title").nodes(title));
    div("image")
        .maybe(caption)
        .with(picture_of(block, "picture"))
        .into()
}

/// The picture of a block or element. One that is kept in Slack's files has no address here.
pub fn picture_of(value: &Value, class: &'static str) -> Node {
    let description = str_of(value, "alt_text");
    let url = match str_of(value, "image_url") {
        "" => str_of(&value["slack_file"], "url"),
        url => url,
    };
    picture(class, url, description)
}

/// A `video` block: the player is its thumbnail, which opens the video's page.
pub fn video(block: &Value) -> Node {
    let title = str_of(&block["title"], "text");
    let name = match str_of(block, "title_url") {
        "" => Node::from(title),
        url => link(url, vec![title.into()]),
    };
    let source = [str_of(block, "provider_name"), str_of(block, "author_name")]
        .into_iter()
        .find(|name| !name.is_empty())
        .map(|name| div("video-source").text(name));
    let description = block
        .get("description")
        .map(|words| div("video-description").text(str_of(words, "text")));
    div("video")
        .maybe(source)
        .with(div("video-title").with(name))
        .maybe(description)
        .with(div("video-frame").with(picture(
            "picture",
            str_of(block, "thumbnail_url"),
            str_of(block, "alt_text"),
        )))
        .into()
}

/// A `file` block: a remote file by the id that the app gave it.
pub fn file(block: &Value) -> Node {
    let icon = span("file-icon")
        .attr("aria-hidden", "true")
        .reads(Reads::Silent)
        .text("📄");
    let name = element("span").text(format!("File {}", str_of(block, "external_id")));
    let source = match str_of(block, "source") {
        "" => kind(block),
        source => source,
    };
    div("file")
        .with(icon)
        .with(name)
        .with(span("file-source").text(format!(" ({source})")))
        .into()
}
