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

/// Markdown that the plan's author wrote; nothing in it can end or begin a marker of ours, do
/// something to the issue or ping anybody.
pub(super) fn written(text: &str) -> String {
    let text = text.trim().replace("<!-- signalbox:", "<!-- ");
    let mut is_code = false;
    let lines = text.lines().map(|line| {
        let begins = line.trim_start();
        let named = begins.trim_start_matches('`');
        let is_fence =
            begins.starts_with("~~~") || (3 <= begins.len() - named.len() && !named.contains('`'));
        is_code ^= is_fence;
        if is_code || is_fence {
            line.to_owned()
        } else {
            quiet(line)
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// A line without a quick action of GitLab's, and without mentions.
fn quiet(line: &str) -> String {
    let mut quiet = String::with_capacity(line.len());
    let mut before = None;
    for c in line.chars() {
        if c == '/' && quiet.trim().is_empty() {
            quiet.push('\\');
        }
        quiet.push(c);
        // Within an address of a mail it is no mention.
        let is_mention = c == '@' && before.is_none_or(|of: char| !of.is_alphanumeric());
        if is_mention {
            quiet.push('\u{200b}');
        }
        before = Some(c);
    }
    quiet
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

    #[test]
    fn what_a_plan_says_pings_nobody_and_does_nothing_to_the_issue() {
        for (typed, expected) in [
            ("**Ask** ops@a.example", "**Ask** ops@a.example"),
            ("seen by @all", "seen by @\u{200b}all"),
            ("text\n  /close\na/b", "text\n  \\/close\na/b"),
            (
                "```\n/chatops run a @b\n```\n/close",
                "```\n/chatops run a @b\n```\n\\/close",
            ),
            ("```a```\n/close", "```a```\n\\/close"),
            ("<!-- signalbox:steps:", "<!-- steps:"),
        ] {
            assert_eq!(written(typed), expected);
        }
    }
}
