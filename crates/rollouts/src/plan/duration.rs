//! Durations as people write them: `15m`, `1h30m`, `2d`.

use jiff::SignedDuration;

/// The units, the largest first, in seconds. A day is 24 hours.
const UNITS: [(char, i64); 4] = [('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)];

/// The longest that anything in a plan may take, in seconds: ninety days.
const LONGEST: i64 = 90 * 86_400;

/// Why a text is no duration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidDuration {
    #[error("is a duration such as 15m, 1h30m or 2d, not {0:?}")]
    Form(String),
    #[error("is longer than 90 days")]
    TooLong,
}

/// Reads a duration. Units come in order, each once at most.
///
/// # Errors
/// When the text is none, or is longer than ninety days.
pub fn parse_duration(text: &str) -> Result<SignedDuration, InvalidDuration> {
    let form = || InvalidDuration::Form(text.chars().take(40).collect());
    let mut seconds: i64 = 0;
    let mut units = UNITS.iter();
    let mut rest = text.trim();
    if rest.is_empty() {
        return Err(form());
    }
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (number, after) = rest.split_at(digits);
        let number: i64 = number.parse().map_err(|_| form())?;
        let mut letters = after.chars();
        let letter = letters.next().ok_or_else(form)?;
        let (_, unit) = units.find(|(unit, _)| *unit == letter).ok_or_else(form)?;
        seconds = number
            .checked_mul(*unit)
            .and_then(|part| seconds.checked_add(part))
            .filter(|sum| *sum <= LONGEST)
            .ok_or(InvalidDuration::TooLong)?;
        rest = letters.as_str();
    }
    Ok(SignedDuration::from_secs(seconds))
}

/// Writes a duration as it is read, in whole seconds.
#[must_use]
pub fn write_duration(duration: SignedDuration) -> String {
    let mut rest = duration.as_secs().max(0);
    let mut text = String::new();
    for (letter, unit) in UNITS {
        let number = rest / unit;
        rest %= unit;
        if 0 < number {
            text.push_str(&number.to_string());
            text.push(letter);
        }
    }
    if text.is_empty() {
        text.push_str("0s");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_people_write_them() {
        for (text, seconds) in [
            ("15m", 900),
            ("1h30m", 5_400),
            ("1d", 86_400),
            ("2d12h", 216_000),
            ("90s", 90),
            ("0s", 0),
            ("90d", 7_776_000),
        ] {
            let read = parse_duration(text).unwrap();
            assert_eq!(read, SignedDuration::from_secs(seconds), "{text}");
            assert_eq!(parse_duration(&write_duration(read)), Ok(read));
        }
        assert_eq!(write_duration(SignedDuration::from_secs(5_400)), "1h30m");
    }

    #[test]
    fn what_is_no_duration_is_refused() {
        for text in [
            "",
            "15",
            "m",
            "15 minutes",
            "-15m",
            "30m1h",
            "1m1m",
            "1w",
            "1.5h",
            "１m",
        ] {
            assert!(parse_duration(text).is_err(), "{text:?}");
        }
        for text in ["91d", "99999999999999999999s", "9223372036854775807d"] {
            assert!(parse_duration(text).is_err(), "{text:?}");
        }
    }
}
