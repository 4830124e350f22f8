//! The page that lists all kinds and actions says what the code says.

use crate::representative::table::page;

#[test]
fn the_event_table_is_what_the_code_says() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/events.md");
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        committed == page(),
        "docs/events.md is stale; make it anew with `cargo run -p notify --example event_table`"
    );
}
