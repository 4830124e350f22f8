//! A message for a terminal: markup taken off, addresses kept.
//!
//! What our own code marks can be told from what came from outside, as `domain::mrkdwn` writes
//! the latter's marks with look-alikes: here they become what they were.

use domain::{Message, Mrkdwn};

/// A message as lines of text.
pub(crate) fn message(message: &Message) -> String {
    let mut lines = vec![text(&message.headline)];
    let mut indented = |text: String| lines.extend(text.lines().map(|line| format!("  {line}")));
    if let Some(body) = &message.body {
        indented(text(body));
    }
    for fact in &message.facts {
        indented(format!("{}: {}", fact.label, text(&fact.value)));
    }
    for piece in &message.context {
        indented(text(piece));
    }
    for link in &message.links {
        indented(format!("{}: {}", link.label, link.url));
    }
    lines.join("\n")
}

/// Markup as plain text.
pub(crate) fn text(markup: &Mrkdwn) -> String {
    let mut out = String::new();
    let mut rest = markup.as_str();
    let mut is_in_code = false;
    while let Some(c) = rest.chars().next() {
        if c == '<'
            && let Some((inner, after)) = rest[1..].split_once('>')
        {
            link(&mut out, inner);
            rest = after;
            continue;
        }
        if c == '&'
            && let Some((plain, after)) = entity(rest)
        {
            out.push(plain);
            rest = after;
            continue;
        }
        rest = &rest[c.len_utf8()..];
        match c {
            '`' => is_in_code = !is_in_code,
            '*' if !is_in_code && is_edge(&out, rest) => (),
            c => out.extend(original(c)),
        }
    }
    out
}

/// An address with what it is called, if that says more.
fn link(out: &mut String, inner: &str) {
    let (url, label) = inner.split_once('|').unwrap_or((inner, ""));
    let label = text(&Mrkdwn::from_trusted(label.to_owned()));
    let url = url.replace("&amp;", "&");
    if label.is_empty() || label == url {
        out.push_str(&url);
    } else {
        out.push_str(&format!("{label} ({url})"));
    }
}

fn entity(rest: &str) -> Option<(char, &str)> {
    let entities = [("&amp;", '&'), ("&lt;", '<'), ("&gt;", '>')];
    entities
        .into_iter()
        .find_map(|(name, plain)| Some((plain, rest.strip_prefix(name)?)))
}

/// Whether a mark stands at the edge of a word: only there it is one.
fn is_edge(before: &str, after: &str) -> bool {
    let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    !(is_word(before.chars().next_back()) && is_word(after.chars().next()))
}

/// What `domain::mrkdwn` wrote a look-alike for.
fn original(c: char) -> Option<char> {
    match c {
        '∗' => Some('*'),
        'ˍ' => Some('_'),
        '∼' => Some('~'),
        'ˋ' => Some('`'),
        '\u{2060}' => None,
        c => Some(c),
    }
}

#[cfg(test)]
mod tests {
    use domain::{mrkdwn, say};

    use super::*;

    #[test]
    fn markup_becomes_what_it_was_made_of() {
        for outside in ["a_b <c> & *d* `e` :f: ~g~ _h_", "x*y", "Some::Worker"] {
            assert_eq!(text(&mrkdwn::escape(outside)), outside);
            let shown = text(&mrkdwn::code(outside));
            assert_eq!(shown, outside, "as code");
        }
        let sentence = say!(
            "{} on {}, see {}",
            mrkdwn::code("a_b"),
            mrkdwn::bold("production"),
            mrkdwn::link("https://a.example/?b&c", "the issue")
        );
        assert_eq!(
            text(&sentence),
            "a_b on production, see the issue (https://a.example/?b&c)"
        );
    }
}
