//! Shares of independent trials.

use super::student::normal_quantile;

/// The interval of a probability of which `successes` in `trials` independent trials are known;
/// `None` where there are no trials, or more successes.
///
/// Wilson's score interval: it stays within 0 to 1 and tells something after no success at all
/// (Wilson 1927, doi:10.1080/01621459.1927.10502953). For trials that depend on each other, such as
/// the customers of one day, use [`ratio`](super::ratio) over replications.
pub fn wilson(successes: u64, trials: u64, confidence: f64) -> Option<(f64, f64)> {
    if trials == 0 || successes > trials {
        return None;
    }
    let n = trials as f64;
    let share = successes as f64 / n;
    let z = normal_quantile(0.5 + confidence / 2.0);
    let z2 = z * z;
    let centre = (share + z2 / (2.0 * n)) / (1.0 + z2 / n);
    let spread =
        z / (1.0 + z2 / n) * (share * (1.0 - share) / n + z2 / (4.0 * n * n)).max(0.0).sqrt();
    // At both ends the bound is exact, whatever rounding says.
    let low = if successes == 0 { 0.0 } else { (centre - spread).max(0.0) };
    let high = if successes == trials { 1.0 } else { (centre + spread).min(1.0) };
    Some((low, high))
}
