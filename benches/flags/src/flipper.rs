//! The same flags as Ruby's Flipper has them, when it is installed.

use std::collections::HashMap;
use std::path::Path;
use std::process::Command;

/// Nanoseconds a decision, by case and number of threads; empty without Flipper.
pub fn run() -> HashMap<(String, usize), f64> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("flipper.rb");
    let output = Command::new("ruby").arg(script).output();
    let Some(output) = output.ok().filter(|output| output.status.success()) else {
        return HashMap::new();
    };
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines().filter_map(line).collect()
}

/// `case<tab>threads<tab>nanoseconds`
fn line(line: &str) -> Option<((String, usize), f64)> {
    let mut parts = line.split('\t');
    let case = parts.next()?.to_owned();
    let threads = parts.next()?.parse().ok()?;
    let nanos = parts.next()?.parse().ok()?;
    Some(((case, threads), nanos))
}
