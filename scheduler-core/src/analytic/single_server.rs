//! One server, Poisson arrivals, any service time: M/G/1.

use super::error::{AnalyticError, not_negative, positive, stable};

/// Moments of a service time about 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ServiceMoments {
    /// Mean.
    pub first: f64,
    /// Mean of the square.
    pub second: f64,
    /// Mean of the cube, where it is known.
    pub third: Option<f64>,
}

impl ServiceMoments {
    /// Moments from the mean and the squared coefficient of variation; the third is unknown.
    #[must_use]
    pub fn of(mean: f64, cv_squared: f64) -> Self {
        Self { first: mean, second: mean * mean * (1.0 + cv_squared), third: None }
    }

    /// A service time that is always the same.
    #[must_use]
    pub fn deterministic(mean: f64) -> Self {
        Self { first: mean, second: mean.powi(2), third: Some(mean.powi(3)) }
    }

    /// An exponential service time.
    #[must_use]
    pub fn exponential(mean: f64) -> Self {
        Self { first: mean, second: 2.0 * mean.powi(2), third: Some(6.0 * mean.powi(3)) }
    }

    /// A gamma service time.
    #[must_use]
    pub fn gamma(mean: f64, cv_squared: f64) -> Self {
        let second = mean.powi(2) * (1.0 + cv_squared);
        Self { first: mean, second, third: Some(second * mean * (1.0 + 2.0 * cv_squared)) }
    }

    /// A lognormal service time.
    #[must_use]
    pub fn lognormal(mean: f64, cv_squared: f64) -> Self {
        let factor = 1.0 + cv_squared;
        Self {
            first: mean,
            second: mean.powi(2) * factor,
            third: Some(mean.powi(3) * factor.powi(3)),
        }
    }

    fn check(&self) -> Result<(), AnalyticError> {
        positive("mean service time", self.first)?;
        let (name, value) = ("second moment of the service time", self.second);
        // Rounding may take a hair off the square of the mean.
        if value.is_finite() && value >= self.first * self.first * (1.0 - 1e-12) {
            return Ok(());
        }
        Err(AnalyticError::Parameter { name, value, must: "finite and at least the squared mean" })
    }
}

/// M/G/1 in equilibrium, first come first served.
///
/// The mean wait is Pollaczek's and Khinchine's, the variance Takács's: L. Takács, "A single-server
/// queue with Poisson input", 1962, doi:10.1287/opre.10.3.388.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SingleServer {
    arrival_rate: f64,
    service: ServiceMoments,
}

impl SingleServer {
    /// The queue of one server at which customers arrive at `arrival_rate`.
    ///
    /// # Errors
    /// The rate or a moment is out of range, or the queue is unstable.
    pub fn new(arrival_rate: f64, service: ServiceMoments) -> Result<Self, AnalyticError> {
        not_negative("arrival rate", arrival_rate)?;
        service.check()?;
        stable(arrival_rate * service.first, 1.0)?;
        Ok(Self { arrival_rate, service })
    }

    /// Share of the time that the server is busy.
    #[must_use]
    pub fn utilisation(&self) -> f64 {
        self.arrival_rate * self.service.first
    }

    /// Mean wait before service.
    #[must_use]
    pub fn mean_wait(&self) -> f64 {
        residual(self.arrival_rate, &self.service) / (1.0 - self.utilisation())
    }

    /// Variance of the wait, where the third moment of the service time is known.
    #[must_use]
    pub fn wait_variance(&self) -> Option<f64> {
        let third = self.service.third?;
        let tail = self.arrival_rate * third / (3.0 * (1.0 - self.utilisation()));
        Some(self.mean_wait().powi(2) + tail)
    }

    /// Mean time from arrival to departure.
    #[must_use]
    pub fn mean_time_in_system(&self) -> f64 {
        self.mean_wait() + self.service.first
    }

    /// Mean number of customers waiting.
    #[must_use]
    pub fn mean_waiting(&self) -> f64 {
        self.arrival_rate * self.mean_wait()
    }
}

/// Mean work that an arriving customer finds in service, of one stream of customers.
pub(super) fn residual(arrival_rate: f64, service: &ServiceMoments) -> f64 {
    0.5 * arrival_rate * service.second
}
