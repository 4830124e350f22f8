//! Task lists in GitLab Markdown: the boxes that people tick in a description.
//!
//! What counts as an item is what GitLab draws a box for: a list item of any kind that begins
//! with `[ ]`, `[x]` or `[~]` and says something, nested and quoted ones too, but nothing in a
//! code block or an HTML comment. An item that we wrote ends with a marker, an HTML comment
//! that nobody sees, by which it is found again however people reword or move it. Nothing else
//! of a text is ever changed.

mod lines;

use std::collections::HashMap;

use lines::Line;

/// Markers with longer names are none, in bytes.
const LONGEST_MARKER: usize = 100;

/// One box with what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskItem {
    /// What the line says without box and marker, as Markdown.
    pub text: String,
    pub state: TaskState,
    /// The name in the line's marker, when it has one.
    pub marker: Option<String>,
    /// The line it is in, from 0.
    pub line: usize,
}

/// Whether a box is ticked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaskState {
    /// `[ ]`
    Open,
    /// `[x]`
    Done,
    /// `[~]`: it does not apply, says whoever wrote so.
    Inapplicable,
}

/// The marker of this name, for the end of an item's line. A name has letters, digits and
/// `- _ . :`; `None` for another one.
#[must_use]
pub fn marker(name: &str) -> Option<String> {
    is_marker(name).then(|| format!("{OPENING}{name}{CLOSING}"))
}

/// The items of a text, from top to bottom.
#[must_use]
pub fn items(markdown: &str) -> Vec<TaskItem> {
    lines::lines(markdown)
        .enumerate()
        .filter_map(|(number, line)| item(number, &line))
        .collect()
}

/// The text with the box of the item with this marker set so; `None` when there is no such
/// item. Of several the first one counts.
#[must_use]
pub fn set(markdown: &str, marker: &str, state: TaskState) -> Option<String> {
    let has_it = |item: &TaskItem| item.marker.as_deref() == Some(marker);
    set_where(markdown, has_it, state)
}

/// As [`set`], for the item in this line (see [`TaskItem::line`]).
#[must_use]
pub fn set_line(markdown: &str, line: usize, state: TaskState) -> Option<String> {
    set_where(markdown, |item| item.line == line, state)
}

/// The items that two versions of a text both have and whose boxes differ, as they are in the
/// second. Items are the same by their marker, without one by what they say.
#[must_use]
pub fn changes(before: &str, after: &str) -> Vec<TaskItem> {
    let mut known: HashMap<Identity, TaskState> = HashMap::new();
    for (identity, item) in identified(items(before)) {
        known.insert(identity, item.state);
    }
    identified(items(after))
        .into_iter()
        .filter(|(identity, item)| known.get(identity).is_some_and(|was| *was != item.state))
        .map(|(_, item)| item)
        .collect()
}

const OPENING: &str = "<!-- signalbox:";
const CLOSING: &str = " -->";

fn is_marker(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte);
    // Two hyphens end a comment in some readers.
    (1..=LONGEST_MARKER).contains(&name.len())
        && name.bytes().all(allowed)
        && !name.contains("--")
        && !name.ends_with('-')
}

fn item(number: usize, line: &Line<'_>) -> Option<TaskItem> {
    let task = line.task.as_ref()?;
    let said = task.text.trim();
    let marked = said.rsplit_once(OPENING).and_then(|(text, rest)| {
        let name = rest.strip_suffix("-->")?.trim();
        is_marker(name).then_some((text.trim(), name))
    });
    let (text, marker) = match marked {
        Some((text, name)) => (text, Some(name.to_owned())),
        None => (said, None),
    };
    Some(TaskItem {
        text: text.to_owned(),
        state: task.state,
        marker,
        line: number,
    })
}

fn set_where(
    markdown: &str,
    is_it: impl Fn(&TaskItem) -> bool,
    state: TaskState,
) -> Option<String> {
    let box_at = lines::lines(markdown)
        .enumerate()
        .find_map(|(number, line)| {
            let item = item(number, &line)?;
            let task = line.task.as_ref()?;
            is_it(&item).then(|| (task.box_at.clone(), item.state))
        });
    let (at, was) = box_at?;
    let mut text = markdown.to_owned();
    // `[X]` is ticked already, and left as somebody typed it.
    if was != state {
        let sign = match state {
            TaskState::Open => " ",
            TaskState::Done => "x",
            TaskState::Inapplicable => "~",
        };
        text.replace_range(at, sign);
    }
    Some(text)
}

/// What makes an item the same in two versions.
#[derive(PartialEq, Eq, Hash)]
enum Identity {
    Marker(String),
    /// The n-th that says so.
    Text(String, usize),
}

fn identified(items: Vec<TaskItem>) -> Vec<(Identity, TaskItem)> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    let mut markers: Vec<String> = Vec::new();
    let mut identified = Vec::new();
    for item in items {
        let identity = match &item.marker {
            Some(marker) if markers.contains(marker) => continue,
            Some(marker) => {
                markers.push(marker.clone());
                Identity::Marker(marker.clone())
            }
            None => {
                let count = seen.entry(item.text.clone()).or_default();
                *count += 1;
                Identity::Text(item.text.clone(), *count)
            }
        };
        identified.push((identity, item));
    }
    identified
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(markdown: &str) -> Vec<String> {
        items(markdown)
            .into_iter()
            .map(|item| {
                let sign = match item.state {
                    TaskState::Open => ' ',
                    TaskState::Done => 'x',
                    TaskState::Inapplicable => '~',
                };
                let marker = item.marker.map(|name| format!(" ({name})"));
                let marker = marker.unwrap_or_default();
                format!("{}[{sign}] {}{marker}", item.line, item.text)
            })
            .collect()
    }

    #[test]
    fn every_box_that_gitlab_draws_is_an_item() {
        let markdown = "# Steps\n\n\
            - [ ] one\n\
            * [x] two\n\
            \u{20}\u{20}1. [X] **nested** <!-- signalbox:step.2-a -->\n\
            + [~] three\n\
            2) [ ] four<!-- signalbox:x -->\r\n\
            > - [ ] quoted\n\
            - 1. [ ] twice a list\n\
            \t- [ ] by a tab\n";
        let expected = [
            "2[ ] one",
            "3[x] two",
            "4[x] **nested** (step.2-a)",
            "5[~] three",
            "6[ ] four (x)",
            "7[ ] quoted",
            "8[ ] twice a list",
            "9[ ] by a tab",
        ];
        assert_eq!(shown(markdown), expected);
    }

    #[test]
    fn what_gitlab_draws_no_box_for_is_none() {
        for markdown in [
            "[ ] no list",
            "- [] nothing between",
            "- [x]no space",
            "- [ ]",
            "- [ ]   ",
            "- [y] another letter",
            "-[ ] no space before",
            "- text [ ] inside",
            "```\n- [ ] code\n```",
            "~~~~ruby\n- [ ] code\n~~~\n- [ ] still code\n~~~~",
            "- item\n\n  ```\n  - [ ] code\n  ```",
            "> ```\n> - [ ] code\n> ```",
            "```\n- [ ] never closed",
            "    - [ ] indented code",
            "text\n\n    - [ ] indented code",
            "<!--\n- [ ] a comment\n-->",
            "<!-- - [ ] a comment -->",
            "<pre>\n- [ ] code\n</pre>",
        ] {
            assert!(shown(markdown).is_empty(), "{markdown:?}");
        }
    }

    #[test]
    fn a_list_goes_on_after_a_code_block_or_a_comment() {
        let markdown = "```\n- [ ] code\n```\n- [ ] one\n<!--\n- [ ] x\n-->\n- [x] two\n\
            `` ` `` ```x``` \n- [ ] three";
        assert_eq!(shown(markdown), ["3[ ] one", "7[x] two", "9[ ] three"]);
        let unclosed = "> ```\n> - [ ] code\n- [ ] behind the quote\n\n- item\n  ```\n\n  - [ ] \
            code\n- [ ] behind the item\n";
        assert_eq!(
            shown(unclosed),
            ["2[ ] behind the quote", "8[ ] behind the item"]
        );
    }

    #[test]
    fn a_box_is_set_by_its_marker_and_nothing_else_changes() {
        let marker = marker("step-2").unwrap();
        let markdown = format!(
            "Ticks:\r\n\r\n- [ ] one {marker} said in passing\r\n  * [ ] two  {marker}\r\n- [X] \
             three <!-- signalbox:step-3 -->"
        );
        let ticked = set(&markdown, "step-2", TaskState::Done).unwrap();
        assert_eq!(ticked, markdown.replace("* [ ] two", "* [x] two"));
        let again = set(&ticked, "step-2", TaskState::Done).unwrap();
        assert_eq!(again, ticked);
        let open = set(&ticked, "step-2", TaskState::Open).unwrap();
        assert_eq!(open, markdown);
        let as_typed = set(&markdown, "step-3", TaskState::Done).unwrap();
        assert_eq!(as_typed, markdown);
        assert_eq!(set(&markdown, "step-4", TaskState::Done), None);
        let by_line = set_line(&markdown, 2, TaskState::Inapplicable).unwrap();
        assert_eq!(by_line, markdown.replace("- [ ] one", "- [~] one"));
        assert_eq!(set_line(&markdown, 0, TaskState::Done), None);
    }

    #[test]
    fn only_names_that_cannot_leave_the_comment_make_a_marker() {
        for name in ["a", "step-1.b_c:d", "rlt_01H"] {
            assert!(marker(name).is_some(), "{name}");
        }
        for name in ["", "a b", "a-->", "x--y", "a-", "é", &"a".repeat(101)] {
            assert!(marker(name).is_none(), "{name}");
        }
    }

    #[test]
    fn the_boxes_that_somebody_ticked_are_found_however_the_text_moved() {
        let before = "- [ ] one <!-- signalbox:1 -->\n- [x] two <!-- signalbox:2 -->\n\
            - [ ] same\n- [ ] same\n- [ ] gone\n";
        let after = "New words.\n- [ ] two, reworded <!-- signalbox:2 -->\n- [ ] same\n\
            - [x] same\n- [x] new\n- [x] one <!-- signalbox:1 -->\n";
        let changed: Vec<(String, TaskState)> = changes(before, after)
            .into_iter()
            .map(|item| (item.text, item.state))
            .collect();
        let expected = [
            ("two, reworded", TaskState::Open),
            ("same", TaskState::Done),
            ("one", TaskState::Done),
        ];
        assert_eq!(
            changed,
            expected.map(|(text, state)| (text.to_owned(), state))
        );
        assert!(changes(after, after).is_empty());
    }
}
