//! The problem in steps and units of cost, as search and proof see it.

use super::instance::ShiftDesign;

/// A pair of start and length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ShiftType {
    /// Step of the day.
    pub(super) start: usize,
    /// Steps.
    pub(super) length: usize,
}

/// The problem. Costs are whole multiples of `unit`.
#[derive(Debug, Clone)]
pub(super) struct Model {
    pub(super) days: usize,
    /// Steps of a day.
    pub(super) day: usize,
    /// Steps of the horizon.
    pub(super) horizon: usize,
    pub(super) required: Vec<i64>,
    pub(super) types: Vec<ShiftType>,
    /// Cost of a step with one person too few, one too many, and of a pair; in units.
    pub(super) under: i64,
    pub(super) over: i64,
    pub(super) pair: i64,
    /// The greatest number of which all costs are multiples.
    pub(super) unit: u64,
}

impl Model {
    /// Of a problem without findings.
    pub(super) fn new(design: &ShiftDesign) -> Self {
        let day = (1440 / design.step_minutes) as usize;
        let mut types: Vec<ShiftType> = Vec::new();
        for kind in &design.kinds {
            for start in kind.starts.clone() {
                for length in kind.lengths.clone() {
                    types.push(ShiftType { start: start as usize, length: length as usize });
                }
            }
        }
        types.sort_unstable_by_key(|pair| (pair.start, pair.length));
        types.dedup();
        let step = u64::from(design.step_minutes);
        let (under, over) = (design.costs.under_minute * step, design.costs.over_minute * step);
        let pair = design.costs.shift;
        let unit = gcd(gcd(under, over), pair).max(1);
        Self {
            days: design.days as usize,
            day,
            horizon: day * design.days as usize,
            required: design.required.iter().map(|people| i64::from(*people)).collect(),
            types,
            under: (under / unit) as i64,
            over: (over / unit) as i64,
            pair: (pair / unit) as i64,
            unit,
        }
    }

    /// Index of a shift among all pairs and days.
    pub(super) fn shift(&self, pair: usize, day: usize) -> usize {
        pair * self.days + day
    }

    /// First step of a shift.
    pub(super) fn first(&self, pair: usize, day: usize) -> usize {
        day * self.day + self.types[pair].start
    }

    /// What it costs that `people` are there in `step`.
    pub(super) fn step_cost(&self, step: usize, people: i64) -> i64 {
        let missing = self.required[step] - people;
        if missing > 0 { missing * self.under } else { -missing * self.over }
    }

    /// Most people that anybody needs to start a shift.
    ///
    /// In a cheapest design with the fewest people nobody can be sent away for nothing. With x people
    /// in a shift at least x are there in each of its steps; so with one less, steps that require
    /// fewer than x get cheaper, and the others dearer by no more than a missing person. Hence x is
    /// at most the greatest number for which over · #{required < x} < under · #{required ≥ x}.
    pub(super) fn most_people(&self, pair: usize, day: usize) -> i64 {
        let first = self.first(pair, day);
        let length = self.types[pair].length;
        let mut required: Vec<i64> =
            (first..first + length).map(|step| self.required[step % self.horizon]).collect();
        required.sort_unstable();
        let least = |at: &usize| {
            let fewer = required.partition_point(|other| *other < required[*at]) as i64;
            self.over * fewer < self.under * (length as i64 - fewer)
        };
        (0..length).rev().find(least).map_or(0, |at| required[at])
    }
}

fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}
