//! A number between limits: evidence of harm on its way to a hold and a rollback, and where the
//! ratio of both arms lies.

use super::{WIDTH, short, unit};

const HEIGHT: f64 = 40.0;
const EDGE: f64 = 6.0;
/// The powers of ten at the ends of the ratio's axis.
const RATIOS: (f64, f64) = (-1.5, 1.5);

/// A bar, ready for the page.
pub(in crate::pages) struct Bar {
    /// Unique in its page.
    pub(in crate::pages) id: String,
    pub(in crate::pages) title: String,
    pub(in crate::pages) view: String,
    /// Where what is filled begins, and how wide it is.
    pub(in crate::pages) x: String,
    pub(in crate::pages) width: String,
    pub(in crate::pages) track: String,
    pub(in crate::pages) class: &'static str,
    pub(in crate::pages) ticks: Vec<Tick>,
}

/// A place on the bar that has a name.
pub(in crate::pages) struct Tick {
    pub(in crate::pages) x: String,
    pub(in crate::pages) anchor: &'static str,
    pub(in crate::pages) label: String,
    pub(in crate::pages) class: &'static str,
}

/// Evidence of harm, and what it takes for a hold and a rollback.
pub(in crate::pages) struct Evidence {
    pub(in crate::pages) harm: f64,
    pub(in crate::pages) hold: Option<f64>,
    pub(in crate::pages) roll_back: Option<f64>,
}

impl Evidence {
    pub(in crate::pages) fn bar(&self, id: String) -> Bar {
        let largest = [self.hold, self.roll_back]
            .into_iter()
            .flatten()
            .fold(10.0, f64::max);
        let axis = Powers(-1.0, largest.log10().clamp(1.0, 12.0) + 0.7);
        let limits = [
            (Some(1.0), "1", "even"),
            (self.hold, "hold", "hold"),
            (self.roll_back, "roll back", "roll-back"),
        ];
        let ticks = limits.into_iter().filter_map(|(value, name, class)| {
            let value = value?;
            let label = match class {
                "even" => name.to_owned(),
                _ => format!("{name} {}", short(value)),
            };
            Some(axis.tick(value, label, class))
        });
        let reached = |limit: Option<f64>| limit.is_some_and(|limit| limit <= self.harm);
        let class = if reached(self.roll_back) {
            "roll-back"
        } else if reached(self.hold) {
            "hold"
        } else {
            "fine"
        };
        let limit = |limit: Option<f64>, what: &str| {
            limit.map_or_else(String::new, |limit| format!("; {what} at {}", short(limit)))
        };
        Bar {
            title: format!(
                "Evidence of harm {}{}{}",
                short(self.harm),
                limit(self.hold, "a hold"),
                limit(self.roll_back, "a rollback")
            ),
            ticks: ticks.collect(),
            ..axis.filled(id, 0.0, self.harm, class)
        }
    }
}

/// Where the ratio lies; an open end reaches the edge.
pub(in crate::pages) fn ratio(id: String, lower: Option<f64>, upper: Option<f64>) -> Bar {
    let axis = Powers(RATIOS.0, RATIOS.1);
    let class = match (lower, upper) {
        (Some(lower), _) if 1.0 < lower => "hold",
        (_, Some(upper)) if upper < 1.0 => "good",
        _ => "fine",
    };
    let ticks = [(0.1, "a tenth"), (1.0, "the same"), (10.0, "ten times")];
    let ticks = ticks.map(|(value, label)| axis.tick(value, label.to_owned(), "even"));
    Bar {
        title: ratio_words(lower, upper),
        ticks: ticks.into(),
        ..axis.filled(id, lower.unwrap_or(0.0), upper.unwrap_or(f64::MAX), class)
    }
}

/// `0.9 to 3.6 times as frequent with the flag`
pub(in crate::pages) fn ratio_words(lower: Option<f64>, upper: Option<f64>) -> String {
    match (lower, upper) {
        (Some(lower), Some(upper)) => format!(
            "{} to {} times as frequent with the flag",
            short(lower),
            short(upper)
        ),
        (Some(lower), None) => format!("at least {} times as frequent with the flag", short(lower)),
        (None, Some(upper)) => format!("at most {} times as frequent with the flag", short(upper)),
        (None, None) => "nothing is known of the ratio yet".to_owned(),
    }
}

/// The exponents of both ends.
#[derive(Clone, Copy)]
struct Powers(f64, f64);

impl Powers {
    fn x(self, value: f64) -> f64 {
        let Self(least, most) = self;
        let share = (value.max(1e-12).log10() - least) / (most - least);
        EDGE + share.clamp(0.0, 1.0) * (WIDTH - 2.0 * EDGE)
    }

    fn tick(self, value: f64, label: String, class: &'static str) -> Tick {
        let x = self.x(value);
        let anchor = if x < WIDTH / 4.0 {
            "start"
        } else if 3.0 * WIDTH / 4.0 < x {
            "end"
        } else {
            "middle"
        };
        Tick {
            x: unit(x),
            anchor,
            label,
            class,
        }
    }

    fn filled(self, id: String, from: f64, to: f64, class: &'static str) -> Bar {
        let (start, end) = (self.x(from), self.x(to));
        Bar {
            id,
            title: String::new(),
            view: format!("0 0 {WIDTH} {HEIGHT}"),
            x: unit(start),
            width: unit((end - start).max(1.5)),
            track: unit(WIDTH - 2.0 * EDGE),
            class,
            ticks: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn evidence_is_coloured_by_the_limit_that_it_has_reached() {
        for (harm, class) in [
            (0.2, "fine"),
            (199.0, "fine"),
            (200.0, "hold"),
            (2e3, "roll-back"),
        ] {
            let evidence = Evidence {
                harm,
                hold: Some(200.0),
                roll_back: Some(2_000.0),
            };
            assert_eq!(evidence.bar("e".to_owned()).class, class, "{harm}");
        }
    }

    #[test]
    fn a_bar_says_in_words_what_it_shows() {
        let evidence = Evidence {
            harm: 12.5,
            hold: Some(50.0),
            roll_back: None,
        };
        let bar = evidence.bar("e".to_owned());
        assert_eq!(bar.title, "Evidence of harm 12.5; a hold at 50");
        let labels: Vec<&str> = bar.ticks.iter().map(|tick| tick.label.as_str()).collect();
        assert_eq!(labels, ["1", "hold 50"]);
    }

    #[test]
    fn no_number_leaves_the_bar() {
        for harm in [0.0, f64::NAN, f64::INFINITY, 1e300, -1.0] {
            let evidence = Evidence {
                harm,
                hold: Some(200.0),
                roll_back: Some(2_000.0),
            };
            let bar = evidence.bar("e".to_owned());
            let (x, width): (f64, f64) = (bar.x.parse().unwrap(), bar.width.parse().unwrap());
            assert!(0.0 <= x && x + width <= WIDTH, "{harm}: {x} {width}");
        }
    }

    #[test]
    fn an_open_end_of_the_ratio_reaches_the_edge() {
        let bar = ratio("r".to_owned(), Some(1.4), None);
        let (x, width): (f64, f64) = (bar.x.parse().unwrap(), bar.width.parse().unwrap());
        assert!((x + width - (WIDTH - EDGE)).abs() < 0.2);
        assert_eq!(bar.class, "hold");
        assert_eq!(ratio("r".to_owned(), None, Some(0.5)).class, "good");
        assert_eq!(ratio("r".to_owned(), Some(0.5), Some(3.0)).class, "fine");
        assert_eq!(
            ratio_words(Some(0.9), Some(3.6)),
            "0.9 to 3.6 times as frequent with the flag"
        );
    }
}
