//! What a job's log says to a channel.
//!
//! A job that wants to choose writes it between `section_start:TIME:chat_reply` and
//! `section_end:TIME:chat_reply`, as GitLab's ChatOps has it. Else it is what the script wrote,
//! and without such a section the end of the log.

use domain::Mrkdwn;
use domain::mrkdwn::{self, Backticks};

/// The most characters of an output: Slack cuts a text at 3,000, escapes included.
const MOST_CHARS: usize = 2_400;
/// The most lines.
const MOST_LINES: usize = 40;

/// Sections that are an output, the better first. The second is the name of what a runner calls
/// the script, before and since runners of version 11.
const SECTIONS: [&str; 3] = ["chat_reply", "step_script", "build_script"];

/// The output in a log.
pub(super) fn of(log: &str) -> String {
    let section = SECTIONS.iter().find_map(|name| section(log, name));
    let text = section.unwrap_or(log);
    let lines: Vec<String> = text.lines().map(plain).collect();
    let said = lines.iter().filter(|line| !is_mark(line));
    let lines: Vec<&str> = said.map(|line| line.trim_end()).collect();
    lines.join("\n").trim_matches('\n').to_owned()
}

/// What stands between a section's marks; to the end of the log when it has no end.
fn section<'t>(log: &'t str, name: &str) -> Option<&'t str> {
    let begin = marked(log, "section_start:", name)?;
    let inside = log.get(begin..)?;
    // The mark ends with the name; what follows on its line is the section's heading.
    let (_, inside) = inside.split_once('\n')?;
    let end = marked(inside, "section_end:", name).and_then(|after| {
        let before = inside.get(..after)?;
        before.rfind("section_end:")
    });
    inside.get(..end.unwrap_or(inside.len()))
}

/// Where a mark of this section ends.
fn marked(text: &str, mark: &str, name: &str) -> Option<usize> {
    let mut from = 0;
    while let Some(at) = text.get(from..)?.find(mark) {
        from += at + mark.len();
        let rest = text.get(from..)?;
        let (time, rest) = rest.split_once(':')?;
        let is_time = !time.is_empty() && time.bytes().all(|byte| byte.is_ascii_digit());
        let after = rest.strip_prefix(name).filter(|_| is_time);
        let is_whole = |after: &&str| {
            !after.starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))
        };
        if let Some(after) = after.filter(is_whole) {
            return Some(text.len() - after.len());
        }
    }
    None
}

/// A line without the colors and movements of a terminal: what a terminal would show in the end.
fn plain(line: &str) -> String {
    let line = without_escapes(line.trim_end_matches('\r'));
    let shown = line.rsplit('\r').next().unwrap_or_default();
    shown
        .chars()
        .filter(|c| *c == '\t' || !c.is_control())
        .collect()
}

fn without_escapes(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, after)) = rest.split_once('\u{1b}') {
        out.push_str(before);
        rest = match after.strip_prefix('[') {
            Some(sequence) => {
                let is_last = |c: char| ('@'..='~').contains(&c);
                let end = sequence.find(is_last).map_or(sequence.len(), |at| at + 1);
                sequence.get(end..).unwrap_or_default()
            }
            None => after,
        };
    }
    out.push_str(rest);
    out
}

fn is_mark(line: &str) -> bool {
    line.starts_with("section_start:") || line.starts_with("section_end:")
}

/// An output as a block of fixed width: its end where it is too long.
pub(super) fn block(output: &str) -> Mrkdwn {
    let (shown, is_cut) = end_of(output);
    if shown.trim().is_empty() {
        return Mrkdwn::empty();
    }
    let mut block = String::from("```\n");
    if is_cut {
        block.push_str("…\n");
    }
    // Three backticks would end the block.
    let shown = shown.replace("```", "ˋˋˋ");
    for line in shown.lines() {
        mrkdwn::escape_code_into(&mut block, line, Backticks::Kept);
        block.push('\n');
    }
    block.push_str("```");
    Mrkdwn::from_trusted(block)
}

/// The last lines, as many as there is room for, and whether that is not all.
fn end_of(output: &str) -> (&str, bool) {
    let mut left = MOST_CHARS;
    let mut begin = output.len();
    for line in output.split_inclusive('\n').rev().take(MOST_LINES) {
        let room: usize = line.chars().map(written).sum();
        if left < room {
            break;
        }
        left -= room;
        begin -= line.len();
    }
    if begin == output.len() && !output.is_empty() {
        // One line that is longer than all: its end.
        let last = output.char_indices().rev().take(MOST_CHARS / 5).last();
        begin = last.map_or(begin, |(at, _)| at);
    }
    (output.get(begin..).unwrap_or_default(), 0 < begin)
}

/// How many characters one becomes when it is escaped.
fn written(c: char) -> usize {
    match c {
        '&' => 5,
        '<' | '>' => 4,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: &str = "\u{1b}[0KRunning with gitlab-runner 17.5.0\u{1b}[0;m\n\
        section_start:1700000000:prepare_script\r\u{1b}[0K\u{1b}[36;1mPreparing\u{1b}[0;m\n\
        ready\n\
        section_end:1700000001:prepare_script\r\u{1b}[0Ksection_start:1700000001:step_script\r\u{1b}[0KExecuting\n\
        $ ./reply\n\
        10 %\r50 %\r100 %\n\
        \u{1b}[32mfive\u{1b}[0m users\n\
        section_end:1700000002:step_script\r\u{1b}[0K\u{1b}[32;1mJob succeeded\u{1b}[0;m\n";

    #[test]
    fn a_reply_of_its_own_goes_before_what_the_script_wrote() {
        let with_reply = LOG.replace(
            "$ ./reply\n",
            "$ ./reply\nsection_start:1700000001:chat_reply\r\u{1b}[0K\nforty-two\nsection_end:1700000001:chat_reply\r\u{1b}[0K\n",
        );
        assert_eq!(of(&with_reply), "forty-two");
        assert_eq!(of(LOG), "$ ./reply\n100 %\nfive users");
    }

    #[test]
    fn without_sections_it_is_the_log_as_a_terminal_would_show_it() {
        assert_eq!(of("\u{1b}[1mone\u{1b}[0m\r\n\u{7}two\n\n"), "one\ntwo");
        assert_eq!(of(""), "");
    }

    #[test]
    fn a_section_of_another_name_or_without_an_end_is_no_trap() {
        let open = "section_start:1:chat_reply_old\r\nno\nsection_start:1:chat_reply\r\nyes\n";
        assert_eq!(of(open), "yes");
        assert_eq!(of("section_start:x:chat_reply\nno"), "no");
    }

    #[test]
    fn a_block_cannot_be_left_and_has_the_end_of_what_is_too_long() {
        assert_eq!(
            block("a ``` <!channel>\nb").as_str(),
            "```\na ˋˋˋ &lt;!channel&gt;\nb\n```"
        );
        assert!(block(" \n").is_empty());
        let long: String = (0..100).map(|n| format!("line {n}\n")).collect();
        let shown = block(&long);
        assert!(shown.as_str().starts_with("```\n…\nline 60\n"), "{shown}");
        assert!(shown.as_str().ends_with("line 99\n```"), "{shown}");
        for endless in ["&".repeat(10_000), "é".repeat(10_000)] {
            let length = block(&endless).as_str().chars().count();
            assert!((100..3_000).contains(&length), "{length}");
        }
    }

    #[test]
    fn no_log_breaks_the_reader() {
        proptest::proptest!(|(log in "(section_start:1:chat_reply|section_end:|\u{1b}|\\[|\r|\n|.){0,60}")| {
            let _ = block(&of(&log));
        });
    }
}
