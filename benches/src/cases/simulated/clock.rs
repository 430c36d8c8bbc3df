//! From the time of a case to the whole numbers of the event loop.

use std::sync::Arc;

use scheduler_core::simulate::{model::Millis, sample::Quantiles};

use super::{Unanswered, refused};

/// How many of the loop's units one unit of the case has. The loop's milliseconds are a name only:
/// nothing in it depends on how long they are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clock {
    units: f64,
}

/// When days begin, so that one may come earlier.
pub(super) const OPENS: Millis = 100_000_000;

impl Clock {
    /// A clock that goes beyond `longest` and divides a mean service of `service` finely.
    pub(super) fn new(longest: f64, service: f64) -> Self {
        Self { units: (3.5e9 / longest).min(1e6 / service) }
    }

    /// A length in the loop's units.
    pub(super) fn length(self, time: f64) -> Millis {
        (time * self.units).round() as Millis
    }

    /// A time after opening.
    pub(super) fn after(self, time: f64) -> Millis {
        OPENS + self.length(time)
    }

    /// Back to the unit of the case.
    pub(super) fn back(self, units: f64) -> f64 {
        units / self.units
    }

    /// Rate for [`scheduler_core::simulate::model::ArrivalSegment::per_hour`].
    pub(super) fn per_hour(self, rate: f64) -> f64 {
        rate / self.units * 3.6e6
    }

    /// A service time of this mean and squared coefficient of variation: constant, exponential, or
    /// gamma between and beyond.
    pub(super) fn service(self, mean: f64, cv_squared: f64) -> Result<Arc<Quantiles>, Unanswered> {
        let units = mean * self.units;
        let table = if cv_squared == 1.0 {
            Quantiles::exponential(units)
        } else {
            Quantiles::gamma(units, cv_squared.sqrt())
        };
        table.map(Arc::new).map_err(refused)
    }

    /// A lognormal service time.
    pub(super) fn lognormal(self, mean: f64, cv: f64) -> Result<Arc<Quantiles>, Unanswered> {
        Quantiles::lognormal(mean * self.units, cv).map(Arc::new).map_err(refused)
    }

    /// A service time of these values, each as likely as the other.
    pub(super) fn observed(self, values: &[f64]) -> Result<Arc<Quantiles>, Unanswered> {
        let units: Vec<f64> = values.iter().map(|value| value * self.units).collect();
        Quantiles::empirical(&units).map(Arc::new).map_err(refused)
    }
}
