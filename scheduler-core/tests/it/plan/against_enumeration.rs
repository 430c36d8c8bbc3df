//! On the tiniest problems, where all plans can be tried, the search is never wrong.

use proptest::prelude::*;
use scheduler_core::check::check;
use scheduler_core::plan::{PlanError, Stop, plan};

use crate::strategies::{NoClock, brute, cases, steps, tiny};

/// What a sum of floats may differ by.
fn slack(value: f64) -> f64 {
    1e-9 * value.max(1.0)
}

proptest! {
    #![proptest_config(cases(1000))]

    #[test]
    fn plan_is_at_most_the_optimum_and_bound_at_least(case in tiny()) {
        let exact = brute::best(&case.problem);
        prop_assume!(exact != brute::Answer::TooLarge);
        let mut found = plan(&case.problem, &steps(300), &NoClock);
        if matches!(found, Err(PlanError::NotFound { .. })) {
            found = plan(&case.problem, &steps(20_000), &NoClock);
        }
        match (found, exact) {
            (Ok(outcome), brute::Answer::Best(best)) => {
                let report = check(&case.problem, &outcome.plan);
                prop_assert!(report.is_sound(), "{:?}", report.violations);
                let (found, bound) = (outcome.plan.objective, outcome.plan.upper_bound);
                let optimum = best.objective;
                prop_assert!(
                    found <= optimum + slack(optimum) && bound >= optimum - slack(optimum),
                    "{found} <= {optimum} <= {bound}");
                prop_assert!(
                    outcome.stop != Stop::Optimal || found >= optimum - 1e-6 * optimum.max(1.0),
                    "{found} is not the optimum {optimum}");
            }
            (Ok(outcome), _) => {
                let report = check(&case.problem, &outcome.plan);
                prop_assert!(!report.is_sound(), "enumeration missed a plan: {}", case.scenario);
                prop_assert!(false, "{:?}", report.violations);
            }
            (Err(PlanError::Infeasible { conflicts }), exact) => {
                prop_assert!(
                    exact == brute::Answer::Infeasible,
                    "there is a plan, whatever {conflicts:#?}");
                prop_assert!(!conflicts.is_empty());
            }
            (Err(error), exact) => {
                prop_assert!(
                    exact == brute::Answer::Infeasible,
                    "{error:#?}");
            }
        }
    }
}
