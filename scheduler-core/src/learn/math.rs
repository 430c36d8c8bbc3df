//! Special functions and random numbers of the estimators. In agreement with tables to at least
//! eight digits, which is far beyond what any log can tell.

use std::f64::consts::{PI, SQRT_2};

/// The logarithm of the gamma function for `x > 0`, by Stirling's series after a shift.
pub(super) fn ln_gamma(mut x: f64) -> f64 {
    let mut shift = 0.0;
    while x < 10.0 {
        shift -= x.ln();
        x += 1.0;
    }
    let r = 1.0 / (x * x);
    let series = (1.0 / 12.0 - r * (1.0 / 360.0 - r * (1.0 / 1260.0 - r / 1680.0))) / x;
    shift + (x - 0.5) * x.ln() - x + 0.5 * (2.0 * PI).ln() + series
}

/// The derivative of [`ln_gamma`].
pub(super) fn digamma(mut x: f64) -> f64 {
    let mut shift = 0.0;
    while x < 10.0 {
        shift -= 1.0 / x;
        x += 1.0;
    }
    let r = 1.0 / (x * x);
    shift + x.ln() - 0.5 / x - r * (1.0 / 12.0 - r * (1.0 / 120.0 - r / 252.0))
}

/// The derivative of [`digamma`].
pub(super) fn trigamma(mut x: f64) -> f64 {
    let mut shift = 0.0;
    while x < 10.0 {
        shift += 1.0 / (x * x);
        x += 1.0;
    }
    let r = 1.0 / (x * x);
    shift + 1.0 / x + 0.5 * r + r / x * (1.0 / 6.0 - r * (1.0 / 30.0 - r / 42.0))
}

/// Density of the standard normal distribution.
pub(super) fn normal_density(x: f64) -> f64 {
    (-0.5 * x * x).exp() / (2.0 * PI).sqrt()
}

/// Distribution function of the standard normal distribution: a series near 0, a continued fraction
/// in the tails.
pub(super) fn normal_below(x: f64) -> f64 {
    let z = x.abs() / SQRT_2;
    let upper = if z < 2.5 {
        let (mut term, mut sum) = (z, z);
        for n in 1..80 {
            let n = f64::from(n);
            term *= -z * z / n;
            sum += term / (2.0 * n + 1.0);
        }
        0.5 - sum / PI.sqrt()
    } else {
        let mut fraction = 0.0;
        for n in (1..60).rev() {
            fraction = f64::from(n) / 2.0 / (z + fraction);
        }
        0.5 * (-z * z).exp() / PI.sqrt() / (z + fraction)
    };
    if x > 0.0 { 1.0 - upper } else { upper }
}

/// The standard normal quantile of `0 < p < 1`, by Newton steps from a rational start
/// (Abramowitz and Stegun 26.2.23).
pub(super) fn normal_quantile(p: f64) -> f64 {
    let tail = p.min(1.0 - p).max(1e-300);
    let t = (-2.0 * tail.ln()).sqrt();
    let mut z = t
        - (2.515_517 + t * (0.802_853 + t * 0.010_328))
            / (1.0 + t * (1.432_788 + t * (0.189_269 + t * 0.001_308)));
    for _ in 0..3 {
        let density = normal_density(z);
        if density > 0.0 {
            z -= (tail - normal_below(-z)) / density;
        }
    }
    if p < 0.5 { -z } else { z }
}

/// 1.645: half the width of a 90 % interval in standard deviations.
pub(super) const NINETY: f64 = 1.644_853_626_951_472_2;

/// Random numbers of the draws: `SplitMix64`, the same on every machine.
#[derive(Debug, Clone)]
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed ^ 0x5851_F42D_4C95_7F2D)
    }

    pub(super) fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Strictly between 0 and 1.
    pub(super) fn uniform(&mut self) -> f64 {
        ((self.bits() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    pub(super) fn normal(&mut self) -> f64 {
        let (radius, angle) = (self.uniform(), self.uniform());
        (-2.0 * radius.ln()).sqrt() * (2.0 * PI * angle).cos()
    }

    /// A gamma variate of scale 1 (Marsaglia and Tsang 2000, doi:10.1145/358407.358414).
    pub(super) fn gamma(&mut self, shape: f64) -> f64 {
        if shape < 1.0 {
            let boost = self.uniform().powf(1.0 / shape);
            return self.gamma(shape + 1.0) * boost;
        }
        let d = shape - 1.0 / 3.0;
        let c = 1.0 / (9.0 * d).sqrt();
        loop {
            let x = self.normal();
            let v = (1.0 + c * x).powi(3);
            if v > 0.0 && self.uniform().ln() < 0.5 * x * x + d - d * v + d * v.ln() {
                return d * v;
            }
        }
    }

    /// A gamma variate with this mean and standard deviation; the mean where it does not vary.
    pub(super) fn gamma_of(&mut self, mean: f64, sd: f64) -> f64 {
        if mean <= 0.0 || sd <= 0.0 {
            return mean.max(0.0);
        }
        let shape = (mean / sd).powi(2);
        self.gamma(shape) * mean / shape
    }

    pub(super) fn beta(&mut self, a: f64, b: f64) -> f64 {
        let (x, y) = (self.gamma(a), self.gamma(b));
        x / (x + y)
    }

    /// A Poisson variate: by multiplying uniforms, in pieces of a mean of 16 that add up.
    pub(super) fn poisson(&mut self, mean: f64) -> u64 {
        let (mut left, mut count) = (mean, 0);
        while left > 0.0 {
            let piece = left.min(16.0);
            left -= piece;
            let (limit, mut product) = ((-piece).exp(), self.uniform());
            while product > limit {
                count += 1;
                product *= self.uniform();
            }
        }
        count
    }
}

#[cfg(test)]
/// Where `f` is greatest in `[low, high]`, if it rises and then falls: golden sections.
pub(super) fn greatest(mut low: f64, mut high: f64, f: impl Fn(f64) -> f64) -> f64 {
    const GOLDEN: f64 = 0.618_033_988_749_894_9;
    let (mut a, mut b) = (high - GOLDEN * (high - low), low + GOLDEN * (high - low));
    let (mut at_a, mut at_b) = (f(a), f(b));
    for _ in 0..60 {
        if at_a < at_b {
            (low, a, at_a) = (a, b, at_b);
            b = low + GOLDEN * (high - low);
            at_b = f(b);
        } else {
            (high, b, at_b) = (b, a, at_a);
            a = high - GOLDEN * (high - low);
            at_a = f(a);
        }
    }
    0.5 * (low + high)
}

#[cfg(test)]
mod tests {
    use super::{digamma, ln_gamma, normal_below, normal_quantile, trigamma};

    fn near(value: f64, expected: f64) {
        assert!((value - expected).abs() < 1e-8 * expected.abs().max(1.0), "{value} {expected}");
    }

    #[test]
    fn special_functions_have_the_values_of_tables() {
        near(ln_gamma(0.5), 0.572_364_942_924_700_1);
        near(ln_gamma(10.0), 12.801_827_480_081_469);
        near(digamma(1.0), -0.577_215_664_901_532_9);
        near(trigamma(1.0), 1.644_934_066_848_226_4);
        near(normal_below(1.959_963_984_540_054), 0.975);
        near(normal_below(-4.0), 3.167_124_183_311_992e-5);
        near(normal_quantile(0.05), -1.644_853_626_951_472_2);
        near(normal_quantile(0.999), 3.090_232_306_167_813);
    }
}
