//! Days on which the clock changes: rules go by the wall clock, instants by the zone.

use chrono::{DateTime, FixedOffset};
use scheduler_core::check::check;
use scheduler_core::plan::plan;
use scheduler_core::problem::{Plan, Problem};
use scheduler_core::time::Window;
use serde_json::{Value, json};

use crate::strategies::{NoClock, problem, steps};

/// An office that is open from `open` to `until` on the days around a change, with work for all.
fn office(dates: (&str, &str), hours: (&str, &str), pause: Value) -> Problem {
    let mut shift = json!({ "site": "airport", "from": hours.0, "until": hours.1 });
    if !pause.is_null() {
        shift["break"] = pause;
    }
    let demand = |id: &str, service: &str| {
        json!({ "id": id, "service": service, "sites": ["airport"],
                "from": hours.0, "until": hours.1, "mean": 30.0 })
    };
    problem(&json!({
        "schema": "scenario/1",
        "name": "airport",
        "time_zone": "Europe/Berlin",
        "grid_minutes": 30,
        "horizon": { "from": dates.0, "until": dates.1 },
        "sites": [{ "id": "airport", "open": [{ "from": hours.0, "until": hours.1 }] }],
        "rooms": [
            { "id": "1", "site": "airport", "equipment": [] },
            { "id": "2", "site": "airport", "equipment": [] },
        ],
        "services": [
            { "id": "half", "minutes": 30, "extra_person_minutes": 0, "max_persons": 1,
              "skills": [], "equipment": [], "value": 1.0 },
            { "id": "whole", "minutes": 60, "extra_person_minutes": 0, "max_persons": 1,
              "skills": [], "equipment": [], "value": 1.01 },
        ],
        "staff": [
            { "id": "ada", "skills": [], "shifts": [shift] },
            { "id": "ben", "skills": [], "shifts": [shift] },
        ],
        "walk_in_quotas": [],
        "demand": [demand("halves", "half"), demand("wholes", "whole")],
        "appointments": [],
    }))
    .unwrap()
}

fn planned(problem: &Problem) -> Plan {
    let plan = plan(problem, &steps(500), &NoClock).unwrap().plan;
    assert_eq!(check(problem, &plan).violations, []);
    plan
}

/// First and last instant of a stretch, the last from the first and the planned length.
fn instants(problem: &Problem, day: usize, window: Window) -> [DateTime<FixedOffset>; 2] {
    let (grid, date) = (problem.grid, problem.dates[day]);
    let start = problem.zone.instant(date, grid.minute_of(window.from)).unwrap();
    let minutes = u32::from(window.steps()) * grid.minutes();
    let last = problem.zone.instant(date, grid.minute_of(window.until) - 1).unwrap();
    assert_eq!((last - start).num_minutes(), i64::from(minutes) - 1, "{date} {window:?}");
    [start, last]
}

/// Planned minutes on the `day`-th date.
fn minutes_on(problem: &Problem, plan: &Plan, day: usize) -> u32 {
    let steps: u32 =
        plan.slots.iter().filter(|s| s.day == day).map(|s| u32::from(s.window.steps())).sum();
    steps * problem.grid.minutes()
}

#[test]
fn day_office_opens_at_the_same_wall_clock_time_and_another_offset() {
    for (dates, offsets) in [
        (("2027-03-27", "2027-03-29"), ["+01:00", "+02:00", "+02:00"]),
        (("2027-10-30", "2027-11-01"), ["+02:00", "+01:00", "+01:00"]),
    ] {
        let problem = office(dates, ("08:00", "10:00"), Value::Null);
        let plan = planned(&problem);
        for (day, offset) in offsets.into_iter().enumerate() {
            assert_eq!(minutes_on(&problem, &plan, day), 240, "{} is not full", problem.dates[day]);
            for slot in plan.slots.iter().filter(|slot| slot.day == day) {
                let [start, last] = instants(&problem, day, slot.window);
                assert_eq!(start.offset().to_string(), offset);
                assert_eq!(last.offset().to_string(), offset);
            }
        }
    }
}

#[test]
fn night_office_plans_nothing_in_the_hour_that_is_removed_or_doubled() {
    for (dates, day) in [(("2027-03-27", "2027-03-28"), 1), (("2027-10-30", "2027-10-31"), 1)] {
        let problem = office(dates, ("00:00", "06:00"), Value::Null);
        let plan = planned(&problem);
        assert_eq!(minutes_on(&problem, &plan, 0), 720, "the night before is full");
        assert_eq!(minutes_on(&problem, &plan, day), 600, "all but the hour of the change");
        let changed = Window::new(4, 6);
        for slot in plan.slots.iter().filter(|slot| slot.day == day) {
            assert!(!slot.window.overlaps(changed), "{slot:?}");
            instants(&problem, day, slot.window);
        }
    }
}

#[test]
fn breaks_of_a_night_shift_keep_clear_of_the_change() {
    for dates in [("2027-03-28", "2027-03-28"), ("2027-10-31", "2027-10-31")] {
        let due = json!({ "minutes": 30, "from": "01:30", "until": "04:00" });
        let problem = office(dates, ("00:00", "06:00"), due);
        let plan = planned(&problem);
        assert_eq!(plan.breaks.len(), 2);
        for taken in &plan.breaks {
            instants(&problem, 0, taken.window);
        }
    }
}
