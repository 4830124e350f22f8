//! GitLab's quotes of many lines: what stands between two lines of `>>>`.
//!
//! <https://docs.gitlab.com/user/markdown/#multiline-blockquote>. The parser knows only the `>`
//! before each line, so that is what they become.

use std::borrow::Cow;

const FENCE: &str = ">>>";

/// `source` with a `>` before each line of such a quote. One that is not closed is none.
pub(super) fn unfolded(source: &str) -> Cow<'_, str> {
    if !source.lines().any(is_fence) {
        return Cow::Borrowed(source);
    }
    let mut out = String::with_capacity(source.len() + source.len() / 8);
    let mut fences_left = source.lines().filter(|line| is_fence(line)).count();
    let mut is_open = false;
    let mut code: Option<&str> = None;
    for line in source.lines() {
        let mark = code_fence(line);
        if code.is_none() && is_fence(line) {
            fences_left -= 1;
            is_open = !is_open && 0 < fences_left;
            out.push('\n');
            continue;
        }
        code = match code {
            None => mark,
            Some(open) if mark == Some(open) => None,
            open => open,
        };
        if is_open {
            out.push_str("> ");
        }
        out.push_str(line);
        out.push('\n');
    }
    Cow::Owned(out)
}

fn is_fence(line: &str) -> bool {
    line.trim_end() == FENCE
}

fn code_fence(line: &str) -> Option<&'static str> {
    let line = line.trim_start();
    ["```", "~~~"]
        .into_iter()
        .find(|mark| line.starts_with(mark))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_between_is_quoted() {
        for (source, expected) in [
            ("a\n>>>\nb\n\nc\n>>>\nd", "a\n\n> b\n> \n> c\n\nd\n"),
            (">>>\nnot closed", "\nnot closed\n"),
            ("```\n>>>\n```\n>>>\na\n>>>", "```\n>>>\n```\n\n> a\n\n"),
            ("> a", "> a"),
        ] {
            assert_eq!(unfolded(source), expected, "{source:?}");
        }
    }
}
