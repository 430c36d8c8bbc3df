//! microlp: pure Rust, branch and bound over a simplex.

use std::time::Duration;

use good_lp::solvers::microlp::microlp;
use microlp::{Error, ResumeOptions, SolveOptions, SolveOutcome, TerminationReason};

use crate::monitor::{PlanningProgress, Progress};
use crate::plan::Stop;
use crate::plan::milp::model::Model;

use super::{Answer, Limits, translate};

/// How often the monitor is asked whether to stop.
const SLICE: Duration = Duration::from_millis(100);

/// The same in branch-and-bound nodes, where the clock must not steer the run.
const SLICE_NODES: u64 = 200;

/// Memory for open nodes, in bytes: each holds a basis, some nine bytes for each column and row.
const MEMORY: u64 = 512 << 20;

pub(crate) fn solve(model: &Model, limits: &Limits<'_>) -> Result<Answer, String> {
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
        let (objective, bound) = limits.known.unwrap_or((f64::NEG_INFINITY, f64::INFINITY));
        let found = outcome.solution().map_or(objective, |s| s.objective().max(objective));
        limits.monitor.progress(&Progress::Planning(PlanningProgress {
            elapsed: limits.monitor.elapsed(),
            steps: stats.nodes_solved,
            objective: found.is_finite().then_some(found),
            upper_bound: stats.best_bound.map_or(bound, |own| own.min(bound)),
        }));
        if limits.monitor.cancelled() {
            return Ok(answer(&outcome, Stop::Cancelled));
        }
        let left = left();
        let most_nodes = limits.nodes.unwrap_or(u64::MAX).min(MEMORY / node_bytes);
        if left.is_some_and(|left| left.is_zero()) || stats.nodes_solved >= most_nodes {
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
    let bound = outcome.stats().best_bound.unwrap_or(f64::INFINITY);
    match outcome.solution() {
        None => Answer::Nothing { bound, stop },
        Some(solution) => {
            let values = solution.iter().map(|(_, value)| value).collect();
            Answer::Solution { values, bound, stop }
        }
    }
}
