//! Text of people in a message: titles on one line, bodies as markup, long lists cut short.
//!
//! How Markdown becomes Slack's markup is `markdown`'s business.

use domain::Event;
use domain::mrkdwn::{self, Mrkdwn};
use domain::say;

use super::address;
use crate::markdown::{Place, to_mrkdwn};

/// Characters of a title that are shown.
const TITLE: usize = 200;
/// Characters of a name that are shown: a person's, a label's, a branch's.
const NAME: usize = 120;
/// Characters of a description or comment that are shown.
const BODY: usize = 1_500;
/// Entries of a list that are shown.
const ENTRIES: usize = 10;
/// Characters of markup that a list may take; Slack allows a field 2,000.
const LIST: usize = 1_800;

/// The first line of a title that says something, cut at a word.
pub(super) fn title(text: &str) -> Mrkdwn {
    mrkdwn::escape_line(&cut(text, TITLE))
}

/// A name: like a title, but shorter.
pub(super) fn name(text: &str) -> Mrkdwn {
    mrkdwn::escape_line(&cut(text, NAME))
}

/// A path or another text for machines, as inline code.
pub(super) fn code(text: &str) -> Mrkdwn {
    mrkdwn::code(&cut(text, TITLE))
}

/// A word of GitLab's (`script_failure`) as people write it: "script failure".
pub(super) fn words(text: &str) -> Mrkdwn {
    name(&text.replace('_', " "))
}

/// A word of GitLab's as the value of a fact: "Script failure".
pub(super) fn capitalized(text: &str) -> Mrkdwn {
    let spaced = text.trim().replace('_', " ");
    let mut letters = spaced.chars();
    match letters.next() {
        Some(first) => name(&first.to_uppercase().chain(letters).collect::<String>()),
        None => Mrkdwn::empty(),
    }
}

/// Characters of markup, as Slack counts them.
pub(super) fn length(markup: &Mrkdwn) -> usize {
    markup.as_str().chars().count()
}

/// A number and what it counts: "1 commit", "3 commits".
pub(super) fn counted(count: u64, one: &'static str, many: &'static str) -> Mrkdwn {
    if count == 1 {
        say!("1 {}", one)
    } else {
        say!("{} {}", count, many)
    }
}

/// Labels, names or links separated by commas; after ten (or what Slack's limit holds),
/// "and 15 more", which links to `more_url`.
pub(super) fn listed(entries: impl IntoIterator<Item = Mrkdwn>, more_url: &str) -> Mrkdwn {
    let mut shown = Vec::new();
    let (mut room, mut more) = (LIST, 0_u64);
    for entry in entries.into_iter().filter(|entry| !entry.is_empty()) {
        let length = length(&entry) + 2;
        if shown.len() < ENTRIES && more == 0 && length <= room {
            room -= length;
            shown.push(entry);
        } else {
            more += 1;
        }
    }
    let shown = mrkdwn::join(shown, ", ");
    match more {
        0 => shown,
        _ if shown.is_empty() => Mrkdwn::empty(),
        _ => say!(
            "{} and {}",
            shown,
            address::link(more_url, &say!("{} more", more))
        ),
    }
}

/// A short list in a sentence: `a, b and c`, or `a, b, c, d, e and 3 more`.
pub(super) fn spoken(entries: impl IntoIterator<Item = Mrkdwn>) -> Mrkdwn {
    const SPOKEN: usize = 5;
    let mut entries = entries.into_iter();
    let mut spoken: Vec<_> = entries.by_ref().take(SPOKEN).collect();
    if let more @ 1.. = entries.count() {
        spoken.push(say!("{} more", more));
    }
    mrkdwn::and_list(spoken)
}

/// A description or comment, cut at a word with a link to the rest of it.
pub(super) fn body(event: &Event, markdown: Option<&str>, more_url: &str) -> Mrkdwn {
    let Some(markdown) = markdown else {
        return Mrkdwn::empty();
    };
    let (project_url, project_path) = match &event.project {
        Some(project) => (project.url.as_str(), project.path.as_str()),
        None => ("", ""),
    };
    let place = Place {
        project_url,
        project_path,
        more_url,
    };
    to_mrkdwn(markdown, &place, BODY)
}

/// The first line that says something, at most `limit` characters of it, cut at a word.
fn cut(text: &str, limit: usize) -> String {
    let line = text.trim_start().lines().next().unwrap_or("").trim_end();
    let Some((end, _)) = line.char_indices().nth(limit) else {
        return line.to_owned();
    };
    let head = line.get(..end).unwrap_or(line);
    let at_word = head
        .rfind(char::is_whitespace)
        .and_then(|space| head.get(..space))
        // A title without spaces is cut where it is too long.
        .filter(|kept| head.len() / 2 <= kept.len())
        .unwrap_or(head);
    format!("{}…", at_word.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_titles_are_cut_at_a_word() {
        assert_eq!(cut("\n  Fix it  \nand more", 20), "Fix it");
        assert_eq!(cut("Fix the flaky login test", 15), "Fix the flaky…");
        assert_eq!(cut("x".repeat(30).as_str(), 5), "xxxxx…");
        assert_eq!(cut("ééé ééé", 5), "ééé…");
    }

    #[test]
    fn long_lists_say_how_many_more_there_are() {
        let entries = |count: usize| (1..=count).map(|entry| say!("e{}", entry));
        assert_eq!(listed(entries(3), "").as_str(), "e1, e2, e3");
        assert_eq!(
            listed(entries(12), "https://g.ex/all").as_str(),
            "e1, e2, e3, e4, e5, e6, e7, e8, e9, e10 and <https://g.ex/all|2 more>"
        );
    }

    #[test]
    fn words_of_the_payload_read_as_words() {
        assert_eq!(capitalized("script_failure").as_str(), "Script failure");
        assert_eq!(capitalized("").as_str(), "");
    }
}
