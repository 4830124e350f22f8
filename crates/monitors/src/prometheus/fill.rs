//! What stands for the flag and the window in a query.

use std::time::Duration;

use crate::flag::{InvalidFlagName, searchable};

/// `query` with `$flag` as the flag's name and `$window` as a length such as `60s`:
/// `sum(increase(errors_total{flag="$flag"}[$window]))`.
///
/// # Errors
/// When the name could change what the query means.
pub fn fill(query: &str, flag: &str, window: Duration) -> Result<String, InvalidFlagName> {
    let flag = searchable(flag)?;
    // Prometheus' durations know no fractions, and no length of nothing.
    let window = format!("{}ms", window.as_millis().max(1));
    Ok(query.replace("$window", &window).replace("$flag", flag))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_about_a_flag_and_a_window() {
        let query = "sum(increase(errors_total{flag=\"$flag\"}[$window])) / $window";
        let filled = fill(query, "a_flag", Duration::from_secs(90));
        let expected = "sum(increase(errors_total{flag=\"a_flag\"}[90000ms])) / 90000ms";
        assert_eq!(filled.as_deref(), Ok(expected));
        assert!(fill(query, "a\"} or x{y=\"", Duration::from_secs(90)).is_err());
    }
}
