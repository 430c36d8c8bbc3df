//! A run ends when its budget is used up or its caller says so, and says what it had by then.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use proptest::prelude::*;
use scheduler_core::check::check;
use scheduler_core::monitor::{Monitor, PlanningProgress, Progress};
use scheduler_core::plan::{Budget, Options, Stop, plan};

use crate::strategies::{cases, medium, steps};

/// What sums of the same values in another order may differ by, as a share.
const ROUNDING: f64 = 1e-12;

/// Cancels from the n-th question on; its clock gains a millisecond whenever it is asked.
struct Caller {
    questions: AtomicU64,
    cancel_after: u64,
    time: AtomicU64,
    heard: Mutex<Vec<PlanningProgress>>,
}

impl Caller {
    fn patient() -> Self {
        Self::cancelling_after(u64::MAX)
    }

    fn cancelling_after(questions: u64) -> Self {
        Self {
            questions: AtomicU64::new(0),
            cancel_after: questions,
            time: AtomicU64::new(0),
            heard: Mutex::new(Vec::new()),
        }
    }
}

impl Monitor for Caller {
    fn elapsed(&self) -> Duration {
        Duration::from_millis(self.time.fetch_add(1, Ordering::Relaxed))
    }

    fn cancelled(&self) -> bool {
        self.questions.fetch_add(1, Ordering::Relaxed) >= self.cancel_after
    }

    fn progress(&self, progress: &Progress) {
        let Progress::Planning(progress) = progress else { panic!("{progress:?}") };
        self.heard.lock().unwrap().push(*progress);
    }
}

proptest! {
    #![proptest_config(cases(40))]

    #[test]
    fn cancelled_run_returns_a_plan_no_worse_than_it_reported(
        case in medium(),
        questions in 0..120_u64,
    ) {
        let caller = Caller::cancelling_after(questions);
        let result = plan(&case.problem, &steps(20_000), &caller);
        let asked = caller.questions.into_inner();
        let heard = caller.heard.into_inner().unwrap();
        let reported = heard.iter().filter_map(|p| p.objective).fold(f64::NEG_INFINITY, f64::max);
        match result {
            Ok(outcome) => {
                let cancelled = asked > questions;
                prop_assert!(outcome.stop != Stop::Budget || outcome.steps == 20_000 || !cancelled);
                prop_assert!(outcome.stop != Stop::Cancelled || cancelled);
                let report = check(&case.problem, &outcome.plan);
                prop_assert!(report.is_sound(), "{:?}", report.violations);
                prop_assert!(
                    outcome.plan.objective >= reported - ROUNDING * reported.abs(),
                    "{reported} was reported, {} returned", outcome.plan.objective
                );
            }
            Err(error) => prop_assert!(reported == f64::NEG_INFINITY, "{error} after {reported}"),
        }
    }

    #[test]
    fn budget_of_steps_is_kept(case in medium(), budget in 0..500_u64) {
        if let Ok(outcome) = plan(&case.problem, &steps(budget), &Caller::patient()) {
            // A first plan is made whatever the budget.
            let least = plan(&case.problem, &steps(0), &Caller::patient()).map_or(0, |o| o.steps);
            prop_assert!(outcome.steps <= budget.max(least), "{} of {budget}", outcome.steps);
            prop_assert!(outcome.stop != Stop::Cancelled);
            prop_assert!(outcome.stop != Stop::Budget || outcome.steps >= budget);
        }
    }

    #[test]
    fn budget_of_time_is_by_the_callers_clock(case in medium(), milliseconds in 1..100_u64) {
        let budget = Budget::Time(Duration::from_millis(milliseconds));
        let options = Options { budget, ..steps(0) };
        let caller = Caller::patient();
        if let Ok(outcome) = plan(&case.problem, &options, &caller) {
            let report = check(&case.problem, &outcome.plan);
            prop_assert!(report.is_sound(), "{:?}", report.violations);
            prop_assert!(
                outcome.stop != Stop::Budget || caller.time.into_inner() >= milliseconds
            );
        }
    }

    #[test]
    fn progress_only_improves(case in medium()) {
        let caller = Caller::patient();
        let result = plan(&case.problem, &steps(500), &caller);
        let heard = caller.heard.into_inner().unwrap();
        for pair in heard.windows(2) {
            prop_assert!(pair[0].steps <= pair[1].steps, "{pair:?}");
            prop_assert!(pair[0].objective <= pair[1].objective, "{pair:?}");
            prop_assert!(pair[0].upper_bound >= pair[1].upper_bound, "{pair:?}");
        }
        if let (Ok(outcome), Some(last)) = (result, heard.last()) {
            prop_assert!(last
                .objective
                .is_none_or(|o| o <= outcome.plan.objective + ROUNDING * o));
            prop_assert!(last.upper_bound >= outcome.plan.upper_bound - ROUNDING * last.upper_bound);
        }
    }

    #[test]
    fn gap_that_suffices_ends_the_run(case in medium()) {
        let options = Options { gap: 1.0, ..steps(1_000_000) };
        if let Ok(outcome) = plan(&case.problem, &options, &Caller::patient()) {
            prop_assert!(matches!(outcome.stop, Stop::Gap | Stop::Optimal), "{:?}", outcome.stop);
        }
    }

    /// One pass over all shifts, and not one round of prices: those take seconds in a long budget.
    #[test]
    fn run_with_a_reason_to_end_at_once_only_makes_a_first_plan(
        case in medium(),
        reason in 0..3_usize,
        hours in 1..100_u64,
    ) {
        let long = Duration::from_secs(3600 * hours);
        let (budget, gap, questions) = [
            (Budget::Time(long), 0.0, 0),
            (Budget::Time(Duration::ZERO), 0.0, u64::MAX),
            (Budget::Time(long), 1e9, u64::MAX),
        ][reason];
        let options = Options { budget, gap, ..steps(0) };
        if let Ok(outcome) = plan(&case.problem, &options, &Caller::cancelling_after(questions)) {
            prop_assert_eq!(outcome.steps, case.problem.shifts.len() as u64);
            let expected = [Stop::Cancelled, Stop::Budget, Stop::Gap][reason];
            prop_assert!([expected, Stop::Optimal].contains(&outcome.stop), "{:?}", outcome.stop);
        }
    }
}
