//! The problem as a linear program that bounds it.
//!
//! Variables: whether a pair is used, how many of the pairs of a start and of an end are, people in
//! each shift, people missing and people too many in each step. People there follow from step to step
//! by who comes and goes, which keeps columns short. That nobody works in a pair that is not used is
//! left to the cuts.

use std::collections::BTreeMap;

use super::model::Model;
use crate::staffing::simplex::{Sense, Simplex, Sparse};

/// The program and where its variables are.
#[derive(Debug, Clone)]
pub(super) struct Program {
    pub(super) lp: Simplex,
    pub(super) pairs: usize,
    /// First variable of the people in shifts; before it are the pairs and their groups.
    pub(super) people: usize,
    pub(super) missing: usize,
    pub(super) surplus: usize,
    /// Rows that are always there.
    pub(super) rows: usize,
    /// Most people of each shift.
    pub(super) most: Vec<f64>,
}

impl Program {
    pub(super) fn new(model: &Model) -> Self {
        let mut lp = Simplex::default();
        let pairs = model.types.len();
        for _ in 0..pairs {
            lp.variable(model.pair as f64, 1.0);
        }
        let groups = groups(model);
        for members in &groups {
            lp.variable(0.0, members.len() as f64);
        }
        let people = pairs + groups.len();
        let mut most = Vec::with_capacity(pairs * model.days);
        let mut reach = vec![0.0; model.horizon];
        for pair in 0..pairs {
            for day in 0..model.days {
                let limit = model.most_people(pair, day) as f64;
                let first = model.first(pair, day);
                for step in first..first + model.types[pair].length {
                    reach[step % model.horizon] += limit;
                }
                lp.variable(0.0, limit);
                most.push(limit);
            }
        }
        let missing = people + most.len();
        for step in 0..model.horizon {
            lp.variable(model.under as f64, model.required[step] as f64);
        }
        let surplus = missing + model.horizon;
        for (reach, required) in reach.iter().zip(&model.required) {
            lp.variable(model.over as f64, (reach - *required as f64).max(0.0));
        }
        for (group, members) in groups.iter().enumerate() {
            let mut row: Sparse = members.iter().map(|pair| (*pair as u32, 1.0)).collect();
            row.push(((pairs + group) as u32, -1.0));
            lp.row(row, Sense::Equal, 0.0);
        }
        let mut program = Self { lp, pairs, people, missing, surplus, rows: 0, most };
        program.cover_rows(model);
        program.rows = program.lp.row_count();
        program
    }

    fn cover_rows(&mut self, model: &Model) {
        let mut rows: Vec<Sparse> = vec![Vec::new(); model.horizon];
        for pair in 0..self.pairs {
            for day in 0..model.days {
                let shift = (self.people + model.shift(pair, day)) as u32;
                let (first, length) = (model.first(pair, day), model.types[pair].length);
                let end = first + length;
                if length == model.horizon {
                    rows[0].push((shift, 1.0));
                    continue;
                }
                // Step 0 counts who is there, the others who comes and goes.
                if first % model.horizon != 0 {
                    rows[first % model.horizon].push((shift, 1.0));
                }
                if end % model.horizon != 0 {
                    rows[end % model.horizon].push((shift, -1.0));
                }
                if first == 0 || end > model.horizon {
                    rows[0].push((shift, 1.0));
                }
            }
        }
        for (step, mut row) in rows.into_iter().enumerate() {
            row.push(((self.missing + step) as u32, 1.0));
            row.push(((self.surplus + step) as u32, -1.0));
            let mut right = model.required[step];
            if step > 0 {
                row.push(((self.missing + step - 1) as u32, -1.0));
                row.push(((self.surplus + step - 1) as u32, 1.0));
                right -= model.required[step - 1];
            }
            self.lp.row(row, Sense::Equal, right as f64);
        }
    }

    /// Values of all variables.
    pub(super) fn values(&self) -> Vec<f64> {
        (0..self.surplus + (self.surplus - self.missing)).map(|v| self.lp.value(v)).collect()
    }

    /// A valid bound in units, with the reduced costs that show it.
    pub(super) fn bound(&mut self) -> (f64, Vec<f64>) {
        self.lp.bound()
    }
}

/// Pairs of one start, and pairs of one end, where there are several.
fn groups(model: &Model) -> Vec<Vec<usize>> {
    let mut starts: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let mut ends: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (pair, kind) in model.types.iter().enumerate() {
        starts.entry(kind.start).or_default().push(pair);
        ends.entry((kind.start + kind.length) % model.day).or_default().push(pair);
    }
    starts.into_values().chain(ends.into_values()).filter(|members| members.len() > 1).collect()
}
