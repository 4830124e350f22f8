//! Numbers as people read them.

/// `1,488`
pub(super) fn whole(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A count, to the nearest whole.
pub(super) fn count(number: f64) -> String {
    whole(rounded(number))
}

/// Three digits that matter: `2,140`, `84.2`, `0.31`.
pub(super) fn plain(number: f64) -> String {
    let size = number.abs();
    if size >= 1e6 {
        "more than 1,000,000".to_owned()
    } else if size >= 999.5 {
        let sign = if number < 0.0 { "-" } else { "" };
        format!("{sign}{}", count(size))
    } else if size >= 99.95 {
        format!("{number:.0}")
    } else if size >= 9.995 {
        trimmed(&format!("{number:.1}"))
    } else if size >= 0.005 || number == 0.0 {
        trimmed(&format!("{number:.2}"))
    } else {
        "less than 0.01".to_owned()
    }
}

/// `25 %`, of a share from 0 to 1.
pub(super) fn percent(share: f64) -> String {
    format!("{} %", plain(share * 100.0))
}

/// The nearest whole number; 0 for what is none.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the cast saturates, and what is not a number becomes 0"
)]
pub(super) fn rounded(number: f64) -> u64 {
    number.round() as u64
}

fn trimmed(decimal: &str) -> String {
    let short = decimal.trim_end_matches('0').trim_end_matches('.');
    short.to_owned()
}

#[cfg(test)]
mod tests {
    use super::{percent, plain, rounded, whole};

    #[test]
    fn numbers_have_the_digits_that_matter() {
        for (number, expected) in [
            (0.0, "0"),
            (0.001, "less than 0.01"),
            (0.314, "0.31"),
            (1.0, "1"),
            (2.5, "2.5"),
            (84.23, "84.2"),
            (99.97, "100"),
            (250.4, "250"),
            (999.7, "1,000"),
            (2_140.4, "2,140"),
            (1.5e6, "more than 1,000,000"),
        ] {
            assert_eq!(plain(number), expected);
        }
        assert_eq!(whole(1_234_567), "1,234,567");
        assert_eq!(whole(999), "999");
        assert_eq!(percent(0.25), "25 %");
        assert_eq!(percent(0.254), "25.4 %");
    }

    #[test]
    fn what_is_no_number_rounds_to_nothing() {
        assert_eq!(rounded(f64::NAN), 0);
        assert_eq!(rounded(-3.0), 0);
        assert_eq!(rounded(f64::INFINITY), u64::MAX);
    }
}
