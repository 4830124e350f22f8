use jiff::{SignedDuration, Timestamp};

use super::frame::MOST_POINTS;
use super::*;

fn at(minutes: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minutes)
}

fn line(name: &'static str, samples: Vec<Sample>) -> Line {
    Line {
        name,
        class: "treatment",
        samples,
        keeps: Extreme::Largest,
    }
}

fn part(minutes: i64, part: f64, whole: f64) -> Sample {
    Sample {
        at: at(minutes),
        value: Value::Part { part, whole },
    }
}

fn plain(minutes: i64, value: f64) -> Sample {
    Sample {
        at: at(minutes),
        value: Value::Plain(value),
    }
}

fn plot(axis: Axis, minutes: i64, lines: Vec<Line>) -> Plot {
    Plot {
        id: "c".to_owned(),
        title: "Failures".to_owned(),
        axis,
        from: at(0),
        to: at(minutes),
        lines,
        ..Plot::default()
    }
}

/// How often a path moves and draws.
fn steps(path: &str) -> (usize, usize) {
    (path.matches('M').count(), path.matches('L').count())
}

#[test]
fn ten_thousand_windows_become_a_line_that_a_page_can_hold() {
    let samples =
        (1..=10_000).map(|minute| part(minute, f64::from(u8::from(minute % 7 == 0)), 9.0));
    let chart = plot(Axis::Share, 10_000, vec![line("with", samples.collect())]).draw();
    let (moves, draws) = steps(&chart.lines[0].path);
    assert_eq!((moves, moves + draws), (1, MOST_POINTS));
    assert!(chart.lines[0].path.len() < 4_000);
    assert_eq!(chart.table.rows.len(), MOST_ROWS);
}

#[test]
fn counts_that_fall_together_are_added_and_never_averaged() {
    let samples = vec![part(1, 1.0, 1.0), part(2, 0.0, 99.0)];
    let chart = plot(Axis::Share, 10_000, vec![line("with", samples)]).draw();
    assert_eq!(chart.table.rows[0].1, ["1 of 100 (1 %)"]);
}

#[test]
fn of_plain_numbers_the_extreme_one_is_seen() {
    let samples = vec![plain(1, 3.0), plain(2, 90.0), plain(3, 4.0)];
    let mut plot = plot(Axis::Number, 10_000, vec![line("value", samples)]);
    assert_eq!(plot.draw().table.rows[0].1, ["90"]);
    plot.lines[0].keeps = Extreme::Smallest;
    assert_eq!(plot.draw().table.rows[0].1, ["3"]);
}

#[test]
fn a_line_has_a_gap_where_the_monitor_was_silent_but_not_where_nobody_came() {
    let silent = Sample {
        at: at(20),
        value: Value::Silent,
    };
    let gap = vec![part(10, 1.0, 10.0), silent, part(30, 1.0, 10.0)];
    let quiet = vec![part(10, 1.0, 10.0), part(20, 0.0, 0.0), part(30, 1.0, 10.0)];
    let chart = plot(Axis::Share, 60, vec![line("a", gap), line("b", quiet)]).draw();
    assert_eq!(steps(&chart.lines[0].path), (2, 0));
    assert_eq!(steps(&chart.lines[1].path), (1, 1));
}

#[test]
fn each_change_is_a_line_and_labels_do_not_cover_each_other() {
    let mark = |minutes, label: &str| Mark {
        at: at(minutes),
        label: label.to_owned(),
        what: format!("{label} of actors"),
    };
    let mut plot = plot(
        Axis::Share,
        100,
        vec![line("with", vec![part(50, 0.0, 5.0)])],
    );
    plot.marks = vec![
        mark(10, "1 %"),
        mark(12, "10 %"),
        mark(40, "25 %"),
        mark(60, "50 %"),
        mark(80, "75 %"),
        mark(99, "back"),
        mark(101, "100 %"),
    ];
    let chart = plot.draw();
    let labels: Vec<_> = chart
        .marks
        .iter()
        .map(|mark| mark.label.as_deref())
        .collect();
    let last = [Some("75 %"), None];
    assert_eq!(labels[..4], [Some("1 %"), None, Some("25 %"), Some("50 %")]);
    assert_eq!(labels[4..], last, "the last would cover the one before it");
    assert_eq!(chart.marks[5].anchor, "end");
    assert!(
        chart.desc.contains("1970-01-01 00:12 UTC: 10 % of actors."),
        "{}",
        chart.desc
    );
    assert!(!chart.desc.contains("100 %"), "{}", chart.desc);
}

#[test]
fn nothing_leaves_the_picture_whatever_the_numbers_are() {
    let wild = [
        f64::NAN,
        f64::INFINITY,
        f64::NEG_INFINITY,
        -5.0,
        0.0,
        1e300,
        1e-300,
    ];
    for axis in [Axis::Share, Axis::Number, Axis::Evidence] {
        for span in [0, 60] {
            let samples = (0_i64..)
                .zip(wild)
                .map(|(minute, value)| plain(minute, value));
            let chart = plot(axis, span, vec![line("wild", samples.collect())]).draw();
            let path = &chart.lines[0].path;
            let numbers = path
                .split(['M', 'L', 'h', ' '])
                .filter(|text| !text.is_empty());
            for number in numbers {
                let number: f64 = number.parse().unwrap();
                assert!((0.0..=WIDTH).contains(&number), "{axis:?} {span}: {path}");
            }
            assert!(!chart.desc.contains("NaN"), "{}", chart.desc);
        }
    }
}

#[test]
fn a_plot_of_nothing_is_drawn_and_says_so() {
    let chart = plot(Axis::Share, 0, vec![line("with", Vec::new())]).draw();
    assert_eq!(chart.lines[0].path, "");
    assert!(chart.table.rows.is_empty());
    assert!(chart.desc.contains("with: last nothing yet."));
}
