//! Erlang's formulas for Poisson arrivals, exponential service, and equal servers.
//!
//! A. K. Erlang, "Solution of some problems in the theory of probabilities of significance in
//! automatic telephone exchanges", 1917. The recursion over servers keeps every intermediate result
//! a probability, so it is exact to rounding for any number of servers and any load.

use super::error::{AnalyticError, at_least_one, not_negative, positive, probability, stable};

/// Erlang B: the probability that an arriving customer finds all of `servers` busy and is lost,
/// where `offered` servers' work is offered. O(servers), no allocation.
///
/// # Errors
/// `offered` is negative or not finite.
///
/// ```
/// let blocked = scheduler_core::analytic::erlang_b(8.0, 10)?;
/// assert!((blocked - 0.121661).abs() < 1e-6);
/// # Ok::<(), scheduler_core::analytic::AnalyticError>(())
/// ```
pub fn erlang_b(offered: f64, servers: u32) -> Result<f64, AnalyticError> {
    not_negative("offered load", offered)?;
    Ok(blocking(offered, servers))
}

/// Erlang B of a load that is known to be finite and not negative.
pub(super) fn blocking(offered: f64, servers: u32) -> f64 {
    (1..=servers).fold(1.0, |blocked, n| one_more(offered, blocked, f64::from(n)))
}

/// Erlang B of `n` servers, from that of `n − 1`.
pub(super) fn one_more(offered: f64, blocked: f64, n: f64) -> f64 {
    offered * blocked / (n + offered * blocked)
}

/// Erlang C: the probability that an arriving customer has to wait. O(servers), no allocation.
///
/// # Errors
/// `offered` is negative, not finite, or not below `servers`.
pub fn erlang_c(offered: f64, servers: u32) -> Result<f64, AnalyticError> {
    stable(not_negative("offered load", offered)?, at_least_one(servers)?)?;
    Ok(waiting(offered, f64::from(servers), blocking(offered, servers)))
}

/// Erlang C from Erlang B.
pub(super) fn waiting(offered: f64, servers: f64, blocked: f64) -> f64 {
    // servers − offered is exact where the load is heavy, unlike 1 − ρ.
    servers * blocked / (servers - offered + offered * blocked)
}

/// M/M/c in equilibrium, first come first served.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MultiServer {
    arrival_rate: f64,
    service_rate: f64,
    servers: f64,
    p_wait: f64,
}

impl MultiServer {
    /// The queue of `servers`, each with `service_rate`, at which customers arrive at
    /// `arrival_rate`.
    ///
    /// # Errors
    /// A rate is not positive or finite (no arrivals are fine), or the queue is unstable.
    pub fn new(arrival_rate: f64, service_rate: f64, servers: u32) -> Result<Self, AnalyticError> {
        not_negative("arrival rate", arrival_rate)?;
        positive("service rate", service_rate)?;
        let p_wait = erlang_c(arrival_rate / service_rate, servers)?;
        Ok(Self { arrival_rate, service_rate, servers: f64::from(servers), p_wait })
    }

    /// Share of the time that a server is busy.
    #[must_use]
    pub fn utilisation(&self) -> f64 {
        self.arrival_rate / (self.servers * self.service_rate)
    }

    /// Probability that an arriving customer has to wait.
    #[must_use]
    pub fn p_wait(&self) -> f64 {
        self.p_wait
    }

    /// Rate at which the queue is worked off while all servers are busy: of the exponential
    /// distribution of the wait of those who wait.
    fn relief(&self) -> f64 {
        self.servers * self.service_rate - self.arrival_rate
    }

    /// Mean wait before service, of all customers.
    #[must_use]
    pub fn mean_wait(&self) -> f64 {
        self.p_wait / self.relief()
    }

    /// Mean wait of those who wait.
    #[must_use]
    pub fn mean_wait_of_waiting(&self) -> f64 {
        self.relief().recip()
    }

    /// Variance of the wait of all customers.
    #[must_use]
    pub fn wait_variance(&self) -> f64 {
        self.p_wait * (2.0 - self.p_wait) / (self.relief() * self.relief())
    }

    /// Mean time from arrival to departure.
    #[must_use]
    pub fn mean_time_in_system(&self) -> f64 {
        self.mean_wait() + self.service_rate.recip()
    }

    /// Mean number of customers waiting.
    #[must_use]
    pub fn mean_waiting(&self) -> f64 {
        self.arrival_rate * self.mean_wait()
    }

    /// Mean number of customers waiting or being served.
    #[must_use]
    pub fn mean_in_system(&self) -> f64 {
        self.arrival_rate * self.mean_time_in_system()
    }

    /// Probability that the wait is longer than `time`, which is not negative.
    #[must_use]
    pub fn p_wait_above(&self, time: f64) -> f64 {
        self.p_wait * (-self.relief() * time.max(0.0)).exp()
    }

    /// The wait that a share `p` of customers does not exceed.
    ///
    /// # Errors
    /// `p` is not from 0 to 1; the quantile of 1 is infinite.
    pub fn wait_quantile(&self, p: f64) -> Result<f64, AnalyticError> {
        let above = 1.0 - probability("share of customers", p)?;
        if self.p_wait <= above {
            return Ok(0.0);
        }
        Ok((self.p_wait / above).ln() / self.relief())
    }
}
