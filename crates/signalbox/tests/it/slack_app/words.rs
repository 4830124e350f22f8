//! What people read, without what differs from one run to the next.

use crate::demo::running::RunningDemo;

/// Addresses by whose they are, commits without their digits, jobs without how long they took,
/// messages without their day and minute.
pub fn steady(demo: &RunningDemo, text: &str) -> String {
    let demo = &demo.demo;
    let places = [
        (&demo.service_url, "signalbox.example"),
        (&demo.slack_url, "slack.example"),
        (&demo.gitlab_url, "gitlab.example"),
    ];
    let text = places.iter().fold(text.to_owned(), |text, (url, name)| {
        text.replace(url.trim_start_matches("http://"), name)
    });
    let lines = text.lines().filter(|line| !line.starts_with("—— "));
    lines.map(line).collect::<Vec<_>>().join("\n")
}

fn line(line: &str) -> String {
    let line = without_minute(line);
    let words: Vec<&str> = line.split(' ').collect();
    let mut steady = Vec::new();
    let mut rest = words.as_slice();
    while let [first, after @ ..] = rest {
        rest = match span(rest) {
            0 => {
                steady.push(word(first));
                after
            }
            length => {
                steady.push("SPAN".to_owned());
                &rest[length..]
            }
        };
    }
    steady.join(" ")
}

/// How many words say how long something took: `3 min 24 s`.
fn span(words: &[&str]) -> usize {
    let is_part = |pair: &&[&str]| {
        let unit = pair[1].trim_end_matches(['.', ',', ';']);
        pair[0].parse::<u32>().is_ok() && ["h", "min", "s"].contains(&unit)
    };
    let parts = words.chunks_exact(2).take_while(is_part).count();
    parts * 2
}

/// A message's heading ends with when it was sent.
fn without_minute(line: &str) -> &str {
    let end = line.rsplitn(3, ' ').collect::<Vec<_>>();
    match end.as_slice() {
        ["AM" | "PM", time, before] if time.contains(':') => before,
        _ => line,
    }
}

fn word(word: &str) -> String {
    let is_hex = |c: char| c.is_ascii_digit() || matches!(c, 'a'..='f');
    let core = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    let is_commit = [8, 40].contains(&core.len())
        && core.chars().all(is_hex)
        && core.contains(|c: char| c.is_ascii_digit())
        && core.contains(|c: char| c.is_ascii_lowercase());
    let of_slack = |c: char| c.is_ascii_digit() || c.is_ascii_uppercase();
    let is_minted =
        core.len() == 12 && core.chars().all(of_slack) && core.chars().nth(1) == Some('0');
    if is_commit {
        word.replace(core, "COMMIT")
    } else if is_minted {
        word.replace(core, "ID")
    } else {
        word.to_owned()
    }
}

#[test]
fn what_chance_decides_is_left_out_and_nothing_else() {
    for (text, expected) in [
        ("Signalbox APP 11:22 PM", "Signalbox APP"),
        ("│ ed871e0d", "│ COMMIT"),
        (
            "Pipeline #70000010 succeeded",
            "Pipeline #70000010 succeeded",
        ),
        ("facebook", "facebook"),
        ("it took 3 min 24 s. Then", "it took SPAN Then"),
        ("12 merge requests", "12 merge requests"),
    ] {
        assert_eq!(line(text), expected);
    }
}
