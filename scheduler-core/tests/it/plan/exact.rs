//! The exact engine finds the best plan there is, and says so only then.

use std::time::Duration;

use proptest::prelude::*;
use scheduler_core::check::check;
use scheduler_core::plan::{
    Budget, Options, PlanError, Stop, WallClock, kernels, plan, plan_exact,
};
use scheduler_core::problem::{Plan, Problem};

use crate::tiny::{self, Tiny, TinyPool, TinyService, TinyShift};

fn to_the_proof() -> Options {
    Options { budget: Budget::Steps(0), gap: 0.0, ..Options::default() }
}

fn solve(problem: &Problem) -> Result<(Plan, Stop), PlanError> {
    plan_exact(problem, &to_the_proof(), &WallClock::start())
        .map(|outcome| (outcome.plan, outcome.stop))
}

fn found_best(problem: &Problem) -> Result<(), TestCaseError> {
    match (tiny::brute::best(problem), solve(problem)) {
        (Some(best), Ok((plan, stop))) => {
            prop_assert!((plan.objective - best).abs() < 1e-9, "{} not {best}", plan.objective);
            prop_assert_eq!(stop, Stop::Optimal);
            prop_assert!(plan.upper_bound >= best);
            prop_assert!(plan.upper_bound <= best + 2e-9 * best.abs().max(1.0));
            let report = check(problem, &plan);
            prop_assert!(report.is_sound(), "{:?} in {plan:?}", report.violations);
        }
        (None, Err(PlanError::Infeasible { .. })) => {}
        (best, answer) => prop_assert!(false, "{answer:?} where the best is {best:?}"),
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn the_plan_is_as_good_as_the_best_of_all(tiny in tiny::tiny()) {
        found_best(&tiny.problem())?;
    }

    #[test]
    fn nothing_that_has_a_price_is_forgotten(tiny in tiny::priced()) {
        let problem = tiny.problem();
        found_best(&problem)?;
        if let Some(best) = tiny::brute::best(&problem) {
            let bound = kernels::bounds(&problem, 40, |_, _| {});
            prop_assert!(bound >= best - 1e-9, "{bound} below {best}");
        }
    }

    #[test]
    fn rooms_by_name_suffice_just_if_some_assignment_does(tiny in tiny::crowded_rooms()) {
        found_best(&tiny.problem())?;
    }

    #[test]
    fn plan_and_bound_hold_whatever_the_time(tiny in tiny::tiny(), micros in 0..2_000_u64) {
        let problem = tiny.problem();
        let budget = Budget::Time(Duration::from_micros(micros));
        let options = Options { budget, threads: Some(1), ..to_the_proof() };
        match (solve(&problem), plan_exact(&problem, &options, &WallClock::start())) {
            (Ok((best, _)), Ok(outcome)) => {
                prop_assert!(outcome.plan.objective <= best.objective + 1e-9);
                let bound = outcome.plan.upper_bound;
                prop_assert!(bound >= best.objective - 1e-9, "{bound} below {}", best.objective);
                let report = check(&problem, &outcome.plan);
                prop_assert!(report.is_sound(), "{:?}", report.violations);
            }
            (_, Err(PlanError::NotFound { .. })) => {}
            (Err(_), Err(PlanError::Infeasible { .. })) => {}
            (best, answer) => prop_assert!(false, "{answer:?} where the best is {best:?}"),
        }
    }

    #[test]
    fn the_search_stays_below_and_its_bound_above(tiny in tiny::tiny()) {
        let problem = tiny.problem();
        let options = Options { budget: Budget::Steps(5_000), threads: Some(1), ..to_the_proof() };
        match (plan(&problem, &options, &WallClock::start()), solve(&problem)) {
            (Ok(search), Ok((exact, _))) => {
                let best = exact.objective;
                prop_assert!(search.plan.objective <= best + 1e-9, "{} > {best}", search.plan.objective);
                prop_assert!(search.plan.upper_bound >= best - 1e-9);
            }
            (Err(PlanError::Infeasible { .. }), answer) => {
                prop_assert!(answer.is_err(), "{answer:?} where the search rules it out");
            }
            (answer, Err(PlanError::Infeasible { .. })) => {
                prop_assert!(answer.is_err(), "{answer:?} where there is no plan");
            }
            (Err(PlanError::NotFound { .. }), Ok(_)) => {}
            (search, exact) => prop_assert!(false, "{search:?}, {exact:?}"),
        }
    }
}

#[test]
fn without_staff_the_best_plan_is_empty() {
    let (plan, stop) = solve(&Tiny { open: 8, ..Tiny::default() }.problem()).unwrap();
    assert_eq!(
        (plan.slots.len(), plan.objective, plan.upper_bound, stop),
        (0, 0.0, 0.0, Stop::Optimal)
    );
}

#[test]
fn a_problem_for_the_search_is_refused_before_it_fills_the_memory() {
    let pool = |service| TinyPool { service, mean: 5.0, until: 288, ..TinyPool::default() };
    let shift = |index: u16| TinyShift {
        from: index % 15,
        until: 288 - index / 15,
        ..TinyShift::default()
    };
    let tiny = Tiny {
        open: 288,
        rooms: vec![0; 5],
        services: vec![TinyService { steps: 3, value: 1.0, ..TinyService::default() }; 6],
        shifts: (0..300_u16).map(shift).collect(),
        pools: (0..6).map(pool).collect(),
        ..Tiny::default()
    };
    let error = solve(&tiny.problem()).unwrap_err();
    assert!(matches!(error, PlanError::TooLarge { columns, limit } if columns > limit), "{error}");
}
