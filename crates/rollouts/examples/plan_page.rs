//! Writes `docs/rollout-plan.schema.json` and the reference in `docs/rollouts.md` anew:
//! `cargo run -p rollouts --example plan_page`.

#[path = "../tests/page/mod.rs"]
mod page;

fn main() -> std::io::Result<()> {
    std::fs::write(page::SCHEMA, page::schema())?;
    std::fs::write(
        page::ROLLOUTS,
        page::rollouts(&std::fs::read_to_string(page::ROLLOUTS)?),
    )
}
