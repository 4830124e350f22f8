//! Lines of a file as a block of code.

use domain::Mrkdwn;
use domain::mrkdwn::{self, Backticks};
use gitlab::links::Lines;

/// The most lines that are shown.
const MOST_LINES: u64 = 20;
/// The most characters of a line, and of all of them.
const LONGEST_LINE: usize = 200;
const MOST_CHARS: usize = 2_400;

/// Some lines of a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Shown {
    pub(super) block: Mrkdwn,
    pub(super) first: u64,
    pub(super) last: u64,
}

/// The lines that are wanted, as far as the file has them and there is room.
pub(super) fn of(text: &str, wanted: Lines) -> Option<Shown> {
    let from = usize::try_from(wanted.first).ok()?.saturating_sub(1);
    let count = (wanted.last - wanted.first).saturating_add(1);
    let count = usize::try_from(count.min(MOST_LINES)).ok()?;
    let mut block = "```\n".to_owned();
    let mut last = None;
    for (number, line) in (wanted.first..).zip(text.lines().skip(from).take(count)) {
        if MOST_CHARS < block.len() {
            break;
        }
        push(&mut block, line);
        last = Some(number);
    }
    block.push_str("```");
    Some(Shown {
        block: Mrkdwn::from_trusted(block),
        first: wanted.first,
        last: last?,
    })
}

/// One line of a block, which three backticks would end.
fn push(block: &mut String, line: &str) {
    let line = line.replace("```", "ˋˋˋ");
    let cut = line.char_indices().nth(LONGEST_LINE);
    let shown = cut.map_or(line.as_str(), |(at, _)| line.get(..at).unwrap_or_default());
    mrkdwn::escape_code_into(block, shown, Backticks::Kept);
    block.push_str(if cut.is_some() { "…\n" } else { "\n" });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, first: u64, last: u64, expected: Option<(&str, u64)>) {
        let shown = of(text, Lines { first, last });
        let shown = shown.map(|shown| (shown.block.as_str().to_owned(), shown.last));
        let expected = expected.map(|(block, last)| (block.to_owned(), last));
        assert_eq!(shown, expected);
    }

    #[test]
    fn the_lines_that_are_named_are_shown_and_cannot_leave_the_block() {
        let text = "one\ntwo ``` <!here>\n  three\n";
        check(text, 1, 1, Some(("```\none\n```", 1)));
        let two = "```\ntwo ˋˋˋ &lt;!here&gt;\n  three\n```";
        check(text, 2, 9, Some((two, 3)));
        check(text, 4, 5, None);
        check("", 1, 1, None);
    }

    #[test]
    fn long_files_and_long_lines_are_cut() {
        let text = "x\n".repeat(100);
        let shown = of(
            &text,
            Lines {
                first: 5,
                last: u64::MAX,
            },
        )
        .unwrap();
        assert_eq!((shown.first, shown.last), (5, 24));
        let text = format!("{}\n", "&".repeat(1_000)).repeat(20);
        let shown = of(&text, Lines { first: 1, last: 20 }).unwrap();
        assert!(shown.block.as_str().len() < 4_000);
        assert!(shown.last < 20);
    }
}
