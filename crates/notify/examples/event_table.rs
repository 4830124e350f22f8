//! Writes `docs/events.md`: `cargo run -p notify --example event_table`.

#[path = "../tests/representative/mod.rs"]
mod representative;

fn main() -> std::io::Result<()> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/events.md");
    std::fs::write(path, representative::table::page())
}
