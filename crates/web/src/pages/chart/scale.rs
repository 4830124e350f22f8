//! How high a value is, and which heights have a label.

/// Evidence below this is drawn at the bottom.
const LEAST_EVIDENCE: f64 = -2.0;
/// Evidence above this is drawn at the top.
const MOST_EVIDENCE: f64 = 12.0;

/// From values to heights.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Scale {
    /// From 0 to this.
    Linear(f64),
    /// Powers of ten: the exponents of both ends.
    Powers(f64, f64),
}

impl Scale {
    pub(super) fn linear(top: f64) -> Self {
        Self::Linear(top)
    }

    /// From a hundredth to the power of ten above `most`.
    pub(super) fn evidence(most: f64) -> Self {
        let top = most.max(1.0).log10().ceil() + 1.0;
        Self::Powers(LEAST_EVIDENCE, top.clamp(2.0, MOST_EVIDENCE))
    }

    /// From 0 at the bottom to 1 at the top.
    pub(super) fn share(self, value: f64) -> f64 {
        let share = match self {
            Self::Linear(top) => value / top,
            Self::Powers(least, most) => (value.max(1e-12).log10() - least) / (most - least),
        };
        share.clamp(0.0, 1.0)
    }

    /// The heights that have a label.
    pub(super) fn ticks(self) -> Vec<f64> {
        match self {
            Self::Linear(top) => vec![0.0, top / 2.0, top],
            Self::Powers(least, most) => {
                let step = ((most - least) / 4.0).ceil().max(1.0);
                let mut ticks = vec![0.0];
                ticks.extend(above(step, most));
                ticks.into_iter().map(|power| 10_f64.powf(power)).collect()
            }
        }
    }
}

fn above(step: f64, most: f64) -> impl Iterator<Item = f64> {
    std::iter::successors(Some(step), move |power| Some(power + step))
        .take_while(move |power| *power <= most)
}

/// The next of 1, 2, 5, 10, 20, … that is not below `value`.
pub(super) fn nice_top(value: f64) -> f64 {
    if !value.is_finite() || value <= 0.0 {
        return 1.0;
    }
    let power = 10_f64.powf(value.log10().floor());
    let nice = [1.0, 2.0, 5.0].into_iter().map(|step| step * power);
    nice.into_iter()
        .find(|top| value <= top * (1.0 + 1e-9))
        .unwrap_or(10.0 * power)
}

/// A number with the digits that matter: `0.034`, `12.5`, `12,000`, `3.4e9`.
pub(in crate::pages) fn short(value: f64) -> String {
    let size = value.abs();
    if !value.is_finite() {
        return "–".to_owned();
    }
    if size == 0.0 {
        return "0".to_owned();
    }
    if !(1e-4..1e7).contains(&size) {
        return format!("{value:.1e}");
    }
    let digits = match size {
        size if 100.0 <= size => 0,
        size if 10.0 <= size => 1,
        size if 1.0 <= size => 2,
        size if 0.1 <= size => 3,
        _ => 4,
    };
    let text = format!("{value:.digits$}");
    let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
    let rest = rest.trim_end_matches('0');
    let whole = thousands(whole);
    if rest.is_empty() {
        whole
    } else {
        format!("{whole}.{rest}")
    }
}

fn thousands(whole: &str) -> String {
    let (sign, digits) = match whole.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", whole),
    };
    let mut out = String::from(sign);
    for (place, digit) in digits.chars().enumerate() {
        if 0 < place && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_the_digits_that_matter() {
        for (value, expected) in [
            (0.0, "0"),
            (0.034, "0.034"),
            (0.000_02, "2.0e-5"),
            (1.5, "1.5"),
            (12.54, "12.5"),
            (-1234.5, "-1,234"),
            (12_000.0, "12,000"),
            (3.4e9, "3.4e9"),
            (f64::NAN, "–"),
            (f64::INFINITY, "–"),
        ] {
            assert_eq!(short(value), expected, "{value}");
        }
    }

    #[test]
    fn the_top_is_a_round_number() {
        for (value, expected) in [
            (0.0, 1.0),
            (0.03, 0.05),
            (1.0, 1.0),
            (7.0, 10.0),
            (120.0, 200.0),
        ] {
            assert!((nice_top(value) - expected).abs() < 1e-9, "{value}");
        }
        assert_eq!(nice_top(f64::NAN), 1.0);
    }

    #[test]
    fn evidence_is_drawn_by_its_power_and_stays_in_the_picture() {
        let scale = Scale::evidence(200.0);
        assert_eq!(scale, Scale::Powers(-2.0, 4.0));
        assert_eq!(scale.share(0.0), 0.0);
        assert_eq!(scale.share(f64::MAX), 1.0);
        assert!((scale.share(10.0) - 0.5).abs() < 1e-9);
        assert_eq!(scale.ticks(), [1.0, 100.0, 10_000.0]);
        assert_eq!(Scale::evidence(f64::INFINITY), Scale::Powers(-2.0, 12.0));
    }
}
