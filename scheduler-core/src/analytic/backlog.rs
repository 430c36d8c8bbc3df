//! What is left over, period after period, where a Poisson number comes in and a fixed number can
//! be served: X ← max(X + A − c, 0) in equilibrium.
//!
//! X is the highest point of a random walk with steps A − c. With `b_k = Σ_n P(S_n = k)/n` over the
//! walk's positions after n steps, Spitzer's identity gives `E[z^X] = exp(Σ_{k>0} b_k (z^k − 1))`; and
//! these are the coefficients of `−ln(1 − E[z^{A−c}])`. Both steps are Fourier transforms on a circle
//! between 1 and the point where that mean is 1 again: no roots, no truncated chain.
//!
//! F. Spitzer, "A combinatorial lemma and its application to probability theory", 1956,
//! doi:10.1090/S0002-9947-1956-0079851-X.

use super::error::{AnalyticError, at_least_one, not_negative, stable};
use super::fourier::{Complex, Direction, transform};
use super::poisson::Masses;

/// The stationary distribution of what is left over.
#[derive(Debug, Clone, PartialEq)]
pub struct Backlog {
    arrivals: f64,
    mean: f64,
    masses: Vec<f64>,
}

/// Most points of a transform.
const MOST_POINTS: u64 = 1 << 22;

/// What falls off a circle of points weighs less than e^−38 in the figures.
const DECAY: f64 = 38.0;

impl Backlog {
    /// The backlog where a Poisson number with mean `arrivals` comes in each period, and `capacity`
    /// can be served. O(n log n), n inversely proportional to how far the load is from 1.
    ///
    /// # Errors
    /// A parameter is out of range, `arrivals` is not below `capacity`, or the distribution has
    /// more than two million values that matter.
    pub fn stationary(arrivals: f64, capacity: u32) -> Result<Self, AnalyticError> {
        not_negative("arrivals", arrivals)?;
        let served = at_least_one(capacity)?;
        stable(arrivals, served)?;
        if arrivals == 0.0 {
            return Ok(Self { arrivals, mean: 0.0, masses: vec![1.0] });
        }
        let end = log_of_second_root(arrivals, served);
        // Halfway to the second root, and not so far out that powers of it are beyond numbers.
        let log_radius = (0.5 * end).min(std::f64::consts::LN_2);
        let needed = 2.0 * DECAY / log_radius.min(end - log_radius);
        let size = (needed.ceil() as u64).max(64).next_power_of_two();
        if size > MOST_POINTS {
            let what = "the distribution of the backlog";
            return Err(AnalyticError::TooLarge { what, size, unit: "points", most: MOST_POINTS });
        }
        let mut values = logarithms(arrivals, served, log_radius, size as usize);
        transform(&mut values, Direction::ToCoefficients);
        // Coefficients are b_k·r^k. The negative half of the walk is left out.
        let half = values.len() / 2;
        let (mut level, mut mean) = (0.0, 0.0);
        for (k, value) in values.iter_mut().enumerate().take(half).skip(1).rev() {
            let coefficient = value.re * (-(k as f64) * log_radius).exp();
            level += coefficient;
            mean += coefficient * k as f64;
        }
        values[0] = Complex::default();
        values[half..].fill(Complex::default());
        transform(&mut values, Direction::ToValues);
        for value in &mut values {
            *value = (*value - Complex::new(level, 0.0)).exp();
        }
        transform(&mut values, Direction::ToCoefficients);
        let mut masses: Vec<f64> = values[..half]
            .iter()
            .enumerate()
            .map(|(k, value)| (value.re * (-(k as f64) * log_radius).exp()).max(0.0))
            .collect();
        let total: f64 = masses.iter().rev().sum();
        for mass in &mut masses {
            *mass /= total;
        }
        Ok(Self { arrivals, mean: mean.max(0.0), masses })
    }

    /// Mean of what is left over.
    #[must_use]
    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// Probability that `k` are left over, k = 0, 1, …; together they weigh 1 to 1e-12.
    #[must_use]
    pub fn masses(&self) -> &[f64] {
        &self.masses
    }

    /// Probability that backlog and arrivals of a period are together `least` or more.
    #[must_use]
    pub fn p_with_arrivals_at_least(&self, least: u32) -> f64 {
        let least = least as usize;
        let arrivals = Masses::new(self.arrivals);
        // P(X ≥ k) for all k that can be missing.
        let mut at_least = vec![1.0; least + 1];
        let mut sum: f64 = self.masses.iter().skip(least + 1).rev().sum();
        for k in (1..=least).rev() {
            sum += self.masses.get(k).copied().unwrap_or(0.0);
            at_least[k] = sum;
        }
        arrivals
            .iter()
            .map(|(k, mass)| mass * at_least[least.saturating_sub(k)])
            .sum::<f64>()
            .min(1.0)
    }
}

/// ln z for the z > 1 at which E[z^{A−c}] = e^{a(z−1)} z^{−c} is 1: Newton's steps on the convex
/// a(e^y − 1) − c·y fall towards it from above.
fn log_of_second_root(arrivals: f64, served: f64) -> f64 {
    let excess = |y: f64| arrivals * y.exp_m1() - served * y;
    let mut y = 2.0 * (served - arrivals) / arrivals;
    // The curve bends up at least as a·y²/2, so the root is not beyond this start; it may be far
    // before it, where large loads of steps would be spent: the logarithm bounds it as well.
    y = y.min(2.0 * (1.0 + (served / arrivals).ln()) + 2.0);
    while excess(y) < 0.0 {
        y *= 2.0;
    }
    loop {
        let next = y - excess(y) / (arrivals * y.exp() - served);
        if next >= y || next <= 0.0 {
            return y;
        }
        y = next;
    }
}

/// −ln(1 − E[z^{A−c}]) at `size` points of the circle with this radius.
fn logarithms(arrivals: f64, served: f64, log_radius: f64, size: usize) -> Vec<Complex> {
    let radius = log_radius.exp();
    let on_axis = arrivals * log_radius.exp_m1() - served * log_radius;
    (0..size)
        .map(|point| {
            let angle = std::f64::consts::TAU * point as f64 / size as f64;
            let half = (0.5 * angle).sin();
            // ln E[z^{A−c}] at z = r·e^{iθ}, with r·cos θ − 1 = (r − 1) − 2r·sin²(θ/2).
            let exponent = Complex::new(
                on_axis - 2.0 * arrivals * radius * half * half,
                arrivals * radius * angle.sin() - served * angle,
            );
            let stays = exponent.exp_m1();
            let logarithm = Complex::new(-stays.re, -stays.im).ln();
            Complex::new(-logarithm.re, -logarithm.im)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::Backlog;

    /// The mean by the roots of z^c = e^{a(z−1)} in the unit disc, a second way to it.
    fn mean_by_roots(arrivals: f64, capacity: u32) -> f64 {
        use super::Complex;
        let c = f64::from(capacity);
        let mut sum = 0.0;
        for k in 1..capacity {
            let turn = std::f64::consts::TAU * f64::from(k) / c;
            let mut z = Complex::default();
            for _ in 0..100_000 {
                let e = Complex::new(arrivals * (z.re - 1.0) / c, arrivals * z.im / c + turn).exp();
                let off = e - z;
                z = e;
                if off.re.hypot(off.im) < 1e-17 {
                    break;
                }
            }
            // Re 1/(1 − z); roots come in conjugate pairs.
            let (re, im) = (1.0 - z.re, -z.im);
            sum += re / (re * re + im * im);
        }
        sum - (c * (c - 1.0) - arrivals * arrivals) / (2.0 * (c - arrivals))
    }

    #[test]
    fn means_agree_with_those_by_roots() {
        for (arrivals, capacity) in
            [(0.9, 1), (1.8, 2), (9.5, 10), (99.0, 100), (99.9, 100), (30.0, 40), (0.9999, 1)]
        {
            let found = Backlog::stationary(arrivals, capacity).unwrap().mean();
            let exact = mean_by_roots(arrivals, capacity);
            let error = (found - exact).abs() / exact;
            assert!(error < 1e-9, "{arrivals} {capacity}: {found}, not {exact}");
        }
    }

    #[test]
    fn the_distribution_is_stationary() {
        for (arrivals, capacity) in [(0.5, 1), (4.5, 5), (20.0, 40), (98.0, 100), (1e-3, 7)] {
            let backlog = Backlog::stationary(arrivals, capacity).unwrap();
            let x = backlog.masses();
            let a = super::Masses::new(arrivals);
            for k in 0..x.len().min(60) {
                let next: f64 = a
                    .iter()
                    .map(|(n, mass)| {
                        let before = k + capacity as usize;
                        let leftover = |m: usize| x.get(m).copied().unwrap_or(0.0);
                        if k > 0 {
                            return if n <= before { mass * leftover(before - n) } else { 0.0 };
                        }
                        (0..=before.saturating_sub(n))
                            .filter(|_| n <= before)
                            .map(leftover)
                            .sum::<f64>()
                            * mass
                    })
                    .sum();
                assert!((next - x[k]).abs() < 1e-13, "{arrivals} {capacity} {k}: {next}, {}", x[k]);
            }
        }
    }
}
