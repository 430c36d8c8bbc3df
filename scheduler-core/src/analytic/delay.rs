//! Several servers where arrivals or service times do not vary: D/M/c and M/D/c.

use super::backlog::Backlog;
use super::error::{AnalyticError, at_least_one, positive, stable};

/// Who waits, and how long, in equilibrium.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Delay {
    /// Share of the time that a server is busy.
    pub utilisation: f64,
    /// Probability that an arriving customer has to wait.
    pub p_wait: f64,
    /// Mean wait before service, of all customers.
    pub mean_wait: f64,
    /// Mean number of customers waiting.
    pub mean_waiting: f64,
}

/// D/M/c: a customer every `interval`, exponential service.
///
/// Takács's solution of GI/M/c, which is a geometric distribution of the number found by those who
/// wait (L. Takács, "Introduction to the Theory of Queues", 1962, chapter 2), here as a sum of
/// positive terms. O(servers).
///
/// # Errors
/// A parameter is out of range, or the queue is unstable.
pub fn deterministic_arrivals(
    interval: f64,
    service_rate: f64,
    servers: u32,
) -> Result<(Delay, f64), AnalyticError> {
    positive("interval", interval)?;
    positive("service rate", service_rate)?;
    let count = at_least_one(servers)?;
    let step = service_rate * interval;
    stable(step.recip(), count)?;
    // σ = e^{−c·step·(1 − σ)}, the ratio of the geometric distribution, solved for 1 − σ.
    let gap = ratio_gap(count * step);
    // Reciprocal of the probability of waiting, times 1 − σ: 1/(1−σ) + Σ C(c,j) / (C_j (1−φ_j)) ·
    // (c(1−φ_j) − j) / (c(1−σ) − j), where φ_j = e^{−j·step} and C_j = Π_{i≤j} φ_i/(1−φ_i).
    // Numerator and denominator of the last factor vanish at the same j: their quotient is written
    // by the distance from there.
    let zero = count * gap;
    let (mut sum, mut log_weight) = (gap.recip(), 0.0_f64);
    for j in 1..=servers {
        let j = f64::from(j);
        let found = (-j * step).exp();
        let stays = -(-j * step).exp_m1();
        log_weight += ((count - j + 1.0) / j).ln() + stays.ln() + j * step;
        let distance = zero - j;
        // (φ at the zero − φ_j) / distance, without cancellation where the two are close.
        let slope = if distance == 0.0 {
            -step * found
        } else if (distance * step).abs() < 0.5 {
            found * (-distance * step).exp_m1() / distance
        } else {
            ((-zero * step).exp() - found) / distance
        };
        sum += (log_weight - stays.ln()).exp() * (1.0 + count * slope);
    }
    let p_wait = (sum * gap).recip();
    let mean_wait = p_wait / (count * service_rate * gap);
    let delay = Delay {
        utilisation: (count * step).recip(),
        p_wait,
        mean_wait,
        mean_waiting: mean_wait / interval,
    };
    Ok((delay, 1.0 - gap))
}

/// M/D/c: Poisson arrivals, every service takes `service_time`.
///
/// Crommelin's argument: who is in service now has left a service time later, and nobody else has,
/// so the number waiting is a [`Backlog`] with as many arrivals as a service time brings.
/// (C. D. Crommelin, "Delay probability formulae when the holding times are constant", 1932.)
///
/// # Errors
/// A parameter is out of range, the queue is unstable, or so close to it that the distribution is
/// too long (see [`Backlog::stationary`]).
pub fn deterministic_service(
    arrival_rate: f64,
    service_time: f64,
    servers: u32,
) -> Result<Delay, AnalyticError> {
    positive("arrival rate", arrival_rate)?;
    let offered = arrival_rate * positive("service time", service_time)?;
    let backlog = Backlog::stationary(offered, servers)?;
    let mean_waiting = backlog.mean();
    Ok(Delay {
        utilisation: offered / f64::from(servers),
        p_wait: backlog.p_with_arrivals_at_least(servers),
        mean_wait: mean_waiting / arrival_rate,
        mean_waiting,
    })
}

/// The solution x > 0 of x = 1 − e^{−r·x}, r > 1: Newton's steps fall towards it from 1.
fn ratio_gap(r: f64) -> f64 {
    let mut x = 1.0_f64;
    loop {
        let excess = x + (-r * x).exp_m1();
        let slope = 1.0 - r * (-r * x).exp();
        let next = x - excess / slope;
        if next >= x || next <= 0.0 {
            return x;
        }
        x = next;
    }
}
