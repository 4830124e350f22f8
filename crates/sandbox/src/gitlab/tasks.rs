//! Task lists: the boxes in a description that people tick.
//!
//! Found by reading the Markdown as GitLab does, so that a box in a code block is none.

use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// What GitLab's Markdown has beyond the common one.
pub(super) const MARKDOWN: Options = Options::ENABLE_TASKLISTS
    .union(Options::ENABLE_TABLES)
    .union(Options::ENABLE_STRIKETHROUGH);

/// One box.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Task {
    pub done: bool,
    /// What its line says, as people read it.
    pub text: String,
    /// Where the sign between the brackets is, in bytes.
    sign: Range<usize>,
}

/// The boxes of a text, from top to bottom.
pub(super) fn tasks(text: &str) -> Vec<Task> {
    let mut tasks: Vec<Task> = Vec::new();
    // For each list item that is open the box that it begins with.
    let mut open: Vec<Option<usize>> = Vec::new();
    for (event, at) in Parser::new_ext(text, MARKDOWN).into_offset_iter() {
        match event {
            Event::Start(Tag::Item) => open.push(None),
            Event::End(TagEnd::Item) => drop(open.pop()),
            Event::TaskListMarker(done) => {
                if let Some(item) = open.last_mut() {
                    *item = Some(tasks.len());
                }
                tasks.push(Task {
                    done,
                    text: String::new(),
                    sign: at.start + 1..at.end - 1,
                });
            }
            Event::Text(said) | Event::Code(said) => {
                let task = open.last().copied().flatten();
                if let Some(task) = task.and_then(|index| tasks.get_mut(index)) {
                    task.text.push_str(&said);
                }
            }
            // What goes on in the next line is not shown with the box.
            Event::SoftBreak | Event::HardBreak => {
                if let Some(item) = open.last_mut() {
                    *item = None;
                }
            }
            _ => (),
        }
    }
    for task in &mut tasks {
        task.text = task.text.trim().to_owned();
    }
    tasks
}

/// The text with this box ticked, or not ticked any more.
pub(super) fn set(text: &str, task: &Task, done: bool) -> String {
    let mut text = text.to_owned();
    if task.done != done {
        text.replace_range(task.sign.clone(), if done { "x" } else { " " });
    }
    text
}

/// The box that `key` means: a number from 1, the name of a marker that stands in its line
/// (`<!-- signalbox:name -->`), or the beginning of what it says.
pub(super) fn find<'t>(text: &str, tasks: &'t [Task], key: &str) -> Option<&'t Task> {
    if let Some(number) = key.parse::<usize>().ok().filter(|number| 0 < *number) {
        return tasks.get(number - 1);
    }
    let key = key.to_lowercase();
    let marker = format!(":{key} -->");
    let marked = |task: &&Task| line_of(text, task).to_lowercase().contains(&marker);
    let says = |task: &&Task| task.text.to_lowercase().starts_with(&key);
    let mut all = tasks.iter();
    all.find(marked).or_else(|| tasks.iter().find(says))
}

fn line_of<'t>(text: &'t str, task: &Task) -> &'t str {
    let rest = text.get(task.sign.start..).unwrap_or_default();
    rest.lines().next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "Steps\n\n- [ ] one **more**\n  1. [x] nested `code` <!-- box:step-2 -->\n\
        - no box\n\n```\n- [ ] code\n```\n\n- [X] last\n";

    #[test]
    fn boxes_are_found_where_gitlab_draws_them() {
        let found: Vec<(bool, String)> = tasks(TEXT)
            .into_iter()
            .map(|task| (task.done, task.text))
            .collect();
        let expected = [(false, "one more"), (true, "nested code"), (true, "last")];
        let expected = expected.map(|(done, text)| (done, text.to_owned()));
        assert_eq!(found, expected);
    }

    #[test]
    fn a_box_is_ticked_and_nothing_else_changes() {
        let all = tasks(TEXT);
        let ticked = set(TEXT, &all[0], true);
        assert_eq!(ticked, TEXT.replace("- [ ] one", "- [x] one"));
        assert_eq!(set(&ticked, &tasks(&ticked)[0], false), TEXT);
        assert_eq!(set(TEXT, &all[2], true), TEXT);
    }

    #[test]
    fn a_box_goes_by_number_marker_or_beginning() {
        let all = tasks(TEXT);
        let text = |key: &str| find(TEXT, &all, key).map(|task| task.text.clone());
        assert_eq!(text("1").as_deref(), Some("one more"));
        assert_eq!(text("step-2").as_deref(), Some("nested code"));
        assert_eq!(text("Last").as_deref(), Some("last"));
        assert_eq!(text("0"), None);
        assert_eq!(text("4"), None);
        assert_eq!(text("nothing"), None);
    }
}
