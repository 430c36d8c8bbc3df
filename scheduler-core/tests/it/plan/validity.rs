//! The judge finds nothing in any plan of the search, and no bound is below a plan that exists.

use proptest::prelude::*;
use scheduler_core::check::check;
use scheduler_core::plan::{Options, Outcome, PlanError, plan};
use scheduler_core::problem::Plan;
use scheduler_core::time::Zone;
use serde_json::{Value, json};

use crate::strategies::{Case, NoClock, cases, medium, problem, steps};

fn planned(case: &Case, options: &Options) -> Result<Option<Outcome>, TestCaseError> {
    match plan(&case.problem, options, &NoClock) {
        Ok(outcome) => {
            let report = check(&case.problem, &outcome.plan);
            prop_assert!(report.is_sound(), "{:?}\n{}", report.violations, case.scenario);
            Ok(Some(outcome))
        }
        Err(PlanError::Infeasible { conflicts } | PlanError::NotFound { conflicts }) => {
            prop_assert!(!conflicts.is_empty(), "no reason given");
            Ok(None)
        }
        Err(error) => Err(TestCaseError::fail(format!("{error}"))),
    }
}

/// The scenario with some slots of `plan` promised, and the plan that keeps them.
fn promised(case: &Case, plan: &Plan, choice: u64) -> (Value, Plan) {
    let (mut scenario, mut plan) = (case.scenario.clone(), plan.clone());
    let appointments = scenario["appointments"].as_array_mut().unwrap();
    let zone = Zone::new("Europe/Berlin").unwrap();
    for (index, slot) in plan.slots.iter_mut().enumerate() {
        // Three bits of the choice a slot: half are promised, of these a quarter pinned each way.
        let bits = choice.rotate_right(3 * index as u32) & 7;
        if slot.promise.is_some() || bits < 4 {
            continue;
        }
        let minute = case.problem.grid.minute_of(slot.window.from);
        let start = zone.instant(case.problem.dates[slot.day], minute).unwrap();
        let mut appointment = json!({
            "id": format!("late-{index}"),
            "service": case.problem.services[slot.service].id,
            "site": case.problem.sites[slot.site].id,
            "start": start.to_rfc3339(),
            "persons": 1,
        });
        if bits == 5 {
            appointment["staff"] = json!(case.problem.clerks[slot.clerk].id);
        }
        if bits == 6 {
            appointment["room"] = json!(case.problem.rooms[slot.room.unwrap()].id);
        }
        slot.promise = Some(appointments.len());
        slot.demand = None;
        appointments.push(appointment);
    }
    (scenario, plan)
}

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn judge_finds_nothing_in_a_plan(case in medium(), seed in 0..1000_u64) {
        planned(&case, &Options { seed, ..steps(200) })?;
    }

    #[test]
    fn bound_of_a_short_run_is_not_below_the_plan_of_a_long_one(case in medium()) {
        let short = planned(&case, &steps(1))?;
        let long = planned(&case, &Options { seed: 7, ..steps(1000) })?;
        if let (Some(short), Some(long)) = (short, long) {
            let (bound, found) = (short.plan.upper_bound, long.plan.objective);
            prop_assert!(bound >= found - 1e-9 * found.max(1.0), "{bound} < {found}");
        }
    }

    #[test]
    fn slots_of_a_plan_can_all_be_promised(case in medium(), choice in any::<u64>()) {
        let Some(first) = planned(&case, &steps(100))? else { return Ok(()) };
        let (scenario, kept) = promised(&case, &first.plan, choice);
        let problem = problem(&scenario).unwrap();
        let report = check(&problem, &kept);
        prop_assert!(
            report.is_valid(),
            "{:?}\n{scenario}", report.violations
        );
        let case = Case { scenario, problem };
        let again = match planned(&case, &steps(300))? {
            Some(found) => Some(found),
            None => planned(&case, &steps(20_000))?,
        };
        prop_assert!(again.is_some(), "a plan exists, none is found\n{}", case.scenario);
        let bound = again.unwrap().plan.upper_bound;
        prop_assert!(
            bound >= report.objective - 1e-9 * report.objective.max(1.0),
            "{bound} is below a plan of {}", report.objective
        );
    }
}
