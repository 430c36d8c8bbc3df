//! The iterations of the dual simplex method.

use super::{End, FEASIBLE, REFRESH, Simplex};

/// Smaller numbers are no pivots.
const PIVOT: f64 = 1e-7;

/// A variable that may enter.
struct Candidate {
    ratio: f64,
    variable: usize,
    size: f64,
}

impl Simplex {
    /// Solves. Ends early where the bound reaches `enough`, or `stop` says so.
    pub(in crate::staffing) fn solve(
        &mut self,
        enough: f64,
        stop: &mut dyn FnMut() -> bool,
    ) -> End {
        let mut row_of = vec![0.0; self.slot.len()];
        let mut touched: Vec<usize> = Vec::new();
        let mut troubles = 0;
        let mut since_look = 0;
        if (0..self.slot.len()).any(|variable| self.lower[variable] > self.upper[variable]) {
            return End::Infeasible;
        }
        loop {
            if !self.fresh || self.factors.exchanges() >= REFRESH {
                self.refresh();
            }
            since_look += 1;
            if since_look >= 40 {
                since_look = 0;
                if stop() {
                    return End::Stopped;
                }
                if enough.is_finite() && self.objective() >= enough && self.bound().0 >= enough {
                    return End::Enough;
                }
            }
            let Some(slot) = self.leaving() else {
                return End::Optimal;
            };
            let size = self.rows.len();
            let mut direction = vec![0.0; size];
            direction[slot] = 1.0;
            self.factors.backward(&mut direction, &mut self.spare);
            self.price(&direction, &mut row_of, &mut touched);
            let leaving = self.basis[slot];
            let (lower, upper) = (self.lower[leaving], self.upper[leaving]);
            let value = self.values[slot];
            let above = value > upper;
            let miss = if above { value - upper } else { lower - value };
            let sign = if above { 1.0 } else { -1.0 };
            let Some((entering, flips)) = self.entering(&row_of, &touched, sign, miss) else {
                clear(&mut row_of, &mut touched);
                if self.factors.exchanges() > 0 && troubles < 20 {
                    troubles += 1;
                    self.fresh = false;
                    continue;
                }
                return End::Infeasible;
            };
            let mut column = vec![0.0; size];
            for &(row, times) in &self.columns[entering] {
                column[row as usize] += times;
            }
            self.factors.forward(&mut column, &mut self.spare);
            let pivot = column[slot];
            let seen = row_of[entering];
            if pivot.abs() < PIVOT || (pivot - seen).abs() > 1e-6 * (1.0 + pivot.abs()) {
                clear(&mut row_of, &mut touched);
                troubles += 1;
                if self.factors.exchanges() == 0 || troubles > 50 {
                    return End::Stopped;
                }
                self.fresh = false;
                continue;
            }
            self.flip(&flips);
            self.work += 25 * self.rows.len() as u64;
            // Reduced costs.
            let step = self.reduced[entering] / seen;
            for &variable in &touched {
                self.reduced[variable] -= step * row_of[variable];
            }
            self.reduced[entering] = 0.0;
            self.reduced[leaving] = -step;
            clear(&mut row_of, &mut touched);
            self.edge_weights(slot, &column, direction);
            // Values.
            let bound = if above { upper } else { lower };
            let change = (self.values[slot] - bound) / pivot;
            let came = self.resting(entering) + change;
            for (at, times) in column.iter().enumerate() {
                if *times != 0.0 {
                    self.values[at] -= change * times;
                }
            }
            self.values[slot] = came;
            self.basis[slot] = entering;
            self.slot[entering] = slot;
            self.slot[leaving] = usize::MAX;
            self.at_upper[leaving] = above;
            self.factors.exchange(slot, &column);
        }
    }

    /// Cost of the values as they are, by the costs that the method works with.
    pub(in crate::staffing) fn objective(&self) -> f64 {
        (0..self.variables)
            .filter(|variable| self.perturbed[*variable] != 0.0)
            .map(|variable| self.perturbed[variable] * self.value(variable))
            .sum()
    }

    fn leaving(&self) -> Option<usize> {
        let mut best = None;
        let mut most = 0.0;
        for (slot, &variable) in self.basis.iter().enumerate() {
            let value = self.values[slot];
            let miss = (self.lower[variable] - value).max(value - self.upper[variable]);
            if miss > FEASIBLE {
                let score = miss * miss / self.weights[slot];
                if score > most {
                    (most, best) = (score, Some(slot));
                }
            }
        }
        best
    }

    /// The row of the tableau for these multipliers of rows.
    fn price(&self, direction: &[f64], row_of: &mut [f64], touched: &mut Vec<usize>) {
        for (row, times) in direction.iter().enumerate() {
            if times.abs() < 1e-12 {
                continue;
            }
            let own = self.variables + row;
            if self.slot[own] == usize::MAX {
                row_of[own] = *times;
                touched.push(own);
            }
            for &(variable, value) in &self.rows[row] {
                let variable = variable as usize;
                if self.slot[variable] == usize::MAX {
                    if row_of[variable] == 0.0 {
                        touched.push(variable);
                        // Marks it, should the sum be zero on the way.
                        row_of[variable] = 1e-300;
                    }
                    row_of[variable] += times * value;
                }
            }
        }
    }

    /// Which variable enters, and which go to their other bound on the way there.
    fn entering(
        &self,
        row_of: &[f64],
        touched: &[usize],
        sign: f64,
        miss: f64,
    ) -> Option<(usize, Vec<usize>)> {
        let mut candidates: Vec<Candidate> = Vec::new();
        for &variable in touched {
            let along = sign * row_of[variable];
            let fits = if self.at_upper[variable] { along < -PIVOT } else { along > PIVOT };
            if fits && self.lower[variable] < self.upper[variable] {
                let ratio = (self.reduced[variable] / along).max(0.0);
                candidates.push(Candidate { ratio, variable, size: along.abs() });
            }
        }
        candidates
            .sort_unstable_by(|a, b| a.ratio.total_cmp(&b.ratio).then(a.variable.cmp(&b.variable)));
        let mut flips = Vec::new();
        let mut slope = miss;
        let mut at = 0;
        while at < candidates.len() {
            // Those of the same ratio, within rounding.
            let end = candidates[at..]
                .iter()
                .position(|other| other.ratio > candidates[at].ratio + 1e-9)
                .map_or(candidates.len(), |more| at + more);
            let group = &candidates[at..end];
            let relief: f64 = group
                .iter()
                .map(|one| one.size * (self.upper[one.variable] - self.lower[one.variable]))
                .sum();
            if slope - relief < 0.0 {
                let best = group.iter().max_by(|a, b| a.size.total_cmp(&b.size))?;
                return Some((best.variable, flips));
            }
            slope -= relief;
            flips.extend(group.iter().map(|one| one.variable));
            at = end;
        }
        // Every variable at its other bound is not enough, unless by rounding.
        if slope <= FEASIBLE
            && let Some(last) = flips.pop()
        {
            return Some((last, flips));
        }
        None
    }

    /// Moves variables to their other bound.
    fn flip(&mut self, flips: &[usize]) {
        if flips.is_empty() {
            return;
        }
        let mut by_row = vec![0.0; self.rows.len()];
        for &variable in flips {
            let before = self.resting(variable);
            self.at_upper[variable] = !self.at_upper[variable];
            let moved = self.resting(variable) - before;
            for &(row, times) in &self.columns[variable] {
                by_row[row as usize] += times * moved;
            }
        }
        self.factors.forward(&mut by_row, &mut self.spare);
        for (value, moved) in self.values.iter_mut().zip(&by_row) {
            *value -= moved;
        }
    }

    /// Weights of steepest edge after an exchange; `direction` is the leaving row of the inverse.
    fn edge_weights(&mut self, slot: usize, column: &[f64], mut direction: Vec<f64>) {
        let own: f64 = direction.iter().map(|value| value * value).sum();
        self.factors.forward(&mut direction, &mut self.spare);
        let pivot = column[slot];
        for (at, times) in column.iter().enumerate() {
            if at != slot && times.abs() > 1e-12 {
                let share = times / pivot;
                let weight = self.weights[at] - 2.0 * share * direction[at] + share * share * own;
                self.weights[at] = weight.max(1e-4 + share * share * 1e-4);
            }
        }
        self.weights[slot] = (own / (pivot * pivot)).max(1e-4);
    }
}

fn clear(row_of: &mut [f64], touched: &mut Vec<usize>) {
    for variable in touched.drain(..) {
        row_of[variable] = 0.0;
    }
}
