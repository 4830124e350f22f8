//! Text from people, safe within GitLab's Markdown.

use jiff::SignedDuration;

/// More of what somebody typed is not repeated.
const LONGEST: usize = 600;

/// A name as code: it is no mention, no label and no reference.
pub(super) fn code(text: &str) -> String {
    let text = text.replace(['`', '\n', '\r'], " ");
    format!("`{}`", text.trim())
}

/// What somebody said, on one line and as it was typed: addresses are links, everything else is
/// no markup and no mention.
pub(super) fn said(text: &str) -> String {
    let text: String = text.chars().take(LONGEST).collect();
    let words = text.split_whitespace().map(|word| {
        if is_address(word) {
            word.to_owned()
        } else {
            plain(word)
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

fn is_address(word: &str) -> bool {
    let is_web = word.starts_with("https://") || word.starts_with("http://");
    is_web && !word.contains(['<', '>', '`', '[', ']', '(', ')', '*', '@', '"', '|', '\\'])
}

fn plain(word: &str) -> String {
    let mut escaped = String::with_capacity(word.len());
    let mut letters = word.chars();
    while let Some(c) = letters.next() {
        // `%` names a milestone only before its name.
        let is_markup = match c {
            '%' => letters.clone().any(|c| c.is_alphanumeric() || c == '"'),
            c => "\\`*_[]<>#~|!&$^{}".contains(c),
        };
        match c {
            '@' => escaped.push_str("@\u{200b}"),
            c if is_markup => escaped.extend(['\\', c]),
            c if c.is_control() => (),
            c => escaped.push(c),
        }
    }
    escaped
}

/// Markdown that the plan's author wrote; nothing in it can end or begin a marker of ours.
pub(super) fn written(text: &str) -> String {
    text.trim().replace("<!-- signalbox:", "<!-- ")
}

/// `15 min`, `1 h 30 min`, `2 d`.
pub(super) fn duration(duration: SignedDuration) -> String {
    crate::wording::duration(duration)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_people_typed_is_markup_or_a_mention() {
        for (typed, expected) in [
            ("seen on staging", "seen on staging"),
            (
                "https://g.example/a/-/jobs/1#L2 ok",
                "https://g.example/a/-/jobs/1#L2 ok",
            ),
            ("@all\n/close", "@\u{200b}all /close"),
            ("[x](http://evil)", "\\[x\\](http://evil)"),
            ("https://a.example/<b>", "https://a.example/\\<b\\>"),
            ("2 of 9 (25 %; so)", "2 of 9 (25 %; so)"),
            (
                "%15.8 *b* `c` ~label !1",
                "\\%15.8 \\*b\\* \\`c\\` \\~label \\!1",
            ),
        ] {
            assert_eq!(said(typed), expected);
        }
        assert_eq!(code("a`b\n@all"), "`a b @all`");
    }
}
