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
mod tests;
