//! Plans where stays, breaks and what is asked for have prices: they keep the rules, and are worth
//! what they say.

use proptest::prelude::*;
use scheduler_core::check::check;
use scheduler_core::plan::{Options, PlanError, plan};
use scheduler_core::problem::Problem;

use crate::strategies::priced::prices;
use crate::strategies::{NoClock, cases, medium, steps, tiny};

fn judge(problem: &Problem, options: &Options) -> Result<(), TestCaseError> {
    match plan(problem, options, &NoClock) {
        Ok(outcome) => {
            let found = outcome.plan;
            let report = check(problem, &found);
            prop_assert!(report.is_sound(), "{:?} {:?}", report.violations, report.claims);
            let worth = problem.worth(&found).objective();
            prop_assert!((found.objective - worth).abs() < 1e-6, "{} {worth}", found.objective);
            prop_assert_eq!(&found.stays, &problem.stays(&found));
            prop_assert!(found.upper_bound >= found.objective - 1e-9);
            Ok(())
        }
        Err(PlanError::Infeasible { conflicts } | PlanError::NotFound { conflicts }) => {
            prop_assert!(!conflicts.is_empty(), "no reason given");
            Ok(())
        }
        Err(error) => Err(TestCaseError::fail(format!("{error}"))),
    }
}

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn plans_keep_the_rules_and_are_worth_what_they_say(
        case in medium(), prices in prices(), relax in any::<bool>(), seed in 0..1000_u64,
    ) {
        let mut problem = case.problem;
        prices.apply(&mut problem);
        problem.relaxed = relax;
        judge(&problem, &Options { seed, ..steps(300) })?;
    }

    #[test]
    fn plans_do_where_sitting_down_costs_nothing(
        case in medium(), prices in prices(), seed in 0..1000_u64,
    ) {
        let mut problem = case.problem;
        prices.apply(&mut problem);
        (problem.weights.seat, problem.weights.move_) = (0.0, 0.0);
        judge(&problem, &Options { seed, ..steps(300) })?;
    }

    #[test]
    fn small_plans_do_too(case in tiny(), prices in prices(), relax in any::<bool>()) {
        let mut problem = case.problem;
        prices.apply(&mut problem);
        problem.relaxed = relax;
        judge(&problem, &steps(300))?;
    }
}
