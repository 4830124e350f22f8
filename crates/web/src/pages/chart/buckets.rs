//! Many samples as few points, without a lie: counts are added, of plain numbers the extreme
//! one stays.

use jiff::Timestamp;

use super::Line;

/// What was found at a moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::pages) struct Sample {
    pub(in crate::pages) at: Timestamp,
    pub(in crate::pages) value: Value,
}

/// A number, or that there is none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::pages) enum Value {
    /// So many of so many: can be added up. Of nothing at all it says nothing.
    Part {
        part: f64,
        whole: f64,
    },
    Plain(f64),
    /// Nobody knows: the line has a gap.
    Silent,
}

/// Which of several numbers is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::pages) enum Extreme {
    Largest,
    Smallest,
}

/// A sample, or several as one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Point {
    /// The same for points of other lines that stand at the same place.
    pub(super) bucket: usize,
    /// When the last of them was.
    pub(super) at: Timestamp,
    pub(super) value: Value,
}

impl Value {
    /// The height at which it is drawn.
    pub(super) fn number(self) -> Option<f64> {
        let number = match self {
            Self::Part { part, whole } if 0.0 < whole => part / whole,
            Self::Plain(value) => value,
            Self::Part { .. } | Self::Silent => return None,
        };
        number.is_finite().then_some(number)
    }

    fn and(self, other: Self, keeps: Extreme) -> Self {
        match (self, other) {
            (
                Self::Part { part, whole },
                Self::Part {
                    part: more,
                    whole: of,
                },
            ) => Self::Part {
                part: part + more,
                whole: whole + of,
            },
            (Self::Plain(one), Self::Plain(other)) => Self::Plain(match keeps {
                Extreme::Largest => one.max(other),
                Extreme::Smallest => one.min(other),
            }),
            // Something is known of the time: it is no gap.
            (Self::Silent, known) => known,
            (known, Self::Silent | Self::Plain(_) | Self::Part { .. }) => known,
        }
    }
}

/// The line's samples between `from` and `to`, as at most `most` points.
pub(super) fn points(line: &Line, from: Timestamp, to: Timestamp, most: usize) -> Vec<Point> {
    let all = to.duration_since(from).as_secs_f64().max(1.0);
    let place = |at: Timestamp| {
        let share = at.duration_since(from).as_secs_f64() / all;
        let last = most.saturating_sub(1);
        // Between 0 and `most`, which is small.
        ((share * most as f64) as usize).min(last)
    };
    let inside = line
        .samples
        .iter()
        .filter(|sample| (from..=to).contains(&sample.at));
    let mut points: Vec<Point> = Vec::new();
    for sample in inside {
        let bucket = place(sample.at);
        match points.last_mut() {
            Some(last) if last.bucket == bucket => {
                last.value = last.value.and(sample.value, line.keeps);
                last.at = sample.at;
            }
            Some(_) | None => points.push(Point {
                bucket,
                at: sample.at,
                value: sample.value,
            }),
        }
    }
    points
}
