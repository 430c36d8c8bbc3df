//! The objective, computed anew, and what the plan claims about it.

use super::{Judge, Place, Rule, poisson};

/// What claimed and computed numbers may differ by, as a share of the objective (at least of 1).
const TOLERANCE: f64 = 1e-6;

impl Judge<'_> {
    /// Compares the claims with the objective that it returns.
    pub(super) fn objective(&mut self) -> f64 {
        let objective = self.expected_served_value();
        let tolerance = TOLERANCE * objective.max(1.0);
        let claimed = self.plan.objective;
        if claimed.is_nan() || (claimed - objective).abs() > tolerance {
            let message = format!("{claimed} is claimed, {objective} is right");
            self.violated(Rule::ObjectiveWrong, Place::Objective, message);
        }
        let bound = self.plan.upper_bound;
        if !bound.is_finite() {
            self.violated(Rule::BoundMissing, Place::Bound, format!("{bound} is no bound"));
        } else if bound < objective - tolerance {
            let message = format!("{bound} is claimed, the plan reaches {objective}");
            self.violated(Rule::BoundBelowObjective, Place::Bound, message);
        }
        objective
    }

    fn expected_served_value(&self) -> f64 {
        let p = self.problem;
        let mut given = vec![0_u64; p.pools.len()];
        for slot in &self.plan.slots {
            let placed = slot.site < p.sites.len() && slot.day < p.dates.len();
            if placed
                && slot.promise.is_none()
                && let Some(pool) = self.pools.of(p, slot)
            {
                given[pool] += 1;
            }
        }
        p.pools
            .iter()
            .zip(given)
            .map(|(pool, slots)| {
                let service = &p.services[pool.service];
                let served = poisson::expected_at_most(pool.mean, slots);
                service.value * f64::from(service.minutes) * served
            })
            .sum()
    }
}
