//! Where everything is in the picture: moments from left to right, values from the bottom up.

use jiff::{SignedDuration, Timestamp};

use super::buckets::{Value, points};
use super::scale::{Scale, nice_top};
use super::{
    Axis, BOTTOM, Drawn, HEIGHT, LEFT, Level, Limit, Line, Mark, MarkLine, Plot, RIGHT, TOP,
    TimeLabel, WIDTH, clock, unit,
};

/// The most points of a line: about one for two units.
pub(super) const MOST_POINTS: usize = 136;
/// Labels of marks that are nearer to each other would cover each other.
const LABEL_WIDTH: f64 = 40.0;

/// Where moments and values are in the picture.
pub(super) struct Frame {
    from: Timestamp,
    to: Timestamp,
    scale: Scale,
}

impl Frame {
    pub(super) fn of(plot: &Plot) -> Self {
        let values = plot.lines.iter().flat_map(|line| {
            let points = points(line, plot.from, plot.to, MOST_POINTS).into_iter();
            points.filter_map(|point| point.value.number())
        });
        let limits = plot.limits.iter().map(|limit| limit.value);
        let most = values.chain(limits).fold(0.0, f64::max);
        let scale = match plot.axis {
            Axis::Share => Scale::linear(nice_top(most.max(0.000_1)).min(1.0)),
            Axis::Number => Scale::linear(nice_top(most)),
            Axis::Evidence => Scale::evidence(most),
        };
        // A picture of no time at all has no width.
        let to = plot.to.max(plot.from + SignedDuration::from_secs(60));
        Self {
            from: plot.from,
            to,
            scale,
        }
    }

    fn x(&self, at: Timestamp) -> f64 {
        let all = self.to.duration_since(self.from).as_secs_f64();
        let here = at.duration_since(self.from).as_secs_f64();
        LEFT + (here / all).clamp(0.0, 1.0) * (WIDTH - LEFT - RIGHT)
    }

    fn y(&self, value: f64) -> f64 {
        HEIGHT - BOTTOM - self.scale.share(value) * (HEIGHT - TOP - BOTTOM)
    }

    pub(super) fn grid(&self, axis: Axis) -> Vec<Level> {
        let levels = self.scale.ticks().into_iter();
        levels
            .map(|value| Level {
                y: unit(self.y(value)),
                label: axis.say(value),
                class: "grid",
            })
            .collect()
    }

    pub(super) fn limit(&self, limit: &Limit, axis: Axis) -> Level {
        Level {
            y: unit(self.y(limit.value)),
            label: format!("{} {}", limit.name, axis.say(limit.value)),
            class: limit.class,
        }
    }

    pub(super) fn times(&self) -> Vec<TimeLabel> {
        let all = self.to.duration_since(self.from);
        let middle = self.from + all / 2;
        [(self.from, "start"), (middle, "middle"), (self.to, "end")]
            .map(|(at, anchor)| TimeLabel {
                x: unit(self.x(at)),
                anchor,
                label: moment(at, all),
            })
            .into()
    }

    pub(super) fn marks(&self, marks: &[Mark]) -> Vec<MarkLine> {
        let mut free = 0.0;
        let inside = marks
            .iter()
            .filter(|mark| (self.from..=self.to).contains(&mark.at));
        inside
            .map(|mark| {
                let x = self.x(mark.at);
                let is_late = WIDTH - RIGHT - LABEL_WIDTH < x;
                let left = if is_late { x - LABEL_WIDTH } else { x };
                let has_room = free <= left;
                if has_room {
                    free = left + LABEL_WIDTH;
                }
                MarkLine {
                    x: unit(x),
                    anchor: if is_late { "end" } else { "start" },
                    label: has_room.then(|| mark.label.clone()),
                    what: format!("{}: {}", clock(mark.at), mark.what),
                }
            })
            .collect()
    }

    pub(super) fn draw(&self, line: &Line) -> Drawn {
        let mut path = String::new();
        let mut is_down = false;
        for point in points(line, self.from, self.to, MOST_POINTS) {
            match (point.value, point.value.number()) {
                (Value::Silent, _) => is_down = false,
                (_, None) => (),
                (_, Some(value)) => {
                    let (x, y) = (unit(self.x(point.at)), unit(self.y(value)));
                    // A lone point is seen by its round end.
                    path += &match is_down {
                        true => format!("L{x} {y}"),
                        false => format!("M{x} {y}h0"),
                    };
                    is_down = true;
                }
            }
        }
        Drawn {
            name: line.name,
            class: line.class,
            path,
        }
    }
}

/// As short as the width allows.
fn moment(at: Timestamp, all: SignedDuration) -> String {
    let format = if all < SignedDuration::from_hours(24) {
        "%H:%M"
    } else {
        "%b %-d, %H:%M"
    };
    at.strftime(format).to_string()
}
