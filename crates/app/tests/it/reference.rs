//! The page that tells of the commands.

#[test]
fn the_page_has_every_command_as_it_is() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/slack-app.md");
    let page = std::fs::read_to_string(path).expect("the page");
    assert!(
        page.contains(&app::slash::reference()),
        "docs/slack-app.md is stale; make it anew with `cargo run -p app --example slack_app_page`"
    );
}
