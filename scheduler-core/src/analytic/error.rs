//! What these computations refuse.

use thiserror::Error;

/// Why there is no figure.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum AnalyticError {
    /// A parameter is outside its range.
    #[error("{name} is {value}, but must be {must}")]
    Parameter {
        /// Name of the parameter.
        name: &'static str,
        /// Its value.
        value: f64,
        /// What it must be.
        must: &'static str,
    },
    /// As much or more comes in as can be served: the queue grows for ever.
    #[error("{offered} servers' work is offered to {servers} servers: the queue grows for ever")]
    Unstable {
        /// Mean number of servers that the work would keep busy.
        offered: f64,
        /// Servers that there are.
        servers: f64,
    },
    /// The exact answer needs more memory or time than is reasonable.
    #[error("{what} would need {size} {unit}, more than {most}")]
    TooLarge {
        /// What is computed.
        what: &'static str,
        /// What it would need.
        size: u64,
        /// Of what.
        unit: &'static str,
        /// Most that is allowed.
        most: u64,
    },
}

/// `value`, if it is finite and above 0.
pub(super) fn positive(name: &'static str, value: f64) -> Result<f64, AnalyticError> {
    let fits = value.is_finite() && value > 0.0;
    fits.then_some(value).ok_or(AnalyticError::Parameter {
        name,
        value,
        must: "finite and above 0",
    })
}

/// `value`, if it is finite and not negative.
pub(super) fn not_negative(name: &'static str, value: f64) -> Result<f64, AnalyticError> {
    let fits = value.is_finite() && value >= 0.0;
    fits.then_some(value).ok_or(AnalyticError::Parameter {
        name,
        value,
        must: "finite and not negative",
    })
}

/// `value`, if it is from 0 to 1.
pub(super) fn probability(name: &'static str, value: f64) -> Result<f64, AnalyticError> {
    let fits = (0.0..=1.0).contains(&value);
    fits.then_some(value).ok_or(AnalyticError::Parameter { name, value, must: "from 0 to 1" })
}

/// `servers` as a number, if there is one.
pub(super) fn at_least_one(servers: u32) -> Result<f64, AnalyticError> {
    positive("servers", f64::from(servers))
}

/// Refuses work for `servers` or more servers.
pub(super) fn stable(offered: f64, servers: f64) -> Result<(), AnalyticError> {
    if offered < servers { Ok(()) } else { Err(AnalyticError::Unstable { offered, servers }) }
}

/// Refuses `value` where `holds` is false.
pub(super) fn must(
    holds: bool,
    name: &'static str,
    value: f64,
    must: &'static str,
) -> Result<(), AnalyticError> {
    if holds { Ok(()) } else { Err(AnalyticError::Parameter { name, value, must }) }
}
