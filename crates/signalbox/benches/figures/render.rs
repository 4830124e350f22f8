//! Reading, routing and wording one event, a kind at a time.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use domain::Event;
use flags::{Catalogue, FeatureGroups, Gates, Snapshot};
use notify::{Settings, Speakers};

const ROUNDS: u32 = 300;

pub fn figures() {
    let settings = Settings::channel_per_project("T0DEMO".parse().expect("a workspace"));
    let flag = "integration_slack_app_notifications";
    let on = [(flag.parse().expect("a flag"), Gates::on())];
    let snapshot = Snapshot::build(&Catalogue::default(), &FeatureGroups::new(), on, 1);
    let speakers = Speakers {
        flags: &snapshot,
        flag,
        group_of: &|_| None,
        instance: "FlipperGitlabInstance:gitlab",
        draw: &|| 0.5,
    };
    let mut by_kind: BTreeMap<&str, Vec<(f64, f64, f64)>> = BTreeMap::new();
    for (header, body) in fixtures() {
        let parsed = gitlab::parse(Some(&header), body.as_bytes()).expect("a fixture");
        let Ok(event) = parsed.outcome else { continue };
        let stored = serde_json::to_string(&event).expect("an event");
        let parse = micros(|| drop(black_box(gitlab::parse(Some(&header), body.as_bytes()))));
        let read = micros(|| drop(black_box(serde_json::from_str::<Event>(&stored))));
        let route = micros(|| {
            drop(black_box(notify::route(
                black_box(&event),
                &settings,
                &speakers,
            )));
        });
        by_kind
            .entry(parsed.kind.name())
            .or_default()
            .push((parse, read, route));
    }
    println!("Microseconds an event (median of the kind's fixtures)");
    println!(
        "{:<28} {:>8} {:>12} {:>14}",
        "kind", "parse", "read stored", "route+render"
    );
    let mut all = Vec::new();
    for (kind, times) in &by_kind {
        all.extend(times);
        let [parse, read, route] = medians(times);
        println!("{kind:<28} {parse:>8.1} {read:>12.1} {route:>14.1}");
    }
    let [parse, read, route] = medians(&all);
    println!(
        "{:<28} {parse:>8.1} {read:>12.1} {route:>14.1}\n",
        "median of all"
    );
}

/// The fixtures of the parser's tests, each with its event header.
fn fixtures() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../gitlab/tests/fixtures");
    let manifest = std::fs::read_to_string(folder.join("MANIFEST.json")).expect("a manifest");
    let manifest: Vec<serde_json::Value> = serde_json::from_str(&manifest).expect("JSON");
    manifest
        .iter()
        .map(|entry| {
            let file = entry["file"].as_str().expect("a file");
            let header = entry["event"].as_str().expect("a header").to_owned();
            (
                header,
                std::fs::read_to_string(folder.join(file)).expect("a fixture"),
            )
        })
        .collect()
}

/// The median time of a call, over batches so that the timer's own cost does not show.
fn micros(call: impl Fn()) -> f64 {
    const BATCH: u32 = 10;
    for _ in 0..BATCH {
        call();
    }
    let mut times: Vec<f64> = (0..ROUNDS / BATCH)
        .map(|_| {
            let began = Instant::now();
            for _ in 0..BATCH {
                call();
            }
            began.elapsed().as_secs_f64() * 1e6 / f64::from(BATCH)
        })
        .collect();
    median(&mut times)
}

fn medians(times: &[(f64, f64, f64)]) -> [f64; 3] {
    [
        median(&mut times.iter().map(|time| time.0).collect::<Vec<_>>()),
        median(&mut times.iter().map(|time| time.1).collect::<Vec<_>>()),
        median(&mut times.iter().map(|time| time.2).collect::<Vec<_>>()),
    ]
}

fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
