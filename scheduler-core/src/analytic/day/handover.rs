//! A queue whose servers change by the clock, with customers handed over.

use super::crowd::{Crowd, Rates, Scratch};
use crate::analytic::error::{AnalyticError, not_negative, positive};

/// An M(t)/M/s(t) queue at some time: the distribution of the customers in it, exact up to rounding.
///
/// Whoever is served by somebody who goes is taken over by those who stay, or waits; service is
/// exponential, so nothing is lost by that. The queue of one period is carried into the next. Time
/// passes by uniformisation.
///
/// **Adding servers at any time never raises the probability that all are busy, at any time.** The
/// queue shrinks at the rate min(n, s) times the service rate, which grows in the servers s, and grows
/// at a rate that does not depend on them. So two queues, the second with as many servers or more at
/// all times, can be coupled: they have the same arrivals, and where both have the same number of
/// customers, each departure from the first is one from the second. The second never has more
/// customers. Hence P(N₂ ≥ s₂) ≤ P(N₁ ≥ s₂) ≤ P(N₁ ≥ s₁), the last as s₂ ≥ s₁.
#[derive(Debug, Clone)]
pub struct ChangingQueue {
    crowd: Crowd,
    service_rate: f64,
}

/// What happens in a period of a [`ChangingQueue`].
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct ChangingPeriod {
    /// Time average of the probability that all servers are busy; 1 where there are none.
    pub all_busy: f64,
    /// Time average of the mean number of customers who wait.
    pub mean_waiting: f64,
    /// Probability that all are busy at its end.
    pub all_busy_at_end: f64,
}

/// Most jumps of a period that are computed.
const MOST_JUMPS: f64 = 20_000_000.0;

impl ChangingQueue {
    /// An empty queue whose servers serve so many customers in a unit of time each.
    ///
    /// # Errors
    /// The rate is not positive or not finite.
    pub fn empty(service_rate: f64) -> Result<Self, AnalyticError> {
        positive("service rate", service_rate)?;
        Ok(Self { crowd: Crowd::nobody(0), service_rate })
    }

    /// Lets a period pass with so many servers. O(jumps · customers), where a unit of time has as many
    /// jumps as there are arrivals and could be departures.
    ///
    /// # Errors
    /// The rate is negative, the duration not positive, one of them not finite, or the period has
    /// more than twenty million jumps.
    pub fn pass(
        &mut self,
        arrival_rate: f64,
        servers: u32,
        duration: f64,
    ) -> Result<ChangingPeriod, AnalyticError> {
        not_negative("arrival rate", arrival_rate)?;
        positive("length of a period", duration)?;
        let jumps = (arrival_rate + f64::from(servers) * self.service_rate) * duration;
        if jumps > MOST_JUMPS {
            let (size, most) = (jumps as u64, MOST_JUMPS as u64);
            return Err(AnalyticError::TooLarge { what: "a period", size, unit: "jumps", most });
        }
        self.crowd.hand_over(servers);
        let rates = Rates { arrivals: arrival_rate, service: self.service_rate, limit: None };
        let spent = self.crowd.advance(rates, duration, &mut Scratch::default());
        Ok(ChangingPeriod {
            all_busy: (spent.would_wait / duration).clamp(0.0, 1.0),
            mean_waiting: spent.waiting / duration,
            all_busy_at_end: self.crowd.p_no_server().clamp(0.0, 1.0),
        })
    }
}
