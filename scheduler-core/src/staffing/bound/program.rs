//! The integer program: how many of each shift, at what cost, so that all rows hold. Every row is one
//! that each roster fulfils which reaches the targets, so the optimum bounds the cost of any of them.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use microlp::{
    ComparisonOp, LinearExpr, OptimizationDirection, Problem, ResumeOptions, SolveOptions,
    TerminationReason, Variable,
};

use crate::monitor::Monitor;

/// A quantity of the program.
#[derive(Debug, Clone, Copy)]
pub(in crate::staffing) struct Unknown {
    pub(in crate::staffing) cost: f64,
    pub(in crate::staffing) upper: f64,
    pub(in crate::staffing) integer: bool,
}

/// Σ terms ≥ least.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::staffing) struct Row {
    pub(in crate::staffing) terms: Vec<(usize, f64)>,
    pub(in crate::staffing) least: f64,
    pub(in crate::staffing) why: Why,
}

/// What a row says; rows of the same kind are about the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::staffing) enum Why {
    /// Requests that find an offer.
    Offers,
    /// Appointments of a site take counters, which its rooms limit.
    Rooms,
    /// Appointments take clerks.
    Clerks,
    /// Appointments take clerks with a skill.
    Skill,
    /// Appointments take rooms with equipment.
    Equipment,
    /// Nobody can sit where there is no room, or nobody on shift.
    Counter,
    /// Somebody is there while the doors are open.
    Door,
    /// Least and most people of a template.
    Template,
    /// Hours and days of people.
    Contract,
    /// Walk-ins who have to be served in time take clerks.
    WalkIns,
    /// All work has to be done within shifts and allowed overtime.
    Work,
    /// A wish of the search, not a necessity.
    Guess,
}

/// The program.
#[derive(Debug, Clone, Default)]
pub(in crate::staffing) struct Program {
    pub(in crate::staffing) unknowns: Vec<Unknown>,
    pub(in crate::staffing) rows: Vec<Row>,
}

/// What became of a program.
#[derive(Debug, Clone)]
pub(in crate::staffing) enum Solved {
    /// Values of the unknowns, and a bound on the cost of all.
    Values { values: Vec<f64>, bound: f64 },
    /// No values fulfil all rows.
    Infeasible,
    /// Stopped with no values; what bounds the cost so far.
    Nothing { bound: f64 },
}

/// How long to solve.
#[derive(Clone, Copy)]
pub(in crate::staffing) struct Effort<'a> {
    /// Most nodes of the search tree.
    pub(in crate::staffing) nodes: u64,
    /// Time, where there is a limit.
    pub(in crate::staffing) time: Option<Duration>,
    /// Relative gap at which to stop.
    pub(in crate::staffing) gap: f64,
    pub(in crate::staffing) monitor: &'a dyn Monitor,
}

impl Program {
    pub(in crate::staffing) fn unknown(&mut self, cost: f64, upper: f64, integer: bool) -> usize {
        self.unknowns.push(Unknown { cost, upper, integer });
        self.unknowns.len() - 1
    }

    pub(in crate::staffing) fn row(&mut self, why: Why, terms: Vec<(usize, f64)>, least: f64) {
        self.rows.push(Row { terms, least, why });
    }

    /// Solves it. microlp may panic on badly conditioned programs: then nothing is known.
    pub(in crate::staffing) fn solve(&self, effort: Effort<'_>) -> Solved {
        catch_unwind(AssertUnwindSafe(|| self.search(effort)))
            .unwrap_or(Solved::Nothing { bound: 0.0 })
    }

    fn search(&self, effort: Effort<'_>) -> Solved {
        /// Nodes between two looks at the monitor.
        const SLICE: u64 = 50;
        const SLICE_TIME: Duration = Duration::from_millis(200);
        let (problem, unknowns) = self.translate();
        let begin = effort.monitor.elapsed();
        let left = || {
            let used = effort.monitor.elapsed().saturating_sub(begin);
            effort.time.map(|time| time.saturating_sub(used))
        };
        let mut options = SolveOptions::default();
        options.mip_gap = effort.gap;
        options.node_limit = Some(SLICE.min(effort.nodes));
        options.time_limit = left().map(|left| left.min(SLICE_TIME));
        let mut outcome = match problem.solve_with(options) {
            Ok(outcome) => outcome,
            Err(microlp::Error::Infeasible) => return Solved::Infeasible,
            Err(_) => return Solved::Nothing { bound: 0.0 },
        };
        loop {
            let reason = outcome.termination_reason();
            let proven = matches!(reason, TerminationReason::ProvenOptimal);
            let ended = proven || matches!(reason, TerminationReason::MipGap);
            let stats = outcome.stats();
            let over = effort.monitor.cancelled()
                || stats.nodes_solved >= effort.nodes
                || left().is_some_and(|left| left.is_zero());
            if ended || over {
                let bound = stats.best_bound.unwrap_or(0.0);
                return match outcome.solution() {
                    Some(solution) => {
                        let value = |unknown: &Variable| solution.var_value(*unknown);
                        let bound = if proven { solution.objective() } else { bound };
                        let values = unknowns.iter().map(value).collect();
                        Solved::Values { values, bound }
                    }
                    None => Solved::Nothing { bound },
                };
            }
            let mut options = ResumeOptions::default();
            options.mip_gap = Some(effort.gap);
            options.node_limit = Some(SLICE);
            options.time_limit = left().map(|left| left.min(SLICE_TIME));
            outcome = match outcome.resume_with(options) {
                Ok(outcome) => outcome,
                Err(microlp::Error::Infeasible) => return Solved::Infeasible,
                Err(_) => return Solved::Nothing { bound: 0.0 },
            };
        }
    }

    fn translate(&self) -> (Problem, Vec<Variable>) {
        let mut problem = Problem::new(OptimizationDirection::Minimize);
        let unknowns: Vec<Variable> = self
            .unknowns
            .iter()
            .map(|unknown| {
                if unknown.integer {
                    let upper = unknown.upper.min(1e6) as i32;
                    problem.add_integer_var(unknown.cost, (0, upper))
                } else {
                    problem.add_var(unknown.cost, (0.0, unknown.upper))
                }
            })
            .collect();
        for row in &self.rows {
            let mut sum = LinearExpr::empty();
            for &(unknown, factor) in row.terms.iter().filter(|(_, factor)| *factor != 0.0) {
                sum.add(unknowns[unknown], factor);
            }
            // A hair less, so that rounding never makes what is possible impossible.
            let least = row.least - 1e-7 * row.least.abs().max(1.0);
            problem.add_constraint(sum, ComparisonOp::Ge, least);
        }
        (problem, unknowns)
    }
}
