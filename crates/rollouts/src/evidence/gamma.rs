//! The gamma distribution's functions, as far as the rules need them.
//!
//! `ln Γ` by Lanczos' approximation (g = 7, nine terms), the regularized incomplete gamma
//! function by its series or Lentz's continued fraction, χ² quantiles by Wilson and Hilferty's
//! start (1931) and Newton's steps.

/// Coefficients of Lanczos' series for g = 7.
const LANCZOS: [f64; 9] = [
    0.999_999_999_999_809_9,
    676.520_368_121_885_1,
    -1_259.139_216_722_402_8,
    771.323_428_777_653_1,
    -176.615_029_162_140_6,
    12.507_343_278_686_905,
    -0.138_571_095_265_720_12,
    9.984_369_578_019_572e-6,
    1.505_632_735_149_311_6e-7,
];

/// Above this shape, Wilson and Hilferty's start is as good as the quantile itself.
const LARGE: f64 = 1e6;

/// `ln Γ(x)` for x > 0.
pub(super) fn ln_gamma(x: f64) -> f64 {
    let x = x - 1.0;
    let base = x + 7.5;
    let [first, rest @ ..] = LANCZOS;
    let series = rest.iter().zip(1_u32..).fold(first, |sum, (term, index)| {
        sum + term / (x + f64::from(index))
    });
    0.5 * (2.0 * std::f64::consts::PI).ln() + (x + 0.5) * base.ln() - base + series.ln()
}

/// `ln B(a, b)`
pub(super) fn ln_beta(a: f64, b: f64) -> f64 {
    ln_gamma(a) + ln_gamma(b) - ln_gamma(a + b)
}

/// The value that χ² with so many degrees of freedom exceeds with probability `tail`.
pub(super) fn chi_squared_upper(tail: f64, degrees: f64) -> f64 {
    let start = wilson_hilferty(tail, degrees);
    let shape = degrees / 2.0;
    if LARGE < shape {
        return start;
    }
    let mut half = start / 2.0;
    for _ in 0..60 {
        let density = ((shape - 1.0) * half.ln() - half - ln_gamma(shape)).exp();
        let step = (tail - upper_gamma(shape, half)) / density;
        let next = half - step;
        // A step beyond zero is cut short.
        let next = if 0.0 < next { next } else { half / 2.0 };
        let moved = (next - half).abs();
        if !next.is_finite() {
            break;
        }
        half = next;
        if moved <= 1e-12 * half {
            break;
        }
    }
    2.0 * half
}

/// `Q(a, x)`: how much of a gamma distribution of this shape lies above `x`.
fn upper_gamma(shape: f64, x: f64) -> f64 {
    let scale = (shape * x.ln() - x - ln_gamma(shape)).exp();
    if x < shape + 1.0 {
        1.0 - scale * lower_series(shape, x)
    } else {
        scale * upper_fraction(shape, x)
    }
}

fn lower_series(shape: f64, x: f64) -> f64 {
    let (mut term, mut sum, mut at) = (1.0 / shape, 1.0 / shape, shape);
    for _ in 0..20_000 {
        at += 1.0;
        term *= x / at;
        sum += term;
        if term < sum * 1e-16 {
            break;
        }
    }
    sum
}

fn upper_fraction(shape: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let away_from_zero = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut b = x + 1.0 - shape;
    let mut c = 1.0 / TINY;
    let mut d = 1.0 / away_from_zero(b);
    let mut fraction = d;
    for index in 1..20_000_u32 {
        let index = f64::from(index);
        let a = -index * (index - shape);
        b += 2.0;
        d = 1.0 / away_from_zero(a * d + b);
        c = away_from_zero(b + a / c);
        let factor = d * c;
        fraction *= factor;
        if (factor - 1.0).abs() < 1e-15 {
            break;
        }
    }
    fraction
}

fn wilson_hilferty(tail: f64, degrees: f64) -> f64 {
    let ninth = 2.0 / (9.0 * degrees);
    let cube = 1.0 - ninth + normal_upper(tail) * ninth.sqrt();
    degrees * cube.max(0.05).powi(3)
}

/// The value that a standard normal exceeds with probability `tail`, to 0.00045 (Abramowitz and
/// Stegun 26.2.23): good enough for a start.
fn normal_upper(tail: f64) -> f64 {
    if 0.5 < tail {
        return -normal_upper(1.0 - tail);
    }
    let t = (-2.0 * tail.max(1e-300).ln()).sqrt();
    let above = 2.515_517 + t * (0.802_853 + t * 0.010_328);
    let below = 1.0 + t * (1.432_788 + t * (0.189_269 + t * 0.001_308));
    t - above / below
}

#[cfg(test)]
mod tests {
    use super::{chi_squared_upper, ln_beta, ln_gamma};

    #[test]
    fn the_gamma_function_is_the_factorial() {
        let mut factorial = 0.0_f64;
        for n in 1..=170_u32 {
            assert!(
                (ln_gamma(f64::from(n)) - factorial).abs() < 1e-11 * factorial.max(1.0),
                "{n}"
            );
            factorial += f64::from(n).ln();
        }
        assert!((ln_gamma(0.5) - std::f64::consts::PI.sqrt().ln()).abs() < 1e-14);
        assert!((ln_beta(2.0, 3.0) + 12_f64.ln()).abs() < 1e-14);
    }

    /// NIST/SEMATECH e-Handbook of Statistical Methods, table 1.3.6.7.4.
    #[test]
    fn quantiles_are_those_of_the_printed_table() {
        for (degrees, tail, expected) in [
            (1.0, 0.10, 2.706),
            (1.0, 0.001, 10.828),
            (2.0, 0.05, 5.991),
            (2.0, 0.01, 9.210),
            (3.0, 0.025, 9.348),
            (10.0, 0.05, 18.307),
            (10.0, 0.001, 29.588),
            (20.0, 0.01, 37.566),
            (50.0, 0.05, 67.505),
            (100.0, 0.10, 118.498),
            (100.0, 0.001, 149.449),
            (1.0, 0.95, 0.004),
            (10.0, 0.99, 2.558),
            (100.0, 0.95, 77.929),
        ] {
            let quantile = chi_squared_upper(tail, degrees);
            assert!(
                (quantile - expected).abs() < 0.000_6,
                "{degrees} {tail}: {quantile}"
            );
        }
    }

    #[test]
    fn large_and_fractional_degrees_have_quantiles_too() {
        // Two degrees are an exponential distribution.
        for tail in [0.5, 0.1, 1e-3, 1e-9] {
            assert!(
                (chi_squared_upper(tail, 2.0) + 2.0 * f64::ln(tail)).abs() < 1e-9,
                "{tail}"
            );
        }
        let between = chi_squared_upper(0.01, 7.4);
        assert!(chi_squared_upper(0.01, 7.0) < between && between < chi_squared_upper(0.01, 8.0));
        // The two ways meet where one takes over.
        let (below, above) = (
            chi_squared_upper(0.01, 1.999e6),
            chi_squared_upper(0.01, 2.001e6),
        );
        assert!((above - below - 2_000.0).abs() < 10.0, "{below} {above}");
    }
}
