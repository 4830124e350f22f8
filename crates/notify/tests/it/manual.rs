//! The manual of what people will see: every kind and action as a whole message.

use std::fmt::Write;

use domain::EventKind;

use crate::representative::examples;
use crate::screen::screen;

#[test]
fn every_kind_and_action_looks_like_this() {
    for &kind in EventKind::ALL {
        let mut manual = String::new();
        for example in examples()
            .iter()
            .filter(|example| example.event.kind() == kind)
        {
            writeln!(
                manual,
                "== {} ==\n{}",
                example.action,
                screen(&example.event)
            )
            .unwrap();
        }
        assert!(!manual.is_empty(), "no example of {kind}");
        insta::assert_snapshot!(kind.name(), manual);
    }
}
