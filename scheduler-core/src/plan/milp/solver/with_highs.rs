//! HiGHS: branch and cut in C++, much faster, and with a bound that it reports itself.
//!
//! It looks at the monitor only before it starts, reports no progress, and uses one thread: its pool of threads is shared
//! by all instances of a thread and cannot change its size.

use std::sync::{Mutex, PoisonError};

use good_lp::solvers::highs::highs;
use highs::{HighsModelStatus, HighsSolutionStatus, SolvedModel};

use crate::plan::Stop;
use crate::plan::milp::model::Model;

use super::{Answer, Limits, translate};

/// One instance at a time: destroying one has been seen to upset another that runs.
static GATE: Mutex<()> = Mutex::new(());

pub(crate) fn solve(model: &Model, limits: &Limits<'_>) -> Result<Answer, String> {
    let _only = GATE.lock().unwrap_or_else(PoisonError::into_inner);
    if limits.monitor.cancelled() {
        return Ok(Answer::Nothing { bound: f64::INFINITY, stop: Stop::Cancelled });
    }
    let mut highs = translate(model, highs).try_into_inner().map_err(|error| error.to_string())?;
    let mut set = |name: &str, value: f64| {
        highs.try_set_option(name, value).map_err(|_| format!("HiGHS refuses {name} = {value}"))
    };
    set("mip_rel_gap", limits.gap)?;
    set("mip_abs_gap", 0.0)?;
    if let Some(time) = limits.time {
        set("time_limit", time.as_secs_f64())?;
    }
    let nodes = limits.nodes.map_or(i32::MAX, |nodes| i32::try_from(nodes).unwrap_or(i32::MAX));
    for (name, value) in [("threads", 1), ("random_seed", 1), ("mip_max_nodes", nodes)] {
        highs.try_set_option(name, value).map_err(|_| format!("HiGHS refuses {name} = {value}"))?;
    }
    let solved = highs.try_solve().map_err(|error| format!("HiGHS ended with {error:?}"))?;
    match solved.status() {
        HighsModelStatus::Infeasible | HighsModelStatus::UnboundedOrInfeasible => {
            Ok(Answer::Infeasible)
        }
        HighsModelStatus::Optimal => {
            // A gap that is not a number belongs to an objective of zero.
            let stop = if solved.mip_gap() > 1e-9 { Stop::Gap } else { Stop::Optimal };
            Ok(answer(&solved, stop))
        }
        HighsModelStatus::ReachedTimeLimit
        | HighsModelStatus::ReachedSolutionLimit
        | HighsModelStatus::ReachedIterationLimit
        | HighsModelStatus::ReachedInterrupt
        | HighsModelStatus::ReachedMemoryLimit => Ok(answer(&solved, Stop::Budget)),
        status => Err(format!("HiGHS ended with {status:?}")),
    }
}

fn answer(solved: &SolvedModel, stop: Stop) -> Answer {
    // HiGHS says 0 as well where it ended before it had any bound.
    let bound = solved
        .double_info_value(c"mip_dual_bound")
        .ok()
        .filter(|&bound| bound.abs() > 0.0 || stop == Stop::Optimal)
        .unwrap_or(f64::INFINITY);
    if solved.primal_solution_status() == HighsSolutionStatus::Feasible {
        Answer::Solution { values: solved.get_solution().columns().to_vec(), bound, stop }
    } else {
        Answer::Nothing { bound, stop }
    }
}
