//! What is found suffices, is as cheap as can be where that can be enumerated, and is the same again.

use scheduler_core::monitor::WallClock;
use scheduler_core::plan::{Budget, Options, plan};
use scheduler_core::problem::Problem;
use scheduler_core::scenario::{Scenario, Staff};
use scheduler_core::simulate::run::{SimulationOptions, Until, simulate};
use scheduler_core::simulate::statistics::estimate;
use scheduler_core::staffing::{StaffError, Verdict, staff};
use serde_json::json;

use super::office::{find, hall, shifts, steps, within};
use super::truth::least_clerks;

/// The share of walk-ins within ten minutes that an own simulation finds, on other random numbers.
fn share(scenario: &Scenario, replications: u64) -> f64 {
    let problem = Problem::new(scenario).unwrap();
    let clock = WallClock::start();
    let planning = Options { budget: Budget::Steps(10), ..Options::default() };
    let plan = plan(&problem, &planning, &clock).unwrap().plan;
    let mut options = SimulationOptions::default();
    (options.seed, options.until) = (77, Until::Replications(replications));
    let run = simulate(&problem, &plan, &options, &clock).unwrap();
    let is_it = |id: &str| id == "wait.walk_in.within_10";
    let kpi = run.kpis.iter().position(|kpi| is_it(kpi.id.id()) && kpi.site.is_none()).unwrap();
    estimate(&run, kpi).unwrap().value
}

/// `scenario` with so many long shifts, early ones and late ones.
fn with(scenario: &Scenario, counts: [usize; 3]) -> Scenario {
    let mut staffed = scenario.clone();
    let spans = [("08:00", "12:00"), ("08:00", "10:00"), ("10:00", "12:00")];
    for (kind, count) in counts.into_iter().enumerate() {
        for number in 0..count {
            let (from, until) = spans[kind];
            let clerk: Staff = serde_json::from_value(json!({
                "id": format!("{kind} {number}"), "skills": [],
                "shifts": [{ "site": "hall", "days": ["mon"], "from": from, "until": until }]
            }))
            .unwrap();
            staffed.staff.push(clerk);
        }
    }
    staffed
}

/// As many clerks as the exact chain asks for.
#[test]
fn the_least_number_of_clerks_is_found() {
    let long = json!([
        { "id": "long", "site": "hall", "start_from": "08:00", "minutes": 240, "skills": [] }
    ]);
    for (per_hour, asked) in [([20.0; 4], 0.8), ([40.0, 60.0, 20.0, 10.0], 0.85)] {
        let scenario = hall(per_hour, &long, &within(asked));
        let (answer, _) = find(&scenario, &steps(30));
        let roster = answer.roster.unwrap();
        assert_eq!(roster.shifts as usize, least_clerks(per_hour, asked), "{per_hour:?}");
        assert!(roster.confirmed);
        assert!(matches!(answer.verdict, Verdict::Suffices | Verdict::Proven));
        assert!((roster.cost - f64::from(roster.shifts) * 4.0 * 32.0).abs() < 1e-9);
        assert!(answer.bound <= roster.cost);
        let next = answer.next.unwrap();
        assert!(next.cost > roster.cost && next.changes[0].unwrap().value > 0.0, "{next:?}");
    }
}

/// Early and late shifts follow the people, and no cheaper roster of all that there are does as well.
#[test]
fn no_cheaper_roster_suffices_in_a_small_office() {
    let scenario = hall([40.0, 30.0, 10.0, 8.0], &shifts(), &within(0.8));
    let (answer, _) = find(&scenario, &steps(80));
    let roster = answer.roster.unwrap();
    assert!(roster.confirmed);
    assert!(share(&roster.scenario, 200) >= 0.795);
    let (long, short) = (128.0, 74.0);
    for counts in (0..6).flat_map(|a| (0..6).flat_map(move |b| (0..4).map(move |c| [a, b, c]))) {
        let cost = long * counts[0] as f64 + short * (counts[1] + counts[2]) as f64;
        let is_open = counts[0] > 0 || counts[1] > 0 && counts[2] > 0;
        if !is_open || cost >= roster.cost - 1e-6 {
            continue;
        }
        let value = share(&with(&scenario, counts), 60);
        assert!(value < 0.81, "{counts:?} for {cost} has {value}, found {}", roster.cost);
    }
}

#[test]
fn the_same_steps_give_the_same_answer_on_any_number_of_threads() {
    let scenario = hall([30.0, 40.0, 20.0, 10.0], &shifts(), &within(0.8));
    let answers: Vec<String> = [1, 2, 4]
        .into_iter()
        .map(|threads| {
            let mut options = steps(12);
            options.threads = Some(threads);
            let (answer, certificate) = find(&scenario, &options);
            format!("{:?} {}", answer, serde_json::to_string(&certificate).unwrap())
        })
        .collect();
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]));
}

#[test]
fn people_with_contracts_keep_their_hours_and_their_rest() {
    let file = json!({
        "schema": "scenario/1", "time_zone": "Europe/Berlin", "grid_minutes": 5,
        "horizon": { "from": "2027-03-01", "until": "2027-03-05" },
        "sites": [{ "id": "hall", "open": [{ "from": "08:00", "until": "18:00" }] }],
        "rooms": [{ "id": "a", "site": "hall" }, { "id": "b", "site": "hall" }],
        "services": [{ "id": "card", "minutes": 10, "extra_person_minutes": 0, "max_persons": 1,
            "skills": [], "equipment": [], "value": 1.0 }],
        "staff": [],
        "operations": { "walk_ins": [{ "id": "w", "site": "hall", "from": "08:00", "until": "17:00",
            "per_hour": 4.0 }] },
        "staffing": {
            "existing": "left_out",
            "shift_templates": [{ "id": "half", "site": "hall", "start_from": "08:00",
                "start_until": "13:00", "start_every_minutes": 300, "minutes": 300, "skills": [] }],
            "contracts": [{ "id": "part-time", "most_hours": 20.0, "most_days": 4,
                "cost_per_week": 50.0 }],
            "targets": [{ "id": "t", "of": "walk_ins_within", "minutes": 30, "at_least": 0.8 }] }
    });
    let scenario = Scenario::from_value(&file).unwrap();
    let (answer, certificate) = find(&scenario, &steps(10));
    let roster = answer.roster.unwrap();
    assert!(answer.counts_people && roster.confirmed);
    // Ten halves of days, at most four for each person.
    assert!(roster.people.len() >= 3, "{:?}", roster.people);
    for person in &roster.people {
        assert_eq!(person.person.contract.as_deref(), Some("part-time"));
        assert!(person.shifts.len() <= 4, "{person:?}");
        let mut days: Vec<_> = person.shifts.iter().map(|shift| shift.0).collect();
        days.dedup();
        assert_eq!(days.len(), person.shifts.len(), "one shift a day: {person:?}");
    }
    let shifts = f64::from(roster.shifts);
    let cost = shifts * 5.0 * 32.0 + 50.0 * roster.people.len() as f64;
    assert!((roster.cost - cost).abs() < 1e-6, "{} {cost}", roster.cost);
    // Fifty hours are more than two people have.
    assert!(answer.bound <= roster.cost + 1e-6, "{} {}", answer.bound, roster.cost);
    assert!(answer.bound >= 10.0 * 160.0 + 150.0 - 1e-3, "{}", answer.bound);
    assert_eq!(
        certificate.roster.unwrap().shifts.iter().map(|s| s.count).sum::<u32>(),
        roster.shifts
    );
}

#[test]
fn counters_by_half_hour_follow_the_people_who_come() {
    let mut scenario = hall([60.0, 30.0, 6.0, 6.0], &shifts(), &within(0.8));
    let staffing = scenario.staffing.as_mut().unwrap();
    staffing.walk_ins = scheduler_core::scenario::WalkInCapacity::Counters;
    let (answer, _) = find(&scenario, &steps(20));
    let quotas = &answer.roster.unwrap().scenario.walk_in_quotas;
    let counters = |clock: &str| {
        let at = clock.parse().unwrap();
        quotas.iter().find(|q| q.from <= at && at < q.until).map_or(0, |quota| quota.counters)
    };
    assert!(counters("08:30") > 2 * counters("11:00"), "{quotas:?}");
    assert!(counters("08:30") >= 6);
}

#[test]
fn without_templates_the_shifts_of_the_clerks_are_taken() {
    let mut scenario = hall([20.0; 4], &json!([]), &within(0.8));
    let staffing = scenario.staffing.as_mut().unwrap();
    staffing.existing = scheduler_core::scenario::ExistingStaff::Fixed;
    let scenario = with(&scenario, [1, 0, 0]);
    let (answer, _) = find(&scenario, &steps(20));
    assert!(answer.derived);
    let roster = answer.roster.unwrap();
    assert!(roster.confirmed);
    assert_eq!(roster.scenario.staff.len(), 1 + roster.people.len());
    assert_eq!(1 + roster.people.len(), least_clerks([20.0; 4], 0.8));
    assert!((answer.fixed_cost - 128.0).abs() < 1e-9);
}

#[test]
fn clerks_who_may_go_are_let_go() {
    let mut scenario = with(&hall([12.0; 4], &shifts(), &within(0.8)), [6, 0, 0]);
    let staffing = scenario.staffing.as_mut().unwrap();
    staffing.existing = scheduler_core::scenario::ExistingStaff::Removable;
    let (answer, certificate) = find(&scenario, &steps(40));
    let roster = answer.roster.unwrap();
    assert!(roster.confirmed);
    assert!(!roster.gone.is_empty(), "{roster:?}");
    assert!(roster.scenario.staff.iter().all(|clerk| !roster.gone.contains(&clerk.id)));
    assert_eq!(certificate.roster.unwrap().gone, roster.gone);
}

#[test]
fn a_budget_is_not_exceeded_and_buys_the_better_figure() {
    let value = |money: f64| {
        let mut scenario = hall([30.0; 4], &shifts(), &within(0.99));
        scenario.staffing.as_mut().unwrap().budget = Some(money);
        let (answer, _) = find(&scenario, &steps(20));
        let roster = answer.roster.unwrap();
        assert!(roster.cost <= money + 1e-6, "{} of {money}", roster.cost);
        roster.figures[0].estimate.unwrap().value
    };
    let (less, more) = (value(520.0), value(1000.0));
    assert!(less + 0.05 < more, "{less} {more}");
}

#[test]
fn nothing_to_reach_and_nothing_to_ask_for_are_said() {
    let scenario = hall([10.0; 4], &shifts(), &json!([]));
    let found = |scenario: &Scenario| staff(scenario, &steps(1), &WallClock::start()).unwrap_err();
    assert_eq!(found(&scenario), StaffError::NoTarget);
    let scenario = hall([10.0; 4], &json!([]), &within(0.8));
    assert_eq!(found(&scenario), StaffError::NoShifts);
}
