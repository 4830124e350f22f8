//! GitLab's Markdown as Slack's mrkdwn.
//!
//! What people write in descriptions and comments becomes what Slack can show: styles, lists,
//! tables, code, links. Which field of a message it fills is the renderer's business.

use domain::mrkdwn::{self, Mrkdwn};

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
#[must_use]
pub fn to_mrkdwn(source: &str, place: &Place<'_>, limit: usize) -> Mrkdwn {
    let words = mrkdwn::escape(source.trim());
    if words.as_str().chars().count() <= limit {
        return words;
    }
    let cut = source.chars().take(limit / 8).collect::<String>();
    mrkdwn::escape(&cut)
        .then("… ")
        .and(&mrkdwn::link(place.more_url, "more"))
}
