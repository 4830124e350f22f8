//! Which boxes are found in a text, and what setting one changes.

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
