//! The exact engine finds the best plan there is, and says so only then.

mod tiny;

use proptest::prelude::*;
use scheduler_core::plan::{Budget, Options, PlanError, Stop, WallClock, plan_exact};
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
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

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
}
