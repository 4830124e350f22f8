//! Pictures made of letters, for where there is nothing but text.

/// From nothing to all.
const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// A line of bars, one a value, from the smallest to the largest of them. What is no number is
/// a gap.
#[must_use]
pub fn sparkline(values: &[f64]) -> String {
    let numbers = values.iter().copied().filter(|value| value.is_finite());
    let (least, most) = numbers.fold(
        (f64::INFINITY, f64::NEG_INFINITY),
        |(least, most), value| (least.min(value), most.max(value)),
    );
    let bar = |value: &f64| {
        if !value.is_finite() {
            return ' ';
        }
        let share = if least < most {
            (value - least) / (most - least)
        } else {
            0.0
        };
        let height = BARS
            .iter()
            .enumerate()
            .take_while(|(step, _)| *step == 0 || position(*step) <= share)
            .last();
        height.map_or(' ', |(_, bar)| *bar)
    };
    values.iter().map(bar).collect()
}

/// From which share on a bar has this height.
fn position(step: usize) -> f64 {
    // Eight bars: exact in any float.
    f64::from(u8::try_from(step).unwrap_or(u8::MAX)) / 8.0
}

/// How far something is, from 0 to 1, as `▰▰▰▱▱▱▱▱▱▱`.
#[must_use]
pub fn progress(share: f64, width: usize) -> String {
    let share = if share.is_finite() {
        share.clamp(0.0, 1.0)
    } else {
        0.0
    };
    let full = (0..width)
        .take_while(|step| {
            let next = u32::try_from(step + 1).unwrap_or(u32::MAX);
            let width = u32::try_from(width).unwrap_or(u32::MAX);
            f64::from(next) <= share * f64::from(width) + 1e-9
        })
        .count();
    (0..width)
        .map(|step| if step < full { '▰' } else { '▱' })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sparkline_has_a_bar_a_value() {
        for (values, expected) in [
            (&[][..], ""),
            (&[3.0], "▁"),
            (&[0.0, 0.0], "▁▁"),
            (&[0.0, 1.0], "▁█"),
            (&[0.0, 0.5, 1.0], "▁▅█"),
            (&[0.0, f64::NAN, 7.0], "▁ █"),
            (&[f64::INFINITY, 1.0], " ▁"),
        ] {
            assert_eq!(sparkline(values), expected, "{values:?}");
        }
    }

    #[test]
    fn progress_is_full_only_at_the_end() {
        for (share, expected) in [
            (0.0, "▱▱▱▱"),
            (0.24, "▱▱▱▱"),
            (0.25, "▰▱▱▱"),
            (0.99, "▰▰▰▱"),
            (1.0, "▰▰▰▰"),
            (9.0, "▰▰▰▰"),
            (f64::NAN, "▱▱▱▱"),
        ] {
            assert_eq!(progress(share, 4), expected, "{share}");
        }
    }
}
