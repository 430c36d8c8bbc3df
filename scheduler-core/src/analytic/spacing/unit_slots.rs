//! Slots that serve one customer each: overbooking against no-shows, and walk-ins between.

use super::descent::{Schedule, least};
use crate::analytic::error::{AnalyticError, not_negative, probability};
use crate::analytic::poisson::Masses;

/// What an overbooked session costs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct UnitSlotCosts {
    /// Of a slot's time that somebody with an appointment waits.
    pub wait: f64,
    /// Of a slot's time that a walk-in waits.
    pub wait_walk_in: f64,
    /// Of a slot's time beyond the last slot.
    pub overtime: f64,
    /// Of a slot without a customer.
    pub idle: f64,
}

/// A session of slots of which each serves one customer: those with appointments first, who come
/// at the beginning of their slot or not at all, then walk-ins, who come at the beginning as well.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct UnitSlots {
    /// Probability that somebody with an appointment comes.
    pub show: f64,
    /// Mean number of walk-ins of a slot, a Poisson number.
    pub walk_ins_per_slot: f64,
    /// The cost.
    pub costs: UnitSlotCosts,
}

/// What a schedule leads to, in slots.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct UnitSlotFigures {
    /// Sum of the waits of those with appointments.
    pub wait: f64,
    /// Sum of the waits of walk-ins.
    pub wait_walk_ins: f64,
    /// Slots without a customer.
    pub idle: f64,
    /// Customers served after the last slot, one in a slot's time.
    pub overtime: f64,
    /// The cost.
    pub cost: f64,
}

impl UnitSlots {
    /// What happens where `appointments` are given for the slots. O(slots · customers · walk-ins).
    ///
    /// # Errors
    /// A parameter is out of range.
    pub fn figures(&self, appointments: &[u32]) -> Result<UnitSlotFigures, AnalyticError> {
        probability("probability to come", self.show)?;
        not_negative("walk-ins of a slot", self.walk_ins_per_slot)?;
        let UnitSlotCosts { wait, wait_walk_in, overtime, idle } = self.costs;
        for cost in [wait, wait_walk_in, overtime, idle] {
            not_negative("cost", cost)?;
        }
        let walk_ins =
            Masses::bounded("the distribution of a slot's walk-ins", self.walk_ins_per_slot)?;
        // Those with appointments are served as if there were no walk-ins: their line, and the
        // line of all, tell everything.
        let mut booked = vec![1.0];
        let mut all = vec![1.0];
        let (mut waiting_booked, mut waiting_all, mut empty) = (0.0, 0.0, 0.0);
        for coming in appointments {
            for _ in 0..*coming {
                join(&mut booked, self.show);
                join(&mut all, self.show);
            }
            if self.walk_ins_per_slot > 0.0 {
                all = sum_with(&all, &walk_ins);
            }
            serve_one(&mut booked);
            empty += serve_one(&mut all);
            waiting_booked += first_moment(&booked);
            waiting_all += first_moment(&all);
        }
        let left = first_moment(&all);
        // After the last slot n who are left wait n − 1, …, 1, 0 slots more.
        waiting_booked += waits_of_rest(&booked);
        waiting_all += waits_of_rest(&all);
        let waiting_walk_ins = (waiting_all - waiting_booked).max(0.0);
        let cost = wait * waiting_booked
            + wait_walk_in * waiting_walk_ins
            + overtime * left
            + idle * empty;
        Ok(UnitSlotFigures {
            wait: waiting_booked,
            wait_walk_ins: waiting_walk_ins,
            idle: empty,
            overtime: left,
            cost,
        })
    }

    /// The schedule of least cost for so many appointments, at most `most` in a slot.
    ///
    /// # Errors
    /// A parameter is out of range, or the appointments do not fit.
    pub fn optimum(
        &self,
        slots: usize,
        appointments: u32,
        most: u32,
    ) -> Result<Schedule, AnalyticError> {
        least(slots, appointments, most, |schedule| Ok(self.figures(schedule)?.cost))
    }
}

fn join(line: &mut Vec<f64>, show: f64) {
    line.push(0.0);
    for n in (1..line.len()).rev() {
        line[n] = line[n] * (1.0 - show) + line[n - 1] * show;
    }
    line[0] *= 1.0 - show;
}

fn sum_with(line: &[f64], more: &Masses) -> Vec<f64> {
    let mut sum = vec![0.0; line.len() + more.end() - 1];
    for (n, mass) in line.iter().enumerate() {
        for (k, probability) in more.iter() {
            sum[n + k] += mass * probability;
        }
    }
    sum
}

/// One of the line is served; gives the probability that there is nobody.
fn serve_one(line: &mut Vec<f64>) -> f64 {
    let nobody = line[0];
    if line.len() > 1 {
        line.remove(0);
        line[0] += nobody;
    }
    nobody
}

fn first_moment(masses: &[f64]) -> f64 {
    masses.iter().enumerate().map(|(k, mass)| k as f64 * mass).sum()
}

fn waits_of_rest(line: &[f64]) -> f64 {
    let wait = |n: usize| 0.5 * n as f64 * (n as f64 - 1.0);
    line.iter().enumerate().map(|(n, mass)| mass * wait(n)).sum()
}
