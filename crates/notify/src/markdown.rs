//! GitLab's Markdown as Slack's mrkdwn.
//!
//! What people write in descriptions and comments becomes what Slack can show: styles, lists,
//! quotes, code, links, tables as fixed-width blocks. Text stays text: nothing in it can ping,
//! forge a link or leave a block. Which field of a message it fills is the renderer's business.
//!
//! The rules are GitLab's (<https://docs.gitlab.com/user/markdown/>) and Slack's
//! (<https://docs.slack.dev/messaging/formatting-message-text>). `manual` shows them one by one.

mod address;
mod html;
mod quick_action;
mod quote_fence;
mod references;
mod table;
mod tags;
mod walk;
mod writer;

#[cfg(test)]
mod manual;
#[cfg(test)]
mod properties;

use domain::mrkdwn::Mrkdwn;
use pulldown_cmark::{Options, Parser, TextMergeWithOffset};

use walk::Walk;
use writer::Writer;

/// Where a text was written: what its relative links and references are relative to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Place<'a> {
    /// The project's page: `https://gitlab.example/acme/shop`. Empty when it is not known; then
    /// references and relative links stay text.
    pub project_url: &'a str,
    /// The project's full path: `acme/shop`.
    pub project_path: &'a str,
    /// The page where a text that was cut can be read in full. Empty when there is none.
    pub more_url: &'a str,
}

/// `source` as mrkdwn of at most `limit` characters.
///
/// Longer texts are cut between two words, and end with a link to `more_url`. The time it takes
/// grows with `limit`, not with the source.
#[must_use]
pub fn to_mrkdwn(source: &str, place: &Place<'_>, limit: usize) -> Mrkdwn {
    let (source, source_is_cut) = beginning(source.trim_end(), limit);
    let (front_matter, text) = front_matter(source);
    let text = quote_fence::unfolded(text);
    let mut walk = Walk::new(&text, place, Writer::new(place.more_url, limit));
    if let Some(front_matter) = front_matter {
        walk.fenced(front_matter);
    }
    let parser = Parser::new_ext(&text, options()).into_offset_iter();
    for (event, at) in TextMergeWithOffset::new(parser) {
        walk.event(event, &at);
        if walk.writer.is_full() {
            break;
        }
    }
    walk.writer.finish(source_is_cut)
}

fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_GFM
        | Options::ENABLE_WIKILINKS
}

/// As much of `source` as can matter for `limit` characters, and whether that is not all: markup
/// and comments take room in the source alone, but not without end.
fn beginning(source: &str, limit: usize) -> (&str, bool) {
    const MARKUP: usize = 1 << 14;
    let enough = limit.saturating_mul(8).saturating_add(MARKUP);
    let end = source.floor_char_boundary(enough);
    (source.get(..end).unwrap_or(source), end < source.len())
}

/// The settings between `---` lines that a document may begin with, and the rest.
fn front_matter(source: &str) -> (Option<&str>, &str) {
    let inner = source
        .strip_prefix("---\n")
        .or_else(|| source.strip_prefix("---\r\n"));
    inner
        .and_then(|inner| inner.split_once("\n---"))
        .filter(|(_, rest)| rest.is_empty() || rest.starts_with(['\n', '\r']))
        .map_or((None, source), |(front, rest)| (Some(front), rest))
}
