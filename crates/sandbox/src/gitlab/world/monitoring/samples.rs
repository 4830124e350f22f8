//! Samples of metrics, as a script set them.

use std::collections::{BTreeMap, VecDeque};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// So many series are kept, so many samples of each, and so many in all.
const SERIES: usize = 2000;
const IN_A_SERIES: usize = 5000;
const IN_ALL: usize = 200_000;

/// Names with values; the metric's own name is `__name__`.
pub type Labels = BTreeMap<String, String>;

/// What a metric with these labels was, when.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Series {
    pub labels: Labels,
    /// Milliseconds since 1970 and values, oldest first.
    pub samples: VecDeque<(i64, f64)>,
}

/// Every series.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Samples(Vec<Series>);

impl Samples {
    pub fn series(&self) -> impl Iterator<Item = &Series> {
        self.0.iter()
    }

    /// Adds a sample; a second one of the same moment replaces the first. Whether there was room
    /// for the series.
    pub fn add(&mut self, labels: Labels, at: Timestamp, value: f64) -> bool {
        let at = at.as_millisecond();
        let known = self.0.iter().position(|series| series.labels == labels);
        if known.is_none() && SERIES <= self.0.len() {
            return false;
        }
        let place = known.unwrap_or_else(|| {
            let samples = VecDeque::new();
            self.0.push(Series { labels, samples });
            self.0.len() - 1
        });
        let Some(series) = self.0.get_mut(place) else {
            return false;
        };
        match series.samples.back_mut() {
            Some(last) if last.0 == at => last.1 = value,
            _ => series.samples.push_back((at, value)),
        }
        if IN_A_SERIES < series.samples.len() {
            series.samples.pop_front();
        }
        let all: usize = self.0.iter().map(|series| series.samples.len()).sum();
        let largest = self.0.iter_mut().max_by_key(|series| series.samples.len());
        if let Some(largest) = largest.filter(|_| IN_ALL < all) {
            largest.samples.pop_front();
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_has_one_sample_and_a_full_series_forgets_its_oldest() {
        let mut samples = Samples::default();
        let labels = Labels::from([("__name__".to_owned(), "x".to_owned())]);
        for second in [1, 1, 2] {
            let at = Timestamp::from_second(second).unwrap();
            assert!(samples.add(labels.clone(), at, second as f64));
        }
        let kept = &samples.0[0].samples;
        assert_eq!(*kept, [(1000, 1.0), (2000, 2.0)]);
        for second in 3..6000 {
            let at = Timestamp::from_second(second).unwrap();
            samples.add(labels.clone(), at, 0.0);
        }
        assert_eq!(samples.0[0].samples.len(), IN_A_SERIES);
        assert_eq!(samples.0[0].samples.back(), Some(&(5_999_000, 0.0)));
    }
}
