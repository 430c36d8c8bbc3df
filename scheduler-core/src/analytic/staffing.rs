//! How many servers an M/M/c queue needs.

use std::f64::consts::TAU;

use super::erlang::{blocking, one_more, waiting};
use super::error::{AnalyticError, not_negative, positive};

/// What a staffing must reach.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Target {
    /// At most this share of customers waits at all.
    WaitProbability(f64),
    /// The mean wait of all customers is at most this.
    MeanWait(f64),
    /// At least this share of customers waits no longer than this time.
    ServiceLevel {
        /// Share of customers.
        share: f64,
        /// Longest wait of theirs.
        within: f64,
    },
    /// Servers are busy at most this share of the time.
    Utilisation(f64),
}

/// Most servers that are tried.
const MOST_SERVERS: u64 = 100_000_000;

/// The least number of servers with which an M/M/c queue reaches all `targets` (or is stable, where
/// there are none). O(answer), no allocation.
///
/// # Errors
/// A rate is out of range, or 10⁸ servers do not reach the targets.
pub fn least_servers(
    arrival_rate: f64,
    service_rate: f64,
    targets: &[Target],
) -> Result<u32, AnalyticError> {
    not_negative("arrival rate", arrival_rate)?;
    let offered = arrival_rate / positive("service rate", service_rate)?;
    if offered >= MOST_SERVERS as f64 {
        return Err(out_of_reach(offered as u64));
    }
    let first = offered.floor() as u32 + 1;
    let mut blocked = blocking(offered, first - 1);
    for servers in first..MOST_SERVERS as u32 {
        let count = f64::from(servers);
        blocked = one_more(offered, blocked, count);
        let p_wait = waiting(offered, count, blocked);
        let relief = count * service_rate - arrival_rate;
        let reached = |target: &Target| match *target {
            Target::WaitProbability(most) => p_wait <= most,
            Target::MeanWait(most) => p_wait / relief <= most,
            Target::ServiceLevel { share, within } => {
                1.0 - p_wait * (-relief * within).exp() >= share
            }
            Target::Utilisation(most) => offered / count <= most,
        };
        if targets.iter().all(reached) {
            return Ok(servers);
        }
        // More servers change no figure any more.
        if p_wait == 0.0 && !targets.iter().any(|t| matches!(t, Target::Utilisation(u) if *u > 0.0))
        {
            break;
        }
    }
    Err(out_of_reach(MOST_SERVERS))
}

fn out_of_reach(size: u64) -> AnalyticError {
    AnalyticError::TooLarge {
        what: "reaching the targets",
        size,
        unit: "servers",
        most: MOST_SERVERS,
    }
}

/// What the square-root rule says about a load.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SquareRoot {
    /// Offered load plus β times its square root; not rounded.
    pub servers: f64,
    /// Probability of waiting in the limit of large loads.
    pub p_wait: f64,
}

/// The square-root rule: servers = load + β·√load, with which the probability of waiting tends to
/// one value as the load grows.
///
/// S. Halfin and W. Whitt, "Heavy-traffic limits for queues with many exponential servers", 1981,
/// doi:10.1287/opre.29.3.567.
///
/// # Errors
/// `offered` or `beta` is not positive or not finite.
pub fn square_root(offered: f64, beta: f64) -> Result<SquareRoot, AnalyticError> {
    positive("offered load", offered)?;
    positive("beta", beta)?;
    Ok(SquareRoot {
        servers: offered + beta * offered.sqrt(),
        p_wait: (1.0 + beta * normal_mills(beta)).recip(),
    })
}

/// Φ(x)/φ(x) of the normal distribution, x ≥ 0: a series of positive terms. Infinite where it
/// exceeds the range of numbers.
fn normal_mills(x: f64) -> f64 {
    let half_over_density = 0.5 * TAU.sqrt() * (0.5 * x * x).exp();
    let (mut sum, mut term, mut odd) = (half_over_density, x, 1.0);
    while sum.is_finite() && term > 1e-18 * sum {
        sum += term;
        odd += 2.0;
        term *= x * x / odd;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::normal_mills;

    #[test]
    fn mills_ratio_agrees_with_tables_of_the_normal_distribution() {
        // Φ(1) = 0.841344746068543, φ(1) = 0.241970724519143; Φ(3) and φ(3) likewise.
        assert!((normal_mills(1.0) - 0.841344746068543 / 0.241970724519143).abs() < 1e-12);
        assert!((normal_mills(3.0) - 0.998650101968370 / 0.004431848411938).abs() < 1e-8);
        assert_eq!(normal_mills(60.0), f64::INFINITY);
    }
}
