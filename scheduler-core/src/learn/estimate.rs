//! A number and how sure it is.

use serde::Serialize;

use super::math::{NINETY, digamma, trigamma};

/// An estimate with a 90 % interval: given what the log says, the number lies in it with that
/// probability.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Estimate {
    /// The estimate.
    pub value: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl Estimate {
    /// `value` with `sd` on both sides.
    pub(super) fn normal(value: f64, sd: f64) -> Self {
        Self { value, low: value - NINETY * sd, high: value + NINETY * sd }
    }

    /// `value`, whose logarithm has the standard deviation `sd`.
    pub(super) fn log_normal(value: f64, sd: f64) -> Self {
        Self { value, low: value * (-NINETY * sd).exp(), high: value * (NINETY * sd).exp() }
    }

    /// Cut to `[low, high]`.
    pub(super) fn within(self, low: f64, high: f64) -> Self {
        let cut = |value: f64| value.clamp(low, high);
        Self { value: cut(self.value), low: cut(self.low), high: cut(self.high) }
    }

    /// Whether `truth` is in the interval.
    pub fn holds(&self, truth: f64) -> bool {
        self.low <= truth && truth <= self.high
    }
}

impl Estimate {
    /// A positive number with this mean and standard deviation that is gamma distributed: quantiles
    /// by Wilson and Hilferty (1931, doi:10.1073/pnas.17.12.684).
    pub(super) fn gamma(mean: f64, sd: f64) -> Self {
        if mean <= 0.0 || sd <= 0.0 {
            return Self { value: mean, low: mean, high: mean };
        }
        let ninth = (sd / mean).powi(2) / 9.0;
        let at = |z: f64| mean * (1.0 - ninth + z * ninth.sqrt()).max(0.0).powi(3);
        Self { value: mean, low: at(-NINETY), high: at(NINETY) }
    }

    /// A share of which `yes` of `all` were seen, with the prior of Jeffreys: quantiles of the beta
    /// distribution on the scale of the logit, where it is nearly normal.
    pub(super) fn share(yes: f64, all: f64) -> Self {
        let (a, b) = (yes + 0.5, all - yes + 0.5);
        let (middle, sd) = (digamma(a) - digamma(b), (trigamma(a) + trigamma(b)).sqrt());
        let at = |z: f64| logistic(middle + z * sd);
        Self { value: a / (a + b), low: at(-NINETY), high: at(NINETY) }
    }
}

/// From log odds to a probability.
pub(super) fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}
