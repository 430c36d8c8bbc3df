//! Where there is no plan, the answer says why; where there is one, it never does.

mod tiny;

use proptest::prelude::*;
use scheduler_core::plan::conflict::explain;
use scheduler_core::plan::{Budget, Options, PlanError, WallClock, plan_exact};

fn to_the_proof() -> Options {
    Options { budget: Budget::Steps(0), gap: 0.0, ..Options::default() }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, ..ProptestConfig::default() })]

    #[test]
    fn conflicts_are_proofs(tiny in tiny::tiny()) {
        let problem = tiny.problem();
        let conflicts = explain(&problem);
        match plan_exact(&problem, &to_the_proof(), &WallClock::start()) {
            Ok(outcome) => prop_assert!(conflicts.is_empty(), "{conflicts:?} {:?}", outcome.plan),
            Err(PlanError::Infeasible { conflicts: told }) => {
                let c = conflicts.first().or(told.first()).map(|c| (c.code, c.message.clone()));
                eprintln!("STAT {c:?}");
                prop_assert!(!told.is_empty());
                prop_assert!(told.iter().all(|conflict| !conflict.pointer.is_empty()), "{told:?}");
            }
            Err(error) => prop_assert!(false, "{error:?}"),
        }
    }
}
