//! The generated parts of the documents, for the test that compares and the example that writes.

pub const SCHEMA: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../docs/rollout-plan.schema.json"
);
pub const ROLLOUTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/rollouts.md");

const BEGIN: &str = "<!-- keys: made by `cargo run -p rollouts --example plan_page` -->\n";
const END: &str = "<!-- end of keys -->\n";

pub fn schema() -> String {
    format!("{:#}\n", rollouts::plan::schema())
}

/// The page with its reference made anew.
pub fn rollouts(page: &str) -> String {
    let (before, rest) = page
        .split_once(BEGIN)
        .expect("the page has a place for the keys");
    let (_, after) = rest.split_once(END).expect("the place for the keys ends");
    format!(
        "{before}{BEGIN}\n{}\n{END}{after}",
        rollouts::plan::reference()
    )
}
