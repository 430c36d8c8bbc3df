//! The exact engine finds the best plan there is, and says so only then.

mod tiny;

use proptest::prelude::*;
use scheduler_core::plan::{Budget, Options, PlanError, Stop, WallClock, plan, plan_exact};
use scheduler_core::problem::{Plan, Problem};

fn to_the_proof() -> Options {
    Options {
        budget: Budget::Steps(0),
        gap: 0.0,
        ..Options::default()
    }
}

fn solve(problem: &Problem) -> Result<(Plan, Stop), PlanError> {
    plan_exact(problem, &to_the_proof(), &WallClock::start())
        .map(|outcome| (outcome.plan, outcome.stop))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn the_plan_is_as_good_as_the_best_of_all(tiny in tiny::tiny()) {
        let problem = tiny.problem();
        match (tiny::brute::best(&problem), solve(&problem)) {
            (Some(best), Ok((plan, stop))) => {
                prop_assert!((plan.objective - best).abs() < 1e-9, "{} not {best}", plan.objective);
                prop_assert_eq!(stop, Stop::Optimal);
                prop_assert!(plan.upper_bound >= best);
                prop_assert!(plan.upper_bound <= best + 2e-9 * best.max(1.0));
            }
            (None, Err(PlanError::Infeasible { .. })) => {}
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
