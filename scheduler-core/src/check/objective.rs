//! The objective, computed anew, and what the plan claims about it.

use super::{Judge, Place, Rule, poisson};

/// What claimed and computed numbers may differ by, as a share of the objective (at least of 1).
const TOLERANCE: f64 = 1e-6;

impl Judge<'_> {
    /// Compares the claims with the objective that it returns.
    pub(super) fn objective(&mut self) -> f64 {
        let objective = self.expected_served_value() - self.prices();
        let tolerance = TOLERANCE * objective.abs().max(1.0);
        let claimed = self.plan.objective;
        if claimed.is_nan() {
            let message = format!("none is named, {objective} is right");
            self.claimed(Rule::ObjectiveWrong, Place::Objective, message);
        } else if (claimed - objective).abs() > tolerance {
            let message = format!("{claimed} is claimed, {objective} is right");
            self.claimed(Rule::ObjectiveWrong, Place::Objective, message);
        }
        let bound = self.plan.upper_bound;
        if bound == f64::INFINITY {
            // True of every plan, and says nothing: a plan made by hand may come without.
            let message = "none is named, so nobody knows how good the plan is".to_owned();
            self.claimed(Rule::BoundMissing, Place::Bound, message);
        } else if !bound.is_finite() {
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

    /// All that is no rule but has a price.
    fn prices(&self) -> f64 {
        let weights = self.problem.weights;
        let free: u64 = self
            .plan
            .slots
            .iter()
            .filter(|slot| slot.promise.is_none())
            .map(|slot| u64::from(slot.window.steps()))
            .sum();
        let (seats, moves) = self.seats_and_moves();
        let minutes = |steps: u64| self.minutes(steps) as f64;
        weights.free_minute * minutes(free)
            + weights.seat * seats as f64
            + weights.move_ * moves as f64
            + weights.break_pair_minute * minutes(1) * self.break_pairs()
            + weights.short_minute * minutes(self.missing_steps())
    }

    /// Σ over site-days and open steps of n (n − 1) / (2 (N − 1)), where n clerks of the N ≥ 2 that
    /// are present are on a break.
    fn break_pairs(&self) -> f64 {
        let p = self.problem;
        let mut sum = 0.0;
        for site_day in &p.site_days {
            let shifts = site_day.shifts.clone();
            if !shifts.clone().any(|shift| !self.rests[shift].is_empty()) {
                continue;
            }
            for open in &site_day.open {
                for step in open.from..open.until {
                    let present = shifts.clone().filter(|&s| p.shifts[s].is_present(step)).count();
                    let resting = shifts.clone().filter(|&s| self.on_break(s, step)).count();
                    if present >= 2 {
                        let (n, all) = (resting as f64, present as f64);
                        sum += n * (n - 1.0) / (2.0 * (all - 1.0));
                    }
                }
            }
        }
        sum
    }
}
