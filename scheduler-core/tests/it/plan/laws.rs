//! What must hold between a problem and a more generous one.

use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;
use scheduler_core::plan::{PlanError, plan};
use serde_json::{Value, json};

use crate::strategies::{Case, NoClock, brute, cases, problem, steps, tiny};

/// The optimum of the smaller problem is reached in the larger, and its bound admits it.
fn no_lower(smaller: &Case, larger: &Value) -> TestCaseResult {
    let brute::Answer::Best(before) = brute::best(&smaller.problem) else {
        return Ok(());
    };
    let larger_problem = problem(larger).unwrap();
    let least = before.objective - 1e-9 * before.objective.max(1.0);
    match brute::best(&larger_problem) {
        brute::Answer::Best(after) => prop_assert!(
            after.objective >= least,
            "{} fell to {}\n{larger}",
            before.objective,
            after.objective
        ),
        brute::Answer::Infeasible => prop_assert!(false, "no plan any more\n{larger}"),
        brute::Answer::TooLarge => {}
    }
    match plan(&larger_problem, &steps(50), &NoClock) {
        Ok(outcome) => prop_assert!(
            outcome.plan.upper_bound >= least,
            "{} is above the bound {}\n{larger}",
            before.objective,
            outcome.plan.upper_bound
        ),
        // Too few steps to find it; the tests against enumeration give more.
        Err(PlanError::NotFound { .. }) => {}
        Err(error) => prop_assert!(false, "{error:?}\n{larger}"),
    }
    Ok(())
}

fn array<'a>(scenario: &'a mut Value, field: &str) -> &'a mut Vec<Value> {
    scenario[field].as_array_mut().unwrap()
}

/// A site without a quota, whose desk minutes may grow without asking for more walk-in time.
fn free_site(scenario: &Value) -> Option<Value> {
    let quotas = scenario["walk_in_quotas"].as_array().unwrap();
    let sites = scenario["sites"].as_array().unwrap().iter().map(|site| &site["id"]);
    sites.into_iter().find(|id| quotas.iter().all(|q| q["site"] != **id)).cloned()
}

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn skill_more_never_lowers_the_optimum(case in tiny(), skill in 0..3_usize, clerk in 0..2_usize) {
        // A block for one quota that comes to count for another may be too short for that one.
        let skill = json!(["x", "y", "w"][skill]);
        let mut larger = case.scenario.clone();
        let asked = array(&mut larger, "walk_in_quotas")
            .iter()
            .any(|quota| quota["skills"].as_array().unwrap().contains(&skill));
        prop_assume!(!asked);
        let staff = array(&mut larger, "staff");
        let clerk = clerk % staff.len();
        let skills = array(&mut staff[clerk], "skills");
        prop_assume!(!skills.contains(&skill));
        skills.push(skill);
        no_lower(&case, &larger)?;
    }

    #[test]
    fn clerk_more_where_there_is_no_quota_never_lowers_the_optimum(case in tiny()) {
        let Some(site) = free_site(&case.scenario) else { return Ok(()) };
        let mut larger = case.scenario.clone();
        let hours = array(&mut larger, "sites").iter().find(|s| s["id"] == site).unwrap()["open"][0].clone();
        array(&mut larger, "staff").push(json!({
            "id": "new",
            "skills": ["x"],
            "shifts": [{ "site": site, "from": hours["from"], "until": hours["until"] }],
        }));
        no_lower(&case, &larger)?;
    }

    #[test]
    fn room_more_where_there_is_no_quota_never_lowers_the_optimum(case in tiny(), scanner: bool) {
        let Some(site) = free_site(&case.scenario) else { return Ok(()) };
        let mut larger = case.scenario.clone();
        let equipment = if scanner { json!(["a"]) } else { json!([]) };
        array(&mut larger, "rooms").push(json!({ "id": "new", "site": site, "equipment": equipment }));
        no_lower(&case, &larger)?;
    }

    #[test]
    fn promise_less_never_lowers_the_optimum(case in tiny()) {
        let mut larger = case.scenario.clone();
        prop_assume!(array(&mut larger, "appointments").pop().is_some());
        no_lower(&case, &larger)?;
    }

    #[test]
    fn quota_less_never_lowers_the_optimum(case in tiny()) {
        let mut larger = case.scenario.clone();
        prop_assume!(array(&mut larger, "walk_in_quotas").pop().is_some());
        no_lower(&case, &larger)?;
    }

    #[test]
    fn demand_more_never_lowers_the_optimum(case in tiny(), more in 0.0..3.0_f64) {
        let mut larger = case.scenario.clone();
        for demand in array(&mut larger, "demand") {
            demand["mean"] = json!(demand["mean"].as_f64().unwrap() + more);
        }
        no_lower(&case, &larger)?;
    }
}
