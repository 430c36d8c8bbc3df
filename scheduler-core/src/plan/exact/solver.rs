//! Hands a program to a solver: microlp, or HiGHS with the feature `highs`.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use good_lp::{Expression, ProblemVariables, Solver, SolverModel, variable};

use crate::plan::{Monitor, Stop};

use super::model::Model;

/// When to stop, and whom to ask on the way.
#[derive(Clone, Copy)]
pub(super) struct Limits<'a> {
    /// Time left, `None` for as long as it takes.
    pub(super) time: Option<Duration>,
    /// Relative gap at which to stop.
    pub(super) gap: f64,
    pub(super) monitor: &'a dyn Monitor,
}

/// What a solver says about a program.
#[derive(Debug, Clone)]
pub(super) enum Answer {
    /// Values of the columns, an upper bound on the objective, and why it ended.
    Solution {
        values: Vec<f64>,
        bound: f64,
        stop: Stop,
    },
    /// No values satisfy all rows.
    Infeasible,
    /// It ended before there was a solution.
    Nothing,
}

/// Solves `model`, which has columns and no empty rows.
///
/// # Errors
/// The solver's message where it breaks down. microlp may panic on badly conditioned programs:
/// this is the one place where a panic is caught, and it becomes a message as well.
pub(super) fn solve(model: &Model, limits: &Limits<'_>) -> Result<Answer, String> {
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
            variables.add(if column.integer {
                definition.integer()
            } else {
                definition
            })
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

#[cfg(not(feature = "highs"))]
mod engine {
    use std::time::Duration;

    use good_lp::solvers::microlp::microlp;
    use microlp::{Error, ResumeOptions, SolveOptions, SolveOutcome, TerminationReason};

    use super::{Answer, Limits, translate};
    use crate::plan::exact::model::Model;
    use crate::plan::{Progress, Stop};

    /// How often the monitor is asked whether to stop.
    const SLICE: Duration = Duration::from_millis(100);

    /// The same in branch-and-bound nodes, where the clock must not steer the run.
    const SLICE_NODES: u64 = 200;

    /// Memory for open nodes, in bytes: each holds a basis, some nine bytes for each column and row.
    const MEMORY: u64 = 512 << 20;

    pub(super) fn solve(model: &Model, limits: &Limits<'_>) -> Result<Answer, String> {
        match search(model, limits) {
            Ok(answer) => Ok(answer),
            Err(Error::Infeasible) => Ok(Answer::Infeasible),
            Err(error) => Err(error.to_string()),
        }
    }

    fn search(model: &Model, limits: &Limits<'_>) -> Result<Answer, Error> {
        let problem = translate(model, microlp);
        let node_bytes = 9 * (model.columns.len() + 2 * model.rows.len()) as u64;
        let begin = limits.monitor.elapsed();
        let left = || {
            let used = limits.monitor.elapsed().saturating_sub(begin);
            limits.time.map(|time| time.saturating_sub(used))
        };
        let mut options = SolveOptions::default();
        options.mip_gap = limits.gap;
        options.time_limit = left().map(|left| left.min(SLICE));
        options.node_limit = limits.time.is_none().then_some(SLICE_NODES);
        let mut outcome = problem.as_inner().solve_with(options)?;
        loop {
            match outcome.termination_reason() {
                TerminationReason::ProvenOptimal => return Ok(answer(&outcome, Stop::Optimal)),
                TerminationReason::MipGap => return Ok(answer(&outcome, Stop::Gap)),
                _ => {}
            }
            let stats = outcome.stats();
            limits.monitor.progress(&Progress {
                elapsed: limits.monitor.elapsed(),
                steps: stats.nodes_solved,
                objective: outcome.solution().map(microlp::Solution::objective),
                upper_bound: stats.best_bound.unwrap_or(f64::INFINITY),
            });
            if limits.monitor.cancelled() {
                return Ok(answer(&outcome, Stop::Cancelled));
            }
            let left = left();
            if left.is_some_and(|left| left.is_zero()) || stats.nodes_solved * node_bytes > MEMORY {
                return Ok(answer(&outcome, Stop::Budget));
            }
            let mut options = ResumeOptions::default();
            options.mip_gap = Some(limits.gap);
            options.time_limit = left.map(|left| left.min(SLICE));
            options.node_limit = limits.time.is_none().then_some(SLICE_NODES);
            outcome = outcome.resume_with(options)?;
        }
    }

    fn answer(outcome: &SolveOutcome, stop: Stop) -> Answer {
        let Some(solution) = outcome.solution() else {
            return Answer::Nothing;
        };
        let bound = solution.stats().best_bound.unwrap_or(f64::INFINITY);
        let values = solution.iter().map(|(_, value)| value).collect();
        Answer::Solution {
            values,
            bound,
            stop,
        }
    }
}
