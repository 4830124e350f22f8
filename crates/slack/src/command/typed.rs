//! From the text of a command back to what was typed.
//!
//! Slack escapes `&`, `<` and `>` once, and puts what it understood into brackets of its own:
//! people, channels, groups and links.

/// What a person typed to make Slack send `text`. Brackets that are not Slack's stay.
pub(crate) fn typed(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        let (before, from) = rest.split_at(start);
        out.push_str(&unescaped(before));
        match understood(from) {
            Some((typed, length)) => {
                out.push_str(&typed);
                rest = &from[length..];
            }
            None => {
                out.push('<');
                rest = &from[1..];
            }
        }
    }
    out.push_str(&unescaped(rest));
    out
}

/// Undoes Slack's escaping, once: `&amp;lt;` was typed as `&lt;`.
fn unescaped(text: &str) -> String {
    // `&amp;` comes last, so that what it leaves is not taken for an entity.
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}

/// What was typed for the brackets that `from` begins with, and their length.
fn understood(from: &str) -> Option<(String, usize)> {
    let end = from[1..].find(['<', '>'])? + 1;
    let inner = from[1..end].trim();
    if !from[end..].starts_with('>') {
        return None;
    }
    let (target, label) = match inner.split_once('|') {
        Some((target, label)) => (target, Some(label).filter(|label| !label.is_empty())),
        None => (inner, None),
    };
    let typed = match target.chars().next()? {
        '@' => mention(&target[1..], "@", label, "@")?,
        // A private channel comes without its name, and its id is as good.
        '#' => mention(&target[1..], "#", label, "")?,
        '!' if 1 < target.len() => special(&target[1..], label),
        _ if is_address(target) => link(target, label),
        _ => return None,
    };
    Some((typed, end + 1))
}

fn mention(id: &str, sign: &str, label: Option<&str>, sign_of_id: &str) -> Option<String> {
    let is_id = !id.is_empty()
        && id
            .bytes()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    is_id.then(|| match label {
        Some(label) => format!("{sign}{}", unescaped(label.trim_start_matches(sign))),
        None => format!("{sign_of_id}{id}"),
    })
}

/// `<!here>`, `<!subteam^S012|@team>`, `<!date^…|fallback>`.
fn special(target: &str, label: Option<&str>) -> String {
    match label {
        Some(label) if target.starts_with("date^") || label.starts_with('@') => unescaped(label),
        Some(label) => format!("@{}", unescaped(label)),
        None => format!("@{}", target.trim_start_matches("subteam^")),
    }
}

fn is_address(target: &str) -> bool {
    ["http://", "https://", "mailto:", "tel:"]
        .iter()
        .any(|scheme| starts_with(target, scheme))
}

fn starts_with(text: &str, scheme: &str) -> bool {
    text.get(..scheme.len())
        .is_some_and(|head| head.eq_ignore_ascii_case(scheme))
}

/// A label that Slack made of the address is what was typed (`gitlab.com` becomes
/// `<http://gitlab.com|gitlab.com>`); beside any other label the address is what counts.
fn link(target: &str, label: Option<&str>) -> String {
    let target = unescaped(target);
    match label.map(unescaped) {
        Some(label) if bare(&label) == bare(&target) => label,
        Some(_) | None => target,
    }
}

fn bare(address: &str) -> &str {
    let scheme = ["http://", "https://", "mailto:", "tel:"]
        .into_iter()
        .find(|scheme| starts_with(address, scheme));
    address[scheme.map_or(0, str::len)..].trim_end_matches('/')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_slack_understood_is_what_was_typed() {
        for (text, expected) in [
            ("run feature get a_flag", "run feature get a_flag"),
            ("--user=<@U0ANA|ana> on", "--user=@ana on"),
            ("<@U0ANA>", "@U0ANA"),
            ("<#C0GENERAL|general>", "#general"),
            ("<#C0PRIVATE|>", "C0PRIVATE"),
            ("<#C0PRIVATE>", "C0PRIVATE"),
            (
                "<!here> <!subteam^S0TEAM|@team> <!subteam^S0TEAM>",
                "@here @team @S0TEAM",
            ),
            ("<!date^1700000000^{date}|14 Nov>", "14 Nov"),
            (
                "release check <https://gitlab.example/a/b/-/merge_requests/1> 15.8",
                "release check https://gitlab.example/a/b/-/merge_requests/1 15.8",
            ),
            ("<http://gitlab.com|gitlab.com>", "gitlab.com"),
            (
                "<https://g.ex/?a=1&amp;b=2|g.ex/?a=1&amp;b=2>",
                "g.ex/?a=1&b=2",
            ),
            (
                "<https://g.ex/-/merge_requests/1|!1>",
                "https://g.ex/-/merge_requests/1",
            ),
            (
                "<mailto:ana@example.com|ana@example.com>",
                "ana@example.com",
            ),
        ] {
            assert_eq!(typed(text), expected, "{text}");
        }
    }

    #[test]
    fn escapes_are_undone_once() {
        for (text, expected) in [
            ("a &lt; b &amp;&amp; c &gt; d", "a < b && c > d"),
            ("&amp;lt; &amp;amp;", "&lt; &amp;"),
            ("--project &lt;project&gt;", "--project <project>"),
            ("&lt;@U0ANA|ana&gt;", "<@U0ANA|ana>"),
            ("&quot; & &", "&quot; & &"),
        ] {
            assert_eq!(typed(text), expected, "{text}");
        }
    }

    #[test]
    fn other_brackets_stay() {
        for text in [
            "<flag-name>",
            "a < b > c",
            "<",
            "<>",
            "<!>",
            "<|x>",
            "<<@ana>>",
            "<@ana>",
            "<#general>",
            "<é",
        ] {
            assert_eq!(typed(text), text, "{text}");
        }
    }

    proptest! {
        /// What is typed is escaped by Slack, and comes back whole.
        #[test]
        fn what_was_escaped_comes_back(text in "([<>&;a-z@#|! ]|&lt;|&amp;){0,60}") {
            let sent = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            prop_assert_eq!(typed(&sent), text);
        }

        #[test]
        fn no_text_is_too_strange(text in "([<>&|@#!:/^.é]|https://|[A-Z]){0,60}") {
            let _ = typed(&text);
        }
    }
}
