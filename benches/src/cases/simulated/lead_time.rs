//! Weeks of booking: so many requests and slots a day, the first free slot from the next day on.

use scheduler_core::simulate::{
    booking::{LeadTimes, lead_times},
    statistics::Sample,
};

use super::{
    Answer,
    batches::{Effort, SEED},
    refused,
};
use crate::cases::{Case, Simulated, SimulatedFigures};

/// Replications, whose spread gives the standard error.
const REPLICATIONS: u64 = 50;

pub(super) fn figures(case: &Case, effort: Effort) -> Answer {
    let params = &case.params;
    let requests = params.number(&["lambda_per_day", "requests_per_day", "lambda_"])?;
    let slots = params.count(&["slots_per_day", "capacity", "c"])?;
    let horizon = params.maybe_count(&["horizon_days", "horizon"]);
    let spare = 1.0 - requests / f64::from(slots);
    if horizon.is_none() && spare <= 0.0 {
        return Err(refused("no equilibrium without a horizon"));
    }
    // The backlog is a random walk: it forgets within variance over drift squared, and a book that
    // is always full within the days that fill it.
    let walk = requests / (spare * f64::from(slots)).powi(2);
    let filled = f64::from(horizon.unwrap_or(0)) / spare.abs();
    let memory = walk.min(if horizon.is_some() { filled.max(10.0) } else { walk }).max(10.0);
    let warm_up = (15.0 * memory).min(1e5) as u32;
    let most = (effort.most_customers / requests / REPLICATIONS as f64).max(20.0);
    let days = (500.0 * memory).clamp(20.0, most) as u32;
    // Longer than anybody waits in equilibrium.
    let far = horizon.unwrap_or_else(|| (30.0 + 40.0 * walk).min(3000.0) as u32);
    let LeadTimes { lead, lost } =
        lead_times((requests, slots, far), (warm_up, days, REPLICATIONS), SEED).map_err(refused)?;
    let found = [("mean_lead_days", ratio(&lead)), ("lost_fraction", ratio(&lost))];
    Ok(SimulatedFigures::from(found.map(|(name, found)| (name.to_owned(), found))))
}

/// A ratio of sums over replications, with its standard error by the jackknife. No share is known
/// better than to one request.
fn ratio(samples: &[Sample]) -> Simulated {
    let (num, den) = samples.iter().fold((0.0, 0.0), |sum, s| (sum.0 + s.num, sum.1 + s.den));
    let without = samples.iter().map(|s| (num - s.num) / (den - s.den));
    let count = samples.len() as f64;
    let mean = without.clone().sum::<f64>() / count;
    let squares: f64 = without.map(|value| (value - mean).powi(2)).sum();
    let standard_error = (squares * (count - 1.0) / count).sqrt().max(1.0 / den);
    Simulated { value: num / den, standard_error }
}
