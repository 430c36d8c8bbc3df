//! Poisson probabilities over the range where they matter.

use super::AnalyticError;

/// Masses of a Poisson distribution from `first` on; what is left out weighs less than 1e-17.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Masses {
    pub(super) first: usize,
    pub(super) masses: Vec<f64>,
}

impl Masses {
    /// The distribution with this mean, which is finite and not negative. O(√mean).
    ///
    /// Masses are found from the mode outwards, relative to it, and scaled to sum 1.
    pub(super) fn new(mean: f64) -> Self {
        let mode = mean.floor();
        let mut up = Vec::new();
        let (mut weight, mut k) = (1.0_f64, mode);
        while weight > 1e-20 {
            up.push(weight);
            k += 1.0;
            weight *= mean / k;
        }
        let mut down = Vec::new();
        (weight, k) = (1.0, mode);
        while k > 0.0 {
            weight *= k / mean;
            k -= 1.0;
            if weight <= 1e-20 {
                break;
            }
            down.push(weight);
        }
        let first = mode as usize - down.len();
        let mut masses: Vec<f64> = down.into_iter().rev().chain(up).collect();
        let total = sum_outwards(&masses, mode as usize - first);
        for mass in &mut masses {
            *mass /= total;
        }
        Self { first, masses }
    }

    /// The same where the mean is a caller's, who may then go through all numbers up to it.
    pub(super) fn bounded(what: &'static str, mean: f64) -> Result<Self, AnalyticError> {
        const MOST: u64 = 10_000_000;
        if mean > MOST as f64 {
            let (size, unit) = (mean as u64, "expected arrivals");
            return Err(AnalyticError::TooLarge { what, size, unit, most: MOST });
        }
        Ok(Self::new(mean))
    }

    /// The number after the last one.
    pub(super) fn end(&self) -> usize {
        self.first + self.masses.len()
    }

    /// Numbers and their masses.
    pub(super) fn iter(&self) -> impl Iterator<Item = (usize, f64)> + '_ {
        self.masses.iter().enumerate().map(|(index, mass)| (self.first + index, *mass))
    }

    /// E[min(D, k)] for k = 0, 1, … up to `most`.
    pub(super) fn expected_at_most(&self, most: usize) -> Vec<f64> {
        let mut above = 1.0;
        let mut expected = Vec::with_capacity(most + 1);
        let mut sum = 0.0;
        for k in 0..=most {
            expected.push(sum);
            let mass = k
                .checked_sub(self.first)
                .and_then(|at| self.masses.get(at))
                .copied()
                .unwrap_or(0.0);
            // P(D > k), never below 0 by rounding.
            above = if k + 1 >= self.end() { 0.0 } else { f64::max(above - mass, 0.0) };
            sum += above;
        }
        expected
    }
}

/// Sums from both ends, so that small terms are not lost.
fn sum_outwards(weights: &[f64], mode: usize) -> f64 {
    let up: f64 = weights[mode..].iter().rev().sum();
    let down: f64 = weights[..mode].iter().sum();
    up + down
}

#[cfg(test)]
mod tests {
    use super::Masses;

    #[test]
    fn masses_are_those_of_the_formula() {
        for mean in [0.0, 1e-9, 0.3, 1.0, 7.5, 99.0] {
            let masses = Masses::new(mean);
            for (k, mass) in masses.iter() {
                let log: f64 = (1..=k).map(|i| (mean / i as f64).ln()).sum();
                let exact = (log - mean).exp();
                assert!((mass - exact).abs() <= 1e-13, "{mean} {k}: {mass}, not {exact}");
            }
            let first: f64 = masses.iter().map(|(k, mass)| k as f64 * mass).sum();
            assert!((first - mean).abs() <= 1e-13 * mean, "{mean}: {first}");
        }
    }

    #[test]
    fn large_means_have_the_right_mean_and_variance() {
        let mean = 123_456.75;
        let masses = Masses::new(mean);
        let (mut first, mut second) = (0.0, 0.0);
        for (k, mass) in masses.iter() {
            first += (k as f64 - mean) * mass;
            second += (k as f64 - mean).powi(2) * mass;
        }
        assert!(first.abs() < 1e-8, "{first}");
        assert!((second / mean - 1.0).abs() < 1e-10, "{second}");
    }

    #[test]
    fn expected_minima_rise_to_the_mean() {
        let minima = Masses::new(2.5).expected_at_most(60);
        assert_eq!(minima[0], 0.0);
        assert!((minima[1] - (1.0 - (-2.5_f64).exp())).abs() < 1e-15);
        assert!((minima[60] - 2.5).abs() < 1e-14);
    }
}
