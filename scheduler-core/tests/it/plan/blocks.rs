//! Walk-in blocks are no longer than somebody asks for.

use scheduler_core::check::check;
use scheduler_core::plan::{Budget, Options, WallClock, plan};
use scheduler_core::problem::Problem;
use scheduler_core::scenario::Scenario;
use scheduler_core::time::Window;
use serde_json::{Value, json};

/// Two clerks from 08:00 to 12:00, of whom nobody asks for anything but `quota`.
fn hall(quota: &Value) -> Problem {
    let clerk = |id: &str| {
        json!({ "id": id, "skills": [],
                "shifts": [{ "site": "hall", "from": "08:00", "until": "12:00" }] })
    };
    let scenario = json!({
        "schema": "scenario/1", "time_zone": "Europe/Berlin", "grid_minutes": 15,
        "horizon": { "from": "2027-03-01", "until": "2027-03-01" },
        "sites": [{ "id": "hall", "open": [{ "from": "08:00", "until": "12:00" }] }],
        "rooms": [{ "id": "r1", "site": "hall" }, { "id": "r2", "site": "hall" }],
        "services": [{ "id": "card", "minutes": 15, "extra_person_minutes": 0, "max_persons": 1,
                       "skills": [], "equipment": [], "value": 1 }],
        "staff": [clerk("ada"), clerk("ben")],
        "walk_in_quotas": [quota],
    });
    Problem::new(&Scenario::from_value(&scenario).unwrap()).unwrap()
}

fn blocks(quota: &Value) -> Vec<Window> {
    let problem = hall(quota);
    let options = Options { budget: Budget::Steps(300), ..Options::default() };
    let plan = plan(&problem, &options, &WallClock::start()).unwrap().plan;
    assert_eq!(check(&problem, &plan).violations, []);
    plan.walk_in_blocks.iter().map(|block| block.window).collect()
}

#[test]
fn a_block_ends_where_nobody_asks_for_it_any_more() {
    let quota = |minutes: u32| {
        json!({ "id": "q", "site": "hall", "from": "10:00", "until": "11:00", "min_share": 1,
                "block_minutes": minutes, "skills": [] })
    };
    assert_eq!(blocks(&quota(30)), [Window::new(40, 44); 2]);
    // Longer than the window: as long as it must be.
    let long = blocks(&quota(90));
    assert!(long.iter().all(|block| block.steps() == 6), "{long:?}");
}
