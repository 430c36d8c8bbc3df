//! Hands a program to a solver: microlp, or HiGHS with the feature `highs`.

#[cfg(feature = "highs")]
mod with_highs;
#[cfg(not(feature = "highs"))]
mod with_microlp;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use good_lp::{Expression, ProblemVariables, Solver, SolverModel, variable};

use crate::plan::{Monitor, Stop};

use super::model::Model;
#[cfg(feature = "highs")]
use with_highs as engine;
#[cfg(not(feature = "highs"))]
use with_microlp as engine;

/// When to stop, and whom to ask on the way.
#[derive(Clone, Copy)]
pub(crate) struct Limits<'a> {
    /// Time left, `None` for as long as it takes.
    pub(crate) time: Option<Duration>,
    /// Most nodes of the search tree, `None` for as many as it takes.
    pub(crate) nodes: Option<u64>,
    /// Relative gap at which to stop.
    pub(crate) gap: f64,
    pub(crate) monitor: &'a dyn Monitor,
    /// Objective of a plan that is known, and a bound, for reports of progress.
    #[cfg_attr(feature = "highs", expect(dead_code, reason = "HiGHS reports no progress"))]
    pub(crate) known: Option<(f64, f64)>,
}

/// What a solver says about a program.
#[derive(Debug, Clone)]
pub(crate) enum Answer {
    /// Values of the columns, an upper bound on the objective, and why it ended.
    Solution { values: Vec<f64>, bound: f64, stop: Stop },
    /// No values satisfy all rows.
    Infeasible,
    /// It ended before there was a solution; infinite where there is no bound either.
    Nothing { bound: f64, stop: Stop },
}

/// Solves `model`, which has columns and no empty rows.
///
/// # Errors
/// The solver's message where it breaks down. microlp may panic on badly conditioned programs:
/// this is the one place where a panic is caught, and it becomes a message as well.
pub(crate) fn solve(model: &Model, limits: &Limits<'_>) -> Result<Answer, String> {
    catch_unwind(AssertUnwindSafe(|| engine::solve(model, limits)))
        .unwrap_or_else(|_| Err("the solver gave up with a panic".to_owned()))
}

/// `model` in the words of the modelling layer.
fn translate<S: Solver>(model: &Model, solver: S) -> S::Model {
    let mut variables = ProblemVariables::new();
    let columns: Vec<_> = model
        .columns
        .iter()
        .map(|column| {
            let definition = variable().clamp(0.0, column.upper);
            variables.add(if column.integer { definition.integer() } else { definition })
        })
        .collect();
    let mut objective = Expression::with_capacity(columns.len());
    for (column, &variable) in model.columns.iter().zip(&columns) {
        if column.value != 0.0 {
            objective.add_mul(column.value, variable);
        }
    }
    let mut problem = variables.maximise(objective).using(solver);
    for row in &model.rows {
        let mut sum = Expression::with_capacity(row.terms.len());
        for &(column, coefficient) in &row.terms {
            sum.add_mul(coefficient, columns[column]);
        }
        if row.lower == row.upper {
            problem.add_constraint(sum.eq(row.lower));
        } else {
            if row.lower.is_finite() {
                problem.add_constraint(sum.clone().geq(row.lower));
            }
            if row.upper.is_finite() {
                problem.add_constraint(sum.leq(row.upper));
            }
        }
    }
    problem
}
