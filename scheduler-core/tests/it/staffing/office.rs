//! Small offices whose truth can be enumerated.

use scheduler_core::monitor::WallClock;
use scheduler_core::plan::Budget;
use scheduler_core::scenario::Scenario;
use scheduler_core::staffing::{Answer, Certificate, StaffOptions, staff};
use serde_json::{Value, json};

/// A hall that is open on Mondays from 8 to 12: so many walk-ins in each of the hours, whose service is
/// exponential with a mean of eight minutes, first come first served.
pub(crate) fn hall(per_hour: [f64; 4], templates: &Value, targets: &Value) -> Scenario {
    let walk_ins: Vec<Value> = (0..4)
        .map(|hour| {
            json!({ "id": format!("hour {hour}"), "site": "hall",
                "from": format!("{:02}:00", 8 + hour), "until": format!("{:02}:00", 9 + hour),
                "per_hour": per_hour[hour] })
        })
        .collect();
    let rooms: Vec<Value> =
        (0..12).map(|room| json!({ "id": format!("c{room}"), "site": "hall" })).collect();
    let file = json!({
        "schema": "scenario/1", "name": "Hall", "time_zone": "Europe/Berlin", "grid_minutes": 5,
        "horizon": { "from": "2027-03-01", "until": "2027-03-01" },
        "sites": [{ "id": "hall", "open": [{ "from": "08:00", "until": "12:00" }] }],
        "rooms": rooms,
        "services": [{ "id": "card", "minutes": 10, "extra_person_minutes": 0, "max_persons": 1,
            "skills": [], "equipment": [], "value": 1.0 }],
        "staff": [],
        "operations": {
            "walk_ins": walk_ins,
            "service_times": [{ "service": "card", "distribution": "exponential",
                "mean_minutes": 8.0 }],
            "call_policy": "first_come" },
        "staffing": { "existing": "left_out", "shift_templates": templates, "targets": targets }
    });
    Scenario::from_value(&file).unwrap_or_else(|found| panic!("{found}"))
}

/// One shift of four hours, and two of two hours.
pub(crate) fn shifts() -> Value {
    json!([
        { "id": "long", "site": "hall", "start_from": "08:00", "minutes": 240, "skills": [] },
        { "id": "short", "site": "hall", "start_from": "08:00", "start_until": "10:00",
          "start_every_minutes": 120, "minutes": 120, "skills": [], "cost_per_shift": 10.0 }
    ])
}

/// So large a share of all within ten minutes.
pub(crate) fn within(share: f64) -> Value {
    json!([{ "id": "promise", "of": "walk_ins_within", "minutes": 10, "at_least": share }])
}

/// Options of a search for so many rosters.
pub(crate) fn steps(steps: u64) -> StaffOptions {
    let mut options = StaffOptions::default();
    options.budget = Budget::Steps(steps);
    options
}

pub(crate) fn find(scenario: &Scenario, options: &StaffOptions) -> (Answer, Certificate) {
    staff(scenario, options, &WallClock::start()).unwrap_or_else(|error| panic!("{error}"))
}
