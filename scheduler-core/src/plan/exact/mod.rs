//! The exact engine: the whole problem as one mixed-integer program, for small problems and for
//! whoever wants a proof.
//!
//! microlp solves it by default, HiGHS with the feature `highs`.

mod decode;
mod model;
pub(crate) mod network;
pub(crate) mod parts;
mod program;
mod solver;

use std::time::Duration;

use crate::problem::{Plan, Problem};

use self::decode::{Contents, decode};
use self::parts::Scope;
use self::program::Program;
use self::solver::{Answer, Limits, solve};
use super::conflict::{explain, explain_by_solving};
use super::{Budget, Conflict, Monitor, Options, Outcome, PlanError, Prices, Stop};

/// Most columns that the engine takes: more would eat memory and hours, not find a plan.
const MOST_COLUMNS: usize = if cfg!(feature = "highs") {
    400_000
} else {
    30_000
};

/// Time for explaining why there is no plan, even if the budget is used up.
const LEAST_TIME: Duration = Duration::from_secs(2);

/// How far the solver's own arithmetic may be off, relative to the objective; added to every bound.
const TOLERANCE: f64 = 1e-9;

/// Plans `problem` to optimality, or as far as the budget goes.
///
/// With [`Stop::Optimal`] the plan's bound is its objective plus a tolerance of 1e-9, relative. A
/// run that ends earlier carries the bound that the solver proved until then; with a gap of 0 in
/// `options` it ends early only for the budget or the monitor. [`Budget::Steps`] sets no limit
/// here: the run goes on to the proof, and never looks at the clock. The outcome carries no prices.
///
/// # Errors
/// [`PlanError::Infeasible`] where there is no plan, [`PlanError::NotFound`] where none was found
/// within the budget, [`PlanError::TooLarge`] for problems that are for the search, and
/// [`PlanError::Solver`] where the solver breaks down.
pub fn plan_exact(
    problem: &Problem,
    options: &Options,
    monitor: &dyn Monitor,
) -> Result<Outcome, PlanError> {
    let program =
        Program::new(problem, &Scope::whole(problem), MOST_COLUMNS).map_err(|columns| {
            PlanError::TooLarge {
                columns,
                limit: MOST_COLUMNS,
            }
        })?;
    let time = match options.budget {
        Budget::Time(time) => Some(time.saturating_sub(monitor.elapsed())),
        Budget::Steps(_) => None,
    };
    let limits = Limits {
        time,
        gap: options.gap,
        monitor,
    };
    match answer(&program, &limits).map_err(|message| PlanError::Solver { message })? {
        Answer::Solution {
            values,
            bound,
            stop,
        } => {
            let contents = decode(problem, &program, &values).ok_or_else(|| PlanError::Solver {
                message: "its answer is not a plan".to_owned(),
            })?;
            let upper_bound = proven(&program, contents.objective, bound, stop);
            let plan = plan(contents, upper_bound, options, monitor);
            Ok(Outcome {
                plan,
                prices: Prices::default(),
                stop,
                steps: 0,
            })
        }
        Answer::Infeasible => {
            let conflicts = why(problem, monitor, time);
            Err(PlanError::Infeasible { conflicts })
        }
        Answer::Nothing => Err(PlanError::NotFound {
            conflicts: Vec::new(),
        }),
    }
}

/// What stands in the way where there is no plan, at least one thing.
fn why(problem: &Problem, monitor: &dyn Monitor, time: Option<Duration>) -> Vec<Conflict> {
    let mut conflicts = explain(problem);
    if conflicts.is_empty() {
        conflicts = explain_by_solving(problem, monitor, time.map(|time| time.max(LEAST_TIME)));
    }
    if conflicts.is_empty() {
        let message = "quotas, promises and breaks cannot all be kept, and there was no time to \
                       find out which of them clash; relax one of them";
        let (code, pointer, message) = ("duties.clash", String::new(), message.to_owned());
        conflicts.push(Conflict {
            code,
            pointer,
            message,
        });
    }
    conflicts
}

/// Whether some plan keeps what is in `scope`; `None` where that is not decided.
pub(super) fn feasible(
    problem: &Problem,
    scope: &Scope,
    monitor: &dyn Monitor,
    time: Option<Duration>,
) -> Option<bool> {
    let program = Program::new(problem, scope, MOST_COLUMNS).ok()?;
    match answer(
        &program,
        &Limits {
            time,
            gap: 0.0,
            monitor,
        },
    )
    .ok()?
    {
        Answer::Solution { .. } => Some(true),
        Answer::Infeasible => Some(false),
        Answer::Nothing => None,
    }
}

/// Solves the program unless there is nothing to solve.
fn answer(program: &Program, limits: &Limits<'_>) -> Result<Answer, String> {
    if program.contradiction {
        Ok(Answer::Infeasible)
    } else if program.model.columns.is_empty() {
        Ok(Answer::Solution {
            values: Vec::new(),
            bound: 0.0,
            stop: Stop::Optimal,
        })
    } else {
        solve(&program.model, limits)
    }
}

/// The bound on any plan's objective that follows from the solver's `bound`.
fn proven(program: &Program, objective: f64, bound: f64, stop: Stop) -> f64 {
    let best = if stop == Stop::Optimal {
        objective
    } else {
        bound.max(objective)
    };
    let bound = best + program.left_out + TOLERANCE * best.max(1.0);
    // Between nothing and the least that a slot earns there is no plan.
    if objective == 0.0 && bound < program.least_slot {
        0.0
    } else {
        bound
    }
}

fn plan(contents: Contents, upper_bound: f64, options: &Options, monitor: &dyn Monitor) -> Plan {
    Plan {
        slots: contents.slots,
        walk_in_blocks: contents.walk_in_blocks,
        breaks: contents.breaks,
        objective: contents.objective,
        upper_bound,
        seconds: monitor.elapsed().as_secs_f64(),
        engine: "exact".to_owned(),
        seed: options.seed,
    }
}
