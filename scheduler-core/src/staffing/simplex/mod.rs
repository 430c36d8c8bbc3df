//! A dual simplex method for bounded variables, made for bounds: rows are added while it runs, bounds
//! move, and what it says at any time is a valid bound.
//!
//! Every variable has two finite bounds and stands at the one where it is dual feasible, so any basis
//! will do and there is no first phase. Leaving rows by steepest edge (J. Forrest and D. Goldfarb, "Steepest-edge simplex
//! algorithms for linear programming", 1992, doi:10.1007/BF01581089), ratio test with bound flips.
//! Costs are perturbed against stalling; [`Simplex::bound`] is of the costs as given, from the prices
//! of the rows alone (A. Neumaier and O. Shcherbina, "Safe bounds in linear and mixed-integer linear
//! programming", 2004, doi:10.1007/s10107-003-0433-3), so no tolerance of the method can make it
//! wrong.

mod factors;
mod pivot;

use factors::Factors;

/// A sparse column or row: indices and values.
pub(super) type Sparse = Vec<(u32, f64)>;

/// What a row asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sense {
    Equal,
    AtLeast,
}

/// How a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Optimal,
    /// The bound has passed the value from which on nobody asks.
    Enough,
    Infeasible,
    /// Stopped, or numerically stuck; the bound holds all the same.
    Stopped,
}

const FEASIBLE: f64 = 1e-7;
const OPTIMAL: f64 = 1e-9;
/// Exchanges between factorisations.
const REFRESH: usize = 80;

/// A linear program: least Σ cost·x.
#[derive(Debug, Clone, Default)]
pub(super) struct Simplex {
    /// Variables without those of the rows, which come behind them.
    variables: usize,
    cost: Vec<f64>,
    /// Costs that the method works with.
    perturbed: Vec<f64>,
    lower: Vec<f64>,
    upper: Vec<f64>,
    columns: Vec<Sparse>,
    rows: Vec<Sparse>,
    right: Vec<f64>,
    /// Variable in each slot.
    basis: Vec<usize>,
    /// Slot of each variable, or `usize::MAX`.
    slot: Vec<usize>,
    at_upper: Vec<bool>,
    /// Values of the basis by slot.
    values: Vec<f64>,
    reduced: Vec<f64>,
    weights: Vec<f64>,
    factors: Factors,
    /// Whether factors, values and reduced costs are of this basis and these bounds.
    fresh: bool,
    /// Work done so far: some twenty-five operations for each row and iteration.
    pub(super) work: u64,
    spare: Vec<f64>,
    noise: u64,
}

impl Simplex {
    /// Another variable, from 0 to `upper`. All bounds are finite, so that every variable outside the
    /// basis has a bound where it is dual feasible.
    pub(super) fn variable(&mut self, cost: f64, upper: f64) -> usize {
        // A fixed pseudo-random sequence (Knuth's MMIX constants).
        self.noise = self
            .noise
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let share = (self.noise >> 11) as f64 / (1_u64 << 53) as f64;
        self.cost.push(cost);
        self.perturbed.push(cost + 1e-6 * (0.5 + share));
        self.lower.push(0.0);
        self.upper.push(upper);
        self.columns.push(Vec::new());
        self.slot.push(usize::MAX);
        self.at_upper.push(false);
        self.variables += 1;
        self.variables - 1
    }

    /// Another row. All variables must be there.
    pub(super) fn row(&mut self, entries: Sparse, sense: Sense, right: f64) {
        let row = self.rows.len();
        for &(variable, value) in &entries {
            self.columns[variable as usize].push((row as u32, value));
        }
        self.right.push(right);
        // entries·x + own = right, where bounds of `own` are finite as those of the others are.
        let most: f64 =
            entries.iter().map(|&(at, value)| (value * self.upper[at as usize]).max(0.0)).sum();
        self.columns.push(vec![(row as u32, 1.0)]);
        self.cost.push(0.0);
        self.perturbed.push(0.0);
        self.rows.push(entries);
        self.lower.push(if sense == Sense::Equal { 0.0 } else { (right - most).min(-1.0) });
        self.upper.push(0.0);
        self.at_upper.push(true);
        self.slot.push(self.basis.len());
        self.basis.push(self.variables + row);
        self.weights.push(1.0);
        self.fresh = false;
    }

    pub(super) fn row_count(&self) -> usize {
        self.rows.len()
    }

    /// Drops the rows from `first` on for which `drop` says so, of those that are not tight.
    pub(super) fn drop_slack_rows(&mut self, first: usize, mut drop: impl FnMut(usize) -> bool) {
        let count = self.rows.len();
        let mut kept: Vec<usize> = Vec::with_capacity(count);
        for row in 0..count {
            let slack = self.slot[self.variables + row] != usize::MAX;
            if row < first || !slack || !drop(row) {
                kept.push(row);
            }
        }
        if kept.len() == count {
            return;
        }
        let mut new_row = vec![usize::MAX; count];
        for (to, &from) in kept.iter().enumerate() {
            new_row[from] = to;
        }
        for column in &mut self.columns[..self.variables] {
            column.retain_mut(|(row, _)| {
                let to = new_row[*row as usize];
                *row = to as u32;
                to != usize::MAX
            });
        }
        let (mut basis, mut weights) = (Vec::new(), Vec::new());
        for (slot, &variable) in self.basis.iter().enumerate() {
            let row = variable.checked_sub(self.variables);
            let renamed = match row.map(|row| new_row[row]) {
                None => variable,
                Some(usize::MAX) => continue,
                Some(row) => self.variables + row,
            };
            basis.push(renamed);
            weights.push(self.weights[slot]);
        }
        let own = |row: &usize| self.variables + *row;
        let pick = |list: &mut Vec<f64>| {
            let tail: Vec<f64> = kept.iter().map(|row| list[own(row)]).collect();
            list.truncate(self.variables);
            list.extend(tail);
        };
        pick(&mut self.cost);
        pick(&mut self.perturbed);
        pick(&mut self.lower);
        pick(&mut self.upper);
        let at_upper: Vec<bool> = kept.iter().map(|row| self.at_upper[own(row)]).collect();
        self.at_upper.truncate(self.variables);
        self.at_upper.extend(at_upper);
        self.columns.truncate(self.variables);
        self.columns.extend((0..kept.len()).map(|row| vec![(row as u32, 1.0)]));
        self.rows = kept.iter().map(|row| std::mem::take(&mut self.rows[*row])).collect();
        self.right = kept.iter().map(|row| self.right[*row]).collect();
        self.slot = vec![usize::MAX; self.variables + kept.len()];
        for (slot, &variable) in basis.iter().enumerate() {
            self.slot[variable] = slot;
        }
        (self.basis, self.weights) = (basis, weights);
        self.fresh = false;
    }

    pub(super) fn bounds(&self, variable: usize) -> (f64, f64) {
        (self.lower[variable], self.upper[variable])
    }

    pub(super) fn set_bounds(&mut self, variable: usize, lower: f64, upper: f64) {
        if (self.lower[variable], self.upper[variable]) != (lower, upper) {
            self.lower[variable] = lower;
            self.upper[variable] = upper;
            self.fresh = false;
        }
    }

    /// Value of a variable.
    pub(super) fn value(&self, variable: usize) -> f64 {
        match self.slot[variable] {
            usize::MAX => self.resting(variable),
            slot => self.values[slot],
        }
    }

    /// Value of a variable outside the basis.
    fn resting(&self, variable: usize) -> f64 {
        if self.at_upper[variable] { self.upper[variable] } else { self.lower[variable] }
    }

    /// Price of each row: the cost of asking for one more.
    pub(super) fn prices(&mut self) -> Vec<f64> {
        let mut by_slot: Vec<f64> =
            self.basis.iter().map(|variable| self.cost[*variable]).collect();
        self.spare.resize(by_slot.len(), 0.0);
        self.factors.backward(&mut by_slot, &mut self.spare);
        // Only prices of the right sign bound anything.
        for (row, price) in by_slot.iter_mut().enumerate() {
            if self.lower[self.variables + row] < 0.0 {
                *price = price.max(0.0);
            }
        }
        by_slot
    }

    /// A bound on the cost of every solution within the bounds of the variables, from the prices of
    /// the rows, and the reduced cost of each variable at them.
    pub(super) fn bound(&mut self) -> (f64, Vec<f64>) {
        if !self.fresh {
            self.refresh();
        }
        let prices = self.prices();
        let mut reduced = self.cost[..self.variables].to_vec();
        let mut sum = 0.0;
        for (row, price) in prices.iter().enumerate() {
            if *price != 0.0 {
                sum += price * self.right[row];
                for &(variable, value) in &self.rows[row] {
                    reduced[variable as usize] -= price * value;
                }
            }
        }
        for (variable, cost) in reduced.iter().enumerate() {
            let at = if *cost >= 0.0 { self.lower[variable] } else { self.upper[variable] };
            if *cost != 0.0 {
                sum += cost * at;
            }
        }
        (if sum.is_nan() { f64::NEG_INFINITY } else { sum }, reduced)
    }

    /// Factorises the basis and computes all that follows from it.
    fn refresh(&mut self) {
        let size = self.rows.len();
        loop {
            let columns: Vec<&[(u32, f64)]> =
                self.basis.iter().map(|variable| &self.columns[*variable][..]).collect();
            match Factors::new(&columns) {
                Ok(factors) => {
                    self.factors = factors;
                    break;
                }
                Err(singular) => self.mend(&singular),
            }
        }
        self.spare.clear();
        self.spare.resize(size, 0.0);
        let mut prices: Vec<f64> =
            self.basis.iter().map(|variable| self.perturbed[*variable]).collect();
        self.factors.backward(&mut prices, &mut self.spare);
        self.reduced = self.perturbed.clone();
        for (row, price) in prices.iter().enumerate() {
            if *price != 0.0 {
                for &(variable, value) in &self.rows[row] {
                    self.reduced[variable as usize] -= price * value;
                }
                self.reduced[self.variables + row] -= price;
            }
        }
        for variable in 0..self.reduced.len() {
            if self.slot[variable] == usize::MAX {
                self.rest(variable);
            } else {
                self.reduced[variable] = 0.0;
            }
        }
        self.recompute_values();
        self.fresh = true;
    }

    /// Puts a variable outside the basis where its reduced cost is feasible.
    fn rest(&mut self, variable: usize) {
        let cost = self.reduced[variable];
        if cost > OPTIMAL {
            self.at_upper[variable] = false;
        } else if cost < -OPTIMAL {
            self.at_upper[variable] = true;
        }
    }

    fn recompute_values(&mut self) {
        let mut by_row = self.right.clone();
        for variable in 0..self.slot.len() {
            if self.slot[variable] == usize::MAX {
                let value = self.resting(variable);
                if value != 0.0 {
                    for &(row, times) in &self.columns[variable] {
                        by_row[row as usize] -= times * value;
                    }
                }
            }
        }
        self.factors.forward(&mut by_row, &mut self.spare);
        self.values = by_row;
    }

    /// Puts the rows' own variables into slots that depend on the others.
    fn mend(&mut self, singular: &factors::Singular) {
        for (&slot, &row) in singular.slots.iter().zip(&singular.rows) {
            let out = self.basis[slot];
            self.slot[out] = usize::MAX;
            let own = self.variables + row;
            self.basis[slot] = own;
            self.slot[own] = slot;
        }
        self.weights.fill(1.0);
    }
}
