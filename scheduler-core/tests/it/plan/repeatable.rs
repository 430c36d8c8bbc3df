//! The same scenario, options and seed give the same plan, whatever the threads and the names.

use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;
use scheduler_core::plan::{Options, plan};
use serde_json::Value;

use crate::strategies::{Case, NoClock, cases, medium, problem, steps};

fn same_plan(case: &Case, options: &Options, other: &Case, others: &Options) -> TestCaseResult {
    match (plan(&case.problem, options, &NoClock), plan(&other.problem, others, &NoClock)) {
        (Ok(mut one), Ok(mut two)) => {
            one.plan.seconds = 0.0;
            two.plan.seconds = 0.0;
            prop_assert_eq!(format!("{:?}", one.plan), format!("{:?}", two.plan));
            prop_assert_eq!(one.prices, two.prices);
            prop_assert_eq!((one.stop, one.steps), (two.stop, two.steps));
        }
        (Err(one), Err(two)) => {
            prop_assert_eq!(std::mem::discriminant(&one), std::mem::discriminant(&two));
        }
        (one, two) => prop_assert!(false, "{one:?} and {two:?}"),
    }
    Ok(())
}

/// Other ids for everything, in the opposite alphabetical order.
fn renamed(value: &Value, key: &str) -> Value {
    match value {
        Value::Object(fields) => {
            fields.iter().map(|(key, value)| (key.clone(), renamed(value, key))).collect()
        }
        Value::Array(values) => values.iter().map(|value| renamed(value, key)).collect(),
        Value::String(text) => {
            let opposite = || text.bytes().map(|b| char::from(b'!' + (b'~' - b))).collect();
            let is_name = matches!(
                key,
                "id" | "site" | "sites" | "service" | "skills" | "equipment" | "staff" | "room"
            );
            Value::String(if is_name { opposite() } else { text.clone() })
        }
        other => other.clone(),
    }
}

proptest! {
    #![proptest_config(cases(60))]

    #[test]
    fn threads_change_nothing(case in medium(), seed in 0..1000_u64) {
        let one = Options { seed, ..steps(300) };
        for threads in [2, 8] {
            same_plan(&case, &one, &case, &Options { threads: Some(threads), ..one.clone() })?;
        }
    }

    #[test]
    fn renaming_changes_nothing(case in medium()) {
        let scenario = renamed(&case.scenario, "");
        let problem = problem(&scenario).unwrap();
        same_plan(&case, &steps(100), &Case { scenario, problem }, &steps(100))?;
    }
}
