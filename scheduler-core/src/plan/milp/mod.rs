//! The whole problem, or the duties of a site-day, as one mixed-integer linear program.

mod decode;
mod model;
mod network;
mod pool_pieces;
mod program;
mod scope;

mod solver;

use std::time::Duration;

use super::{Monitor, Stop};
use crate::problem::Problem;

pub(super) use self::decode::{Contents, decode};
pub(super) use self::network::{Activity, Arc, Network, Node, Walker};
pub(super) use self::program::Program;
pub(super) use self::scope::Scope;
use self::solver::solve;
pub(super) use self::solver::{Answer, Limits};

/// Most columns and nodes for deciding whether the duties of a site-day can be met.
const DUTY_COLUMNS: usize = 10_000;
const DUTY_NODES: u64 = 2_000;

/// Whether some plan keeps what is in `scope`; `None` where that is not decided with an effort that
/// a caller waits for: it is bounded whatever `time` is.
pub(super) fn feasible(
    problem: &Problem,
    scope: &Scope,
    monitor: &dyn Monitor,
    time: Option<Duration>,
) -> Option<bool> {
    let program = Program::new(problem, scope, DUTY_COLUMNS).ok()?;
    let limits = Limits { time, nodes: Some(DUTY_NODES), gap: 0.0, monitor, known: None };
    match answer(&program, &limits).ok()? {
        Answer::Solution { .. } => Some(true),
        Answer::Infeasible => Some(false),
        Answer::Nothing { .. } => None,
    }
}

/// Solves the program unless there is nothing to solve.
pub(super) fn answer(program: &Program, limits: &Limits<'_>) -> Result<Answer, String> {
    if program.contradiction {
        Ok(Answer::Infeasible)
    } else if program.model.columns.is_empty() {
        Ok(Answer::Solution { values: Vec::new(), bound: 0.0, stop: Stop::Optimal })
    } else {
        solve(&program.model, limits)
    }
}
