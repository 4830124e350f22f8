//! Whatever a description says, setting a box changes that box and nothing else.

use gitlab::task_list::{self, TaskItem, TaskState};
use proptest::prelude::*;

/// What descriptions are made of, and what could lead a reader astray.
fn piece() -> impl Strategy<Value = String> {
    let pieces = [
        "- ",
        "* ",
        "1. ",
        "  ",
        "    ",
        "\t",
        "> ",
        "[ ] ",
        "[x] ",
        "[X] ",
        "[~] ",
        "[ ]",
        "x",
        "ä 💥 ",
        "```",
        "~~~~",
        "`",
        "<!--",
        "-->",
        "<pre>",
        "</pre>",
        "\n",
        "\r\n",
        "\n\n",
        "<!-- signalbox:one -->",
        "<!-- signalbox:two -->",
    ];
    prop_oneof![
        9 => proptest::sample::select(pieces.to_vec()).prop_map(str::to_owned),
        1 => any::<String>(),
    ]
}

fn description() -> impl Strategy<Value = String> {
    proptest::collection::vec(piece(), 0..60).prop_map(|pieces| pieces.concat())
}

fn state() -> impl Strategy<Value = TaskState> {
    prop_oneof![
        Just(TaskState::Open),
        Just(TaskState::Done),
        Just(TaskState::Inapplicable),
    ]
}

proptest! {
    #[test]
    fn a_box_is_set_and_nothing_else(text in description(), state in state()) {
        for item in task_list::items(&text) {
            let set = task_list::set_line(&text, item.line, state).unwrap();
            let mut expected: Vec<TaskItem> = task_list::items(&text);
            for other in expected.iter_mut().filter(|other| other.line == item.line) {
                other.state = state;
            }
            prop_assert_eq!(task_list::items(&set), expected);
            let changed = text.lines().zip(set.lines()).filter(|(before, after)| before != after);
            prop_assert!(changed.count() <= 1);
            let back = task_list::set_line(&set, item.line, item.state).unwrap();
            prop_assert_eq!(task_list::items(&back), task_list::items(&text));
        }
    }

    #[test]
    fn what_was_set_by_its_marker_is_what_changed(text in description(), state in state()) {
        for marker in ["one", "two"] {
            let Some(set) = task_list::set(&text, marker, state) else { continue };
            let first = task_list::items(&text)
                .into_iter()
                .find(|item| item.marker.as_deref() == Some(marker))
                .unwrap();
            let changed = task_list::changes(&text, &set);
            if first.state == state {
                prop_assert_eq!(&set, &text);
                prop_assert!(changed.is_empty());
            } else {
                prop_assert_eq!(changed, vec![TaskItem { state, ..first }]);
            }
        }
    }
}
