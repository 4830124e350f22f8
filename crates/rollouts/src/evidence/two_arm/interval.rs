//! Where the ratio lies: the same test, inverted.
//!
//! For each point `g` of a fixed grid, `r ≤ g` is tested against the points above it and `r ≥ g`
//! against those below, each with half of 5 %. What is rejected from the lower end on without a
//! gap lies below the ratio, what is rejected from the upper end on above it. At most one point
//! on either side would have to be rejected wrongly for the ratio to lie outside, so it lies
//! inside with 95 % at all times together (Howard, Ramdas, McAuliffe, Sekhon 2021).

use serde::{Deserialize, Serialize};

use super::Failures;
use super::likelihood::Likelihood;
use crate::evidence::Interval;
use crate::evidence::mixture::log_sum_exp;

const POINTS: usize = 41;

/// Neighbours by which a point is tested; nearer ones find what is near it sooner.
const NEIGHBOURS: usize = 16;

/// One side's limit: `ln(1/0.025)`.
const LOG_LIMIT: f64 = 3.688_879_454_113_936;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Grid(Likelihood);

impl Grid {
    pub(super) fn new() -> Self {
        Self(Likelihood::new(POINTS))
    }

    pub(super) fn add(&mut self, failures: &Failures) {
        self.0.add(&points(), failures);
    }

    pub(super) fn interval(&self) -> Interval {
        let points = points();
        let logs: Vec<f64> = self.0.at(&points).collect();
        let above = |(index, log): (usize, &f64)| is_rejected(*log, logs.iter().skip(index + 1));
        let below = |(index, log): (usize, &f64)| is_rejected(*log, logs.iter().take(index).rev());
        let lower = logs
            .iter()
            .enumerate()
            .take_while(|point| above(*point))
            .count();
        let upper = (logs
            .iter()
            .enumerate()
            .rev()
            .take_while(|point| below(*point)))
        .count();
        Interval {
            lower: lower
                .checked_sub(1)
                .and_then(|last| points.get(last))
                .copied(),
            upper: POINTS
                .checked_sub(upper)
                .and_then(|last| points.get(last))
                .copied(),
        }
    }
}

fn is_rejected<'a>(log: f64, alternatives: impl Iterator<Item = &'a f64>) -> bool {
    let alternatives = alternatives.take(NEIGHBOURS);
    let mixture = log_sum_exp(alternatives.map(|alternative| alternative - log));
    LOG_LIMIT <= mixture - (NEIGHBOURS as f64).ln()
}

/// From 1/30 to 30, each point 1.19 times the one before.
fn points() -> [f64; POINTS] {
    std::array::from_fn(|index| 30_f64.powf(index as f64 / 20.0 - 1.0))
}

#[cfg(test)]
mod tests {
    use super::{Grid, points};
    use crate::evidence::Interval;
    use crate::evidence::two_arm::Failures;

    fn interval(share: f64, treatment: f64, all: f64) -> Interval {
        let mut grid = Grid::new();
        grid.add(&Failures {
            share,
            treatment,
            all,
        });
        grid.interval()
    }

    #[test]
    fn the_grid_is_symmetric_about_one() {
        let points = points();
        assert_eq!(points[20], 1.0);
        assert!((points[0] * points[40] - 1.0).abs() < 1e-12);
    }

    #[test]
    fn nothing_is_known_before_anything_failed() {
        assert_eq!(interval(0.25, 0.0, 0.0), Interval::default());
    }

    #[test]
    fn the_interval_closes_in_on_the_ratio() {
        // Twice as frequent at even shares: two thirds of the failures have the flag.
        let (few, many) = (interval(0.5, 40.0, 60.0), interval(0.5, 4_000.0, 6_000.0));
        assert!(
            few.lower < many.lower && many.upper < few.upper,
            "{few:?} {many:?}"
        );
        let inside = many.lower.unwrap()..many.upper.unwrap();
        assert!(inside.contains(&2.0) && inside.end < 2.4, "{inside:?}");
        assert!(1.0 < many.lower.unwrap());
    }

    #[test]
    fn what_only_fails_with_the_flag_has_no_upper_end() {
        let all = interval(0.25, 30.0, 30.0);
        assert!(3.0 < all.lower.unwrap(), "{all:?}");
        assert_eq!(all.upper, None);
        let none = interval(0.25, 0.0, 60.0);
        assert_eq!(none.lower, None);
        assert!(none.upper.unwrap() < 1.0, "{none:?}");
    }
}
