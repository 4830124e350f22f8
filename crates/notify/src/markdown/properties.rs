//! What holds for every source, whoever wrote it.

use proptest::prelude::*;

use super::{Place, to_mrkdwn};

const PLACE: Place<'static> = Place {
    project_url: "https://g.ex/acme/shop",
    project_path: "acme/shop",
    more_url: "https://g.ex/acme/shop/-/issues/1",
};

/// Pieces from which trouble is made.
const PIECES: &[&str] = &[
    "*",
    "**",
    "_",
    "__",
    "~",
    "~~",
    "`",
    "``",
    "```",
    "```\n",
    "~~~\n",
    "<",
    ">",
    "|",
    "&",
    ":",
    "#",
    "!",
    "[",
    "]",
    "(",
    ")",
    "\\",
    "\n",
    "\n\n",
    "\n> ",
    "\n>>>\n",
    "\n- ",
    "\n  - ",
    "\n1. ",
    "\n# ",
    "\n- [x] ",
    "\n    ",
    "---\n",
    "\n|a|b|\n|-|-|\n|",
    "<!channel>",
    "<@U1>",
    "<#C1>",
    "<!subteam^S1>",
    "<!--",
    "-->",
    "<b>",
    "</b>",
    "<i>",
    "</i>",
    "<a href=\"https://a.ex\">",
    "<a href=\"javascript:x\">",
    "</a>",
    "<code>",
    "</code>",
    "<pre>",
    "</pre>",
    "<br>",
    "<li>",
    "<details>",
    "<summary>",
    "</summary>",
    "<img src=\"/uploads/a.png\">",
    "<script>",
    "&lt;!here&gt;",
    "&amp;",
    "&#60;",
    ":smile:",
    "![a](b)",
    "[x](https://a.ex)",
    "[x](javascript:x)",
    "[a|b>c](https://a.ex/|>)",
    "[[page]]",
    "[[t|page]]",
    "[^1]",
    "\n[^1]: note\n",
    "https://a.ex/b_c*",
    "mailto:a@b.c",
    "<https://a.ex>",
    "#12",
    "!7",
    "a/b#3",
    "$5",
    "%\"m\"",
    "~bug",
    "&3",
    "@ada",
    "deadbeef12",
    "\n/label ~bug\n",
    "\u{202e}",
    "\u{200b}",
    "\u{2028}",
    "＊",
    "＞",
    "é",
    "日本",
    "👩\u{200d}💻",
    "word",
    " ",
    " a ",
    "0",
];

fn sources() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        8 => prop::sample::select(PIECES).prop_map(str::to_owned),
        1 => any::<String>(),
        1 => "[ -~\n]{0,12}",
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

/// What stands outside fixed-width blocks; says so when one is not closed.
fn outside_fences(markup: &str) -> String {
    let parts: Vec<&str> = markup.split("```").collect();
    assert!(!parts.len().is_multiple_of(2), "a block is not closed");
    parts.into_iter().step_by(2).collect::<Vec<_>>().join("\n")
}

/// The same without code spans, and with links as their labels.
fn prose(line: &str) -> String {
    let parts: Vec<&str> = line.split('`').collect();
    assert!(!parts.len().is_multiple_of(2), "a code span is not closed");
    let mut out = parts.into_iter().step_by(2).collect::<Vec<_>>().join(".");
    while let Some(start) = out.find('<') {
        let end = start + out[start..].find('>').expect("a link ends on its line");
        let inner = out[start + 1..end].to_owned();
        let label = inner.split_once('|').map_or("link", |(_, label)| label);
        out.replace_range(start..=end, label);
    }
    out
}

/// Marks that Slack would read: those that are not inside a word.
fn marks(prose: &str, mark: char) -> usize {
    let chars: Vec<char> = prose.chars().collect();
    let is_word = |at: Option<usize>| {
        at.and_then(|at| chars.get(at))
            .is_some_and(char::is_ascii_alphanumeric)
    };
    (0..chars.len())
        .filter(|&at| chars[at] == mark && !(is_word(at.checked_sub(1)) && is_word(Some(at + 1))))
        .count()
}

#[track_caller]
fn check(markup: &str, limit: usize) {
    assert!(markup.chars().count() <= limit, "longer than {limit}");
    assert_eq!(markup, markup.trim_matches([' ', '\n']), "not trimmed");
    for (at, _) in markup.match_indices('<') {
        let inner = &markup[at + 1..];
        let scheme = ["http://", "https://", "mailto:"]
            .iter()
            .any(|scheme| inner.to_ascii_lowercase().starts_with(scheme));
        assert!(scheme, "a raw angle bracket that is no link");
        let end = inner.find(['<', '>', '\n']).expect("a link is closed");
        assert!(
            inner[end..].starts_with('>'),
            "a link is closed on its line"
        );
    }
    for (at, _) in markup.match_indices('&') {
        let known = ["amp;", "lt;", "gt;"];
        let entity = &markup[at + 1..];
        assert!(
            known.iter().any(|known| entity.starts_with(known)),
            "a raw ampersand"
        );
    }
    let outside = outside_fences(markup);
    assert!(
        !markup
            .split("```")
            .step_by(2)
            .any(|part| part.contains("\n\n\n"))
    );
    for line in outside.lines() {
        let line = line.strip_prefix('>').unwrap_or(line);
        let prose = prose(line);
        assert!(!prose.contains('>'), "a raw angle bracket");
        assert!(
            !prose.trim_start().starts_with("&gt;"),
            "text became a quote"
        );
        for mark in ['*', '_', '~'] {
            assert!(
                marks(&prose, mark).is_multiple_of(2),
                "{mark} is not closed in {prose:?}"
            );
        }
    }
}

proptest! {
    #[test]
    fn whatever_the_source_the_markup_is_safe_and_within_its_limit(
        source in sources(),
        limit in 0_usize..400,
    ) {
        check(to_mrkdwn(&source, &PLACE, limit).as_str(), limit);
        check(to_mrkdwn(&source, &Place::default(), limit).as_str(), limit);
    }

    #[test]
    fn escaped_text_is_plain_whatever_it_is(text in sources()) {
        let escaped = domain::mrkdwn::escape(&text);
        let escaped = escaped.as_str();
        prop_assert!(!escaped.contains(['<', '>', '`']));
        for mark in ['*', '_', '~'] {
            prop_assert_eq!(marks(escaped, mark), 0);
        }
        for line in escaped.lines() {
            prop_assert!(!line.trim_start().starts_with("&gt;"), "text became a quote");
        }
        let label = domain::mrkdwn::link("https://a.ex", &text);
        check(label.as_str(), usize::MAX);
        check(domain::mrkdwn::bold(&text).as_str().trim(), usize::MAX);
        check(domain::mrkdwn::code(&text).as_str(), usize::MAX);
    }

    #[test]
    fn plain_words_stay_what_they_are(words in "[a-z]{1,8}( [a-z.,?()'é日]{1,8}){0,9} [a-z]") {
        let markup = to_mrkdwn(&words, &Place::default(), 1_000);
        prop_assert_eq!(markup.as_str(), words);
    }

    #[test]
    fn a_lower_limit_shows_the_beginning_of_the_same(
        words in prop::collection::vec("[a-z]{1,9}", 1..60),
        limit in 60_usize..300,
    ) {
        let source = words.join(" ");
        let markup = to_mrkdwn(&source, &PLACE, limit);
        match markup.as_str().split_once('…') {
            None => prop_assert_eq!(markup.as_str(), &source),
            Some((shown, _)) => {
                let rest = source.strip_prefix(shown);
                prop_assert!(rest.is_some_and(|rest| rest.starts_with(' ')));
            }
        }
    }
}

/// A megabyte of trouble takes no longer than it takes to look at its beginning.
#[test]
fn hostile_sources_are_not_slow() {
    for piece in [
        "[",
        "*",
        ">",
        "|",
        "`",
        "<",
        "&",
        "~",
        "_",
        "![",
        "[](",
        "- ",
        "> - ",
        "<b>",
        "<!--",
        "a*",
        "**a ",
        "\n> ",
        "|a|\n|-|\n",
        "http://a))",
        ":a",
        "#1 ",
        "[[",
        "[^",
        "\\",
        "<a href=",
        "$`",
        "~\"",
        "%",
        "a_",
        "(",
        "[a](<",
        "1. ",
        "*_",
        "``` ",
    ] {
        let source = piece.repeat((1 << 20) / piece.len());
        check(to_mrkdwn(&source, &PLACE, 3_000).as_str(), 3_000);
    }
}
