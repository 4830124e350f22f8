//! Writes the generated part of `docs/slack-app.md` anew: all that follows its heading `Commands`.

fn main() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/slack-app.md");
    let page = std::fs::read_to_string(path).expect("docs/slack-app.md can be read");
    let heading = "## Commands\n\n";
    let from = page
        .find(heading)
        .expect("the page has the heading Commands")
        + heading.len();
    let page = format!("{}{}", &page[..from], app::slash::reference());
    std::fs::write(path, page).expect("docs/slack-app.md can be written");
}
