//! The run: prices and bound, a first plan, and search in cooling cycles.

mod agree;

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rayon::prelude::*;

use super::{
    Budget, Monitor, Options, Outcome, PlanError, Stop, extract_plan,
    infeasibility::{explain, left_open, pins_in_the_way, pins_that_clash, solved},
    lagrangian::{Dual, Pools},
    lns::{Parameters, Pricing, SharedPools, SiteDaySearch, State, Workspace},
    start::{DayStart, Start},
    worth::TimeWorth,
};
use crate::monitor::{PlanningProgress, Progress};
use crate::problem::Problem;
use crate::problem::site_day::{MergedKinds, SiteDayModel, places_by_site_day};
use crate::threads::on_threads;

/// Plans `problem` within the budget of `options`.
///
/// One pass over all shifts is always made, so a budget of fewer steps than there are shifts is
/// exceeded; no other is. With [`Budget::Steps`] the plan is the same for the same seed, whatever
/// the number of threads.
///
/// # Errors
/// [`PlanError::Infeasible`] with what conflicts where it is proven that no plan meets all
/// constraints, [`PlanError::NotFound`] where neither a plan nor such a proof was found within the
/// budget. Pins of a start that cannot be kept, or may be what is in the way, are among the
/// conflicts.
pub fn plan(
    problem: &Problem,
    options: &Options,
    monitor: &dyn Monitor,
) -> Result<Outcome, PlanError> {
    on_threads(options.threads, || run(problem, options, monitor))
}

/// Cooling cycles, as shares of the budget at which they end. Short ones first, so that there is a
/// good plan early; the last is where the best is found.
const CYCLES: [f64; 3] = [0.04, 0.16, 1.0];

/// Slices of the budget between two looks at clock, gap and shared pools.
const SLICES: f64 = 100.0;

/// Share of the budget that goes to the bound, while it still moves.
const DUAL_SHARE: f64 = 0.35;

/// Share of the budget that goes to the bound before the search begins.
const FIRST_PRICING: f64 = 0.05;

/// Site-days that search at the same time where pools link them: the more, the more carefully each
/// must take from the pools, see [`SharedPools::workspace`].
const TOGETHER: usize = 4;

/// Temperature at the start of a cycle, in units of what five minutes of work can earn at most.
const START_TEMPERATURE: f64 = 0.2;

/// Share of it where the search begins from a plan: that is near a good one, and at the full
/// temperature it would be forgotten.
const WARM: f64 = 0.1;

fn run(problem: &Problem, options: &Options, monitor: &dyn Monitor) -> Result<Outcome, PlanError> {
    let conflicts = explain(problem);
    if !conflicts.is_empty() {
        return Err(PlanError::Infeasible { conflicts });
    }
    let start = Start::new(problem, options);
    let problem = match &start {
        Some(start) => {
            let mut conflicts = start.unmet.clone();
            conflicts.extend(pins_that_clash(problem, start));
            if !conflicts.is_empty() {
                return Err(PlanError::Infeasible { conflicts });
            }
            &start.problem
        }
        None => problem,
    };
    let pools = Pools::new(problem);
    let places = places_by_site_day(problem);
    let days: Vec<SiteDayModel> = places
        .par_iter()
        .enumerate()
        .map(|(site_day, places)| match &start {
            Some(start) => start.days[site_day].model(problem, site_day, places),
            None => SiteDayModel::new(problem, site_day, places),
        })
        .collect();
    drop(places);
    let merged: Vec<Option<MergedKinds>> =
        days.par_iter().map(SiteDayModel::with_kinds_merged).collect();
    Run::new(problem, options, monitor, &pools, (&days, &merged), start.as_ref()).go()
}

/// The caller's clock and stop button, without its ear: what a solver of parts reports is not about
/// the plan.
struct Quiet<'a>(&'a dyn Monitor);

impl Monitor for Quiet<'_> {
    fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }

    fn cancelled(&self) -> bool {
        self.0.cancelled()
    }
}

struct Run<'a> {
    problem: &'a Problem,
    start: Option<&'a Start>,
    options: &'a Options,
    monitor: &'a dyn Monitor,
    pools: &'a Pools,
    days: &'a [SiteDayModel],
    dual: Dual<'a>,
    searches: Vec<SiteDaySearch>,
    shared: SharedPools,
    /// Moves of a slice are shared out by this: steps on shift.
    weights: Vec<f64>,
    /// Best states of the linked days together, and how good they are.
    together: Vec<State>,
    together_value: (i64, f64),
    temperature: f64,
    steps: u64,
    /// Value and minutes of all promises.
    promised: f64,
    /// Work of a plan that serves all demand.
    most_work: f64,
    /// Whether prices move beside the search: with a budget of time, and more threads than
    /// site-days.
    beside: bool,
    /// Budget spent on prices.
    dual_spent: f64,
    /// Moves a second.
    rate: f64,
    slices: u64,
}

impl<'a> Run<'a> {
    fn new(
        problem: &'a Problem,
        options: &'a Options,
        monitor: &'a dyn Monitor,
        pools: &'a Pools,
        (days, merged): (&'a [SiteDayModel], &'a [Option<MergedKinds>]),
        start: Option<&'a Start>,
    ) -> Self {
        let worth = TimeWorth::new(problem);
        let parameters = Parameters::new(problem.grid, worth);
        let on_shift = |day: &SiteDayModel| {
            day.shifts.iter().map(|shift| (shift.until - shift.from) as f64).sum()
        };
        let beside =
            matches!(options.budget, Budget::Time(_)) && rayon::current_num_threads() > days.len();
        let mut dual = Dual::new(days, merged, pools, worth);
        if beside {
            dual.take_single_steps();
        }
        let warm = if start.is_some() { WARM } else { 1.0 };
        let begin = |day: &SiteDayModel| {
            let start: Option<&DayStart> = start.map(|start| &start.days[day.site_day]);
            let pricing = Pricing::new(problem, day, start);
            let mut search = SiteDaySearch::new(day, pricing, options.seed, parameters);
            if let Some(start) = start {
                search.begin_from(day, start);
            }
            search
        };
        Self {
            problem,
            start,
            options,
            monitor,
            dual,
            searches: days.iter().map(begin).collect(),
            shared: SharedPools::new(days, pools),
            weights: days.iter().map(on_shift).collect(),
            together: Vec::new(),
            together_value: (i64::MAX, f64::NEG_INFINITY),
            temperature: warm * START_TEMPERATURE * worth.five_minutes,
            steps: 0,
            promised: problem.promised_work(),
            most_work: pools.total() + problem.promised_work(),
            beside,
            dual_spent: 0.0,
            rate: 0.0,
            slices: 0,
            pools,
            days,
        }
    }

    /// What of the budget is spent, in its unit.
    fn spent(&self) -> f64 {
        match self.options.budget {
            Budget::Time(_) => self.monitor.elapsed().as_secs_f64(),
            Budget::Steps(_) => self.steps as f64,
        }
    }

    fn total(&self) -> f64 {
        let total = match self.options.budget {
            Budget::Time(time) => time.as_secs_f64(),
            Budget::Steps(steps) => steps as f64,
        };
        total.max(1e-9)
    }

    /// Steps that may still be done.
    fn steps_left(&self) -> u64 {
        match self.options.budget {
            Budget::Time(_) => u64::MAX,
            Budget::Steps(steps) => steps.saturating_sub(self.steps),
        }
    }

    fn go(&mut self) -> Result<Outcome, PlanError> {
        self.fill();
        let mut objective = self.objective();
        self.price(FIRST_PRICING * self.total() - self.dual_spent, objective);
        if self.agree() {
            objective = self.objective();
        }
        let mut cycle = 0;
        loop {
            self.report(objective);
            if let Some(stop) = self.stop(objective) {
                return self.finish(objective, stop);
            }
            let share = self.spent() / self.total();
            while cycle + 1 < CYCLES.len() && share >= CYCLES[cycle] {
                cycle += 1;
                self.begin_cycle();
            }
            let from = if cycle == 0 { 0.0 } else { CYCLES[cycle - 1] };
            let temperature = |share: f64| {
                let left = 1.0 - ((share - from) / (CYCLES[cycle] - from)).clamp(0.0, 1.0);
                self.temperature * (left * left + 1e-3)
            };
            let range = (temperature(share), temperature(share + 1.0 / SLICES));
            self.search(self.slice(), range, share);
            objective = self.objective();
            let allowance = DUAL_SHARE * self.spent() - self.dual_spent;
            self.price(allowance.min(self.total() / SLICES), objective);
        }
    }

    /// Tells the caller how far the plan is.
    fn report(&self, objective: Option<f64>) {
        self.monitor.progress(&Progress::Planning(PlanningProgress {
            elapsed: self.monitor.elapsed(),
            steps: self.steps,
            objective,
            upper_bound: self.dual.bound.max(objective.unwrap_or(0.0)),
        }));
    }

    /// Whether and why to end now, where the best plan so far has `objective`.
    fn stop(&self, objective: Option<f64>) -> Option<Stop> {
        if let Some(objective) = objective {
            let gap = self.dual.bound - objective;
            if gap <= 1e-9 * self.dual.bound.abs().max(1.0) {
                return Some(Stop::Optimal);
            }
            let most = self.options.gap * self.most_work.max(1.0);
            if gap <= most && gap <= self.options.gap * self.work().max(1.0) {
                return Some(Stop::Gap);
            }
        }
        if self.monitor.cancelled() {
            return Some(Stop::Cancelled);
        }
        let over = self.spent() >= self.total() || self.dual.rules_out_plans();
        over.then_some(Stop::Budget)
    }

    /// Moves of the next slice.
    fn slice(&self) -> u64 {
        let moves = match self.options.budget {
            Budget::Steps(steps) => (steps as f64 / SLICES) as u64,
            Budget::Time(time) => {
                let seconds = (time.as_secs_f64() / SLICES).clamp(0.002, 0.25);
                ((self.rate * seconds) as u64).max(self.days.len() as u64)
            }
        };
        moves.clamp(1, self.steps_left().max(1))
    }

    /// Moves prices for about `allowance` of the budget, or until there is a reason to end: each
    /// round may be a long one.
    fn price(&mut self, allowance: f64, objective: Option<f64>) {
        let (begin, before) = (self.spent(), self.dual_spent);
        while self.dual_spent - before < allowance
            && !self.dual.settled()
            && self.dual.work() <= self.steps_left()
            && self.stop(objective).is_none()
        {
            let share = if self.beside { self.spent() } else { self.dual_spent / DUAL_SHARE };
            let progress = share / self.total();
            self.steps += self.dual.round(progress).max(1);
            self.dual_spent = before + self.spent() - begin;
        }
    }

    /// The first plan.
    fn fill(&mut self) {
        let begin = self.monitor.elapsed();
        let (monitor, budget) = (self.monitor, self.options.budget);
        let give_up = || {
            let late = matches!(budget, Budget::Time(time) if monitor.elapsed() >= time);
            late || monitor.cancelled()
        };
        if self.start.is_some() {
            self.keep_together();
        }
        self.on_all_days(0.0, |search, day, workspace| search.fill(day, workspace, &give_up));
        let done: usize = self.days.iter().map(|day| day.shifts.len()).sum();
        self.steps += done as u64;
        self.rate = done as f64 / (self.monitor.elapsed() - begin).as_secs_f64().max(1e-6);
        self.keep_together();
    }

    /// `moves` moves over all site-days.
    fn search(&mut self, moves: u64, temperature: (f64, f64), progress: f64) {
        let begin = self.monitor.elapsed();
        let total: f64 = self.weights.iter().sum::<f64>().max(1.0);
        // Shares are rounded so that they add up; where the rounding begins changes from slice to
        // slice, so that small site-days get their turn.
        let mut sum = 0.0;
        let offset = (self.slices as f64 * 0.618_034).fract();
        for (search, weight) in self.searches.iter_mut().zip(&self.weights) {
            let before = (sum + offset).floor();
            sum += moves as f64 * weight / total;
            search.moves = ((sum + offset).floor() - before) as u64;
        }
        self.on_all_days(progress, |search, day, workspace| {
            search.anneal(day, workspace, temperature);
        });
        self.slices += 1;
        // Where there is nothing to move, time passes all the same.
        self.steps += self.searches.iter().map(|search| search.moves).sum::<u64>().max(1);
        let rate = moves as f64 / (self.monitor.elapsed() - begin).as_secs_f64().max(1e-6);
        self.rate = 0.5 * (self.rate + rate);
        self.keep_together();
    }

    /// Runs `work` on every site-day in parallel; where pools link them, on a few at a time. Prices
    /// move beside it where there are threads to spare; `progress` of the budget is spent.
    fn on_all_days(
        &mut self,
        progress: f64,
        work: impl Fn(&mut SiteDaySearch, &SiteDayModel, &mut Workspace) + Sync,
    ) {
        let Self { pools, days, shared, searches, .. } = self;
        let work = &work;
        let (pools, days, shared) = (*pools, *days, &*shared);
        self.dual_spent +=
            with_prices((&mut self.dual, self.beside, self.monitor, progress), || {
                search_all(pools, days, shared, searches, work);
            });
    }

    /// Keeps the best states of linked days if together they are better than those kept.
    fn keep_together(&mut self) {
        let linked: Vec<usize> = (0..self.days.len()).filter(|&d| self.shared.linked[d]).collect();
        if linked.is_empty() {
            return;
        }
        let missing = |&d: &usize| {
            let missing = self.searches[d].best.missing(&self.days[d]);
            i64::from(missing.steps) + 100 * i64::from(missing.tasks)
        };
        let missing: i64 = linked.iter().map(missing).sum();
        let states = self.searches.iter().map(|search| &search.best);
        let price = self.paid(states.clone(), |d| self.shared.linked[d]);
        let moved = linked.iter().fold(0.0, |sum, &d| {
            let search = &self.searches[d];
            sum + search.move_charge(&search.best)
        });
        let value = self.shared.value(self.pools, self.days, states, true) - price - moved;
        if (-missing, value) > (-self.together_value.0, self.together_value.1) {
            self.together_value = (missing, value);
            self.together = linked.iter().map(|&d| self.searches[d].best.clone()).collect();
        }
    }

    /// Every search goes on from the best that is known.
    fn begin_cycle(&mut self) {
        let mut together = self.together.iter();
        for (search, &linked) in self.searches.iter_mut().zip(&self.shared.linked) {
            if linked && let Some(state) = together.next() {
                search.best.clone_from(state);
            }
            search.return_to_best();
        }
    }

    /// The best state of each site-day.
    fn best(&self) -> Vec<&State> {
        let mut states = Vec::with_capacity(self.days.len());
        let mut together = self.together.iter();
        for (search, &linked) in self.searches.iter().zip(&self.shared.linked) {
            let kept = if linked { together.next() } else { None };
            states.push(kept.unwrap_or(&search.best));
        }
        states
    }

    /// The work that the best plan does, see [`Plan::work`](crate::problem::Plan::work).
    fn work(&self) -> f64 {
        let best = self.best();
        let value = |linked| self.shared.value(self.pools, self.days, best.iter().copied(), linked);
        value(false) + value(true) + self.promised
    }

    /// Objective of the best plan, if it keeps all constraints.
    fn objective(&self) -> Option<f64> {
        let best = self.best();
        if !best.iter().zip(self.days).all(|(state, day)| state.missing(day).is_none()) {
            return None;
        }
        let states = || best.iter().copied();
        let value = |linked| self.shared.value(self.pools, self.days, states(), linked);
        let price = self.paid(best.iter().copied(), |_| true);
        Some(value(false) + value(true) - price)
    }

    /// What the states of the site-days that `of` names pay for what has a price.
    fn paid<'s>(&self, states: impl Iterator<Item = &'s State>, of: impl Fn(usize) -> bool) -> f64 {
        let days = self.searches.iter().zip(self.days);
        let prices = days.zip(states).enumerate().filter(|&(d, _)| of(d));
        prices.fold(0.0, |sum, (_, ((search, day), state))| sum + search.price(day, state))
    }

    fn finish(&mut self, objective: Option<f64>, stop: Stop) -> Result<Outcome, PlanError> {
        let best = self.best();
        if objective.is_none() {
            let mut open = left_open(self.problem, self.days, &best);
            if let Some(start) = self.start {
                open.extend(pins_in_the_way(start, self.days, &best));
            }
            let proven = solved(self.problem, &Quiet(self.monitor), self.options.budget);
            return Err(if !proven.is_empty() {
                PlanError::Infeasible { conflicts: proven }
            } else if self.dual.rules_out_plans() {
                PlanError::Infeasible { conflicts: open }
            } else {
                PlanError::NotFound { conflicts: open }
            });
        }
        let mut plan = extract_plan::plan(self.problem, self.pools, self.days, &best, self.start);
        if let Some(start) = self.start {
            let conflicts = start.mark(&mut plan);
            if !conflicts.is_empty() {
                return Err(PlanError::NotFound { conflicts });
            }
        }
        let start = self.start.map(|start| start.compare(&plan));
        debug_assert!(
            objective.is_none_or(|o| plan.objective >= o - 1e-6 * o.abs().max(1.0)),
            "the plan is worth what the search says: {objective:?}, {}",
            plan.objective
        );
        plan.upper_bound = self.dual.bound.max(plan.objective);
        plan.seconds = self.monitor.elapsed().as_secs_f64();
        plan.seed = self.options.seed;
        self.dual.unmerge();
        let prices = extract_plan::prices(self.problem, self.days, &self.dual);
        Ok(Outcome { plan, prices, stop, steps: self.steps, start })
    }
}

/// Does `work`; prices move beside it where they do (`beside`), as after `progress` of the budget.
/// Returns the seconds that prices have taken.
fn with_prices(
    (dual, beside, monitor, progress): (&mut Dual<'_>, bool, &dyn Monitor, f64),
    work: impl FnOnce() + Send,
) -> f64 {
    if !beside {
        work();
        return 0.0;
    }
    let done = AtomicBool::new(false);
    let ((), spent) = rayon::join(
        || {
            work();
            done.store(true, Ordering::Relaxed);
        },
        || {
            let begin = monitor.elapsed();
            while !done.load(Ordering::Relaxed) && !dual.settled() && !dual.rules_out_plans() {
                dual.round(progress);
            }
            monitor.elapsed() - begin
        },
    );
    // Where others have the threads, little or nothing: prices have their turn afterwards.
    spent.as_secs_f64()
}

/// Runs `work` on every site-day in parallel; where pools link them, on a few at a time.
fn search_all(
    pools: &Pools,
    days: &[SiteDayModel],
    shared: &SharedPools,
    searches: &mut [SiteDaySearch],
    work: &(impl Fn(&mut SiteDaySearch, &SiteDayModel, &mut Workspace) + Sync),
) {
    let count = days.len();
    let any = shared.linked.contains(&true);
    let size = if any { TOGETHER } else { count.max(1) };
    let size = count.div_ceil(count.div_ceil(size).max(1)).max(1);
    for first in (0..count).step_by(size) {
        let group = first..(first + size).min(count);
        let states = searches.iter().map(|search| &search.state);
        let counts = shared.counts(pools, states, group.clone());
        searches[group.clone()].par_iter_mut().zip(group).with_max_len(1).for_each(
            |(search, d)| {
                let day = &days[d];
                let mut workspace = shared.workspace(pools, (d, day), search, &counts);
                if shared.linked[d] {
                    search.restart(day, &workspace);
                }
                work(search, day, &mut workspace);
            },
        );
    }
}
