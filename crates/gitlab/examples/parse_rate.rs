//! How long it takes to parse a webhook: microseconds for the median payload of each kind, of
//! the fixtures or of a directory of other payloads.
//!
//! `cargo run --release -p gitlab --example parse_rate [DIRECTORY]`; the directory holds a
//! `MANIFEST.json` of `file`, `event` (the header) and `kind`, as the fixtures' own does.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::Instant;

use serde::Deserialize;

#[derive(Deserialize)]
struct Entry {
    file: String,
    event: String,
    kind: String,
}

/// Rounds of which the fastest counts (others were disturbed), and parses in each.
const ROUNDS: usize = 100;
const PARSES: u32 = 20;

fn main() -> std::io::Result<()> {
    let fixtures = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let directory = std::env::args_os().nth(1).map_or(fixtures, PathBuf::from);
    let manifest = std::fs::read(directory.join("MANIFEST.json"))?;
    let manifest: Vec<Entry> = serde_json::from_slice(&manifest)?;
    let mut kinds: BTreeMap<String, Vec<(f64, usize)>> = BTreeMap::new();
    let mut all = Vec::new();
    for entry in manifest {
        let measured = measure(&directory, &entry)?;
        kinds.entry(entry.kind).or_default().push(measured);
        all.push(measured);
    }
    println!(
        "{:28} {:>8} {:>10} {:>10}",
        "kind", "payloads", "bytes", "us"
    );
    for (kind, measured) in kinds {
        print_line(&kind, measured);
    }
    print_line("all", all);
    Ok(())
}

/// Microseconds of one parse, and the payload's bytes.
fn measure(directory: &Path, entry: &Entry) -> std::io::Result<(f64, usize)> {
    let body = std::fs::read(directory.join(&entry.file))?;
    let round = || {
        let start = Instant::now();
        for _ in 0..PARSES {
            drop(black_box(gitlab::parse(
                Some(&entry.event),
                black_box(&body),
            )));
        }
        start.elapsed()
    };
    let fastest = (0..ROUNDS).map(|_| round()).min().unwrap_or_default();
    Ok((fastest.as_secs_f64() * 1e6 / f64::from(PARSES), body.len()))
}

fn print_line(kind: &str, mut measured: Vec<(f64, usize)>) {
    measured.sort_by(|one, other| one.0.total_cmp(&other.0));
    let (us, bytes) = measured
        .get(measured.len() / 2)
        .copied()
        .unwrap_or_default();
    println!("{kind:28} {:>8} {bytes:>10} {us:>10.2}", measured.len());
}
