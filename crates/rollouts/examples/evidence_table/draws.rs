//! Random numbers of the distributions that traffic has.

use clock::Chance;

pub struct Draws(Chance);

impl Draws {
    pub fn from_seed(seed: u64) -> Self {
        Self(Chance::from_seed(seed))
    }

    /// By inversion, in parts of at most 30, whose sum has the distribution of the whole.
    pub fn poisson(&self, mean: f64) -> f64 {
        let (mut rest, mut sum) = (mean, 0.0);
        while 30.0 < rest {
            sum += self.small_poisson(30.0);
            rest -= 30.0;
        }
        sum + self.small_poisson(rest)
    }

    fn small_poisson(&self, mean: f64) -> f64 {
        let (mut chance, mut count) = ((-mean).exp(), 0.0);
        let mut left = self.0.fraction() - chance;
        while 0.0 <= left && count < 1_000.0 {
            count += 1.0;
            chance *= mean / count;
            left -= chance;
        }
        count
    }

    /// With mean 1.
    pub fn exponential(&self) -> f64 {
        -(1.0 - self.0.fraction()).ln()
    }

    /// With mean 1, by Marsaglia and Tsang (2000); for shapes from 1 on.
    pub fn gamma(&self, shape: f64) -> f64 {
        let d = shape - 1.0 / 3.0;
        let c = 1.0 / (9.0 * d).sqrt();
        loop {
            let x = self.normal();
            let v = (1.0 + c * x).powi(3);
            let accepted = -self.exponential();
            if 0.0 < v && accepted < 0.5 * x * x + d - d * v + d * v.ln() {
                return d * v / shape;
            }
        }
    }

    pub fn normal(&self) -> f64 {
        let radius = (2.0 * self.exponential()).sqrt();
        radius * (2.0 * std::f64::consts::PI * self.0.fraction()).cos()
    }

    /// From 1 on, with this mean.
    pub fn geometric(&self, mean: f64) -> f64 {
        let failure = 1.0 - 1.0 / mean;
        1.0 + (self.exponential() / -failure.ln()).floor()
    }
}
