//! The best of many scenarios, planned and simulated.

use scheduler_core::compare::{Best, Fate, Goal, best};
use scheduler_core::monitor::WallClock;
use scheduler_core::scenario::Variant;
use scheduler_core::simulate::model::Channel;
use scheduler_core::simulate::result::KpiId;
use scheduler_core::simulate::run::Until;
use scheduler_core::simulate::statistics::Verdict;
use serde_json::json;

use super::runs::{WAIT, halls, more_clerks, options};
use super::{office, variant};

const COST: Goal = Goal { kpi: KpiId::CostPerCase, indifference: 0.05, confidence: 0.95 };

fn chosen(variants: &[Variant], goal: &Goal, most: u64) -> Best {
    best(&halls(), variants, goal, &options(Until::Replications(most)), &WallClock::start())
        .unwrap()
}

#[test]
fn the_best_is_found_without_spending_much_on_the_others() {
    let variants = [more_clerks(1, "west-1"), more_clerks(2, "west-1"), more_clerks(1, "east-1")];
    let chosen = chosen(&variants, &COST, 400);
    assert_eq!((chosen.scenario, chosen.is_certain), (0, true));
    assert_eq!(chosen.standings[0].fate, Fate::Left);
    for standing in &chosen.standings[1..] {
        let Fate::RuledOut(after) = standing.fate else { panic!("{standing:?}") };
        assert!((20..400).contains(&after), "{standing:?}");
        assert!(standing.difference.unwrap().value > 0.0, "{standing:?}");
        assert_eq!(standing.verdict, Some(Verdict::Worse), "{standing:?}");
    }
}

#[test]
fn where_replications_are_used_up_one_leads() {
    let goal = Goal { kpi: WAIT, indifference: 0.000_1, confidence: 0.95 };
    let undecided = chosen(&[more_clerks(1, "west-1"), more_clerks(2, "west-1")], &goal, 21);
    assert_eq!((undecided.scenario, undecided.is_certain), (2, false));
    assert_eq!(undecided.standings[1].fate, Fate::Left);
    // Too few to rule anybody out.
    assert!(!chosen(&[more_clerks(2, "west-1")], &goal, 10).is_certain);
}

#[test]
fn a_variant_that_changes_nothing_stands_where_the_base_does() {
    let variants = [more_clerks(0, "west-1"), more_clerks(2, "west-1")];
    let chosen = chosen(&variants, &COST, 400);
    assert_eq!((chosen.scenario, chosen.is_certain), (0, true));
    assert_eq!(chosen.standings[0], chosen.standings[1]);
    assert!(chosen.scenarios[1].is_base && !chosen.scenarios[2].is_base);
}

#[test]
fn who_has_nobody_waiting_does_not_win_by_it() {
    let nobody = variant(&json!([{ "edit": "scale_walk_ins", "factor": 0 }]));
    let goal = Goal { kpi: WAIT, indifference: 0.5, confidence: 0.95 };
    let chosen = chosen(&[nobody.clone(), more_clerks(1, "east-1")], &goal, 400);
    assert_eq!(chosen.scenario, 2);
    assert_eq!((chosen.standings[1].fate, chosen.standings[1].figure), (Fate::NotCounted, None));
    // And nothing can be chosen where nobody counts.
    let appointments = Goal { kpi: KpiId::WaitMean(Channel::Appointment), ..goal };
    let few = options(Until::Replications(20));
    let refused = best(&halls(), &[nobody], &appointments, &few, &WallClock::start()).unwrap_err();
    assert!(refused.to_string().contains("wait.appointment.mean"), "{refused}");
}

#[test]
fn what_another_plan_might_do_is_told() {
    let variants = [0.97, 1.03]
        .map(|factor| variant(&json!([{ "edit": "scale_requests", "factor": factor }])));
    let goal = Goal { kpi: KpiId::LeadNextFree, indifference: 0.02, confidence: 0.9 };
    let options = options(Until::Replications(60));
    let chosen = best(&office(), &variants, &goal, &options, &WallClock::start()).unwrap();
    let spread = chosen.plan_spread.unwrap();
    assert!(spread > 0.0);
    for standing in &chosen.standings {
        let Some(difference) = standing.difference else { continue };
        let is_told = difference.value.abs() > difference.half_width + spread;
        assert_eq!(standing.verdict != Some(Verdict::NotDistinguishable), is_told, "{standing:?}");
    }
}

#[test]
fn goals_that_cannot_be_reached_are_refused() {
    for goal in [
        Goal { kpi: KpiId::WaitP90(Channel::WalkIn), ..COST },
        Goal { kpi: KpiId::Utilisation, ..COST },
        Goal { indifference: 0.0, ..COST },
        Goal { confidence: 1.0, ..COST },
    ] {
        let result =
            best(&halls(), &[], &goal, &options(Until::Replications(20)), &WallClock::start());
        assert!(result.is_err(), "{goal:?}");
    }
}
