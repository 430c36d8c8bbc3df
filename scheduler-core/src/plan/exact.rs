//! The exact engine: the whole problem as one mixed-integer program, for small problems and for
//! whoever wants a proof.
//!
//! microlp solves it by default, HiGHS with the feature `highs`.

use std::time::Duration;

use super::infeasibility::reasons;
use super::milp::{Answer, Contents, Limits, Program, Scope, answer, decode};
use super::run::plan;
use super::start::Start;
use super::{Budget, Monitor, Options, Outcome, PlanError, Prices, Stop};
use crate::problem::{Plan, Problem, Weights};

/// Most columns that the engine takes: more would eat memory and hours, not find a plan.
const MOST_COLUMNS: usize = if cfg!(feature = "highs") { 400_000 } else { 30_000 };

/// How far the solver's own arithmetic may be off, relative to the objective; added to every bound.
const TOLERANCE: f64 = 1e-9;

/// Share of a budget of time that goes to the search first, and the most of it.
const SEARCH_SHARE: f64 = 0.1;
const SEARCH_TIME: Duration = Duration::from_secs(5);

/// Plans `problem` to optimality, or as far as the budget goes.
///
/// With [`Stop::Optimal`] the plan's bound is its objective plus a tolerance of 1e-9, relative. With
/// a gap of 0 in `options` the run ends earlier only for the budget or the monitor; the bound is then
/// what the solver proved until then.
///
/// With [`Budget::Time`] the [search](super::plan()) runs for a tenth of the time first, so that a
/// run that ends early has a plan, prices and a bound at least as good as the search's.
/// [`Budget::Steps`] sets no limit here: the solver alone runs up to the proof and never looks at
/// the clock, and all prices are zero.
///
/// A start ([`Options::start`]) is where the search begins.
///
/// # Errors
/// [`PlanError::ForSearch`] where a start pins something or moves have a price,
/// [`PlanError::Infeasible`] where there is no plan, [`PlanError::NotFound`] where none was found
/// within the budget, [`PlanError::TooLarge`] for problems that are for the search, and
/// [`PlanError::Solver`] where the solver breaks down before there is a plan.
pub fn plan_exact(
    problem: &Problem,
    options: &Options,
    monitor: &dyn Monitor,
) -> Result<Outcome, PlanError> {
    if Start::new(problem, options).is_some_and(|start| start.binds()) {
        return Err(PlanError::ForSearch);
    }
    let limit = MOST_COLUMNS;
    let program = Program::new(problem, &Scope::whole(problem), limit)
        .map_err(|columns| PlanError::TooLarge { columns, limit })?;
    let (start, time) = match options.budget {
        Budget::Steps(_) => (None, None),
        Budget::Time(time) => {
            let start = first_plan(problem, options, monitor, time)?;
            (start, Some(time.saturating_sub(monitor.elapsed())))
        }
    };
    let known = start.as_ref().map(|start| (start.plan.objective, start.plan.upper_bound));
    // Solvers measure their gap against the objective, plans against the work that they do.
    let against = |plan: &Plan| plan.work.max(1.0) / plan.objective.abs().max(1.0);
    let gap = options.gap * start.as_ref().map_or(1.0, |start| against(&start.plan));
    let limits = Limits { time, nodes: None, gap, monitor, known };
    let found = match (answer(&program, &limits), &start) {
        (Ok(Answer::Solution { values, bound, stop }), _) => {
            let contents = decode(problem, &program, &values)
                .ok_or_else(|| broken("its answer is not a plan"))?;
            let plan = valued(problem, contents);
            let bound = proven(problem, &program, plan.objective, bound, stop);
            Found { plan: Some(plan), bound, stop }
        }
        (Ok(Answer::Infeasible), None) => {
            let conflicts = reasons(problem, monitor, options.budget);
            return Err(PlanError::Infeasible { conflicts });
        }
        (Ok(Answer::Infeasible), Some(_)) => {
            return Err(broken("it finds no plan where there is one"));
        }
        (Ok(Answer::Nothing { bound, stop }), _) => {
            Found { plan: None, bound: widened(&program, bound), stop }
        }
        (Err(message), None) => return Err(broken(&message)),
        (Err(_), Some(_)) => Found { plan: None, bound: f64::INFINITY, stop: Stop::Budget },
    };
    found
        .with(start, problem, options, monitor)
        .ok_or(PlanError::NotFound { conflicts: Vec::new() })
}

/// The plan of `contents`, valued afresh and not by the solver's numbers.
fn valued(problem: &Problem, contents: Contents) -> Plan {
    let Contents { slots, walk_in_blocks, breaks } = contents;
    let mut plan = Plan {
        slots,
        walk_in_blocks,
        breaks,
        stays: Vec::new(),
        objective: 0.0,
        upper_bound: f64::INFINITY,
        seconds: 0.0,
        engine: String::new(),
        seed: 0,
        work: 0.0,
    };
    plan.stays = problem.stays(&plan);
    plan.objective = problem.worth(&plan).objective();
    plan.work = problem.work(&plan);
    plan
}

fn broken(message: &str) -> PlanError {
    PlanError::Solver { message: message.to_owned() }
}

/// What the search finds in its share of `time`, or its proof that there is nothing.
fn first_plan(
    problem: &Problem,
    options: &Options,
    monitor: &dyn Monitor,
    time: Duration,
) -> Result<Option<Outcome>, PlanError> {
    let now = monitor.elapsed();
    let share = time.saturating_sub(now).mul_f64(SEARCH_SHARE).min(SEARCH_TIME);
    let options = Options { budget: Budget::Time(now + share), gap: 0.0, ..options.clone() };
    match plan(problem, &options, monitor) {
        Ok(outcome) => Ok(Some(outcome)),
        Err(PlanError::NotFound { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// What the solver found.
struct Found {
    plan: Option<Plan>,
    bound: f64,
    stop: Stop,
}

impl Found {
    /// The better of this and `start`; `None` where neither has a plan.
    fn with(
        self,
        start: Option<Outcome>,
        problem: &Problem,
        options: &Options,
        monitor: &dyn Monitor,
    ) -> Option<Outcome> {
        let Self { mut plan, bound, mut stop } = self;
        if let Some(plan) = &mut plan {
            plan.upper_bound = bound;
            plan.seed = options.seed;
        }
        let mut prices = no_prices(problem);
        let mut steps = 0;
        if let Some(start) = start {
            (prices, steps) = (start.prices, start.steps);
            let bound = bound.min(start.plan.upper_bound);
            // A proven optimum stands for itself.
            if stop != Stop::Optimal {
                let worse = |plan: &Plan| plan.objective < start.plan.objective;
                if plan.as_ref().is_none_or(worse) {
                    plan = Some(start.plan);
                }
                plan.as_mut()?.upper_bound = bound.max(plan.as_ref()?.objective);
            }
        }
        let mut plan = plan?;
        plan.stays = problem.stays(&plan);
        plan.work = problem.work(&plan);
        plan.seconds = monitor.elapsed().as_secs_f64();
        "exact".clone_into(&mut plan.engine);
        if plan.gap() <= TOLERANCE {
            stop = Stop::Optimal;
        } else if stop == Stop::Budget && plan.gap() <= options.gap {
            stop = Stop::Gap;
        }
        let start = Start::new(problem, options).map(|start| start.compare(&plan));
        Some(Outcome { plan, prices, stop, steps, start })
    }
}

/// Prices of nothing, in the shape of the problem.
fn no_prices(problem: &Problem) -> Prices {
    Prices {
        pools: vec![0.0; problem.pools.len()],
        rooms: vec![Vec::new(); problem.site_days.len()],
        quotas: vec![0.0; problem.quotas.len()],
    }
}

/// The bound on any plan's objective that follows from the solver's `bound`.
fn proven(problem: &Problem, program: &Program, objective: f64, bound: f64, stop: Stop) -> f64 {
    let best = if stop == Stop::Optimal { objective } else { bound.max(objective) };
    let bound = widened(program, best);
    // Between nothing and the least that a slot earns there is no plan, if nothing else counts.
    let Weights { seat, move_, break_pair_minute, short_minute, .. } = problem.weights;
    let only_slots = [seat, move_, break_pair_minute, short_minute].iter().all(|&w| w == 0.0);
    if only_slots && objective == 0.0 && bound < program.least_slot { 0.0 } else { bound }
}

/// `bound` with what the program leaves out and what the solver's arithmetic may miss.
fn widened(program: &Program, bound: f64) -> f64 {
    bound + program.left_out + TOLERANCE * bound.abs().max(1.0)
}
