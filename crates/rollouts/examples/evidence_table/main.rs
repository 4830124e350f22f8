//! Measures what the rules of evidence promise, and prints it.
//!
//! `cargo run --release -p rollouts --example evidence_table [RUNS]`

mod default_set;
mod detectors;
mod draws;
mod other_rules;
mod simulation;
mod table;

use table::Row;

/// What measures the rows of one part of the table.
type Part = fn(u32) -> Vec<Row>;

const PARTS: [(&str, Part); 12] = [
    (
        "No effect, twice, five times (one monitor, 1 %)",
        table::peers,
    ),
    ("Other sizes of traffic", table::peers_at_other_sizes),
    ("Tolerance", table::tolerance),
    ("Clear (twice excluded, 5 %)", table::clear),
    ("Noise and bursts", table::disturbed),
    ("A late regression", table::late),
    (
        "Before and after (a day of 288 windows each)",
        other_rules::before_after,
    ),
    ("Means", other_rules::means),
    ("Sample ratio", other_rules::splits),
    ("The ratio's interval", other_rules::intervals),
    (
        "Four monitors, 2 % and 0.2 %, noisy traffic",
        default_set::default_set,
    ),
    (
        "An outage at 25 % (rolled back by one of four monitors)",
        default_set::outage,
    ),
];

fn main() {
    let runs = std::env::args().nth(1).and_then(|runs| runs.parse().ok());
    let runs = runs.unwrap_or(2_000);
    println!("{runs} runs each; medians are of the runs that raised the alarm");
    for (title, part) in PARTS {
        println!("\n{title}");
        println!(
            "{:40} {:36} {:>8} {:>7} {:>14}",
            "", "rule", "alarms", "checks", "flag failures"
        );
        for row in part(runs) {
            println!("{}", line(&row));
        }
    }
}

fn line(row: &Row) -> String {
    let Row {
        what,
        rule,
        outcome,
    } = row;
    let alarms = outcome.share() * 100.0;
    if outcome.alarms.is_empty() {
        return format!("{what:40} {rule:36} {alarms:>7.2}%");
    }
    let (checks, failures) = (outcome.median_checks(), outcome.median_treatment_failures());
    let all = outcome.median(|alarm| alarm.failures);
    let failures = if all == 0.0 {
        String::new()
    } else {
        format!("{failures} of {all}")
    };
    format!("{what:40} {rule:36} {alarms:>7.2}% {checks:>7} {failures:>14}")
}
