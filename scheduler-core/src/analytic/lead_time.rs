//! How long citizens wait for a day with a free slot: requests of a day are booked, first come
//! first served, into the slots of the next days.

use super::backlog::Backlog;
use super::error::{AnalyticError, at_least_one, positive};
use super::poisson::Masses;

/// Requests and slots, the same every day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BookingDays {
    /// Mean number of requests of a day, a Poisson number.
    pub requests_per_day: f64,
    /// Slots of a day.
    pub slots_per_day: u32,
    /// How many days ahead are open; whoever finds all of them full gets nothing. `None` where
    /// every day ahead is open.
    pub horizon_days: Option<u32>,
}

/// Lead times in equilibrium. A request for a slot of the next day has a lead of one day.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct LeadTimes {
    /// Mean number of requests that have a slot later than the next day.
    pub mean_backlog: f64,
    /// Share of days on which there is no such request.
    pub p_no_backlog: f64,
    /// Mean lead in days, of those who get a slot.
    pub mean_days: f64,
    /// Share of requests that get nothing.
    pub lost: f64,
    /// Share of those who get a slot whose lead is at most k + 1 days, for k = 0, 1, …; all later
    /// ones are 1.
    at_most: Vec<f64>,
}

impl LeadTimes {
    /// Share of those who get a slot whose lead is at most `days`.
    #[must_use]
    pub fn share_within(&self, days: u32) -> f64 {
        match days.checked_sub(1) {
            None => 0.0,
            Some(index) => self.at_most.get(index as usize).copied().unwrap_or(1.0),
        }
    }

    /// The lead that a share `p` of those who get a slot does not exceed, in days; at least one.
    #[must_use]
    pub fn quantile(&self, p: f64) -> u32 {
        let later = self.at_most.iter().take_while(|share| **share < p).count();
        later as u32 + 1
    }
}

/// Most numbers of the chain of a limited horizon, and most steps of its solution.
const MOST_STORED: u64 = 50_000_000;
const MOST_STEPS: u64 = 20_000_000_000;

impl BookingDays {
    /// Lead times in equilibrium.
    ///
    /// With a horizon the demand may exceed the capacity; the chain of its days is solved by
    /// elimination without subtraction (W. Grassmann, M. Taksar and D. Heyman, "Regenerative
    /// analysis and steady state distributions for Markov chains", 1985,
    /// doi:10.1287/opre.33.5.1107), in O(horizon · slots² · spread of requests).
    ///
    /// # Errors
    /// A parameter is out of range; there is no horizon and not more capacity than demand; or the
    /// chain is too large.
    pub fn lead_times(&self) -> Result<LeadTimes, AnalyticError> {
        positive("requests per day", self.requests_per_day)?;
        at_least_one(self.slots_per_day)?;
        Masses::bounded("the distribution of a day's requests", self.requests_per_day)?;
        match self.horizon_days {
            None => {
                let backlog = Backlog::stationary(self.requests_per_day, self.slots_per_day)?;
                Ok(self.leads_behind(backlog.masses(), backlog.mean(), None))
            }
            Some(days) => {
                positive("horizon in days", f64::from(days))?;
                let masses = self.limited_backlog(u64::from(days))?;
                let mean = masses.iter().enumerate().map(|(k, mass)| k as f64 * mass).sum();
                Ok(self.leads_behind(&masses, mean, Some(days)))
            }
        }
    }

    /// Lead times where the day begins with a backlog of this distribution: its requests come
    /// behind it, and a day's slots are the next so many of the line.
    fn leads_behind(&self, masses: &[f64], mean_backlog: f64, horizon: Option<u32>) -> LeadTimes {
        let slots = self.slots_per_day as usize;
        let requests = Masses::new(self.requests_per_day);
        let minima = requests.expected_at_most(requests.end());
        let served_within = |days: usize| -> f64 {
            let places = days * slots;
            let served = |(backlog, mass): (usize, &f64)| {
                let free = places.saturating_sub(backlog).min(minima.len() - 1);
                mass * minima[free]
            };
            masses[..masses.len().min(places)].iter().enumerate().map(served).sum()
        };
        let booked = horizon.map_or(self.requests_per_day, |days| served_within(days as usize));
        let most = horizon.map_or(usize::MAX, |days| days as usize);
        let mut at_most = Vec::new();
        while at_most.len() < most {
            let share = (served_within(at_most.len() + 1) / booked).min(1.0);
            at_most.push(share);
            if 1.0 - share < 1e-15 || at_most.len() * slots > masses.len() + minima.len() {
                break;
            }
        }
        LeadTimes {
            mean_backlog,
            p_no_backlog: masses[0],
            // Each request of the backlog waits one more day: Little's law.
            mean_days: 1.0 + mean_backlog / booked,
            lost: (1.0 - booked / self.requests_per_day).max(0.0),
            at_most,
        }
    }

    /// The stationary backlog after a day where `days` days are open: states 0 to
    /// (days − 1)·slots, up by at most the spread of requests, down by at most a day's slots.
    fn limited_backlog(&self, days: u64) -> Result<Vec<f64>, AnalyticError> {
        let slots = self.slots_per_day as usize;
        let top = (days as usize - 1).saturating_mul(slots);
        let requests = Masses::new(self.requests_per_day);
        // Widest step up, and columns of a row from its widest step down.
        let up = requests.end().saturating_sub(slots + 1).min(top).max(1);
        let width = slots + up + 1;
        check("numbers", (top as u64 + 1).saturating_mul(width as u64), MOST_STORED)?;
        let steps = (top as u64 + 1).saturating_mul(slots as u64).saturating_mul(up as u64);
        check("steps", steps, MOST_STEPS)?;
        // rows[i·width + (j − i + slots)]: probability to go from i to j.
        let mut rows = vec![0.0; (top + 1) * width];
        for from in 0..=top {
            for (count, mass) in requests.iter() {
                let to = (from + count).saturating_sub(slots).min(top);
                rows[from * width + (to + slots - from)] += mass;
            }
        }
        for state in (1..=top).rev() {
            eliminate(&mut rows, state, slots, up);
        }
        let mut weights = vec![1.0];
        let mut largest = 1.0_f64;
        for state in 1..=top {
            let weight = (state.saturating_sub(up)..state)
                .map(|from| weights[from] * rows[from * width + (state + slots - from)])
                .sum();
            weights.push(weight);
            largest = largest.max(weight);
            if largest > 1e250 {
                weights.iter_mut().for_each(|weight| *weight *= 1e-250);
                largest *= 1e-250;
            }
        }
        let total: f64 = weights.iter().sum();
        weights.iter_mut().for_each(|weight| *weight /= total);
        Ok(weights)
    }
}

/// Takes `state`, the highest that is left, out of the chain: who would go there goes where it
/// leads. Afterwards the entries of its column are relative to its rate of leaving downwards.
fn eliminate(rows: &mut [f64], state: usize, slots: usize, up: usize) {
    let width = slots + up + 1;
    let lowest = state.saturating_sub(slots);
    let (lower, own) = rows.split_at_mut(state * width);
    let down = &own[lowest + slots - state..slots];
    let leaving: f64 = down.iter().sum();
    for from in state.saturating_sub(up)..state {
        let row = &mut lower[from * width..(from + 1) * width];
        let entry = &mut row[state + slots - from];
        *entry /= leaving;
        let share = *entry;
        if share > 0.0 {
            let start = lowest + slots - from;
            for (target, step) in row[start..start + down.len()].iter_mut().zip(down) {
                *target += share * step;
            }
        }
    }
}

fn check(unit: &'static str, size: u64, most: u64) -> Result<(), AnalyticError> {
    let what = "the chain of booking days";
    if size <= most { Ok(()) } else { Err(AnalyticError::TooLarge { what, size, unit, most }) }
}
