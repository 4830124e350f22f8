//! Lines over time as pictures made here: no script draws them, and whoever cannot see them has
//! the same numbers in a table.
//!
//! Pure: samples, marks and limits in, coordinates and words out. However many samples there
//! are, a line has at most [`frame::MOST_POINTS`] points.

pub(super) mod bar;
mod buckets;
mod frame;
mod scale;

use jiff::Timestamp;

pub(super) use buckets::{Extreme, Sample, Value};
pub(super) use scale::short;

use buckets::{Point, points};
use frame::Frame;

/// Units of the picture; as wide as a narrow telephone shows it, so that its letters stay legible.
pub(super) const WIDTH: f64 = 320.0;
const HEIGHT: f64 = 150.0;
const LEFT: f64 = 44.0;
const RIGHT: f64 = 8.0;
const TOP: f64 = 18.0;
const BOTTOM: f64 = 18.0;
/// The most rows of the table.
const MOST_ROWS: usize = 24;

/// What is drawn.
#[derive(Clone, Debug, Default)]
pub(super) struct Plot {
    /// Unique in its page.
    pub(super) id: String,
    pub(super) title: String,
    pub(super) axis: Axis,
    pub(super) from: Timestamp,
    pub(super) to: Timestamp,
    pub(super) lines: Vec<Line>,
    pub(super) marks: Vec<Mark>,
    pub(super) limits: Vec<Limit>,
}

/// What the height stands for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Axis {
    /// A share, as a percentage.
    #[default]
    Share,
    Number,
    /// Evidence, each step ten times the one before.
    Evidence,
}

/// One course over time; its samples are in the order of time.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) name: &'static str,
    /// How it is drawn.
    pub(super) class: &'static str,
    pub(super) samples: Vec<Sample>,
    /// Which of several numbers is kept where there is room for one.
    pub(super) keeps: Extreme,
}

/// Something that happened: a change of the flag.
#[derive(Clone, Debug)]
pub(super) struct Mark {
    pub(super) at: Timestamp,
    /// Short, above the picture.
    pub(super) label: String,
    /// In words.
    pub(super) what: String,
}

/// A height that means something.
#[derive(Clone, Debug)]
pub(super) struct Limit {
    pub(super) value: f64,
    pub(super) name: &'static str,
    pub(super) class: &'static str,
}

/// A picture, ready for the page.
pub(super) struct Chart {
    pub(super) id: String,
    pub(super) title: String,
    /// What it shows, in words.
    pub(super) desc: String,
    pub(super) view: String,
    pub(super) inner: Inner,
    pub(super) grid: Vec<Level>,
    pub(super) times: Vec<TimeLabel>,
    pub(super) marks: Vec<MarkLine>,
    pub(super) limits: Vec<Level>,
    pub(super) lines: Vec<Drawn>,
    pub(super) table: Table,
}

/// The rectangle that the lines are in.
pub(super) struct Inner {
    pub(super) left: String,
    pub(super) right: String,
    pub(super) top: String,
    pub(super) bottom: String,
}

/// A horizontal line and its label.
pub(super) struct Level {
    pub(super) y: String,
    pub(super) label: String,
    pub(super) class: &'static str,
}

pub(super) struct TimeLabel {
    pub(super) x: String,
    pub(super) anchor: &'static str,
    pub(super) label: String,
}

/// A vertical line; its label is left out where another is too near.
pub(super) struct MarkLine {
    pub(super) x: String,
    pub(super) anchor: &'static str,
    pub(super) label: Option<String>,
    pub(super) what: String,
}

pub(super) struct Drawn {
    pub(super) name: &'static str,
    pub(super) class: &'static str,
    pub(super) path: String,
}

/// The same numbers for who does not see the picture.
pub(super) struct Table {
    pub(super) columns: Vec<&'static str>,
    pub(super) rows: Vec<(String, Vec<String>)>,
}

impl Plot {
    pub(super) fn draw(&self) -> Chart {
        let frame = Frame::of(self);
        Chart {
            id: self.id.clone(),
            title: self.title.clone(),
            desc: self.desc(),
            view: format!("0 0 {WIDTH} {HEIGHT}"),
            inner: Inner {
                left: unit(LEFT),
                right: unit(WIDTH - RIGHT),
                top: unit(TOP),
                bottom: unit(HEIGHT - BOTTOM),
            },
            grid: frame.grid(self.axis),
            times: frame.times(),
            marks: frame.marks(&self.marks),
            limits: self
                .limits
                .iter()
                .map(|limit| frame.limit(limit, self.axis))
                .collect(),
            lines: self.lines.iter().map(|line| frame.draw(line)).collect(),
            table: self.table(),
        }
    }

    /// When, what was changed, and how each line ends.
    fn desc(&self) -> String {
        let mut words = vec![format!("From {} to {}.", clock(self.from), clock(self.to))];
        for line in &self.lines {
            let last = line.samples.iter().rev();
            let last = last.filter_map(|sample| sample.value.number()).next();
            let last = last.map_or_else(|| "nothing yet".to_owned(), |value| self.axis.say(value));
            words.push(format!("{}: last {last}.", line.name));
        }
        for limit in &self.limits {
            words.push(format!("{}: {}.", limit.name, self.axis.say(limit.value)));
        }
        let inside = |mark: &&Mark| (self.from..=self.to).contains(&mark.at);
        for mark in self.marks.iter().filter(inside) {
            words.push(format!("{}: {}.", clock(mark.at), mark.what));
        }
        words.join(" ")
    }

    fn table(&self) -> Table {
        let columns: Vec<Vec<Point>> = self
            .lines
            .iter()
            .map(|line| points(line, self.from, self.to, MOST_ROWS))
            .collect();
        let mut ends: Vec<(usize, Timestamp)> = columns
            .iter()
            .flatten()
            .map(|point| (point.bucket, point.at))
            .collect();
        ends.sort_unstable();
        ends.dedup_by_key(|(bucket, _)| *bucket);
        let cell = |points: &Vec<Point>, bucket: usize| {
            let point = points.iter().find(|point| point.bucket == bucket);
            point.map_or_else(|| "–".to_owned(), |point| self.axis.cell(point.value))
        };
        let rows = ends.into_iter().map(|(bucket, at)| {
            let cells = columns.iter().map(|points| cell(points, bucket)).collect();
            (clock(at), cells)
        });
        Table {
            columns: self.lines.iter().map(|line| line.name).collect(),
            rows: rows.collect(),
        }
    }
}

impl Axis {
    /// A number as it is said.
    fn say(self, value: f64) -> String {
        match self {
            Self::Share => format!("{} %", short(value * 100.0)),
            Self::Number | Self::Evidence => short(value),
        }
    }

    fn cell(self, value: Value) -> String {
        match (value, value.number()) {
            (Value::Silent, _) => "silent".to_owned(),
            (Value::Part { part, whole }, Some(share)) if self == Self::Share => {
                format!("{} of {} ({})", short(part), short(whole), self.say(share))
            }
            (Value::Part { .. } | Value::Plain(_), Some(number)) => self.say(number),
            (Value::Part { .. } | Value::Plain(_), None) => "–".to_owned(),
        }
    }
}

/// A coordinate, to a tenth of a unit.
fn unit(number: f64) -> String {
    format!("{number:.1}")
}

/// As the table says it.
fn clock(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

#[cfg(test)]
mod tests;
