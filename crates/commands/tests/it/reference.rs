//! The page that tells of the commands.

#[test]
fn the_page_has_every_command_as_it_is() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/chatops.md");
    let page = std::fs::read_to_string(path).unwrap();
    assert!(
        page.contains(&commands::reference()),
        "docs/chatops.md is stale; make it anew with `cargo run -p commands --example chatops_page`"
    );
}
