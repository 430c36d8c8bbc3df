//! What was learnt, in a scenario that is planned and simulated.

use scheduler_core::learn::synthetic::{Truth, history};
use scheduler_core::learn::{LearnOptions, Learned, Learner, adopt};
use scheduler_core::monitor::WallClock;
use scheduler_core::prelude::Planner;
use scheduler_core::problem::Problem;
use scheduler_core::scenario::{Scenario, Weekday};
use scheduler_core::simulate::model::Channel;
use scheduler_core::simulate::result::KpiId;
use scheduler_core::simulate::run::{SimulationOptions, Until, simulate};
use scheduler_core::simulate::statistics::{estimate, split};
use serde_json::{Value, json};

/// The office of the default truth: eight clerks, three services.
pub(crate) fn base() -> Scenario {
    let open = json!([
        { "days": ["mon", "tue"], "from": "08:00", "until": "16:00" },
        { "days": ["wed", "fri"], "from": "08:00", "until": "12:00" },
        { "days": ["thu"], "from": "08:00", "until": "18:00" },
    ]);
    let clerk = |number: usize| {
        let mut shifts = open.clone();
        shifts.as_array_mut().unwrap().iter_mut().for_each(|shift| shift["site"] = "hall".into());
        json!({ "id": format!("clerk-{number}"), "skills": [], "shifts": shifts })
    };
    let room =
        |number: usize| json!({ "id": format!("c{number}"), "site": "hall", "equipment": [] });
    let service = |id: &str, minutes: u32, more: u32| {
        json!({ "id": id, "minutes": minutes, "extra_person_minutes": more, "max_persons": 4,
                "skills": [], "equipment": [], "value": 1 })
    };
    let scenario = json!({
        "schema": "scenario/1", "time_zone": "Europe/Berlin", "grid_minutes": 5,
        "horizon": { "from": "2027-03-01", "until": "2027-03-05" },
        "sites": [{ "id": "hall", "open": open }],
        "rooms": (0..8).map(room).collect::<Vec<Value>>(),
        "services": [service("card", 15, 10), service("move", 15, 5), service("copy", 10, 0)],
        "staff": (0..8).map(clerk).collect::<Vec<Value>>(),
        "walk_in_quotas": [{ "id": "q", "site": "hall", "from": "08:00", "until": "12:00",
                             "min_share": 0.3, "block_minutes": 30, "skills": [] }],
    });
    Scenario::from_json(scenario.to_string().as_bytes())
        .unwrap_or_else(|findings| panic!("{findings}"))
}

pub(crate) fn learn() -> Learned {
    let truth = Truth::default();
    let mut learner = Learner::new(1, &truth.planned());
    history(&truth, 11, |visit| learner.add(&visit));
    let mut options = LearnOptions::default();
    options.draws = 10;
    learner.finish(&options)
}

#[test]
fn the_scenario_says_what_is_true() {
    let adopted = adopt(&base(), &learn(), true);
    assert_eq!(adopted.left_out, []);
    let scenario = adopted.scenario;
    let operations = scenario.operations.as_ref().unwrap();
    let truth = Truth::default();
    let near = |value: f64, expected: f64, share: f64| {
        assert!((value / expected - 1.0).abs() < share, "{value} {expected}");
    };
    let monday: f64 = operations
        .walk_ins
        .iter()
        .flatten()
        .filter(|entry| entry.days.as_deref() == Some(&[Weekday::Mon]))
        .map(|entry| entry.per_hour / 2.0)
        .sum();
    near(monday, truth.sites[0].walk_ins[0].iter().sum::<f64>() / 2.0, 0.15);
    let asked: f64 = scenario
        .demand
        .iter()
        .filter(|entry| entry.days.as_deref() == Some(&[Weekday::Thu]))
        .map(|entry| entry.mean)
        .sum();
    near(asked, truth.sites[0].appointments[3], 0.1);
    near(operations.service_times[0].mean_minutes.unwrap(), 13.0, 0.05);
    near(operations.lateness.unwrap().mean_minutes, -4.0, 0.1);
    // Few lose patience, so that little is known of it.
    assert!((45.0..270.0).contains(&operations.patience.unwrap().mean_minutes));
    near(operations.walk_in_day_cv.unwrap(), 0.2, 0.4);
    // The 95 % quantile of a lognormal of 13 minutes and 0.5 is 25.4.
    assert_eq!(scenario.services[0].minutes, 30);
    assert_eq!(operations.draws.len(), 10);
    let entries = operations.walk_ins.as_ref().unwrap().len();
    assert!(operations.draws.iter().all(|draw| draw.walk_ins.len() == entries));
    // It is what a file says, too.
    let again = Scenario::from_json(serde_json::to_string(&scenario).unwrap().as_bytes());
    assert_eq!(again.unwrap(), scenario);
}

#[test]
fn slots_stay_where_they_shall() {
    let scenario = adopt(&base(), &learn(), false).scenario;
    assert_eq!(scenario.services, base().services);
}

#[test]
fn it_is_planned_and_simulated_with_what_is_not_known() {
    let scenario = adopt(&base(), &learn(), false).scenario;
    let problem = Problem::new(&scenario).unwrap();
    let plan = Planner::new(&problem).steps(300).plan().unwrap().plan;
    let mut options = SimulationOptions::default();
    (options.until, options.weeks) = (Until::Replications(20), 2);
    let run = simulate(&problem, &plan, &options, &WallClock::start()).unwrap();
    let position = run.position(KpiId::Served(Channel::WalkIn), None).unwrap();
    let served = estimate(&run, position).unwrap();
    // 61 people walk in on a mean day of the truth, of whom some lose patience.
    assert!((35.0..75.0).contains(&served.value), "{served:?}");
    assert!(split(&run, position).unwrap().unknown > 0.0);
}
