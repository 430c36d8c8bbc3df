//! The Poisson distribution by Loader's saddle-point expansion.
//!
//! C. Loader, "Fast and accurate computation of binomial probabilities", 2000. The mass at one
//! point comes from it without the cancellation that `k ln(mean) − mean − ln k!` suffers from where
//! the mean is large; tails follow by the ratio of neighbouring masses. The planner sums the mass
//! from its mode instead, so that the two confirm each other.

use std::f64::consts::TAU;

/// E[min(D, n)] for D Poisson with `mean`: what n slots are expected to serve.
/// Relative error below 1e-12 for means up to 1e6. 0 where the mean is not positive or not
/// finite.
pub(super) fn expected_at_most(mean: f64, n: u64) -> f64 {
    if n == 0 || !mean.is_finite() || mean <= 0.0 {
        return 0.0;
    }
    // Σ_{j<n} j P(D=j) = mean · P(D ≤ n−2), as j P(D=j) = mean · P(D=j−1).
    let below = if n >= 2 { mean * at_most(mean, n - 2) } else { 0.0 };
    below + n as f64 * at_least(mean, n)
}

/// P(D ≥ k).
fn at_least(mean: f64, k: u64) -> f64 {
    match k {
        0 => 1.0,
        _ if k as f64 > mean => upper(mean, k),
        _ => 1.0 - lower(mean, k - 1),
    }
}

/// P(D ≤ k).
fn at_most(mean: f64, k: u64) -> f64 {
    if k as f64 >= mean { 1.0 - upper(mean, k + 1) } else { lower(mean, k) }
}

/// P(D ≥ k) where k is above the mean: masses fall by the factors mean/(k+1), mean/(k+2), …
fn upper(mean: f64, k: u64) -> f64 {
    let mut next = k as f64;
    series(mass(mean, k), || {
        next += 1.0;
        mean / next
    })
}

/// P(D ≤ k) where k is below the mean: masses fall by the factors k/mean, (k−1)/mean, …
fn lower(mean: f64, k: u64) -> f64 {
    let mut next = k as f64 + 1.0;
    series(mass(mean, k), || {
        next -= 1.0;
        next / mean
    })
}

/// first · (1 + r1 + r1·r2 + …) with ratios below 1 that fall to 0.
fn series(first: f64, mut ratio: impl FnMut() -> f64) -> f64 {
    let (mut sum, mut term) = (1.0, 1.0);
    loop {
        term *= ratio();
        if term < 1e-18 * sum {
            return first * sum;
        }
        sum += term;
    }
}

/// P(D = k).
fn mass(mean: f64, k: u64) -> f64 {
    if k == 0 {
        return (-mean).exp();
    }
    let k = k as f64;
    (-stirling_error(k) - deviance(k, mean)).exp() / (TAU * k).sqrt()
}

/// ln k! − ln(√(2πk) · (k/e)^k).
fn stirling_error(k: f64) -> f64 {
    if k <= 15.0 {
        let factorial: f64 = (1..=k as u32).map(f64::from).product();
        return factorial.ln() - 0.5 * (TAU * k).ln() - k * k.ln() + k;
    }
    let square = k * k;
    let terms = [1.0 / 12.0, 1.0 / 360.0, 1.0 / 1260.0, 1.0 / 1680.0, 1.0 / 1188.0];
    terms.into_iter().rev().fold(0.0, |rest, term| term - rest / square) / k
}

/// k ln(k/mean) + mean − k, by its series where k and the mean are close.
fn deviance(k: f64, mean: f64) -> f64 {
    let difference = k - mean;
    if difference.abs() >= 0.1 * (k + mean) {
        return k * (k / mean).ln() - difference;
    }
    let ratio = difference / (k + mean);
    let mut sum = difference * ratio;
    let mut power = 2.0 * k * ratio;
    for odd in (3_u32..).step_by(2) {
        power *= ratio * ratio;
        let next = sum + power / f64::from(odd);
        if next == sum {
            break;
        }
        sum = next;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::expected_at_most;
    use crate::problem::tail_probabilities;

    #[test]
    fn agrees_with_sixty_digit_arithmetic() {
        for (mean, n, exact) in [
            (1e-9, 1, 9.999999995e-10),
            (1e-9, 3, 1e-09),
            (0.25, 1, 0.22119921692859512),
            (0.25, 7, 0.24999999968826186),
            (4.5, 4, 3.4119174957567977),
            (4.5, 30, 4.5),
            (12.0, 11, 10.08918234695026),
            (12.0, 12, 10.627585013886641),
            (12.0, 13, 11.051619765313577),
            (730.5, 700, 698.2879908638687),
            (730.5, 800, 730.4502848315636),
            (20_000.0, 19_900, 19880.072714771602),
            (1e6, 999_000, 998916.724884761),
            (1e6, 1_001_000, 999916.6442278349),
        ] {
            let found = expected_at_most(mean, n);
            assert!((found - exact).abs() <= 1e-12 * exact, "{mean}, {n}: {found}, not {exact}");
        }
    }

    #[test]
    fn agrees_with_the_planners_tails() {
        for mean in [1e-9, 1e-4, 0.3, 1.0, 2.5, 14.999, 15.0, 16.0, 99.5, 3e3, 1e5, 1e6] {
            let most = (mean + 10.0 * f64::sqrt(mean)) as u64 + 20;
            let (mut sum, mut lost) = (0.0_f64, 0.0_f64);
            for (n, tail) in (1..=most).zip(tail_probabilities(mean)) {
                // Kahan's sum: a million terms would otherwise cost the digits that are compared.
                let term = tail - lost;
                let next = sum + term;
                lost = (next - sum) - term;
                sum = next;
                if n < 40 || n % (most / 40) == 0 {
                    let found = expected_at_most(mean, n);
                    assert!((found - sum).abs() <= 1e-12 * sum, "{mean}, {n}: {found}, not {sum}");
                }
            }
        }
    }

    #[test]
    fn serves_nothing_without_slots_or_without_demand() {
        for (mean, n) in [(3.0, 0), (0.0, 4), (-1.0, 4), (f64::NAN, 4), (f64::INFINITY, 4)] {
            assert_eq!(expected_at_most(mean, n), 0.0);
        }
    }
}
