//! M/M/c with limited seats, limited patience, or both: Erlang A and M/M/c/K.
//!
//! C. Palm, "Research on telephone traffic carried by full availability groups", 1957; O. Garnett,
//! A. Mandelbaum and M. Reiman, "Designing a call center with impatient customers", 2002,
//! doi:10.1287/msom.4.3.208.7753.

use super::erlang::blocking;
use super::error::{AnalyticError, at_least_one, not_negative, positive};

/// Poisson arrivals, exponential service, equal servers; whoever finds all seats taken leaves, and
/// whoever waits longer than an exponential patience leaves too.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LimitedQueue {
    /// Customers in a unit of time.
    pub arrival_rate: f64,
    /// Customers that one server serves in a unit of time.
    pub service_rate: f64,
    /// Servers.
    pub servers: u32,
    /// Seats for those who wait; `None` for as many as needed.
    pub seats: Option<u32>,
    /// Reciprocal of the mean patience; 0 for those who wait for ever.
    pub abandonment_rate: f64,
}

/// Figures of a [`LimitedQueue`] in equilibrium.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct LimitedFigures {
    /// Share of the time, and of arriving customers, that finds all servers busy.
    pub p_all_busy: f64,
    /// Share of arriving customers who find no seat.
    pub p_blocked: f64,
    /// Share of arriving customers who take a seat and leave without service.
    pub p_abandon: f64,
    /// Mean number of customers waiting.
    pub mean_waiting: f64,
    /// Mean wait of those who took a seat or were served at once, until service or leaving.
    pub mean_wait: f64,
    /// Customers served in a unit of time.
    pub throughput: f64,
    /// Share of the time that a server is busy.
    pub utilisation: f64,
}

/// Terms of the sum over queue lengths before the computation is refused.
const MOST_TERMS: u64 = 200_000_000;

impl LimitedQueue {
    /// Figures in equilibrium. The sum over queue lengths has as many terms as lengths matter.
    ///
    /// # Errors
    /// A rate is out of range; without limits the load is not below the servers; or patience is so
    /// long at such an overload that more than 2·10⁸ lengths matter.
    pub fn figures(&self) -> Result<LimitedFigures, AnalyticError> {
        let arrivals = positive("arrival rate", self.arrival_rate)?;
        let service = positive("service rate", self.service_rate)?;
        let leaving = not_negative("abandonment rate", self.abandonment_rate)?;
        let capacity = at_least_one(self.servers)? * service;
        let offered = arrivals / service;
        if self.seats.is_none() && leaving == 0.0 && arrivals >= capacity {
            let servers = f64::from(self.servers);
            return Err(AnalyticError::Unstable { offered, servers });
        }
        // Weights relative to that of all servers busy and nobody waiting; Erlang B says what the
        // states up to there weigh together.
        let mut up_to_busy = blocking(offered, self.servers).recip();
        let (mut weight, mut some_waiting, mut waiting, mut length) = (1.0_f64, 0.0, 0.0, 0_u64);
        let seats = self.seats.map_or(u64::MAX, u64::from);
        let mut unit = 1.0_f64;
        while length < seats {
            length += 1;
            let ratio = arrivals / (capacity + length as f64 * leaving);
            weight *= ratio;
            some_waiting += weight;
            waiting += weight * length as f64;
            // From here on the terms fall at least as fast as a geometric series.
            if ratio < 1.0 && weight * length as f64 <= 1e-18 * (1.0 - ratio).powi(2) * waiting {
                break;
            }
            if length == MOST_TERMS {
                return Err(too_large(length));
            }
            if weight > 1e200 {
                for value in
                    [&mut weight, &mut some_waiting, &mut waiting, &mut up_to_busy, &mut unit]
                {
                    *value *= 1e-200;
                }
            }
        }
        let total = up_to_busy + some_waiting;
        let p_full = if length == seats { weight / total } else { 0.0 };
        let mean_waiting = waiting / total;
        let p_abandon = leaving * mean_waiting / arrivals;
        let throughput = arrivals * (1.0 - p_full - p_abandon);
        Ok(LimitedFigures {
            p_all_busy: (unit + some_waiting) / total,
            p_blocked: p_full,
            p_abandon,
            mean_waiting,
            mean_wait: mean_waiting / (arrivals * (1.0 - p_full)),
            throughput,
            utilisation: throughput / capacity,
        })
    }
}

fn too_large(size: u64) -> AnalyticError {
    AnalyticError::TooLarge {
        what: "the sum over queue lengths",
        size,
        unit: "terms",
        most: MOST_TERMS,
    }
}
