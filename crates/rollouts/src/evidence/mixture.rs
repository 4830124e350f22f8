//! Mixtures of wagers, kept as logarithms.

/// `ln Σ exp(x)`, without overflow.
pub(super) fn log_sum_exp(logs: impl Iterator<Item = f64>) -> f64 {
    let (mut largest, mut sum) = (f64::NEG_INFINITY, 0.0_f64);
    for log in logs.filter(|log| *log > f64::NEG_INFINITY) {
        if largest < log {
            sum = sum * (largest - log).exp() + 1.0;
            largest = log;
        } else {
            sum += (log - largest).exp();
        }
    }
    if sum > 0.0 {
        largest + sum.ln()
    } else {
        largest
    }
}

/// Larger numbers are neither compared nor shown, and JSON could not hold all of them.
const LARGEST: f64 = 1e300;

/// A finite number for people and JSON.
pub(super) fn capped(evidence: f64) -> f64 {
    evidence.min(LARGEST)
}

/// The evidence whose logarithm is kept.
pub(super) fn evidence(log: f64) -> f64 {
    capped(log.exp())
}

#[cfg(test)]
mod tests {
    use super::{evidence, log_sum_exp};

    #[test]
    fn sums_of_huge_and_tiny_numbers_stay_finite() {
        let close = |logs: &[f64], expected: f64| {
            let sum = log_sum_exp(logs.iter().copied());
            assert!((sum - expected).abs() < 1e-12, "{logs:?}: {sum}");
        };
        close(&[0.0, 0.0], 2_f64.ln());
        close(&[1e5, 1e5 - 800.0, -1e5], 1e5);
        close(&[-1e5, 1e5], 1e5);
        close(&[f64::NEG_INFINITY, 3.0], 3.0);
        assert_eq!(log_sum_exp(std::iter::empty()), f64::NEG_INFINITY);
    }

    #[test]
    fn evidence_is_finite_however_strong() {
        assert_eq!(evidence(0.0), 1.0);
        assert_eq!(evidence(-1e9), 0.0);
        assert_eq!(evidence(1e9), 1e300);
    }
}
