//! Finds what GitLab makes a link of in plain text: `#12`, `group/project!7`, `@ada`, `~bug`,
//! commits and bare addresses.
//!
//! GitLab asks its database whether the thing is there; we cannot, so only what reads as a whole
//! word is a reference, and one in another project needs its full path.

use domain::mrkdwn;

use super::Place;
use super::address::query_part;

/// A stretch of text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Stretch<'t> {
    Plain(&'t str),
    Reference {
        text: &'t str,
        url: String,
    },
    /// A bare address; its label is itself, or the short name of what it leads to.
    Address {
        url: &'t str,
        label: Option<String>,
    },
}

/// Calls `each` with the stretches of `text` in order.
pub(super) fn stretches<'t>(text: &'t str, place: &Place<'_>, mut each: impl FnMut(Stretch<'t>)) {
    let mut plain_from = 0;
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let word_length = rest
            .bytes()
            .position(|b| !is_path_byte(b))
            .unwrap_or(rest.len());
        let found = begins_word(text, at).then(|| found(rest, word_length, place));
        match found.flatten() {
            Some((length, stretch)) => {
                if let Some(plain) = text.get(plain_from..at).filter(|plain| !plain.is_empty()) {
                    each(Stretch::Plain(plain));
                }
                each(stretch);
                at += length;
                plain_from = at;
            }
            None => at += word_length.max(rest.chars().next().map_or(1, char::len_utf8)),
        }
    }
    if let Some(plain) = text.get(plain_from..).filter(|plain| !plain.is_empty()) {
        each(Stretch::Plain(plain));
    }
}

fn is_path_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-' | b'/')
}

fn begins_word(text: &str, at: usize) -> bool {
    let before = text.get(..at).and_then(|before| before.chars().next_back());
    !before.is_some_and(|c| c.is_alphanumeric() || "_/.-#!$%&~@`\\=?".contains(c))
}

/// What begins at the start of `rest`, whose first `word_length` bytes could be a path.
fn found<'t>(rest: &'t str, word_length: usize, place: &Place<'_>) -> Option<(usize, Stretch<'t>)> {
    let (word, after) = rest.split_at_checked(word_length)?;
    if after.starts_with("://") {
        return address(rest, word, place);
    }
    if !mrkdwn::is_web_address(place.project_url) {
        return None;
    }
    let sigil = after.chars().next();
    let named = after.get(sigil.map_or(0, char::len_utf8)..).unwrap_or("");
    let (length, url) = match sigil {
        Some(sigil @ ('#' | '!' | '$' | '%' | '&' | '~')) => {
            let (length, url) = numbered(word, sigil, named, place)?;
            (word_length + 1 + length, url)
        }
        Some('@') if word.is_empty() => {
            let name = user_name(named)?;
            let url = format!("{}/{name}", place.instance_url());
            (1 + name.len(), url)
        }
        Some('@') if is_full_path(word) => {
            let sha = named.get(..path_length(named)).filter(|sha| is_sha(sha))?;
            let url = format!("{}/{word}/-/commit/{sha}", place.instance_url());
            (word_length + 1 + sha.len(), url)
        }
        _ => {
            let sha = word.trim_end_matches(['.', '-']);
            let sha = Some(sha).filter(|sha| is_sha(sha))?;
            (sha.len(), format!("{}/-/commit/{sha}", place.project_url))
        }
    };
    let text = rest.get(..length)?;
    Some((length, Stretch::Reference { text, url }))
}

/// `#12`, `!7`, `$5`, `%3`, `&2`, `~bug` of this project, or of the one that `path` names.
/// Answers the length of what follows the sigil.
fn numbered(path: &str, sigil: char, named: &str, place: &Place<'_>) -> Option<(usize, String)> {
    let in_group = sigil == '&';
    let base = match path {
        "" if in_group => format!("{}/groups/{}", place.instance_url(), place.group_path()?),
        "" => place.project_url.trim_end_matches('/').to_owned(),
        path if in_group && is_path(path) => format!("{}/groups/{path}", place.instance_url()),
        path if is_full_path(path) => format!("{}/{path}", place.instance_url()),
        _ => return None,
    };
    let digits = named.bytes().take_while(u8::is_ascii_digit).count();
    if let Some(number) = named.get(..digits).filter(|_| (1..=12).contains(&digits)) {
        let page = match sigil {
            '#' => "issues",
            '!' => "merge_requests",
            '$' => "snippets",
            '%' => "milestones",
            '&' => "epics",
            _ => return None,
        };
        // `#12+` and `#12+s` ask GitLab to show the title.
        let after = named.get(digits..).unwrap_or("");
        let extra = ["+s", "+"].iter().find(|extra| after.starts_with(**extra));
        let length = digits + extra.map_or(0, |extra| extra.len());
        let ends = ends_word(named.get(length..).unwrap_or(""));
        return ends.then(|| (length, format!("{base}/-/{page}/{number}")));
    }
    let (length, title) = titled(named)?;
    let query = match sigil {
        '%' => "milestones?search_title",
        '~' => "issues?label_name[]",
        _ => return None,
    };
    Some((length, format!("{base}/-/{query}={}", query_part(title))))
}

/// A title in quotes, or one that is a word. Answers the length with the quotes, and the title.
fn titled(named: &str) -> Option<(usize, &str)> {
    const LONGEST: usize = 255;
    if let Some(quoted) = named.strip_prefix('"') {
        let end = quoted.bytes().take(LONGEST).position(|b| b == b'"')?;
        let title = quoted.get(..end).filter(|title| !title.trim().is_empty())?;
        return (!title.contains('\n')).then_some((end + 2, title));
    }
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':');
    let length = named
        .find(|c| !is_word(c))
        .unwrap_or(named.len())
        .min(LONGEST);
    let title = named.get(..length)?.trim_end_matches(['.', ':', '-']);
    let begins = title.starts_with(char::is_alphabetic);
    let ends = !named.get(title.len()..).unwrap_or("").starts_with('/');
    (begins && ends).then_some((title.len(), title))
}

/// The name after an at sign, of a person or a group. The names that mean everybody are none.
fn user_name(named: &str) -> Option<&str> {
    let name = named
        .get(..path_length(named))?
        .trim_end_matches(['.', '-', '/']);
    let begins = name.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
    let everybody = ["all", "here", "channel", "everyone"].contains(&name);
    let ends = ends_word(named.get(name.len()..).unwrap_or(""));
    (begins && ends && !everybody && !name.contains("//") && name.len() <= 255).then_some(name)
}

fn path_length(text: &str) -> usize {
    text.bytes()
        .position(|b| !is_path_byte(b))
        .unwrap_or(text.len())
}

fn ends_word(rest: &str) -> bool {
    !rest.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '@'))
}

fn is_path(path: &str) -> bool {
    path.len() <= 255
        && path.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
        && path.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
        && !path.contains("//")
}

fn is_full_path(path: &str) -> bool {
    path.contains('/') && is_path(path)
}

/// A commit's hash, whole or short. A number, or a word of the letters a to f, is none.
fn is_sha(word: &str) -> bool {
    (8..=40).contains(&word.len())
        && word.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
        && word.bytes().any(|b| b.is_ascii_digit())
        && word.bytes().any(|b| b.is_ascii_alphabetic())
}

fn address<'t>(rest: &'t str, scheme: &str, place: &Place<'_>) -> Option<(usize, Stretch<'t>)> {
    const LONGEST: usize = 1_024;
    if !scheme.eq_ignore_ascii_case("https") && !scheme.eq_ignore_ascii_case("http") {
        return None;
    }
    // Nothing longer can be linked, so no more of it is looked at.
    let rest = rest.get(..rest.floor_char_boundary(LONGEST))?;
    let end = rest
        .find(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"' | '`'))
        .unwrap_or(rest.len());
    if end == LONGEST {
        return None;
    }
    let url = without_punctuation(rest.get(..end)?);
    mrkdwn::is_web_address(url).then(|| {
        let label = short_name(url, place);
        (url.len(), Stretch::Address { url, label })
    })
}

/// An address without what ends the sentence or the brackets around it.
fn without_punctuation(url: &str) -> &str {
    let mut spare = url
        .matches(')')
        .count()
        .saturating_sub(url.matches('(').count());
    url.trim_end_matches(|c| match c {
        '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '*' | '_' | '~' | ']' | '}' => true,
        ')' if 0 < spare => {
            spare -= 1;
            true
        }
        _ => false,
    })
}

/// `#12` for the address of this project's issue 12, `a/b!7` for another project's: GitLab shows
/// them so.
fn short_name(url: &str, place: &Place<'_>) -> Option<String> {
    let instance = place.instance_url();
    let path = url
        .strip_prefix(instance)
        .filter(|_| !instance.is_empty())?;
    let (project, page) = path.strip_prefix('/')?.split_once("/-/")?;
    let (kind, number) = page.split_once('/')?;
    let sigil = match kind {
        "issues" | "work_items" => '#',
        "merge_requests" => '!',
        _ => return None,
    };
    let is_number = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    let project = if project == place.project_path {
        ""
    } else {
        project
    };
    is_number.then(|| format!("{project}{sigil}{number}"))
}
